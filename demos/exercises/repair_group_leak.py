"""Cross-validated at 95 %, a coin in the clinic.

**Exercise.** Each patient comes several times. This cross-validation promises an accuracy that no
new patient sees. Repair it: it must promise what the model gives on patients it has never met.

`fit(rows, labels)` trains a model and returns `predict(rows)`; the exercise gives it and looks at
what it is trained and tested on. The curve shows the folds you log; the line is the truth, on new
patients.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    """Return the accuracy to expect on new patients, from five folds.

    rows:      (n, features)  one visit each
    labels:    (n,)           0 or 1, the same at all visits of a patient
    patients:  (n,)           whose visit it is
    fit:       fit(rows, labels) -> predict(rows) -> (m,) of 0 and 1
    log:       log(fold, accuracy in this fold)
    """
    order = np.random.default_rng(0).permutation(len(rows))
    scores = []
    for fold, test in enumerate(np.array_split(order, 5)):
        train = np.setdiff1d(order, test)
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)
'''


def cross_validate(rows, labels, patients, fit, log):
    """Return the accuracy to expect on new patients: the folds are folds of patients."""
    people = np.random.default_rng(0).permutation(np.unique(patients))
    scores = []
    for fold, held in enumerate(np.array_split(people, 5)):
        test = np.isin(patients, held)
        predict = fit(rows[~test], labels[~test])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


class Nearest:
    """Answers with the label of the nearest visit, and notes who was trained and tested on."""

    def __init__(self, rows: np.ndarray, patients: np.ndarray) -> None:
        self.whose = {row.tobytes(): patient for row, patient in zip(rows, patients, strict=True)}
        self.tested: list[bytes] = []
        self.strangers = 0
        self.shared = 0

    def __call__(self, rows: np.ndarray, labels: np.ndarray):
        known, answers = np.array(rows), np.array(labels)
        trained = {self.whose.get(row.tobytes()) for row in known}

        def predict(asked: np.ndarray) -> np.ndarray:
            for row in np.asarray(asked):
                self.tested.append(row.tobytes())
                self.strangers += row.tobytes() not in self.whose
                self.shared += self.whose.get(row.tobytes()) in trained
            gaps = ((np.asarray(asked)[:, None] - known[None]) ** 2).sum(-1)  # (asked, known)
            return answers[gaps.argmin(1)]

        return predict


def visits(
    draw: np.random.Generator, people: int, signal: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows, labels and patients in mixed order; 2 to 6 visits each, nearly alike."""
    label = draw.integers(0, 2, people)
    centre = draw.normal(size=(people, 5))
    centre[:, 0] += signal * (2 * label - 1)
    names = draw.permutation(10 * people)[:people]
    who = draw.permutation(np.repeat(np.arange(people), draw.integers(2, 7, people)))
    rows = centre[who] + 0.1 * draw.normal(size=(len(who), 5))
    return rows, label[who], names[who]


@demo(
    topic="repair-data",
    claims={
        "promise-is-kept": "Where the label is a coin per patient, the estimate is within 0.2 of "
        "the accuracy on new patients",
        "signal-is-found": "With a real signal it is within 0.13 of that accuracy too",
        "nobody-on-both-sides": "No model is tested on a patient whose other visits it trained on",
        "all-are-tested": "Every visit is tested, and nothing but visits of the table",
    },
    measures={
        "estimate": "Estimate where the label is a coin per patient",
        "truth": "Accuracy on new patients there",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="cross_validate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    people = 190 + seed % 11
    coin, new_coin = visits(draw, people, 0.0), visits(draw, 300, 0.0)
    real, new_real = visits(draw, people, 1.5), visits(draw, 300, 1.5)

    def truth_of(known: tuple, new: tuple) -> float:
        return float(np.mean(Nearest(*known[::2])(*known[:2])(new[0]) == new[1]))

    truth, real_truth = truth_of(coin, new_coin), truth_of(real, new_real)
    run.axes(x="fold", y="accuracy")
    run.reference("new patients", truth)
    run.progress(10)

    def log_as(name: str):
        def log(fold: int, value: float) -> None:
            run.step()
            run.line_points(fold, {name: float(value)})

        return log

    model = Nearest(coin[0], coin[2])
    with run.judge("promise-is-kept") as judge:
        with judge.unchanged(rows=coin[0], labels=coin[1], patients=coin[2]):
            estimate = float(solution(*coin, model, log_as("coin per patient")))
        run.measure(estimate=estimate, truth=truth)
        judge.that(
            abs(estimate - truth) < 0.2,
            f"promised {estimate:.0%}, and new patients see {truth:.0%}: what does a test row "
            "have in common with a training row?",
        )

    with run.judge("signal-is-found") as judge:
        found = float(solution(*real, Nearest(real[0], real[2]), log_as("real signal")))
        judge.that(
            abs(found - real_truth) < 0.13,
            f"promised {found:.0%}, and new patients see {real_truth:.0%}: is the model trained "
            "on all it may see?",
        )

    with run.judge("nobody-on-both-sides") as judge:
        judge.that(model.tested, "no visit was tested")
        judge.that(
            model.shared == 0,
            f"{model.shared} of {len(model.tested)} tested visits belong to a patient whom the "
            "model knew from training",
        )

    with run.judge("all-are-tested") as judge:
        judge.that(
            model.strangers == 0,
            f"{model.strangers} tested rows are no visits of the table: were they averaged or "
            "changed?",
        )
        left = len(coin[0]) - len(set(model.tested))
        judge.that(left == 0, f"{left} of {len(coin[0])} visits were never tested")
