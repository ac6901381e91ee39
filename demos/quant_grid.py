"""Scale, zero-point, granularity: the words of quantization.

**Question.** Symmetric or asymmetric, one scale for a tensor, a channel or a group, range fixed
before or measured at run time: which choice matters for weights, and which for activations?

**Idea.** A grid of 2ᵏ equal steps is a scale s and a zero-point z, the code that means 0:

    q = clamp(round(x / s) + z)        x ≈ s·(q − z)
    asymmetric: s = (max − min) / (2ᵏ − 1),  z = −round(min / s)      symmetric: z in the middle

Symmetric grids leave half of their codes unused where values lie on one side of zero.
**Granularity**: each tensor, each output channel, or each group of 32 weights has its own s.
**Static** ranges of activations come from calibration texts and are fixed; **dynamic** ones are
measured on each input.

**Watch** the error of real weights fall with the size of what shares a scale, and that of real
activations (after SiLU, which never falls below −0.28) with the zero-point.

**Try** until a claim fails. `calibrate=same`: the static range was taken from texts like those in
use, and a range for each token gains less. `outlier=1`: no weight stands out, and finer scales gain
less. `bits=8` makes all errors small.

**Real scale.** A survey of all these choices is Nagel et al. (arXiv 2106.08295). Weights and
activations here are those of the bundled model, with one weight in a thousand made larger, as in
large models; the grids are PyTorch's `fake_quantize`.
"""

from typing import Any

import tinyworld
import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def grid(x: torch.Tensor, bits: int, symmetric: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Return scale and zero-point of each row of x, (rows, n)."""
    low, high = x.amin(1).clamp_max(0), x.amax(1).clamp_min(0)  # zero must have a code
    if symmetric:
        scale = torch.maximum(high, -low) / (2 ** (bits - 1) - 1)  # (rows,)
        return scale, torch.full_like(scale, 2 ** (bits - 1)).int()
    scale = (high - low) / (2**bits - 1)
    return scale, (-low / scale).round().int()


def through(x: torch.Tensor, bits: int, scale: torch.Tensor, zero: torch.Tensor) -> torch.Tensor:
    """Return x, (rows, n), as it comes back from the grid of its row."""
    quantize = torch.fake_quantize_per_channel_affine
    return quantize(x, scale, zero, 0, 0, 2**bits - 1)


def as_rows(W: torch.Tensor, share: str) -> torch.Tensor:
    """Return W, (out, in), as rows that share a scale."""
    return W.reshape({"tensor": 1, "channel": len(W), "group of 32": W.numel() // 32}[share], -1)


def error(tensors: list[torch.Tensor], bits: int, symmetric: bool, share: str) -> float:
    """Return the relative error of rounding, mean over tensors; outliers count like the others."""
    found = []
    for W in tensors:
        rows = as_rows(W, share)
        lost = through(rows, bits, *grid(rows, bits, symmetric)) - rows
        found.append(lost.norm() / rows.norm())
    return float(torch.stack(found).mean())


def after_silu(model: Any, tokenizer: Any, texts: list[str]) -> list[torch.Tensor]:
    """Return what the activation function of each layer gives for these texts, (tokens, width)."""
    found, hooks = [], []
    for name, module in model.named_modules():
        if name.endswith("act_fn"):
            hooks.append(module.register_forward_hook(lambda m, x, y: found.append(y)))
    batch = tinyworld.batch(tokenizer, texts, str(model.device))
    with torch.no_grad():
        model(**batch)
    for hook in hooks:
        hook.remove()
    return [y[batch["attention_mask"] == 1] for y in found]


@demo(
    topic="quantization",
    claims={
        "finer-is-better": "Each step from tensor to channel to group takes over a tenth off",
        "offset-helps-activations": "A zero-point takes over 40 % off the activations' error",
        "weights-gain-less": "On weights by channel it takes less than 30 % off",
        "dynamic-follows": "A range for each token errs less than half as much as a static one",
    },
    measures={
        "error_tensor": "relative error of the weights, one scale per tensor",
        "error_channel": "relative error of the weights, one scale per output channel",
        "error_group": "relative error of the weights, one scale per group of 32",
        "error_channel_offset": "relative error of the weights by channel with a zero-point",
        "error_symmetric": "relative error of the activations, symmetric, one scale per tensor",
        "error_asymmetric": "the same with a zero-point",
        "offset_ratio": "the second over the first",
        "error_static": "relative error of the activations, range from calibration texts",
        "error_dynamic": "relative error of the activations, range of each token",
        "static_range": "static range over that of the texts in use, mean over layers",
        "offset_helps": "where a zero-point takes 40 % off the error",
    },
    predict=Predict(
        "Where does a zero-point take more than 40 % off the error?",
        options=("weights", "activations after SiLU", "both", "neither"),
        measure="offset_helps",
    ),
    budget_s=3,
)
def main(
    run: Run,
    bits: int = Choice(4, 8),
    calibrate: str = Choice("other", "same", help="texts that fix the static range"),
    outlier: float = Float(5, 1, 20, help="one weight in a thousand, times its size"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    weights = [p.data for name, p in model.named_parameters() if "proj" in name]  # (out, in) each
    hits = [(torch.rand(W.shape) < 0.001).to(W) for W in weights]
    weights = [W * (1 + (outlier - 1) * hit) for W, hit in zip(weights, hits, strict=True)]
    shares = ("tensor", "channel", "group of 32")
    run.axes(y="relative error of the weights")
    symmetric, offset = {}, {}
    for step in run.steps(3):
        share = shares[step]
        symmetric[share] = error(weights, bits, True, share)
        offset[share] = error(weights, bits, False, share)
        run.bars("symmetric", symmetric)
        run.bars("with zero-point", offset)

    used = after_silu(model, tokenizer, tinyworld.documents("clinic", 16, seed=seed))
    domain = "clinic" if calibrate == "same" else "general"
    seen = after_silu(model, tokenizer, tinyworld.documents(domain, 16, seed=1000 + seed))
    middle, one_sided = (error(used, bits, s, "tensor") for s in (True, False))
    dynamic = error(used, bits, False, "channel")  # a row is a token
    lost, ranges = [], []
    for x, calibration in zip(used, seen, strict=True):
        found = through(x.reshape(1, -1), bits, *grid(calibration.reshape(1, -1), bits, False))
        lost.append((found.view_as(x) - x).norm() / x.norm())
        ranges.append(calibration.max() / x.max())
    static, wider = torch.stack(lost).mean().item(), torch.stack(ranges).mean().item()
    names = ("symmetric", "asymmetric", "static", "dynamic")
    values = (middle, one_sided, static, dynamic)
    bars = dict(zip(names, values, strict=True))
    run.bars("activations after SiLU", bars, chart="activations")
    on_weights = offset["channel"] < 0.6 * symmetric["channel"]
    on_activations = one_sided < 0.6 * middle
    helps = "both" if on_weights and on_activations else "neither"
    if on_weights != on_activations:
        helps = "weights" if on_weights else "activations after SiLU"

    tensor, channel, group = symmetric.values()
    run.measure(error_tensor=tensor, error_channel=channel, error_group=group)
    run.measure(error_channel_offset=offset["channel"], offset_helps=helps)
    run.measure(error_symmetric=middle, error_asymmetric=one_sided, offset_ratio=one_sided / middle)
    run.measure(error_static=static, error_dynamic=dynamic, static_range=wider)
    finer = channel < 0.9 * tensor and group < 0.9 * channel
    run.claim("finer-is-better", finer, f"{tensor:.3f}, {channel:.3f}, {group:.3f}")
    shown = f"{one_sided:.4f} against {middle:.4f}"
    run.claim("offset-helps-activations", one_sided < 0.6 * middle, shown)
    shown = f"{offset['channel']:.4f} against {channel:.4f}"
    run.claim("weights-gain-less", offset["channel"] > 0.7 * channel, shown)
    run.claim("dynamic-follows", dynamic < 0.5 * static, f"{dynamic:.4f} against {static:.4f}")
