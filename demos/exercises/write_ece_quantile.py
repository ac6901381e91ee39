"""Write the calibration error with bins of equal size.

**Exercise.** Bins of equal width leave most bins of a confident model almost empty. Sort the items
by confidence instead (equal ones keep their order) and cut them into B groups of equal size. If B
does not divide n, the first groups hold one item more. Return

    ECE = Σ_b n_b/n · |accuracy of group b − mean confidence of group b|

An empty group adds nothing. The judge is the definition over `numpy.array_split`.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def ece_equal_size(confidence, correct, bins):
    """Return the calibration error over groups of equal size.

    confidence: (items,) array of numbers from 0 to 1
    correct:    (items,) array of 0 and 1: whether the answer is right
    bins:       how many groups
    """
    return abs(np.mean(confidence) - np.mean(correct))
'''


def ece_equal_size(confidence, correct, bins):
    """Return the calibration error over groups of equal size."""
    gap = (correct - confidence)[np.argsort(confidence, kind="stable")]
    size, more = divmod(len(gap), bins)
    sizes = [size + 1] * more + [size] * (bins - more)
    ends = np.cumsum(sizes)
    # n_b/n · |mean gap| is |sum of gaps| / n, also for an empty group
    return sum(abs(gap[e - s : e].sum()) for s, e in zip(sizes, ends, strict=True)) / len(gap)


def by_definition(confidence: np.ndarray, correct: np.ndarray, bins: int) -> float:
    """Return the calibration error, one group after another."""
    order = np.argsort(confidence, kind="stable")
    groups = [group for group in np.array_split(order, bins) if len(group)]
    return sum(
        len(group) / len(order) * abs(correct[group].mean() - confidence[group].mean())
        for group in groups
    )


@demo(
    topic="write-evaluation",
    claims={
        "equals-definition": "Equal groups: equals the definition; both signs of gap count",
        "remainder": "Where they cannot be, the first groups hold one item more, and weigh more",
        "few-items": "Fewer items than groups: an empty group adds nothing",
    },
    measures={"error": "Largest difference from the definition"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="ece_equal_size", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    def draw(items: int, bins: int) -> tuple[np.ndarray, np.ndarray]:
        """Return confidences, most of them high, and which answers are right.

        Too few of one group, too many of the next, and so on.
        """
        confidence, correct = rng.beta(3, 1, items), np.zeros(items)
        for place, group in enumerate(np.array_split(np.argsort(confidence), bins)):
            share = confidence[group].mean() if len(group) else 0
            share = 0.6 * share if place % 2 else share + 0.6 * (1 - share)
            correct[rng.permutation(group)[: round(share * len(group))]] = 1
        return confidence, correct

    with run.judge("equals-definition") as judge:
        errors = []
        for bins in (4 + seed % 3, 10):
            confidence, correct = draw(bins * (8 + seed % 5), bins)
            theirs = by_definition(confidence, correct, bins)
            with judge.unchanged(confidence=confidence, correct=correct):
                yours = solution(confidence, correct, bins)
            gap = correct - confidence
            unsorted = np.abs(gap.reshape(bins, -1).mean(1)).mean()
            mistakes = {
                "are the items not sorted?": unsorted,
                "is this one group for all items?": abs((correct - confidence).mean()),
            }
            judge.equal(yours, theirs, by="the definition", of=f"{bins} groups", mistakes=mistakes)
            errors.append(abs(yours - theirs))
        run.measure(error=max(errors))

    with run.judge("remainder") as judge:
        for items, bins in ((23 + 7 * (seed % 3), 7), (11, 4), (19, 10)):
            confidence, correct = draw(items, bins)
            theirs = by_definition(confidence, correct, bins)
            yours = solution(confidence, correct, bins)
            judge.equal(yours, theirs, by="the definition", of=f"{items} items, {bins} groups")

    with run.judge("few-items") as judge:
        for items, bins in ((3, 5), (1, 5), (4, 7)):
            confidence, correct = draw(items, bins)
            theirs = by_definition(confidence, correct, bins)
            yours = solution(confidence, correct, bins)
            judge.equal(yours, theirs, by="the definition", of=f"{items} items, {bins} groups")
