"""How much data before it generalises?

**Question.** You fine-tune on n examples. When does the model learn the rule, and when does it
only learn the examples?

**Idea.** A model with enough parameters can store a small training set. Then training loss goes
to zero and says nothing. What counts is the generalisation gap:

    gap = loss on unseen texts − loss on the training texts

With more *different* examples, storing them becomes harder than finding the rule behind them, and
the gap closes. The bank here grades 288 kinds of loan by a rule over five facts. Half the kinds are
never trained on.

**Watch** the training curves all fall, while the loss on unseen loans of the small sets climbs
above the untouched base: fine-tuning on very few examples made the model worse.

**At real scale.** How much is needed depends on how new the task is: LIMA (arXiv 2305.11206)
taught style and format with 1,000 examples; a new skill needs more.

**Try** `steps = 10`: "few examples always overfit" is too simple. The small set hardly overfits
now, since repeats cause it and not size alone; the claim on harm fails.
"""

import copy
import random
from collections.abc import Iterator

import tinyworld

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def repeated(texts: list[str], size: int, steps: int, seed: int) -> Iterator[list[str]]:
    """Give 8 texts per step, drawn from the first `size`: the fewer, the more often each comes."""
    draw = random.Random(seed)
    for _ in range(steps):
        yield [texts[draw.randrange(size)] for _ in range(8)]


SIZES = (4, 16, 64, 256)  # documents of two loans each


@demo(
    topic="data",
    claims={
        "gap-closes": "The generalisation gap shrinks from 4 to 16 to 64 documents",
        "few-do-harm": "Four documents leave the model worse on unseen loans than the base",
        "many-help": "256 documents bring the loss on unseen loans below the base",
    },
    measures={
        "gap_4": "gap with 4 documents, nats per token",
        "gap_16": "gap with 16 documents, nats per token",
        "gap_64": "gap with 64 documents, nats per token",
        "gap_256": "gap with 256 documents, nats per token",
        "unseen_base": "loss of the base on unseen loans, nats per token",
        "unseen_4": "loss on unseen loans after 4 documents",
        "unseen_256": "loss on unseen loans after 256 documents",
        "accuracy_4": "share of unseen loans graded right after 4 documents",
        "accuracy_256": "share of unseen loans graded right after 256 documents",
        "four": "what four documents did to the loss on unseen loans",
    },
    predict=Predict(
        "Fine-tuned on only four documents: the loss on unseen loans is ...",
        options=("below the base", "about the base", "above the base"),
        measure="four",
        bundled=True,
    ),
    budget_s=8,
    token_passes=420_000,
    model_copies=5,
    trained_texts=8,
    bundled_claims=("gap-closes", "few-do-harm", "many-help"),
)
def main(
    run: Run,
    steps: int = Int(80, 10, 400, help="updates for every size, so that only the data differ"),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    seen, held_out = tinyworld.split_loans()
    train = tinyworld.documents("bank", max(SIZES), seed=seed, loans=seen)
    unseen = tinyworld.documents("bank", 48, seed=1000 + seed, loans=held_out)
    cases = tinyworld.cases("bank", split="test")
    unseen_base = tinyworld.loss(base, tokenizer, unseen)
    run.axes(x="step", y="loss on unseen loans (nats per token)")
    run.axes(chart="train", x="step", y="training loss (nats per token)")
    run.reference("base model", unseen_base)

    gaps, after, right = {}, {}, {}  # by number of documents
    run.progress(len(SIZES) * steps)
    for size in SIZES:
        name = f"{size} documents"
        chosen = repeated(train, size, steps, seed)
        batches = (tinyworld.batch(tokenizer, texts, run.device) for texts in chosen)  # (8, T)
        tuned = copy.deepcopy(base)
        for step, loss in enumerate(tinyworld.train(tuned, batches, learning_rate)):
            run.step()
            run.line_points(step, {name: loss}, chart="train")
            if step % 10 == 0:
                run.line_points(step, {name: tinyworld.loss(tuned, tokenizer, unseen[:16])})
        after[size] = tinyworld.loss(tuned, tokenizer, unseen)
        gaps[size] = after[size] - tinyworld.loss(tuned, tokenizer, train[:size][:48])
        right[size] = tinyworld.accuracy(tuned, tokenizer, cases)
        run.bars("gap", {str(n): gap for n, gap in gaps.items()}, chart="gap")

    change = after[4] - unseen_base
    four = "above the base" if change > 0.05 else "about the base"
    if change <= -0.05:
        four = "below the base"

    columns = {"unseen loss": after, "gap": gaps, "graded right": right}
    rows = [{"documents": n} | {name: found[n] for name, found in columns.items()} for n in SIZES]
    run.table("After the last step", rows)
    run.measure(**{f"gap_{size}": gap for size, gap in gaps.items()})
    run.measure(unseen_base=unseen_base, unseen_4=after[4], unseen_256=after[256], four=four)
    run.measure(accuracy_4=right[4], accuracy_256=right[256])
    shown = ", ".join(f"{n}: {gap:.2f}" for n, gap in gaps.items())
    run.claim("gap-closes", gaps[4] > gaps[16] > gaps[64], shown)
    run.claim("few-do-harm", change > 0, f"{unseen_base:.2f} to {after[4]:.2f}")
    run.claim("many-help", after[256] < unseen_base, f"{unseen_base:.2f} to {after[256]:.2f}")
