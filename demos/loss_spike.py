"""A spike, and the batch behind it.

**Question.** The loss jumps for one step and comes back. Was it the rate or the texts?

**Idea.** The loss of a step is that of its batch. If a broken batch is the cause, the same step on
another batch shows no spike, and the gradient norm jumps at the same moment:

    ‖g‖ > c   ⇒   g ← g · c / ‖g‖        clipping bounds what one batch can do

A NaN has other causes. A mean over no tokens is 0/0, so a batch whose labels are all masked has no
loss; divided by the tokens of a whole accumulated batch, as transformers' Trainer does it, it
counts nothing. And fp16 ends at 65,504, where bf16 reaches as far as fp32.

**Watch** three runs over the same texts: with one batch of scrambled tokens, with the same batch
under clipping, and with that batch left out. The second plot shows the gradient norm.

**Try** `scrambled = 0`: the batch is sound and nothing jumps; the claims on the spike fail.

**At real scale.** PaLM 540B (arXiv 2204.02311, section 5.1) saw about 20 spikes in spite of
clipping. The same batches did no harm from another checkpoint: data and state had to meet. Adam
itself can spike with sound data when curvature outruns the rate (arXiv 2207.14484, 2506.04805).
This run shows the simplest of the causes, not all of them.
"""

import copy
import math
import random
from statistics import median

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo

SIZE = 16  # texts of a batch


def scramble(batch: dict, share: float, vocabulary: int, seed: int) -> dict:
    """Return the batch with a share of its texts replaced by random tokens, labels included."""
    draw = torch.Generator().manual_seed(seed)
    bad = round(share * SIZE)
    noise = torch.randint(4, vocabulary, batch["input_ids"][:bad].shape, generator=draw)
    scrambled = {name: tensor.clone() for name, tensor in batch.items()}
    scrambled["input_ids"][:bad] = noise.to(batch["input_ids"].device)
    scrambled["labels"][:bad] = torch.where(
        batch["labels"][:bad] == -100, batch["labels"][:bad], scrambled["input_ids"][:bad]
    )
    return scrambled


def train(model: torch.nn.Module, batches: list, rate: float, clip: float):
    """Take an AdamW step per batch; give its loss and the gradient norm before clipping."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    model.train()
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        optimizer.zero_grad()
        yield loss.item(), norm.item()


@demo(
    topic="debugging",
    claims={
        "batch-makes-the-spike": "The loss of that step is over twice its neighbours'; without "
        "the batch no step jumps",
        "norm-jumps-too": "The gradient norm of that step is more than twice the usual one",
        "it-heals": "Ten steps later the loss is within 10 % of the run without the batch",
        "all-masked-is-nan": "A batch with all labels masked has NaN as its mean loss",
        "token-count-gives-zero": "Divided by the tokens of the whole batch it is 0",
        "fp16-overflows": "70,000 is infinite in fp16 and finite in bf16",
    },
    measures={
        "spike": "loss of the step over the median of the ten before it",
        "without": "the same step on a sound batch",
        "norm": "gradient norm of the step over the median of the ten before it",
        "after": "loss ten steps later over that of the run without the batch",
        "after_clipped": "the same with clipping",
        "masked_mean": "mean loss of a batch whose labels are all masked",
        "cause": "what the loss does when only the batch is replaced",
    },
    predict=Predict(
        "Same weights, same rate, but the batch of the spike is replaced. The loss ...",
        options=("jumps all the same", "does not jump"),
        measure="cause",
    ),
    budget_s=6,
)
def main(
    run: Run,
    scrambled: float = Float(0.5, 0.0, 1.0, help="share of the texts of one batch"),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    clip: float = Float(1.0, 0.01, 10.0, log=True),
    steps: int = Int(80, 60, 200, step=20),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", SIZE * steps, seed=seed)
    sound = list(tinyworld.batches(tokenizer, texts, SIZE, run.device))  # input_ids: (16, T)
    at = random.Random(seed).randrange(steps - 30, steps - 15)  # the step of the strange batch
    strange = list(sound)
    strange[at] = scramble(sound[at], scrambled, base.config.vocab_size, seed)
    run.axes(x="step", y="training loss (nats per token)", log_y=True)
    run.axes(chart="norm", x="step", y="gradient norm before clipping", log_y=True)
    run.reference("the batch", at, axis="x")

    runs = {
        "scrambled batch": (strange, math.inf),
        "clipped": (strange, clip),
        "left out": (sound, math.inf),
    }
    losses = {name: [] for name in runs}
    norms = {name: [] for name in runs}
    run.progress(len(runs) * steps)
    for name, (batches, bound) in runs.items():
        model = copy.deepcopy(base)
        for step, (loss, norm) in enumerate(train(model, batches, learning_rate, bound)):
            run.step()
            run.line_points(step, {name: loss})
            run.line_points(step, {name: norm}, chart="norm")
            losses[name].append(loss)
            norms[name].append(norm)

    def jump(curve: list[float]) -> float:
        """Return the value at the step over the median of the ten before it."""
        return curve[at] / median(curve[at - 10 : at])

    def later(name: str) -> float:
        """Return the loss around ten steps after, over that of the run without the batch."""
        window = slice(at + 8, at + 13)
        return sum(losses[name][window]) / sum(losses["left out"][window])

    masked = {**sound[0], "labels": torch.full_like(sound[0]["labels"], -100)}
    tokens = int((sound[0]["labels"][:, 1:] != -100).sum())
    with torch.no_grad():
        mean = base(**masked).loss.item()
        counted = base(**masked, num_items_in_batch=tokens).loss.item()
    large = torch.tensor(70_000.0)

    spike, without = jump(losses["scrambled batch"]), jump(losses["left out"])
    norm = jump(norms["scrambled batch"])
    after, after_clipped = later("scrambled batch"), later("clipped")
    run.measure(spike=spike, without=without, norm=norm, after=after, after_clipped=after_clipped)
    run.measure(masked_mean="NaN" if math.isnan(mean) else "a number")
    run.measure(cause="does not jump" if without < 1.5 else "jumps all the same")
    shown = f"{spike:.1f} times, {without:.2f} without"
    run.claim("batch-makes-the-spike", spike > 2 and without < 1.5, shown)
    run.claim("norm-jumps-too", norm > 2, f"{norm:.1f} times")
    run.claim("it-heals", after < 1.1, f"{after:.3f} times")
    run.claim("all-masked-is-nan", math.isnan(mean), f"{mean}")
    run.claim("token-count-gives-zero", counted == 0, f"{counted:g}")
    overflows = bool(large.half().isinf()) and bool(large.bfloat16().isfinite())
    run.claim("fp16-overflows", overflows, f"{large.half().item()}, {large.bfloat16().item():g}")
