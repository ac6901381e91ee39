"""The one object through which the app remembers: every call is committed when it returns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.errors import QuizError
from quizapp.store import codec, log, reviews, runs
from quizapp.store.aliases import present_ids, with_present_ids
from quizapp.store.connection import connect, readable_errors, transaction
from quizapp.store.meta import means_something
from quizapp.study import actions
from quizapp.study.actions import Action
from quizapp.study.model import CardState, DemoRun, LogEntry, Phase, Rating, Review
from quizapp.study.queue import DayCounts
from quizapp.study.schedule import Scheduler
from quizapp.study.stats import Retention


class Position(NamedTuple):
    """How far the database was read: what is remembered of cards is the same at the same one."""

    step: int
    """The last step of the log."""
    aliases: int
    """How many ids were adopted."""


@dataclass(frozen=True, slots=True)
class Committed:
    """An action that is on disk."""

    action: Action
    rebased: bool
    """The card had changed under the learner, so the action was done to its newer state."""


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

    def again(self) -> Store:
        """Open the same database once more: a connection belongs to the thread that made it."""
        return Store(self.path, self.clock)

    def position(self) -> Position:
        """Return how far the database has come; any window may have moved it on."""
        query = "SELECT (SELECT max(id) FROM action), (SELECT count(*) FROM alias)"
        with self.reading() as db:
            step, aliases = db.execute(query).fetchone()
        return Position(step or 0, aliases)

    def changed(self, since: Position) -> set[str] | None:
        """Return the cards with steps after a position; None if an adoption may concern any."""
        with self.reading() as db:
            if self.position().aliases != since.aliases:
                return None
            rows = db.execute(
                "SELECT DISTINCT card FROM action WHERE id > ?", (since.step,)
            ).fetchall()
            present = self._present()
        return {present.get(card, card) for (card,) in rows}

    def states(self, cards: Collection[str] | None = None) -> dict[str, CardState]:
        """Return the state of every card that was ever touched, or of those among some."""
        with self.reading() as db:
            present, ids = self._narrowed(cards)
            rows = db.execute(
                f"SELECT {codec.STATE_COLUMNS} FROM state WHERE {codec.among('card', ids)}",
                codec.ids_parameter(ids),
            )
            own = {row[0]: codec.row_state(row) for row in rows}
        return with_present_ids(own, present)

    def state(self, card: str) -> CardState:
        """Return the state of one card; of a new one if it was never touched."""
        with self.reading():
            return self._state(card)

    def commit(self, action: Action, scheduler: Scheduler) -> Committed:
        """Write an action; if the card changed since the learner saw it, do it again on that.

        Neither the other window's action nor this one is lost; both are in the log.
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
        """Take back the last action; None when there is none."""
        with self.writing() as db:
            done = log.undo(db, self.clock(), self._present())
        return None if done is None else Undone(*done)

    def redo(self) -> Undone | None:
        """Bring back the action undone last; None when there is none."""
        with self.writing() as db:
            done = log.redo(db, self.clock(), self._present())
        return None if done is None else Undone(*done)

    def next_undo(self) -> str | None:
        """Return the name of the action that undo would take back."""
        with self.reading() as db:
            return log.next_undo(db)

    def reviews(
        self, *, card: str | None = None, after: int = 0, newest: int | None = None
    ) -> list[Review]:
        """Return ratings that stand (not undone), whole and oldest first.

        Narrowed to one card, to those after a step of the log, or to the newest so many.
        """
        with self.reading() as db:
            present, ids = self._narrowed(None if card is None else (card,))
            return reviews.reviews(db, present, ids, after, newest)

    def entries(self) -> list[LogEntry]:
        """Return every rating that stands, oldest first: not for the loop of the screens."""
        with self.reading() as db:
            return reviews.entries(db, self._present())

    def first_and_latest(self, cards: Collection[str] | None = None) -> dict[str, list[LogEntry]]:
        """Return of each card, or of some, the answers as a new one and the latest one."""
        with self.reading() as db:
            return reviews.first_and_latest(db, *self._narrowed(cards))

    def rated(self, since: date, rating: Rating | None = None) -> set[str]:
        """Return the cards that got a rating, or any, on a study day or later."""
        with self.reading() as db:
            return reviews.rated(db, self._present(), since, rating)

    def activity(self, since: date) -> dict[tuple[str, date], int]:
        """Return how often each card was answered on each study day, from a day on."""
        with self.reading() as db:
            return reviews.activity(db, self._present(), since)

    def study_days(self) -> list[date]:
        """Return the study days that had an answer, newest first."""
        with self.reading() as db:
            return reviews.study_days(db)

    def answers_after(self, step: int) -> int:
        """Return how many ratings that stand came after a step of the log."""
        with self.reading() as db:
            return reviews.count_after(db, step)

    def day_counts(self, day: date) -> DayCounts:
        """Return what a study day has used of its limits."""
        with self.reading() as db:
            by_phase = reviews.counts(db, day)
        return DayCounts(new=by_phase.get(Phase.NEW, 0), reviews=by_phase.get(Phase.REVIEW, 0))

    def adopt(self, renamed: Mapping[str, str]) -> None:
        """Let renamed cards (old id to new) keep the progress of their old ids, all or none.

        Nothing in the log changes: an old id is read as the new one from now on. A card that
        has progress of its own keeps it, and an id without progress leaves no trace.

        Raises:
            QuizError: two cards each claim the progress of the other.
        """
        if not self._with_progress(renamed):
            return  # as at nearly every start: no lock is taken
        with self.writing() as db:
            for old in self._with_progress(renamed):
                new = renamed[old]
                if present_ids(self._aliases()).get(new, new) == old:
                    raise QuizError(
                        "Aliases go in a circle",
                        f"{old} and {new} each claim the other's progress.",
                        "Remove one of the two aliases from the cards.",
                    )
                codec.insert(db, "alias", {"old": old, "new": new})

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

    def failed_demos(self) -> frozenset[str]:
        """Return the demos with a claim that failed in their latest run."""
        with self.reading() as db:
            return runs.failed_demos(db)

    def predictions(self) -> dict[str, Retention]:
        """Return for each demo how many predictions of its outcome were right."""
        with self.reading() as db:
            return runs.predictions(db)

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
                row = {"key": key, "value": codec.dump(value)}
                codec.insert(db, "meta", row, "INSERT OR REPLACE")

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
        present = self._present()
        if card in present.values():
            return self.states((card,)).get(card) or CardState(card)
        return CardState(card)

    def _aliases(self) -> dict[str, str]:
        return dict(self.connection.execute("SELECT old, new FROM alias").fetchall())

    def _present(self) -> dict[str, str]:
        return present_ids(self._aliases())

    def _narrowed(self, cards: Collection[str] | None) -> tuple[dict[str, str], list[str] | None]:
        """Return the present ids, and every id that some cards have or had; None is all."""
        present = self._present()
        if cards is None:
            return present, None
        return present, [*cards, *(old for old, new in present.items() if new in cards)]

    def _with_progress(self, renamed: Mapping[str, str]) -> list[str]:
        """Return the old ids that have progress and were not adopted yet."""
        if not renamed:
            return []
        with self.reading() as db:
            known = {card for (card,) in db.execute("SELECT card FROM state")}
            aliases = self._aliases()
        return [old for old in renamed if old not in aliases and old in known | {*aliases.values()}]
