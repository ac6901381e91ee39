"""The one object through which the app remembers: every call is committed when it returns."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from quizapp.errors import QuizError
from quizapp.store import codec, log
from quizapp.store.aliases import with_present_ids
from quizapp.store.log import Undone
from quizapp.store.meta import means_something
from quizapp.store.reviews import Reviews
from quizapp.store.runs import Runs
from quizapp.study import actions
from quizapp.study.actions import Action
from quizapp.study.model import CardState
from quizapp.study.schedule import Scheduler


class Position(NamedTuple):
    """How far the database was read; at one position the states of all cards are the same."""

    step: int
    """The last step of the log."""
    aliases: int
    """How many ids were adopted."""


@dataclass(frozen=True, slots=True)
class Committed:
    """An action that is on disk."""

    action: Action
    rebased: bool
    """The card had changed under the learner, so the action was applied to its newer state."""


class Store(Reviews, Runs):
    """The learner's database; several processes may have it open and none loses anything."""

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
            present = self.present()
        return {present.get(card, card) for (card,) in rows}

    def states(self, cards: Collection[str] | None = None) -> dict[str, CardState]:
        """Return the state of every card that was ever touched, or of those among some."""
        with self.reading() as db:
            present, ids = self.narrowed(cards)
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
            return log.undo(db, self.clock(), self.present())

    def redo(self) -> Undone | None:
        """Bring back the action undone last; None when there is none."""
        with self.writing() as db:
            return log.redo(db, self.clock(), self.present())

    def next_undo(self) -> str | None:
        """Return the name of the action that undo would take back."""
        with self.reading() as db:
            return log.next_undo(db)

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
                if self.present().get(new, new) == old:
                    raise QuizError(
                        "Aliases go in a circle",
                        f"{old} and {new} each claim the other's progress.",
                        "Remove one of the two aliases from the cards.",
                    )
                codec.insert(db, "alias", {"old": old, "new": new})

    def get_meta(self, key: str, default: Any = None) -> Any:
        """Return a remembered value (JSON), such as the interview date or the theme.

        One that is damaged counts as forgotten: the log does not depend on it.
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

    def _state(self, card: str) -> CardState:
        query = f"SELECT {codec.STATE_COLUMNS} FROM state WHERE card = ?"
        if row := self.connection.execute(query, (card,)).fetchone():
            return codec.row_state(row)
        present = self.present()
        if card in present.values():
            return self.states((card,)).get(card) or CardState(card)
        return CardState(card)

    def _with_progress(self, renamed: Mapping[str, str]) -> list[str]:
        """Return the old ids that have progress and were not adopted yet."""
        if not renamed:
            return []
        with self.reading() as db:
            known = {card for (card,) in db.execute("SELECT card FROM state")}
            aliases = self.aliases()
        return [old for old in renamed if old not in aliases and old in known | {*aliases.values()}]
