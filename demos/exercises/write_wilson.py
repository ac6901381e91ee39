"""Write Wilson's interval.

**Exercise.** k of n answers are right. Return the bounds (low, high) of the share, two-sided, by
Wilson's formula with p = k/n and the normal quantile z of the level, 1.96 for 95 %:

    (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)

It stays within 0 and 1 and keeps a width at 0 of n and n of n. The judge is scipy.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np
from scipy.stats import binomtest

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    """Return (low, high), the two-sided interval of the share of right answers.

    right: how many of the answers are right
    items: how many answers
    level: for example 0.95
    """
    p, z = right / items, 1.96
    half = z * sqrt(p * (1 - p) / items)
    return p - half, p + half
'''


def wilson(right, items, level):
    """Return (low, high), the two-sided interval of the share of right answers."""
    p = right / items
    z = NormalDist().inv_cdf((1 + level) / 2)  # half of what is left out lies on each side
    centre = p + z**2 / (2 * items)
    half = z * sqrt(p * (1 - p) / items + z**2 / (4 * items**2))
    whole = 1 + z**2 / items
    return (centre - half) / whole, (centre + half) / whole


def scipy_interval(right: int, items: int, level: float) -> tuple[float, float]:
    """Return what scipy gives."""
    return tuple(binomtest(right, items).proportion_ci(level, method="wilson"))


@demo(
    topic="write-evaluation",
    claims={
        "equals-scipy": "Equals scipy's interval at 95 %, for few items and for many",
        "level": "Other levels: 80 %, 99 %",
        "extremes": "None right or all right: the interval has a width and stays in 0 to 1",
    },
    measures={"error": "Largest difference from scipy's bounds"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="wilson", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    of = "(low, high)"

    with run.judge("equals-scipy") as judge:
        errors = []
        for items in (12 + seed % 9, 150 + seed % 37):
            right = int(items * rng.uniform(0.6, 0.85))
            theirs = scipy_interval(right, items, 0.95)
            yours = solution(right, items, 0.95)
            p = right / items
            wald = 1.96 * np.sqrt(p * (1 - p) / items)
            mistakes = {
                "is this the normal interval p ± z·√(p(1 − p)/n)?": (p - wald, p + wald),
                "is this the interval at 90 %, z for one side?": (
                    scipy_interval(right, items, 0.9)
                ),
            }
            name = f"{right} of {items}, {of}"
            judge.equal(yours, theirs, within=1e-4, by="scipy", of=name, mistakes=mistakes)
            errors.append(np.abs(np.subtract(yours, theirs)).max())
        run.measure(error=max(errors))

    with run.judge("level") as judge:
        items = 40 + seed % 21
        right = items * 2 // 3
        for level in (0.8, 0.99, 0.9):
            theirs = scipy_interval(right, items, level)
            mistakes = {"is z fixed at 1.96?": scipy_interval(right, items, 0.95)}
            yours = solution(right, items, level)
            name = f"{level:.0%}, {of}"
            judge.equal(yours, theirs, within=1e-4, by="scipy", of=name, mistakes=mistakes)

    with run.judge("extremes") as judge:
        for right, items in ((0, 15 + seed % 6), (20, 20), (1, 1)):
            theirs = scipy_interval(right, items, 0.95)
            yours = solution(right, items, 0.95)
            judge.equal(yours, theirs, within=1e-4, by="scipy", of=f"{right} of {items}, {of}")
