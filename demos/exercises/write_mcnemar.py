"""Write McNemar's exact test.

**Exercise.** Two models answer the same items; 1 is right, 0 is wrong. Only the items on which they
differ tell them apart: b that the first alone gets right, c that the second alone does. If the
models are equally good, b is a count of heads of b + c fair coins. Return the two-sided p-value

    p = min(1, 2·P(X ≤ min(b, c))),   X ~ Binomial(b + c, ½)

It is 1 if the models never differ. The judge is scipy's binomial test.
"""

from math import comb

import numpy as np
from scipy.stats import binomtest

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
from math import comb


def mcnemar(first, second):
    """Return the two-sided p-value that two models are equally good.

    first, second: lists of 0 and 1, one per item: whether the model's answer is right
    """
    return abs(sum(first) - sum(second)) / len(first)
'''


def mcnemar(first, second):
    """Return the two-sided p-value that two models are equally good."""
    b = sum(x > y for x, y in zip(first, second, strict=True))
    c = sum(x < y for x, y in zip(first, second, strict=True))
    if b + c == 0:
        return 1.0
    tail = sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    return min(1.0, 2 * tail)


def scipy_p(first: np.ndarray, second: np.ndarray) -> float:
    """Return scipy's p-value of the items on which the models differ."""
    differ = first != second
    return binomtest(int(first[differ].sum()), int(differ.sum()), 0.5).pvalue


@demo(
    topic="write-evaluation",
    claims={
        "equals-scipy": "Two models that differ on every item: equals scipy's exact test",
        "only-differences": "Items that both get right, or both wrong, change nothing",
        "two-sided": "Swapping the models changes nothing, and p is never above 1",
        "no-difference": "Models that never differ: p is 1",
    },
    measures={"error": "Largest difference from scipy's p-value"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="mcnemar", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    def models(both: int, first: int, second: int, none: int) -> tuple[np.ndarray, np.ndarray]:
        """Return two models' results with these counts of items, shuffled."""
        pairs = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [both, first, second, none], axis=0)
        return tuple(rng.permutation(pairs).T)

    def p_value(one: np.ndarray, two: np.ndarray) -> float:
        """Return the learner's p-value."""
        return solution(one.tolist(), two.tolist())

    with run.judge("equals-scipy") as judge:
        errors = []
        for b, c in ((3, 9 + seed % 5), (11 + seed % 4, 5), (2, 7), (30, 48 + seed % 9)):
            one, two = models(0, b, c, 0)
            first, second = one.tolist(), two.tolist()
            with judge.unchanged(first=first, second=second):
                yours = solution(first, second)
            theirs = scipy_p(one, two)
            mistakes = {
                "is this one side only?": theirs / 2,
                "is the tail that of the smaller count, and divided by 2ᵇ⁺ᶜ?": 1.0,
            }
            judge.equal(yours, theirs, by="scipy", of=f"b = {b}, c = {c}", mistakes=mistakes)
            errors.append(abs(yours - theirs))
        run.measure(error=max(errors))

    with run.judge("only-differences") as judge:
        theirs = scipy_p(*models(0, 4, 12, 0))
        for both, none in ((0, 0), (60 + seed % 9, 3), (2, 80)):
            name = f"both right {both} times, both wrong {none} times"
            judge.equal(p_value(*models(both, 4, 12, none)), theirs, by="scipy", of=name)

    with run.judge("two-sided") as judge:
        for b, c in ((4, 11), (11, 4), (6, 6), (1, 1), (7, 8)):
            one, two = models(10, b, c, 5)
            judge.equal(p_value(one, two), scipy_p(one, two), by="scipy", of=f"b = {b}, c = {c}")

    with run.judge("no-difference") as judge:
        for both, none in ((9, 4), (0, 6), (5, 0)):
            judge.equal(p_value(*models(both, 0, 0, none)), 1.0, of=f"{both} right, {none} wrong")
