"""KL from one sampled token: k1, k2, k3.

**Question.** The KL of policy and reference is a sum over the vocabulary. In training one has the
log-probabilities of the sampled token only. Which estimate of it is good, and may it be a loss?

**Idea.** With x drawn from the policy π and log ρ = log π_ref(x) − log π(x) (Schulman 2020):

    k1 = −log ρ            unbiased, of either sign, so noisy
    k2 = (log ρ)²/2        never negative, little noise, biased once the two are far apart
    k3 = ρ − 1 − log ρ     never negative and unbiased: k1 plus ρ − 1, which is 0 on average

All three estimate the *reverse* KL, KL(π ‖ π_ref). In training it is the gradient that counts. As a
number in the reward k1 gives the right one. As a term of the loss another is taken, for autograd
does not know that x was drawn from π: the gradient of k1 is noise around zero, that of k2 is right,
that of k3 is right only near the reference. Times the ratio π/π_old, which is 1 but not constant,
k3 has exactly the gradient of k2.

**Watch** spread and bias while the bundled model is fine-tuned away from where it started; then
the gradients at the end.

**Try** `steps=4 learning_rate=1e-5`: policy and reference are close, k2 has hardly any bias and the
gradient of k3 is nearly right: the claims about both fail. The mean of k1 is then all noise.

**What papers found.** With normal distributions 0.005 nats apart Schulman finds a standard
deviation of 20 times the KL for k1 and of 1.4 times for k2 and k3. GRPO (arXiv 2402.03300,
equation 4) puts k3 into the loss; PPO for language models puts k1 into the reward. DeepSeek-V3.2
(arXiv 2512.02556) multiplies k3 by the ratio, and so does trl 1.16.

**Scale.** Two real models and all tokens of real texts: at each place tokens are drawn from the
policy, and the exact KL is the sum over the 256 tokens of the vocabulary.
"""

import copy

import tinyworld
import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def estimates(log_p: torch.Tensor, log_ref: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return k1, k2, k3 of sampled tokens from their log-probabilities, in nats."""
    log_ratio = log_ref - log_p
    return {"k1": -log_ratio, "k2": log_ratio**2 / 2, "k3": log_ratio.exp() - 1 - log_ratio}


def weighed(k: torch.Tensor, log_p: torch.Tensor) -> torch.Tensor:
    """Return an estimate times the ratio π/π_old: 1 on fresh samples, but with a gradient."""
    return k * (log_p - log_p.detach()).exp()


def log_p(model, rows: dict) -> torch.Tensor:
    """Return the log-probabilities at all places that are scored, (places, V)."""
    scored = rows["labels"][:, 1:] != -100  # (texts, T - 1)
    ids = {"input_ids": rows["input_ids"], "attention_mask": rows["attention_mask"]}
    return model(**ids).logits[:, :-1][scored].log_softmax(-1)


def gradient(model, loss: torch.Tensor) -> torch.Tensor:
    """Return the gradient by all weights, (P,)."""
    parts = torch.autograd.grad(loss, list(model.parameters()), retain_graph=True)
    return torch.cat([part.flatten() for part in parts])


DRAWS = 64  # tokens drawn from the policy at each place


@demo(
    topic="rl",
    claims={
        "k3-is-quieter": "Near the reference k1 spreads over twice as much as k3",
        "k1-k3-unbiased": "At the end the means of k1 and k3 are within 10 % of the KL",
        "k2-is-biased": "At the end the mean of k2 is off by over 10 %",
        "k1-loss-is-silent": "The gradient of k1 has less than 0.3 of the KL's own, along it; that "
        "of k2 has it within 0.3",
        "k3-loss-drifts": "At the end the gradient of k3 is off by over 0.1 along the KL's own",
        "ratio-repairs-k3": "Times the ratio, the gradient of k3 is within 0.3 of the KL's own",
    },
    measures={
        "kl_near": "exact KL after the first step, nats per token",
        "kl_far": "exact KL at the end, nats per token",
        "spread_k1": "spread of k1 after the first step, in multiples of the KL",
        "spread_k3": "spread of k3 after the first step, in multiples of the KL",
        "negative_k1": "share of tokens with a negative k1 after the first step",
        "bias_k2_near": "mean of k2 by the KL, minus 1, after the first step",
        "bias_k2_far": "the same at the end",
        "bias_k3_far": "mean of k3 by the KL, minus 1, at the end",
        "pull_k1": "gradient of k1 along that of the KL at the end; 1 is right",
        "pull_k2": "the same for k2",
        "pull_k3": "the same for k3",
        "pull_k3_weighed": "the same for k3 times the ratio",
        "far_worst": "estimator with the largest bias at the end",
    },
    predict=Predict(
        "The policy has moved far from the reference. Which estimator is off on average?",
        options=("k1", "k2", "k3"),
        measure="far_worst",
    ),
    budget_s=3,
)
def main(
    run: Run,
    texts: str = Choice("clinic", "general", help="what the policy is fine-tuned on"),
    steps: int = Int(20, 2, 200, log=True, help="fine-tuning steps away from the reference"),
    learning_rate: float = Float(1e-4, 1e-6, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    reference, tokenizer = tinyworld.load(device=run.device)
    policy = copy.deepcopy(reference)
    rows = tinyworld.batch(tokenizer, tinyworld.documents(texts, 24, seed), run.device)
    with torch.no_grad():
        log_ref = log_p(reference, rows)  # (places, V)
    run.axes(chart="bias", title="Bias", x="exact KL (nats per token)", y="mean by KL, minus 1")
    run.axes(chart="spread", title="Spread", x="exact KL (nats per token)", y="by KL", log_y=True)
    torch.manual_seed(seed)
    training = tinyworld.documents(texts, 16 * steps, seed=1000 + seed)
    batches = tinyworld.batches(tokenizer, training, 16, run.device)
    losses = tinyworld.train(policy, batches, learning_rate)
    near, looks = 1, {}
    for step in run.steps(steps):
        next(losses)
        if step + 1 not in (1, 2, 4, 8, 16, 32, 64, 128, steps):
            continue
        log_pi = log_p(policy, rows)  # (places, V)
        exact = (log_pi.exp() * (log_pi - log_ref)).sum(-1).mean()
        drawn = log_pi.detach().exp().multinomial(DRAWS, replacement=True)  # (places, DRAWS)
        sampled = estimates(log_pi.gather(1, drawn), log_ref.gather(1, drawn))
        bias = {name: (k.mean() / exact - 1).item() for name, k in sampled.items()}
        spread = {name: (k.var(1).mean().sqrt() / exact).item() for name, k in sampled.items()}
        negative = (sampled["k1"] < 0).float().mean().item()
        looks[step + 1] = exact.item(), bias, spread, negative
        run.line_points(exact.item(), bias, chart="bias")
        run.line_points(exact.item(), spread, chart="spread")

    true = gradient(policy, exact)  # (P,)
    pull = {}
    for name, k in sampled.items():
        pull[name] = (gradient(policy, k.mean()) @ true / (true @ true)).item()
        run.bars("gradient along the KL's own", pull, chart="pull")
    k3_weighed = weighed(sampled["k3"], log_pi.gather(1, drawn)).mean()
    pull["k3 × ratio"] = (gradient(policy, k3_weighed) @ true / (true @ true)).item()
    run.bars("gradient along the KL's own", pull, chart="pull")

    kl_near, bias_near, spread_near, negative = looks[near]
    kl_far, bias_far, *_ = looks[steps]
    far_worst = max(bias_far, key=lambda name: abs(bias_far[name]))
    quieter = spread_near["k1"] / spread_near["k3"]

    run.measure(kl_near=kl_near, kl_far=kl_far, negative_k1=negative, far_worst=far_worst)
    run.measure(spread_k1=spread_near["k1"], spread_k3=spread_near["k3"])
    run.measure(bias_k2_near=bias_near["k2"], bias_k2_far=bias_far["k2"])
    run.measure(bias_k3_far=bias_far["k3"])
    run.measure(pull_k1=pull["k1"], pull_k2=pull["k2"], pull_k3=pull["k3"])
    run.measure(pull_k3_weighed=pull["k3 × ratio"])
    run.claim("k3-is-quieter", quieter > 2, f"{quieter:.1f} times, at {kl_near:.4f} nats per token")
    off = max(abs(bias_far["k1"]), abs(bias_far["k3"]))
    run.claim("k1-k3-unbiased", off < 0.1, f"off by {off:.1%} at {kl_far:.2f} nats per token")
    run.claim("k2-is-biased", abs(bias_far["k2"]) > 0.1, f"off by {bias_far['k2']:+.0%}")
    right = abs(pull["k1"]) < 0.3 and abs(pull["k2"] - 1) < 0.3
    run.claim("k1-loss-is-silent", right, f"k1 {pull['k1']:.2f}, k2 {pull['k2']:.2f} of the KL's")
    run.claim("k3-loss-drifts", abs(pull["k3"] - 1) > 0.1, f"{pull['k3']:.2f} of the KL's")
    repaired = abs(pull["k3 × ratio"] - 1) < 0.3
    run.claim("ratio-repairs-k3", repaired, f"{pull['k3 × ratio']:.2f} of the KL's")
