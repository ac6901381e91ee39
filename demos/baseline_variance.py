"""The policy gradient, and what a baseline takes out of it.

**Question.** The reward is computed by a program and has no gradient. How can a model learn from
it, and why does everybody subtract a baseline first?

**Idea.** The probability of an action has a gradient, even if its reward has none:

    ∇ E[reward] = E[ reward · ∇log π(action) ]

So sampled answers, weighted by their rewards, push the right way on average. A number b that does
not depend on the action may be subtracted, since E[b · ∇log π] = b · ∇ Σ π = 0: the mean of the
gradient stays, its noise falls. Here b is the mean of the batch, the mean of the *others*
(leave-one-out, as in RLOO), or the true expected reward, which a perfect critic would know.

**Watch** the lengths along the true gradient: 1 without baseline and with leave-one-out. The mean
of the batch contains the own reward, so it shortens the gradient to (n − 1)/n: harmless.

**Try** `shared=0`: without a reward that all answers get, there is little to take out, and a claim
fails. `answers=2`: the mean of the batch halves the gradient.

**What papers found.** Williams (1992) gave the estimator and the baseline; Ahmadian et al. (arXiv
2402.14740) show that for language models leave-one-out without a critic competes with PPO.

**Scale.** One prompt of the bundled model, one token as the action, and the gradient of all its
weights. The true gradient is that of Σ π·reward over the 16 likeliest tokens, by autograd.
"""

import random

import numpy as np
import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Float, Int, Predict, Run, demo


def advantages(reward: np.ndarray, expected: float) -> dict[str, np.ndarray]:
    """Return reward minus each kind of baseline; rewards are (batches, answers)."""
    mean = reward.mean(axis=1, keepdims=True)
    n = reward.shape[1]
    return {
        "none": reward,
        "mean of the batch": reward - mean,
        "leave one out": (reward - mean) * n / (n - 1),
        "expected reward": reward - expected,
    }


def gradient(model, value: torch.Tensor) -> torch.Tensor:
    """Return the gradient of a number by all weights, (P,)."""
    parts = torch.autograd.grad(value, list(model.parameters()), retain_graph=True)
    return torch.cat([part.flatten() for part in parts]).double()


@demo(
    topic="rl",
    claims={
        "samples-find-the-gradient": "Sampled gradients without baseline have, on average, the "
        "length of the true one along it, within 10 %",
        "baseline-is-unbiased": "So have those with the leave-one-out baseline, within 5 %",
        "baseline-cuts-variance": "Leave-one-out divides the variance by over 3",
        "batch-mean-shortens": "The mean of the batch shortens the gradient by 1/n, within 0.05",
    },
    measures={
        "length_none": "Mean of sampled gradients along the true one, no baseline; 1 is unbiased",
        "length_mean": "The same, minus the mean of the batch",
        "length_loo": "The same, leave-one-out",
        "variance_none": "Variance of a batch's gradient by the squared true gradient, no baseline",
        "variance_loo": "The same, leave-one-out",
        "gain_loo": "Variance without baseline by that with leave-one-out",
        "gain_value": "Variance without baseline by that with the expected reward as baseline",
        "solved": "Probability of the right action",
        "effect": "What the leave-one-out baseline does",
    },
    predict=Predict(
        "Subtract the mean reward of the other answers. What becomes of the gradient?",
        options=("same mean, less noise", "same mean, same noise", "another mean"),
        measure="effect",
    ),
    budget_s=3,
)
def main(
    run: Run,
    answers: int = Int(8, 2, 64, log=True, help="sampled answers in a batch"),
    shared: float = Float(1.0, 0, 5, help="reward that every answer gets, as for its format"),
    batches: int = Int(20_000, 1000, 100_000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    model, tokenizer = tinyworld.load(device=run.device)
    draw = random.Random(seed)
    animal = draw.choice(world.ANIMALS)
    prompt = f"The {draw.choice(world.MOODS)} {animal}"
    ids = tinyworld.batch(tokenizer, [prompt], run.device)["input_ids"][:, :-1]  # no end token
    logits = model(ids).logits[0, -1]
    tokens = logits.topk(16).indices  # the actions
    log_p = logits[tokens].log_softmax(-1)  # (16,)
    verb = world.HABITS[animal][0][0]
    right = np.array([tokenizer.decode(token).strip() == verb for token in tokens])
    reward = shared + right  # (16,) numbers: no gradient passes through them

    score = torch.stack([gradient(model, one) for one in log_p])  # (16, P) of ∇log π
    expected = (log_p.exp() * torch.tensor(reward, device=run.device)).sum()
    true = gradient(model, expected)  # (P,)
    size = (true @ true).item()
    along = (score @ true / size).cpu().numpy()  # (16,) ∇log π along the true gradient
    products = (score @ score.T / size).cpu().numpy()  # (16, 16) of ∇log π with one another
    p = log_p.exp().detach().double().cpu().numpy()
    p /= p.sum()

    rng = np.random.default_rng(seed)
    actions = rng.choice(16, size=(batches, answers), p=p)  # (batches, answers)
    run.axes(title="Variance of a batch's gradient", y="by the squared true gradient")
    lengths, variances = {}, {}
    for name, advantage in advantages(reward[actions], expected.item()).items():
        run.check()
        weight = np.zeros((batches, 16))  # of each token's ∇log π in a batch's gradient
        rows = np.arange(batches)
        for column in range(answers):
            weight[rows, actions[:, column]] += advantage[:, column] / answers
        mean = weight.mean(axis=0)  # (16,)
        lengths[name] = mean @ along
        second = np.einsum("bi,ij,bj->b", weight, products, weight, optimize=True).mean()
        variances[name] = second - mean @ products @ mean
        run.bars("variance", variances)

    length_none, length_mean, length_loo, _ = lengths.values()
    none, _, loo, value = variances.values()
    gain = none / loo
    same = abs(length_loo - 1) < 0.1
    effect = "another mean" if not same else "same mean, same noise"
    if same and gain > 1.5:
        effect = "same mean, less noise"

    run.measure(length_none=length_none, length_mean=length_mean, length_loo=length_loo)
    run.measure(variance_none=none, variance_loo=loo, gain_loo=gain, gain_value=none / value)
    run.measure(solved=float(p @ right), effect=effect)
    found = abs(length_none - 1) < 0.1
    run.claim("samples-find-the-gradient", found, f"{length_none:.3f} of the true length")
    unbiased = abs(length_loo - 1) < 0.05
    run.claim("baseline-is-unbiased", unbiased, f"{length_loo:.3f} of the true length")
    run.claim("baseline-cuts-variance", gain > 3, f"divided by {gain:.1f}")
    shortened = abs(length_mean - (1 - 1 / answers)) < 0.05
    run.claim("batch-mean-shortens", shortened, f"{length_mean:.3f} with {answers} answers")
