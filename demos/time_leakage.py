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

**Try** until a claim fails. `drift=0`: nothing changes, any split will do, and all three claims
fail. `drift=2`: the later weeks are lost completely, and no split of past rows can tell. A split by
time speaks about the next weeks, not about next year.

**At real scale.** Language drifts as well: Lazaridou et al. (arXiv 2102.01951) train on the past,
test on later text, and find that models become worse with distance in time. For a language model
"the past" means everything before its training cutoff. The size of the drop here is this toy's;
its direction is not.
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import KFold, cross_val_predict

from quizapp.demo import Float, Int, Predict, Run, demo


def drifting(
    week: np.ndarray, drift: float, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows (rows, 3) and labels (rows,); the rule turns as the weeks pass."""
    angle = drift * np.pi * week / END
    x = draw.normal(size=(len(week), 2))
    y = (x[:, 0] * np.cos(angle) + x[:, 1] * np.sin(angle) > 0).astype(int)
    return np.c_[x, week], y  # the model may know the date


def by_week(right: np.ndarray, week: np.ndarray) -> dict[int, float]:
    """Return the accuracy of each week."""
    return {int(w): right[week == w].mean() for w in np.unique(week)}


LAUNCH = 40  # weeks
END = 50


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
    x, y = drifting(week, drift, draw)
    past = week < LAUNCH
    early = week < 0.8 * LAUNCH
    late = past & ~early
    live = ~past
    forest = RandomForestClassifier(25, min_samples_leaf=5, random_state=seed)
    run.axes(x="week", y="accuracy", title="Accuracy by week")
    run.reference("chance", 0.5)
    run.reference("launch", LAUNCH - 0.5, axis="x")

    def shown(name: str, right: np.ndarray, weeks: np.ndarray) -> dict[int, float]:
        """Return the accuracy of each week, and plot it."""
        accuracy = by_week(right, weeks)
        for w, share in accuracy.items():
            run.line_points(w, {name: share})
        return accuracy

    run.progress(3)
    run.step()
    right_late = forest.fit(x[early], y[early]).predict(x[late]) == y[late]  # (late rows,)
    shown("validation by time", right_late, week[late])
    run.step()
    folds = KFold(5, shuffle=True, random_state=seed)
    right_past = cross_val_predict(forest, x[past], y[past], cv=folds) == y[past]  # (past rows,)
    before_launch = shown("validation", right_past, week[past])
    run.step()
    right_live = forest.fit(x[past], y[past]).predict(x[live]) == y[live]  # (live rows,)
    after_launch = shown("live", right_live, week[live])

    by_time = right_late.mean()
    random = right_past.mean()
    came = right_live.mean()
    last = np.mean([before_launch[w] for w in range(LAUNCH - 5, LAUNCH)])
    first = np.mean([after_launch[w] for w in range(LAUNCH, LAUNCH + 5)])
    gain = abs(random - came) - abs(by_time - came)
    closer = "the last weeks" if gain > 0 else "held out at random"
    if abs(gain) <= 0.02:
        closer = "no difference"

    bars = {"held out at random": random, "the last weeks": by_time, "after launch": came}
    run.bars("accuracy", bars, chart="estimates")
    run.measure(random_split=random, time_split=by_time, after_launch=came, closer=closer)
    run.measure(optimism_random=random - came, optimism_time=by_time - came)
    run.measure(first_weeks=first, last_weeks=last)
    run.claim("random-flatters", random - came > 0.08, f"{random:.1%} against {came:.1%}")
    run.claim("time-is-closer", gain > 0.02, f"{by_time:.1%}, {random:.1%}, came {came:.1%}")
    run.claim("drop-at-launch", first < last - 0.02, f"{last:.1%}, then {first:.1%}")
