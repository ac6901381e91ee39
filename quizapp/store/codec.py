"""Records to and from rows: instants are microseconds since 1970 UTC, days are ordinals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

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


def to_micros(at: datetime) -> int:
    """Return an aware instant as an integer, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the instant in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def dump(value: object) -> str:
    """Return compact JSON; NaN and infinity are refused."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


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
    """Return the state whose STATE_COLUMNS are these."""
    (card, phase, step, stability, difficulty, due, due_day, interval, last_review, last_day,
     reps, lapses, suspended, buried_until, ticked, note) = row  # fmt: skip
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
        () if ticked == "[]" else tuple(json.loads(ticked)),
        note,
    )


def state_json(state: CardState) -> str:
    """Return a state for the log: what differs from a new card, without the card's id."""
    return row_json(state_row(state))


def row_json(row: Sequence[Value]) -> str:
    """Return what `state_json` does, of a state that is a row already."""
    pairs = zip(_NAMES[1:], row[1:], _DEFAULTS[1:], strict=True)
    return dump({name: value for name, value, default in pairs if value != default})


def json_state(card: str, text: str) -> CardState:
    """Return the state that `state_json` wrote."""
    # Merging into the defaults keeps the order of the columns and is the fast way.
    return row_state([*{**_NEW, **json.loads(text), "card": card}.values()])


def _day(value: int | None) -> date | None:
    return None if value is None else date.fromordinal(value)
