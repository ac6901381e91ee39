"""Write the expected calibration error.

**Exercise.** A model says how sure it is of each answer. Put the items into bins of equal width,
the bin b from b/B, exclusive, to (b + 1)/B, inclusive; 0 belongs to the first. Return

    ECE = Σ_b n_b/n · |accuracy of bin b − mean confidence of bin b|

An empty bin adds nothing. The judge is the definition, one bin after another.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def ece(confidence, correct, bins):
    """Return the expected calibration error, from 0 to 1.

    confidence: (items,) array of numbers from 0 to 1
    correct:    (items,) array of 0 and 1: whether the answer is right
    bins:       how many bins of equal width
    """
    return abs(np.mean(confidence) - np.mean(correct))
'''


def ece(confidence, correct, bins):
    """Return the expected calibration error, from 0 to 1."""
    place = np.ceil(confidence * bins).astype(int) - 1  # (lower, upper]: the edge goes down
    place = np.clip(place, 0, bins - 1)
    # n_b/n · |accuracy − confidence| is |sum of correct − sum of confidence| / n
    gaps = np.bincount(place, weights=correct - confidence, minlength=bins)
    return np.abs(gaps).sum() / len(confidence)


def by_definition(confidence: np.ndarray, correct: np.ndarray, bins: int) -> float:
    """Return the calibration error, one bin after another."""
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if b == 0:
            inside |= confidence == 0
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += inside.mean() * gap
    return total


def answers(rng: np.random.Generator, confidence: np.ndarray, bins: int) -> np.ndarray:
    """Return which answers are right: too few of one bin, too many of the next, and so on."""
    correct = np.zeros(len(confidence))
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    for b in range(bins):
        members = rng.permutation(np.flatnonzero(place == b))
        share = confidence[members].mean()
        share = 0.6 * share if b % 2 else share + 0.6 * (1 - share)
        correct[members[: round(share * len(members))]] = 1
    return correct


@demo(
    topic="write-evaluation",
    claims={
        "equals-definition": "Equals the definition for any number of bins, too sure or not enough",
        "edges": "An item on an edge belongs to the lower bin; 0 and 1 are counted",
        "empty-bins": "An empty bin adds nothing",
    },
    measures={"error": "Largest difference from the definition"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="ece", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    with run.judge("equals-definition") as judge:
        errors = []
        for bins in (5 + seed % 3, 9, 15):
            # every bin is filled, unequally
            confidence = np.concatenate(
                [(np.arange(bins) + 0.5) / bins, rng.beta(3, 1, 150 + seed % 17)]
            )
            correct = answers(rng, confidence, bins)
            theirs = by_definition(confidence, correct, bins)
            with judge.unchanged(confidence=confidence, correct=correct):
                yours = solution(confidence, correct, bins)
            place = np.minimum((confidence * bins).astype(int), bins - 1)
            gap = correct - confidence
            gaps = [abs(gap[place == b].mean()) for b in range(bins)]
            mistakes = {
                "does every bin weigh the same?": np.mean(gaps),
                "is this the largest gap instead of the mean?": max(gaps),
                "do gaps of different sign cancel?": abs(gap.mean()),
                "is the sign of the gap kept?": gap.mean(),
                "is the sign of the gap kept, confidence first?": -gap.mean(),
            }
            judge.equal(yours, theirs, by="the definition", of=f"{bins} bins", mistakes=mistakes)
            errors.append(abs(yours - theirs))
        run.measure(error=max(errors))

    with run.judge("edges") as judge:
        # quarters are exact as floats, so that an edge is an edge
        cases = {
            "inner edges, 4 bins": (
                [0.25, 0.2, 0.25, 0.3, 0.5, 0.6, 0.8],
                [1, 0, 1, 0, 1, 0, 1],
                4,
            ),
            "confidence 1": ([1.0, 1.0, 0.9, 0.4, 0.2, 0.7], [1, 0, 1, 1, 0, 1], 4),
            "confidence 0": ([0.0, 0.0, 0.2, 0.9, 0.4, 0.7], [1, 0, 0, 1, 0, 1], 4),
        }
        for name, (sure, right, bins) in cases.items():
            confidence, correct = np.array(sure), np.array(right, dtype=float)
            theirs = by_definition(confidence, correct, bins)
            gap = correct - confidence
            upper = np.minimum((confidence * bins).astype(int), bins - 1)
            inside = (confidence > 0) & (confidence <= 1)
            mistakes = {
                "does an item on an edge go to the upper bin?": (
                    np.abs(np.bincount(upper, gap, bins)).sum() / len(gap)
                ),
                "does an item with confidence 0 fall out of all bins?": (
                    by_definition(confidence[inside], correct[inside], bins) * inside.mean()
                ),
            }
            yours = solution(confidence, correct, bins)
            judge.equal(yours, theirs, by="the definition", of=name, mistakes=mistakes)

    with run.judge("empty-bins") as judge:
        confidence = rng.uniform(0.81, 0.99, 40)
        correct = (rng.random(40) < 0.6).astype(float)
        for bins in (10, 40):
            theirs = by_definition(confidence, correct, bins)
            yours = solution(confidence, correct, bins)
            judge.equal(yours, theirs, by="the definition", of=f"{bins} bins")
