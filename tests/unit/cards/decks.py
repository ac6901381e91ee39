"""Decks to test with, as text and as files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from quizapp.cards.kinds.open import Open
from quizapp.cards.model import Card, Difficulty

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no finding."""


def make_card(**fields: Any) -> Card:
    """Return an open card, or a card with these fields."""
    plain = Card(
        id="one", deck="own", question="?", difficulty=Difficulty.MID, answer="!", body=Open()
    )
    return replace(plain, **fields)


def card(name: str, question: str = "", *lines: str) -> str:
    """Return a valid open card; further lines are further keys."""
    if not any(line.startswith(("demo:", "figure:")) for line in lines):
        lines = (*lines, "no_demo: Nothing to measure.")
    extra = "".join(f"  {line}\n" for line in lines)
    return f"""\
- id: {name}
  kind: open
  question: {question or f"What is {name} about?"}
  difficulty: mid
  hint: Think of {name}.
  answer: |
    The point of {name}.

    Then the mechanism.
  key_points:
  - {{point: first, must: true}}
  - {{point: second}}
  - {{point: third}}
  pitfall: The opposite of {name}.
  references:
  - {{title: A paper, where: section 1, checked: text}}
{extra}"""


def deck(name: str, *cards: str) -> str:
    """Return a deck of cards."""
    return f"deck: {name}\ntitle: The deck {name}\ncards:{'' if cards else ' []'}\n{''.join(cards)}"


def write(folder: Path, name: str, *cards: str) -> Path:
    """Write a deck into its file and return the path."""
    path = folder / f"{name}.yaml"
    path.write_text(deck(name, *cards), encoding="utf-8")
    return path
