"""Loss scaling: gradients that fp16 cannot hold.

**Question.** fp16 ends at 65,504 above and at 6·10⁻⁸ below. Which gradients are lost below, and what
does multiplying the loss change? When may the gradient be clipped?

**Idea.** The backward pass is linear: a loss times S gives every gradient times S. Scaled, they fit
into fp16; divided by S in fp32, they are what they were.

    loss·S → backward in fp16 → g·S  →  unscale: g  →  clip ‖g‖ ≤ c  →  step, or skip if inf or nan

S is found by trial (`GradScaler`): it starts high, is halved when a gradient overflows, which skips
that step, and is doubled after 2,000 good steps. Clipping before the division compares S·‖g‖
with c: the gradient that is left has the norm c / S.

**Watch** the gradients at the logits, one for each word of the vocabulary: a word with probability p
gets p / tokens. The chart counts them by size, fp16's end marked.

**Try** until a claim fails. `dtype=bfloat16` has the range of fp32, and nothing becomes zero.
`scale=1`: no scaling, as many are lost as without. `start=1024`: no overflow, no step skipped.
`order=clip first`: the gradient that reaches the optimizer is about a thousandth of what it should.

**Real scale.** Micikevicius et al. (arXiv 1710.03740, sections 3.2 and 4) needed a scale for some
networks and not for others. Adam divides by the gradient's size, so a wrong order hides in the curve:
every gradient gets the same norm. This model's weights get gradients that fp16 can hold; what is lost
here is lost at its outputs.
"""

import tinyworld
import torch
from torch.nn.utils import clip_grad_norm_

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def logit_gradients(model, batch, scale: float) -> torch.Tensor:
    """Return the gradients at the logits, unscaled in fp32, (texts, T, vocabulary)."""
    logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    logits.retain_grad()  # in the type of the model
    loss = model.loss_function(logits.float(), batch["labels"], logits.shape[-1])
    (loss * scale).backward()
    return logits.grad.float() / scale


def clipped_norm(model, scaler, batch, order: str, largest: float) -> float:
    """Return the norm of the gradient that reaches the optimizer, scaled and clipped in an order."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)  # lr 0: every call sees one model
    optimizer.zero_grad()
    scaler.scale(model(**batch).loss).backward()
    if order == "clip first":
        clip_grad_norm_(model.parameters(), largest)
        scaler.unscale_(optimizer)
    else:
        scaler.unscale_(optimizer)
        clip_grad_norm_(model.parameters(), largest)
    norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm().item()
    scaler.step(optimizer)
    scaler.update()
    return norm
