"""LoRA wants a higher learning rate.

**Question.** You swap full fine-tuning for LoRA. Which learning rate do you start from?

**Idea.** A step of Adam moves each trained number by about the learning rate η. In full
fine-tuning that number is an entry of W. In LoRA it is one of A or B, and B starts at zero:

    ΔW = (α/r)·B·A      after t small steps  B ≈ t·η, so ΔW ≈ (α/r)·t·η·A

A has entries well below one, so the same η moves the layer less: LoRA needs a larger one.

**Watch** two U-shaped curves, loss after a fixed number of steps against η. LoRA's lies to the
right. At the rate of full fine-tuning LoRA seems "not to work", a common unfair comparison.

**At real scale.** "LoRA Without Regret" (Schulman et al., Thinking Machines, 2025) finds LoRA's
best rate about 10 times that of full fine-tuning, also in long runs, where the argument above no
longer speaks. Chen, Villar and Hayou (arXiv 2602.06204) derive how the best rate scales with width,
rank, start and scale. The factor here depends on checkpoint, α and steps; we claim only that to
learn nine tenths LoRA needs at least 3 times the rate.

**Try** `alpha=128`: the shift shrinks, α/r is a learning rate in disguise, and the claim fails.
"""

import copy
import math
from itertools import pairwise

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Choice, Int, Model, Predict, Run, demo


def with_lora(model: torch.nn.Module, rank: int, alpha: int) -> torch.nn.Module:
    """Return the model frozen, with ΔW = (α/r)·B·A beside every linear layer; B is zero."""
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules="all-linear")
    return get_peft_model(model, config)


def crossing(rates: tuple[float, ...], losses: list[float], level: float) -> float:
    """Return the rate at which losses first fall to `level`, interpolated in log η."""
    for (x0, x1), (y0, y1) in zip(pairwise(rates), pairwise(losses), strict=True):
        if y0 >= level > y1:
            return x0 * (x1 / x0) ** ((y0 - level) / (y0 - y1))
    return rates[0] if losses[0] < level else math.inf


GRIDS = {  # learning rates, half a decade apart
    "coarse": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
    "wide": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
}


@demo(
    topic="full-vs-peft",
    claims={
        "lora-shifts-right": "To learn nine tenths LoRA needs a rate at least 3 times higher",
        "same-rate-misleads": "At 1e-3 full fine-tuning is ahead of LoRA by more than 0.2 nats",
        "lora-catches-up": "At its own best rate LoRA comes within 0.1 nats of the best full run",
    },
    measures={
        "shift": "learning rate of LoRA over that of full fine-tuning at nine tenths learned",
        "shift_is": "that ratio in words",
        "best_full": "lowest loss of full fine-tuning, nats per token",
        "best_lora": "lowest loss of LoRA, nats per token",
        "full_at_1e3": "loss of full fine-tuning at 1e-3, nats per token",
        "lora_at_1e3": "loss of LoRA at 1e-3, nats per token",
    },
    predict=Predict(
        "Which learning rate does LoRA need, compared with full fine-tuning?",
        options=("lower", "about the same", "3 to 30 times higher", "over 30 times higher"),
        measure="shift_is",
        bundled=True,
    ),
    budget_s=14,
    token_passes=760_000,
    model_copies=5,
    trained_texts=8,
    bundled_claims=("lora-shifts-right", "same-rate-misleads", "lora-catches-up"),
)
def main(
    run: Run,
    grid: str = Choice("coarse", "wide"),
    rank: int = Int(8, 1, 64, log=True),
    alpha: int = Int(16, 1, 128, log=True),
    steps: int = Int(60, 10, 200),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    held_out = tinyworld.documents("clinic", 64, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T) each
    before = tinyworld.loss(base, tokenizer, held_out)
    run.axes(x="learning rate", y=f"loss after {steps} steps (nats per token)", log_x=True)
    run.axes(chart="curves", x="step", y="training loss (nats per token)")
    run.reference("base model", before)

    rates = GRIDS[grid]
    full, lora = [], []  # loss on held-out texts by rate
    run.progress(2 * len(rates) * steps)
    for rate in rates:
        for method, losses in {"full": full, "LoRA": lora}.items():
            torch.manual_seed(seed)  # A is drawn at random
            tuned = copy.deepcopy(base)
            if method == "LoRA":
                tuned = with_lora(tuned, rank, alpha)
            for step, loss in enumerate(tinyworld.train(tuned, batches, rate, clip=1.0)):
                run.step()
                run.line_points(step, {f"{method} {rate:g}": loss}, chart="curves")
            losses.append(tinyworld.loss(tuned, tokenizer, held_out))
            run.line_points(rate, {method: losses[-1]})

    best_full, best_lora = min(full), min(lora)
    level = best_full + 0.1 * (before - best_full)  # nine tenths of the way are done
    shift = crossing(rates, lora, level) / crossing(rates, full, level)
    run.reference("nine tenths learned", level)
    full_at_1e3 = full[rates.index(1e-3)]
    lora_at_1e3 = lora[rates.index(1e-3)]
    shift_is = "3 to 30 times higher" if shift <= 30 else "over 30 times higher"
    if shift < 3:
        shift_is = "about the same" if shift >= 0.7 else "lower"

    run.measure(shift=shift, shift_is=shift_is, best_full=best_full, best_lora=best_lora)
    run.measure(full_at_1e3=full_at_1e3, lora_at_1e3=lora_at_1e3)
    run.claim("lora-shifts-right", shift >= 3, f"{shift:.1f} times")
    misleads = full_at_1e3 < lora_at_1e3 - 0.2
    run.claim("same-rate-misleads", misleads, f"{full_at_1e3:.3f} and {lora_at_1e3:.3f}")
    caught_up = best_lora < best_full + 0.1
    run.claim("lora-catches-up", caught_up, f"{best_lora:.3f} and {best_full:.3f}")
