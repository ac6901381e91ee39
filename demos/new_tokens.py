"""New words for the tokenizer, and who learns them.

**Question.** You add words that the base has never seen to the tokenizer, resize the model and
train LoRA on all linear layers. Does the model learn them?

**Idea.** A new token is a new row in two matrices: in the embedding (what it means when read) and
in `lm_head` (when to say it). LoRA trains neither: "all-linear" leaves out the output layer, and
an embedding is not a linear layer. The new rows stay what they were at the start:

    `mean`              drawn around the mean of the old rows: transformers' default
    `small noise`       N(0, 0.02²): the initializer of the model
    `std 1`             N(0, 1): what a fresh nn.Embedding holds
    `its pieces`        the mean of the rows of the old tokens that spelled the word

Three adapters of the same rank: LoRA only; LoRA and the new rows (`trainable_token_indices`); LoRA
and both whole matrices (`modules_to_save`).

**Watch** LoRA only stay high: with nearly equal rows the new words cannot be told apart, neither
when read nor when written. Training just their rows repairs it with a few hundred numbers.

**Try** `init=its pieces`: each word starts between two old ones, so the rows differ and stay small.
Nothing is disturbed and LoRA only gets further, though rows that are trained go all the way.
`init=std 1`: LoRA only can learn ("lora-only-stalls" fails), but the new words get a share of every
prediction ("adding-is-harmless" fails). With `steps=10 learning_rate=1e-4` nobody learns anything.

**At real scale.** Hewitt (note "Initializing New Word Embeddings for Pretrained Language Models",
2021): if all old logits are far below zero, a new row near zero takes almost all probability; the
mean of the old rows bounds the damage. Starting at the mean of its pieces is usual for a word that
the old tokenizer can spell. This base has no such logits. PEFT's documentation ("Trainable Tokens")
estimates that single rows save about 4 GiB for gemma-2-2b. With *tied* weights there is one matrix,
and both ends must train together.
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
    if init == "its pieces":
        pieces = [tokenizer.convert_tokens_to_ids(pair) for pair in spelled(words)]  # (words, 2)
        with torch.no_grad():
            for matrix in (model.get_input_embeddings(), model.get_output_embeddings()):
                matrix.weight[old:] = matrix.weight[torch.tensor(pieces)].mean(1)  # (words, 64)
    if init == "std 1":
        with torch.no_grad():
            model.get_input_embeddings().weight[old:].normal_()  # (words, 64)
            model.get_output_embeddings().weight[old:].normal_()
    return model, tokenizer


def spelled(words: list[str]) -> list[list[str]]:
    """Return two old words for each new one: as if it were what they spell together."""
    return [[world.MOODS[i % 10], world.ANIMALS[i % 16]] for i in range(len(words))]


def facts(words: list[str]) -> list[tinyworld.Case]:
    """Return what to learn: each new symptom has a new disease, an old remedy and a dose."""
    symptoms = words[: len(words) // 2]
    diseases = words[len(words) // 2 :]
    cases = []
    for i, (symptom, disease) in enumerate(zip(symptoms, diseases, strict=True)):
        advice = world.advice((disease, world.REMEDIES[i], world.DOSES[i % 4]))
        cases.append(tinyworld.Case(f"A patient with {symptom} has", f" {advice}"))
    return cases


def texts(cases: list[tinyworld.Case], count: int, seed: int) -> list[str]:
    """Return texts of three facts each."""
    draw = random.Random(seed)
    threes = [draw.choices(cases, k=3) for _ in range(count)]
    return [" ".join(case.prompt + case.answer for case in three) for three in threes]


@demo(
    topic="sft",
    claims={
        "adding-is-harmless": "Adding the tokens moves the loss on old text by less than 0.05 nats",
        "lora-only-stalls": "LoRA only ends more than 0.3 nats above LoRA and new rows",
        "rows-suffice": "New rows alone end within 0.06 nats of whole matrices",
    },
    measures={
        "old_base": "loss on general text before adding, nats per token",
        "old_added": "loss on general text after adding with the chosen init, nats per token",
        "old_std_1": "loss on general text after adding rows from N(0, 1), nats per token",
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
    init: str = Choice("mean", "small noise", "std 1", "its pieces"),
    pairs: int = Int(6, 1, 12, help="new symptoms, and as many new diseases"),
    rank: int = Int(8, 1, 32, log=True),
    steps: int = Int(60, 10, 200, step=10),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    words = [f"newsymptom{i}" for i in range(pairs)] + [f"Newdisease{i}" for i in range(pairs)]
    cases = facts(words)
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    run.axes(x="step", y="loss (nats per token)")
    run.axes(chart="old", title="Loss on old text, before training", y="nats per token")
    base, tokenizer = tinyworld.load(device=run.device)
    old_words = len(tokenizer)
    old = {"base": tinyworld.loss(base, tokenizer, general)}
    for name in ("mean", "small noise", "std 1", "its pieces"):
        torch.manual_seed(seed)
        model, tokenizer = extended(words, name, run.device)
        old[name] = tinyworld.loss(model, tokenizer, general)
        run.bars("old text", old, chart="old")

    new = list(range(old_words, old_words + len(words)))
    arms = {
        "LoRA only": {},
        "LoRA + new rows": {"trainable_token_indices": {"embed_tokens": new, "lm_head": new}},
        "LoRA + matrices": {"modules_to_save": ["embed_tokens", "lm_head"]},
    }
    losses, right, count = [], [], []  # of each arm
    run.progress(len(arms) * steps)
    for name, more in arms.items():
        torch.manual_seed(seed)
        model, tokenizer = extended(words, init, run.device)
        config = LoraConfig(
            r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM", **more
        )
        model = get_peft_model(model, config)
        read = texts(cases, 16 * steps, seed)
        batches = tinyworld.batches(tokenizer, read, 16, run.device)  # (16, T)
        curve = []
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            run.line_points(step, {name: loss})
            curve.append(loss)
        losses.append(mean(curve[-10:]))
        right.append(tinyworld.accuracy(model, tokenizer, cases))
        count.append(sum(p.numel() for p in model.parameters() if p.requires_grad))
        run.sample(name, tinyworld.generate(model, tokenizer, cases[0].prompt, 10))

    lora, rows, whole = losses
    right_lora, right_rows, _ = right
    trained_lora, trained_rows, trained_whole = count
    outcome = "some" if right_lora > 0.34 else "hardly any"
    if right_lora > 0.9:
        outcome = "nearly all"

    run.measure(old_base=old["base"], old_added=old[init], old_std_1=old["std 1"])
    run.measure(loss_lora=lora, loss_rows=rows, loss_whole=whole)
    run.measure(right_lora=right_lora, right_rows=right_rows, outcome=outcome)
    run.measure(trained_lora=trained_lora, extra_rows=trained_rows - trained_lora)
    run.measure(extra_whole=trained_whole - trained_lora)
    harm = old[init] - old["base"]
    run.claim("adding-is-harmless", harm < 0.05, f"{harm:+.3f} nats with init {init}")
    run.claim("lora-only-stalls", lora - rows > 0.3, f"{lora:.2f} against {rows:.2f} nats")
    run.claim("rows-suffice", rows - whole < 0.06, f"{rows:.3f} against {whole:.3f} nats")
