"""Write pass@k.

**Exercise.** For each task n answers were drawn and c of them pass the tests. pass@k of a task is
the chance that k of its answers, drawn without putting back, hold at least one that passes:

    pass@k = 1 − C(n − c, k)/C(n, k)

Return the mean over the tasks; each has its own n ≥ k and c. It must work for thousands of
answers. The judge counts subsets, and beyond a few answers computes with exact fractions.
"""

from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def pass_at_k(drawn, passed, k):
    """Return pass@k, averaged over tasks.

    drawn:  list of n, the number of answers per task; n >= k
    passed: list of c, how many of them pass
    k:      how many tries count
    """
    rate = np.array(passed) / np.array(drawn)
    return np.mean(rate)
'''


def pass_at_k(drawn, passed, k):
    """Return pass@k, averaged over tasks."""

    def one(n, c):
        if n - c < k:
            return 1.0
        # C(n-c, k)/C(n, k) as a product of numbers between 0 and 1: nothing overflows
        return 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1))

    return float(np.mean([one(n, c) for n, c in zip(drawn, passed, strict=True)]))


def share_of_subsets(n: int, c: int, k: int) -> float:
    """Return the share of all k-subsets of n answers that hold one of the c that pass."""
    subsets = list(combinations(range(n), k))
    return sum(min(subset) < c for subset in subsets) / len(subsets)


def exact(n: int, c: int, k: int) -> float:
    """Return pass@k of one task from whole numbers of any size."""
    return float(1 - Fraction(comb(n - c, k), comb(n, k)))


@demo(
    topic="write-evaluation",
    claims={
        "counts-subsets": "One task: equals the share of k-subsets with an answer that passes",
        "mean-of-tasks": "Several tasks: the formula first, then the mean, each with its own n",
        "few-failures": "Fewer than k failures: the task counts as exactly 1",
        "large": "Right for 10,000 answers and k = 1,000: no overflow, no NaN",
    },
    measures={"error": "Largest difference for one task"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="pass_at_k", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    with run.judge("counts-subsets") as judge:
        errors = []
        for n, k in ((7 + seed % 3, 3), (9, 2), (6, 1), (8, 4)):
            for c in (int(rng.integers(1, n - k)), 0):
                theirs = share_of_subsets(n, c, k)
                yours = solution([n], [c], k)
                mistakes = {
                    "are answers drawn with putting back?": 1 - (1 - c / n) ** k,
                    "must all k pass here?": comb(c, k) / comb(n, k),
                    "is this the chance that none passes?": 1 - theirs,
                    "is this pass@1?": c / n,
                }
                name = f"n = {n}, c = {c}, k = {k}"
                judge.equal(yours, theirs, by="all subsets", of=name, mistakes=mistakes)
                errors.append(abs(yours - theirs))
        run.measure(error=max(errors))

    with run.judge("mean-of-tasks") as judge:
        for tasks, k in ((5, 3), (8, 2)):
            drawn = rng.integers(k + 2, 30, tasks)
            passed = rng.integers(0, drawn - k)
            passed[0], drawn[0] = 0, 9
            drawn, passed = drawn.tolist(), passed.tolist()
            theirs = np.mean([exact(n, c, k) for n, c in zip(drawn, passed, strict=True)])
            with judge.unchanged(drawn=drawn, passed=passed):
                yours = solution(drawn, passed, k)
            mistakes = {
                "are all answers put into one pool?": exact(sum(drawn), sum(passed), k),
                "is the sum not divided by the tasks?": tasks * theirs,
            }
            judge.equal(yours, theirs, by="exact fractions", mistakes=mistakes)

    with run.judge("few-failures") as judge:
        for n, c, k in ((10, 8, 3), (10, 10, 1), (5, 1, 5), (6, 6, 6)):
            judge.equal(solution([n], [c], k), 1.0, of=f"n = {n}, c = {c}, k = {k}")
        judge.equal(solution([10, 10], [8, 0], 3), 0.5, of="one task of two")

    with run.judge("large") as judge:
        for n, c, k in ((10_000, 3, 1000), (10_000, 1, 100), (2000, 900, 1)):
            yours = solution([n], [c], k)
            judge.equal(
                yours, exact(n, c, k), by="exact fractions", of=f"n = {n}, c = {c}, k = {k}"
            )
