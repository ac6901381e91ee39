"""Three ways to be too good.

**Exercise.** This script chooses a few features, cross-validates a classifier on visits of patients
and reports the F1 that new patients will see. Its number is wrong on every table that we gave it:
too high on two, too low on a third. Repair it. No hint says how many bugs there are.

The judge knows three tables: labels that are coins per patient; labels that are coins, with
hundreds of idle features; a rare class that is easy to find. The curve shows what you log.
"""

import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier


def estimate(rows, labels, patients, keep, log):
    """Return the F1 of class 1 to expect on new patients, over all of them together.

    rows:      (n, features)  one visit each
    labels:    (n,)           0 or 1, the same at all visits of a patient
    patients:  (n,)           whose visit it is
    keep:      how many features the model may use; each model chooses its own
    log:       log(fold, F1)
    """
    chosen = SelectKBest(k=keep).fit_transform(rows, labels)
    scores = []
    for fold, (train, test) in enumerate(KFold(10, shuffle=True, random_state=0).split(chosen)):
        model = KNeighborsClassifier(1).fit(chosen[train], labels[train])
        scores.append(f1_score(labels[test], model.predict(chosen[test]), zero_division=0))
        log(fold, scores[-1])
    return np.mean(scores)
'''


def estimate(rows, labels, patients, keep, log):
    """Return the F1 over all patients, each predicted by a model that never saw them."""
    predicted = np.zeros_like(labels)
    for fold, (train, test) in enumerate(GroupKFold(10).split(rows, labels, patients)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        log(fold, f1_score(labels[test], predicted[test], zero_division=0))
    return f1_score(labels, predicted)


Table = tuple[np.ndarray, np.ndarray, np.ndarray]


def coins(draw: np.random.Generator, people: int, visits: int, features: int) -> Table:
    """Return visits whose label is a coin per patient; visits of one patient are nearly alike."""
    label = draw.permutation(np.arange(people) % 2)
    who = draw.permutation(np.repeat(np.arange(people), visits))
    rows = draw.normal(size=(people, features))[who]
    return rows + 0.05 * draw.normal(size=rows.shape), label[who], who


def rare(draw: np.random.Generator, people: int, positives: int) -> Table:
    """Return one visit each; few are positive, and far from the others in three features."""
    label = draw.permutation((np.arange(people) < positives).astype(int))
    rows = draw.normal(size=(people, 24))
    rows[:, :3] += 7 * label[:, None]
    return rows, label, draw.permutation(people)


@demo(
    topic="repair-data",
    claims={
        "coin-per-patient": "On coins per patient, four visits each, the F1 is below 0.7",
        "idle-features": "On coins with 1500 idle features it is below 0.65, the mean of four "
        "tables",
        "rare-class": "On the rare class it is above 0.8, as for all patients together",
        "measured": "Each table has a number of its own, and five folds or more are logged",
    },
    measures={
        "coin": "F1 on coins per patient",
        "idle": "F1 on coins with idle features, mean of four tables",
        "rare": "F1 on the rare class",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="estimate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    keep = 16 + seed % 4
    patient_coins = coins(draw, 160 + 2 * (seed % 9), 4, 24)
    idle = [coins(draw, 52 + 2 * (seed % 5), 1, 1500) for _ in range(4)]
    few = rare(draw, 150 + seed % 20, 6)
    run.axes(x="fold", y="F1")
    run.reference("coin", 0.5)
    run.progress(60)
    folds: list[float] = []

    def log_as(name: str):
        def log(fold: int, value: float) -> None:
            run.step()
            folds.append(float(value))
            run.line_points(fold, {name: float(value)})

        return log

    found: list[float] = []
    with run.judge("coin-per-patient") as judge:
        rows, labels, patients = patient_coins
        with judge.unchanged(rows=rows, labels=labels, patients=patients):
            found.append(float(solution(*patient_coins, keep, log_as("coin per patient"))))
        run.measure(coin=found[-1])
        judge.that(
            0.2 < found[-1] < 0.7,
            f"an F1 of {found[-1]:.2f} where the label of a new patient is a coin: whom does the "
            "model know already?",
        )

    with run.judge("idle-features") as judge:
        several = [
            float(solution(*one, keep, log_as("idle features" if not i else f"idle {i + 1}")))
            for i, one in enumerate(idle)
        ]
        found += several
        run.measure(idle=float(np.mean(several)))
        judge.that(
            0.2 < np.mean(several) < 0.65,
            f"a mean F1 of {np.mean(several):.2f} on coins: which step has seen the labels of "
            "the test rows?",
        )

    with run.judge("rare-class") as judge:
        found.append(float(solution(*few, keep, log_as("rare class"))))
        run.measure(rare=found[-1])
        judge.that(
            found[-1] > 0.8,
            f"an F1 of {found[-1]:.2f} on a class that is easy to find: what is the F1 of a fold "
            "in which nobody is positive?",
        )

    with run.judge("measured") as judge:
        judge.that(
            len({round(one, 6) for one in found}) > 2,
            f"six tables, and the numbers {sorted(set(found))}: is anything measured?",
        )
        judge.that(len(folds) >= 30, f"{len(folds)} folds were logged for six tables")
