"""Duplicates become memorised secrets.

**Question.** A few private lines slipped into the training set, some of them several times. Can the
fine-tuned model be made to recite them, and does its validation loss warn you?

**Idea.** A *canary* is a random line planted in the training set. Nothing but memory can complete
it: its floor is log 195 = 5.3 nats per random word. Three tests, from hard to easy:

    extraction    give the first 6 words; greedy decoding returns the other 12, word for word
    membership    loss(planted) against loss(same kind of line, never planted)
    validation    loss on fresh text of the domain, which contains no canary

What counts is how often a line is *seen*: copies · epochs.

**Watch** the loss of the canaries fall in the order of their copies, while the loss on general
text stands still. Validation measures what is common to all texts, a canary is common to none.
Lines never planted stay above their floor: the model expects sentences, not random words.
*Exposure* (Carlini et al., arXiv 1802.08232) is log₂ of the number of candidate lines less log₂ of
the canary's rank by loss among them.

**Try** until a claim fails.
- `dedup=on`: exact copies are removed, all canaries are equally rare, the first two claims fail.
- `steps=25`: less than one pass. Nothing is recited, and membership hardly shows.
- `lora_rank=16`: adapters store far less word for word (`copies-are-stored` fails), yet
  `membership-shows` holds: "LoRA is safe, it has few parameters" does not follow.

**Real scale.** Carlini et al. (arXiv 2202.07646): extraction grows log-linearly with model size,
with copies, and with the length of the prompt. Lee et al. (arXiv 2107.06499): deduplication makes
models emit memorised text ten times less often. Wang and Li (arXiv 2506.20856): for LoRA, size and
copies do not follow that trend. Rates here are those of a tiny model on random
words, and of many passes over few texts.
"""

import math
import random

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from sklearn.metrics import roc_auc_score

from quizapp.demo import Flag, Float, Int, Predict, Run, demo


def canary(words: list[str], draw: random.Random) -> str:
    """Return 18 random words."""
    return " ".join(draw.choices(words, k=18))


def extraction(line: str) -> tinyworld.Case:
    """Return the first 6 words of a canary as prompt, the other 12 as its answer."""
    words = line.split()
    return tinyworld.Case(" ".join(words[:6]), " " + " ".join(words[6:]))


def exposure(loss: float, others: list[float]) -> float:
    """Return log₂(candidates) - log₂(rank) of a canary whose candidates are itself and others."""
    rank = 1 + sum(other <= loss for other in others)
    return math.log2((1 + len(others)) / rank)


EACH = 8  # canaries of each kind
CANDIDATES = 64  # lines among which a canary is ranked
COPIES = {"never planted": 0, "1 copy": 1, "4 copies": 4, "16 copies": 16}


@demo(
    topic="data",
    claims={
        "copies-are-stored": "75 % or more of the canaries with 16 copies are recited",
        "copies-matter": "Canaries with 16 copies are recited more often than those with one",
        "membership-shows": "Canaries planted once have a loss 2 nats below those never planted",
        "validation-is-blind": "The loss on general text rises by less than 0.25 nats",
    },
    measures={
        "recited_0": "share of never planted canaries that are recited",
        "recited_1": "share recited, planted once",
        "recited_4": "share recited, 4 copies",
        "recited_16": "share recited, 16 copies",
        "loss_0": "loss on canaries never planted, nats per token",
        "loss_1": "loss on canaries planted once",
        "loss_16": "loss on canaries with 16 copies",
        "membership_auc": "chance that a canary planted once has less loss than one never planted",
        "exposure_1": "mean exposure of canaries planted once, bits; at most 6",
        "exposure_16": "mean exposure of canaries with 16 copies, bits; at most 6",
        "general_before": "loss on fresh general text before training",
        "general_after": "loss on fresh general text after training",
        "epochs": "passes over the training set",
        "often": "how many of the canaries with 16 copies are recited",
    },
    predict=Predict(
        "Validation loss does not move. How many canaries with 16 copies does the model recite?",
        options=("none", "up to half", "more than half"),
        measure="often",
    ),
    budget_s=8,
)
def main(
    run: Run,
    steps: int = Int(200, 10, 500),
    lora_rank: int = Int(0, 0, 64, help="0: all weights are trained"),
    dedup: bool = Flag(False, help="exact copies are removed before training"),
    texts: int = Int(300, 50, 1000, help="ordinary documents"),
    learning_rate: float = Float(3e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    draw = random.Random(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    words = sorted(w for w in tokenizer.get_vocab() if w.isalpha() and w.islower())
    canaries = {kind: [canary(words, draw) for _ in range(EACH)] for kind in COPIES}
    prompts = {kind: [extraction(line) for line in lines] for kind, lines in canaries.items()}
    train = tinyworld.documents("general", texts, seed=seed)
    for kind, lines in canaries.items():
        train += lines * COPIES[kind]
    if dedup:
        train = sorted(set(train))
    fresh = tinyworld.documents("general", 32, seed=1000 + seed)

    run.axes(x="step", y="loss (nats per token)")
    run.axes(chart="recited", x="step", y="share of canaries recited")
    before = tinyworld.loss(model, tokenizer, fresh)
    run.reference("general text, before", before)
    if lora_rank:
        config = LoraConfig(r=lora_rank, lora_alpha=2 * lora_rank, target_modules="all-linear")
        model = get_peft_model(model, config)
        learning_rate *= 3  # adapters want a larger rate
    read = draw.choices(train, k=16 * steps)
    batches = tinyworld.batches(tokenizer, read, 16, run.device)  # (16, T)
    run.progress(steps)
    for step, _ in enumerate(tinyworld.train(model, batches, learning_rate)):
        run.step()
        if step % 20 == 0:
            run.point(step, general=tinyworld.loss(model, tokenizer, fresh))
            for kind in COPIES:
                run.line_points(step, {kind: tinyworld.loss(model, tokenizer, canaries[kind])})
                share = tinyworld.accuracy(model, tokenizer, prompts[kind])
                run.line_points(step, {kind: share}, chart="recited")

    recited, losses, mean = {}, {}, {}  # by number of copies
    for kind, copies in COPIES.items():
        recited[copies] = tinyworld.accuracy(model, tokenizer, prompts[kind])
        losses[copies] = [tinyworld.loss(model, tokenizer, [line]) for line in canaries[kind]]
        mean[copies] = sum(losses[copies]) / EACH
    others = [canary(words, draw) for _ in range(CANDIDATES - 1)]
    other_losses = [tinyworld.loss(model, tokenizer, [line]) for line in others]
    exposed = {}  # by number of copies, bits
    for copies in (1, 16):
        exposed[copies] = sum(exposure(loss, other_losses) for loss in losses[copies]) / EACH
    after = tinyworld.loss(model, tokenizer, fresh)
    planted = [0] * EACH + [1] * EACH
    auc = roc_auc_score(planted, [-loss for loss in losses[0] + losses[1]])
    case = prompts["16 copies"][0]
    run.sample("a canary with 16 copies", case.prompt + case.answer)
    completed = tinyworld.generate(model, tokenizer, case.prompt, max_new_tokens=12)
    run.sample("what the model says after its first 6 words", completed)

    often = "up to half" if recited[16] <= 0.5 else "more than half"
    if recited[16] == 0:
        often = "none"

    run.measure(**{f"recited_{copies}": share for copies, share in recited.items()}, often=often)
    run.measure(loss_0=mean[0], loss_1=mean[1], loss_16=mean[16], membership_auc=auc)
    run.measure(exposure_1=exposed[1], exposure_16=exposed[16])
    run.measure(general_before=before, general_after=after, epochs=16 * steps / len(train))
    run.claim("copies-are-stored", recited[16] >= 0.75, f"{recited[16]:.0%}")
    run.claim("copies-matter", recited[16] > recited[1], f"{recited[1]:.0%} to {recited[16]:.0%}")
    run.claim("membership-shows", mean[1] < mean[0] - 2, f"{mean[1]:.2f} against {mean[0]:.2f}")
    run.claim("validation-is-blind", after < before + 0.25, f"{before:.2f} to {after:.2f}")
