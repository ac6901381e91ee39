"""GRPO: a group instead of a critic.

**Question.** Reinforcement learning needs to know whether an answer was better than expected. GRPO
has no value model to say so. What does it compare with, and when does that teach nothing?

**Idea.** Sample a group of G answers to one prompt and compare each with the group:

    advantage = reward − mean of the group      (GRPO also divides by the group's deviation)

The policy gradient is the mean of advantage · ∇log π(answer). A part of the reward that all answers
of a group share drops out of it, and most of the noise with it. If all rewards of a group are
equal, every advantage is 0.

**Watch** the solve rate rise, and with it the share of groups that say nothing: all right, or all
wrong. The bars show by how much the division by the deviation multiplies a prompt's weight.

**Try** `shared=0`: without a shared part of the reward the baseline saves little, and a claim
fails. `group=64`: large groups are seldom equal. `solved=0.01 steps=40`: hardly any group has a
right answer to learn from, and the solve rate hardly moves.

**What papers found.** DeepSeekMath (arXiv 2402.03300) introduced GRPO. Liu et al. (arXiv
2503.20783) criticise the divisions by deviation and by length. DAPO (arXiv 2503.14476) leaves out
groups with equal rewards and samples others.

**Scale.** The estimator alone: each prompt has one weight, the log-odds of solving it. In a
language model prompts share their weights; how advantages come about is the same.
"""

import numpy as np
from scipy.special import expit as sigmoid
from scipy.special import logit

from quizapp.demo import Float, Int, Predict, Run, demo


def advantages(reward: np.ndarray) -> np.ndarray:
    """Return reward minus the mean of its group; rewards are (prompts, group)."""
    return reward - reward.mean(axis=1, keepdims=True)


def gradient(weight: np.ndarray, right: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the policy gradient of each prompt's log-odds, (prompts,).

    The derivative of log π(answer) with respect to the log-odds is 1 − p for a right answer and −p
    for a wrong one.
    """
    return (weight * (right - p[:, None])).mean(axis=1)


def boost(rng: np.random.Generator, p: float, group: int) -> float:
    """Return how much dividing by the deviation multiplies the mean absolute advantage."""
    reward = (rng.random((20_000, group)) < p).astype(float)
    plain = advantages(reward)
    heard = reward.std(axis=1) > 0  # groups with equal rewards have no advantage to divide
    divided = plain[heard] / reward[heard].std(axis=1, keepdims=True)
    return float(np.abs(divided).mean() / np.abs(plain[heard]).mean())


PROMPTS = 400


@demo(
    topic="alignment",
    claims={
        "solve-rate-rises": "The mean solve rate rises by more than 0.2",
        "group-mean-cuts-noise": "Without a baseline the gradient is over twice as noisy",
        "equal-groups-are-silent": "Groups with equal rewards have no gradient; over a fifth of "
        "the groups are such at the end",
        "std-favours-extremes": "Dividing by the deviation multiplies the weight of a prompt "
        "solved 1 time in 20 over 1.2 times as much as that of one solved half the time",
    },
    measures={
        "solved_start": "Mean solve rate at the start",
        "solved_end": "Mean solve rate at the end",
        "noise_ratio": "Standard deviation of the gradient without a baseline over that with one",
        "silent_start": "Share of groups with equal rewards in the first step",
        "silent_end": "Share of groups with equal rewards in the last step",
        "boost_hard": "Factor of the division by the deviation, prompt solved 1 time in 20",
        "boost_even": "Factor of the division by the deviation, prompt solved half the time",
        "silence": "What the share of silent groups does during training",
    },
    predict=Predict(
        "The model learns. What happens to the share of groups that teach nothing?",
        options=("falls", "rises"),
        measure="silence",
    ),
    budget_s=3,
)
def main(
    run: Run,
    group: int = Int(8, 2, 64, log=True, help="answers per prompt"),
    solved: float = Float(0.3, 0.01, 0.9, help="solve rate of the median prompt at the start"),
    shared: float = Float(1.0, 0, 5, help="reward that every answer gets, as for its format"),
    steps: int = Int(150, 20, 500, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    theta = logit(solved) + rng.normal(size=PROMPTS)  # (prompts,) log-odds of a right answer
    solved_start = sigmoid(theta).mean()

    p = sigmoid(theta)  # (prompts,)
    right = (rng.random((200, PROMPTS, group)) < p[:, None]).astype(float)  # 200 tries at the start
    with_mean = np.array([gradient(advantages(shared + r), r, p) for r in right])  # (200, prompts)
    without = np.array([gradient(shared + r, r, p) for r in right])  # (200, prompts)
    noise_ratio = without.std(axis=0).mean() / with_mean.std(axis=0).mean()

    run.axes(title="Learning from groups", x="step", y="share")
    silent, loudest = [], 0.0
    for step in run.steps(steps):
        p = sigmoid(theta)  # (prompts,)
        right = (rng.random((PROMPTS, group)) < p[:, None]).astype(float)  # (prompts, group)
        up = gradient(advantages(shared + right), right, p)  # (prompts,)
        equal = right.min(axis=1) == right.max(axis=1)  # (prompts,)
        loudest = max(loudest, float(np.abs(up[equal]).max(initial=0)))
        silent.append(float(equal.mean()))
        theta += up
        run.line_points(step, {"solve rate": p.mean(), "groups that say nothing": silent[-1]})
    solved_end = sigmoid(theta).mean()

    run.axes(chart="boost", title="Divided by the deviation", x="solve rate", y="factor")
    boosts = {}
    for rate in (0.05, 0.2, 0.5, 0.8, 0.95):
        boosts[f"{rate:g}"] = boost(rng, rate, group)
        run.bars("factor", boosts, chart="boost")
    hard, even = boosts["0.05"], boosts["0.5"]
    silence = "rises" if silent[-1] > silent[0] else "falls"

    run.measure(solved_start=solved_start, solved_end=solved_end, noise_ratio=noise_ratio)
    run.measure(silent_start=silent[0], silent_end=silent[-1], silence=silence)
    run.measure(boost_hard=hard, boost_even=even)
    risen = solved_end - solved_start
    run.claim("solve-rate-rises", risen > 0.2, f"{solved_start:.2f} to {solved_end:.2f}")
    run.claim("group-mean-cuts-noise", noise_ratio > 2, f"{noise_ratio:.1f} times as noisy")
    quiet = loudest < 1e-12 and silent[-1] > 0.2
    run.claim("equal-groups-are-silent", quiet, f"{silent[-1]:.0%} of the groups at the end")
    run.claim("std-favours-extremes", hard > 1.2 * even, f"{hard:.2f} against {even:.2f}")
