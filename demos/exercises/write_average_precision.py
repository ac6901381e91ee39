"""Write average precision.

**Exercise.** Items are sorted by score; each distinct score is a threshold, and all items at or
above it are taken. Return the sum over thresholds, from the highest to the lowest:

    AP = Σₙ (Rₙ − Rₙ₋₁)·Pₙ        P and R: precision and recall at threshold n, R₀ = 0

Items with equal scores enter together. Without a positive item return 0. It is a sum of steps,
not of trapezoids. The judge is scikit-learn.
"""

import warnings

import numpy as np
from sklearn.metrics import auc, average_precision_score, precision_recall_curve

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def average_precision(truth, scores):
    """Return the average precision.

    truth:  (items,) array of 0 and 1
    scores: (items,) array, higher for "more likely 1"; ties possible
    """
    return np.mean(truth)
'''


def average_precision(truth, scores):
    """Return the average precision."""
    positives = truth.sum()
    if positives == 0:
        return 0.0
    order = np.argsort(-scores)
    hits = np.cumsum(truth[order])  # true positives among the items taken so far
    taken = np.arange(1, len(truth) + 1)
    # a threshold stands after the last of several equal scores
    last = np.append(np.diff(scores[order]) != 0, True)
    precision, recall = hits[last] / taken[last], hits[last] / positives
    return float(np.sum(np.diff(recall, prepend=0) * precision))


def draw(rng: np.random.Generator, items: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and distinct scores in [0, 1), higher for positives more often than not."""
    truth = (rng.random(items) < 0.3).astype(int)
    truth[:3] = 1, 0, 1
    scores = np.empty(items)
    scores[np.argsort(rng.normal(size=items) + truth)] = np.sort(rng.permutation(100)[:items]) / 100
    return truth, scores


@demo(
    topic="write-evaluation",
    claims={
        "equals-sklearn": "Equals scikit-learn's average precision where no two scores are equal",
        "ties": "Items with equal scores enter together, in whatever order they come",
        "any-scores": "Logits do as well as probabilities: only the order counts",
        "no-positives": "Without a positive item the result is 0, with positives only it is 1",
    },
    measures={"error": "Difference from scikit-learn's average precision"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="average_precision", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    items = 37 + seed % 11

    with run.judge("equals-sklearn") as judge:
        errors = []
        for _ in range(3):
            truth, scores = draw(rng, items)
            theirs = average_precision_score(truth, scores)
            with judge.unchanged(truth=truth, scores=scores):
                yours = solution(truth, scores)
            precision, recall, _ = precision_recall_curve(truth, scores)
            smoothed = np.maximum.accumulate(precision)[:-1]
            mistakes = {
                "is this the area by trapezoids?": auc(recall, precision),
                "are the scores sorted upwards?": average_precision_score(truth, -scores),
                "is precision averaged over all items, not the positive ones?": (
                    precision[:-1].mean()
                ),
                "is precision made monotone first?": -np.sum(np.diff(recall) * smoothed),
            }
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)
            errors.append(abs(yours - theirs))
        run.measure(error=max(errors))

    with run.judge("ties") as judge:
        coarse = np.floor(scores * 4) / 4  # four values for all items
        theirs = average_precision_score(truth, coarse)
        tiny, one_by_one = truth * 1e-3, np.arange(items) * 1e-6
        mistakes = {
            "do positives go first among equal scores?": average_precision_score(
                truth, coarse + one_by_one + tiny
            ),
            "do negatives go first among equal scores?": average_precision_score(
                truth, coarse + one_by_one - tiny
            ),
        }
        # positives first, then negatives first: what a stable sort keeps among equal scores
        for order in (np.argsort(-truth), np.argsort(truth), rng.permutation(items)):
            yours = solution(truth[order], coarse[order])
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)
        same = np.full(items, 0.5)
        judge.equal(solution(truth, same), truth.mean(), within=1e-6, of="all scores equal")

    with run.judge("any-scores") as judge:
        truth, scores = draw(rng, items)
        theirs = average_precision_score(truth, scores)
        maps = {
            "logits": np.log((scores + 0.01) / (1.01 - scores)),
            "scores of about 1e-6": scores * 1e-6,
            "log-probabilities": scores - 50,
        }
        for name, mapped in maps.items():
            yours = solution(truth, mapped)
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=name)

    with run.judge("no-positives") as judge:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = average_precision_score(truth * 0, scores)
        judge.equal(solution(truth * 0, scores), theirs, by="scikit-learn", of="no positive")
        judge.equal(solution(truth * 0 + 1, scores), 1.0, by="scikit-learn", of="positives only")
