"""What is remembered of every card, as screens look at it again and again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import chain
from typing import Generic, TypeVar

from quizapp.store import Position, Store
from quizapp.study.model import CardState, LogEntry

Found = TypeVar("Found")


class Progress:
    """States and answers of the cards, kept up with the database.

    A look reads only the cards that any window changed since the look before: after an evening
    some dozens, and mostly none. Each part is read when it is first asked for.
    """

    def __init__(self, store: Store) -> None:
        self._states = _KeptUp(store, store.states)
        self._entries = _KeptUp(store, store.first_and_latest)

    @property
    def states(self) -> Mapping[str, CardState]:
        """The state of every card that was ever touched; one that did not change is the same
        object as before."""
        return self._states.look()

    @property
    def entries(self) -> list[LogEntry]:
        """Of each card its answers as a new one and its latest one: what mastery and readiness
        ask for."""
        return list(chain.from_iterable(self._entries.look().values()))

    def introduced(self) -> Mapping[str, date]:
        """Return the study day of each card's first answer."""
        first = reversed([entry for entry in self.entries if entry.is_first])
        return {entry.card: entry.day for entry in first}


class _KeptUp(Generic[Found]):
    """One part of what is remembered, by card."""

    def __init__(
        self, store: Store, read: Callable[[Collection[str] | None], dict[str, Found]]
    ) -> None:
        """Take what reads some cards, or all for None."""
        self._store = store
        self._read = read
        self._seen: Position | None = None
        self._found: dict[str, Found] = {}

    def look(self) -> dict[str, Found]:
        position = self._store.position()
        if position != self._seen:
            changed = None if self._seen is None else self._store.changed(self._seen)
            if changed is None:
                self._found = {}
            for card in changed or ():
                self._found.pop(card, None)
            self._found.update(self._read(changed))
            # A commit during the reading is read again at the next look, which changes nothing.
            self._seen = position
        return self._found
