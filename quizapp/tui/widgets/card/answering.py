"""The way to answer each kind of card."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from quizapp.cards.model import Card
from quizapp.tui.widgets.card.choices import OneChoice, Ordering, SomeChoices
from quizapp.tui.widgets.card.written import ClozeAnswer, Draft, NumberAnswer

AnswerWidget = OneChoice | SomeChoices | Ordering | NumberAnswer | ClozeAnswer | Draft
"""Each has `response`, `grade`, `solve`, and `locked`, which shows what was right."""


def answer_widget(card: Card, seed: str) -> AnswerWidget:
    """Return the widget that takes the answer; `seed` decides how options are shuffled."""
    match card.kind:
        case "choice":
            return OneChoice(card, shuffled(len(card.options), seed))
        case "multi":
            return SomeChoices(card, shuffled(len(card.options), seed))
        case "order":
            return Ordering(card, _out_of_order(len(card.steps), seed))
        case "number":
            return NumberAnswer(card)
        case "cloze":
            return ClozeAnswer(card)
        case "open":
            return Draft("Say it aloud, or press t to type it. Space shows the answer.")


def shuffled(count: int, seed: str) -> Sequence[int]:
    """Return the numbers below `count` in an order that depends on the seed alone."""
    order = list(range(count))
    Random(seed).shuffle(order)
    return order


def _out_of_order(count: int, seed: str) -> Sequence[int]:
    """Return a shuffle that is not the right order already."""
    order = shuffled(count, seed)
    return [*order[1:], order[0]] if list(order) == list(range(count)) else order
