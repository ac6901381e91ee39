"""Adam, AdamW and the size of a step.

**Question.** What does Adam divide by, why does AdamW decay the weights outside of that, and is
dividing the loss by ten the same as dividing the rate by ten?

**Idea.** Adam keeps two running means per weight and divides one by the root of the other:

    m ← β₁·m + (1 − β₁)·g          v ← β₂·v + (1 − β₂)·g²
    w ← w − η · m̂ / (√v̂ + ε)       m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

So a step is about η, however large the gradient. L2 adds λ·w to g: it is divided too, and weights
with small gradients are pulled hardest. AdamW multiplies by 1 − η·λ, outside of the division.

**Watch** two groups of weights, all 1 at the start. Their gradients are pure noise, in one group
100 times smaller, so that nothing but the decay moves their mean.

**The second part** takes the language model: 20 steps with the loss, with the loss divided by ten,
and the size of Adam's first step with and without the corrections.

**Try** `apart=1`: equal gradients, nothing to tell apart. `eps=0.001`: ε is larger than √v, and the
size of the loss counts after all. `beta2=0.9`: without correction the first step is too short.

**Papers.** Kingma and Ba (arXiv 1412.6980) and Loshchilov and Hutter (arXiv 1711.05101).
"""

import copy

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def adam_step(weight, gradient, m, v, step, rate, beta2, eps=1e-8, corrected=True):
    """Update m and v in place and return the weight after Adam's step number `step`, from 1 on."""
    beta1 = 0.9
    m.mul_(beta1).add_(gradient, alpha=1 - beta1)
    v.mul_(beta2).add_(gradient**2, alpha=1 - beta2)
    unbiased = (1 - beta1**step, 1 - beta2**step) if corrected else (1, 1)
    return weight - rate * (m / unbiased[0]) / ((v / unbiased[1]).sqrt() + eps)


def way(base, batches, kind, divisor, **settings):
    """Return how far training moves the weights, with the loss divided by `divisor`."""
    model = copy.deepcopy(base).train()
    optimizer = kind(model.parameters(), **settings)
    for batch in batches:
        (model(**batch).loss / divisor).backward()
        optimizer.step()
        optimizer.zero_grad()
    pairs = zip(model.parameters(), base.parameters(), strict=True)
    return torch.cat([(a - b).detach().flatten() for a, b in pairs]).norm().item()


WEIGHTS = 2000  # of each group


@demo(
    topic="optimisation",
    claims={
        "adamw-shrinks-alike": "AdamW shrinks both groups by the same share, within a tenth",
        "l2-shrinks-apart": "Adam with L2 shrinks small-gradient weights over 3 times as much",
        "sgd-steps-apart": "SGD's steps differ over 10 times between the groups, Adam's by under 2",
        "loss-tenth-changes-adam-little": "A tenth of the loss changes AdamW's way by under 5 %",
        "loss-tenth-slows-sgd": "A tenth of the loss leaves SGD under a fifth of its way",
        "first-step-is-the-rate": "Corrected, the first step is the rate within 5 %; without "
        "correction over twice as large",
    },
    measures={
        "adamw_large": "shrinkage under AdamW, weights with large gradients, share",
        "adamw_small": "shrinkage under AdamW, weights with small gradients, share",
        "l2_large": "shrinkage under Adam with L2, weights with large gradients, share",
        "l2_small": "shrinkage under Adam with L2, weights with small gradients, share",
        "sgd_apart": "typical step of SGD, large gradients over small ones",
        "adam_apart": "typical step of AdamW, large gradients over small ones",
        "way_adam": "way of AdamW with a tenth of the loss, as a share of that with the loss",
        "way_sgd": "way of SGD with a tenth of the loss, as a share of that with the loss",
        "first_step": "median first step of Adam on the model, over the rate",
        "uncorrected": "the same without the corrections for the zero start",
        "shrinks_more": "which weights Adam with L2 shrinks more",
    },
    predict=Predict(
        "Adam with an L2 penalty in the gradient. Which weights does it shrink more?",
        options=("those with large gradients", "those with small gradients", "both alike"),
        measure="shrinks_more",
    ),
    budget_s=4,
)
def main(
    run: Run,
    apart: float = Float(100, 1, 1000, log=True, help="large gradients over small ones"),
    decay: float = Float(0.1, 0.001, 1, log=True),
    rate: float = Float(1e-3, 1e-4, 1e-2, log=True),
    beta2: float = Float(0.999, 0.9, 0.9999),
    eps: float = Float(1e-8, 1e-10, 0.1, log=True),
    steps: int = Int(400, 50, 1000, step=50),
    seed: int = Int(0, 0, 999),
) -> None:
    scale = torch.tensor([[1.0], [1 / apart]], device=run.device)  # (2, 1): large, small
    adam = {"lr": rate, "betas": (0.9, beta2), "eps": eps, "weight_decay": decay}
    kinds = {
        "AdamW": (torch.optim.AdamW, adam),
        "Adam + L2": (torch.optim.Adam, adam),
        "SGD": (torch.optim.SGD, {"lr": rate}),
    }
    run.axes(x="step", y="mean weight")
    shrunk, typical = {}, {}  # optimizer -> (2,): share lost; typical step of the last one
    run.progress(len(kinds) * steps)
    for name, (kind, settings) in kinds.items():
        torch.manual_seed(seed)
        weights = torch.ones(2, WEIGHTS, device=run.device)
        optimizer = kind([weights], **settings)
        for step in range(1, steps + 1):
            run.step()
            before = weights.clone()
            weights.grad = scale * torch.randn(2, WEIGHTS, device=run.device)  # noise of mean 0
            optimizer.step()
            if step % 10 == 0 and name != "SGD":
                large, small = weights.mean(1).tolist()
                run.line_points(step, {f"{name}, large": large, f"{name}, small": small})
        shrunk[name] = (1 - weights.mean(1)).tolist()
        typical[name] = (weights - before).square().mean(1).sqrt()

    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 160, seed=seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # (8, T) each
    adam |= {"weight_decay": 0.0}
    kept = {
        name: way(base, batches, kind, 10, **settings) / way(base, batches, kind, 1, **settings)
        for name, kind, settings in (
            ("AdamW", torch.optim.AdamW, adam),
            ("SGD", torch.optim.SGD, {"lr": 0.01}),
        )
    }
    base.zero_grad()
    base(**batches[0]).loss.backward()
    g = torch.cat([p.grad.flatten() for p in base.parameters()])  # (parameters,)
    g = g[g != 0]  # words that the batch does not hold have no gradient
    zeros = torch.zeros_like(g)
    first, raw = (
        adam_step(zeros, g, zeros.clone(), zeros.clone(), 1, rate, beta2, eps, corrected)
        for corrected in (True, False)
    )
    first, raw = (moved.abs().median().item() / rate for moved in (first, raw))

    (even_large, even_small), (l2_large, l2_small) = shrunk["AdamW"], shrunk["Adam + L2"]
    sgd_apart, adam_apart = ((t[0] / t[1]).item() for t in (typical["SGD"], typical["AdamW"]))
    ratio = l2_small / l2_large
    more = "those with small gradients" if ratio > 1.5 else "both alike"
    if ratio < 1 / 1.5:
        more = "those with large gradients"

    run.measure(adamw_large=even_large, adamw_small=even_small, shrinks_more=more)
    run.measure(l2_large=l2_large, l2_small=l2_small, sgd_apart=sgd_apart, adam_apart=adam_apart)
    run.measure(way_adam=kept["AdamW"], way_sgd=kept["SGD"], first_step=first, uncorrected=raw)
    shown = f"{even_large:.1%} and {even_small:.1%}"
    run.claim("adamw-shrinks-alike", abs(even_large / even_small - 1) < 0.1, shown)
    run.claim("l2-shrinks-apart", ratio > 3, f"{l2_large:.1%} and {l2_small:.1%}")
    shown = f"{sgd_apart:.0f} times, Adam {adam_apart:.2f} times"
    run.claim("sgd-steps-apart", sgd_apart > 10 and adam_apart < 2, shown)
    shown = f"{kept['AdamW']:.3f} of the way"
    run.claim("loss-tenth-changes-adam-little", abs(kept["AdamW"] - 1) < 0.05, shown)
    run.claim("loss-tenth-slows-sgd", kept["SGD"] < 0.2, f"{kept['SGD']:.3f} of the way")
    held = abs(first - 1) < 0.05 and raw > 2 * first
    run.claim("first-step-is-the-rate", held, f"{first:.3f} and {raw:.2f} times the rate")
