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
The bars show the other kind: scaling on all rows leaks as well, yet it sees no label and here
changes next to nothing. Leaks differ in size; one rule covers all: fit on training rows only.

**Try** until a claim fails. `features=20`: all are kept, nothing is chosen, the first claim fails.
`rows=400`: luck averages out, and it takes far more candidates. `informative=20`: real signal; the
honest estimate is well above chance and its claim fails.

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


def selected_outside(x: np.ndarray, y: np.ndarray, keep: int) -> float:
    """Return the accuracy if all rows choose the features and are cross-validated then."""
    chosen = SelectKBest(k=keep).fit_transform(x, y)  # (rows, keep)
    return cross_val_score(LogisticRegression(), chosen, y, cv=5).mean()


def selected_inside(x: np.ndarray, y: np.ndarray, keep: int) -> float:
    """Return the accuracy if the training rows of each fold choose the features."""
    return cross_val_score(honest_model(keep), x, y, cv=5).mean()


def honest_model(keep: int):
    return make_pipeline(SelectKBest(k=keep), LogisticRegression())


def scaled_inside(x: np.ndarray, y: np.ndarray, keep: int) -> float:
    """Return the accuracy if the training rows of each fold also set the scale."""
    return cross_val_score(make_pipeline(StandardScaler(), honest_model(keep)), x, y, cv=5).mean()


def observe(
    rows: int, features: int, informative: int, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return features (rows, features) and labels (rows,); all but a few features are noise."""
    y = draw.integers(0, 2, rows)
    x = draw.normal(size=(rows, features))
    x[:, :informative] += 0.5 * (2 * y[:, None] - 1)
    return x, y


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
    run.axes(x="candidate features", y="accuracy", log_x=True)
    run.reference("chance", 0.5)
    widths = sorted({*SIZES, features})
    found = {}  # candidate features -> (outside, inside)
    run.progress(len(widths) + REPEATS)
    for width in widths:
        run.step()
        before_split, in_fold = [], []
        for _ in range(REPEATS):
            x, y = observe(rows, width, informative, draw)
            before_split.append(selected_outside(x, y, min(keep, width)))
            in_fold.append(selected_inside(x, y, min(keep, width)))
        outside, inside = np.mean(before_split), np.mean(in_fold)
        found[width] = outside, inside
        run.line_points(width, {"selected before the split": outside, "inside the fold": inside})

    new_rows, on_all_rows, per_fold = [], [], []
    for _ in range(REPEATS):
        run.step()
        x, y = observe(rows, features, informative, draw)
        new_x, new_y = observe(1000, features, informative, draw)
        kept = min(keep, features)
        new_rows.append(honest_model(kept).fit(x, y).score(new_x, new_y))
        on_all_rows.append(selected_inside(StandardScaler().fit_transform(x), y, kept))
        per_fold.append(scaled_inside(x, y, kept))

    outside, inside = found[features]
    fresh = np.mean(new_rows)
    scaled_before = np.mean(on_all_rows)
    scaled_within = np.mean(per_fold)
    off = abs(scaled_before - scaled_within)

    bars = {"scaled on all rows": scaled_before, "scaled within the fold": scaled_within}
    run.bars("accuracy", bars, chart="scaling")
    run.measure(outside=outside, inside=inside, fresh=fresh, optimism=outside - fresh)
    run.measure(scaled_outside=scaled_before, scaled_inside=scaled_within)
    run.claim("outside-flatters", outside > 0.7, f"{outside:.1%}")
    run.claim("inside-is-honest", abs(inside - 0.5) < 0.12, f"{inside:.1%}")
    run.claim("scaling-hardly-leaks", off < 0.03, f"{100 * off:.1f} points")
