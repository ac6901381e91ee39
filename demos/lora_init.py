"""Why B = 0.

**Question.** Why does LoRA start with one factor at zero, and what if both are random?

**Idea.** The adapted layer computes W·x + (α/r)·B·A·x. The usual start is A random, B = 0:

- B·A = 0, so the model *is* the base model at step 0;
- ∂L/∂B = (α/r)·G·(A·x)ᵀ is not zero, so B moves at once;
- ∂L/∂A = (α/r)·Bᵀ·G·xᵀ is exactly zero at step 0, and not after B has moved.

With **both random** (many articles: "to break the symmetry") training starts from a base that a
random matrix has damaged. With **both zero** each gradient is multiplied by the other factor,
which is zero: nothing ever moves. A = 0 with B random works too, mirrored.

**Watch** the loss on general text, which is not trained on: a jump at step 0 is damage done by
the start alone.

**Try** `alpha = 1` and `rank = 64`: the damage grows with α/r, so it is small now, and the claim on
damage fails.

**At real scale** the argument is algebra and holds. Hu et al. (arXiv 2106.09685, section 4.1); peft
draws A from a Kaiming uniform, sets B to zero, and offers both-random
(`init_lora_weights=False`) for debugging.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Choice, Float, Int, Model, Predict, Run, demo


def started(base: torch.nn.Module, start: str, rank: int, alpha: int) -> PeftModel:
    """Return a copy of the base with adapters whose factors start as the name says."""
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
        init_lora_weights=start not in ("both random", "A zero"),  # False: both factors random
    )
    adapted = get_peft_model(copy.deepcopy(base), config)
    if start in ("both zero", "A zero"):
        for factor in factors(adapted, "lora_A"):
            torch.nn.init.zeros_(factor)
    return adapted


def factors(adapted: PeftModel, name: str) -> list[torch.nn.Parameter]:
    """Return all A, each (r, in), or all B, each (out, r)."""
    return [p for n, p in adapted.named_parameters() if name in n]


def gradient_norm(parameters: list[torch.nn.Parameter]) -> float:
    return torch.cat([p.grad.flatten() for p in parameters]).norm().item()


STARTS = ("B zero", "both random", "both zero", "A zero")


@demo(
    topic="lora",
    claims={
        "zero-b-is-base": "With B = 0 the logits equal the base model's exactly",
        "a-waits": "With B = 0 the gradient of A is exactly zero at step 0 and that of B is not",
        "random-damages": "Both random: general loss is over 1 nat higher before any training",
        "zero-never-learns": "Both zero: all gradients are exactly zero, first step and last",
        "mirror-starts": "With A = 0 the start is the base too, and the gradient of B is zero",
    },
    measures={
        "grad_a": "norm of the gradient of A at step 0, with B = 0",
        "grad_b": "norm of the gradient of B at step 0, with B = 0",
        "grad_a_is": "the gradient of A at step 0, with B = 0",
        "logit_difference": "largest difference of the logits to the base at step 0, with B = 0",
        "general_base": "loss of the base on general text, nats per token",
        "general_random": "loss on general text at step 0 with both factors random, nats per token",
        "grad_a_mirrored": "norm of the gradient of A at step 0, with A = 0",
        "grad_b_mirrored": "norm of the gradient of B at step 0, with A = 0",
    },
    predict=Predict(
        "A random, B = 0. How large is the gradient of A at step 0?",
        options=("exactly zero", "smaller than B's", "as large as B's"),
        measure="grad_a_is",
    ),
    budget_s=6,
    token_passes=280_000,
    model_copies=3,
    trained_texts=16,
    bundled_claims=("random-damages",),
)
def main(
    run: Run,
    start: str = Choice("all", "B zero", "both random", "both zero", "A zero"),
    rank: int = Int(8, 1, 64, log=True),
    alpha: int = Int(16, 1, 128, log=True),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    steps: int = Int(25, 5, 200),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    texts = tinyworld.documents("clinic", 16 * steps, seed=seed)
    general = tinyworld.familiar(base, tokenizer, 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 16, run.device))  # input_ids: (16, T)
    with torch.no_grad():
        base_logits = base(**batches[0]).logits  # (16, T, vocabulary)
    general_base = tinyworld.loss(base, tokenizer, general)
    run.axes(x="step", y="loss on general text (nats per token)", title="not trained on")
    run.axes(chart="train", x="step", y="training loss (nats per token)")
    run.reference("base model", general_base)
    run.measure(general_base=general_base)

    starts = STARTS if start == "all" else (start,)
    rows = []
    run.progress(len(starts) * steps)
    for name in starts:
        torch.manual_seed(seed)
        adapted = started(base, name, rank, alpha)
        a = factors(adapted, "lora_A")
        b = factors(adapted, "lora_B")
        with torch.no_grad():
            difference = (adapted(**batches[0]).logits - base_logits).abs().max().item()
        general_start = tinyworld.loss(adapted, tokenizer, general)

        optimizer = torch.optim.AdamW([*a, *b], lr=learning_rate, weight_decay=0.0)
        losses, gradients = [], []
        for step, batch in enumerate(batches):
            run.step()
            loss = adapted(**batch).loss
            loss.backward()
            gradients.append((gradient_norm(a), gradient_norm(b)))
            losses.append(loss.item())
            optimizer.step()
            optimizer.zero_grad()
            run.line_points(step, {name: losses[-1]}, chart="train")
            if step % 5 == 0:
                run.line_points(step, {name: tinyworld.loss(adapted, tokenizer, general)})

        grad_a, grad_b = gradients[0]
        learned = losses[0] - sum(losses[-3:]) / 3
        row = {"start": name, "grad A": grad_a, "grad B": grad_b}
        rows.append(row | {"general, step 0": general_start, "loss fell": learned})
        run.table("At step 0, and after", rows)

        if name == "B zero":
            size = "smaller than B's" if grad_a < 0.5 * grad_b else "as large as B's"
            if grad_a == 0:
                size = "exactly zero"
            run.measure(grad_a=grad_a, grad_b=grad_b, grad_a_is=size, logit_difference=difference)
            run.claim("zero-b-is-base", difference == 0, f"largest difference {difference}")
            run.claim("a-waits", grad_a == 0 and grad_b > 0, f"A {grad_a}, B {grad_b:.3g}")
        if name == "both random":
            run.measure(general_random=general_start)
            shown = f"{general_base:.2f} to {general_start:.2f} nats per token"
            run.claim("random-damages", general_start > general_base + 1, shown)
        if name == "A zero":
            run.measure(grad_a_mirrored=grad_a, grad_b_mirrored=grad_b)
            mirrored = difference == 0 and grad_b == 0 and grad_a > 0
            run.claim("mirror-starts", mirrored, f"A {grad_a:.3g}, B {grad_b}")
        if name == "both zero":
            dead = gradients[0] == gradients[-1] == (0, 0)
            run.claim("zero-never-learns", dead, f"gradients {gradients[0]} and {gradients[-1]}")
