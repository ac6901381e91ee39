"""Write the cosine schedule with a least rate.

**Exercise.** Return the learning rate of a step: a straight line from 0 to the peak over the
warmup, then half a cosine that falls from the peak to a least rate, and stays there:

    step < warmup:   peak · step / warmup
    else:            half a cosine from peak, at step = warmup, to least, at step = total

The whole curve is squeezed between peak and least; it is not cut off at least. The judge is
transformers' get_cosine_with_min_lr_schedule_with_warmup, up to the last step.
"""

import math

import torch
from transformers import get_cosine_with_min_lr_schedule_with_warmup

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import math


def learning_rate(step, peak, least, warmup, total):
    """Return the learning rate of one step, a float.

    step:   counted from 0; may be larger than total
    peak:   the largest rate, reached at step == warmup
    least:  the rate at step == total and after it; at most peak
    warmup: steps of the rise, 0 for none
    total:  steps of the training, warmup included; larger than warmup
    """
    return max(least, peak * (1 - step / total))
'''


def learning_rate(step, peak, least, warmup, total):
    """Return the learning rate of one step, a float."""
    if step < warmup:
        return peak * step / warmup
    progress = min(1.0, (step - warmup) / (total - warmup))
    share = 0.5 * (1 + math.cos(math.pi * progress))  # from 1 to 0
    return least + (peak - least) * share


def by_transformers(peak: float, least: float, warmup: int, total: int) -> list[float]:
    """Return the rates of the steps 0 to `total` that transformers sets."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    schedule = get_cosine_with_min_lr_schedule_with_warmup(optimizer, warmup, total, min_lr=least)
    rates = []
    for _ in range(total + 1):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


@demo(
    topic="write-training",
    claims={
        "warmup": "The rise begins at 0, not at the least rate, and has transformers' rates",
        "decay": "The fall from the peak to the least rate has transformers' rates",
        "no-warmup": "Without warmup step 0 has the peak, and nothing is divided by 0",
        "after-the-end": "After the last step the rate stays at the least one",
        "least-is-peak": "With least equal to peak the rate is constant after the warmup",
    },
    measures={"error": "Largest difference from transformers' rate, as a share of the peak"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="learning_rate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    peak = (2 + seed % 5) * 1.1e-4
    least = peak * (0.1 + 0.05 * (seed % 3))
    warmup, total = 4 + seed % 4, 33 + 2 * (seed % 6)
    theirs = by_transformers(peak, least, warmup, total)
    left = total - warmup
    steps = range(warmup, total + 1)
    shares = [0.5 * (1 + math.cos(math.pi * (step - warmup) / left)) for step in steps]

    run.axes(x="step", y="learning rate")
    with run.judge("warmup") as judge:
        yours = [solution(step, peak, least, warmup, total) for step in range(warmup)]
        wrong = {
            "does the rise begin at the least rate?": [
                least + (peak - least) * step / warmup for step in range(warmup)
            ],
            "is the rise cut off at the least rate?": [
                max(least, peak * step / warmup) for step in range(warmup)
            ],
            "which rate has step 0?": [peak * (step + 1) / warmup for step in range(warmup)],
        }
        judge.equal(yours, theirs[:warmup], by="transformers", mistakes=wrong)

    with run.judge("decay") as judge:
        yours = [solution(step, peak, least, warmup, total) for step in steps]
        for step, mine in enumerate(yours, start=warmup):
            run.point(step, yours=mine, transformers=theirs[step])
        run.measure(
            error=max(abs(a - b) for a, b in zip(yours, theirs[warmup:], strict=True)) / peak
        )
        wrong = {
            "is the curve cut off instead of squeezed?": [max(least, peak * s) for s in shares],
            "does it begin above the peak?": [least + peak * s for s in shares],
            "where is the least rate?": [peak * s for s in shares],
            "is the cosine multiplied by the least rate?": [peak * s + least * s for s in shares],
            "where does the progress begin to count?": [
                least + (peak - least) * 0.5 * (1 + math.cos(math.pi * step / total))
                for step in steps
            ],
            "is it a line instead of a cosine?": [
                least + (peak - least) * (total - step) / left for step in steps
            ],
        }
        of = f"steps from {warmup} on"
        judge.equal(yours, theirs[warmup:], by="transformers", of=of, mistakes=wrong)

    with run.judge("no-warmup") as judge:
        yours = [solution(step, peak, least, 0, total) for step in range(total + 1)]
        judge.equal(yours, by_transformers(peak, least, 0, total), by="transformers", of="warmup 0")

    with run.judge("after-the-end") as judge:
        for more in (1, left // 2, left, 2 * left):
            rate = solution(total + more, peak, least, warmup, total)
            judge.equal(rate, least, by="the task", of=f"step {total + more} of {total}")

    with run.judge("least-is-peak") as judge:
        yours = [solution(step, peak, peak, warmup, total) for step in (*steps, total + 5)]
        judge.equal(yours, [peak] * len(yours), by="the task", of="least equal to peak")
