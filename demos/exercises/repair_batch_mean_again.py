"""The F1 that falls when the GPU is small.

**Exercise.** A classifier flags rare messages. On a small GPU, with smaller batches, this script
reports a lower F1 for the same model and the same rows. Repair it: F1 is that of all rows,

    F1 = 2·TP / (2·TP + FP + FN)

`predict(rows)` takes at most `batch_size` rows. The judge is scikit-learn's `f1_score`; without a
positive, F1 is 0. The curve shows what your script logs.
"""

import numpy as np
from sklearn.metrics import f1_score

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def evaluate(rows, labels, predict, batch_size, log):
    """Return the F1 of the positive class over all rows.

    rows:     (n, features)
    labels:   (n,)  0 or 1, few are 1
    predict:  predict(rows) -> (n,) of 0 and 1; at most batch_size rows a call
    log:      log(rows_read, F1 so far), once per batch
    """
    scores = []
    for start in range(0, len(rows), batch_size):
        flagged = predict(rows[start : start + batch_size])
        true = labels[start : start + batch_size]
        hits = np.sum((flagged == 1) & (true == 1))
        wrong = np.sum(flagged != true)
        scores.append(2 * hits / (2 * hits + wrong) if hits else 0.0)
        log(start + len(true), np.mean(scores))
    return np.mean(scores)
'''


def evaluate(rows, labels, predict, batch_size, log):
    """Return the F1 over all rows: the counts add up, the scores do not."""
    hits = wrong = 0
    for start in range(0, len(rows), batch_size):
        flagged = predict(rows[start : start + batch_size])
        true = labels[start : start + batch_size]
        hits += np.sum((flagged == 1) & (true == 1))
        wrong += np.sum(flagged != true)
        log(start + len(true), 2 * hits / (2 * hits + wrong) if hits else 0.0)
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


class Classifier:
    """Flags a row by its first feature, and notes the size of each call."""

    largest = 0

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        self.largest = max(self.largest, len(rows))
        return (rows[:, 0] > 0).astype(int)


def draw_rows(draw: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and labels: a tenth are positive, and the classifier misses some of them."""
    labels = (draw.random(count) < 0.1).astype(int)
    labels[draw.choice(count, 4, replace=False)] = 1
    rows = draw.normal(size=(count, 3))
    rows[:, 0] += np.where(labels == 1, 0.9, -1.4)
    return rows, labels


@demo(
    topic="repair-data",
    claims={
        "equals-sklearn": "The F1 is scikit-learn's over all rows",
        "batch-size-is-free": "Any batch size gives the same F1, one row a call as well",
        "in-batches": "The model is asked for no more than batch_size rows a call",
        "curve-is-true": "Each logged value is the F1 of the rows read so far",
        "no-positives": "Without any positive the F1 is 0, not an error",
    },
    measures={"error": "Difference from scikit-learn's F1"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="evaluate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    rows, labels = draw_rows(draw, 150 + seed % 17)
    predict = Classifier()
    flagged = predict(rows)
    truth = f1_score(labels, flagged, zero_division=0)
    size = 16 if len(rows) % 16 else 15
    run.axes(x="rows read", y="F1")
    run.reference("all rows", truth)
    run.progress(-(-len(rows) // size))
    logged: list[tuple[int, float]] = []

    def log(read: int, value: float) -> None:
        run.step()
        logged.append((int(read), float(value)))
        run.point(logged[-1][0], yours=logged[-1][1])

    def silent(read: int, value: float) -> None:
        run.check()

    with run.judge("equals-sklearn") as judge:
        yours = solution(rows, labels, predict, size, log)
        run.measure(error=abs(float(yours) - truth))
        starts = range(0, len(rows), size)
        parts = [(labels[s : s + size], flagged[s : s + size]) for s in starts]
        scores = [f1_score(*part, zero_division=0) for part in parts]
        with_positives = [score for score, part in zip(scores, parts, strict=True) if part[0].any()]
        mistakes = {
            "what is the F1 of a batch without positives, and how often does it count?": np.mean(
                scores
            ),
            "does a batch with one positive count as much as one with five?": np.mean(
                with_positives
            ),
            "is that the accuracy?": np.mean(labels == flagged),
        }
        judge.equal(yours, truth, by="scikit-learn", within=1e-9, mistakes=mistakes)

    with run.judge("batch-size-is-free") as judge:
        for count in (7, len(rows), len(rows) + 9):
            other = solution(rows, labels, predict, count, silent)
            judge.equal(other, truth, by="scikit-learn", within=1e-9, of=f"batch_size={count}")
        few = rows[:40], labels[:40]
        theirs = f1_score(few[1], flagged[:40], zero_division=0)
        judge.equal(solution(*few, predict, 1, silent), theirs, by="scikit-learn", of="one a call")

    with run.judge("in-batches") as judge:
        watched = Classifier()
        solution(rows, labels, watched, 10, silent)
        judge.that(watched.largest, "the model was not asked for any row")
        judge.that(
            watched.largest <= 10,
            f"one call asked for {watched.largest} rows, and batch_size was 10: what would that "
            "do to the memory of a small GPU?",
        )

    with run.judge("curve-is-true") as judge:
        judge.that(logged, "nothing was logged: how would a colleague watch the evaluation?")
        for read, value in logged:
            so_far = f1_score(labels[:read], flagged[:read], zero_division=0)
            judge.equal(value, so_far, by="scikit-learn", within=1e-9, of=f"after {read} rows")
        last = logged[-1][0]
        judge.that(last == len(rows), f"the curve ends after {last} of {len(rows)} rows")

    with run.judge("no-positives") as judge:
        quiet = -np.abs(rows[:20])
        none = np.zeros(20, dtype=int)
        judge.equal(solution(quiet, none, predict, 6, silent), 0.0, by="scikit-learn")
