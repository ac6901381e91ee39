"""Write ROC-AUC by ranks.

**Exercise.** AUC is the probability that a random positive has a higher score than a random
negative; a tie counts half. Compute it by sorting once, without a matrix of all pairs:

    AUC = (R₊ − n₊·(n₊ + 1)/2) / (n₊·n₋)

R₊ is the sum of the positives' ranks, from 1 for the smallest score; equal scores share the mean
of their ranks. With one class only there is no pair: return NaN. The judge is scikit-learn.
"""

import tracemalloc

import numpy as np
from sklearn.metrics import roc_auc_score

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def roc_auc(truth, scores):
    """Return the area under the ROC curve.

    truth:  (items,) array of 0 and 1
    scores: (items,) array, higher for "more likely 1"; any real numbers, ties possible
    """
    return np.mean((scores > 0.5) == truth)
'''


def roc_auc(truth, scores):
    """Return the area under the ROC curve."""
    positives = int(np.sum(truth == 1))
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)  # rank of the last item of each group of equal scores
    ranks = (last - (sizes - 1) / 2)[group]
    above = ranks[truth == 1].sum() - positives * (positives + 1) / 2
    return above / (positives * negatives)


@demo(
    topic="write-evaluation",
    claims={
        "equals-sklearn": "Equals scikit-learn's AUC where no two scores are equal",
        "ties": "A positive and a negative with equal scores count half",
        "any-scores": "Logits do as well as probabilities: only the order counts",
        "one-class": "With positives only, or negatives only, the result is NaN",
        "no-pairs": "Memory grows with the items, not with the pairs",
    },
    measures={"error": "Difference from scikit-learn's AUC"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="roc_auc", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    items = 41 + seed % 12
    truth = (rng.random(items) < 0.3).astype(int)
    truth[:3] = 1, 0, 0  # both classes, and never as many positives as negatives
    # a positive item is more likely to stand high; all scores differ
    order = np.argsort(rng.normal(size=items) + truth)
    scores = np.empty(items)
    scores[order] = np.sort(rng.permutation(100)[:items]) / 100

    with run.judge("equals-sklearn") as judge:
        theirs = roc_auc_score(truth, scores)
        with judge.unchanged(truth=truth, scores=scores):
            yours = solution(truth, scores)
        positives, negatives = truth.sum(), (1 - truth).sum()
        mistakes = {
            "is the order turned round?": 1 - theirs,
            "do the ranks begin at 0?": theirs - 1 / negatives,
            "is n₊·(n₊ + 1)/2 missing?": theirs + (positives + 1) / 2 / negatives,
        }
        judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)
        run.measure(error=abs(yours - theirs))

    with run.judge("ties") as judge:
        rounded = np.floor(scores * 4)  # four values for all items
        pairs = rounded[truth == 1][:, None] - rounded[truth == 0]
        mistakes = {
            "does a tie count as won?": np.mean(pairs >= 0),
            "does a tie count as lost?": np.mean(pairs > 0),
        }
        theirs = roc_auc_score(truth, rounded)
        judge.equal(
            solution(truth, rounded), theirs, within=1e-6, by="scikit-learn", mistakes=mistakes
        )
        same = np.full(items, 0.5)
        judge.equal(solution(truth, same), 0.5, within=1e-6, of="all scores equal")

    with run.judge("any-scores") as judge:
        theirs = roc_auc_score(truth, scores)
        maps = {
            "logits": np.log((scores + 0.01) / (1.01 - scores)),
            "scores of about 1e-6": scores * 1e-6,
            "log-probabilities": scores - 50,
        }
        for name, mapped in maps.items():
            yours = solution(truth, mapped)
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=name)

    with run.judge("one-class") as judge:
        for name, label in (("positives only", 1), ("negatives only", 0)):
            yours = solution(np.full(items, label), scores)
            judge.equal(yours, float("nan"), by="with no pair to rank", of=name)

    with run.judge("no-pairs") as judge:
        many = 3000
        truth, scores = (np.arange(many) % 2), rng.normal(size=many)
        tracemalloc.start()
        try:
            solution(truth, scores)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        judge.that(
            peak < 400 * many,
            f"{many} items took {peak / 1e6:.1f} MB, {peak // many} bytes for each: "
            "can you sort instead of comparing every pair?",
        )
