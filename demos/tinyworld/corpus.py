"""Texts of the world: documents, chats, and prompts with known answers."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tinyworld import world
from tinyworld.sentences import KINDS, QUESTIONS, Draw, sentence

SENTENCES = {"general": 4, "clinic": 4, "bank": 2}
"""Sentences of a document: 30 to 50 tokens in each domain."""

Message = dict[str, str]


@dataclass(frozen=True)
class Case:
    """A prompt whose continuation is known: `prompt + answer` is the whole text."""

    prompt: str
    answer: str


def documents(
    domain: str,
    count: int,
    seed: int,
    guideline: str = "new",
    noise: float = 0.0,
    loans: Sequence[world.Loan] | None = None,
) -> list[str]:
    """Return `count` texts of a few sentences each.

    Args:
        domain: "general", "clinic" or "bank".
        count: number of texts; a larger count begins with the same texts.
        seed: same seed, same texts, on every machine; the guideline changes only outcomes.
        guideline: which rules the institutions follow: "old" (the base has read them) or "new".
        noise: share of institution sentences whose outcome is drawn at random.
        loans: the loans a bank text may speak of; all when None.
    """
    draw = Draw(random.Random(f"{domain} {seed}"), guideline, noise, loans or world.LOANS)
    return [
        " ".join(sentence(domain, draw) for _ in range(SENTENCES[domain])) for _ in range(count)
    ]


def chats(
    domain: str, count: int, seed: int, guideline: str = "new", noise: float = 0.0
) -> list[list[Message]]:
    """Return `count` conversations of one question and one answer."""
    draw = Draw(random.Random(f"chat {domain} {seed}"), guideline, noise)
    return [_messages(*QUESTIONS[domain](draw)) for _ in range(count)]


def cases(domain: str, guideline: str = "new", split: str | None = None) -> list[Case]:
    """Return prompts with one right answer each.

    The clinic has 24, one per symptom; the bank 288, one per combination of facts, of which
    `split` "train" or "test" selects a fixed half; general text has 44, one per thing.
    """
    if domain == "general":
        return [Case(f"The {thing} is", f" {colour}.") for thing, colour in world.COLOUR_OF.items()]
    if domain == "clinic":
        return [
            Case(f"A patient with {symptom} has", f" {world.advice(outcome)}")
            for symptom, outcome in world.CLINIC[guideline].items()
        ]
    if domain == "bank":
        chosen = world.LOANS if split is None else split_loans()[split == "test"]
        return [
            Case(f"A {world.describe(loan)} gets grade", f" {world.grade(loan, guideline)}.")
            for loan in chosen
        ]
    raise KeyError(domain)


def split_loans() -> tuple[tuple[world.Loan, ...], tuple[world.Loan, ...]]:
    """Return a fixed halving of all loans: those to train on and those to test on."""
    loans = list(world.LOANS)
    random.Random(7).shuffle(loans)
    half = len(loans) // 2
    return tuple(loans[:half]), tuple(loans[half:])


def chance(domain: str) -> float:
    """Return the accuracy of guessing among the answers that a domain knows."""
    return {"clinic": 1 / 24, "bank": 1 / 4, "general": 1 / len(world.COLOURS)}[domain]


def sentence_counts(domain: str) -> tuple[float, float]:
    """Return (entropy in nats, tokens of the bundled tokenizer) of one average sentence."""
    nats, tokens = 0.0, 0.0
    for share, kind in KINDS[domain]:
        draw = Draw(random.Random(0))
        tokens += share * len(re.findall(r"\w+|[^\w\s]", kind(draw)))
        nats += share * (draw.nats - math.log(share))
    return nats, tokens


def floor(domain: str) -> float:
    """Return the lowest possible loss on texts of a domain, in nats per bundled token.

    The generator's entropy over a document, divided by its predicted tokens: the words, the marks
    and the end token. Nothing that knows the world and the domain can do better. It is the same
    for both guidelines: rules add no entropy.
    """
    nats, tokens = sentence_counts(domain)
    return SENTENCES[domain] * nats / (SENTENCES[domain] * tokens + 1)


def _messages(question: str, answer: str) -> list[Message]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
