"""Write precision, recall and F1, macro and micro.

**Exercise.** Given true and predicted labels and the classes that count, return precision, recall
and F1 as a tuple. Other labels, such as "other", may occur and have no score of their own.

    P = tp/(tp + fp)    R = tp/(tp + fn)    F1 = 2·P·R/(P + R)

"macro" is the mean of each number over the classes, "micro" the number from pooled counts. A
fraction 0/0 counts as 0. The judge is scikit-learn.
"""

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def f1_scores(truth, predicted, classes, average):
    """Return (precision, recall, F1) over the classes that count.

    truth:     list of labels (texts), one per item
    predicted: list of labels, as long
    classes:   list of the labels that count
    average:   "macro" or "micro"
    """
    right = sum(t == p for t, p in zip(truth, predicted))
    accuracy = right / len(truth)
    return accuracy, accuracy, accuracy
'''


def f1_scores(truth, predicted, classes, average):
    """Return (precision, recall, F1) over the classes that count."""

    def scores(tp, fp, fn):
        precision = tp / (tp + fp) if tp + fp else 0.0
        recall = tp / (tp + fn) if tp + fn else 0.0
        return precision, recall, 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0

    pairs = list(zip(truth, predicted, strict=True))
    counts = [
        (
            sum(t == c and p == c for t, p in pairs),
            sum(t != c and p == c for t, p in pairs),
            sum(t == c and p != c for t, p in pairs),
        )
        for c in classes
    ]
    if average == "micro":
        return scores(*(sum(column) for column in zip(*counts, strict=True)))
    each = [scores(*one) for one in counts]
    return tuple(sum(column) / len(classes) for column in zip(*each, strict=True))


NAMES = "(precision, recall, F1)"


def sklearn_scores(truth, predicted, classes, average):
    """Return what scikit-learn gives."""
    return precision_recall_fscore_support(
        truth, predicted, labels=classes, average=average, zero_division=0
    )[:3]


def draw(rng: np.random.Generator, items: int) -> tuple[list[str], list[str]]:
    """Return true and predicted labels of unequal frequency, each pair of labels confused."""
    names = np.array(["refund", "delivery", "login", "other"])
    truth = rng.choice(names, items, p=[0.1, 0.2, 0.3, 0.4])
    guess = rng.choice(names, items, p=[0.35, 0.3, 0.2, 0.15])
    return truth.tolist(), np.where(rng.random(items) < 0.55, truth, guess).tolist()


@demo(
    topic="write-evaluation",
    claims={
        "macro": "Macro: precision, recall and F1 equal scikit-learn's",
        "micro": "Micro: the counts are pooled over the classes that count, then divided",
        "zero-division": "A class that is never predicted, or never true, counts as 0, not NaN",
        "many-calls": "A second call with other labels and classes is right too",
    },
    measures={"error": "Largest difference from scikit-learn's macro scores"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="f1_scores", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    truth, predicted = draw(rng, 80 + seed % 9)
    classes = ["refund", "delivery", "login"]

    with run.judge("macro") as judge:
        theirs = sklearn_scores(truth, predicted, classes, "macro")
        with judge.unchanged(truth=truth, predicted=predicted, classes=classes):
            yours = solution(truth, predicted, classes, "macro")
        p, r, _ = theirs
        weighted = sklearn_scores(truth, predicted, classes, "weighted")
        everything = sklearn_scores(truth, predicted, [*classes, "other"], "macro")
        mistakes = {
            "are precision and recall swapped?": (r, p, theirs[2]),
            "is F1 taken of the mean precision and recall?": (p, r, 2 * p * r / (p + r)),
            "are classes weighted by how often they occur?": weighted,
            "does a label count that is not in classes?": everything,
        }
        judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=NAMES, mistakes=mistakes)
        run.measure(error=np.abs(np.subtract(yours, theirs)).max())

    with run.judge("micro") as judge:
        theirs = sklearn_scores(truth, predicted, classes, "micro")
        accuracy = np.mean([t == p for t, p in zip(truth, predicted, strict=True)])
        mistakes = {
            "is this the accuracy? `other` has no score": (accuracy, accuracy, accuracy),
            "is this macro again?": sklearn_scores(truth, predicted, classes, "macro"),
        }
        yours = solution(truth, predicted, classes, "micro")
        judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=NAMES, mistakes=mistakes)

    with run.judge("zero-division") as judge:
        truth, predicted = draw(rng, 30)
        silent = ["other" if label == "refund" else label for label in predicted]
        absent = ["other" if label == "login" else label for label in truth]
        cases = {
            "a class never predicted": (truth, silent, classes, "macro"),
            "a class never true": (absent, predicted, classes, "macro"),
            "neither": (truth, predicted, [*classes, "invoice"], "macro"),
            "nothing predicted, micro": (truth, ["other"] * 30, classes, "micro"),
        }
        for name, case in cases.items():
            yours, theirs = solution(*case), sklearn_scores(*case)
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=name)

    with run.judge("many-calls") as judge:
        for average in ("macro", "micro", "macro"):
            truth, predicted = draw(rng, 50 + seed % 7)
            classes = rng.permutation(["other", "refund", "delivery"]).tolist()
            yours = solution(truth, predicted, classes, average)
            theirs = sklearn_scores(truth, predicted, classes, average)
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", of=f"{average}, {classes}")
