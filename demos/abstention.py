"""Teach a model to say that it does not know.

**Question.** Every answer in the tuning data is true, yet the tuned model invents answers about
names it has never read of. What must the data contain, so that it refuses these and no others?

**Idea.** A target teaches a fact, and it teaches *when to answer at all*. So the label comes from
the model's own knowledge (R-tuning, Zhang et al., arXiv 2311.09677): ask it before tuning, then

    target(q) = the true answer    if the model answers q rightly already
                "no."              otherwise

**Watch** names that no run was trained on: things whose colour the base has read, and names whose
colour it has not. Run A is given the true colour for every training question. Run B sees the same
questions with labels from its own knowledge.

**Try** until a claim fails. `labels=random`: as many refusals, on questions drawn at random. B then
refuses what it knows and invents what it does not. `strange=1`: too few refusals to learn
from. `known=0`: B refuses things that it knows; over-refusal is the second half of the test.

**At real scale.** R-tuning refuses more of what a model does not know, and the skill carries over
to other tasks. Here known and unknown names are of different kinds (things against animals, places
and remedies), so the border is easier to see than in a large model, where one asks several times
and refuses below a share of right answers.
"""

import random

import tinyworld
import torch
from tinyworld import world
from tinyworld.batches import padded, prompt_and_answer

from quizapp.demo import Choice, Float, Int, Predict, Run, demo

REFUSAL = " no."
STRANGE = [*world.ANIMALS, *world.PLACES, *world.PURPOSES, *world.REMEDIES]


def own_knowledge(model, tokenizer, cases):
    """Return cases that ask for the answer where the model gives it already, else for a refusal."""
    words = first_words(model, tokenizer, cases)
    return [
        case if word in case.answer else tinyworld.Case(case.prompt, REFUSAL)
        for case, word in zip(cases, words, strict=True)
    ]


def next_word(model, tokenizer, cases):
    """Return the probability of every word after each prompt, (cases, vocabulary)."""
    with tinyworld.evaluating(model) as device:
        rows = tinyworld.batch(tokenizer, [case.prompt for case in cases], device)
        logits = model(rows["input_ids"], attention_mask=rows["attention_mask"]).logits
        last = rows["attention_mask"].sum(1) - 2  # (cases,) the end token follows the last word
        return logits[torch.arange(len(cases)), last].softmax(-1)


def first_words(model, tokenizer, cases):
    """Return the word that greedy decoding puts after each prompt."""
    return [tokenizer.decode(word) for word in next_word(model, tokenizer, cases).argmax(-1)]


def agreement(model, tokenizer, cases, samples=8):
    """Return how often two sampled answers to the same question begin with the same word."""
    p = next_word(model, tokenizer, cases)
    said = torch.multinomial(p, samples, replacement=True)  # (cases, samples)
    same = (said[:, :, None] == said[:, None]).float().sum((1, 2)) - samples
    return (same / (samples * (samples - 1))).mean().item()


def lessons(tokenizer, cases, draw, steps, device):
    """Give `steps` batches of 16 cases; only the answers carry loss."""
    for _ in range(steps):
        some = draw.choices(cases, k=16)
        pairs = [prompt_and_answer(tokenizer, case.prompt, case.answer) for case in some]
        rows, starts = (list(column) for column in zip(*pairs, strict=True))
        yield padded(tokenizer, rows, starts, device)


def asked(names, colour_of):
    """Return a question about the colour of each name."""
    return [tinyworld.Case(f"What colour is the {n}?", f" {colour_of[n]}.") for n in names]


def shares(model, tokenizer, cases):
    """Return the shares of right answers and of refusals."""
    words = first_words(model, tokenizer, cases)
    right = sum(word in case.answer for word, case in zip(words, cases, strict=True))
    refused = sum(word in REFUSAL for word in words)
    return right / len(cases), refused / len(cases)


@demo(
    topic="sft",
    claims={
        "always-answers": "Trained on true answers alone, A answers 95 % or more of the strange "
        "names",
        "guesses-are-wrong": "At most 40 % of what A says about strange names is right",
        "refuses-the-strange": "With labels from its own knowledge B refuses 65 % or more of them",
        "samples-disagree": "Two samples of A agree less often about strange names, by 15 points",
        "still-answers": "B answers 80 % or more of the things it has read about, and rightly",
    },
    measures={
        "labelled_refuse": "share of B's training questions that are labelled with a refusal",
        "a_known_right": "A, known things: share answered rightly",
        "a_strange_right": "A, strange names: share answered rightly",
        "a_strange_refused": "A, strange names: share refused",
        "a_strange_wrong": "A, strange names: share answered wrongly",
        "b_known_right": "B, known things: share answered rightly",
        "b_known_refused": "B, known things: share refused, which is over-refusal",
        "b_strange_refused": "B, strange names: share refused",
        "b_strange_wrong": "B, strange names: share answered wrongly",
        "a_known_agrees": "A, known things: how often two sampled answers agree",
        "a_strange_agrees": "A, strange names: how often two sampled answers agree",
        "a_does": "what A does with a name it has never read of",
    },
    predict=Predict(
        "A has only seen true answers in training. Asked about a name it never read of, it ...",
        options=("mostly refuses", "mostly invents a colour", "is mostly right"),
        measure="a_does",
    ),
    budget_s=4,
)
def main(
    run: Run,
    labels: str = Choice("own knowledge", "random", help="which questions B is to refuse"),
    known: int = Int(28, 0, 28, help="things in the training data that the base knows"),
    strange: int = Int(28, 0, 28, help="names in the training data that it has never read of"),
    steps: int = Int(60, 5, 200, step=5),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    colour_of = {n: draw.choice(world.COLOURS).capitalize() for n in STRANGE}
    colour_of |= {thing: colour.capitalize() for thing, colour in world.COLOUR_OF.items()}
    things, names = (draw.sample(some, len(some)) for some in (world.THINGS, STRANGE))
    known_test, strange_test = asked(things[28:], colour_of), asked(names[28:], colour_of)
    base, tokenizer = tinyworld.load(device=run.device)

    train = asked(things[:known], colour_of) + asked(names[:strange], colour_of)
    labelled = own_knowledge(base, tokenizer, train)
    if labels == "random":  # as many refusals, whatever the model knows
        refuse = set(
            draw.sample(range(len(train)), sum(case.answer == REFUSAL for case in labelled))
        )
        labelled = [
            tinyworld.Case(case.prompt, REFUSAL) if i in refuse else case
            for i, case in enumerate(train)
        ]

    run.axes(title="B", x="step", y="share of questions about unseen names")
    run.progress(2 * steps)
    found, agrees = {}, {}
    for arm, cases in {"A": train, "B": labelled}.items():
        torch.manual_seed(seed)
        model, _ = tinyworld.load(device=run.device)
        batches = lessons(tokenizer, cases, random.Random(seed), steps, run.device)
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            if arm == "B" and step % 5 == 0:
                known, _ = shares(model, tokenizer, known_test)
                _, refused = shares(model, tokenizer, strange_test)
                run.line_points(step, {"known: right": known, "strange: refused": refused})
        tests = {"known things": known_test, "strange names": strange_test}
        for group, test in tests.items():
            right, refused = shares(model, tokenizer, test)
            agrees[arm, group] = agreement(model, tokenizer, test)
            found[arm, group] = right, refused, 1 - right - refused
            bars = {"right": right, "refused": refused, "wrong": 1 - right - refused}
            run.bars(f"{arm}, {group}", bars, chart="tests")

    a_right, a_refused, a_wrong = found["A", "strange names"]
    b_right, b_over, _ = found["B", "known things"]
    _, b_refused, b_wrong = found["B", "strange names"]
    outcomes = {"mostly refuses": a_refused, "mostly invents a colour": a_wrong}
    outcomes["is mostly right"] = a_right

    run.measure(labelled_refuse=sum(c.answer == REFUSAL for c in labelled) / len(train))
    run.measure(a_known_right=found["A", "known things"][0], a_strange_right=a_right)
    run.measure(a_strange_refused=a_refused, a_strange_wrong=a_wrong)
    run.measure(b_known_right=b_right, b_known_refused=b_over)
    run.measure(b_strange_refused=b_refused, b_strange_wrong=b_wrong)
    known_agrees, strange_agrees = agrees["A", "known things"], agrees["A", "strange names"]
    run.measure(a_known_agrees=known_agrees, a_strange_agrees=strange_agrees)
    run.measure(a_does=max(outcomes, key=outcomes.get))
    run.claim("always-answers", a_refused <= 0.05, f"{1 - a_refused:.0%}")
    run.claim("guesses-are-wrong", a_right <= 0.4, f"{a_right:.0%} right")
    run.claim("refuses-the-strange", b_refused >= 0.65, f"{b_refused:.0%}")
    run.claim("still-answers", b_right >= 0.8, f"{b_right:.0%} right, {b_over:.0%} refused")
    shown = f"{known_agrees:.0%} about known, {strange_agrees:.0%} about strange"
    run.claim("samples-disagree", known_agrees - strange_agrees > 0.15, shown)
