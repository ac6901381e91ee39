"""How much data before it generalises?

**Question.** You fine-tune on n examples. When does the model learn the rule, and when does it
only learn the examples?

**Idea.** A model with enough parameters can store a small training set. Then training loss goes
to zero and says nothing. What counts is the generalisation gap:

    gap = loss on unseen texts − loss on the training texts

With more *different* examples, storing them becomes harder than finding the rule behind them, and
the gap closes.

**Watch** the training curves all fall, while the loss on unseen loans of the small sets climbs
above the untouched base: fine-tuning on very few examples made the model worse.

The bank grades 288 kinds of loan by a rule over five facts. Half the kinds are never trained on.

**At real scale.** How much is needed depends on how new the task is: LIMA (arXiv 2305.11206)
taught style and format with 1,000 examples; a new skill needs more. "Few examples always overfit"
is too simple: with `steps = 10` the small set hardly overfits, since repeats cause it and not
size alone; the claim on harm fails there.
"""

import copy
import random

import tinyworld
import torch

from quizapp.demo import Float, Int, Model, Predict, Run, demo

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
    ),
    budget_s=8,
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
    run.measure("unseen_base", unseen_base)

    gaps, after, right = {}, {}, {}
    progress = run.steps(len(SIZES) * steps)
    for size in SIZES:
        torch.manual_seed(seed)
        draw = random.Random(seed)
        tuned = copy.deepcopy(base).train()
        optimizer = torch.optim.AdamW(tuned.parameters(), lr=learning_rate, weight_decay=0.0)
        for step in range(steps):
            next(progress)
            texts = [train[draw.randrange(size)] for _ in range(8)]
            batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (8, T)
            loss = tuned(**batch).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            run.line_points(step, {f"{size} documents": loss.item()}, chart="train")
            if step % 10 == 0:
                now = tinyworld.loss(tuned, tokenizer, unseen[:16])
                run.line_points(step, {f"{size} documents": now})
        after[size] = tinyworld.loss(tuned, tokenizer, unseen)
        gaps[size] = after[size] - tinyworld.loss(tuned, tokenizer, train[:size][:48])
        right[size] = tinyworld.accuracy(tuned, tokenizer, cases)
        run.measure(f"gap_{size}", gaps[size])
        run.bars("gap", {str(n): gap for n, gap in gaps.items()}, chart="gap")
    next(progress, None)  # the progress bar reaches its end

    run.table(
        "After the last step",
        [
            {"documents": n, "unseen loss": after[n], "gap": gaps[n], "graded right": right[n]}
            for n in SIZES
        ],
    )
    run.measure("unseen_4", after[4])
    run.measure("unseen_256", after[256])
    run.measure("accuracy_4", right[4])
    run.measure("accuracy_256", right[256])
    change = after[4] - unseen_base
    near = "about the base" if change > -0.05 else "below the base"
    run.measure("four", "above the base" if change > 0.05 else near)
    shown = ", ".join(f"{n}: {gap:.2f}" for n, gap in gaps.items())
    run.claim("gap-closes", gaps[4] > gaps[16] > gaps[64], shown)
    run.claim("few-do-harm", change > 0, f"{unseen_base:.2f} to {after[4]:.2f}")
    run.claim("many-help", after[256] < unseen_base, f"{unseen_base:.2f} to {after[256]:.2f}")
