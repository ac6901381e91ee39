"""One text, a mini-batch, or everything at once.

**Question.** Memory is no limit. Why not train with the whole data set as one batch? And why not
with single texts?

**Idea.** An epoch over n texts makes n / B updates. A larger batch gives fewer, clearer steps:

    updates = epochs · n / B        noise of a step ∝ 1/√B        time per text falls with B

With the same epochs the full batch hardly trains. With the same number of *updates* it is as good
as any, but has read far more texts. The mini-batch is the compromise between the two costs.

**Watch** loss against texts read, then against updates: the order of the curves turns around.

**At real scale.** The useful batch ends near the critical batch size (McCandlish et al., arXiv
1812.06162). "Large batches find sharp minima that generalise worse" (Keskar et al., arXiv
1609.04836) is contested: more updates close the gap (Hoffer et al., arXiv 1705.08741), full-batch
training can match SGD (Geiping et al., arXiv 2109.14119). With adapted Adam constants language
models train stably at batch one (Marek et al., arXiv 2507.07101).

**Try** `learning_rate = 0.03`: noisy single texts take harmful steps, the order changes.
"""

import copy
import time
from collections.abc import Iterator

import tinyworld

from quizapp.demo import Float, Int, Model, Predict, Run, demo

TEXTS = 128
SIZES = (1, 16, 128)


def slices(texts: list[str], size: int, updates: int) -> Iterator[list[str]]:
    """Give one batch of texts per update, in order, again and again."""
    for update in range(updates):
        first = update * size % len(texts)
        yield texts[first : first + size]


@demo(
    topic="optimisation",
    claims={
        "more-updates-win": "Same epochs: batch 1 ends below batch 16, and 16 below the full batch",
        "updates-decide": "Same number of updates: batch 16 ends below batch 1",
    },
    measures={
        "loss_1": "loss on unseen texts, batches of 1, same epochs, nats per token",
        "loss_16": "loss on unseen texts, batches of 16, same epochs, nats per token",
        "loss_128": "loss on unseen texts, the full batch, same epochs, nats per token",
        "few_1": "loss on unseen texts, batches of 1, same number of updates, nats per token",
        "few_16": "loss on unseen texts, batches of 16, same number of updates, nats per token",
        "few_128": "loss on unseen texts, the full batch, same number of updates, nats per token",
        "updates_1": "updates with batches of 1",
        "updates_128": "updates with the full batch",
        "best": "which batch ends lowest after the same epochs",
    },
    predict=Predict(
        "Three epochs over 128 texts, the same learning rate. Which batch ends lowest?",
        options=("1 text", "16 texts", "all 128 texts"),
        measure="best",
        bundled=True,
    ),
    budget_s=10,
    token_passes=640_000,
    model_copies=5,
    trained_texts=128,
    bundled_claims=("more-updates-win", "updates-decide"),
)
def main(
    run: Run,
    epochs: int = Int(3, 1, 10),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    train = tinyworld.documents("clinic", TEXTS, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    start = tinyworld.loss(base, tokenizer, unseen)
    run.axes(x="texts read", y="loss on unseen texts (nats per token)", log_x=True)
    run.axes(chart="updates", x="updates", y="loss on unseen texts (nats per token)")
    run.reference("base model", start)
    run.reference("base model", start, chart="updates")

    few_updates = epochs * TEXTS // 16  # what batches of 16 make in these epochs
    ends, few, speed = {}, {}, {}  # each: batch size -> value
    run.progress(sum(max(epochs * TEXTS // size, few_updates) for size in SIZES))
    for size in SIZES:
        own_updates = epochs * TEXTS // size
        every = 24 if size == 1 else 4
        chosen = slices(train, size, max(own_updates, few_updates))
        batches = [tinyworld.batch(tokenizer, texts, run.device) for texts in chosen]  # (size, T)
        tokens = sum(int(batch["attention_mask"].sum()) for batch in batches)
        tuned = copy.deepcopy(base)
        seconds, began = 0.0, time.perf_counter()
        for update, _ in enumerate(tinyworld.train(tuned, batches, learning_rate), 1):
            seconds += time.perf_counter() - began
            run.step()
            if update % every == 0 or update in (own_updates, few_updates):
                loss = tinyworld.loss(tuned, tokenizer, unseen)
                if update <= own_updates:
                    run.line_points(update * size, {f"batch {size}": loss})
                    ends[size] = loss  # after the last of its epochs
                if update <= few_updates:
                    run.line_points(update, {f"batch {size}": loss}, chart="updates")
                    few[size] = loss  # after equally many updates
            began = time.perf_counter()
        speed[size] = tokens / seconds

    names = {1: "1 text", 16: "16 texts", 128: "all 128 texts"}
    best = min(ends, key=ends.get)
    rows = [{"batch": size, "tokens a second": round(rate)} for size, rate in speed.items()]
    run.table("speed on this machine, in this run", rows)
    run.measure(loss_1=ends[1], loss_16=ends[16], loss_128=ends[128], best=names[best])
    run.measure(few_1=few[1], few_16=few[16], few_128=few[128])
    run.measure(updates_1=epochs * TEXTS, updates_128=epochs)
    shown = ", ".join(f"{size}: {loss:.2f}" for size, loss in ends.items())
    run.claim("more-updates-win", ends[1] < ends[16] < ends[128], shown)
    shown = ", ".join(f"{size}: {loss:.2f}" for size, loss in few.items())
    run.claim("updates-decide", few[16] < few[1], shown)
