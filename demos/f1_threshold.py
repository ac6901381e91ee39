"""99 % accuracy, and useless.

**Question.** One case in a hundred is positive, so a classifier that always answers "no" is 99 %
accurate. Which metric sees through it, and where do you set the threshold of a better one?

**Idea.** Count true and false positives and negatives at a threshold t:

    precision = TP / (TP + FP)      recall = TP / (TP + FN)      F1 = 2·TP / (2·TP + FP + FN)

TN stands in none of them, but it is nearly all of accuracy = (TP + TN) / n. So easy negatives in
the test set raise accuracy and leave F1 as it is. F1 weighs a false alarm like a miss; if a miss
costs c times as much, minimise FP + c·FN. With calibrated probabilities the threshold for that is
t = 1 / (1 + c) (Elkan 2001, "The foundations of cost-sensitive learning").

Two fixed spam filters stand beside the model: of 10,000 mails with 100 spam the loose one finds 90
and flags 100 good mails, the strict one finds 46 and flags 6. scikit-learn scores both.

**Watch** recall fall and precision rise with the threshold, F1 peak between them, and the two cost
curves, each with its own minimum.

**Try** until a claim fails. `positives=0.2`: with more positives the trivial classifier is no
longer accurate. `cost_ratio=1`: the two cost curves are one, so nothing moves. `added=0`: nothing
is added, so accuracy stays as well.

**Real scale.** These are definitions and hold for any model. What changes is the noise: here F1
rests on 200 positives; a benchmark with 20 ranks models by chance. And F1 does not replace costs.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

from quizapp.demo import Float, Int, Predict, Run, demo


def scores(tn: int, fp: int, fn: int, tp: int) -> dict[str, float]:
    """Return the four metrics of a confusion matrix; one that would divide by zero is 0."""
    return {
        "precision": tp / max(tp + fp, 1),
        "recall": tp / max(tp + fn, 1),
        "F1": 2 * tp / max(2 * tp + fp + fn, 1),
        "accuracy": (tp + tn) / (tn + fp + fn + tp),
    }


def mails(found: int, alarms: int) -> tuple[np.ndarray, np.ndarray]:
    """Return label and decision of 10,000 mails, 100 of them spam, as a filter leaves them."""
    label = (np.arange(10_000) < 100).astype(int)
    flagged = np.zeros(10_000, dtype=int)
    flagged[:found] = 1  # spam found
    flagged[100 : 100 + alarms] = 1  # good mails flagged
    return label, flagged


ROWS = 20_000  # of training data, and of test data


@demo(
    topic="metrics",
    claims={
        "trivial-is-accurate": 'Always "no" is over 98 % accurate, and its F1 is 0',
        "f1-ignores-true-negatives": "More true negatives raise accuracy and leave F1 as it is",
        "f1-depends-on-the-class": "Calling the other class positive changes F1 by more than 0.2",
        "accuracy-hides-alarms": "A filter of over 98 % accuracy has more false alarms than hits",
        "equal-f1-other-errors": "Two filters within 0.03 of F1 differ by over 0.3 in precision "
        "and in recall",
        "costs-move-threshold": "When a miss costs more than an alarm, the best threshold is lower",
    },
    measures={
        "accuracy_trivial": 'Accuracy of always "no"',
        "f1_trivial": 'F1 of always "no"',
        "balanced_trivial": 'Balanced accuracy of always "no"',
        "f1_half": "F1 of the model at threshold 0.5",
        "f1_best": "Largest F1 over the thresholds",
        "threshold_f1": "Threshold of the largest F1",
        "accuracy_rise": "Accuracy gained by the added true negatives",
        "f1_after": "What the added true negatives do to F1",
        "f1_other_class": "F1 at that threshold with the frequent class as the positive one",
        "f1_loose": "F1 of the loose filter",
        "f1_strict": "F1 of the strict filter",
        "precision_loose": "Precision of the loose filter",
        "precision_strict": "Precision of the strict filter",
        "recall_loose": "Recall of the loose filter",
        "recall_strict": "Recall of the strict filter",
        "accuracy_loose": "Accuracy of the loose filter",
        "threshold_equal": "Threshold of least cost when a miss costs as much as an alarm",
        "threshold_cost": "Threshold of least cost at the chosen cost ratio",
    },
    predict=Predict(
        "We add easy negatives, all answered right. What does F1 do?",
        options=("falls", "stays", "rises"),
        measure="f1_after",
    ),
    budget_s=4,
)
def main(
    run: Run,
    positives: float = Float(0.01, 0.005, 0.5, log=True, help="share of positive cases"),
    cost_ratio: float = Float(10, 1, 100, log=True, help="c: cost of a miss over a false alarm"),
    added: int = Int(20000, 0, 100000, step=10000, help="true negatives added to the test set"),
    separation: float = Float(3, 1, 5, step=0.5, help="distance of the classes in deviations"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    y = (np.arange(2 * ROWS) % ROWS < positives * ROWS).astype(int)  # (2·ROWS,)
    x = rng.normal(size=(2 * ROWS, 5)) + separation / np.sqrt(5) * y[:, None]  # (2·ROWS, 5)
    model = LogisticRegression().fit(x[:ROWS], y[:ROWS])
    label = y[ROWS:]  # (ROWS,)
    probability = model.predict_proba(x[ROWS:])[:, 1]  # (ROWS,)

    run.axes(title="one point per threshold", x="threshold", y="score")
    run.axes(chart="cost", title="cost per 1000 cases", x="threshold", y="cost (one alarm = 1)")
    run.reference("1 / (1 + c) =", 1 / (1 + cost_ratio), chart="cost", axis="x")
    counts, f1, equal, weighted = {}, {}, {}, {}  # by threshold
    for step in run.steps(99):
        t = (step + 1) / 100
        counts[t] = confusion_matrix(label, probability >= t).ravel().tolist()
        tn, fp, fn, tp = counts[t]
        found = scores(tn, fp, fn, tp)
        f1[t] = found["F1"]
        equal[t] = 1000 * (fp + fn) / ROWS
        weighted[t] = 1000 * (fp + cost_ratio * fn) / ROWS
        run.line_points(t, found)
        costs = {"a miss costs 1": equal[t], f"a miss costs {cost_ratio:g}": weighted[t]}
        run.line_points(t, costs, chart="cost")

    negatives = int((label == 0).sum())
    trivial = scores(tn=negatives, fp=0, fn=int(label.sum()), tp=0)
    balanced = balanced_accuracy_score(label, np.zeros(ROWS))

    best = max(f1, key=f1.get)
    tn, fp, fn, tp = counts[best]
    before = scores(tn, fp, fn, tp)
    after = scores(tn + added, fp, fn, tp)
    rise = after["accuracy"] - before["accuracy"]
    change = after["F1"] - before["F1"]
    verdict = "stays" if change == 0 else "rises" if change > 0 else "falls"
    other_class = f1_score(label, probability >= best, pos_label=0)
    loose = mails(found=90, alarms=100)
    strict = mails(found=46, alarms=6)
    precision, recall, f1_loose, _ = precision_recall_fscore_support(*loose, average="binary")
    precision_2, recall_2, f1_strict, _ = precision_recall_fscore_support(*strict, average="binary")
    accuracy = accuracy_score(*loose)
    at_equal = min(equal, key=equal.get)
    at_cost = min(weighted, key=weighted.get)

    run.table("At the best F1", [{"negatives": "all"} | before, {"negatives": "more"} | after])
    run.measure(accuracy_trivial=trivial["accuracy"], f1_trivial=trivial["F1"])
    run.measure(balanced_trivial=balanced, f1_half=f1[0.5], f1_best=f1[best], threshold_f1=best)
    run.measure(accuracy_rise=rise, f1_after=verdict, f1_other_class=other_class)
    run.measure(f1_loose=f1_loose, f1_strict=f1_strict, accuracy_loose=accuracy)
    run.measure(precision_loose=precision, precision_strict=precision_2)
    run.measure(recall_loose=recall, recall_strict=recall_2)
    run.measure(threshold_equal=at_equal, threshold_cost=at_cost)
    fooled = trivial["accuracy"] > 0.98 and trivial["F1"] == 0
    shown = f"accuracy {trivial['accuracy']:.3f}, F1 {trivial['F1']:.0f}"
    run.claim("trivial-is-accurate", fooled, shown)
    shown = f"accuracy {rise:+.4f}, F1 {change:+.4f}"
    run.claim("f1-ignores-true-negatives", rise > 0 and change == 0, shown)
    shown = f"{other_class:.3f} against {f1[best]:.3f}"
    run.claim("f1-depends-on-the-class", abs(other_class - f1[best]) > 0.2, shown)
    shown = f"accuracy {accuracy:.3f}, precision {precision:.2f}"
    run.claim("accuracy-hides-alarms", accuracy > 0.98 and precision < 0.5, shown)
    gaps = abs(precision - precision_2), abs(recall - recall_2)
    alike = abs(f1_loose - f1_strict) < 0.03 and min(gaps) > 0.3
    run.claim("equal-f1-other-errors", alike, f"F1 {f1_loose:.3f} and {f1_strict:.3f}")
    run.claim("costs-move-threshold", at_cost < at_equal, f"{at_cost:.2f} against {at_equal:.2f}")
