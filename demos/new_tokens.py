"""New words for the tokenizer, and who learns them.

**Question.** A clinic adds words that the base has never seen. You add them to the tokenizer,
resize the model and train LoRA on all linear layers. Does the model learn them?

**Idea.** A new token is a new row in two matrices: in the embedding (what it means when read) and
in `lm_head` (when to say it). LoRA trains neither: "all-linear" leaves out the output layer, and
an embedding is not a linear layer. The new rows stay what they were at the start:

    `mean`              drawn around the mean of the old rows: transformers' default
    `small noise`       N(0, 0.02²): the initializer of the model
    `std 1`             N(0, 1): what a fresh nn.Embedding holds

Three adapters of the same rank: LoRA only; LoRA and the new rows (`trainable_token_indices`); LoRA
and both whole matrices (`modules_to_save`).

**Watch.** LoRA only stays high. With nearly equal rows the new words cannot be told apart, neither
when read nor when said. Training just their rows repairs it with a few hundred numbers.

**Try** `init=std 1`: now the frozen rows differ, LoRA only can learn, and "lora-only-stalls" fails.
But the new words get a share of every prediction, and text without them suffers at once:
"adding-is-harmless" fails. With `steps=10 learning_rate=1e-4` nobody
learns anything, and "lora-only-stalls" fails.

**What others found.** Hewitt (note "Initializing New Word Embeddings for Pretrained Language
Models", 2021): if all old logits are far below zero, a new row near zero has logit 0 and takes
almost all probability; the mean of the old rows bounds the damage. This base has no such logits,
so `small noise` is harmless here. PEFT's documentation ("Trainable Tokens") estimates that for
gemma-2-2b training single rows saves about 4 GiB against training the whole embedding matrix.

**Scale.** Here the matrices are small. In a model with 128,256 tokens and width 4096 the two
matrices are 1.05 billion numbers, saved with every adapter if they are in `modules_to_save`. With
*tied* weights there is one matrix, and both ends must train together.
"""

import random
from statistics import mean

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from tinyworld import world

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def extended(words, init, device):
    """Return model and tokenizer with new words, their rows drawn as `init` says."""
    model, tokenizer = tinyworld.load(device=device)
    old = len(tokenizer)
    tokenizer.add_tokens(words)
    model.resize_token_embeddings(len(tokenizer), mean_resizing=init == "mean")
    if init == "std 1":
        with torch.no_grad():
            model.get_input_embeddings().weight[old:].normal_()  # (words, 64)
            model.get_output_embeddings().weight[old:].normal_()
    return model, tokenizer


@demo(
    topic="sft",
    claims={
        "adding-is-harmless": "Adding the tokens moves the loss on old text by less than 0.05 nats",
        "lora-only-stalls": "LoRA only ends more than 0.3 nats above LoRA and new rows",
        "rows-suffice": "New rows alone end within 0.06 nats of whole matrices",
    },
    measures={
        "old_base": "loss on general text before adding, nats per token",
        "old_added": "the same after adding with the chosen init",
        "old_std_1": "the same after adding rows from N(0, 1)",
        "loss_lora": "training loss of LoRA only, last ten steps, nats per token",
        "loss_rows": "training loss of LoRA and new rows, last ten steps",
        "loss_whole": "training loss of LoRA and whole matrices, last ten steps",
        "right_lora": "share of right answers about the new words, LoRA only",
        "right_rows": "share of right answers about the new words, LoRA and new rows",
        "trained_lora": "trained numbers, LoRA only",
        "extra_rows": "trained numbers that the new rows add",
        "extra_whole": "trained numbers that whole matrices add",
        "outcome": "what LoRA only has learned",
    },
    predict=Predict(
        "New words, resized matrices, LoRA on all linear layers. How much of the "
        "questions about the new words is answered?",
        options=("nearly all", "some", "hardly any"),
        measure="outcome",
    ),
    budget_s=8,
)
def main(
    run: Run,
    init: str = Choice("mean", "small noise", "std 1"),
    pairs: int = Int(6, 1, 12, help="new symptoms, and as many new diseases"),
    rank: int = Int(8, 1, 32, log=True),
    steps: int = Int(60, 10, 200, step=10),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    words = [f"newsymptom{i}" for i in range(pairs)] + [f"Newdisease{i}" for i in range(pairs)]
    told = [(words[pairs + i], world.REMEDIES[i], world.DOSES[i % 4]) for i in range(pairs)]
    cases = [
        tinyworld.Case(f"A patient with {words[i]} has", f" {world.advice(told[i])}")
        for i in range(pairs)
    ]
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    run.axes(x="step", y="loss (nats per token)")
    run.axes(chart="old", title="Loss on old text, before training", y="nats per token")
    plain = tinyworld.load(device=run.device)
    old = {"base": tinyworld.loss(*plain, general)}
    for name in ("mean", "small noise", "std 1"):
        torch.manual_seed(seed)
        old[name] = tinyworld.loss(*extended(words, name, run.device), general)
        run.bars("old text", old, chart="old")

    new = [len(plain[1]) + i for i in range(len(words))]
    arms = {
        "LoRA only": {},
        "LoRA + new rows": {"trainable_token_indices": {"embed_tokens": new, "lm_head": new}},
        "LoRA + matrices": {"modules_to_save": ["embed_tokens", "lm_head"]},
    }
    loss, right, count = {}, {}, {}
    for name, more in arms.items():
        torch.manual_seed(seed)
        model, tokenizer = extended(words, init, run.device)
        config = LoraConfig(
            r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM", **more
        )
        model = get_peft_model(model, config)
        trained = [p for p in model.parameters() if p.requires_grad]
        count[name] = sum(p.numel() for p in trained)
        optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=0.0)
        draw, losses = random.Random(seed), []
        model.train()
        for step in run.steps(steps):
            threes = [draw.choices(cases, k=3) for _ in range(16)]
            texts = [" ".join(case.prompt + case.answer for case in three) for three in threes]
            out = model(**tinyworld.batch(tokenizer, texts, run.device))
            out.loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(out.loss.item())
            run.line_points(step, {name: losses[-1]})
        loss[name], right[name] = mean(losses[-10:]), tinyworld.accuracy(model, tokenizer, cases)
        run.sample(name, tinyworld.generate(model, tokenizer, cases[0].prompt, 10))
    lora, rows, whole = arms
    some = "some" if right[lora] > 0.34 else "hardly any"
    measures = {
        "old_base": old["base"],
        "old_added": old[init],
        "old_std_1": old["std 1"],
        "loss_lora": loss[lora],
        "loss_rows": loss[rows],
        "loss_whole": loss[whole],
        "right_lora": right[lora],
        "right_rows": right[rows],
        "trained_lora": count[lora],
        "extra_rows": count[rows] - count[lora],
        "extra_whole": count[whole] - count[lora],
        "outcome": "nearly all" if right[lora] > 0.9 else some,
    }
    for name, value in measures.items():
        run.measure(name, value)
    harm, stall, gap = old[init] - old["base"], loss[lora] - loss[rows], loss[rows] - loss[whole]
    run.claim("adding-is-harmless", harm < 0.05, f"{harm:+.3f} nats with init {init}")
    run.claim("lora-only-stalls", stall > 0.3, f"{loss[lora]:.2f} against {loss[rows]:.2f} nats")
    run.claim("rows-suffice", gap < 0.06, f"{loss[rows]:.3f} against {loss[whole]:.3f} nats")
