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


def treated(base: torch.nn.Module, remedy: str, dropout: float) -> torch.nn.Module:
    """Return a copy of the base with what the remedy changes inside the model."""
    model = copy.deepcopy(base)
    if remedy == "lora":
        config = LoraConfig(r=2, lora_alpha=4, target_modules="all-linear")
        model = get_peft_model(model, config)
    if remedy == "dropout":
        for layer in model.model.layers:
            layer.self_attn.attention_dropout = dropout
    return model


def shrunk(weights: torch.nn.Module, rate: float, decay: float, steps: int) -> float:
    """Return by how many percent AdamW's decay alone shrinks weights that get no gradient."""
    before = [p.detach().norm() for p in weights.parameters()]
    optimizer = torch.optim.AdamW(weights.parameters(), lr=rate, weight_decay=decay)
    for _ in range(steps):
        for p in weights.parameters():
            p.grad = torch.zeros_like(p)
        optimizer.step()
    after = [p.detach().norm() for p in weights.parameters()]
    return 100 * (1 - sum(after) / sum(before)).item()


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
        "decay-needs-the-rate": "Decay alone shrinks a weight by (1 - η·λ) in each step",
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
        "decay_shrinks": "by how many percent AdamW's decay alone shrinks the weights in this run",
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

    ends, stored = {}, {}  # loss on unseen and on training texts
    untreated = [base_loss]  # the curve of the run without a remedy
    run.progress(len(NAMES) * steps)
    for remedy, name in NAMES.items():
        torch.manual_seed(seed)
        draw = random.Random(seed)
        model = treated(base, remedy, dropout)
        count = 16 * documents if remedy == "data" else documents
        rate = learning_rate / 10 if remedy == "slower" else learning_rate
        decay = weight_decay if remedy == "decay" else 0.0
        every = 10 if remedy == "none" else 25
        texts = [train[draw.randrange(count)] for _ in range(8 * steps)]
        batches = tinyworld.batches(tokenizer, texts, 8, run.device)  # (8, T)
        for step, _ in enumerate(tinyworld.train(model, batches, rate, weight_decay=decay)):
            run.step()
            if step % every == 9:
                loss = tinyworld.loss(model, tokenizer, unseen)
                run.line_points(step + 1, {name: loss})
                if remedy == "none":
                    untreated.append(loss)
        ends[remedy] = tinyworld.loss(model, tokenizer, unseen)
        stored[remedy] = tinyworld.loss(model, tokenizer, train[:documents][:48])

    none = ends["none"]
    lowest = min(untreated)
    best = min(ends, key=lambda remedy: ends[remedy])
    from_decay = ends["decay"] - none
    from_slower = none - ends["slower"]

    shrinks = shrunk(copy.deepcopy(base), learning_rate, weight_decay, steps)
    by_formula = 100 * (1 - (1 - learning_rate * weight_decay) ** steps)

    rows = [{"remedy": NAMES[k], "unseen loss": ends[k], "training loss": stored[k]} for k in ends]
    run.table("End", rows)
    run.measure(**ends, none_best=lowest, best=NAMES[best], decay_shrinks=shrinks)
    run.claim("data-wins", best == "data", f"lowest: {NAMES[best]} at {ends[best]:.2f}")
    run.claim("slower-helps", from_slower > 0.05, f"{none:.2f}, {ends['slower']:.2f}")
    little = abs(from_decay) < 0.5 * from_slower
    run.claim("decay-does-little", little, f"{from_decay:+.3f} nats")
    agrees = abs(shrinks - by_formula) < 0.01 * by_formula + 0.01
    run.claim("decay-needs-the-rate", agrees, f"{shrinks:.2f} %, formula {by_formula:.2f} %")
    run.claim("stopping-helps", lowest < none - 0.05, f"{none:.2f} to {lowest:.2f}")
