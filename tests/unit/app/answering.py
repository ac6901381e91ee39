"""A sitting without a screen: begin one, reveal, rate."""

from __future__ import annotations

from quizapp.app.core import Core
from quizapp.app.phases import OnCard, Revealed
from quizapp.app.scope import Scope
from quizapp.app.studying import Outcome, Studying
from quizapp.study.model import Rating


def begin(core: Core, *cards: str, cram: bool = False) -> Studying:
    """Begin a sitting over some cards."""
    studying = Studying(core)
    studying.start(Scope("some cards", frozenset(cards), cram))
    return studying


def card(studying: Studying) -> str | None:
    """Return the id of the card that is asked; None on the summary."""
    return studying.phase.card.id if isinstance(studying.phase, OnCard) else None


def revealed(studying: Studying) -> Revealed:
    """Show the answer; return the phase after it."""
    studying.reveal(())
    assert isinstance(studying.phase, Revealed)
    return studying.phase


def answer(studying: Studying, *ratings: Rating) -> Outcome:
    """Reveal and rate one card after another."""
    for rating in ratings:
        studying.reveal(())
        outcome = studying.rate(rating)
    return outcome


def rated(core: Core) -> list[tuple[str, Rating]]:
    """Return the ratings of the log."""
    return [(review.card, review.rating) for review in core.store.reviews()]
