"""One instruction or many: what carries over to a wording nobody trained on?

**Question.** You tune a model to name the colour of a thing. All training prompts ask in the same
words. Will it obey a user who asks in other words?

**Idea.** Instruction tuning learns p(answer | instruction, input) over *many* instructions. With a
single one the instruction is a constant: the loss cannot tell what it means from what it merely
looks like. Each further wording takes such accidents away:

    loss = E over wordings w, things x of  −log p(colour of x | w(x))

**Watch** three runs with equally many updates, drawn from 1, 4 and 16 wordings; the one is the
obvious one. The test asks about things that no run was trained on, in wordings that no run has seen
(the same pieces in other combinations). The reference is the base, which has read documents only.

**Try** until a claim fails. `learning_rate=1e-5`: nobody learns anything. `more=2`: two wordings
are hardly more than one.

**At real scale.** FLAN (Wei et al., arXiv 2109.01652) tunes on over 60 data sets in about ten
wordings each and tests on kinds of tasks that were held out; more kinds of tasks help. Here there
is one task and only its wording varies, so this shows the smaller half of the effect.
"""

import random

import tinyworld
import torch
from tinyworld import world
from tinyworld.batches import padded, prompt_and_answer

from quizapp.demo import Float, Int, Predict, Run, demo

OPENINGS = (
    "What colour is",
    "Which colour has",
    "give the colour for",
    "give a colour with",
    "The colour for",
    "A colour has",
    "hears the colour near",
    "sees a colour near",
)
NOUNS = ("the {}", "a {}", "the {mood} {}", "the {} near the {place}", "a {mood} {}")
ENDINGS = ("?", ".", " is", ", the colour is", " has")


def wordings(draw, count):
    """Return `count` different ways to ask for a colour; `{}` is the place of the thing."""
    found = {"What colour is the {}?": True}  # the obvious way comes first
    while len(found) < count:
        noun = draw.choice(NOUNS).replace("{mood}", draw.choice(world.MOODS))
        noun = noun.replace("{place}", draw.choice(world.PLACES))
        found[f"{draw.choice(OPENINGS)} {noun}{draw.choice(ENDINGS)}"] = True
    return list(found)


def instruction(wording, thing):
    """Return an instruction about a thing with the right answer."""
    colour = world.COLOUR_OF[thing].capitalize()
    return tinyworld.Case(wording.format(thing), f" {colour}.")


def lessons(tokenizer, ways, things, draw, steps, device):
    """Give `steps` batches of 16 instructions in these wordings; only the answers carry loss."""
    for _ in range(steps):
        some = [instruction(draw.choice(ways), draw.choice(things)) for _ in range(16)]
        pairs = [prompt_and_answer(tokenizer, case.prompt, case.answer) for case in some]
        rows, starts = (list(column) for column in zip(*pairs, strict=True))
        yield padded(tokenizer, rows, starts, device)


@demo(
    topic="fundamentals",
    claims={
        "variety-transfers": "Most wordings: 5 points or more above one wording, on unseen ones",
        "beats-the-base": "Most wordings: 10 points or more above the base on unseen wordings",
    },
    measures={
        "base": "share right of the base, unseen wordings",
        "own_one": "share right after training on one wording, the same wording, unseen things",
        "own_most": "share right after training on most wordings, the same wordings, unseen things",
        "new_one": "share right after training on one wording, unseen wordings and things",
        "new_some": "share right after training on some wordings, unseen wordings and things",
        "new_most": "share right after training on most wordings, unseen wordings and things",
        "gain": "points that most wordings gain over one on unseen wordings, as a share",
        "best": "which of one and most wordings is better on unseen ones",
    },
    predict=Predict(
        "Same number of updates. Which run obeys best when asked in words that no run has seen?",
        options=("one wording", "most wordings", "no difference"),
        measure="best",
    ),
    budget_s=5,
)
def main(
    run: Run,
    some: int = Int(4, 2, 8, help="wordings of the second run"),
    more: int = Int(16, 2, 64, log=True, help="wordings of the third run"),
    steps: int = Int(40, 5, 200, step=5),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    ways = wordings(draw, more + 16)
    things = draw.sample(world.THINGS, len(world.THINGS))
    train_things, test_things = things[:22], things[22:]
    model, tokenizer = tinyworld.load(device=run.device)

    def right(model, asked):
        """Return the share of unseen things that are answered rightly, over all wordings."""
        cases = [instruction(way, thing) for way in asked for thing in test_things]
        return tinyworld.accuracy(model, tokenizer, cases, batch_size=256)

    unseen = ways[more:]
    base = right(model, unseen)
    run.axes(title="Unseen wordings, unseen things", x="step", y="share right")
    run.reference("base", base)
    arms = {"one wording": ways[:1], "some wordings": ways[:some], "most wordings": ways[:more]}
    run.progress(len(arms) * steps)
    own, new = {}, {}
    for name, taught in arms.items():
        torch.manual_seed(seed)
        model, _ = tinyworld.load(device=run.device)
        batches = lessons(tokenizer, taught, train_things, draw, steps, run.device)
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            if step % 10 == 0:
                run.line_points(step, {name: right(model, unseen[:4])})
        own[name], new[name] = right(model, taught[:8]), right(model, unseen)
        run.bars("unseen wordings", new, chart="tests")
        run.bars("its own wordings", own, chart="tests")
    one, few, most = new.values()
    best = "most wordings" if most > one + 0.05 else "no difference"
    if one > most + 0.05:
        best = "one wording"
    shown = f"{one:.0%}, {few:.0%} and {most:.0%}"

    run.measure(base=base, own_one=own["one wording"], own_most=own["most wordings"])
    run.measure(new_one=one, new_some=few, new_most=most, gain=most - one, best=best)
    run.claim("variety-transfers", most - one >= 0.05, shown)
    run.claim("beats-the-base", most - base >= 0.1, f"{base:.0%} to {most:.0%}")
