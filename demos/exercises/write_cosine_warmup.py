"""Write the cosine schedule with warmup.

**Exercise.** Return the learning rate of a step: a straight line from 0 to the peak over the
warmup, then half a cosine from the peak to 0 at the end of training:

    step < warmup:   peak · step / warmup
    else:            peak · ½·(1 + cos(π · p))    where p runs from 0 to 1 over what is left

The judge is transformers' get_cosine_schedule_with_warmup, up to the last step. It lets the rate
climb again after that; yours stays at 0.
"""

import math

import torch
from transformers import get_cosine_schedule_with_warmup

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import math


def learning_rate(step, peak, warmup, total):
    """Return the learning rate of one step, a float.

    step:   counted from 0; may be larger than total
    peak:   the largest rate, reached at step == warmup
    warmup: steps of the rise, 0 for none
    total:  steps of the training, warmup included; warmup == total is allowed
    """
    return peak
'''


def learning_rate(step, peak, warmup, total):
    """Return the learning rate of one step, a float."""
    if step < warmup:
        return peak * step / warmup
    # warmup == total would divide by 0; beyond the end the cosine would rise again
    progress = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * progress))


def by_transformers(peak: float, warmup: int, total: int) -> list[float]:
    """Return the rates of the steps 0 to `total` that transformers sets."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    schedule = get_cosine_schedule_with_warmup(optimizer, warmup, total)
    rates = []
    for _ in range(total + 1):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


@demo(
    topic="write-training",
    claims={
        "warmup": "Every step before the peak has transformers' rate, 0 at step 0",
        "decay": "Every step from the peak to the end has it too: the peak, half of it midway, 0",
        "no-warmup": "Without warmup step 0 has the peak, and nothing is divided by 0",
        "only-warmup": "A warmup as long as the training ends at the peak",
        "after-the-end": "After the last step the rate stays at 0",
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
    warmup, total = 4 + seed % 4, 33 + 2 * (seed % 6)
    theirs = by_transformers(peak, warmup, total)
    left = total - warmup

    def cosine(p: float) -> float:
        return peak * 0.5 * (1 + math.cos(math.pi * p))

    run.axes(x="step", y="learning rate")
    with run.judge("warmup") as judge:
        yours = [solution(step, peak, warmup, total) for step in range(warmup)]
        wrong = {
            "which rate has step 0?": [peak * (step + 1) / warmup for step in range(warmup)],
            "after how many steps is the peak reached?": [
                peak * step / (warmup - 1) for step in range(warmup)
            ],
            "is the rise left out?": [peak] * warmup,
            "is it the rate, or a share of the peak?": [step / warmup for step in range(warmup)],
            "does the cosine act before the peak too?": [
                peak * step / warmup * 0.5 * (1 + math.cos(math.pi * step / total))
                for step in range(warmup)
            ],
        }
        judge.equal(yours, theirs[:warmup], by="transformers", mistakes=wrong)

    with run.judge("decay") as judge:
        steps = range(warmup, total + 1)
        yours = [solution(step, peak, warmup, total) for step in steps]
        for step, mine in enumerate(yours, start=warmup):
            run.point(step, yours=mine, transformers=theirs[step])
        run.measure(
            error=max(abs(a - b) for a, b in zip(yours, theirs[warmup:], strict=True)) / peak
        )
        wrong = {
            "where does p begin to count?": [cosine(step / total) for step in steps],
            "over how many steps does p run from 0 to 1?": [
                cosine((step - warmup) / total) for step in steps
            ],
            "is it a line instead of a cosine?": [peak * (total - step) / left for step in steps],
            "is p multiplied by 2·π?": [cosine(2 * (step - warmup) / left) for step in steps],
            "is the ½ missing?": [2 * cosine((step - warmup) / left) for step in steps],
            "is the last step total, or total - 1?": [
                cosine((step - warmup) / (left - 1)) for step in steps
            ],
            "is it a quarter of a wave instead of half of one?": [
                peak * math.cos(math.pi / 2 * (step - warmup) / left) for step in steps
            ],
        }
        judge.equal(
            yours, theirs[warmup:], by="transformers", of=f"steps from {warmup} on", mistakes=wrong
        )

    with run.judge("no-warmup") as judge:
        yours = [solution(step, peak, 0, total) for step in range(total + 1)]
        judge.equal(yours, by_transformers(peak, 0, total), by="transformers", of="warmup 0")

    with run.judge("only-warmup") as judge:
        yours = [solution(step, peak, total, total) for step in range(total + 1)]
        judge.equal(yours, by_transformers(peak, total, total), by="transformers", of="no decay")

    with run.judge("after-the-end") as judge:
        for more in (1, left // 2, left, 2 * left):
            rate = solution(total + more, peak, warmup, total)
            judge.that(
                abs(rate) <= 1e-9 * peak,
                f"step {total + more} of {total}: the rate is {rate:.3g}; what does the cosine do "
                "where p is larger than 1?",
            )
