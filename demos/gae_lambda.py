"""GAE: λ trades the critic's error against noise.

**Question.** The reward comes at the last token. Which of the tokens before it earned it, and how
far may one trust a critic that is only roughly right?

**Idea.** The critic V predicts the final reward from each prefix. With no discount (γ = 1) the
surprise at token t is δ_t = r_t + V(next) − V(now), and

    Â_t = δ_t + λ·δ_{t+1} + λ²·δ_{t+2} + …        (Schulman et al. 2016, equation 16)

λ = 0 is δ_t alone: little noise, but every error of the critic goes straight into it. λ = 1 is the
final reward minus V(now): the critic only serves as a baseline, nothing is biased, and all the
luck of the later tokens is in it.

**Watch** the two parts of the error of Â_t by λ: bias falls and spread grows, and the total is
lowest in between. In text the token fixes the next prefix, so δ_t alone has no spread at all. An
error that all actions of a prefix share is a baseline and does no harm: it is not counted.

**Try** `critic_error=0`: a perfect critic has no bias at any λ; a claim fails, and λ = 0 is best.
`critic_error=0.15`: trust it more, and the best λ moves down.

**What papers found.** Schulman et al. (arXiv 1506.02438) find λ between 0.9 and 0.99 good for
control. Where an answer is one action with one reward, as in GRPO and RLOO, λ plays no part.

**Scale.** A chain of twelve tokens, each up or down by a coin; reward 1 if it ends above zero. The
true values are known, the critic is off by a fixed error in every state. γ = 1, as in most
language-model recipes.
"""

import numpy as np

from quizapp.demo import Float, Int, Predict, Run, demo


def gae(reward: np.ndarray, value: np.ndarray, lam: float) -> np.ndarray:
    """Return the advantages (chains, T) with γ = 1.

    Args:
        reward: of each token, (chains, T).
        value: of each prefix, the finished text included, (chains, T + 1); the last is 0.
        lam: weight of each later surprise by the one before it.
    """
    delta = reward + value[:, 1:] - value[:, :-1]  # (chains, T)
    advantage = np.zeros_like(delta)
    later = np.zeros(len(delta))
    for t in reversed(range(delta.shape[1])):
        later = delta[:, t] + lam * later
        advantage[:, t] = later
    return advantage


TOKENS = 12
LAMBDAS = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 1.0)


def true_values() -> np.ndarray:
    """Return P(the chain ends above zero), (TOKENS + 1, heights); row t is after t tokens."""
    heights = np.arange(-TOKENS - 1, TOKENS + 2)
    value = np.zeros((TOKENS + 1, len(heights)))
    value[TOKENS] = heights > 0
    for t in reversed(range(TOKENS)):
        value[t, 1:-1] = (value[t + 1, :-2] + value[t + 1, 2:]) / 2
    return value


def mean_by(group: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return for each value the mean of its group."""
    return (np.bincount(group, value) / np.maximum(np.bincount(group), 1))[group]


@demo(
    topic="rl",
    claims={
        "bias-falls": "The bias at λ = 1 is less than a tenth of that at λ = 0",
        "spread-grows": "The spread at λ = 1 is over 1.5 times that at λ = 0.8",
        "between-is-best": "A λ between 0 and 1 has a smaller total error than both ends",
    },
    measures={
        "bias_zero": "bias of the advantage at λ = 0 (root mean square over prefixes and tokens)",
        "bias_one": "bias at λ = 1",
        "spread_low": "standard deviation of the advantage around its mean at λ = 0.8",
        "spread_one": "standard deviation at λ = 1",
        "error_zero": "root mean square error at λ = 0",
        "error_best": "root mean square error at the best λ",
        "error_one": "root mean square error at λ = 1",
        "best_lambda": "λ of the smallest total error",
        "where": "where the smallest total error is",
    },
    predict=Predict(
        "The critic is roughly right. Which λ gives the smallest total error?",
        options=("λ = 0", "between", "λ = 1"),
        measure="where",
    ),
    budget_s=3,
)
def main(
    run: Run,
    critic_error: float = Float(0.4, 0, 2, help="standard deviation of the critic's error"),
    chains: int = Int(50_000, 1000, 100_000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    true = true_values()  # (TOKENS + 1, heights)
    critic = true + critic_error * rng.normal(size=true.shape)
    critic[TOKENS] = 0.0  # the finished text has no future

    up = rng.random((chains, TOKENS)) < 0.5
    walk = np.cumsum(np.where(up, 1, -1), axis=1)  # (chains, TOKENS)
    heights = np.hstack([np.zeros((chains, 1), int), walk]) + TOKENS + 1  # columns of the values
    reward = np.zeros((chains, TOKENS))
    reward[:, -1] = walk[:, -1] > 0
    times = np.arange(TOKENS + 1)
    along, guessed = true[times, heights], critic[times, heights]  # (chains, TOKENS + 1)
    exact = along[:, 1:] - along[:, :-1]  # (chains, TOKENS) the true advantages
    state = (heights[:, :-1] + 100 * times[:-1]).ravel()
    action = 2 * state + up.ravel()

    run.axes(title="Error of the advantage", x="λ", y="root mean square")
    found = {}
    for lam in LAMBDAS:
        run.check()
        off = (gae(reward, guessed, lam) - exact).ravel()
        off -= mean_by(state, off)  # what both actions share is a baseline and does no harm
        bias = mean_by(action, off)
        found[lam] = tuple(float((part**2).mean() ** 0.5) for part in (bias, off - bias, off))
        run.point(lam, bias=found[lam][0], spread=found[lam][1], total=found[lam][2])

    bias_zero, _, error_zero = found[0.0]
    bias_one, spread_one, error_one = found[1.0]
    spread_low = found[0.8][1]
    best = min(found, key=lambda lam: found[lam][2])
    error_best = found[best][2]
    where = "between" if 0 < best < 1 else f"λ = {best:.0f}"

    run.measure(bias_zero=bias_zero, bias_one=bias_one, where=where, best_lambda=best)
    run.measure(spread_low=spread_low, spread_one=spread_one)
    run.measure(error_zero=error_zero, error_best=error_best, error_one=error_one)
    run.claim("bias-falls", bias_one < bias_zero / 10, f"{bias_zero:.3f} to {bias_one:.3f}")
    grown = spread_one > 1.5 * spread_low
    run.claim("spread-grows", grown, f"{spread_low:.3f} to {spread_one:.3f}")
    ends = f"{error_best:.3f} at λ = {best:g}; {error_zero:.3f} at 0, {error_one:.3f} at 1"
    run.claim("between-is-best", where == "between", ends)
