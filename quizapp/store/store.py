"""The one object through which the app remembers: every call is committed when it returns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from quizapp.errors import QuizError
from quizapp.store import codec, log, runs
from quizapp.store.connection import connect, readable_errors, transaction
from quizapp.store.meta import means_something
from quizapp.study import actions
from quizapp.study.actions import Action
from quizapp.study.model import CardState, DemoRun, Phase, Review
from quizapp.study.queue import DayCounts
from quizapp.study.schedule import Scheduler


@dataclass(frozen=True, slots=True)
class Committed:
    """A deed that is on disk."""

    action: Action
    rebased: bool
    """The card had changed under the learner, so the deed was done to its newer state."""


@dataclass(frozen=True, slots=True)
class Undone:
    """An undo or redo that is on disk."""

    name: str
    """What the learner reads: "Undid: Good on lora-rank"."""
    state: CardState
    """The card as it is now."""


class Store:
    """The learner's database; several processes may have it open and none loses anything."""

    def __init__(self, path: Path, clock: Callable[[], datetime], *, busy_s: float = 5.0) -> None:
        """Open or make the database; QuizError if it is damaged, foreign or newer.

        `clock` gives aware instants; `busy_s` is how long to wait for another process.
        """
        self.path = path
        self.clock = clock
        self.connection = connect(path, busy_s)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    def states(self) -> dict[str, CardState]:
        """Return the state of every card that was ever touched."""
        with self.reading() as db:
            rows = db.execute(f"SELECT {codec.STATE_COLUMNS} FROM state")
            own = {row[0]: codec.row_state(row) for row in rows}
        return with_aliases(own, self.aliases())

    def state(self, card: str) -> CardState:
        """Return the state of one card; of a new one if it was never touched."""
        with self.reading():
            return self._state(card)

    def commit(self, action: Action, scheduler: Scheduler) -> Committed:
        """Write a deed. If the card changed since the learner saw it, do the deed again on that.

        Neither the other window's deed nor this one is lost; both are in the log.
        """
        with self.writing() as db:
            current = self._state(action.card)
            rebased = current != action.before
            if rebased:
                action = actions.rebase(action, current, scheduler)
            number = log.append(db, action)
        if action.review is not None:
            action = replace(action, review=replace(action.review, id=number))
        return Committed(action, rebased)

    def undo(self) -> Undone | None:
        """Take back the last deed; None when there is none."""
        with self.writing() as db:
            done = log.undo(db, self.clock(), self._resolve)
        return None if done is None else Undone(*done)

    def redo(self) -> Undone | None:
        """Bring back the deed undone last; None when there is none."""
        with self.writing() as db:
            done = log.redo(db, self.clock(), self._resolve)
        return None if done is None else Undone(*done)

    def next_undo(self) -> str | None:
        """Return the name of the deed that undo would take back."""
        with self.reading() as db:
            return log.next_names(db)[0]

    def next_redo(self) -> str | None:
        """Return the name of the deed that redo would bring back."""
        with self.reading() as db:
            return log.next_names(db)[1]

    def reviews(self, since: date | None = None) -> list[Review]:
        """Return the ratings that stand (not undone), oldest first, from a study day on."""
        resolve = resolver(self.aliases())
        with self.reading() as db:
            return list(log.reviews(db, since, resolve))

    def day_counts(self, day: date) -> DayCounts:
        """Return what a study day has used of its limits."""
        with self.reading() as db:
            by_phase = log.counts(db, day)
        return DayCounts(new=by_phase.get(Phase.NEW, 0), reviews=by_phase.get(Phase.REVIEW, 0))

    def adopt(self, old: str, new: str) -> bool:
        """Let a renamed card keep the progress of its old id; return whether there was any.

        Nothing in the log changes: the old id is read as the new one from now on. A card that
        has progress of its own keeps it.
        """
        with self.writing() as db:
            if resolver(self._aliases())(new) == old:
                raise QuizError(
                    "Aliases go in a circle",
                    f"{old} and {new} each claim the other's progress.",
                    "Remove one of the two aliases from the cards.",
                )
            known = db.execute("SELECT 1 FROM action WHERE card = ?", (old,)).fetchone()
            known = known or db.execute("SELECT 1 FROM alias WHERE new = ?", (old,)).fetchone()
            if known is None:
                return False
            db.execute("INSERT OR REPLACE INTO alias (old, new) VALUES (?, ?)", (old, new))
            return True

    def aliases(self) -> dict[str, str]:
        """Return the adopted ids: old to new."""
        with self.reading():
            return self._aliases()

    def add_run(self, run: DemoRun) -> int:
        """Write a finished demo run; return its number."""
        with self.writing() as db:
            return runs.add_run(db, run)

    def runs(
        self, *, demo: str | None = None, card: str | None = None, limit: int | None = None
    ) -> list[DemoRun]:
        """Return demo runs, newest first."""
        with self.reading() as db:
            return runs.runs(db, demo, card, limit)

    def add_interview(self, at: datetime, record: dict[str, object]) -> int:
        """Write the record of a mock interview; return its number."""
        with self.writing() as db:
            return runs.add_interview(db, at, record)

    def interviews(self) -> list[tuple[datetime, dict[str, Any]]]:
        """Return the records of mock interviews, newest first."""
        with self.reading() as db:
            return runs.interviews(db)

    def get_meta(self, key: str, default: Any = None) -> Any:
        """Return a remembered value (JSON), such as the interview date or the theme.

        One that is damaged counts as forgotten: nothing of the log hangs on it.
        """
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        known = row is not None and means_something(key, row[0])
        return json.loads(row[0]) if known else default

    def set_meta(self, key: str, value: object) -> None:
        """Remember a value that JSON can hold; None forgets it."""
        with self.writing() as db:
            if value is None:
                db.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                row = (key, codec.dump(value))
                db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", row)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, with errors the user can act on."""
        with readable_errors(self.path):
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that holds the write lock."""
        with readable_errors(self.path), transaction(self.connection):
            yield self.connection

    def _state(self, card: str) -> CardState:
        query = f"SELECT {codec.STATE_COLUMNS} FROM state WHERE card = ?"
        if row := self.connection.execute(query, (card,)).fetchone():
            return codec.row_state(row)
        aliases = self._aliases()
        if card in aliases.values():
            rows = self.connection.execute(f"SELECT {codec.STATE_COLUMNS} FROM state")
            own = {row[0]: codec.row_state(row) for row in rows}
            return with_aliases(own, aliases).get(card) or CardState(card)
        return CardState(card)

    def _aliases(self) -> dict[str, str]:
        return dict(self.connection.execute("SELECT old, new FROM alias").fetchall())

    def _resolve(self, card: str) -> str:
        return resolver(self._aliases())(card)


def resolver(aliases: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function from any id a card ever had to the id it has now."""

    def resolve(card: str) -> str:
        seen = {card}
        while (newer := aliases.get(card)) is not None and newer not in seen:
            seen.add(newer)
            card = newer
        return card

    return resolve


def with_aliases(own: Mapping[str, CardState], aliases: Mapping[str, str]) -> dict[str, CardState]:
    """Return states by present id: a card's own, else that of the id it had before."""
    resolve = resolver(aliases)
    result = {card: state for card, state in own.items() if card not in aliases}
    for card, state in own.items():
        new = resolve(card)
        if card in aliases and new not in result:
            result[new] = replace(state, card=new)
    return result
