"""Which cards are studied: everything due, a topic, a search, a preset."""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.app.core import Core
from quizapp.cards.model import Deck
from quizapp.errors import QuizError
from quizapp.text import closest


@dataclass(frozen=True)
class Scope:
    """Which cards a sitting takes, and in which way."""

    title: str = ""
    """What the learner chose: a topic, a search; empty for everything due."""
    only: frozenset[str] | None = None
    """Ids; None is all cards."""
    cram: bool = False
    """Ask them all once, due or not, and leave the schedule alone."""
    new_per_day: int | None = None
    """New cards a day, where a preset sets them."""


def find_scope(
    core: Core,
    topic: str | None = None,
    search: str | None = None,
    preset: str | None = None,
) -> Scope:
    """Return the scope that the command line asks for; a preset then picks among its cards.

    Raises:
        QuizError: there is no such topic or preset, or the search cannot be read or finds nothing.
    """
    if topic is None and search is None and preset is None:
        return Scope()
    deck = None if topic is None else find_deck(core, topic)
    chosen = set(core.library.order if deck is None else deck.cards)
    words = [] if deck is None else [deck.title]
    if search is not None:
        if not (found := _found(core, search)):
            hint = "/ in the app shows the cards as you type a search."
            raise QuizError("No card matches", f"No card matches the search {search}.", hint)
        chosen &= found
        words.append(search)
    if preset is None:
        return Scope(" · ".join(words), frozenset(chosen))
    from quizapp.study.presets import find_preset, preset_cards

    plan = find_preset(preset)
    chosen &= _found(core, plan.search)
    picked = preset_cards(plan, core.infos, core.states(), chosen, core.days_to_interview)
    title = " · ".join([plan.title, *words])
    return Scope(title, frozenset(picked), new_per_day=plan.new_per_day)


def find_deck(core: Core, topic: str) -> Deck:
    """Return the deck of a topic.

    Raises:
        QuizError: there is none of that id.
    """
    decks = core.library.decks
    if topic not in decks:
        near = closest(topic, decks)
        hint = f"Did you mean {near}?" if near else f"There are {', '.join(decks)}."
        raise QuizError("No such topic", f"There is no deck {topic}.", hint)
    return decks[topic]


def _found(core: Core, search: str) -> set[str]:
    from quizapp.app.search_index import SearchIndex

    index = SearchIndex(core)
    index.read_cards()
    index.refresh()
    return set(index.find(search))
