"""Write top-p.

**Exercise.** Nucleus sampling keeps, in each row, the smallest set of most likely tokens whose
probabilities add up to at least p, and sets the logits of all others to −∞:

    0.5  0.3  0.15  0.05     at p = 0.7 the first two stay, at p = 0.4 the first

The token that reaches p stays. Of equally likely tokens only as many stay as are needed, no matter
which. The judge is transformers.
"""

import torch
from transformers import TopPLogitsWarper

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def top_p_filter(logits, p):
    """Return the logits with those outside of the nucleus set to -inf.

    logits: (batch, vocabulary)  of the next token
    p:      0 < p <= 1
    """
    return logits.masked_fill(logits.softmax(-1) < p, -torch.inf)
'''


def top_p_filter(logits, p):
    """Return the logits with those outside of the nucleus set to -inf."""
    ordered, ids = logits.sort(dim=-1, descending=True)
    mass = ordered.softmax(-1)
    before = mass.cumsum(-1) - mass  # what the more likely tokens have together
    outside = (before >= p).scatter(-1, ids, before >= p)  # back to the order of the ids
    return logits.masked_fill(outside, -torch.inf)


def by_transformers(logits: torch.Tensor, p: float) -> torch.Tensor:
    """Return what transformers makes of the logits; its warper ignores the ids."""
    return TopPLogitsWarper(p)(None, logits)


def shown(logits: torch.Tensor) -> str:
    """Return which tokens of a row have a logit left, in words."""
    return ", ".join(str(i) for i, z in enumerate(logits.tolist()) if z > -torch.inf) or "none"


@demo(
    topic="write-alignment",
    claims={
        "crossing-stays": "The nucleus reaches p: the token that crosses it stays, also where the "
        "first alone is enough",
        "own-row": "Each row is cut at its own place, and its logits keep their places",
        "ties": "Of equally likely tokens only as many stay as are needed",
        "all-at-one": "p = 1 keeps every token that has a chance; a logit of −∞ stays −∞",
        "equals-transformers": "Kept logits equal those of transformers, at p from 0.05 to 0.95; "
        "your argument keeps its values",
    },
    measures={"kept": "Mean number of tokens that your function keeps at p = 0.9"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="top_p_filter", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, vocabulary = 3 + seed % 3, 12 + seed % 7

    with run.judge("crossing-stays") as judge:
        likely = torch.tensor([[0.5, 0.3, 0.15, 0.05]])
        for p, kept in ((0.4, 1), (0.7, 2), (0.9, 3), (0.97, 4)):
            yours = solution(likely.log(), p)
            judge.that(
                tuple(yours.shape) == (1, 4),
                f"logits 1 × 4 gave {tuple(yours.shape)}: the filtered logits are wanted",
            )
            found = (yours[0] > -torch.inf).tolist()
            mass = likely[0, found].sum().item()
            judge.that(
                found == [i < kept for i in range(4)],
                f"probabilities 0.5, 0.3, 0.15, 0.05 at p = {p}: you keep tokens "
                f"{shown(yours[0])}, together {mass:.2f}; "
                + ("that is short of p" if mass < p else "fewer would reach p"),
            )

    with run.judge("own-row") as judge:
        wide = torch.zeros(1, vocabulary)
        narrow = torch.randn(1, vocabulary)
        narrow[0, 5] += 12
        logits = torch.cat([wide + 0.1 * torch.randn(1, vocabulary), narrow, -narrow])
        theirs, yours = by_transformers(logits, 0.8), solution(logits, 0.8)
        for row in range(3):
            judge.that(
                (yours[row] > -torch.inf).tolist() == (theirs[row] > -torch.inf).tolist(),
                f"row {row}: you keep tokens {shown(yours[row])}, transformers "
                f"{shown(theirs[row])}",
            )
        judge.equal(yours, theirs, by="transformers")

    with run.judge("ties") as judge:
        for size, p, kept in ((4, 0.6, 3), (8, 0.3, 3), (5, 0.5, 3)):
            yours = solution(torch.full((1, size), 0.7), p)
            found = int((yours > -torch.inf).sum())
            judge.that(
                found == kept,
                f"{size} equally likely tokens at p = {p}: you keep {found}; how many are needed?",
            )
        yours = solution(torch.tensor([[0.4, 0.2, 0.2, 0.2]]).log(), 0.55)
        found = int((yours > -torch.inf).sum())
        judge.that(
            found == 2 and yours[0, 0] > -torch.inf,
            f"probabilities 0.4, 0.2, 0.2, 0.2 at p = 0.55: you keep {found} tokens",
        )

    with run.judge("all-at-one") as judge:
        logits = torch.randn(batch, vocabulary)
        logits[:, 2] = -torch.inf
        for p in (1.0, 0.6):
            yours, theirs = solution(logits.clone(), p), by_transformers(logits, p)
            judge.equal(yours, theirs, by="transformers", of=f"p = {p}, token 2 forbidden")

    with run.judge("equals-transformers") as judge:
        for p in (0.05, 0.31, 0.6, 0.9, 0.95):
            logits = 2 * torch.randn(batch, vocabulary)
            theirs = by_transformers(logits, p)
            with judge.unchanged(logits=logits):
                yours = solution(logits, p)
            outside = theirs == -torch.inf
            zeros = logits.masked_fill(outside, 0.0)
            mistakes = {
                "what does a logit of 0 mean after the softmax?": zeros,
                "are these probabilities, not logits?": theirs.softmax(-1),
                "are these log-probabilities? The kept logits stay as they are": (
                    theirs.log_softmax(-1)
                ),
            }
            of = f"p = {p}"
            judge.equal(yours, theirs, by="transformers", of=of, mistakes=mistakes)
            kept = (yours > -torch.inf).sum(-1).float().mean().item()
            run.line_points(p, {"yours": kept, "transformers": (~outside).sum(-1).float().mean()})
            if p == 0.9:
                run.measure(kept=kept)
