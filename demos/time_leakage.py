"""The split that lies: time.

**Question.** The world drifts. You hold out 20 % of your rows at random and measure 95 %. What will
you measure after the launch?

**Idea.** A random split puts rows of *every* week into training. To predict a row of week 30 the
model may look at other rows of week 30, before and after it. After the launch there are only rows
of the past. A split by time asks the same question as production does: train on the earlier rows,
validate on the later ones.

    random:   t t v t t t v t v t t t v t │ ? ? ? ?
    by time:  t t t t t t t t t t t v v v │ ? ? ? ?        t train, v validation, │ launch

The rule here is a line through the origin that turns by `drift`·π while the weeks pass.

**Watch** the accuracy by week: held out at random it stays high up to the last week before the
launch and drops right after it, with no bug in sight. The bars compare both estimates with what
came.

**Turn the knobs until a claim fails.** `drift=0`: nothing changes, any split will do, and all three
claims fail. With `drift=2` the later weeks are lost completely, and no split of past rows can tell:
a split by time speaks about the next weeks, not about next year.

**At real scale.** Language drifts as well: Lazaridou et al. (arXiv 2102.01951) train on the past,
test on later text, and find that models become worse with distance in time. For a language model
"the past" means everything before its training cutoff. The size of the drop here is this toy's;
its direction is not.
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import KFold, cross_val_predict

from quizapp.demo import Float, Int, Predict, Run, demo

LAUNCH, END = 40, 50  # weeks


@demo(
    topic="splits",
    claims={
        "random-flatters": "Held out at random, accuracy is over 8 points above that after launch",
        "time-is-closer": "The split by time comes closer to the accuracy after launch",
        "drop-at-launch": "Accuracy falls over 2 points from the last five weeks to the first five "
        "after launch",
    },
    measures={
        "random_split": "Accuracy on past rows held out at random (5-fold cross-validation)",
        "time_split": "Accuracy on the last 20 % of the past weeks, trained on the earlier ones",
        "after_launch": "Accuracy on the weeks after launch, trained on all past rows",
        "optimism_random": "random_split − after_launch",
        "optimism_time": "time_split − after_launch",
        "first_weeks": "Accuracy in the first five weeks after launch",
        "last_weeks": "Accuracy in the last five weeks before launch, held out at random",
        "closer": "Which estimate comes closer to the accuracy after launch",
    },
    predict=Predict(
        "Which validation accuracy comes closer to the accuracy after launch?",
        options=("held out at random", "the last weeks", "no difference"),
        measure="closer",
    ),
    budget_s=3,
)
def main(
    run: Run,
    drift: float = Float(1.2, 0, 2, step=0.1, help="the rule turns by this times π in 50 weeks"),
    per_week: int = Int(150, 10, 300, step=10, help="rows per week"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    week = np.arange(END).repeat(per_week)  # (rows,)
    angle = drift * np.pi * week / END
    x = draw.normal(size=(len(week), 2))
    y = (x[:, 0] * np.cos(angle) + x[:, 1] * np.sin(angle) > 0).astype(int)
    x = np.c_[x, week]  # the model may know the date

    forest = RandomForestClassifier(25, min_samples_leaf=5, random_state=seed)
    past, future, cut = week < LAUNCH, week >= LAUNCH, 0.8 * LAUNCH
    early, late = week < cut, past & (week >= cut)
    tests = {
        "validation by time": (late, lambda: forest.fit(x[early], y[early]).predict(x[late])),
        "validation": (
            past,
            lambda: cross_val_predict(
                forest, x[past], y[past], cv=KFold(5, shuffle=True, random_state=seed)
            ),
        ),
        "live": (future, lambda: forest.fit(x[past], y[past]).predict(x[future])),
    }
    run.axes(x="week", y="accuracy", title="Accuracy by week")
    run.reference("chance", 0.5)
    run.reference("launch", LAUNCH - 0.5, axis="x")
    found, by_week = {}, {}
    for step in run.steps(len(tests)):
        name, (rows, predict) = list(tests.items())[step]
        found[name] = predict() == y[rows]  # which of these rows are predicted right
        by_week[name] = {w: found[name][week[rows] == w].mean() for w in np.unique(week[rows])}
        for w, accuracy in by_week[name].items():
            run.line_points(w, {name: accuracy})
    by_time, random, live = (found[name].mean() for name in tests)
    bars = {"held out at random": random, "the last weeks": by_time, "after launch": live}
    run.bars("accuracy", bars, chart="estimates")

    last, first = (
        np.mean([by_week[name][w] for w in weeks])
        for name, weeks in (
            ("validation", range(LAUNCH - 5, LAUNCH)),
            ("live", range(LAUNCH, LAUNCH + 5)),
        )
    )
    gain = abs(random - live) - abs(by_time - live)
    better = "the last weeks" if gain > 0 else "held out at random"
    run.measure("random_split", random)
    run.measure("time_split", by_time)
    run.measure("after_launch", live)
    run.measure("optimism_random", random - live)
    run.measure("optimism_time", by_time - live)
    run.measure("first_weeks", first)
    run.measure("last_weeks", last)
    run.measure("closer", better if abs(gain) > 0.02 else "no difference")
    run.claim("random-flatters", random - live > 0.08, f"{random:.1%} against {live:.1%}")
    run.claim("time-is-closer", gain > 0.02, f"{by_time:.1%}, {random:.1%}, came {live:.1%}")
    run.claim("drop-at-launch", first < last - 0.02, f"{last:.1%}, then {first:.1%}")
