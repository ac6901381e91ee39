"""The set that chose flatters its choice.

**Question.** The lowest of thirty validation losses: is it what new texts will cost?

**Idea.** A measured loss is the true one plus the luck of its texts. The minimum of many picks
what is good *and* what was lucky:

    E[min L̂]  ≤  min E[L̂]

So the loss that chose is too low. Texts that chose nothing measure the same checkpoint without
that luck.

**Watch** many small validation sets drawn from the same pool. Each picks its own best checkpoint;
the bars compare the loss that chose with the loss of that very checkpoint on all other texts.

**Try** `checkpoints = 2`: with little to choose from, hardly any luck is picked up.

**At real scale.** Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, section
7.2, split data in three for this reason. The effect grows with the noise of a measurement and
with the number of candidates; neighbouring checkpoints are nearly one candidate, thirty different
recipes are thirty.
"""

import random

import tinyworld
import torch

from quizapp.demo import Int, Predict, Run, demo

SIZES = (2, 8, 32)  # texts that choose
DRAWS = 400  # sets of each size


def loss_of_each(model: torch.nn.Module, batch: dict) -> torch.Tensor:
    """Return the mean loss of each text of a batch, (texts,)."""
    with tinyworld.evaluating(model):
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    labels = batch["labels"][:, 1:]  # (texts, T - 1)
    losses = torch.nn.functional.cross_entropy(
        logits[:, :-1].transpose(1, 2), labels, reduction="none"
    )  # (texts, T - 1), 0 on padding
    return losses.sum(1) / (labels != -100).sum(1)


@demo(
    topic="debugging",
    claims={
        "choosing-flatters": "The loss that chose is lower than the same checkpoint's on others",
        "fewer-texts-flatter-more": "Two texts flatter more than eight, and eight more than 32",
        "stopping-still-pays": "On texts that chose nothing the choice beats the last checkpoint",
    },
    measures={
        "chose_2": "loss of the chosen checkpoint on the two texts that chose, nats per token",
        "others_2": "loss of that checkpoint on all other texts",
        "flattered_2": "how much too low two texts are, nats per token",
        "flattered_8": "how much too low eight texts are",
        "flattered_32": "how much too low 32 texts are",
        "last": "loss of the last checkpoint on unseen texts",
        "others_32": "loss of the checkpoint that 32 texts chose, on all other texts",
        "too": "what the loss that chose is, on average",
    },
    predict=Predict(
        "Two texts choose among all checkpoints. The loss by which they chose is ...",
        options=("about right", "too low", "too high"),
        measure="too",
    ),
    budget_s=6,
)
def main(
    run: Run,
    checkpoints: int = Int(30, 2, 60),
    documents: int = Int(16, 4, 64, log=True, help="training documents"),
    seed: int = Int(0, 0, 999),
) -> None:
    model, tokenizer = tinyworld.load(device=run.device)
    seen, held_out = tinyworld.split_loans()
    train = tinyworld.documents("bank", documents, seed=seed, loans=seen)
    pool = tinyworld.documents("bank", 128, seed=1000 + seed, loans=held_out)
    unseen = tinyworld.batch(tokenizer, pool, run.device)  # (128, T)
    draw = random.Random(seed)
    run.axes(x="texts that choose", y="loss of the chosen checkpoint (nats per token)")
    run.axes(chart="curve", x="step", y="loss on the whole pool (nats per token)")

    rows = []
    run.progress(5 * checkpoints)
    chosen = ([train[draw.randrange(documents)] for _ in range(8)] for _ in range(5 * checkpoints))
    batches = (tinyworld.batch(tokenizer, texts, run.device) for texts in chosen)  # (8, T)
    for step, _ in enumerate(tinyworld.train(model, batches, 2e-3), 1):
        run.step()
        if step % 5 == 0:
            rows.append(loss_of_each(model, unseen).cpu())
            run.line_points(step, {"pool": rows[-1].mean().item()}, chart="curve")
    losses = torch.stack(rows)  # (checkpoints, 128)

    chose, others = {}, {}  # texts that choose -> mean loss over the draws
    for size in SIZES:
        found = []
        for _ in range(DRAWS):
            few = torch.zeros(len(pool), dtype=torch.bool)
            few[draw.sample(range(len(pool)), size)] = True
            best = losses[:, few].mean(1).argmin()
            found.append((losses[best, few].mean().item(), losses[best, ~few].mean().item()))
        chose[size], others[size] = (sum(column) / DRAWS for column in zip(*found, strict=True))
        run.bars("on the texts that chose", {str(n): loss for n, loss in chose.items()})
        run.bars("on all other texts", {str(n): loss for n, loss in others.items()})

    flattered = {size: others[size] - chose[size] for size in SIZES}
    last = losses[-1].mean().item()
    share = flattered[2] / others[2]
    too = "about right" if abs(share) < 0.01 else "too low" if share > 0 else "too high"
    run.measure(chose_2=chose[2], others_2=others[2], last=last, others_32=others[32], too=too)
    run.measure(**{f"flattered_{size}": by for size, by in flattered.items()})
    shown = ", ".join(f"{size}: {by:+.4f}" for size, by in flattered.items())
    run.claim("choosing-flatters", min(flattered[2], flattered[8]) > 0, shown)
    falls = flattered[2] > flattered[8] > flattered[32]
    run.claim("fewer-texts-flatter-more", falls, shown)
    shown = f"{others[32]:.2f} against {last:.2f}"
    run.claim("stopping-still-pays", others[32] < last, shown)
