"""LoRA dropout: where it acts, and how much it does.

**Question.** What does `lora_dropout` drop, and does it cure overfitting?

**Idea.** The mask lies on the input of the adapter alone:

    h = W·x + s·B·A·dropout(x)

The frozen path sees all of x. While B is zero nothing is disturbed, and in evaluation dropout is
off: the adapter is the matrix s·B·A that a merge adds to W.

**Watch** the loss on unseen texts while few texts are repeated for many epochs: no dropout, a usual
value, a strong one.

**Try** `usual = 0.5`: the usual value is a strong one, and the claim that it hardly matters fails.

**At real scale** the algebra is the same; as of peft 0.21 the default is 0. How much it helps
depends on data and epochs, and a few dozen texts overfit more than most real runs do.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo


def adapted(base: torch.nn.Module, rank: int, dropout: float) -> torch.nn.Module:
    """Return a copy of the base with LoRA on all linear layers."""
    config = LoraConfig(
        r=rank, lora_alpha=2 * rank, lora_dropout=dropout, target_modules="all-linear"
    )
    return get_peft_model(copy.deepcopy(base), config)


def difference(first: torch.nn.Module, second: torch.nn.Module, batch: dict) -> float:
    """Return the largest difference of a logit, each model in the mode it is in."""
    with torch.no_grad():
        return (first(**batch).logits - second(**batch).logits).abs().max().item()


@demo(
    topic="lora",
    claims={
        "base-path-untouched": "With B = 0 half of all inputs dropped changes no logit",
        "trained-path-is-dropped": "After training, two passes in training mode differ",
        "off-in-evaluation": "In evaluation the adapter gives what its merge gives",
        "usual-value-hardly-matters": "The usual value ends within 0.15 nats of no dropout",
    },
    measures={
        "loss_0": "loss on unseen texts at the end without dropout, nats per token",
        "loss_usual": "the same with the usual dropout",
        "loss_strong": "the same with half of the inputs dropped",
        "at_start": "largest difference of a logit from the base before the first step",
        "two_passes": "largest difference between two passes in training mode",
        "merged": "largest difference of a logit, evaluation against merged",
        "effect": "what the usual value does to the loss at the end",
    },
    predict=Predict(
        "Few texts, many epochs: what does lora_dropout = 0.05 do to the final loss?",
        options=("lowers it by 0.15 nats", "within 0.15 nats", "raises it by 0.15 nats"),
        measure="effect",
    ),
    budget_s=5,
)
def main(
    run: Run,
    usual: float = Float(0.05, 0.01, 0.9),
    documents: int = Int(24, 8, 96),
    steps: int = Int(36, 12, 200),
    rank: int = Int(8, 1, 64, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    few = list(
        tinyworld.batches(
            tokenizer, tinyworld.documents("clinic", documents, seed=seed), 6, run.device
        )
    )
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    repeated = [few[step % len(few)] for step in range(steps)]  # input_ids: (6, T)
    run.axes(x="step", y="loss on unseen texts (nats per token)")
    run.progress(3 * steps)

    torch.manual_seed(seed)
    fresh = adapted(base, rank, 0.5).train()
    at_start = difference(fresh, base, few[0])
    ends = {}
    for dropout in (0.0, usual, 0.5):
        torch.manual_seed(seed)
        model = adapted(base, rank, dropout)
        for step, _ in enumerate(tinyworld.train(model, repeated, 1e-2)):
            run.step()
            if step % 12 == 11 or step == steps - 1:
                ends[dropout] = tinyworld.loss(model, tokenizer, unseen)
                run.line_points(step, {f"dropout {dropout:g}": ends[dropout]})

    model.train()  # the last one, with half of the inputs dropped
    two_passes = difference(model, model, few[0])
    model.eval()
    merged = difference(model, copy.deepcopy(model).merge_and_unload(), few[0])
    gained = ends[0.0] - ends[usual]
    sign = "lowers it by 0.15 nats" if gained > 0 else "raises it by 0.15 nats"

    run.measure(loss_0=ends[0.0], loss_usual=ends[usual], loss_strong=ends[0.5])
    run.measure(at_start=at_start, two_passes=two_passes, merged=merged)
    run.measure(effect="within 0.15 nats" if abs(gained) < 0.15 else sign)
    run.claim("base-path-untouched", at_start == 0, f"{at_start:.2g}")
    run.claim("trained-path-is-dropped", two_passes > 0.1, f"{two_passes:.2g}")
    run.claim("off-in-evaluation", merged < 1e-3, f"{merged:.1e}")
    run.claim("usual-value-hardly-matters", abs(gained) < 0.15, f"{gained:+.3f} nats")
