"""Write a paired bootstrap interval.

**Exercise.** Two systems answered the same items. Return the percentile interval (low, high) of
mean(first) − mean(second): draw as many items as there are, with putting back, the same items for
both systems; take the difference of the means; repeat; return the quantiles that leave
(1 − level)/2 on each side. All randomness comes from `rng`, so a seed gives the same interval
twice. The judge is scipy's bootstrap, within 7 % of the interval's width.
"""

import numpy as np
from scipy.stats import bootstrap

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    """Return (low, high), the percentile interval of mean(first) - mean(second).

    first, second: (items,) arrays of scores; place i is the same item in both
    level:         for example 0.95
    resamples:     how often the items are drawn
    rng:           a numpy.random.Generator
    """
    difference = np.mean(first) - np.mean(second)
    return difference, difference
'''


def paired_bootstrap(first, second, level, resamples, rng):
    """Return (low, high), the percentile interval of mean(first) - mean(second)."""
    gaps = first - second  # paired: an item is drawn with both of its scores
    drawn = rng.integers(0, len(gaps), (resamples, len(gaps)))
    means = gaps[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def scipy_interval(
    first: np.ndarray, second: np.ndarray, level: float, seed: int, paired: bool = True
) -> tuple[float, float]:
    """Return scipy's percentile interval from 10,000 draws."""
    found = bootstrap(
        (first, second),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        paired=paired,
        confidence_level=level,
        n_resamples=10_000,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return tuple(found.confidence_interval)


NEAR = 0.07
"""Accepted difference as a share of the width: five standard errors of a bound."""


def compare(judge, yours, theirs, name: str, mistakes=None) -> float:
    """Test an interval and return its largest difference, as a share of the width."""
    judge.that(np.shape(yours) == (2,), "return two numbers: (low, high)")
    width = theirs[1] - theirs[0]
    off = np.abs(np.subtract(yours, theirs)).max() / width
    text = f"{name}: yours {yours[0]:.4f} to {yours[1]:.4f}, "
    text += f"scipy {theirs[0]:.4f} to {theirs[1]:.4f}"
    for question, value in (mistakes or {}).items():
        near = np.abs(np.subtract(yours, value)).max() < NEAR * (value[1] - value[0])
        judge.that(off <= NEAR or not near, f"{text}; {question}")
    ratio = (yours[1] - yours[0]) / width
    why = "nothing varies: are items drawn with putting back?"
    judge.that(off <= NEAR, f"{text}: {f'{ratio:.2f} times the width' if ratio else why}")
    return off


@demo(
    topic="write-evaluation",
    claims={
        "equals-scipy": "The interval is scipy's, at 80 %",
        "paired": "An item is drawn with both its scores: what they share cancels",
        "percentiles": "Skewed scores give a skewed interval: the quantiles themselves",
        "level": "The level is an argument: 60 % and 95 % differ",
        "generator": "All randomness comes from `rng`; every resample is used, and no more",
    },
    measures={"error": "Largest difference from scipy, as a share of the width"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="paired_bootstrap", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    items, resamples = 40 + seed % 21, 3000

    def yours_of(first: np.ndarray, second: np.ndarray, level: float) -> tuple[float, float]:
        """Return the learner's interval."""
        return solution(first, second, level, resamples, np.random.default_rng(seed + 1))

    with run.judge("equals-scipy") as judge:
        first, second = rng.normal(0.6, 0.2, items), rng.normal(0.5, 0.2, items)
        theirs = scipy_interval(first, second, 0.8, seed)
        with judge.unchanged(first=first, second=second):
            yours = yours_of(first, second, 0.8)
        mistakes = {
            "is 1 − level left out on each side?": scipy_interval(first, second, 0.6, seed),
            "is second − first meant here?": (-theirs[1], -theirs[0]),
        }
        off = compare(judge, yours, theirs, "unlike scores", mistakes)
        run.measure(error=off)

    with run.judge("paired") as judge:
        hard = rng.normal(0.5, 0.3, items)  # how hard an item is, for both systems
        first = hard + rng.normal(0.05, 0.05, items)
        second = hard + rng.normal(0.0, 0.05, items)
        theirs = scipy_interval(first, second, 0.95, seed)
        mistakes = {
            "are the two systems drawn apart?": scipy_interval(first, second, 0.95, seed, False)
        }
        yours = yours_of(first, second, 0.95)
        compare(judge, yours, theirs, "items that are hard for both", mistakes)

    with run.judge("percentiles") as judge:
        first, second = rng.exponential(0.1, 14), np.zeros(14)
        first[0] = 2.0  # one item makes the difference
        theirs = scipy_interval(first, second, 0.95, seed)
        middle = first.mean()
        half = 1.96 * first.std() / np.sqrt(14)
        mistakes = {
            "is this the mean ± 1.96 standard errors?": (middle - half, middle + half),
            "are the quantiles mirrored at the mean?": (
                2 * middle - theirs[1],
                2 * middle - theirs[0],
            ),
        }
        compare(judge, yours_of(first, second, 0.95), theirs, "one outlier", mistakes)

    with run.judge("level") as judge:
        first, second = rng.normal(0.6, 0.2, items), rng.normal(0.5, 0.2, items)
        theirs = scipy_interval(first, second, 0.6, seed)
        mistakes = {
            "is 95 % built in?": scipy_interval(first, second, 0.95, seed),
            "is 80 % built in?": scipy_interval(first, second, 0.8, seed),
        }
        compare(judge, yours_of(first, second, 0.6), theirs, "60 %", mistakes)

    with run.judge("generator") as judge:
        few = first[:15], second[:15]
        before = np.random.get_state()[1].tolist()
        a, b = (solution(*few, 0.9, 60, np.random.default_rng(5)) for _ in range(2))
        judge.that(a == b, f"the same seed gives {a[0]:.4f} and then {b[0]:.4f}: is rng used?")
        c = solution(*few, 0.9, 60, np.random.default_rng(6))
        judge.that(a != c, "another seed gives the same interval: is the seed fixed inside?")
        judge.that(
            np.random.get_state()[1].tolist() == before,
            "numpy's global generator was used or seeded: draw from rng only",
        )
        one = solution(*few, 0.9, 1, np.random.default_rng(seed))
        judge.that(
            one[0] == one[1],
            f"one resample gives one difference, but low is {one[0]:.4f} and high {one[1]:.4f}",
        )
        spread = [solution(*few, 0.9, 2, np.random.default_rng(s))[0] for s in range(8)]
        judge.that(len(set(spread)) > 4, "two resamples always give the same bound")
