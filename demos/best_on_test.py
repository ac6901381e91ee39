"""The best of forty on the test set.

**Question.** Forty settings were tried, and the one with the best *test* accuracy is reported. How
much too good is the number?

**Idea.** A test score is skill plus luck. The largest of many scores has more than its share of
luck. Of m independent scores with standard error SE and equal skill, the largest lies above the
truth by

    E[max of m standard normals] · SE        m = 40: 2.16·SE,   SE = √(p(1 − p) / n)

Settings of one model are not independent: all of them fail on the hard items. That makes the
excess smaller, not zero. Where each has a test set of its own, their luck is independent.

**Watch** the forty test scores, and under them what the same models score on all other unseen rows:
the order changes, and the winner falls back. Then the excess over many test sets, by how many
models were tried and by how many items the test set has.

**Try** until a claim fails. `candidates=1`: nothing is chosen, the score is honest. `items=800`: a
large test set leaves less to luck, and the excess is below two points.

**At real scale** the candidates are prompts, checkpoints, seeds and decoding settings. The formula
is the same, and so is the cure: choose on validation data, and use the test set once. The models
here are forests on the handwritten digits of scikit-learn that differ in their seed alone; none is
meant to be better.
"""

import numpy as np
from scipy.stats import norm
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from quizapp.demo import Int, Predict, Run, demo


def choose_and_check(right: np.ndarray, items: int, draw: np.random.Generator) -> tuple[float, ...]:
    """Choose the best model on a drawn test set.

    `right`, (models, rows), says which rows each model gets right. Returned are the winner's
    accuracy on the test set, its accuracy on all other rows, and the standard error of the first.
    """
    return best_of(right[:, draw.permutation(right.shape[1])], items)


def best_of(shuffled: np.ndarray, items: int) -> tuple[float, ...]:
    """Return what `choose_and_check` does, the test set being the first `items` columns."""
    scores = shuffled[:, :items].mean(axis=1)  # (models,)
    best = scores.argmax()
    fresh = shuffled[best, items:].mean()
    p = scores.mean()
    return scores[best], fresh, np.sqrt(p * (1 - p) / items)


REPEATS = 400  # test sets that are drawn from the unseen rows


@demo(
    topic="splits",
    claims={
        "best-is-inflated": "Chosen on the test set, the winner's score is over 2 points too high",
        "more-tries-more-luck": "With all candidates the excess is over twice that of two",
        "more-items-less-luck": "With 800 items it is less than half of that with 100",
        "below-independent": "It is smaller than for as many independent scores",
    },
    measures={
        "reported": "Mean test accuracy of the model that is best on the test set",
        "fresh": "Mean accuracy of that model on all other unseen rows",
        "excess": "reported − fresh",
        "excess_two": "The same if two models were tried",
        "excess_100": "The same with 100 test items",
        "excess_800": "The same with 800 test items",
        "in_errors": "excess in standard errors of one test score",
        "excess_own": "The same where each model has a test set of its own",
        "in_errors_own": "excess_own in standard errors of one test score",
        "independent": "E[max] of as many independent standard normals",
        "spread": "Standard deviation of the models' accuracies on all unseen rows",
    },
    predict=Predict(
        "Forty equal models, 200 test items. By how much is the best test accuracy too high?",
        measure="excess",
        low=0,
        high=0.1,
        unit="share",
        within=0.4,
    ),
    formulas=("independent",),
    budget_s=5,
)
def main(
    run: Run,
    candidates: int = Int(40, 1, 100, help="models that are tried"),
    items: int = Int(200, 50, 800, log=True, help="rows of the test set"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    x, y = load_digits(return_X_y=True)
    train_x, unseen_x, train_y, unseen_y = train_test_split(
        x, y, train_size=200, stratify=y, random_state=seed
    )
    run.axes(x="test accuracy", y="accuracy on all other unseen rows", title="Scores of the models")
    rows = []  # of `right`, one per model
    run.progress(candidates + 3)
    for number in range(candidates):
        run.step()
        forest = RandomForestClassifier(8, random_state=1000 * seed + number).fit(train_x, train_y)
        rows.append(forest.predict(unseen_x) == unseen_y)
        test, other = rows[-1][:items].mean(), rows[-1][items:].mean()
        run.scatter("models", [test], [other])
    right = np.array(rows)  # (models, 1597)

    def excess(models: int, size: int) -> tuple[float, ...]:
        """Return means over many test sets: reported, fresh, their difference in SE."""
        found = [choose_and_check(right[:models], size, draw) for _ in range(REPEATS)]
        reported, fresh, error = np.mean(found, axis=0)
        return reported, fresh, (reported - fresh) / error

    run.axes(chart="tries", x="models tried", y="reported − fresh (accuracy)", log_x=True)
    for models in sorted({m for m in (1, 2, 5, 10, 20, 40, 100) if m < candidates} | {candidates}):
        reported, fresh, _ = excess(models, items)
        run.point(models, excess=reported - fresh, chart="tries")
    run.axes(chart="items", x="items of the test set", y="reported − fresh (accuracy)", log_x=True)
    by_items = {}
    for size in (50, 100, 200, 400, 800):
        reported, fresh, _ = excess(candidates, size)
        by_items[size] = reported - fresh
        run.point(size, excess=by_items[size], chart="items")
    run.step()
    reported, fresh, in_errors = excess(candidates, items)
    of_two, fresh_of_two, _ = excess(min(2, candidates), items)
    of_two -= fresh_of_two
    run.step()
    too_high = reported - fresh
    run.step()
    apart = np.random.default_rng(seed)
    own = [best_of(apart.permuted(right, axis=1), items) for _ in range(REPEATS)]
    reported_own, fresh_own, error = np.mean(own, axis=0)
    draws = norm.rvs(size=(4000, candidates), random_state=seed)
    independent = draws.max(axis=1).mean()

    run.measure(reported=reported, fresh=fresh, excess=too_high, excess_two=of_two)
    run.measure(excess_100=by_items[100], excess_800=by_items[800])
    excess_own = reported_own - fresh_own
    run.measure(excess_own=excess_own, in_errors_own=excess_own / error)
    run.measure(in_errors=in_errors, independent=independent, spread=right.mean(axis=1).std())
    run.claim("best-is-inflated", too_high > 0.02, f"{100 * too_high:+.1f} points")
    more = too_high > 2 * max(of_two, 0.001)
    run.claim("more-tries-more-luck", more, f"{100 * of_two:.1f} points for two")
    less = 0 < by_items[800] < by_items[100] / 2
    run.claim(
        "more-items-less-luck",
        less,
        f"{100 * by_items[800]:.1f} and {100 * by_items[100]:.1f} points",
    )
    smaller = 0 < in_errors < independent
    run.claim("below-independent", smaller, f"{in_errors:.2f} and {independent:.2f} errors")
