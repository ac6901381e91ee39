"""Presets: ready-made plans for the time that is left. To add one, add a row to PRESETS."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quizapp.cards.model import CardHead
from quizapp.errors import QuizError
from quizapp.study.model import CardState, Phase
from quizapp.study.path import most_needed
from quizapp.text import closest


@dataclass(frozen=True, slots=True)
class Preset:
    """So many new cards a day, over so many days, out of the cards that a search finds."""

    id: str
    title: str
    about: str
    search: str
    """Which cards may be in it, in the search language; empty is all."""
    new_per_day: int
    days: int
    """For how long; an interview that is nearer cuts it short."""


PRESETS = (
    Preset(
        "one-evening",
        "One evening",
        "the cards that most others build on, from every topic",
        search="-difficulty:senior",
        new_per_day=20,
        days=1,
    ),
    Preset(
        "one-week",
        "One week",
        "the ground of every topic, then what builds on it",
        search="",
        new_per_day=15,
        days=7,
    ),
    Preset(
        "senior-two-weeks",
        "Senior, two weeks",
        "judgement and depth; basics where needed",
        search="-difficulty:junior",
        new_per_day=18,
        days=14,
    ),
)


def find_preset(name: str) -> Preset:
    """Return a preset by its id.

    Raises:
        QuizError: there is none of that id.
    """
    known = {preset.id: preset for preset in PRESETS}
    if name not in known:
        near = closest(name, known)
        hint = f"Did you mean {near}?" if near else f"There are {', '.join(known)}."
        raise QuizError("No such preset", f"There is no preset {name}.", hint)
    return known[name]


def preset_cards(
    preset: Preset,
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    found: Collection[str],
    days_left: int | None = None,
) -> tuple[str, ...]:
    """Return the cards of a preset, most needed first.

    `found` is what its search finds. With an interview in `days_left` days there may be room for
    fewer new cards; those that were answered stay, so that they come back for review.
    """
    cards = most_needed(infos, found)[: preset.new_per_day * preset.days]
    if days_left is None:
        return tuple(cards)
    new = [card for card in cards if (states.get(card) or CardState(card)).phase is Phase.NEW]
    late = set(new[preset.new_per_day * max(1, days_left) :])
    return tuple(card for card in cards if card not in late)
