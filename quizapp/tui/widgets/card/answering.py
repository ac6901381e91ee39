"""The way to answer each kind of card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quizapp.cards.kinds.body import Body
from quizapp.tui.widgets.card.answer_widget import AnswerWidget, NoAnswer
from quizapp.tui.widgets.card.choices import OneChoice, Ordering, SomeChoices
from quizapp.tui.widgets.card.written import ClozeAnswer, Draft, NumberAnswer

WIDGETS: dict[str, Callable[[Any, str], AnswerWidget]] = {
    "open": lambda body, seed: Draft(
        "Say it aloud, or press t to type it. Space shows the answer."
    ),
    "choice": OneChoice,
    "multi": SomeChoices,
    "order": Ordering,
    "number": lambda body, seed: NumberAnswer(body),
    "cloze": lambda body, seed: ClozeAnswer(body),
    "code": lambda body, seed: NoAnswer(),  # where it is asked, the editor takes its place
}
"""By kind: what makes a widget of a body, and of a seed for how options are shuffled."""


def answer_widget(body: Body, seed: str) -> AnswerWidget:
    """Return the widget that takes the answer to a card."""
    return WIDGETS[body.kind](body, seed)
