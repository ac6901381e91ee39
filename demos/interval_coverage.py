"""A 95 % interval that holds the truth in 78 % of the cases.

**Question.** A model solves 29 of 30 items. The textbook interval p ± 1.96·√(p(1 − p)/n) says 90 to
103 %. Which interval do you report, and what changes with five sampled answers per item?

**Idea.** An interval is as good as its **coverage**: the share of evaluations in which it holds the
true score. Near 0 or 1, or with few items, the normal (Wald) interval is too narrow and has its
middle in the wrong place; with all answers right it has no width at all. Wilson's interval inverts
the test instead: it keeps every p from which the observed score is less than 1.96 standard errors
away,

    |p̂ − p| ≤ 1.96·√(p(1 − p)/n)

The percentile bootstrap resamples the items. It serves any metric, but 30 right answers give it
nothing to vary either. Five answers to one item are not five items: items differ in difficulty, so
the **item** is the unit, and the error is that of the items' means.

**Watch** the coverage over the true score: Wald sags to the right, Wilson stays. Then five answers
per item: counted one by one the interval is too narrow.

**Try** `items=1000`: all agree, and the first claim fails. `alike=0`: all items are equally hard,
so that answers to one item are independent, and counting them is right.

**At real scale.** The evaluations are simulated; nothing here depends on what a model is. Brown,
Cai and DasGupta (2001) recommend Wilson for small n; Miller (arXiv 2411.00640, section 2.2)
clusters.
"""

import numpy as np
from scipy.stats import beta, binomtest

from quizapp.demo import Float, Int, Predict, Run, demo


def wald(right: int, n: int) -> tuple[float, float]:
    """Return p ± 1.96·√(p(1 − p)/n)."""
    p = right / n
    half = 1.96 * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of Wilson (1927), as scipy has it."""
    interval = binomtest(right, n).proportion_ci(method="wilson")
    return interval.low, interval.high


def bootstrap(right: int, n: int, rng: np.random.Generator) -> tuple[float, float]:
    """Return the middle 95 % of the scores of 2,000 resampled sets of items."""
    scores = rng.binomial(n, right / n, 2000) / n  # (2000,) resampling 0s and 1s is binomial
    low, high = np.quantile(scores, [0.025, 0.975])
    return low, high


RUNS = 4000


@demo(
    topic="llm-evaluation",
    claims={
        "wald-misses": "The normal interval holds the true score in less than 90 % of evaluations",
        "wilson-holds": "Wilson's interval holds it in 92 to 98 %",
        "bootstrap-misses": "So does the bootstrap only in less than 90 %",
        "answers-are-no-items": "Five answers per item counted one by one: below 88 %",
        "items-are-the-unit": "With the item as the unit: 90 to 97 %",
    },
    measures={
        "covers_wald": "Share of evaluations whose normal interval holds the true score",
        "covers_wilson": "Share of evaluations whose Wilson interval holds it",
        "covers_bootstrap": "Share of evaluations whose percentile bootstrap holds it",
        "above_one": "Share of evaluations whose normal interval ends above 100 %",
        "no_width": "Share of evaluations with all items right: the normal interval has no width",
        "covers_answers": "Coverage with five answers per item counted one by one",
        "covers_items": "Coverage with the item as the unit",
        "wald_does": "What the normal interval does",
    },
    predict=Predict(
        "30 items, a true score of 95 %. In what share of the evaluations does the normal 95 % "
        "interval hold it?",
        measure="covers_wald",
        low=0.5,
        high=1,
        unit="share",
        within=0.06,
    ),
    budget_s=3,
)
def main(
    run: Run,
    items: int = Int(30, 10, 1000, log=True),
    score: float = Float(0.95, 0.5, 0.99, step=0.01, help="true score"),
    alike: float = Float(0.6, 0, 0.9, step=0.1, help="how alike the answers to one item are"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    kinds = {"normal": wald, "Wilson": wilson, "bootstrap": lambda k, n: bootstrap(k, n, rng)}
    run.axes(title="Which interval holds the true score", x="true score", y="share of evaluations")
    run.reference("as promised", 0.95)
    truths = sorted({*np.round(np.linspace(0.5, 0.99, 12), 3), score})
    covers, scores = {}, np.zeros(0)  # covers: by kind, at the chosen score
    intervals = {  # by kind, the interval of every possible number of right answers
        kind: np.array([ends(k, items) for k in range(items + 1)]) for kind, ends in kinds.items()
    }  # (items + 1, 2)
    for place in run.steps(len(truths)):
        truth = truths[place]
        right = rng.binomial(items, truth, RUNS)  # (RUNS,)
        held = {
            kind: np.mean((ends[right, 0] <= truth) & (truth <= ends[right, 1]))
            for kind, ends in intervals.items()
        }
        run.line_points(truth, held)
        if truth == score:
            covers, scores = held, right

    # item difficulties are drawn from a beta distribution; answers to one item share its own
    share = alike / max(1 - alike, 1e-9)  # of the variance of an answer that is between items
    spread = 1 / share if share else 1e6
    p = beta.rvs(score * spread, (1 - score) * spread, size=(RUNS, 200), random_state=rng)
    answers = rng.binomial(5, p) / 5  # (RUNS, 200) share right of five answers per item
    means = answers.mean(axis=1)  # (RUNS,)
    by_answer = 1.96 * np.sqrt(means * (1 - means) / (5 * 200))
    by_item = 1.96 * answers.std(axis=1, ddof=1) / np.sqrt(200)
    held_answers = np.mean(np.abs(means - score) <= by_answer)
    held_items = np.mean(np.abs(means - score) <= by_item)
    run.bars(
        "coverage",
        {"answers counted one by one": held_answers, "item as the unit": held_items},
        chart="units",
    )
    run.axes(
        chart="units",
        title="200 items, five answers each; 0.95 was promised",
        y="share of evaluations",
    )

    high = intervals["normal"][scores, 1]  # (RUNS,)
    run.measure(covers_wald=covers["normal"], covers_wilson=covers["Wilson"])
    run.measure(covers_bootstrap=covers["bootstrap"], above_one=np.mean(high > 1))
    run.measure(no_width=np.mean(scores == items))
    run.measure(covers_answers=held_answers, covers_items=held_items)
    run.measure(wald_does="holds" if covers["normal"] > 0.92 else "misses too often")
    run.claim("wald-misses", covers["normal"] < 0.9, f"{covers['normal']:.1%}")
    run.claim("wilson-holds", 0.92 <= covers["Wilson"] <= 0.98, f"{covers['Wilson']:.1%}")
    run.claim("bootstrap-misses", covers["bootstrap"] < 0.9, f"{covers['bootstrap']:.1%}")
    run.claim("answers-are-no-items", held_answers < 0.88, f"{held_answers:.1%}")
    run.claim("items-are-the-unit", 0.9 <= held_items <= 0.97, f"{held_items:.1%}")
