"""LoRA by hand, and how to get it wrong.

**Question.** A colleague writes LoRA in one line. Does it load what peft saved, and does it start
where it should?

**Idea.** peft stores A as (r, in) and B as (out, r) and computes

    h = W·x + (α/r)·B·A·x        so the merged weight is W + (α/r)·B·A

An adapter is trained with peft and then added into the base by hand: as peft does it, without the
scale, and with the factors in the wrong order. Then the start: W plus the product of two *random*
factors, `(std·randn) @ (std·randn)`, without any training.

**Watch** which mistakes raise an error. A·B of a square layer is r × r, which does not fit, except
at r = 1: one number, and adding it to a matrix shifts every entry without a word.

**Try** `alpha = 8` at rank 8: α/r is 1, so nothing is missing without it, and the claim on the
scale fails.

**At real scale.** Hu et al. (arXiv 2106.09685, section 4.1) define the scale and the zero start.
How much two random factors disturb depends on their size, the rank and the scale: at a small std
nothing is seen, at a large one the model is ruined.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Int, Predict, Run, demo


def update(A: torch.Tensor, B: torch.Tensor, scale: float) -> torch.Tensor:
    """Return ΔW (out, in) of the factors A (r, in) and B (out, r)."""
    return scale * (B @ A)


def added(base: torch.nn.Module, updates: dict[str, torch.Tensor]) -> torch.nn.Module:
    """Return a copy of the base with ΔW added into each named layer."""
    changed = copy.deepcopy(base)
    for name, delta in updates.items():
        changed.get_submodule(name).weight.data += delta
    return changed


def factors(adapted: PeftModel) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Return A (r, in) and B (out, r) of every adapted layer, by the layer's name in the base."""
    return {
        name.removeprefix("base_model.model."): (
            layer.lora_A["default"].weight.detach(),
            layer.lora_B["default"].weight.detach(),
        )
        for name, layer in adapted.named_modules()
        if hasattr(layer, "lora_A")
    }


def outcome(W: torch.Tensor, A: torch.Tensor, B: torch.Tensor) -> str:
    """Return what W + A·B, in the wrong order, comes to."""
    try:
        return "fits" if (W + A @ B).shape == W.shape else "another shape"
    except RuntimeError:
        return "an error"


STDS = (0.0, 0.02, 0.05, 0.1, 0.2)


@demo(
    topic="lora",
    claims={
        "hand-is-peft": "W + (α/r)·B·A by hand gives peft's logits within 0.001",
        "scale-matters": "Without α/r the loss on the new texts is over 0.05 nats higher",
        "wrong-order-fails": "A·B instead of B·A does not fit a square layer at this rank",
        "rank-1-is-silent": "At rank 1 A·B is added without an error",
        "small-start-is-harmless": "Two random factors of std 0.02 move it by under 0.05 nats",
        "large-start-damages": "Two of std 0.2 raise the loss on general text by over 1 nat",
    },
    measures={
        "gap_hand": "largest difference of a logit, by hand and by peft",
        "loss_peft": "loss of the trained adapter on unseen texts, nats per token",
        "loss_no_scale": "loss with the scale left out",
        "no_scale": "what leaving the scale out does to the loss",
        "wrong_order": "W + A·B at this rank",
        "wrong_order_rank_1": "W + A·B at rank 1",
        "general_base": "loss of the base on general text, nats per token",
        "general_small": "loss on general text, two random factors of std 0.02",
        "general_large": "loss on general text, two random factors of std 0.2",
    },
    predict=Predict(
        "An adapter trained with α/r = 4 is loaded without the scale. What happens to the loss?",
        options=("an error", "it stays", "it rises"),
        measure="no_scale",
    ),
    budget_s=4,
)
def main(
    run: Run,
    rank: int = Int(8, 2, 32, log=True),
    alpha: int = Int(32, 1, 128, log=True),
    steps: int = Int(40, 5, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules="all-linear")
    adapted = get_peft_model(copy.deepcopy(base), config)
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="start", x="std of both factors", y="loss on general text (nats per token)")
    batches = tinyworld.batches(tokenizer, texts, 8, run.device)  # (8, T)
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(adapted, batches, 5e-3)):
        run.step()
        run.point(step, train=loss)

    pairs = factors(adapted)
    right = added(base, {n: update(A, B, alpha / rank) for n, (A, B) in pairs.items()})
    unscaled = added(base, {n: update(A, B, 1.0) for n, (A, B) in pairs.items()})
    probe = tinyworld.batch(tokenizer, unseen[:8], run.device)  # (8, T)
    with torch.no_grad():
        gap = (adapted.eval()(**probe).logits - right(**probe).logits).abs().max().item()
    loss_peft = tinyworld.loss(adapted, tokenizer, unseen)
    loss_no_scale = tinyworld.loss(unscaled, tokenizer, unseen)
    no_scale = "it rises" if loss_no_scale > loss_peft + 0.05 else "it stays"

    square = next(name for name in pairs if "q_proj" in name)
    W = base.get_submodule(square).weight  # (64, 64)
    A, B = pairs[square]
    wrong_order = outcome(W, A, B)
    wrong_order_rank_1 = outcome(W, A[:1], B[:, :1])

    started = {}
    for std in STDS:
        noise = {
            n: update(std * torch.randn_like(A), std * torch.randn_like(B), 1.0)
            for n, (A, B) in pairs.items()
        }
        started[std] = tinyworld.loss(added(base, noise), tokenizer, general)
        run.point(std, chart="start", both_random=started[std])

    run.measure(gap_hand=gap, loss_peft=loss_peft, loss_no_scale=loss_no_scale, no_scale=no_scale)
    run.measure(wrong_order=wrong_order, wrong_order_rank_1=wrong_order_rank_1)
    run.measure(general_base=started[0.0], general_small=started[0.02], general_large=started[0.2])
    run.claim("hand-is-peft", gap < 1e-3, f"largest difference {gap:.1e}")
    shown = f"{loss_no_scale:.3f} and {loss_peft:.3f}"
    run.claim("scale-matters", loss_no_scale > loss_peft + 0.05, shown)
    run.claim("wrong-order-fails", wrong_order == "an error", wrong_order)
    run.claim("rank-1-is-silent", wrong_order_rank_1 == "fits", wrong_order_rank_1)
    small, large = started[0.02] - started[0.0], started[0.2] - started[0.0]
    run.claim("small-start-is-harmless", abs(small) < 0.05, f"{small:+.4f} nats")
    run.claim("large-start-damages", large > 1, f"{large:+.2f} nats")
