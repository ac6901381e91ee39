"""The same texts again.

**Question.** The data are used up. Are a few more passes as good as new texts, and why does the
training loss drop when the second pass begins?

**Idea.** All runs read equally many texts in equally many steps; they differ in how many of them
are different:

    passes = texts read / different texts          gap = loss on unseen texts − training loss

In the first pass every batch is new: its loss, taken before the step, is a loss on unseen texts,
and there is no gap. From the second pass on a batch holds texts that have left a trace. The
training loss steps down at the border of an epoch, the loss on unseen texts does not.

**Watch** the three training losses and the losses on unseen texts. Four passes end close to all
new texts; many passes end far above, while their training loss is the lowest.

**Try** `many=48`: the third run repeats no more than the second, and a claim fails.

**At real scale.** Muennighoff et al. (arXiv 2305.16264) train up to 9B parameters: up to four
epochs cost next to nothing against new data, then the value of repeated tokens falls to zero. How
many passes are harmless depends on model, data and rate.
"""

import copy
import random

import tinyworld

from quizapp.demo import Float, Int, Predict, Run, demo


def passes(texts, total, draw):
    """Return `total` texts: the given ones again and again, shuffled anew in each pass."""
    read = []
    while len(read) < total:
        read += draw.sample(texts, len(texts))
    return read[:total]


SIZE = 4  # texts of a step


@demo(
    topic="sft",
    claims={
        "few-are-nearly-free": "Few passes end within 0.1 nats of all new texts",
        "many-are-not": "Many passes end more than 0.1 nats above all new texts",
        "no-gap-at-first": "In the first pass the training loss is within 0.12 of that on unseen "
        "texts",
        "gap-opens": "In the last pass of many it lies more than 0.3 nats below",
    },
    measures={
        "new": "loss on unseen texts, all texts new, nats per token",
        "few": "loss on unseen texts, few passes, nats per token",
        "many": "loss on unseen texts, many passes, nats per token",
        "train_many": "training loss at the end, many passes, nats per token",
        "gap_first": "loss on unseen texts minus training loss, first of the few passes",
        "gap_last": "loss on unseen texts minus training loss, end of the many passes",
        "passes_few": "passes of the second run",
        "passes_many": "passes of the third run",
        "costs": "what many passes cost on unseen texts",
    },
    predict=Predict(
        "Equally many steps. What do dozens of passes over few texts cost on unseen texts?",
        options=("next to nothing", "more than 0.3 nats", "they end lower"),
        measure="costs",
    ),
    budget_s=5,
)
def main(
    run: Run,
    few: int = Int(48, 4, 512, log=True, help="different texts of the second run"),
    many: int = Int(8, 4, 512, log=True, help="different texts of the third run"),
    learning_rate: float = Float(3e-3, 1e-4, 3e-2, log=True),
    steps: int = Int(48, 16, 128, step=16),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    seen, held_out = tinyworld.split_loans()
    pool = tinyworld.documents("bank", SIZE * steps, seed=seed, loans=seen)
    unseen = tinyworld.documents("bank", 32, seed=1000 + seed, loans=held_out)
    run.axes(title="Training", x="step", y="training loss (nats per token)")
    run.axes(chart="unseen", title="Unseen texts", x="step", y="loss (nats per token)")

    different = {"new": SIZE * steps, "few": few, "many": many}
    ends, gaps, trained = {}, {}, {}
    run.progress(len(different) * steps)
    for name, count in different.items():
        draw = random.Random(seed)
        times = SIZE * steps / count
        label = f"{count} texts, {times:.0f} times" if times > 1 else "all new"
        texts = passes(pool[:count], SIZE * steps, draw)
        batches = tinyworld.batches(tokenizer, texts, SIZE, run.device)  # (4, T)
        model = copy.deepcopy(base)
        curve, gap = [], []  # training loss; unseen loss minus training loss of the last steps
        border = count // SIZE
        now = tinyworld.loss(model, tokenizer, unseen)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            curve.append(loss)
            run.line_points(step, {label: loss})
            if step == border:
                run.reference(f"epoch of {count}", border, axis="x")
            if step % 8 == 0:
                after = tinyworld.loss(model, tokenizer, unseen)
                # Losses were taken before their steps: they lie between the two measurements.
                gap.append((now + after) / 2 - sum(curve[-8:]) / 8)
                now = after
                run.line_points(step, {label: now}, chart="unseen")
        ends[name], gaps[name], trained[name] = now, gap, sum(curve[-8:]) / 8

    first = [g for index, g in enumerate(gaps["few"], 1) if 8 < 8 * index <= few // SIZE]
    gap_first = sum(first) / len(first) if first else gaps["few"][0]
    gap_last = gaps["many"][-1]
    costs = "more than 0.3 nats" if ends["many"] > ends["new"] + 0.3 else "next to nothing"
    if ends["many"] < ends["new"]:
        costs = "they end lower"
    run.measure(**ends, train_many=trained["many"], gap_first=gap_first, gap_last=gap_last)
    run.measure(passes_few=SIZE * steps / few, passes_many=SIZE * steps / many, costs=costs)
    near = ends["few"] < ends["new"] + 0.1
    run.claim("few-are-nearly-free", near, f"{ends['new']:.3f} and {ends['few']:.3f}")
    far = ends["many"] > ends["new"] + 0.1
    run.claim("many-are-not", far, f"{ends['new']:.2f} and {ends['many']:.2f}")
    run.claim("no-gap-at-first", abs(gap_first) < 0.12, f"{gap_first:+.3f} nats")
    run.claim("gap-opens", gap_last > 0.3, f"{gap_last:+.2f} nats")
