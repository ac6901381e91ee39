"""Write min-p.

**Exercise.** Min-p cuts the tail by a share of the best token's probability: in each row tokens
below min_p · (largest probability) get a logit of −∞, all others stay as they are.

    0.5  0.3  0.15  0.05     at min_p = 0.2 the limit is 0.1: three stay

Where the model is sure, few tokens stay; where it is not, many do. The judge is transformers.
"""

import torch
from transformers import MinPLogitsWarper

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def min_p_filter(logits, min_p):
    """Return the logits with those below the limit set to -inf.

    logits: (..., vocabulary)  of the next token; any leading dimensions
    min_p:  0 <= min_p <= 1    share of the largest probability that a token needs
    """
    return logits.masked_fill(logits.softmax(-1) < min_p, -torch.inf)
'''


def min_p_filter(logits, min_p):
    """Return the logits with those below the limit set to -inf."""
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.amax(-1, keepdim=True), -torch.inf)


def by_transformers(logits: torch.Tensor, min_p: float) -> torch.Tensor:
    """Return what transformers makes of the logits; its warper ignores the ids."""
    return MinPLogitsWarper(min_p)(None, logits)


def shown(logits: torch.Tensor) -> str:
    """Return which tokens of a row have a logit left, in words."""
    return ", ".join(str(i) for i, z in enumerate(logits.tolist()) if z > -torch.inf) or "none"


@demo(
    topic="write-alignment",
    claims={
        "share-of-the-best": "The limit is a share of the row's largest probability, not a "
        "probability",
        "own-row": "Each row has its own limit, under any leading dimensions",
        "ends": "min_p = 0 keeps all, min_p = 1 keeps the largest with all its ties, and −∞ "
        "stays −∞",
        "equals-transformers": "Kept logits equal those of transformers; your argument keeps its "
        "values",
    },
    measures={"kept": "Mean number of tokens that your function keeps at min_p = 0.1"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="min_p_filter", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, vocabulary = 2 + seed % 4, 11 + seed % 8

    with run.judge("share-of-the-best") as judge:
        for likely, min_p, kept in (
            ([0.5, 0.3, 0.15, 0.05], 0.2, 3),
            ([0.5, 0.3, 0.15, 0.05], 0.7, 1),
            ([0.04] * 5 + [0.032] * 25, 0.6, 30),
        ):
            yours = solution(torch.tensor([likely]).log(), min_p)
            judge.that(
                tuple(yours.shape) == (1, len(likely)),
                f"logits 1 × {len(likely)} gave {tuple(yours.shape)}: filtered logits are wanted",
            )
            found = int((yours > -torch.inf).sum())
            judge.that(
                found == kept,
                f"largest probability {likely[0]}, min_p = {min_p}: you keep {found} of "
                f"{len(likely)} tokens; what is the limit here?",
            )

    with run.judge("own-row") as judge:
        logits = torch.randn(2, 3, vocabulary)
        logits[0, 0] *= 0.1
        logits[0, 1, 4] += 10
        logits[1] -= 6
        theirs = by_transformers(logits, 0.3)
        for shape in ((2, 3), (6,), (3, 1, 2)):
            yours = solution(logits.reshape(*shape, vocabulary), 0.3)
            judge.equal(
                yours, theirs.reshape(*shape, vocabulary), by="transformers", of=f"rows {shape}"
            )
        yours = solution(logits[0, 1], 0.3)
        judge.that(
            shown(yours) == "4",
            f"one row, token 4 by far the most likely: you keep {shown(yours)}",
        )

    with run.judge("ends") as judge:
        logits = torch.randn(batch, vocabulary)
        logits[:, 3] = -torch.inf
        logits[0, 1] = logits[0, 6] = logits[0].max() + 0.5
        judge.equal(solution(logits, 0.0), logits, by="transformers", of="min_p = 0")
        best = logits.masked_fill(logits < logits.amax(-1, keepdim=True), -torch.inf)
        of = "min_p = 1, tokens 1 and 6 of row 0 equally likely"
        judge.equal(solution(logits, 1.0), best, by="the definition", of=of)
        judge.equal(
            solution(logits, 0.2), by_transformers(logits, 0.2), by="transformers", of="−∞ inside"
        )

    with run.judge("equals-transformers") as judge:
        for min_p in (0.02, 0.1, 0.33, 0.8):
            logits = 2 * torch.randn(batch, vocabulary)
            theirs = by_transformers(logits, min_p)
            with judge.unchanged(logits=logits):
                yours = solution(logits, min_p)
            mistakes = {
                "what does a logit of 0 mean after the softmax?": theirs.nan_to_num(neginf=0.0),
                "are these probabilities, not logits?": theirs.softmax(-1),
                "are these log-probabilities? The kept logits stay as they are": (
                    theirs.log_softmax(-1)
                ),
            }
            judge.equal(yours, theirs, by="transformers", of=f"min_p = {min_p}", mistakes=mistakes)
            kept = (yours > -torch.inf).sum(-1).float().mean().item()
            wanted = (theirs > -torch.inf).sum(-1).float().mean().item()
            run.line_points(min_p, {"yours": kept, "transformers": wanted})
            if min_p == 0.1:
                run.measure(kept=kept)
