"""Write kappa with quadratic weights.

**Exercise.** Two annotators rate the same answers from 0 to L − 1. A 4 beside a 5 is a small
disagreement, a 0 beside a 5 a large one. Return

    κ = 1 − Σᵢⱼ wᵢⱼ·Oᵢⱼ / Σᵢⱼ wᵢⱼ·Eᵢⱼ        wᵢⱼ = (i − j)²

Oᵢⱼ is the share of items that the first rates i and the second j, Eᵢⱼ the product of how often
each uses these ratings. If chance alone never disagrees, return NaN. The judge is scikit-learn.
"""

import warnings

import numpy as np
from sklearn.metrics import cohen_kappa_score

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def weighted_kappa(first, second, levels):
    """Return Cohen's kappa with quadratic weights.

    first, second: (items,) arrays of whole numbers from 0 to levels - 1
    levels:        how many ratings there are; some may not be used
    """
    return np.mean(first == second)
'''


def weighted_kappa(first, second, levels):
    """Return Cohen's kappa with quadratic weights."""
    observed = np.mean((first - second) ** 2)  # Σ w·O, without making the table
    expected = np.mean((first[:, None] - second[None, :]) ** 2)  # every pair: independent habits
    return float("nan") if expected == 0 else 1 - observed / expected


def sklearn_kappa(
    first: np.ndarray, second: np.ndarray, levels: int, weights: str | None = "quadratic"
) -> float:
    """Return what scikit-learn gives, without its warning that kappa is undefined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cohen_kappa_score(first, second, labels=list(range(levels)), weights=weights)


@demo(
    topic="write-evaluation",
    claims={
        "equals-sklearn": "Equals scikit-learn's kappa with quadratic weights",
        "unused-level": "A rating that nobody uses keeps its place on the scale",
        "below-chance": "Opposite ratings give a negative kappa",
        "undefined": "Two annotators who give everything the same rating: NaN",
    },
    measures={"error": "Difference from scikit-learn's kappa"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="weighted_kappa", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    items, levels = 50 + seed % 11, 5 + seed % 3

    def raters() -> tuple[np.ndarray, np.ndarray]:
        """Return two lists of ratings: the second one near the first, and lower."""
        first = rng.integers(0, levels, items)
        second = np.clip(first + rng.integers(-2, 2, items), 0, levels - 1)
        return first, second

    with run.judge("equals-sklearn") as judge:
        first, second = raters()
        theirs = sklearn_kappa(first, second, levels)
        with judge.unchanged(first=first, second=second):
            yours = solution(first, second, levels)
        mistakes = {
            "is every disagreement as bad as any other?": (
                sklearn_kappa(first, second, levels, None)
            ),
            "are the weights |i − j| instead of their squares?": (
                sklearn_kappa(first, second, levels, "linear")
            ),
            "is it 1 minus kappa?": 1 - theirs,
        }
        judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)
        run.measure(error=abs(yours - theirs))

    with run.judge("unused-level") as judge:
        first, second = raters()
        for unused in (1, levels - 2):
            one, two = (np.where(x == unused, unused + 1, x) for x in (first, second))
            yours, theirs = solution(one, two, levels), sklearn_kappa(one, two, levels)
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=f"nobody gives {unused}")

    with run.judge("below-chance") as judge:
        turned = levels - 1 - second
        yours, theirs = solution(first, turned, levels), sklearn_kappa(first, turned, levels)
        mistakes = {"is it cut off at 0?": 0.0, "is the sign lost?": abs(theirs)}
        judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)

    with run.judge("undefined") as judge:
        for rating in (0, levels - 1):
            same = np.full(9, rating)
            theirs = sklearn_kappa(same, same, levels)
            yours = solution(same, same.copy(), levels)
            judge.equal(yours, theirs, by="scikit-learn", of=f"always {rating}")
