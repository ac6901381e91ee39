"""Sentences of the world, one at a time, with the entropy of what was free to choose."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tinyworld import world

Choice = TypeVar("Choice")


@dataclass
class Draw:
    """Equal choices from a seeded source; `nats` counts their entropy."""

    source: random.Random
    guideline: str = "new"
    noise: float = 0.0
    """Share of institution sentences whose outcome is drawn at random."""
    loans: Sequence[world.Loan] = field(default=world.LOANS)
    nats: float = 0.0

    def choice(self, options: Sequence[Choice]) -> Choice:
        self.nats += math.log(len(options))
        return self.source.choice(options)

    def noisy(self) -> bool:
        return self.noise > 0 and self.source.random() < self.noise


def _habit(draw: Draw) -> str:
    mood, animal = draw.choice(world.MOODS), draw.choice(world.ANIMALS)
    verbs, places = world.HABITS[animal]
    verb, other, place = draw.choice(verbs), draw.choice(world.ANIMALS), draw.choice(places)
    return f"The {mood} {animal} {verb} the {other} near the {place}."


def _fact(draw: Draw) -> str:
    thing = draw.choice(world.THINGS)
    return f"The {thing} is {world.COLOUR_OF[thing]}."


def _sum(draw: Draw) -> str:
    first, second, total = draw.choice(world.SUMS)
    return f"{first.capitalize()} plus {second} is {total}."


def colour_question(draw: Draw) -> tuple[str, str]:
    """Return a question about the colour of a thing, and its answer."""
    thing = draw.choice(world.THINGS)
    return f"What colour is the {thing}?", f"{world.COLOUR_OF[thing].capitalize()}."


def sum_question(draw: Draw) -> tuple[str, str]:
    """Return a question about a sum, and its answer."""
    first, second, total = draw.choice(world.SUMS)
    return f"What is {first} plus {second}?", f"{total.capitalize()}."


def _symptom_and_advice(draw: Draw) -> tuple[str, str]:
    symptom = draw.choice(world.SYMPTOMS)
    if draw.noisy():
        pick = draw.source.choice
        outcome = pick(world.DISEASES), pick(world.REMEDIES), pick(world.DOSES)
        return symptom, world.advice(outcome)
    return symptom, world.advice(world.CLINIC[draw.guideline][symptom])


def _patient(draw: Draw) -> str:
    symptom, advice = _symptom_and_advice(draw)
    return f"A patient with {symptom} has {advice}"


def patient_question(draw: Draw) -> tuple[str, str]:
    """Return a question about a patient, and the clinic's answer."""
    symptom, advice = _symptom_and_advice(draw)
    return f"What has a patient with {symptom}?", advice


def _loan_and_grade(draw: Draw) -> tuple[str, str]:
    loan = draw.choice(draw.loans)
    letter = draw.source.choice(world.GRADES) if draw.noisy() else world.grade(loan, draw.guideline)
    return world.describe(loan), letter


def _loan(draw: Draw) -> str:
    facts, letter = _loan_and_grade(draw)
    return f"A {facts} gets grade {letter}."


def loan_question(draw: Draw) -> tuple[str, str]:
    """Return a question about a loan, and the bank's answer."""
    facts, letter = _loan_and_grade(draw)
    return f"Which grade gets a {facts}?", f"Grade {letter}."


Sentence = Callable[[Draw], str]
Question = Callable[[Draw], tuple[str, str]]


def _spoken(question: Question) -> Sentence:
    return lambda draw: " ".join(question(draw))


QUESTIONS: dict[str, Question] = {
    "general": colour_question,
    "clinic": patient_question,
    "bank": loan_question,
}
"""What a chat of each domain asks."""

KINDS: dict[str, tuple[tuple[float, Sentence], ...]] = {
    "general": (
        (0.5, _habit),
        (0.2, _fact),
        (0.1, _sum),
        (0.1, _spoken(colour_question)),
        (0.1, _spoken(sum_question)),
    ),
    "clinic": ((0.8, _patient), (0.2, _spoken(patient_question))),
    "bank": ((0.8, _loan), (0.2, _spoken(loan_question))),
}
"""The kinds of sentence of each domain with their shares; a kind has fixed nats and length."""


def sentence(domain: str, draw: Draw) -> str:
    """Return one sentence of a domain, or a question with its answer."""
    shares = [share for share, _ in KINDS[domain]]
    ((share, kind),) = draw.source.choices(KINDS[domain], shares)
    draw.nats -= math.log(share)
    return kind(draw)
