"""What the built-in cards state."""

from functools import cache
from pathlib import Path

from quizapp.cards.compile import compile_deck, read_deck
from quizapp.cards.kinds.number import Number
from quizapp.cards.model import Card

CONTENT = Path(__file__).parents[2] / "content"


@cache
def deck(name: str) -> dict[str, Card]:
    """Return the cards of a deck by id."""
    return {
        card.id: card for card in compile_deck(read_deck(f"{CONTENT / name}.yaml")).cards.values()
    }


def number(name: str, card: str) -> Number:
    """Return the number that a number card asks for."""
    body = deck(name)[card].body
    assert isinstance(body, Number)
    return body


def value(name: str, card: str) -> float:
    """Return the value that a number card states."""
    return number(name, card).value


def spoken(name: str, card: str) -> str:
    """Return the answer of a card in one line, however its lines are broken."""
    return " ".join(deck(name)[card].answer.split())
