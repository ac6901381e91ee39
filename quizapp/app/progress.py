"""What is remembered of every card, as screens look at it again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import chain

from quizapp.store import Position, Store
from quizapp.study.model import CardState, LogEntry, Rating


class Progress:
    """States and answers of the cards, kept up with the database.

    A look reads only what any window changed since the look before: after an evening of answers
    that is some dozens of cards, and mostly none. A state that did not change is the same object.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: Position | None = None
        self._states: dict[str, CardState] = {}
        self._entries: dict[str, list[LogEntry]] = {}
        self._days: dict[str, list[tuple[date, Rating]]] | None = None

    @property
    def states(self) -> Mapping[str, CardState]:
        """The state of every card that was ever touched."""
        self._look()
        return self._states

    @property
    def entries(self) -> list[LogEntry]:
        """Of each card its answers as a new one and its latest one: what mastery and readiness
        ask for."""
        self._look()
        return list(chain.from_iterable(self._entries.values()))

    @property
    def latest_days(self) -> Mapping[str, Sequence[tuple[date, Rating]]]:
        """For each card the latest study day of each of its ratings; what a search asks for."""
        self._look()
        if self._days is None:
            self._days = self._store.latest_days()
        return self._days

    def introduced(self, card: str) -> date | None:
        """Return the study day of a card's first answer."""
        return next((entry.day for entry in self._entries.get(card, ()) if entry.is_first), None)

    def _look(self) -> None:
        position = self._store.position()
        if position == self._seen:
            return
        changed = None if self._seen is None else self._store.changed(self._seen)
        if changed is None:
            self._states, self._entries, self._days = {}, {}, None
        self._read(changed)
        # What was committed while reading is read again at the next look, which changes nothing.
        self._seen = position

    def _read(self, cards: Collection[str] | None) -> None:
        for card in cards or ():
            self._states.pop(card, None)
            self._entries.pop(card, None)
        self._states.update(self._store.states(cards))
        for entry in self._store.first_and_latest(cards):
            self._entries.setdefault(entry.card, []).append(entry)
        if self._days is not None and cards is not None:
            for card in cards:
                self._days.pop(card, None)
            self._days.update(self._store.latest_days(cards))
