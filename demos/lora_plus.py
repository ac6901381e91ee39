"""LoRA+: a faster B.

**Question.** A and B get the same learning rate. Should they?

**Idea.** B starts at zero and A does not. For a wide layer a step of B changes the output far more
effectively than a step of A, and at one shared rate the features learn inefficiently. LoRA+ (Hayou
et al., arXiv 2402.12354) sets

    η_B = λ·η_A,   λ above 1, often 16

and peft has it as `create_loraplus_optimizer`.

**Watch** the curves for λ = 1, 4, 16 at the same η_A, and then the control: both rates raised by
the same factor 16. Part of the gain of LoRA+ is simply that a larger rate was used somewhere.

**Try** `learning_rate = 1e-2`: λ = 16 becomes too much, and the claim fails.

**At real scale** the paper reports up to twofold speed-up and 1 to 2 % in accuracy. This miniature
can show the effect at a *small* η_A. It cannot say that LoRA+ beats LoRA when both are tuned: look
at the control.
"""

import copy
from collections.abc import Iterator

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from peft.optimizers import create_loraplus_optimizer

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def train(adapted: torch.nn.Module, batches: list, rate_a: float, ratio: int) -> Iterator[float]:
    """Take a step per batch with η_A = rate_a and η_B = ratio·rate_a, and give its loss."""
    optimizer = create_loraplus_optimizer(
        adapted, torch.optim.AdamW, lr=rate_a, loraplus_lr_ratio=ratio, weight_decay=0.0
    )
    for batch in batches:
        loss = adapted(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        yield loss.item()


@demo(
    topic="lora-variants",
    claims={
        "faster-b-helps": "At this rate of A the loss falls from λ = 1 to 4 to 16",
        "rate-explains-much": "Raising both rates 16 times gains at least half as much as λ = 16",
    },
    measures={
        "loss_1": "loss with λ = 1, nats per token",
        "loss_4": "loss with λ = 4",
        "loss_16": "loss with λ = 16",
        "loss_both": "loss with both rates raised 16 times",
        "share_of_gain": "gain of the control over the gain of λ = 16",
        "control": "the control, both rates raised, compared with λ = 16",
    },
    predict=Predict(
        "LoRA+ raises only B's rate 16 times. The control raises both. How does the control end?",
        options=("gains less than half as much", "gains at least half as much"),
        measure="control",
        bundled=True,
    ),
    budget_s=7,
    token_passes=300_000,
    model_copies=3,
    trained_texts=8,
    bundled_claims=("faster-b-helps", "rate-explains-much"),
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    learning_rate: float = Float(1e-3, 1e-5, 0.03, log=True, help="η_A"),
    steps: int = Int(60, 10, 300),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    settings = {  # name -> (rate of A, λ)
        "λ = 1": (learning_rate, 1),
        "λ = 4": (learning_rate, 4),
        "λ = 16": (learning_rate, 16),
        "both × 16": (16 * learning_rate, 1),
    }
    run.axes(x="step", y="training loss (nats per token)")

    ends = {}
    run.progress(len(settings) * steps)
    for name, (rate, ratio) in settings.items():
        torch.manual_seed(seed)
        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
        adapted = get_peft_model(copy.deepcopy(base), config).train()
        for step, loss in enumerate(train(adapted, batches, rate, ratio)):
            run.step()
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(adapted, tokenizer, unseen)
    run.bars("loss on unseen texts (nats per token)", ends, chart="ends")

    one, four, sixteen, both = ends.values()
    share = (one - both) / (one - sixteen)
    half = share >= 0.5
    control = "gains at least half as much" if half else "gains less than half as much"

    run.measure(loss_1=one, loss_4=four, loss_16=sixteen, loss_both=both)
    run.measure(share_of_gain=share, control=control)
    run.claim("faster-b-helps", one > four > sixteen, f"{one:.2f}, {four:.2f}, {sixteen:.2f}")
    run.claim("rate-explains-much", half, f"{share:.0%} of the gain")
