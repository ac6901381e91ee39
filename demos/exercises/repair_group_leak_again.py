"""The more copies, the better the validation.

**Exercise.** Labelled examples are few, so this script makes noisy copies of them. With every copy
the validation accuracy rises; users see nothing of it. Repair it: what it returns must be the
accuracy that new examples will have. The model is to be trained on copies all the same.

`fit(rows, labels)` trains a model and returns `predict(rows)`; the exercise gives it and looks at
what it is trained and tested on. The curve shows what you log; the line is the truth.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    """Return (predict, accuracy): a model, and the accuracy to expect of it on new examples.

    rows:    (n, features)  labels: (n,) 0 or 1
    copies:  how many noisy copies are made of an example, besides itself
    fit:     fit(rows, labels) -> predict(rows) -> (m,) of 0 and 1
    log:     log(round, accuracy in this round)
    """
    draw = np.random.default_rng(0)
    many = np.repeat(rows, copies + 1, axis=0)
    many = many + 0.1 * draw.normal(size=many.shape)
    answers = np.repeat(labels, copies + 1)
    scores = []
    for round in range(5):
        order = draw.permutation(len(many))
        test, train = np.split(order, [len(many) // 5])
        predict = fit(many[train], answers[train])
        scores.append(np.mean(predict(many[test]) == answers[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)
'''


def train_and_validate(rows, labels, copies, fit, log):
    """Return a model and its accuracy: split the examples first, then copy the training part."""
    draw = np.random.default_rng(0)
    scores = []
    for round in range(5):
        order = draw.permutation(len(rows))
        test, train = np.split(order, [len(rows) // 5])
        many = np.repeat(rows[train], copies + 1, axis=0)
        many = many + 0.1 * draw.normal(size=many.shape)
        predict = fit(many, np.repeat(labels[train], copies + 1))
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


class Nearest:
    """Answers with the label of the nearest row, and notes what it was trained and tested on."""

    def __init__(self, examples: np.ndarray) -> None:
        self.examples = examples
        self.trained: list[int] = []
        self.tested = 0
        self.relatives = 0
        self.changed = 0
        self.watching = True

    def sources(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return of which example each row is a copy, and its squared distance from it."""
        gaps = ((np.asarray(rows)[:, None] - self.examples[None]) ** 2).sum(-1)
        return gaps.argmin(1), gaps.min(1)

    def __call__(self, rows: np.ndarray, labels: np.ndarray):
        known, answers = np.array(rows), np.array(labels)
        self.trained.append(len(known))
        mine = set(self.sources(known)[0].tolist())

        def predict(asked: np.ndarray) -> np.ndarray:
            if self.watching:
                source, gap = self.sources(asked)
                self.tested += len(source)
                self.relatives += sum(one in mine for one in source.tolist())
                self.changed += int(np.sum(gap > 1e-18))
            gaps = ((np.asarray(asked)[:, None] - known[None]) ** 2).sum(-1)  # (asked, known)
            return answers[gaps.argmin(1)]

        return predict


def examples(draw: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and labels that a nearest neighbour gets right two times in three."""
    labels = draw.integers(0, 2, count)
    rows = 3 * draw.normal(size=(count, 8))
    rows[:, 0] += 2.9 * (2 * labels - 1)
    return rows, labels


@demo(
    topic="repair-data",
    claims={
        "promise-is-kept": "The accuracy is within 0.16 of that on new examples",
        "no-relatives": "No model is tested on an example of which it has trained on a copy",
        "tested-as-they-come": "The tested rows are examples as they are, and a hundred or more",
        "copies-stay": "Each model is trained on the copies too",
    },
    measures={"estimate": "Accuracy that is returned", "truth": "Accuracy on new examples"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train_and_validate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    copies = 3 + seed % 3
    rows, labels = examples(draw, 260 + seed % 13)
    new_rows, new_labels = examples(draw, 700)
    model = Nearest(rows)
    truth = float(np.mean(Nearest(rows)(rows, labels)(new_rows) == new_labels))
    run.axes(x="round", y="accuracy")
    run.reference("new examples", truth)
    run.progress(5)

    def log(round: int, value: float) -> None:
        run.step()
        run.point(round, yours=float(value))

    with run.judge("promise-is-kept") as judge:
        with judge.unchanged(rows=rows, labels=labels):
            predict, estimate = solution(rows, labels, copies, model, log)
        model.watching = False
        found = float(np.mean(np.asarray(predict(new_rows)) == new_labels))
        run.measure(estimate=float(estimate), truth=found)
        judge.that(
            abs(float(estimate) - found) < 0.16,
            f"promised {float(estimate):.0%}, and new examples see {found:.0%}: where do the "
            "copies of a tested example stand?",
        )

    with run.judge("no-relatives") as judge:
        judge.that(model.tested, "nothing was tested")
        judge.that(
            model.relatives == 0,
            f"{model.relatives} of {model.tested} tested rows have a copy, or themselves, among "
            "the training rows",
        )

    with run.judge("tested-as-they-come") as judge:
        judge.that(
            model.changed == 0,
            f"{model.changed} of {model.tested} tested rows are noisy copies: will users send "
            "copies?",
        )
        judge.that(
            model.tested >= 100, f"{model.tested} rows were tested: how sure is such a number?"
        )

    with run.judge("copies-stay") as judge:
        judge.that(model.trained, "no model was trained")
        fewest = min(model.trained)
        judge.that(
            fewest >= (copies + 1) * len(rows) // 2,
            f"a model was trained on {fewest} rows, of {len(rows)} examples with {copies} copies "
            "each: where are the copies?",
        )
