"""QAT: train through the rounding.

**Question.** Fine-tuned weights are rounded to 2 bits and the model breaks. What changes if the
rounding takes part in the fine-tuning, and how does a gradient get through it?

**Idea.** Round to nearest is flat between its jumps: its derivative is zero, and nothing before it
would learn. Fake quantization computes the loss with rounded weights and lets the gradient through
as if nothing had been rounded (straight-through estimator):

    forward   Ŵ = s·round(W / s)         W ← W − η·∂L/∂Ŵ         backward, as if ∂Ŵ/∂W = 1

W stays in full precision and collects small updates until a weight crosses to the next level. At
the end only Ŵ is kept. PTQ fine-tunes first and rounds afterwards.

**Watch** both losses, in the type in which each trains. PTQ's line is lower, until it is rounded.

**Try** until a claim fails. `bits=4`: rounding afterwards hardly costs anything, so there is
nothing to win. `gradient=true`: the derivative of rounding is zero, and nothing is learned.

**Real scale.** Straight-through: Bengio et al. (arXiv 1308.3432). LLM-QAT (arXiv 2305.17888) finds
that rounding afterwards does well down to 8 bits and breaks below, and reports large gains of QAT
there. gpt-oss was post-trained with its experts in MXFP4. QAT costs a whole training run with
16-bit weights; here only the linear layers are trained and rounded, with one scale for 64 weights.
"""

from typing import Any

import tinyworld
import torch
from torch.nn.utils import parametrize

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


class FakeQuantized(torch.nn.Module):
    """Rounds a weight in the forward pass; the backward pass sees the identity, or the truth."""

    def __init__(self, bits: int, straight_through: bool) -> None:
        super().__init__()
        self.bits, self.straight_through = bits, straight_through

    def forward(self, W: torch.Tensor) -> torch.Tensor:
        rounded = on_levels(W, self.bits)  # (out, in)
        return W + (rounded - W).detach() if self.straight_through else rounded


def on_levels(W: torch.Tensor, bits: int) -> torch.Tensor:
    """Return W, (out, in), on 2ᵏ - 1 equal steps per block of 64: the largest is the last."""
    blocks = W.reshape(-1, 64)  # (n / 64, 64)
    largest = blocks.detach().abs().amax(1, keepdim=True).clamp_min(1e-30)  # (n / 64, 1)
    step = largest / (2 ** (bits - 1) - 1)
    return ((blocks / step).round() * step).view_as(W)


def linear_layers(model: Any) -> list[torch.nn.Linear]:
    return [m for name, m in model.named_modules() if name.endswith("proj")]


def prepared(model: Any, bits: int | None, straight_through: bool) -> Any:
    """Return the model, its linear layers alone trained, through rounding unless bits is None."""
    model.requires_grad_(False)
    for layer in linear_layers(model):
        layer.weight.requires_grad_(True)
        if bits is not None:
            rounding = FakeQuantized(bits, straight_through)
            parametrize.register_parametrization(layer, "weight", rounding)
    return model


def converted(model: Any, bits: int) -> Any:
    """Return the model with rounded weights in plain layers, as it would be shipped."""
    for layer in linear_layers(model):
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight")  # keeps what forward computed
        layer.weight.data = on_levels(layer.weight.data, bits)
    return model


@demo(
    topic="quantization",
    claims={
        "ptq-breaks": "Rounded after training the loss is more than 0.2 nats higher",
        "qat-recovers": "QAT takes away over half of that loss",
        "gradient-passes": "In QAT every weight of the linear layers gets a gradient",
    },
    measures={
        "loss_base": "loss on unseen texts before training, nats per token",
        "loss_full": "loss on unseen texts after training, not rounded, nats per token",
        "loss_ptq": "loss on unseen texts, rounded after training, nats per token",
        "loss_qat": "loss on unseen texts, trained through rounding, nats per token",
        "recovered": "share of PTQ's extra loss that QAT takes away",
        "accuracy_ptq": "share of questions answered rightly, rounded after training",
        "accuracy_qat": "share of questions answered rightly, trained through rounding",
        "with_gradient": "share of the weights of linear layers with a gradient in QAT",
        "ends": "where the loss of QAT ends",
    },
    predict=Predict(
        "Same batches, same bits. Where does QAT's loss end, against rounding after training?",
        options=("the same", "less than half the extra loss", "higher"),
        measure="ends",
    ),
    budget_s=5,
)
def main(
    run: Run,
    bits: int = Choice(2, 3, 4),
    gradient: str = Choice("straight-through", "true", help="of the rounding"),
    steps: int = Int(40, 10, 200),
    learning_rate: float = Float(3e-3, 1e-4, 3e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    plain, tokenizer = tinyworld.load(device=run.device)
    aware, _ = tinyworld.load(device=run.device)
    unseen = tinyworld.documents("clinic", 24, seed=1000 + seed)
    loss_base = tinyworld.loss(plain, tokenizer, unseen)
    plain = prepared(plain, None, True)
    aware = prepared(aware, bits, gradient == "straight-through")
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    aware(**batches[0]).loss.backward()
    gradients = [layer.parametrizations.weight.original.grad for layer in linear_layers(aware)]
    reached = torch.cat([(g != 0).flatten() for g in gradients]).float().mean().item()
    aware.zero_grad()

    run.axes(x="step", y="training loss (nats per token)")
    later = tinyworld.train(plain, batches, learning_rate)
    during = tinyworld.train(aware, batches, learning_rate)
    for step in run.steps(steps):
        run.line_points(step, {"16 bits, rounded later": next(later), "QAT": next(during)})

    loss_full = tinyworld.loss(plain, tokenizer, unseen)
    plain, aware = converted(plain, bits), converted(aware, bits)
    loss_ptq, loss_qat = (tinyworld.loss(m, tokenizer, unseen) for m in (plain, aware))
    questions = tinyworld.cases("clinic")
    right_ptq, right_qat = (tinyworld.accuracy(m, tokenizer, questions) for m in (plain, aware))
    extra = loss_ptq - loss_full
    recovered = 1 - (loss_qat - loss_full) / extra
    ends = "the same" if abs(loss_qat - loss_ptq) < 0.02 else "higher"
    if recovered > 0.5 and extra > 0.02:
        ends = "less than half the extra loss"

    run.measure(loss_base=loss_base, loss_full=loss_full, loss_ptq=loss_ptq, loss_qat=loss_qat)
    run.measure(recovered=recovered, accuracy_ptq=right_ptq, accuracy_qat=right_qat)
    run.measure(with_gradient=reached, ends=ends)
    run.claim("ptq-breaks", extra > 0.2, f"{loss_full:.3f} became {loss_ptq:.3f} nats")
    shown = f"{loss_qat:.3f} against {loss_ptq:.3f} nats"
    run.claim("qat-recovers", extra > 0.02 and recovered > 0.5, shown)
    run.claim("gradient-passes", reached > 0.95, f"{reached:.1%} of the weights")
