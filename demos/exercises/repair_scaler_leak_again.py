"""Ninety percent on coin flips.

**Exercise.** This script keeps the few features that go best with the label and cross-validates a
classifier on them. On a table whose labels are coin flips it reports far more than a half. Repair
it: the number must be what new rows would give, on noise and on a real signal alike.

`log(fold, accuracy)` draws the folds; the lines are the truth on new rows. At most `keep` features
may be used, for the model will be read by people.
"""

import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold


def estimate(rows, labels, keep, log):
    """Return the accuracy that a classifier on `keep` features will have on new rows.

    rows:    (n, features)   many more features than rows
    labels:  (n,)            0 or 1
    log:     log(fold, accuracy in this fold)
    """
    chosen = SelectKBest(k=keep).fit_transform(rows, labels)
    scores = []
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(chosen, labels)):
        model = LogisticRegression().fit(chosen[train], labels[train])
        scores.append(model.score(chosen[test], labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)
'''


def estimate(rows, labels, keep, log):
    """Return the accuracy to expect on new rows: each fold chooses features of its own."""
    scores = []
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(rows, labels)):
        model = make_pipeline(SelectKBest(k=keep), LogisticRegression())
        model.fit(rows[train], labels[train])
        scores.append(model.score(rows[test], labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


FEATURES = 600


def table(draw: np.random.Generator, count: int, informative: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and labels, half of each class; `informative` features depend on the label."""
    labels = draw.permutation(np.arange(count) % 2)
    rows = draw.normal(size=(count, FEATURES))
    rows[:, :informative] += 1.1 * (2 * labels[:, None] - 1)
    return rows, labels


@demo(
    topic="repair-data",
    claims={
        "coins-are-coins": "On coin flips the estimate is within 0.15 of a half, the mean of four "
        "tables",
        "signal-is-found": "On a real signal it is within 0.08 of the accuracy on new rows",
        "same-model": "On the signal it is above 0.85, as with the best features alone",
        "five-folds": "Every row is tested: five folds or more are logged, and their mean is the "
        "estimate",
    },
    measures={
        "coins": "Mean estimate on four tables of coin flips",
        "signal": "Estimate on a table with a signal",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="estimate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    keep, count = 8 + seed % 5, 80 + 2 * (seed % 6)
    coins = [table(draw, count, 0) for _ in range(4)]
    signal, fresh = table(draw, count, 6), table(draw, 1000, 6)
    honest = make_pipeline(SelectKBest(k=keep), LogisticRegression()).fit(*signal)
    truth = float(honest.score(*fresh))
    run.axes(x="fold", y="accuracy")
    run.reference("coin", 0.5)
    run.reference("signal, new rows", truth)
    run.progress(25)
    logged: dict[str, list[float]] = {}

    def log_as(name: str):
        def log(fold: int, value: float) -> None:
            run.step()
            logged.setdefault(name, []).append(float(value))
            if name in ("coins 1", "signal"):
                run.line_points(fold, {name: logged[name][-1]})

        return log

    with run.judge("coins-are-coins") as judge:
        found = [
            float(solution(rows, labels, keep, log_as(f"coins {index}")))
            for index, (rows, labels) in enumerate(coins, 1)
        ]
        run.measure(coins=float(np.mean(found)))
        judge.that(
            np.ptp(found) > 0,
            f"four tables, and {found[0]:.3g} on each of them: is anything measured?",
        )
        judge.that(
            abs(np.mean(found) - 0.5) < 0.15,
            f"{np.mean(found):.0%} on coin flips: who has seen the labels of the test rows "
            "before the test?",
        )

    estimated = float("nan")
    with run.judge("signal-is-found") as judge:
        estimated = float(solution(*signal, keep, log_as("signal")))
        run.measure(signal=estimated)
        judge.that(
            abs(estimated - truth) < 0.08,
            f"estimated {estimated:.0%}, and {truth:.0%} on new rows with {keep} chosen features",
        )

    with run.judge("same-model") as judge:
        judge.that(
            estimated > 0.85,
            f"{estimated:.0%} on the signal: the best {keep} features reach {truth:.0%}. Are they "
            "still chosen?",
        )

    with run.judge("five-folds") as judge:
        scores = logged.get("signal", [])
        judge.that(len(scores) >= 5, f"{len(scores)} folds were logged: is every row tested once?")
        judge.that(
            abs(np.mean(scores) - estimated) < 0.02,
            f"the folds have a mean of {np.mean(scores):.3f}, and you return {estimated:.3f}",
        )
