"""FP8: two formats, and a scale for each tensor.

**Question.** Eight bits as a float: E4M3 or E5M2, for which tensor, and what does the scale do?

**Idea.** Exponent bits buy range, mantissa bits buy precision.

    E4M3   largest 448      smallest 2⁻⁹    steps of 1/8    weights and activations
    E5M2   largest 57,344   smallest 2⁻¹⁶   steps of 1/4    gradients
    INT8   127 equal steps on each side of zero

All are used with a scale, per tensor or per block, which moves the largest number to the end of the
range: x ≈ fp8(x / s)·s with s = max|x| / 448. What is far below the largest becomes zero. A float's
relative error is the same over its range, so one outlier does not coarsen the others as in INT8.

**Watch** weights, activations and gradients at the layers' outputs, from one real backward pass of
the model: their errors in each format, and the share of gradients that become zero.

**Try** until a claim fails. `scale=none`: gradients are too small for E4M3, and most become zero.
`outlier=1`: without an outlier INT8 is finer than E4M3. `scale=block` gives INT8, too, a scale for
each 32 numbers, and the outlier spoils only its own block.

**Real scale.** The formats are those of Micikevicius et al. (arXiv 2209.05433). DeepSeek-V3 (arXiv
2412.19437, section 3.3) takes E4M3 everywhere with scales for tiles of 128; embedding, output head,
norms and attention stay in 16 or 32 bits, and so do master weights. Here each tensor is rounded
once: what errors do to a long training run is measured there.
"""

from typing import Any

import tinyworld
import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo

FORMATS = {"E4M3": torch.float8_e4m3fn, "E5M2": torch.float8_e5m2}
BLOCK = 32  # numbers of a row that share a scale


def through(x: torch.Tensor, kind: str, scale: str) -> torch.Tensor:
    """Return x, (rows, columns), as it comes back from 8 bits."""
    blocks = x.reshape(-1, BLOCK) if scale == "block" else x.reshape(1, -1)
    end = 127.0 if kind == "INT8" else torch.finfo(FORMATS[kind]).max
    s = blocks.abs().amax(1, keepdim=True).clamp_min(1e-30) / end  # (blocks, 1)
    if scale == "none" and kind != "INT8":
        s = torch.ones_like(s)
    scaled = blocks / s
    rounded = scaled.round() if kind == "INT8" else scaled.to(FORMATS[kind]).float()
    return (rounded * s).view_as(x)


def backward_pass(model: Any, batch: dict[str, torch.Tensor]) -> dict[str, list[torch.Tensor]]:
    """Return weights, inputs and output gradients of all linear layers, each (rows, width)."""
    inputs, gradients, hooks = [], [], []
    for layer in (m for name, m in model.named_modules() if name.endswith("proj")):
        hooks.append(layer.register_forward_hook(lambda m, x, y: inputs.append(x[0])))
        hooks.append(layer.register_full_backward_hook(lambda m, x, y: gradients.append(y[0])))
    model(**batch).loss.backward()
    for hook in hooks:
        hook.remove()
    weights = [p for name, p in model.named_parameters() if "proj" in name]
    found = {"weights": weights, "activations": inputs, "gradients": gradients}
    return {name: [t.detach().flatten(0, -2) for t in some] for name, some in found.items()}


def ordinary_error(tensors: list[torch.Tensor], kind: str, scale: str, outlier: float) -> float:
    """Return the relative error, mean over tensors; one entry of each is made larger, uncounted."""
    errors = []
    for x in tensors:
        big = x.clone()
        big[0, 0] = outlier * x.abs().max()
        lost = (through(big, kind, scale) - big).flatten()[1:]
        errors.append(lost.norm() / x.flatten()[1:].norm())
    return float(torch.stack(errors).mean())


def become_zero(tensors: list[torch.Tensor], kind: str, scale: str) -> float:
    """Return the share of numbers that are not zero and become zero."""
    lost = [((through(x, kind, scale) == 0) & (x != 0)).flatten() for x in tensors]
    return float(torch.cat(lost).float().mean())


@demo(
    topic="memory",
    claims={
        "e4m3-is-finer": "On weights E4M3 errs by less than 0.6 of E5M2",
        "e5m2-reaches-lower": "E4M3 loses over 2 % of the gradients, E5M2 under a tenth as many",
        "scale-is-needed": "Without a scale E4M3 loses over half of the gradients, twice as many",
        "outlier-spoils-int8": "With the outlier INT8 errs more than E4M3 on the other activations",
        "small-steps-vanish": "A step of AdamW changes less than 5 % of weights kept in E4M3",
    },
    measures={
        "max_e4m3": "largest number of E4M3",
        "max_e5m2": "largest number of E5M2",
        "max_fp16": "largest number of fp16",
        "error_weights_e4m3": "relative error of the weights in E4M3",
        "error_weights_e5m2": "relative error of the weights in E5M2",
        "error_weights_int8": "relative error of the weights in INT8",
        "error_outlier_e4m3": "relative error of the other activations in E4M3",
        "error_outlier_int8": "relative error of the other activations in INT8",
        "zero_e4m3": "share of the gradients that become zero in E4M3",
        "zero_e5m2": "share of the gradients that become zero in E5M2",
        "zero_unscaled": "share of the gradients that become zero in E4M3 without a scale",
        "moved": "share of the weights, kept in E4M3, that a step of AdamW changes",
        "finer": "the format with the smaller error on weights",
    },
    predict=Predict(
        "Weights of a trained model, one scale per tensor: which FP8 is nearer?",
        options=("E4M3", "E5M2", "equal"),
        measure="finer",
    ),
    budget_s=3,
)
def main(
    run: Run,
    scale: str = Choice("tensor", "block", "none", help="one for a tensor, or for 32 numbers"),
    outlier: float = Float(20, 1, 200, log=True, help="one activation, times the largest"),
    learning_rate: float = Float(1e-4, 1e-5, 1e-1, log=True, help="of the step of AdamW"),
    seed: int = Int(0, 0, 999),
) -> None:
    model, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 16, seed=seed)
    batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (16, T)
    found = backward_pass(model, batch)

    run.axes(y="relative error")
    error = {}  # tensor -> format -> error
    for step in run.steps(3):
        name = list(found)[step]
        kinds = (*FORMATS, "INT8")
        error[name] = {kind: ordinary_error(found[name], kind, scale, 1.0) for kind in kinds}
        for kind in kinds:
            run.bars(kind, {n: error[n][kind] for n in error})
    hit = {k: ordinary_error(found["activations"], k, scale, outlier) for k in ("E4M3", "INT8")}
    zero = {kind: become_zero(found["gradients"], kind, scale) for kind in FORMATS}
    unscaled = become_zero(found["gradients"], "E4M3", "none")
    run.bars("gradients that become zero", zero | {"E4M3, no scale": unscaled}, chart="zero")

    kept = [through(w, "E4M3", scale) for w in found["weights"]]  # (out, in) each
    for weight, in_8_bits in zip(found["weights"], kept, strict=True):
        weight.copy_(in_8_bits)  # the model's own memory
    torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0).step()
    stepped = [through(w, "E4M3", scale) for w in found["weights"]]
    changed = [(b / a - 1).abs() > 0.01 for a, b in zip(kept, stepped, strict=True)]
    moved = torch.cat([c.flatten() for c in changed]).float().mean().item()
    fine, coarse, ints = error["weights"].values()
    finer = "E4M3" if fine < 0.95 * coarse else "equal" if fine < 1.05 * coarse else "E5M2"

    ends = {"max_fp16": torch.float16}
    ends |= {f"max_{name.lower()}": dtype for name, dtype in FORMATS.items()}
    run.table("formats", [{"type": str(t), "largest": torch.finfo(t).max} for t in ends.values()])
    run.measure(**{name: torch.finfo(dtype).max for name, dtype in ends.items()})
    run.measure(error_weights_e4m3=fine, error_weights_e5m2=coarse, error_weights_int8=ints)
    run.measure(error_outlier_e4m3=hit["E4M3"], error_outlier_int8=hit["INT8"], finer=finer)
    run.measure(zero_e4m3=zero["E4M3"], zero_e5m2=zero["E5M2"], zero_unscaled=unscaled)
    run.measure(moved=moved)
    run.claim("e4m3-is-finer", fine < 0.6 * coarse, f"{fine:.4f} against {coarse:.4f}")
    shown = f"{zero['E4M3']:.2%} against {zero['E5M2']:.3%}"
    fewer = zero["E5M2"] < 0.1 * zero["E4M3"]
    run.claim("e5m2-reaches-lower", zero["E4M3"] > 0.02 and fewer, shown)
    needed = unscaled > 0.5 and unscaled > 2 * zero["E4M3"]
    run.claim("scale-is-needed", needed, f"{unscaled:.1%} against {zero['E4M3']:.2%}")
    shown = f"{hit['INT8']:.4f} against {hit['E4M3']:.4f}"
    run.claim("outlier-spoils-int8", hit["INT8"] > hit["E4M3"], shown)
    run.claim("small-steps-vanish", moved < 0.05, f"{moved:.2%}")
