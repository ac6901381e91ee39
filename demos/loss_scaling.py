"""Loss scaling: gradients that fp16 cannot hold.

**Question.** fp16 ends at 65,504 above and at 6·10⁻⁸ below. Which gradients are lost below, and
what does multiplying the loss change? When may the gradient be clipped?

**Idea.** The backward pass is linear: a loss times S gives every gradient times S. Scaled, they fit
into fp16; divided by S in fp32, they are what they were.

    loss·S → backward in fp16 → g·S  →  unscale: g  →  clip ‖g‖ ≤ c  →  step, or skip if inf or nan

S is found by trial (`GradScaler`): it starts high, is halved when a gradient overflows, which skips
that step, and is doubled after 2,000 good steps. Clipping before the division compares S·‖g‖ with
c: the gradient that is left has the norm c / S.

**Watch** the gradients at the logits, one for each word of the vocabulary: a word with probability
p gets p / tokens. The chart counts them by size, with the end of fp16 marked.

**Try** until a claim fails. `dtype=bfloat16` has the range of fp32, and nothing becomes zero.
`scale=1`: no scaling, as many are lost. `start=1024`: nothing overflows, no step is skipped.
`order=clip first`: the gradient that reaches the optimizer is far too small.

**Real scale.** Micikevicius et al. (arXiv 1710.03740, section 3.2) needed a scale for some networks
and not for others. Adam divides by the gradient's size, so a wrong order hides in its curve: every
gradient gets the same norm. Here the gradients are lost at the outputs; those of the weights are
large enough for fp16.
"""

from typing import Any

import tinyworld
import torch
from torch.nn.utils import clip_grad_norm_

from quizapp.demo import Choice, Float, Int, Predict, Run, demo

Batch = dict[str, torch.Tensor]  # input_ids, attention_mask and labels, (texts, T) each


def reached_norm(
    model: Any, optimizer: Any, scaler: Any, batch: Batch, dtype: torch.dtype, clip_first: bool
) -> float:
    """Take one step and return the norm of the gradient that reached the optimizer."""
    optimizer.zero_grad()
    with torch.autocast(model.device.type, dtype):
        loss = model(**batch).loss
    scaler.scale(loss).backward()
    if clip_first:  # compares S·‖g‖ with the limit
        clip_grad_norm_(model.parameters(), LIMIT)
    scaler.unscale_(optimizer)  # divides by S and looks for inf and nan
    if not clip_first:
        clip_grad_norm_(model.parameters(), LIMIT)
    norm = float(torch.stack([p.grad.norm() for p in model.parameters()]).norm())
    scaler.step(optimizer)  # not taken if there was one
    scaler.update()
    return norm


def at_logits(model: Any, batch: Batch, dtype: torch.dtype, scale: float) -> torch.Tensor:
    """Return the gradients at the logits, divided by the scale in fp32, (texts, T, vocabulary)."""
    with torch.autocast(model.device.type, dtype, enabled=dtype != torch.float32):
        logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    logits.retain_grad()  # in 16 bits
    loss = model.loss_function(logits.float(), batch["labels"], logits.shape[-1])
    (scale * loss).backward()
    return logits.grad.float() / scale


LIMIT = 1.0  # the largest norm that is not clipped


@demo(
    topic="memory",
    claims={
        "gradients-vanish": "Without a scale over half of the gradients at the logits become zero",
        "scaling-saves": "With it less than a tenth as many become zero",
        "steps-are-skipped": "The scaler skips two steps or more before its scale fits",
        "order-keeps-the-norm": "The gradient reaches the optimizer with the norm of the limit",
    },
    measures={
        "zero_unscaled": "share of the gradients at the logits that become zero without a scale",
        "zero_scaled": "the same with the scale",
        "skipped": "steps that the scaler skipped",
        "scale_found": "the scale after all steps, as a power of two",
        "norm_true": "norm of the gradient before clipping",
        "norm_reached": "norm of the gradient that reaches the optimizer",
        "norm_other_order": "the same with unscaling and clipping in the other order",
        "vanishing": "how many gradients at the logits fp16 loses",
    },
    predict=Predict(
        "A small model, fp16, no loss scaling. How many gradients at its logits become zero?",
        options=("hardly any", "about a tenth", "more than half"),
        measure="vanishing",
    ),
    budget_s=5,
)
def main(
    run: Run,
    dtype: str = Choice("float16", "bfloat16", help="of products and of what they return"),
    scale: float = Float(65536, 1, 1048576, log=True, help="of the loss, fixed"),
    start: float = Float(
        4194304, 1, 16777216, log=True, help="the scale at which the search begins"
    ),
    order: str = Choice("unscale first", "clip first"),
    seed: int = Int(0, 0, 999),
) -> None:
    half = getattr(torch, dtype)
    model, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 4, seed=seed)
    batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (4, T)
    exact = at_logits(model, batch, torch.float32, 1.0)  # (4, T, vocabulary)
    lost = {s: at_logits(model, batch, half, s) for s in (1.0, scale)}
    zero = {s: ((g == 0) & (exact != 0)).sum() / (exact != 0).sum() for s, g in lost.items()}
    without, with_it = zero[1.0].item(), zero[scale].item()
    sizes = exact[exact != 0].abs().log2().cpu()
    counts, edges = torch.histogram(sizes, bins=40)
    run.axes(title="gradients at the logits", x="log₂ of the size", y="how many")
    run.histogram("fp32", counts, edges)
    run.reference("smallest of fp16", -24, axis="x")

    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)  # every step sees the same model
    clip_first = order == "clip first"
    scaler = torch.amp.GradScaler(run.device, init_scale=start)
    run.axes(chart="scale", x="step", y="log₂ of the scale")
    skipped = 0
    for step in run.steps(6):
        before = scaler.get_scale()
        run.point(step, chart="scale", scale=torch.tensor(before).log2())
        reached = reached_norm(model, optimizer, scaler, batch, half, clip_first)
        skipped += scaler.get_scale() < before
    other = reached_norm(model, optimizer, scaler, batch, half, not clip_first)
    found = scaler.get_scale()
    model.zero_grad()
    model(**batch).loss.backward()
    true = torch.stack([p.grad.norm() for p in model.parameters()]).norm().item()
    vanishing = "hardly any" if without < 0.02 else "about a tenth"
    if without > 0.5:
        vanishing = "more than half"

    run.measure(zero_unscaled=without, zero_scaled=with_it, vanishing=vanishing)
    run.measure(skipped=skipped, scale_found=torch.tensor(found).log2().item())
    run.measure(norm_true=true, norm_reached=reached, norm_other_order=other)
    run.claim("gradients-vanish", without > 0.5, f"{without:.1%}")
    run.claim("scaling-saves", with_it < 0.1 * without, f"{with_it:.2%} against {without:.1%}")
    run.claim("steps-are-skipped", skipped >= 2, f"{skipped} of 6; the scale ends at {found:.0f}")
    expected = min(true, LIMIT)
    near = abs(reached / expected - 1) < 0.05
    run.claim("order-keeps-the-norm", near, f"{reached:.2g}; true {true:.2f}, limit {LIMIT:.0f}")
