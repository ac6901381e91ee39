"""Past the trained length: stretching RoPE.

**Question.** A model has read texts of up to 60 tokens. What happens at position 200, what do
interpolated positions change, and what is left to train?

**Idea.** RoPE turns pair i of a query or key at position m by the angle m·θᵢ, θᵢ = base^(−2i/d).
Beyond the trained length the slow pairs reach angles that the model never met. Three remedies:

    linear (PI)   m → m/s                    all angles known, but neighbours come closer
    NTK-aware     base → base·s^(d/(d−2))    fast pairs as they were, slow ones stretched
    YaRN          fast pairs as they were, slow ones divided by s, a ramp between, and a temperature

**Watch** the loss by position, without training and after a few steps on long texts.

**Try** `factor = 1`: nothing is stretched, and the claims on the methods fail. `steps = 1`: the
claim that a few steps repair fails.

**At real scale** PI takes up to 1,000 steps (arXiv 2306.15595), YaRN (2309.00071) fewer, and
LongLoRA (2309.12307) trains in windows, with norms and embeddings. A model as tiny as this one
would learn long texts with its positions as they are too. And long texts are short ones joined
here, so nothing far away is needed: a low loss is not yet use of the context.
"""

import tinyworld
import torch
from torch.nn import functional

from quizapp.demo import Float, Int, Predict, Run, demo

TRAINED = 64  # tokens: the longest texts that the model has read, rounded up


def stretched(base: float, factor: float, head: int) -> dict[str, dict]:
    """Return transformers' rope_parameters of each method."""
    ntk = base * factor ** (head / (head - 2))
    kept = {"rope_theta": base}
    yarn = {"factor": factor, "original_max_position_embeddings": TRAINED}
    return {
        "raw": {"rope_type": "default", **kept},
        "linear": {"rope_type": "linear", "factor": factor, **kept},
        "NTK": {"rope_type": "default", "rope_theta": ntk},
        "YaRN": {"rope_type": "yarn", **yarn, **kept},
    }


def by_position(model: torch.nn.Module, batch: dict) -> torch.Tensor:
    """Return the mean loss at each position, (T - 1,)."""
    with tinyworld.evaluating(model):
        logits = model(**batch).logits[:, :-1]  # (texts, T - 1, vocabulary)
    labels = batch["labels"][:, 1:]  # (texts, T - 1)
    losses = functional.cross_entropy(logits.transpose(1, 2), labels, reduction="none")
    return losses.sum(0) / (labels != -100).sum(0)


def joined(count: int, parts: int, seed: int) -> list[str]:
    """Return texts of several documents each."""
    texts = tinyworld.documents("general", count * parts, seed)
    return [" ".join(texts[i : i + parts]) for i in range(0, len(texts), parts)]


@demo(
    topic="full-vs-peft",
    claims={
        "raw-breaks-beyond": "Past the trained length the loss is over 1 nat higher than within",
        "linear-blurs-short": "Interpolation without training costs short texts over 0.5 nats",
        "yarn-keeps-short": "YaRN without training costs them less than 0.15 nats",
        "yarn-helps-long": "Past the trained length YaRN without training is 0.05 nats lower",
        "steps-repair": "A few steps bring the interpolated model within 0.5 nats past that length",
    },
    measures={
        "near_raw": "loss within 32 tokens, as it is, nats per token",
        "far_raw": "loss from token 96 on, as it is",
        "near_linear": "loss within 32 tokens, interpolated, untrained",
        "far_linear": "loss from token 96 on, interpolated, untrained",
        "near_ntk": "loss within 32 tokens, NTK-aware, untrained",
        "far_ntk": "loss from token 96 on, NTK-aware, untrained",
        "near_yarn": "loss within 32 tokens, YaRN, untrained",
        "far_yarn": "loss from token 96 on, YaRN, untrained",
        "near_tuned": "loss within 32 tokens, interpolated and trained",
        "far_tuned": "loss from token 96 on, interpolated and trained",
        "far_yarn_tuned": "loss from token 96 on, YaRN and trained",
        "short": "what interpolation alone does to short texts",
    },
    predict=Predict(
        "You divide all positions by 4 and train nothing. What becomes of short texts?",
        options=("as good as before", "worse"),
        measure="short",
    ),
    budget_s=6,
)
def main(
    run: Run,
    factor: float = Float(4, 1, 16),
    steps: int = Int(20, 1, 100),
    learning_rate: float = Float(1e-3, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    _, tokenizer = tinyworld.load(device=run.device)
    probe = tinyworld.batch(tokenizer, joined(24, 6, 1000 + seed), run.device)  # (24, T)
    batches = list(tinyworld.batches(tokenizer, joined(3 * steps, 5, seed), 3, run.device))
    run.axes(x="position", y="loss (nats per token)")
    run.axes(chart="trained", x="position", y="loss after training (nats per token)")
    run.reference("trained length", TRAINED, axis="x")

    near, far = {}, {}

    def look(model: torch.nn.Module, name: str, chart: str) -> None:
        losses = by_position(model, probe)
        near[name], far[name] = losses[:32].mean().item(), losses[96:192].mean().item()
        for start in range(0, 192, 16):
            shown = {name: losses[start : start + 16].mean().item()}
            run.line_points(start + 8, shown, chart=chart)

    untrained = {}
    for name, rope in stretched(10_000.0, factor, head=16).items():
        untrained[name], _ = tinyworld.load(device=run.device, rope_parameters=rope)
        look(untrained[name], name, "main")
    run.progress(2 * steps)
    for name in ("linear", "YaRN"):
        for _ in tinyworld.train(untrained[name], batches, learning_rate):
            run.step()
        look(untrained[name], f"{name}, trained", "trained")

    blurred = near["linear"] - near["raw"]
    kept = near["YaRN"] - near["raw"]
    gap = far["linear, trained"] - near["linear, trained"]
    run.measure(near_raw=near["raw"], far_raw=far["raw"], near_linear=near["linear"])
    run.measure(far_linear=far["linear"], near_ntk=near["NTK"], far_ntk=far["NTK"])
    run.measure(near_yarn=near["YaRN"], far_yarn=far["YaRN"])
    run.measure(near_tuned=near["linear, trained"], far_tuned=far["linear, trained"])
    run.measure(far_yarn_tuned=far["YaRN, trained"])
    run.measure(short="worse" if blurred > 0.1 else "as good as before")
    shown = ", ".join(f"{name} {near[name]:.2f} and {far[name]:.2f}" for name in near)
    run.claim("raw-breaks-beyond", far["raw"] > near["raw"] + 1, shown)
    run.claim("linear-blurs-short", blurred > 0.5, f"{blurred:+.2f}")
    run.claim("yarn-keeps-short", kept < 0.15, f"{kept:+.2f}")
    run.claim("yarn-helps-long", far["YaRN"] < far["raw"] - 0.05, shown)
    run.claim("steps-repair", gap < 0.5, f"{gap:+.2f}")
