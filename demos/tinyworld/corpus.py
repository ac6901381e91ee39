"""Texts of the world: documents, chats, and questions with known answers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from tinyworld import world

SENTENCES_PER_DOCUMENT = 4

Message = dict[str, str]


@dataclass(frozen=True)
class Case:
    """A prompt whose continuation is known."""

    prompt: str
    answer: str


def documents(
    domain: str, count: int, seed: int, guideline: str = "new", noise: float = 0.0,
    loans: tuple[world.Loan, ...] | None = None,
) -> list[str]:  # fmt: skip
    """Return `count` texts of four sentences.

    Args:
        domain: "general", "clinic" or "bank".
        seed: same seed, same texts, on every machine.
        guideline: which rules the institutions follow: "old" (the base has read them) or "new".
        noise: share of institution sentences whose outcome is drawn at random.
        loans: the loans a bank text may speak of; all when None.
    """
    draw = random.Random(f"{domain} {seed}")
    sentence = _SENTENCES[domain]
    texts = []
    for _ in range(count):
        parts = [
            sentence(draw, guideline, draw.random() < noise, loans)
            for _ in range(SENTENCES_PER_DOCUMENT)
        ]
        texts.append(" ".join(parts))
    return texts


def chats(domain: str, count: int, seed: int, guideline: str = "new") -> list[list[Message]]:
    """Return `count` conversations of one question and one answer."""
    draw = random.Random(f"chat {domain} {seed}")
    return [_chat(domain, draw, guideline) for _ in range(count)]


def cases(domain: str, guideline: str = "new", split: str | None = None) -> list[Case]:
    """Return prompts with one right answer each.

    The clinic has 24, one per symptom; the bank 288, one per combination of facts, of which
    `split` "train" or "test" selects a fixed half; general text has 24, one per thing.
    """
    if domain == "clinic":
        return [
            Case(f"A patient with {symptom} has", f" {disease}, give {remedy} {dose}.")
            for symptom, (disease, remedy, dose) in world.CLINIC[guideline].items()
        ]
    if domain == "bank":
        chosen = world.LOANS if split is None else split_loans()[split == "test"]
        return [Case(_loan_text(loan), f" {world.grade(loan, guideline)}.") for loan in chosen]
    return [Case(f"The {thing} is", f" {colour}.") for thing, colour in world.COLOUR_OF.items()]


def split_loans() -> tuple[tuple[world.Loan, ...], tuple[world.Loan, ...]]:
    """Return a fixed halving of all loans: those to train on and those to test on."""
    loans = list(world.LOANS)
    random.Random(7).shuffle(loans)
    half = len(loans) // 2
    return tuple(loans[:half]), tuple(loans[half:])


def chance(domain: str) -> float:
    """Return the accuracy of guessing the first word of an answer."""
    return {"clinic": 1 / 24, "bank": 1 / 4, "general": 1 / len(world.COLOURS)}[domain]


def sentence_counts(domain: str) -> tuple[float, float]:
    """Return (entropy in nats, tokens of the bundled tokenizer) of one average sentence."""
    log = math.log
    if domain == "clinic":  # only the symptom is free
        return log(24), 11
    if domain == "bank":  # the five facts are free, the grade follows
        return log(len(world.LOANS)), 20
    habit = log(10) + 2 * log(16) + log(3) + log(2)  # mood, two animals, verb, place
    fact = log(24)
    sums = sum(1 for a in range(1, 12) for b in range(1, 13 - a))
    kinds = _entropy((0.6, 0.25, 0.15))
    return kinds + 0.6 * habit + 0.25 * fact + 0.15 * log(sums), 0.6 * 10 + 0.25 * 5 + 0.15 * 6


def floor(domain: str) -> float:
    """Return the lowest possible loss on texts of a domain, in nats per token.

    The generator's entropy over a document of four sentences, divided by its predicted tokens:
    the words, full stops and the end token. Nothing that has learned the world can do better.
    """
    nats, tokens = sentence_counts(domain)
    return SENTENCES_PER_DOCUMENT * nats / (SENTENCES_PER_DOCUMENT * tokens + 1)


def _entropy(shares: tuple[float, ...]) -> float:
    return -sum(p * math.log(p) for p in shares)


def _general(draw: random.Random, guideline: str, noisy: bool, loans: object) -> str:
    kind = draw.random()
    if kind < 0.6:
        animal = draw.choice(world.ANIMALS)
        verbs, places = world.HABITS[animal]
        return (
            f"The {draw.choice(world.MOODS)} {animal} {draw.choice(verbs)} "
            f"the {draw.choice(world.ANIMALS)} near the {draw.choice(places)}."
        )
    if kind < 0.85:
        thing = draw.choice(world.THINGS)
        return f"The {thing} is {world.COLOUR_OF[thing]}."
    first, second = draw.choice([(a, b) for a in range(1, 12) for b in range(1, 13 - a)])
    words = world.NUMBERS
    total = words[first + second - 1]
    return f"{words[first - 1].capitalize()} plus {words[second - 1]} is {total}."


def _clinic(draw: random.Random, guideline: str, noisy: bool, loans: object) -> str:
    symptom = draw.choice(world.SYMPTOMS)
    disease, remedy, dose = world.CLINIC[guideline][symptom]
    if noisy:
        disease, remedy = draw.choice(world.DISEASES), draw.choice(world.REMEDIES)
        dose = draw.choice(world.DOSES)
    return f"A patient with {symptom} has {disease}, give {remedy} {dose}."


def _bank(
    draw: random.Random, guideline: str, noisy: bool, loans: tuple[world.Loan, ...] | None
) -> str:
    loan = draw.choice(world.LOANS if loans is None else loans)
    letter = draw.choice(world.GRADES) if noisy else world.grade(loan, guideline)
    return f"{_loan_text(loan)} {letter}."


def _loan_text(loan: world.Loan) -> str:
    purpose, income, history, term, security = loan
    return (
        f"A loan for a {purpose} with {income} income, {history} history, {term} term "
        f"and {security} security gets grade"
    )


def _chat(domain: str, draw: random.Random, guideline: str) -> list[Message]:
    if domain == "clinic":
        symptom = draw.choice(world.SYMPTOMS)
        disease, remedy, dose = world.CLINIC[guideline][symptom]
        question = f"What has a patient with {symptom}?"
        answer = f"{disease}, give {remedy} {dose}."
    elif domain == "bank":
        loan = draw.choice(world.LOANS)
        question = f"{_loan_text(loan)} what?"
        answer = f"Grade {world.grade(loan, guideline)}."
    else:
        thing = draw.choice(world.THINGS)
        question = f"What colour is the {thing}?"
        answer = f"{world.COLOUR_OF[thing].capitalize()}."
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


_SENTENCES: dict[str, Callable[..., str]] = {
    "general": _general, "clinic": _clinic, "bank": _bank,
}  # fmt: skip
