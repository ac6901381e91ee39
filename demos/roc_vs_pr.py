"""ROC or precision-recall when positives are rare.

**Question.** One example in a hundred is positive. The ROC curve looks fine. Would you ship it?

**Idea.** ROC divides false alarms by *all negatives*: 5 % of 39,600 negatives is a small rate and
1,980 false alarms. Precision divides by *all alarms*, so it feels every one of them:

    FPR = FP / (FP + TN)        precision = TP / (TP + FP)

With prevalence π, precision = π·TPR / (π·TPR + (1 − π)·FPR). The same point of the ROC curve gives
another precision at every π.

**Watch** the baselines. A random scorer has ROC-AUC 0.5 at any prevalence. Its average precision
(AP) is the prevalence: 0.01 here, not 0.5. So an AP of 0.1 is ten times chance. Calibration is a
third thing: multiplying all log-odds by `sharpen` keeps the order, so both areas stay, but the
probabilities become too sure and the Brier score (mean squared error of the probability) grows.
That part is measured on a second, balanced sample, and so is the precision that a balanced test
set would promise.

**Try** `prevalence=0.5`: the views agree and the first claim fails. Raise `separation` until AP
reaches 0.5.

**What papers say.** A curve dominates in ROC space exactly if it dominates in PR space (Davis &
Goadrich 2006), so PR does not reorder such models; it shows the scale that matters. Saito &
Rehmsmeier (2015) show readers misled by ROC under imbalance. McDermott et al. (2024, arXiv
2401.06091) object to the slogan "PR for imbalance": AP favours gains among the highest scores.
Choose by the cost of an alarm. Scores are simulated; the arithmetic is the same in production.
"""

import numpy as np
from scipy.special import expit as sigmoid
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from quizapp.demo import Float, Int, Predict, Run, demo


def strictest(recall: np.ndarray, least: float) -> int:
    """Return the index of the strictest threshold that finds this share of the positives."""
    return np.flatnonzero(recall >= least)[-1]  # recall falls along the array


def two_classes(
    label: np.ndarray, separation: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores, (n,), unit normals around 0 and `separation`, and the true log-odds."""
    score = rng.normal(size=len(label)) + separation * label
    return score, separation * (score - separation / 2)  # log-odds if both are equally frequent


@demo(
    topic="metrics",
    claims={
        "roc-flatters": "ROC-AUC is above 0.8 while average precision is below 0.2",
        "pr-chance-is-prevalence": "A random scorer's average precision is the prevalence, "
        "within a factor of 1.5",
        "same-ranking-other-precision": "On the balanced sample ROC-AUC is within 0.06 and the "
        "precision at 80 % recall more than twice as high",
        "sharpening-keeps-auc": "Multiplying the log-odds leaves ROC-AUC unchanged",
        "sharpening-hurts-brier": "Multiplying the log-odds makes the Brier score worse",
    },
    measures={
        "roc_auc": "Area under the ROC curve",
        "average_precision": "Average precision, the area under the precision-recall curve",
        "prevalence": "Share of positives in this sample",
        "precision_at_80": "Precision at the threshold that finds 80 % of the positives",
        "fpr_at_80": "False-positive rate at that threshold",
        "precision_balanced": "Precision at 80 % recall on the balanced sample",
        "auc_balanced": "Area under the ROC curve on the balanced sample",
        "false_alarms_per_hit": "False alarms per true hit at that threshold",
        "random_ap": "Average precision of a random scorer",
        "brier_before": "Brier score of calibrated probabilities, balanced sample",
        "brier_after": "Brier score after sharpening, balanced sample",
    },
    predict=Predict(
        "You want to find 80 % of the positives. How many false alarms come with each hit?",
        measure="false_alarms_per_hit",
        low=0,
        high=60,
        unit="false alarms per hit",
        within=0.3,
    ),
    budget_s=4,
)
def main(
    run: Run,
    prevalence: float = Float(0.01, 0.002, 0.5, log=True, help="share of positives"),
    separation: float = Float(1.5, 0, 4, step=0.25, help="distance of the two score means"),
    sharpen: float = Float(6.0, 0.25, 10, help="factor on the log-odds"),
    n: int = Int(40000, 2000, 200000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    label = np.zeros(n, dtype=int)  # (n,)
    label[: round(prevalence * n)] = 1
    score, _ = two_classes(label, separation, rng)  # (n,)

    fpr, tpr, _ = roc_curve(label, score)  # by threshold, from strict to lenient
    precision, recall, _ = precision_recall_curve(label, score)
    run.axes(chart="roc", title="ROC", x="false-positive rate", y="true-positive rate")
    run.axes(chart="pr", title="Precision-recall", x="recall", y="precision")
    run.reference("random scorer", prevalence, chart="pr")
    grid = np.linspace(0, 1, 120)
    for i in run.steps(len(grid)):
        run.point(grid[i], chart="roc", roc=np.interp(grid[i], fpr, tpr), chance=grid[i])
        at = strictest(recall, grid[i])
        run.point(recall[at], chart="pr", model=precision[at])

    found = precision[strictest(recall, 0.8)]
    roc_auc = roc_auc_score(label, score)
    ap = average_precision_score(label, score)
    random_ap = average_precision_score(label, rng.random(n))

    strict_fpr = fpr[np.flatnonzero(tpr >= 0.8)[0]]  # the rate rises along the array

    even = rng.integers(0, 2, n)  # (n,) equally frequent
    _, log_odds = two_classes(even, separation, rng)  # (n,)
    before = brier_score_loss(even, sigmoid(log_odds))
    after = brier_score_loss(even, sigmoid(sharpen * log_odds))
    precision_even, recall_even, _ = precision_recall_curve(even, log_odds)
    found_even = precision_even[strictest(recall_even, 0.8)]
    auc_before = roc_auc_score(even, log_odds)
    auc_after = roc_auc_score(even, sharpen * log_odds)
    moved = abs(auc_after - auc_before)

    share = label.mean()
    run.measure(roc_auc=roc_auc, average_precision=ap, prevalence=share, random_ap=random_ap)
    run.measure(precision_at_80=found, false_alarms_per_hit=(1 - found) / found)
    run.measure(fpr_at_80=strict_fpr, precision_balanced=found_even, auc_balanced=auc_before)
    run.measure(brier_before=before, brier_after=after)
    run.claim("roc-flatters", roc_auc > 0.8 and ap < 0.2, f"ROC-AUC {roc_auc:.3f}, AP {ap:.3f}")
    near = 2 / 3 < random_ap / share < 1.5
    run.claim("pr-chance-is-prevalence", near, f"AP {random_ap:.4f}, prevalence {share:.4f}")
    ranked_alike = abs(auc_before - roc_auc) < 0.06 and found_even > 2 * found
    shown = f"AUC {auc_before:.3f} and {roc_auc:.3f}, precision {found_even:.3f} and {found:.3f}"
    run.claim("same-ranking-other-precision", ranked_alike, shown)
    run.claim("sharpening-keeps-auc", moved < 1e-9, f"AUC moved by {moved:.1e}")
    run.claim("sharpening-hurts-brier", after > before + 0.005, f"{before:.3f} to {after:.3f}")
