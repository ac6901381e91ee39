"""Records to and from rows: instants are microseconds since 1970 UTC, days are ordinals."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from quizapp.errors import EnvironmentProblem
from quizapp.study.model import CardState, Phase
from quizapp.study.opinion import Opinion, Says

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_PHASES = {phase.value: phase for phase in Phase}

Value = str | int | float | None
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a damaged row raises."""


class UnreadableRow(EnvironmentProblem):
    """A row that SQLite can read but that does not hold a record."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "The database holds a row that cannot be read",
            f"{what} is damaged. Nothing was changed.",
            "Run `quizapp doctor`: it names every such row and what can be repaired.",
        )
        self.what = what


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn what a damaged row raises into an UnreadableRow that names it."""
    try:
        yield
    except UNREADABLE as error:
        raise UnreadableRow(what) from error


def to_micros(at: datetime) -> int:
    """Return an aware instant as an integer, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the instant in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def dump(value: object) -> str:
    """Return compact JSON; NaN and infinity are refused."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def insert(
    db: sqlite3.Connection, table: str, row: Mapping[str, object], verb: str = "INSERT"
) -> int:
    """Insert a row given by its columns; return its number."""
    marks = ", ".join(f":{name}" for name in row)
    cursor = db.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
    return cursor.lastrowid or 0


def rows(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    """Return what was selected, by column."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def truth(value: int | None) -> bool | None:
    """Return a boolean that may be unknown."""
    return None if value is None else bool(value)


def among(column: str, ids: Collection[str] | None) -> str:
    """Return the condition that a column holds one of some ids, given as `ids_parameter`."""
    return "TRUE" if ids is None else f"{column} IN (SELECT value FROM json_each(:ids))"


def ids_parameter(ids: Collection[str] | None) -> dict[str, object]:
    """Return the parameter that `among` asks for: one, however many ids there are."""
    return {} if ids is None else {"ids": dump(list(ids))}


def state_row(state: CardState) -> dict[str, Value]:
    """Return a state by STATE_COLUMNS."""
    return {
        "card": state.card,
        "phase": state.phase.value,
        "step": state.step,
        "stability": state.stability,
        "difficulty": state.difficulty,
        "due": None if state.due is None else to_micros(state.due),
        "due_day": None if state.due_day is None else state.due_day.toordinal(),
        "interval": state.interval,
        "last_review": None if state.last_review is None else to_micros(state.last_review),
        "last_day": None if state.last_day is None else state.last_day.toordinal(),
        "reps": state.reps,
        "lapses": state.lapses,
        "suspended": int(state.suspended),
        "buried_until": None if state.buried_until is None else state.buried_until.toordinal(),
        "ticked": dump(state.ticked) if state.ticked else "[]",
        "note": state.note,
    }


def row_state(row: Sequence[Any]) -> CardState:
    """Return the state whose STATE_COLUMNS are these; UnreadableRow if they hold none."""
    try:
        return _row_state(row)
    except UNREADABLE as error:
        raise UnreadableRow(f"The state of {row[0]}") from error


def _row_state(row: Sequence[Any]) -> CardState:
    card, phase, step, stability, difficulty, due, due_day, interval = row[:8]
    last_review, last_day, reps, lapses, suspended, buried_until, ticked, note = row[8:]
    return CardState(
        card,
        _PHASES[phase],
        step,
        stability,
        difficulty,
        None if due is None else from_micros(due),
        _day(due_day),
        interval,
        None if last_review is None else from_micros(last_review),
        _day(last_day),
        reps,
        lapses,
        bool(suspended),
        _day(buried_until),
        ticks(ticked),
        note,
    )


def ticks(text: str) -> tuple[int, ...]:
    """Return the ticked points."""
    return () if text == "[]" else tuple(json.loads(text))


def opinions_text(opinions: Collection[Opinion]) -> str:
    """Return opinions as a text that `opinions` reads."""
    return dump([[one.model, one.says, one.words] for one in opinions])


def opinions(text: str) -> tuple[Opinion, ...]:
    """Return the opinions on an answer."""
    if text == "[]":
        return ()
    return tuple(
        Opinion(str(model), Says(says), str(said)) for model, says, said in json.loads(text)
    )


def state_json(state: CardState) -> str:
    """Return a state for the log: what differs from a new card, without the card's id."""
    return row_json(state_row(state))


def row_json(row: Mapping[str, Value]) -> str:
    """Return what `state_json` does, of a state that is a row already."""
    return dump(
        {name: value for name, value in row.items() if value != _NEW[name] and name != "card"}
    )


def json_state(card: str, text: str) -> CardState:
    """Return the state that `state_json` wrote; UnreadableRow if it did not."""
    try:
        # Merging into the defaults keeps the order of the columns and is the fast way.
        return _row_state([*{**_NEW, **json.loads(text), "card": card}.values()])
    except UNREADABLE as error:
        raise UnreadableRow(f"A state of {card} in the log") from error


def _day(value: int | None) -> date | None:
    return None if value is None else date.fromordinal(value)


_NEW = state_row(CardState(""))
STATE_COLUMNS = ", ".join(_NEW)
