"""A test key with errors: who is judged wrongly?

**Question.** Some labels of the *test* set are wrong. What happens to the scores, and to the order
of two models?

**Idea.** A wrong prediction on a flipped label counts as right. If a share p of a two-class key is
flipped at random, a model with true accuracy a scores

    a·(1 - p) + (1 - a)·p

so every score moves towards ½ and differences shrink by the factor 1 - 2p. If instead the key makes
the same mistake as one of the models, that model is rewarded for it.

**Watch** scanned digits, small (0 to 4) or large (5 to 9). The honest model learned right labels.
The other one learned that nines are small. Both are graded by the right key, by keys flipped at
random, and by a key written by somebody with the same belief about nines.

**Try** until a claim fails. `flipped=0`: nothing shrinks. `believers=0`: the key shares no mistake,
and the honest model stays in front.

**Real scale.** Northcutt et al. (arXiv 2103.14749): on average at least 3.3 % of the labels of ten
common test sets are wrong, and the order of models can change as such labels become more frequent.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from quizapp.demo import Float, Int, Predict, Run, demo


def measured(a: float, p: float) -> float:
    """Return the expected score of a model with accuracy a when a share p of the key is flipped."""
    return a * (1 - p) + (1 - a) * p


KEYS = 200  # keys flipped at random


@demo(
    topic="data",
    claims={
        "random-shrinks": "Random errors lower the better model's score, as the formula says "
        "within half a point",
        "order-survives": "On average over random keys the better model stays in front, by less "
        "than with the right key",
        "shared-error-wins": "A key that shares the worse model's mistake ranks it first",
    },
    measures={
        "honest": "accuracy of the honest model against the right key",
        "honest_random": "its score against keys flipped at random, mean",
        "honest_expected": "its score by the formula a·(1 - p) + (1 - a)·p",
        "lead": "lead of the honest model with the right key",
        "lead_random": "its lead with keys flipped at random, mean",
        "lead_shared": "its lead with the key that shares the other model's mistake",
        "winner": "which model the key with the shared mistake ranks first",
    },
    formulas=("honest_expected",),
    predict=Predict(
        "The key calls nines small, as one of two models does. Which scores higher?",
        options=("the honest model", "the model with the mistake", "equal"),
        measure="winner",
    ),
    budget_s=3,
)
def main(
    run: Run,
    flipped: float = Float(0.05, 0, 0.4, step=0.05, help="share p of random errors in the key"),
    believers: float = Float(1.0, 0, 1, step=0.1, help="share of nines that a key calls small"),
    seed: int = Int(0, 0, 999),
) -> None:
    x, digit = load_digits(return_X_y=True)  # (1797, 64), (1797,)
    large = digit >= 5
    x_train, x_test, large_train, large_test, digit_train, digit_test = train_test_split(
        x, large, digit, test_size=0.5, random_state=seed
    )
    rng = np.random.default_rng(seed)
    mistaken = large_train & (digit_train != 9)  # nines are called small
    honest = KNeighborsClassifier(3).fit(x_train, large_train).predict(x_test)
    other = KNeighborsClassifier(3).fit(x_train, mistaken).predict(x_test)
    shared = large_test & ~((digit_test == 9) & (rng.random(len(x_test)) < believers))

    run.axes(x="share of the key flipped at random", y="score")
    run.reference("chance", 0.5)
    scores = {}  # share flipped -> (honest, other), means over the keys
    shares = sorted({0.0, 0.1, 0.2, 0.3, 0.4, flipped})
    for step in run.steps(len(shares)):
        p = shares[step]
        keys = large_test ^ (rng.random((KEYS, len(x_test))) < p)  # (KEYS, rows)
        scores[p] = (honest == keys).mean(), (other == keys).mean()
        run.line_points(p, {"honest": scores[p][0], "with the mistake": scores[p][1]})

    true, random_score = scores[0.0][0], scores[flipped][0]
    lead = scores[0.0][0] - scores[0.0][1]
    lead_random = scores[flipped][0] - scores[flipped][1]
    lead_shared = (honest == shared).mean() - (other == shared).mean()
    expected = measured(true, flipped)
    winner = "the honest model" if lead_shared > 0 else "the model with the mistake"
    if lead_shared == 0:
        winner = "equal"

    leads = {"right key": lead, "random errors": lead_random, "shared mistake": lead_shared}
    run.bars("lead of the honest model", leads, chart="lead")
    run.measure(honest=true, honest_random=random_score, honest_expected=expected)
    run.measure(lead=lead, lead_random=lead_random, lead_shared=lead_shared, winner=winner)
    shown = f"{true:.1%} to {random_score:.1%}, expected {expected:.1%}"
    lower = random_score < true - 0.01 and abs(random_score - expected) < 0.005
    run.claim("random-shrinks", lower, shown)
    shown = f"{100 * lead:.1f} to {100 * lead_random:.1f} points"
    run.claim("order-survives", 0 < lead_random < lead, shown)
    run.claim("shared-error-wins", lead_shared < 0, f"{100 * lead_shared:.1f} points")
