"""Too small, right, too large.

**Question.** What do a learning rate that is too small and one that is too large look like?

**Idea.** Gradient descent on a curvature λ, w ← w − η·λ·w, shrinks the error only while
|1 − η·λ| < 1, that is η < 2/λ. Below that limit a small η is merely slow; above it each step
makes things worse. Adam rescales the gradient, so η is roughly how far each weight moves per
step: too small and the run ends before it arrives, too large and the weights jump about.

**Watch** three training curves, and then the second plot: loss on *general* text, which is not
trained on. A rate can look perfect on the new task and have destroyed the old skill.

**At real scale.** Full fine-tuning of chat models uses about 1e-5 to 5e-5 (Llama 2, arXiv
2307.09288, section 3.1: 2e-5), LoRA about ten times more. The values here are larger because the
model is tiny; the shape of the picture is the lesson.

**Try** `steps = 150`: the small rate comes further down. Too small is a matter of time, too large
is not. Or `large = 0.01`: the new task ends as low as in the middle, the old skill does not.
"""

import copy
from collections.abc import Iterator

import tinyworld
import torch

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def train(model: torch.nn.Module, batches: list, learning_rate: float) -> Iterator[float]:
    """Fine-tune with AdamW, one step per batch, and yield the loss before each step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    model.train()
    for batch in batches:  # input_ids: (16, T)
        loss = model(**batch).loss  # nats per token
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        yield loss.item()


def still_falling(losses: list[float]) -> float:
    """Return the share by which the mean of the last quarter lies below that of the one before."""
    quarter = len(losses) // 4
    return 1 - sum(losses[-quarter:]) / sum(losses[-2 * quarter : -quarter])


@demo(
    topic="optimisation",
    claims={
        "small-is-slow": "The small rate ends more than 0.5 nats above the middle one",
        "large-is-worse": "The large rate ends more than 0.5 nats above the middle one",
        "small-still-falls": "At the small rate the last quarter of the run lies over 2 % below "
        "the one before: more steps would help",
        "large-forgets": "The large rate raises the loss on general text by more than 2 nats",
    },
    measures={
        "base_loss": "loss of the base on the new texts, nats per token",
        "loss_small": "loss on unseen new texts at the small rate",
        "loss_middle": "loss on unseen new texts at the middle rate",
        "loss_large": "loss on unseen new texts at the large rate",
        "general_base": "loss of the base on general text, nats per token",
        "general_middle": "loss on general text after the middle rate",
        "general_large": "loss on general text after the large rate",
        "small_falls": "share by which the last quarter lies below the one before, small rate",
        "middle_falls": "the same at the middle rate",
        "best": "which rate ends lowest",
    },
    predict=Predict(
        "Which learning rate ends with the lowest loss on unseen texts?",
        options=("small", "middle", "large"),
        measure="best",
        bundled=True,
    ),
    budget_s=5,
    token_passes=470_000,
    model_copies=5,
    trained_texts=16,
    bundled_claims=("small-is-slow", "large-is-worse", "small-still-falls", "large-forgets"),
)
def main(
    run: Run,
    small: float = Float(3e-5, 1e-6, 1.0, log=True),
    middle: float = Float(3e-3, 1e-6, 1.0, log=True),
    large: float = Float(0.1, 1e-6, 1.0, log=True),
    steps: int = Int(60, 10, 400),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    texts = tinyworld.documents("clinic", 16 * steps, seed=seed)
    batches = list(tinyworld.batches(tokenizer, texts, 16, run.device))
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general = tinyworld.familiar(base, tokenizer, 32, seed=2000 + seed)
    general_base = tinyworld.loss(base, tokenizer, general)
    base_loss = tinyworld.loss(base, tokenizer, unseen)

    run.axes(x="step", y="training loss (nats per token)", log_y=True)
    run.axes(chart="general", x="step", y="loss on general text (nats per token)", log_y=True)
    run.reference("base model", base_loss)
    run.reference("base model", general_base, chart="general")

    rates = {"small": small, "middle": middle, "large": large}
    ends, forgot = {}, {}  # loss on unseen new texts, and on general text
    falls = {}  # how much of its loss the last quarter still took off
    run.progress(len(rates) * steps)
    for name, rate in rates.items():
        tuned, losses = copy.deepcopy(base), []
        for step, loss in enumerate(train(tuned, batches, rate)):
            run.step()
            losses.append(loss)
            run.line_points(step, {f"{name} {rate:g}": loss})
            if step % 10 == 9:
                drift = tinyworld.loss(tuned, tokenizer, general)
                run.line_points(step, {f"{name} {rate:g}": drift}, chart="general")
        falls[name] = still_falling(losses)
        ends[name] = tinyworld.loss(tuned, tokenizer, unseen)
        forgot[name] = tinyworld.loss(tuned, tokenizer, general)

    run.measure(base_loss=base_loss, best=min(ends, key=ends.get))
    run.measure(loss_small=ends["small"], loss_middle=ends["middle"], loss_large=ends["large"])
    run.measure(general_base=general_base)
    run.measure(small_falls=falls["small"], middle_falls=falls["middle"])
    run.measure(general_middle=forgot["middle"], general_large=forgot["large"])
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    run.claim("small-is-slow", ends["small"] > ends["middle"] + 0.5, shown)
    run.claim("large-is-worse", ends["large"] > ends["middle"] + 0.5, shown)
    run.claim("small-still-falls", falls["small"] > 0.02, f"by {falls['small']:.1%}")
    shown = f"{general_base:.2f} to {forgot['large']:.2f} nats per token"
    run.claim("large-forgets", forgot["large"] > general_base + 2, shown)
