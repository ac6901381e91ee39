"""Gradients through many layers, and two ways to clip them.

**Question.** Why do gradients vanish or explode in a deep stack, what keeps them, and what does
clipping change: the length of the gradient, or its direction?

**Idea.** Backpropagation multiplies one Jacobian per layer. Is each a little too small or too
large, the product shrinks or grows with the depth:

    ∂L/∂h₀ = J₁ᵀ·J₂ᵀ ⋯ Jₙᵀ · ∂L/∂hₙ          residual: Jₖ = 1 + ∂f/∂h, the 1 passes everything on

Initialisation makes the factors about 1, a norm before each block keeps its input at one size, and
the residual path offers a way around the blocks. Clipping acts afterwards, on the result:

    by norm:  g · min(1, c / ‖g‖)        by value:  each gᵢ cut to [−c, c]

**Watch** the gradient on its way back through a stack of ReLU layers, for three sizes of the
initial weights; then the same with residual paths and norms. The second part clips a real gradient
of the language model to the same length in both ways.

**Try** `depth=2`: no product, no problem. `keep=1.0`: nothing is clipped, directions agree.

**Papers.** Pascanu et al. (arXiv 1211.5063) explain the product and propose to clip by norm; He et
al. (arXiv 1502.01852) derive the √2 of ReLU layers.
"""

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo

WIDTH = 256


def arriving_gradients(depth, gain, pre_norm, device):
    """Return the norm of ∂L/∂h at the input of each layer and at the output, input first."""
    h = torch.randn(16, WIDTH, device=device, requires_grad=True)  # (examples, width)
    states = [h]
    for _ in range(depth):
        weight = torch.randn(WIDTH, WIDTH, device=device) * gain / WIDTH**0.5
        if pre_norm:
            h = h + (torch.nn.functional.rms_norm(h, (WIDTH,)) @ weight.T).relu()
        else:
            h = (h @ weight.T).relu()
        h.retain_grad()
        states.append(h)
    (h * torch.randn_like(h)).sum().backward()
    return [state.grad.norm().item() for state in states]


def clipped_by_value(gradient, norm):
    """Return the gradient cut to [−c, c] with the c that gives it this norm."""
    low, high = 0.0, gradient.abs().max().item()
    for _ in range(50):
        middle = (low + high) / 2
        too_short = gradient.clamp(-middle, middle).norm() < norm
        low, high = (middle, high) if too_short else (low, middle)
    return gradient.clamp(-high, high)


def model_gradient(model, batch):
    """Return the whole gradient of a batch as one vector; it also stays in the weights."""
    model.zero_grad()
    model(**batch).loss.backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()])


@demo(
    topic="optimisation",
    claims={
        "small-vanish": "With small weights under 1/1000 of the gradient arrives at the input",
        "large-explode": "With large weights it has grown over 1000 times when it arrives",
        "he-keeps": "With a gain of √2 it arrives within a factor of 20",
        "residual-keeps": "With residual paths and norms it arrives within a factor of 20, whether "
        "the weights are small or large",
        "norm-keeps-direction": "Clipping by norm leaves the direction, cosine over 0.999",
        "value-turns": "Clipping by value to the same length turns the gradient, cosine below 0.9",
    },
    measures={
        "small": "gradient at the input over that at the output, small weights",
        "large": "gradient at the input over that at the output, large weights",
        "he": "gradient at the input over that at the output, gain √2",
        "residual_small": "the same with residual paths and norms, small weights",
        "residual_large": "the same with residual paths and norms, large weights",
        "cosine_norm": "cosine between the model's gradient and itself clipped by norm",
        "cosine_value": "cosine between the model's gradient and itself clipped by value",
        "length": "norm of the model's gradient before clipping",
        "does": "what the gradient does on its way through the stack of small weights",
    },
    predict=Predict(
        "32 ReLU layers, weights of variance 1/width. What does the gradient do on its way back?",
        options=("vanishes", "keeps its size", "explodes"),
        measure="does",
    ),
    budget_s=2,
)
def main(
    run: Run,
    depth: int = Int(32, 1, 64),
    small: float = Float(1.0, 0.5, 2.0, help="gain of the small weights; ReLU layers need √2"),
    large: float = Float(2.0, 0.5, 3.0, help="gain of the large weights"),
    keep: float = Float(0.2, 0.01, 1.0, help="length left after clipping, share"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    run.axes(title="On its way back", x="layer", y="norm of the gradient", log_y=True)
    ratios = {}  # stack -> gradient that arrives at the input, over that at the output
    stacks = {
        "small": (small, False),
        "he": (2**0.5, False),
        "large": (large, False),
        "residual_small": (small, True),
        "residual_large": (large, True),
    }
    for name, (gain, pre_norm) in stacks.items():
        norms = arriving_gradients(depth, gain, pre_norm, run.device)  # (depth + 1,)
        ratios[name] = norms[0] / norms[-1]
        for layer, norm in enumerate(norms):
            run.line_points(layer, {name.replace("_", ", "): norm})
        run.check()

    model, tokenizer = tinyworld.load(device=run.device)
    batch = tinyworld.batch(tokenizer, tinyworld.documents("clinic", 16, seed=seed), run.device)
    raw = model_gradient(model, batch)  # (parameters,)
    length = raw.norm().item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), keep * length)
    by_norm = torch.cat([p.grad.flatten() for p in model.parameters()])
    by_value = clipped_by_value(raw, keep * length)
    cosine_norm, cosine_value = (
        torch.nn.functional.cosine_similarity(raw, g, dim=0).item() for g in (by_norm, by_value)
    )
    run.axes(chart="clip", title="Clipped to the same length", y="cosine with the gradient")
    run.bars("cosine", {"by norm": cosine_norm, "by value": cosine_value}, chart="clip")

    does = "vanishes" if ratios["small"] < 0.1 else "keeps its size"
    run.measure(**ratios, does="explodes" if ratios["small"] > 10 else does)
    run.measure(cosine_norm=cosine_norm, cosine_value=cosine_value, length=length)
    run.claim("small-vanish", ratios["small"] < 1e-3, f"{ratios['small']:.1e}")
    run.claim("large-explode", ratios["large"] > 1e3, f"{ratios['large']:.1e}")
    run.claim("he-keeps", 1 / 20 < ratios["he"] < 20, f"{ratios['he']:.2f}")
    both = ratios["residual_small"], ratios["residual_large"]
    shown = f"{both[0]:.2f} and {both[1]:.2f}"
    run.claim("residual-keeps", all(1 / 20 < ratio < 20 for ratio in both), shown)
    run.claim("norm-keeps-direction", cosine_norm > 0.999, f"{cosine_norm:.4f}")
    run.claim("value-turns", cosine_value < 0.9, f"{cosine_value:.2f}")
