"""Which remedy against overfitting works?

**Question.** 16 documents, 100 updates, and the loss on unseen texts climbs. Which change helps?

**Idea.** The model can store these few examples. Remedies give it more to store (data), less reach
(stopping, a lower rate, a small adapter), or disturb it (dropout, weight decay). PyTorch's AdamW
multiplies weights by 1 − η·λ per step: (1 − 2e-3·0.1)¹⁰⁰ ≈ 0.98 in 100 steps, next to nothing.

**Watch** one remedy at a time. The table's training loss tells *why*: a low rate and a small
adapter help here mostly by learning less in 100 updates, early stopping in disguise.

**At real scale.** Decoupled decay: Loshchilov and Hutter (arXiv 1711.05101). The sizes of the bars
are those of this miniature. Change one thing at a time.

**Try** `weight_decay = 10`: now it acts. Or `documents = 256`: nothing is left to cure.
"""

import copy
import random

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo

NAMES = {
    "none": "nothing",
    "decay": "weight decay",
    "dropout": "dropout",
    "lora": "LoRA r = 2",
    "slower": "slower",
    "data": "more data",
}


@demo(
    topic="debugging",
    claims={
        "data-wins": "16 times the data ends lowest of all",
        "slower-helps": "A tenth of the learning rate ends more than 0.05 nats below no remedy",
        "decay-does-little": "Weight decay changes it by less than half of what a lower rate gains",
        "stopping-helps": "The best checkpoint of the untreated run lies over 0.05 nats lower",
    },
    measures={
        "none": "loss on unseen texts without a remedy, nats per token",
        "none_best": "lowest loss on unseen texts of the run without a remedy",
        "decay": "loss on unseen texts, weight decay",
        "dropout": "loss on unseen texts, dropout in the attention",
        "lora": "loss on unseen texts, LoRA of rank 2",
        "slower": "loss on unseen texts, a tenth of the learning rate",
        "data": "loss on unseen texts, 16 times the data",
        "best": "which remedy ends lowest",
    },
    predict=Predict(
        "One remedy each. Which run ends with the lowest loss on unseen texts?",
        options=("nothing", "weight decay", "dropout", "LoRA r = 2", "slower", "more data"),
        measure="best",
    ),
    budget_s=12,
)
def main(
    run: Run,
    documents: int = Int(16, 4, 256, log=True),
    steps: int = Int(100, 20, 300, step=20),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    weight_decay: float = Float(0.1, 0.01, 30, log=True),
    dropout: float = Float(0.3, 0.0, 0.9),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    seen, held_out = tinyworld.split_loans()
    train = tinyworld.documents("bank", 16 * documents, seed=seed, loans=seen)
    unseen = tinyworld.documents("bank", 24, seed=1000 + seed, loans=held_out)
    base_loss = tinyworld.loss(base, tokenizer, unseen)
    run.axes(x="step", y="loss on unseen texts (nats per token)")
    run.reference("base model", base_loss)
    ends, stored, lowest = {}, {}, base_loss
    progress = run.steps(len(NAMES) * steps)
    for key, name in NAMES.items():
        torch.manual_seed(seed)
        draw = random.Random(seed)
        model = copy.deepcopy(base)
        if key == "lora":
            model = get_peft_model(
                model, LoraConfig(r=2, lora_alpha=4, target_modules="all-linear")
            )
        if key == "dropout":
            for layer in model.model.layers:
                layer.self_attn.attention_dropout = dropout
        count = 16 * documents if key == "data" else documents
        rate = learning_rate / 10 if key == "slower" else learning_rate
        decay = weight_decay if key == "decay" else 0.0
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
        model.train()
        for step in range(steps):
            next(progress)
            texts = [train[draw.randrange(count)] for _ in range(8)]
            model(**tinyworld.batch(tokenizer, texts, run.device)).loss.backward()  # (8, T)
            optimizer.step()
            optimizer.zero_grad()
            if step % (10 if key == "none" else 25) == 9:
                now = tinyworld.loss(model, tokenizer, unseen)
                run.line_points(step + 1, {name: now})
                lowest = min(lowest, now) if key == "none" else lowest
        ends[key] = tinyworld.loss(model, tokenizer, unseen)
        stored[key] = tinyworld.loss(model, tokenizer, train[:documents][:48])
        run.measure(key, ends[key])
    next(progress, None)  # the progress bar reaches its end
    run.table(
        "End",
        [{"remedy": NAMES[k], "unseen loss": ends[k], "training loss": stored[k]} for k in ends],
    )
    run.measure("none_best", lowest)
    best, none = min(ends, key=ends.__getitem__), ends["none"]
    run.measure("best", NAMES[best])
    run.claim("data-wins", best == "data", f"lowest: {NAMES[best]} at {ends[best]:.2f}")
    run.claim("slower-helps", ends["slower"] < none - 0.05, f"{none:.2f}, {ends['slower']:.2f}")
    little = abs(ends["decay"] - none) < 0.5 * (none - ends["slower"])
    run.claim("decay-does-little", little, f"{ends['decay'] - none:+.3f} nats")
    run.claim("stopping-helps", lowest < none - 0.05, f"{none:.2f} to {lowest:.2f}")
