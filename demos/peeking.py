"""Looking until it is significant.

**Question.** Two models answer one item after the other. You look after every ten items, and stop
as soon as the 95 % interval of the difference lies above zero. How often does this "show" that A is
better, when the models are equal?

**Idea.** An interval that misses the truth in 5 % of the cases does so for **one** look that was
fixed before. It lies above a true zero in 2.5 %. Each further look is a further chance:

    P(above zero at some look) > P(above zero at the last look) = 2.5 %

With endless looks it reaches 100 %: the running mean leaves any band of 1.96 errors in the end.

**Remedy.** Fix the number of items before the first look. Or use limits that hold at *all* looks
together, which are wider. The ones here test against a mixture of effects N(0, τ²) (Robbins 1970;
Johari et al., arXiv 1512.04922), v being the variance of one item's difference:

    half width = √( v·(v + n·τ²) / (n²·τ²) · ln( (v + n·τ²) / (α²·v) ) )

**Watch** one evaluation, chosen because it fools: its lower limit rises above zero in the first
half and stays below in the second. Then the share of all evaluations that were fooled so far, with
both kinds of limits.

**Try** `every=2000`: a single look, and the first claim fails. `gap=0.03`: now A *is* better.
Whoever stops at the first look above zero has the right winner and nearly twice its true lead.

**At real scale.** The evaluations are simulated; nothing in them depends on what a model is. The
same holds for trying checkpoints, seeds or prompts one by one and stopping at the first success.
"""

import numpy as np

from quizapp.demo import Float, Int, Predict, Run, demo


def fixed_half_width(variance: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return the half width of the 95 % interval of a mean, for one look that was fixed before."""
    return 1.96 * np.sqrt(variance / n)


def sequential_half_width(variance: np.ndarray, n: np.ndarray, effect: float) -> np.ndarray:
    """Return the half width of limits that hold at all looks together in 95 % of the runs.

    `effect` is the τ above: they are narrowest for true differences of about that size.
    """
    v = np.maximum(variance, 1e-12)  # no disagreement yet: any limits do, the mean is 0
    spread = v + n * effect**2
    return np.sqrt(v * spread / (n * effect) ** 2 * np.log(spread / (0.05**2 * v)))


RUNS = 2000
FIRST = 50  # items before the first look


@demo(
    topic="llm-evaluation",
    claims={
        "peeking-inflates": "Some look shows A to be better at least four times as often as the "
        "last look alone",
        "one-look-is-honest": "At the last look alone it happens in 1 to 4.5 % of the evaluations",
        "sequential-holds": "With the sequential limits some look shows it in under 3 %",
        "lead-shrinks": "At the first look above zero the mean lead is over twice what the same "
        "evaluations measure with all items",
    },
    measures={
        "ever_shown": "Share of evaluations in which some look shows A to be better",
        "once_shown": "Share in which the last look shows it",
        "sequential_shown": "Share in which some look shows it with the sequential limits",
        "stop_items": "Median number of items at the first look that shows it",
        "lead_at_stop": "Mean measured lead at that look",
        "lead_at_end": "Mean measured lead of the same evaluations with all items",
        "taken_back": "Share of them in which the last look no longer shows it",
    },
    predict=Predict(
        "Two equal models and a look after every ten items. In what share of the evaluations does "
        "some look show A to be better?",
        measure="ever_shown",
        low=0,
        high=0.6,
        unit="share",
        within=0.3,
    ),
    budget_s=3,
)
def main(
    run: Run,
    items: int = Int(2000, 200, 5000, log=True),
    every: int = Int(10, 5, 5000, log=True, help="items between two looks"),
    gap: float = Float(0.0, 0, 0.1, step=0.01, help="true lead of A"),
    differ: float = Float(0.17, 0.11, 0.5, step=0.01, help="share of items only one model solves"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    every = min(every, items)
    looks = items // every
    n = every * np.arange(1, looks + 1)  # (looks,) items seen
    outcomes = [(differ + gap) / 2, (differ - gap) / 2, 1 - differ]  # A alone, B alone, level
    counts = rng.multinomial(every, outcomes, size=(RUNS, looks))  # (RUNS, looks, 3)
    seen = counts.cumsum(axis=1)
    lead = (seen[..., 0] - seen[..., 1]) / n  # (RUNS, looks) means of the difference per item
    variance = (seen[..., 0] + seen[..., 1]) / n - lead**2
    late = n >= min(FIRST, n[-1])  # (looks,) looks that count
    half = fixed_half_width(variance, n)
    above = (lead > half) & late  # (RUNS, looks) the interval lies above zero
    above_wide = (lead > sequential_half_width(variance, n, effect=0.05)) & late

    stopped = above.any(axis=1)  # (RUNS,)
    fooled = np.flatnonzero(stopped & ~above[:, looks // 2 :].any(axis=1))  # not in the second half
    shown = fooled[above[fooled].sum(axis=1).argmax()] if len(fooled) else 0
    run.axes(title="One evaluation", x="items", y="score A − score B", log_x=True)
    run.reference("no difference", 0.0)
    for look in run.steps(looks):
        if late[look]:
            mean, width = lead[shown, look], half[shown, look]
            run.point(n[look], difference=mean, lower=mean - width, upper=mean + width)

    run.axes(
        chart="share",
        title=f"{RUNS:,} evaluations",
        x="items",
        y="share in which A is shown to be better",
        log_x=True,
    )
    run.reference("one look, equal models", 0.025, chart="share")
    so_far = np.maximum.accumulate(above, axis=1).mean(axis=0)  # (looks,)
    so_far_wide = np.maximum.accumulate(above_wide, axis=1).mean(axis=0)
    for look in np.flatnonzero(late):
        shares = {"at some look": so_far[look], "sequential limits": so_far_wide[look]}
        run.line_points(n[look], {"at this look": above[:, look].mean(), **shares}, chart="share")

    ever, once, wide = so_far[-1], above[:, -1].mean(), so_far_wide[-1]
    first = above.argmax(axis=1)[stopped]  # (stopped runs,) look at which one would stop
    at_stop = lead[stopped, first].mean()
    at_end = lead[stopped, -1].mean()

    run.measure(ever_shown=ever, once_shown=once, sequential_shown=wide)
    run.measure(stop_items=np.median(n[first]), lead_at_stop=at_stop, lead_at_end=at_end)
    run.measure(taken_back=1 - once / ever)
    equal = gap == 0
    shown_often = f"{ever:.1%} at some look, {once:.1%} at the last"
    run.claim("peeking-inflates", ever >= 4 * once if equal else None, shown_often)
    run.claim("one-look-is-honest", 0.01 <= once <= 0.045 if equal else None, f"{once:.1%}")
    run.claim("sequential-holds", wide < 0.03 if equal else None, f"{wide:.1%}")
    leads = f"{100 * at_stop:.1f} points at the stop, {100 * at_end:.1f} with all items"
    run.claim("lead-shrinks", at_stop > 2 * at_end, leads)
