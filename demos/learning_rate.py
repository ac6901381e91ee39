"""Too small, right, too large.

**Question.** What do a learning rate that is too small and one that is too large look like?

**Idea.** Gradient descent on a curvature λ, w ← w − η·λ·w, shrinks the error only while
|1 − η·λ| < 1, that is η < 2/λ. Below that limit a small η is merely slow; above it each step
makes things worse. Adam rescales the gradient, so η is roughly how far each weight moves per
step: too small and the run ends before it arrives, too large and the weights jump about.

**Watch** three training curves, and then the second plot: loss on *general* text, which is not
trained on. A rate can look perfect on the new task and have destroyed the old skill.

**At real scale.** Full fine-tuning of chat models uses about 1e-5 to 2e-5 (Llama 2, arXiv
2307.09288, section 3.1: 2e-5), LoRA about ten times more. The values here are larger because the
model is tiny; the shape of the picture is the lesson. Train longer (`steps = 300`) and the small
rate catches up: too small is a matter of time, too large is not.
"""

import copy

import tinyworld
import torch

from quizapp.demo import Float, Int, Model, Predict, Run, demo


@demo(
    topic="optimisation",
    claims={
        "small-is-slow": "The small rate ends more than 0.5 nats above the middle one",
        "large-is-worse": "The large rate ends more than 0.5 nats above the middle one",
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
        "best": "which rate ends lowest",
    },
    predict=Predict(
        "Which learning rate ends with the lowest loss on unseen texts?",
        options=("small", "middle", "large"),
        measure="best",
    ),
    budget_s=5,
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
    train = tinyworld.documents("clinic", 16 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    general_base = tinyworld.loss(base, tokenizer, general)
    base_loss = tinyworld.loss(base, tokenizer, unseen)

    run.axes(x="step", y="training loss (nats per token)", log_y=True)
    run.axes(chart="general", x="step", y="loss on general text (nats per token)", log_y=True)
    run.reference("base model", base_loss)
    run.reference("base model", general_base, chart="general")

    rates = {"small": small, "middle": middle, "large": large}
    ends, forgot = {}, {}
    progress = run.steps(len(rates) * steps)
    for name, rate in rates.items():
        torch.manual_seed(seed)
        tuned = copy.deepcopy(base).train()
        optimizer = torch.optim.AdamW(tuned.parameters(), lr=rate, weight_decay=0.0)
        for step in range(steps):
            next(progress)
            texts = train[16 * step : 16 * step + 16]
            batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (16, T)
            loss = tuned(**batch).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tuned.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            run.line_points(step, {f"{name} {rate:g}": loss.item()})
            if step % 10 == 9:
                drift = tinyworld.loss(tuned, tokenizer, general)
                run.line_points(step, {f"{name} {rate:g}": drift}, chart="general")
        ends[name] = tinyworld.loss(tuned, tokenizer, unseen)
        forgot[name] = tinyworld.loss(tuned, tokenizer, general)
        run.measure(f"loss_{name}", ends[name])
    next(progress, None)  # the progress bar reaches its end

    run.measure("base_loss", base_loss)
    run.measure("general_base", general_base)
    run.measure("general_middle", forgot["middle"])
    run.measure("general_large", forgot["large"])
    run.measure("best", min(ends, key=lambda name: ends[name]))
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    moved = f"{general_base:.2f} to {forgot['large']:.2f} nats per token"
    bundled = model == "tinyworld"  # the margins are stated for it; another model needs others
    run.claim("small-is-slow", ends["small"] > ends["middle"] + 0.5 if bundled else None, shown)
    run.claim("large-is-worse", ends["large"] > ends["middle"] + 0.5 if bundled else None, shown)
    run.claim("large-forgets", forgot["large"] > general_base + 2 if bundled else None, moved)
    if not bundled:
        run.note("The margins of the claims are stated for the bundled model only.")
