"""Leakage through preprocessing.

**Question.** The features are pure noise. You keep the 20 that go best with the label and then
cross-validate a classifier on them. Which accuracy do you see?

**Idea.** Among thousands of noise features some agree with the labels by luck, *on all rows*, the
later validation rows included. A selection made before the split carries that luck into every fold.
The cure is to make the selection part of what is cross-validated:

    outside:  select on all rows ─▶ split ─▶ fit ─▶ score       the labels were seen
    inside:   split ─▶ select on the training rows ─▶ fit ─▶ score

In scikit-learn that is `make_pipeline(SelectKBest(k=20), LogisticRegression())` handed to
`cross_val_score`.

**Watch** both curves as features are added: the more candidates, the more luck to choose from.
Cross-validation is innocent. It estimates what it is given, and it was given the chosen columns.

**Turn the knobs until a claim fails.** `features=20`: all are kept, nothing is chosen, the first
claim fails. `rows=400`: luck averages out, and it takes far more candidates. `informative=20`: real
signal; the honest estimate is well above chance and its claim fails.

The bars show the other kind: scaling on all rows leaks as well, yet it sees no label and here
changes next to nothing. Leaks differ in size; one rule covers all: fit on training rows only.

**At real scale.** The Elements of Statistical Learning, section 7.10.2 ("The Wrong and Right Way to
Do Cross-validation"), tells this very story with 5000 noise predictors: 3 % error by the wrong way,
50 % in truth. For language models the candidates are prompts, checkpoints and thresholds, and the
leak is to choose among them on the test set.
"""

import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from quizapp.demo import Int, Predict, Run, demo

REPEATS = 4  # data sets, so that the means are steady
SIZES = (20, 60, 200, 600, 2000)


@demo(
    topic="splits",
    claims={
        "outside-flatters": "Selected before the split, accuracy on noise is above 70 %",
        "inside-is-honest": "Selected inside the pipeline, it is within 12 points of 50 %",
        "scaling-hardly-leaks": "Scaling on all rows changes the accuracy by less than 3 points",
    },
    measures={
        "outside": "Mean cross-validated accuracy, features selected on all rows",
        "inside": "Mean cross-validated accuracy, features selected within each fold",
        "fresh": "Accuracy of the selected and fitted model on new rows",
        "optimism": "outside − fresh",
        "scaled_outside": "Accuracy with honest selection, scaled on all rows",
        "scaled_inside": "Accuracy with honest selection, scaled within each fold",
    },
    predict=Predict(
        "The features are noise. Which accuracy does selecting before the split report?",
        measure="outside",
        low=0.3,
        high=1.0,
        within=0.1,
    ),
    budget_s=4,
)
def main(
    run: Run,
    features: int = Int(2000, 20, 6000, log=True, help="candidates to choose from"),
    keep: int = Int(20, 1, 100, log=True, help="how many are kept"),
    rows: int = Int(80, 40, 400, step=20),
    informative: int = Int(0, 0, 20, help="features that really depend on the label"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)

    def observe(count: int, width: int) -> tuple[np.ndarray, np.ndarray]:
        y = draw.integers(0, 2, count)
        x = draw.normal(size=(count, width))
        x[:, :informative] += 0.5 * (2 * y[:, None] - 1)
        return x, y  # (count, width), (count,)

    def mean_score(model, x, y) -> float:
        return cross_val_score(model, x, y, cv=5).mean()

    run.axes(x="candidate features", y="accuracy", log_x=True)
    run.reference("chance", 0.5)
    widths = sorted({*SIZES, features})
    found = {}
    for step in run.steps(len(widths)):
        width = widths[step]
        scores = []
        for _ in range(REPEATS):
            x, y = observe(rows, width)
            select, fit = SelectKBest(k=min(keep, width)), LogisticRegression()
            scores.append(
                [
                    mean_score(fit, select.fit_transform(x, y), y),
                    mean_score(make_pipeline(select, fit), x, y),
                ]
            )
        found[width] = np.mean(scores, axis=0)
        outside, inside = found[width]
        run.line_points(width, {"selected before the split": outside, "inside the fold": inside})

    fresh, scaled = [], []
    for _ in range(REPEATS):
        x, y = observe(rows, features)
        honest = make_pipeline(SelectKBest(k=min(keep, features)), LogisticRegression())
        fresh.append(honest.fit(x, y).score(*observe(1000, features)))
        scaler = StandardScaler()
        scaled.append(
            [
                mean_score(honest, scaler.fit_transform(x), y),
                mean_score(make_pipeline(scaler, honest), x, y),
            ]
        )
        run.check()
    (outside, inside), (all_rows, per_fold) = found[features], np.mean(scaled, axis=0)
    bars = {"scaled on all rows": all_rows, "scaled within the fold": per_fold}
    run.bars("accuracy", bars, chart="scaling")

    run.measure("outside", outside)
    run.measure("inside", inside)
    run.measure("fresh", np.mean(fresh))
    run.measure("optimism", outside - np.mean(fresh))
    run.measure("scaled_outside", all_rows)
    run.measure("scaled_inside", per_fold)
    run.claim("outside-flatters", outside > 0.7, f"{outside:.1%}")
    run.claim("inside-is-honest", abs(inside - 0.5) < 0.12, f"{inside:.1%}")
    off = abs(all_rows - per_fold)
    run.claim("scaling-hardly-leaks", off < 0.03, f"{100 * off:.1f} points")
