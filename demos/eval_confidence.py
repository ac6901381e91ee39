"""Is the higher score the better model?

**Question.** Model A solves 75 % of your test items, model B 72 %. You have a few hundred items.
Ship A?

**Idea.** A score is a mean of n coin tosses. Its standard error and 95 % interval are

    SE = √(p(1 − p) / n)        p ± 1.96·SE

At p = 0.75 that is ±6 points with 200 items, ±2.7 with 1,000, ±0.8 with 10,000: four times the
items halve the interval.

**Pairing.** Both models answer the *same* items, and easy items are easy for both. So do not
subtract two intervals: take the difference per item, dᵢ = aᵢ − bᵢ, and the error of its mean.

    Var(ā − b̄) = (Var a + Var b − 2·Cov(a, b)) / n

The more alike the models, the larger the covariance and the sharper the comparison; with B's
answers shuffled over the items the gain is gone. McNemar's test is the same thought for right/wrong
data: only items on which the models *disagree* count.

**Power.** At the n where the true gap is 1.96 paired errors, the measured gap lies above 1.96
errors in every second evaluation only. To find it in four of five, plan with the 80 % quantile:

    n = (1.96 + 0.84)²·Var(d) / gap²        twice (1.96)²·Var(d) / gap²

**Watch** items arrive one by one; the measured scores are near the true ones, and the running
difference wanders for a long time. Then the whole evaluation is repeated 2,000 times with fresh
items: how often does the worse model win, and how often is the better one *shown* to be better?

**Try** `alike=0`: independent models, pairing gains nothing and its claim fails. Raise `items`
until `wrong_winner` is below 1 %. `score=0.95 gap=0.2`: a gap found with some twenty items, too
few for the normal approximation, and a claim on power fails.

**At real scale.** The models are simulated, so that the truth is known; the formulas are the same
for real scores. Miller (2024, arXiv 2411.00640) asks for error bars, paired differences and
clustered errors: questions on one passage are not independent.
"""

import numpy as np
from scipy.stats import binomtest, multivariate_normal, norm

from quizapp.demo import Float, Int, Predict, Run, demo


def standard_error(values: np.ndarray) -> float:
    """Return the standard error of the mean of values, (n,)."""
    return values.std() / np.sqrt(len(values))


def joint(a: float, b: float, alike: float) -> np.ndarray:
    """Return the probability of each row of `OUTCOMES`.

    A model is right when its latent skill on the item, a standard normal, is below a threshold;
    the two skills correlate by `alike`.
    """
    both = multivariate_normal(cov=[[1, alike], [alike, 1]]).cdf(norm.ppf([a, b]))
    return np.array([both, a - both, b - both, 1 - a - b + both])


def share_found(counts: np.ndarray) -> float:
    """Return the share of evaluations in which the paired 95 % interval lies above zero.

    A row of `counts`, (evaluations, 4), says how often each row of `OUTCOMES` came.
    """
    items = counts.sum(axis=1)
    lead = (counts[:, 1] - counts[:, 2]) / items  # (evaluations,) means of d
    apart = (counts[:, 1] + counts[:, 2]) / items  # means of d²
    return (lead > 1.96 * np.sqrt((apart - lead**2) / items)).mean()


OUTCOMES = np.array([[1, 1], [1, 0], [0, 1], [0, 0]])  # right (1) or wrong (0) of A and B


@demo(
    topic="llm-evaluation",
    claims={
        "wald-matches-bootstrap": "1.96·√(p(1−p)/n) agrees with the bootstrap interval within 15 %",
        "pairing-sharpens": "The paired standard error is below 0.85 of the unpaired one",
        "worse-model-often-wins": "In over 5 % of the repeats the worse model is ahead or level",
        "mostly-not-shown": "Less than half of the evaluations with this many items show A to "
        "be better",
        "needed-finds-half": "Where the gap is 1.96 paired errors, 44 to 56 % of the evaluations "
        "find it",
        "power-finds-four-fifths": "With the items for 80 % power, 75 to 85 % of the evaluations "
        "find it",
    },
    measures={
        "score_a": "Measured score of model A",
        "score_b": "Measured score of model B",
        "half_width": "Half width of the 95 % interval of A's score",
        "se_unpaired": "Standard error of the difference, treating the models as independent",
        "se_paired": "Standard error of the difference, item by item",
        "se_shuffled": "The same with B's answers shuffled over the items",
        "mcnemar_p": "p-value of the exact McNemar test",
        "wrong_winner": "Share of repeated evaluations in which B is ahead or level",
        "items_needed": "Items at which the true gap is 1.96 paired standard errors",
        "items_power": "Items for 80 % power: the true gap is 1.96 + 0.84 paired errors",
        "found": "Share of evaluations with this many items that show A to be better",
        "found_needed": "Share of evaluations with items_needed items that show A to be better",
        "found_power": "Share of evaluations with items_power items that show A to be better",
        "verdict": "A better than B at these items, by the paired 95 % interval of the difference",
    },
    predict=Predict(
        "The evaluation is repeated with fresh items. How often is the worse model ahead or level?",
        measure="wrong_winner",
        low=0,
        high=0.5,
        unit="share",
        within=0.3,
    ),
    formulas=("items_needed", "items_power"),
    budget_s=4,
)
def main(
    run: Run,
    items: int = Int(200, 50, 10000, log=True),
    score: float = Float(0.75, 0.3, 0.95, step=0.05, help="true score of model A"),
    gap: float = Float(0.03, 0, 0.2, step=0.01, help="how much lower B's true score is"),
    alike: float = Float(0.8, 0, 0.95, step=0.05, help="correlation of the models' skill per item"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    chance = joint(score, score - gap, alike)  # (4,)
    a, b = OUTCOMES[rng.choice(4, items, p=chance)].T  # (items,) each
    d = a - b  # (items,) in -1, 0, 1

    run.axes(
        title=f"True scores {score:g} and {score - gap:g}",
        x="items",
        y="score A − score B",
        log_x=True,
    )
    run.reference("true difference", gap)
    run.reference("no difference", 0.0)
    for n in run.steps(items):
        if n >= 20 and n % max(1, items // 200) == 0:
            mean = d[:n].mean()
            half = 1.96 * standard_error(d[:n])
            run.point(n, difference=mean, lower=mean - half, upper=mean + half)

    half_width = 1.96 * np.sqrt(a.mean() * (1 - a.mean()) / items)
    bootstrap = rng.choice(a, (2000, items)).mean(axis=1)  # (2000,) scores of resampled items
    low, high = np.percentile(bootstrap, [2.5, 97.5])
    half_bootstrap = (high - low) / 2

    se_paired = standard_error(d)
    se_unpaired = np.sqrt((a.var() + b.var()) / items)
    better = d.mean() > 1.96 * se_paired  # the interval lies above 0
    only_a = int((d == 1).sum())
    only_b = int((d == -1).sum())
    mcnemar_p = binomtest(only_a, max(only_a + only_b, 1)).pvalue

    counts = rng.multinomial(items, chance, size=2000)  # (2000, 4) repeated evaluations
    ahead = counts[:, 1] - counts[:, 2]  # (2000,) items by which A leads
    wrong = (ahead <= 0).mean()
    found = share_found(counts)
    wide = -(-np.ptp(ahead) // 25) or 1  # whole items, else bins hold unequal numbers of values
    edges = np.arange(ahead.min(), ahead.max() + wide + 1, wide) - 0.5
    bins, edges = np.histogram(ahead, bins=edges)[0], edges / items
    run.axes(
        chart="again",
        title="2,000 evaluations, ▲ no difference",
        x="score A − score B",
        y="evaluations",
    )
    run.histogram("difference", bins, edges, levels=[0.0], chart="again")

    variance = chance[1] + chance[2] - gap**2  # of one item's difference
    needed = 1.96**2 * variance / gap**2 if gap else float("inf")
    powered = (1.96 + 0.84) ** 2 * variance / gap**2 if gap else float("inf")

    def share_with(number: float) -> float:
        """Return the share of 2,000 evaluations with so many items that find the gap."""
        if number == float("inf"):
            return float("nan")
        return share_found(rng.multinomial(round(number), chance, size=2000))

    run.axes(
        chart="power",
        title="How often is A shown to be better?",
        x="items",
        y="share of evaluations",
        log_x=True,
    )
    run.reference("four of five", 0.8, chart="power")
    found_needed, found_power = share_with(needed), share_with(powered)
    for number in (50, 100, 200, 400, 800, 1600, 3200, 6400):
        run.point(number, found=share_with(number), chart="power")
    se_shuffled = standard_error(a - rng.permutation(b))  # no item is easy for both any more

    run.measure(score_a=a.mean(), score_b=b.mean(), half_width=half_width)
    run.measure(se_unpaired=se_unpaired, se_paired=se_paired, mcnemar_p=mcnemar_p)
    run.measure(wrong_winner=wrong, items_needed=needed, verdict="shown" if better else "not shown")
    run.measure(items_power=powered, found=found)
    run.measure(found_needed=found_needed, found_power=found_power, se_shuffled=se_shuffled)
    near = abs(half_bootstrap - half_width) < 0.15 * half_width
    run.claim("wald-matches-bootstrap", near, f"±{half_width:.4f} against ±{half_bootstrap:.4f}")
    sharper = se_paired < 0.85 * se_unpaired
    run.claim("pairing-sharpens", sharper, f"{se_paired:.4f} against {se_unpaired:.4f}")
    run.claim("worse-model-often-wins", wrong > 0.05, f"{wrong:.1%} of 2,000 evaluations")
    run.claim("mostly-not-shown", found < 0.5, f"{found:.0%} of the evaluations show it")
    if gap:
        half_found, mostly = 0.44 <= found_needed <= 0.56, 0.75 <= found_power <= 0.85
    else:
        half_found, mostly = None, None  # there is nothing to find
    run.claim("needed-finds-half", half_found, f"{found_needed:.0%} with {needed:,.0f} items")
    run.claim("power-finds-four-fifths", mostly, f"{found_power:.0%} with {powered:,.0f} items")
