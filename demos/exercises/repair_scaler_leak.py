"""The model that stopped learning when new rows arrived.

**Exercise.** Every month new rows are appended for testing. Since the last delivery the *training*
loss of this script hardly falls, although the training rows are the same as before. Repair it.

The judge runs your script twice, with other test rows the second time: the model must be the same.
It also calls the `predict` that you return, on raw rows. The curve is the training loss you log.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def fit_and_test(rows, labels, is_test, log):
    """Scale the rows, train a logistic regression, and test it.

    rows:     (n, features)   raw readings, on very different scales
    labels:   (n,)            0 or 1
    is_test:  (n,) of bool    which rows are held out
    log:      log(step, training loss in nats)
    Returns (predict, accuracy): predict(raw rows) -> 0 or 1 each; accuracy on the test rows.
    """
    low, high = rows.min(axis=0), rows.max(axis=0)
    scaled = (rows - low) / (high - low)
    x, y = scaled[~is_test], labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return ((raw - low) / (high - low) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])
'''


def fit_and_test(rows, labels, is_test, log):
    """Scale by the training rows alone, train a logistic regression, and test it."""
    low, high = rows[~is_test].min(axis=0), rows[~is_test].max(axis=0)
    x, y = (rows[~is_test] - low) / (high - low), labels[~is_test]
    weights, bias = np.zeros(x.shape[1]), 0.0
    for step in range(300):
        p = 1 / (1 + np.exp(-(x @ weights + bias)))
        log(step, -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights -= 3 * x.T @ (p - y) / len(y)
        bias -= 3 * np.mean(p - y)

    def predict(raw):
        return ((raw - low) / (high - low) @ weights + bias > 0).astype(int)

    return predict, np.mean(predict(rows[is_test]) == labels[is_test])


SCALES = np.array([0.01, 1.0, 40.0, 3000.0])


def readings(draw: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return raw readings (count, 4) and labels: the classes differ by two deviations a feature."""
    labels = draw.integers(0, 2, count)
    rows = draw.normal(size=(count, 4)) + (2 * labels[:, None] - 1)
    return rows * SCALES, labels


def delivery(draw: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return new rows: as ever, but a sensor of three of them was broken."""
    rows, labels = readings(draw, count)
    rows[:3] += SCALES * draw.uniform(300, 900, size=(3, 4)) * draw.choice([-1, 1], size=(3, 4))
    rows[3] = rows[0] - 2 * SCALES * 400  # broken in the other direction as well
    return rows, labels


@demo(
    topic="repair-data",
    claims={
        "learns": "The training loss ends below 0.2 nats, and nine new rows in ten are right",
        "blind-to-test": "Other test rows leave curve and model exactly as they are",
        "honest-report": "The accuracy is that of your `predict` on all test rows",
        "row-by-row": "A raw row is predicted alike alone and among others",
    },
    measures={
        "last_loss": "Training loss at the end, nats",
        "new_rows": "Accuracy on new rows",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="fit_and_test", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    known = readings(draw, 160 + seed % 20)
    tests = [delivery(draw, 60 + seed % 7), delivery(draw, 60 + seed % 7)]
    probes, probe_labels = readings(draw, 800)
    order = draw.permutation(len(known[1]) + len(tests[0][1]))

    def table(test: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = np.concatenate([known[0], test[0]])[order]
        labels = np.concatenate([known[1], test[1]])[order]
        return rows, labels, order >= len(known[1])

    run.axes(x="step", y="training loss (nats)")
    run.reference("guessing", float(np.log(2)))
    run.progress(600)
    curves: list[list[float]] = [[], []]

    def log(step: int, value: float) -> None:
        run.step()
        curves[0].append(float(value))
        run.point(step, yours=curves[0][-1])

    def log_second(step: int, value: float) -> None:
        run.step()
        curves[1].append(float(value))

    predict, accuracy = None, float("nan")
    with run.judge("learns") as judge:
        rows, labels, is_test = table(tests[0])
        with judge.unchanged(rows=rows, labels=labels, is_test=is_test):
            predict, accuracy = solution(rows, labels, is_test, log)
        judge.that(len(curves[0]) >= 10, "fewer than ten steps were logged: log each step")
        right = float(np.mean(np.asarray(predict(probes)) == probe_labels))
        run.measure(last_loss=curves[0][-1], new_rows=right)
        judge.that(
            curves[0][-1] < 0.2,
            f"the training loss ends at {curves[0][-1]:.3f} nats, and guessing has 0.693. How "
            "large are the scaled training rows, and what made them so?",
        )
        judge.that(right > 0.9, f"{right:.0%} of new rows are right: what differs in serving?")

    with run.judge("blind-to-test") as judge:
        rows, labels, is_test = table(tests[1])
        other, _ = solution(rows, labels, is_test, log_second)
        judge.that(
            len(curves[0]) == len(curves[1]),
            f"{len(curves[0])} steps with one set of test rows, {len(curves[1])} with the other",
        )
        gap = float(np.max(np.abs(np.subtract(curves[0], curves[1])), initial=0.0))
        judge.that(
            gap < 1e-9,
            f"with other test rows the training curve moved by up to {gap:.3g} nats: through "
            "which line does a test row reach the training?",
        )
        assert predict is not None, "your script returned no predict"
        moved = int(np.sum(np.asarray(predict(probes)) != np.asarray(other(probes))))
        judge.that(moved == 0, f"with other test rows {moved} of 800 predictions changed: why?")

    with run.judge("honest-report") as judge:
        rows, labels, is_test = table(tests[0])
        mine = np.asarray(predict(rows[is_test]))
        judge.equal(accuracy, np.mean(mine == labels[is_test]), by="your predict", within=1e-9)

    with run.judge("row-by-row") as judge:
        together = np.asarray(predict(probes[:40]))
        alone = [int(np.asarray(predict(row[None])).ravel()[0]) for row in probes[:40]]
        judge.that(
            list(together) == alone,
            f"{int(np.sum(together != alone))} of 40 rows are predicted otherwise when they come "
            "alone: what does serving measure its scale on?",
        )
