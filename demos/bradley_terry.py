"""Bradley-Terry: strengths from pairwise votes.

**Question.** A reward model and a chatbot arena see the same data: "this answer beat that one".
How do votes become scores?

**Idea.** Bradley and Terry (1952) give each player a strength r and say

    P(i beats j) = σ(rᵢ − rⱼ)

Maximising the likelihood of the votes is a *logistic regression* with one column per player: +1
for the first, −1 for the second, no intercept. With r produced by a network the same loss,
−log σ(r_chosen − r_rejected), trains a reward model (Ouyang et al. 2022, arXiv 2203.02155,
equation 1). **Only differences exist**: adding a constant to all strengths changes no probability.
So a reward of 3.2 means nothing alone, and rewards of two models cannot be compared.

**Elo** updates one game at a time: r ← r + K·(result − expected). It is stochastic gradient ascent
on the same likelihood with a constant step: it never settles, and **the order of the games
matters**. Watch the lines wander around the true values. Fit an arena of fixed models; track with
Elo when players change.

**Try** `k_factor=1`: Elo forgets slowly and hardly depends on the order; a claim fails.
`games=60`: few votes, large errors.

**Limits.** One number per player cannot express "rock beats paper", nor two groups of users who
want different things. Ties need an extension.

**Scale.** Simulated votes from a known truth; 400/ln 10 ≈ 174 Elo points are one unit of r.
"""

import numpy as np
from scipy.special import expit as sigmoid
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from quizapp.demo import Float, Int, Predict, Run, demo


def design(pairs: np.ndarray, players: int) -> np.ndarray:
    """Return (games, players): +1 for the first player of each game, −1 for the second."""
    return np.eye(players)[pairs[:, 0]] - np.eye(players)[pairs[:, 1]]


def bradley_terry(pairs: np.ndarray, won: np.ndarray, players: int) -> np.ndarray:
    """Return the strengths of greatest likelihood, shifted to mean 0."""
    model = LogisticRegression(C=1e4, fit_intercept=False, tol=1e-8, max_iter=500)
    r = model.fit(design(pairs, players), won).coef_[0]
    return r - r.mean()


def elo(pairs: np.ndarray, won: np.ndarray, players: int, k: float) -> np.ndarray:
    """Return the (games, players) ratings after each game in turn; all start at 0."""
    ratings = np.zeros((len(pairs), players))
    now = np.zeros(players)
    for game, (i, j) in enumerate(pairs):
        expected = sigmoid((now[i] - now[j]) / POINTS)
        change = k * (won[game] - expected)
        now[i] += change
        now[j] -= change
        ratings[game] = now
    return ratings


POINTS = 400 / np.log(10)  # Elo points per unit of log-odds


@demo(
    topic="alignment",
    claims={
        "strengths-recovered": "Fitted strengths are within 0.3 (RMS) of the true ones",
        "only-differences": "Adding 5 to every strength leaves the likelihood unchanged",
        "elo-depends-on-order": "Shuffling the games moves some Elo rating by more than 20 points",
        "fit-ignores-order": "Shuffling the games moves no fitted strength by more than 0.01",
    },
    measures={
        "gap_of_731": "Fitted log-odds between two answers of which one won 731 of 1,000 votes",
        "rmse": "Error of the fitted strengths (RMS, log-odds)",
        "elo_shift": "Largest change of an Elo rating when the games are shuffled, in points",
        "fit_shift": "Largest change of a fitted strength when the games are shuffled, log-odds",
        "elo_wander": "Standard deviation of the Elo ratings over the last half, in points",
        "loss": "Mean of −log σ(r_winner − r_loser) of the fit, in nats per game",
        "order_matters": "Which method depends on the order of the games",
    },
    predict=Predict(
        "The same games arrive in another order. Which ratings change?",
        options=("Elo", "Bradley-Terry", "both", "neither"),
        measure="order_matters",
    ),
    budget_s=4,
)
def main(
    run: Run,
    games: int = Int(1500, 60, 6000, log=True),
    players: int = Int(6, 3, 12),
    k_factor: float = Float(32.0, 1, 64, log=True, help="step of one Elo update, in points"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    truth = np.linspace(-1.25, 1.25, players)  # log-odds, mean 0
    first = rng.integers(0, players, games)
    second = (first + rng.integers(1, players, games)) % players  # never the first
    pairs = np.stack([first, second], axis=1)  # (games, 2)
    x = design(pairs, players)  # (games, players)
    won = rng.random(games) < sigmoid(x @ truth)  # (games,)

    ratings = elo(pairs, won, players, k_factor)  # (games, players)
    run.axes(title="Elo, game by game", x="games", y="rating (points)")
    for r in truth:
        run.reference(f"true {r * POINTS:+.0f}", r * POINTS)
    for game in run.steps(games):
        if game % max(1, games // 150) == 0:
            run.line_points(game, {f"player {i + 1}": r for i, r in enumerate(ratings[game])})

    strengths = bradley_terry(pairs, won, players)  # (players,)
    rmse = np.sqrt(((strengths - truth) ** 2).mean())
    loss = log_loss(won, sigmoid(x @ strengths))
    loss_shifted = log_loss(won, sigmoid(x @ (strengths + 5)))

    two = np.tile([0, 1], (1000, 1))  # (1000, 2) the same two answers again and again
    apart = bradley_terry(two, np.arange(1000) < 731, 2)
    order = rng.permutation(games)
    strengths_again = bradley_terry(pairs[order], won[order], players)
    ratings_again = elo(pairs[order], won[order], players, k_factor)
    fit_shift = np.abs(strengths_again - strengths).max()
    elo_shift = np.abs(ratings_again[-1] - ratings[-1]).max()
    wander = ratings[games // 2 :].std(axis=0).mean()
    moved = {"Elo": elo_shift > 1, "Bradley-Terry": fit_shift * POINTS > 1}  # by over a point
    names = [name for name, by_over_a_point in moved.items() if by_over_a_point]
    matters = "both" if len(names) == 2 else names[0] if names else "neither"

    columns = {"truth": truth * POINTS, "Bradley-Terry": strengths * POINTS, "Elo": ratings[-1]}
    rows = [{"player": i + 1} | {k: v[i] for k, v in columns.items()} for i in range(players)]
    run.table("Strengths in Elo points", rows)
    run.measure(rmse=rmse, elo_shift=elo_shift, fit_shift=fit_shift)
    run.measure(gap_of_731=apart[0] - apart[1])
    run.measure(elo_wander=wander, loss=loss, order_matters=matters)
    run.claim("strengths-recovered", rmse < 0.3, f"{rmse:.3f}")
    same = abs(loss - loss_shifted) < 1e-9
    run.claim("only-differences", same, f"{loss:.6f} and {loss_shifted:.6f} nats")
    run.claim("elo-depends-on-order", elo_shift > 20, f"{elo_shift:.0f} points")
    run.claim("fit-ignores-order", fit_shift < 0.01, f"{fit_shift:.1e}")
