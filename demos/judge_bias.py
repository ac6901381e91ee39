"""A judge that prefers the first answer.

**Question.** An LLM compares two answers. The *same pair*, shown the other way round, often gets
the other verdict. How much can the order alone decide?

**Idea.** The judge here is **simulated**, so that the truth is known. It sees the quality
difference Δ of a pair through noise, and its log-odds carry a constant for the first place:

    P(first wins) = σ( sharpness·Δ + bias )

Model A is slightly *worse* than B (`gap` below 0). Shown first, it wins most comparisons.

**Remedy.** Judge each pair in both orders. The *average* cancels the constant almost fully. Or
keep only pairs with the *same winner in both orders* and call the rest ties. Report the
consistency, the share of such pairs: it tells how much of the verdict is position.

**Try** `verbosity=1`, which swapping does not cure: a bonus for A wherever it stands, since A's
answers are longer, or come from the judge's own family. The claim fails. You need a length control,
another judge, or human labels to compare with.

**What papers found.** Zheng et al. (2023, arXiv 2306.05685) name position, verbosity and
self-enhancement bias; their GPT-4 judge still agreed with people on over 80 % of the votes without
ties, as often as people agree with each other. Wang et al. (2305.17926) could turn the ranking of
models by the order alone. Shi et al. (2406.07791) find that position bias depends strongly on the
quality gap of the answers: see the table.

**Scale.** The bias of 0.8 is a knob, not a measurement of any real judge. Measure yours: swap.
"""

import numpy as np
from scipy.special import expit as sigmoid

from quizapp.demo import Float, Int, Predict, Run, demo


def verdicts(log_odds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return whether A wins each pair, (pairs,), at these log-odds for A."""
    return rng.random(len(log_odds)) < sigmoid(log_odds)


@demo(
    topic="llm-evaluation",
    claims={
        "order-decides": "A's win rate shown first exceeds its win rate shown second by over 0.2",
        "order-flips-winner": "The weaker model wins more than half when it is always shown first",
        "swapping-cancels": "Averaged over both orders A's win rate is within 0.03 of the same "
        "judge without bias",
    },
    measures={
        "rate_first": "A's win rate when always shown first",
        "rate_second": "A's win rate when always shown second",
        "rate_averaged": "A's win rate over both orders",
        "rate_consistent": "A's win rate among pairs with the same winner in both orders",
        "rate_unbiased": "A's expected win rate with this judge and no bias of any kind",
        "consistency": "Share of pairs with the same winner in both orders",
        "winner_first": "Winner when A is always shown first",
    },
    predict=Predict(
        "A is the weaker model and always shown first. Who wins more comparisons?",
        options=("A", "B"),
        measure="winner_first",
    ),
    budget_s=3,
)
def main(
    run: Run,
    bias: float = Float(0.8, 0, 2, step=0.1, help="log-odds for the first place"),
    gap: float = Float(-0.15, -1, 1, step=0.05, help="mean quality of A minus B"),
    verbosity: float = Float(0.0, 0, 2, step=0.1, help="log-odds for A wherever it stands"),
    sharpness: float = Float(2.0, 0.25, 8, log=True, help="how well the judge sees quality"),
    pairs: int = Int(4000, 100, 20000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    delta = gap + 0.7 * rng.normal(size=pairs)  # (pairs,) quality of A's answer minus B's
    for_a = sharpness * delta + verbosity  # (pairs,) log-odds without the place
    first = verdicts(for_a + bias, rng)  # (pairs,) A wins, shown first
    second = verdicts(for_a - bias, rng)  # (pairs,) A wins, shown second
    unbiased = sigmoid(sharpness * delta).mean()

    run.axes(title="Verdicts arrive", x="pairs judged", y="win rate of A", log_x=True)
    run.reference("same judge without bias", unbiased)
    run.reference("level", 0.5)
    stops = np.unique(np.geomspace(20, pairs, 150).astype(int))
    for i in run.steps(len(stops)):
        n = stops[i]
        rate_first = first[:n].mean()
        rate_second = second[:n].mean()
        averaged = (rate_first + rate_second) / 2
        rates = {"A first": rate_first, "A second": rate_second, "both orders": averaged}
        run.line_points(n, rates)  # the last stop is all pairs

    same = first == second  # (pairs,) the order did not matter
    consistency = same.mean()
    consistent = first[same].mean()
    close = np.abs(delta) < np.median(np.abs(delta))  # (pairs,)
    close_same = same[close].mean()
    far_same = same[~close].mean()

    column = "same winner in both orders"
    rows = [
        {"pairs": "answers close in quality", column: close_same},
        {"pairs": "answers far apart", column: far_same},
    ]
    run.table("Consistency", rows)
    run.measure(rate_first=rate_first, rate_second=rate_second, rate_averaged=averaged)
    run.measure(rate_consistent=consistent, rate_unbiased=unbiased, consistency=consistency)
    run.measure(winner_first="A" if rate_first > 0.5 else "B")
    shown = f"{rate_first:.3f} first, {rate_second:.3f} second"
    run.claim("order-decides", rate_first - rate_second > 0.2, shown)
    flips = (rate_first > 0.5) != (unbiased > 0.5)
    run.claim("order-flips-winner", flips, f"{rate_first:.3f}, {unbiased:.3f} without bias")
    shown = f"{averaged:.3f} averaged, {unbiased:.3f} without bias"
    run.claim("swapping-cancels", abs(averaged - unbiased) < 0.03, shown)
