"""Write the loss of a reward model.

**Exercise.** A reward model scores two answers to a prompt; d is the score of the chosen one minus
that of the rejected. By Bradley and Terry the chosen one wins with probability σ(d):

    loss = −log σ(d − margin)        mean over the pairs

Some pairs carry a margin: how much better the winner was. Some are ties: half a win for each side,
−½ log σ(d) − ½ log σ(−d), without a margin. The judge is binary cross-entropy in torch.
"""

import torch
import torch.nn.functional as F

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    """Return the mean loss over the pairs, a scalar.

    chosen:   (pairs,)  scores of the preferred answers
    rejected: (pairs,)  scores of the others
    margin:   (pairs,)  by how much chosen should lead; None: by nothing
    tied:     (pairs,)  True where neither was preferred; None: nowhere
    """
    return (rejected - chosen).mean()
'''


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    """Return the mean loss over the pairs, a scalar."""
    d = chosen - rejected
    loss = -F.logsigmoid(d if margin is None else d - margin)  # never the log of a sigmoid
    if tied is not None:
        both = -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2
        loss = torch.where(tied, both, loss)
    return loss.mean()


def in_double(d: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return torch's binary cross-entropy of differences, in double precision."""
    loss = F.binary_cross_entropy_with_logits(d.double(), target.double())
    return loss.to(torch.float32)


@demo(
    topic="write-alignment",
    claims={
        "equals-cross-entropy": "Your mean loss equals torch's binary cross-entropy of the "
        "difference",
        "gradients": "Each pair pulls its two scores apart, a wrongly ordered pair harder",
        "large-gaps": "A lead of ±300 gives a finite loss and a gradient, no NaN",
        "margin": "A margin is asked of its own pair, on top of the order",
        "ties": "A tied pair is half a win for each side, and no margin is asked of it",
    },
    measures={"error": "Difference from torch's loss"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="pairwise_loss", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    pairs = 5 + seed % 6
    chosen, rejected = torch.randn(2, pairs) * 2 + 3  # scores have no natural zero
    ones = torch.ones(pairs)

    with run.judge("equals-cross-entropy") as judge:
        d = chosen - rejected
        theirs = in_double(d, ones)
        with judge.unchanged(chosen=chosen, rejected=rejected):
            yours = solution(chosen, rejected)
        mistakes = {
            "are chosen and rejected swapped?": in_double(-d, ones),
            "is it a sum over the pairs?": theirs * pairs,
            "is the sign missing?": -theirs,
            "is each answer scored alone? Only the difference counts": (
                in_double(chosen, ones) + in_double(-rejected, ones)
            ),
            "is the mean taken over the scores instead of the losses?": in_double(
                d.mean(), ones[0]
            ),
            "is this a hinge?": (1 - d).clamp_min(0).mean(),
        }
        judge.equal(yours, theirs, by="torch", mistakes=mistakes)
        run.measure(error=abs(float(yours) - float(theirs)))
        two = torch.tensor([1.5, 0.2]), torch.tensor([-0.5, 0.9])
        judge.equal(solution(*two), in_double(two[0] - two[1], torch.ones(2)), by="torch")

    with run.judge("gradients") as judge:
        scores = torch.randn(2, pairs, requires_grad=True)
        theirs = F.binary_cross_entropy_with_logits(scores[0] - scores[1], ones)
        (wanted,) = torch.autograd.grad(theirs, scores)
        yours = solution(scores[0], scores[1])
        judge.that(
            isinstance(yours, torch.Tensor) and yours.requires_grad,
            "your loss has no gradient: is it a number, or is something detached?",
        )
        (found,) = torch.autograd.grad(yours, scores)
        for name, mine, right in zip(("chosen", "rejected"), found, wanted, strict=True):
            judge.equal(mine, right, by="torch", of=f"gradient of {name}")

    with run.judge("large-gaps") as judge:
        for gap in (300.0, -300.0):
            d = torch.tensor([gap, 1.0], requires_grad=True)
            yours = solution(d, torch.zeros(2))
            of = f"leads of {gap:g} and 1"
            judge.that(
                isinstance(yours, torch.Tensor) and yours.requires_grad,
                "your loss has no gradient: is it a number, or is something detached?",
            )
            judge.that(
                yours.isfinite(),
                f"{of}: your loss is {yours.item()}; what does float32 make of σ(−300)?",
            )
            judge.equal(yours, in_double(d, torch.ones(2)), by="torch", of=of)
            (slope,) = torch.autograd.grad(yours, d)
            judge.equal(slope, -torch.sigmoid(-d) / 2, by="torch", of=f"gradient at {of}")

    with run.judge("margin") as judge:
        chosen, rejected = torch.randn(2, pairs)
        margin = torch.rand(pairs) * 2
        margin[0] = 0.0
        theirs = in_double(chosen - rejected - margin, ones)
        with judge.unchanged(chosen=chosen, margin=margin):
            yours = solution(chosen, rejected, margin)
        mistakes = {
            "is the margin ignored?": in_double(chosen - rejected, ones),
            "does your margin make it easier?": in_double(chosen - rejected + margin, ones),
            "is one mean margin used for all?": in_double(chosen - rejected - margin.mean(), ones),
            "is the margin added to the loss? Does it then change a gradient?": (
                in_double(chosen - rejected, ones) + margin.mean()
            ),
        }
        judge.equal(yours, theirs, by="torch", mistakes=mistakes)

    with run.judge("ties") as judge:
        chosen, rejected = torch.randn(2, pairs)
        tied = torch.rand(pairs) < 0.5
        tied[:3] = torch.tensor([True, False, True])  # the first asks for no margin, the third does
        asked = margin.masked_fill(tied, 0.0)
        half = torch.where(tied, 0.5, 1.0)
        d = chosen - rejected
        cases = {
            "ties without margins": (None, in_double(d, half)),
            "ties and margins": (margin, in_double(d - asked, half)),
        }
        for of, (given, theirs) in cases.items():
            with judge.unchanged(tied=tied, rejected=rejected):
                yours = solution(chosen, rejected, given, tied)
            left_out = (
                in_double(d[~tied] - asked[~tied], ones[~tied])
                if given is not None
                else (in_double(d[~tied], ones[~tied]))
            )
            mistakes = {
                "are ties read as wins?": in_double(d - (0 if given is None else given), ones),
                "are ties left out of the mean?": left_out,
                "do ties still ask for a margin?": in_double(
                    d - (0 if given is None else given), half
                ),
            }
            judge.equal(yours, theirs, by="torch", of=of, mistakes=mistakes)
        none = torch.zeros(pairs, dtype=torch.bool)
        judge.equal(solution(chosen, rejected, None, none), in_double(d, ones), of="no pair tied")
        judge.equal(
            solution(chosen, rejected, None, ~none), in_double(d, ones / 2), of="all pairs tied"
        )
