"""What `quizapp new exercise` writes: an exercise that runs, and the solutions beside it."""

EXERCISE = '''\
"""{title}.

**Exercise.** Return the mean of the values that the mask keeps, 0 if it keeps none. This page is
Markdown; it is shown beside the editor and says what to write, never how.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = \'\'\'
import torch


def masked_mean(values, mask):
    """Return the mean of the values that the mask keeps.

    values: (rows, columns)
    mask:   (rows, columns)  True where a value counts
    """
    return values.mean()
\'\'\'


def masked_mean(values, mask):
    """Return the mean of the values that the mask keeps."""
    # the number of values kept, not of all values; at least 1, so that no value gives 0
    return (values * mask).sum() / mask.sum().clamp(min=1)


@demo(
    topic="{topic}",
    claims={{
        "equals-torch": "Your mean equals torch's over the values that count",
        "none-kept": "Where the mask keeps nothing the mean is 0, not NaN",
        "gradients": "Values that count get a gradient, the others none",
    }},
    measures={{"error": "Difference from torch's mean"}},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="masked_mean", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    values = torch.randn(3 + seed % 3, 7)  # rows differ from columns, and from seed to seed
    mask = torch.rand(values.shape) < 0.5
    mask[0], mask[1, :2] = False, True  # a row without any, and never all or none

    with run.judge("equals-torch") as judge:
        theirs = values[mask].mean()
        with judge.unchanged(values=values, mask=mask):
            yours = solution(values, mask)
        mistakes = {{
            "is the mask left out?": values.mean(),
            "is it divided by the number of all values?": (values * mask).mean(),
        }}
        judge.equal(yours, theirs, by="torch", mistakes=mistakes)
        run.measure(error=abs(yours - theirs))

    with run.judge("none-kept") as judge:
        judge.equal(solution(values, torch.zeros_like(mask)), 0.0, by="the exercise")

    with run.judge("gradients") as judge:
        values.requires_grad_()
        yours = solution(values, mask)
        judge.that(getattr(yours, "requires_grad", False), "no gradient: is something detached?")
        yours.backward()
        judge.equal(values.grad, mask / mask.sum(), by="torch", of="the gradient")
'''

SOLUTIONS = '''\
"""Solutions of {name}: right ones in other words, and wrong ones with the claim that they fail."""


# %% right: by index
def masked_mean(values, mask):
    kept = values[mask]
    return kept.sum() / max(1, len(kept))


# %% right: with a condition
def masked_mean(values, mask):
    return values[mask].mean() if mask.any() else values.sum() * 0


# %% wrong: mask left out -> equals-torch
def masked_mean(values, mask):
    return values.mean()


# %% wrong: divided by all -> equals-torch
def masked_mean(values, mask):
    return (values * mask).mean()


# %% wrong: mask turned round -> equals-torch
def masked_mean(values, mask):
    return values[~mask].mean()


# %% wrong: a sum -> equals-torch
def masked_mean(values, mask):
    return (values * mask).sum()


# %% wrong: mean of the means of the rows -> equals-torch
def masked_mean(values, mask):
    return ((values * mask).sum(1) / mask.sum(1).clamp(min=1)).mean()


# %% wrong: along one axis -> equals-torch
def masked_mean(values, mask):
    return (values * mask).sum(0) / mask.sum(0).clamp(min=1)


# %% wrong: masked in place -> equals-torch
def masked_mean(values, mask):
    return values.mul_(mask).sum() / mask.sum().clamp(min=1)


# %% wrong: nothing divided by nothing -> none-kept
def masked_mean(values, mask):
    return values[mask].mean()


# %% wrong: division by zero -> none-kept
def masked_mean(values, mask):
    kept = values[mask]
    return sum(kept) / len(kept)


# %% wrong: detached -> gradients
def masked_mean(values, mask):
    return (values.detach() * mask).sum() / mask.sum().clamp(min=1)


# %% wrong: a Python number -> gradients
def masked_mean(values, mask):
    return ((values * mask).sum() / mask.sum().clamp(min=1)).item()


# %% wrong: a loop without end -> ends
def masked_mean(values, mask):
    while True:
        pass
'''
