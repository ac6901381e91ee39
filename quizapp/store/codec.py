"""Records to and from rows: instants are microseconds since 1970 UTC, days are ordinals."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from quizapp.errors import EnvironmentProblem
from quizapp.study.model import CardState, Phase

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

STATE_COLUMNS = (
    "card, phase, step, stability, difficulty, due, due_day, interval, last_review, last_day, "
    "reps, lapses, suspended, buried_until, ticked, note"
)
_NAMES = tuple(STATE_COLUMNS.split(", "))
_DEFAULTS = ("", "new", None, None, None, None, None, 0, None, None, 0, 0, 0, None, "[]", "")
_NEW: dict[str, Any] = dict(zip(_NAMES, _DEFAULTS, strict=True))
_PHASES = {phase.value: phase for phase in Phase}

Value = str | int | float | None
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a damaged row raises."""


class UnreadableRow(EnvironmentProblem):
    """A row that SQLite can read and that is no record."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "The database holds a row that cannot be read",
            f"{what} is damaged. Nothing was changed.",
            "Run `quizapp doctor`: it names every such row and what can be mended.",
        )
        self.what = what


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Turn what a damaged row raises into an UnreadableRow that says which it is."""
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


def among(column: str, ids: Collection[str] | None) -> str:
    """Return the condition that a column holds one of some ids, given as `ids_parameter`."""
    return "TRUE" if ids is None else f"{column} IN (SELECT value FROM json_each(:ids))"


def ids_parameter(ids: Collection[str] | None) -> dict[str, object]:
    """Return the parameter that `among` asks for: one, however many ids there are."""
    return {} if ids is None else {"ids": dump(list(ids))}


def state_row(state: CardState) -> tuple[Value, ...]:
    """Return the values of STATE_COLUMNS."""
    return (
        state.card,
        state.phase.value,
        state.step,
        state.stability,
        state.difficulty,
        None if state.due is None else to_micros(state.due),
        None if state.due_day is None else state.due_day.toordinal(),
        state.interval,
        None if state.last_review is None else to_micros(state.last_review),
        None if state.last_day is None else state.last_day.toordinal(),
        state.reps,
        state.lapses,
        int(state.suspended),
        None if state.buried_until is None else state.buried_until.toordinal(),
        dump(state.ticked) if state.ticked else "[]",
        state.note,
    )


def row_state(row: Sequence[Any]) -> CardState:
    """Return the state whose STATE_COLUMNS are these; UnreadableRow if they are none."""
    try:
        return _row_state(row)
    except UNREADABLE as error:
        raise UnreadableRow(f"The state of {row[0]}") from error


def _row_state(row: Sequence[Any]) -> CardState:
    (
        card,
        phase,
        step,
        stability,
        difficulty,
        due,
        due_day,
        interval,
        last_review,
        last_day,
        reps,
        lapses,
        suspended,
        buried_until,
        ticked,
        note,
    ) = row
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


def state_json(state: CardState) -> str:
    """Return a state for the log: what differs from a new card, without the card's id."""
    return row_json(state_row(state))


def row_json(row: Sequence[Value]) -> str:
    """Return what `state_json` does, of a state that is a row already."""
    pairs = zip(_NAMES[1:], row[1:], _DEFAULTS[1:], strict=True)
    return dump({name: value for name, value, default in pairs if value != default})


def json_state(card: str, text: str) -> CardState:
    """Return the state that `state_json` wrote; UnreadableRow if it did not."""
    try:
        # Merging into the defaults keeps the order of the columns and is the fast way.
        return _row_state([*{**_NEW, **json.loads(text), "card": card}.values()])
    except UNREADABLE as error:
        raise UnreadableRow(f"A state of {card} in the log") from error


def _day(value: int | None) -> date | None:
    return None if value is None else date.fromordinal(value)
