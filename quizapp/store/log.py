"""The append-only log of deeds, with undo and redo as steps over it.

Every row is one step of the learner: a deed, an undo or a redo. A row tells, as of itself, which
deed the next undo would take back (`head`) and which deed the next redo would bring back
(`redo`); `beneath` holds what lies under: for a deed the head before it, for an undo the redo
before it. So undo and redo cost one look at the last row however long the log is, and survive
a restart. A new deed empties `redo`. The state of a card is the `after` of its last row.

The functions that write expect to be inside a transaction that holds the write lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quizapp.store import codec
from quizapp.study.actions import Action
from quizapp.study.model import Answer, CardState, Phase, Rating, Review
from quizapp.study.settings import FSRS_VERSION


@dataclass(frozen=True, slots=True)
class _Row:
    at: datetime
    kind: str
    name: str
    before: CardState
    after: CardState
    target: int | None
    beneath: int | None
    head: int | None
    redo: int | None


def append(db: sqlite3.Connection, action: Action) -> int:
    """Write one deed and the state it leaves; return its number in the log."""
    last, head, _ = _ends(db)
    number = last + 1
    kind = str(action.kind)
    row = _Row(action.at, kind, action.name, action.before, action.after, None, head, number, None)
    _write(db, number, row)
    if action.review is not None:
        _write_review(db, number, action.review)
    return number


def undo(
    db: sqlite3.Connection, now: datetime, resolve: Callable[[str], str]
) -> tuple[str, CardState] | None:
    """Take back the last deed; return its name and the card's state, None when none is left."""
    last, head, redo_top = _ends(db)
    if head is None:
        return None
    name, before, after, beneath = _deed(db, head, resolve)
    said = f"Undid: {name}"
    _write(db, last + 1, _Row(now, "undo", said, after, before, head, redo_top, beneath, head))
    return said, before


def redo(
    db: sqlite3.Connection, now: datetime, resolve: Callable[[str], str]
) -> tuple[str, CardState] | None:
    """Bring back the deed undone last; return its name and the card's state, None if none is."""
    last, head, target = _ends(db)
    if target is None:
        return None
    name, before, after, _ = _deed(db, target, resolve)
    below = db.execute(
        "SELECT beneath FROM action WHERE target = ? AND kind = 'undo' ORDER BY id DESC LIMIT 1",
        (target,),
    ).fetchone()[0]
    said = f"Redid: {name}"
    _write(db, last + 1, _Row(now, "redo", said, before, after, target, head, target, below))
    return said, after


def next_names(db: sqlite3.Connection) -> tuple[str | None, str | None]:
    """Return the names of the deeds that undo and redo would act on."""
    return tuple(  # type: ignore[return-value]  # of length two
        None if number is None else _name(db, number) for number in _ends(db)[1:]
    )


def replay(db: sqlite3.Connection) -> dict[str, CardState]:
    """Return the state of every card as the log alone tells it."""
    return {card: codec.json_state(card, after) for card, after in last_states(db)}


def last_states(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return every card of the log with the text of its last state."""
    return db.execute(
        "SELECT card, after FROM action WHERE id IN (SELECT max(id) FROM action GROUP BY card)"
    ).fetchall()


def reviews(
    db: sqlite3.Connection, since: date | None, resolve: Callable[[str], str]
) -> Iterator[Review]:
    """Yield the ratings that stand, oldest first, from a study day on."""
    rows = db.execute(
        """
        SELECT a.id, a.at, a.card, a.before, a.after, r.day, r.tz_offset, r.rating, r.elapsed_ms,
               r.hint_used, r.confidence, r.all_musts, r.ticked, r.prediction, r.prediction_right,
               r.response
        FROM review r JOIN action a ON a.id = r.action
        WHERE r.day >= ? AND a.id NOT IN (SELECT action FROM undone)
        ORDER BY a.id
        """,
        (0 if since is None else since.toordinal(),),
    )
    latest: dict[str, tuple[str, CardState]] = {}
    for row in rows:
        card = resolve(row[2])
        # A card mostly starts where its last rating left it: that state is read already.
        text, state = latest.get(card, ("", None))
        before = state if state and text == row[3] else codec.json_state(card, row[3])
        after = codec.json_state(card, row[4])
        latest[card] = (row[4], after)
        with codec.readable(f"Row {row[0]} of review"):
            review = _review(row, before, after)
        yield review


def unreadable(db: sqlite3.Connection) -> list[str]:
    """Name the rows of the log, and the ratings, that tell no state and no answer."""
    named = []
    for number, at, name, card, before, after in db.execute(
        "SELECT id, at, name, card, before, after FROM action ORDER BY id"
    ):
        try:
            with codec.readable(name):
                codec.from_micros(at)
            codec.json_state(card, before)
            codec.json_state(card, after)
        except codec.UnreadableRow:
            named.append(f"Row {number} of the log ({name})")
    for number, day, ticked in db.execute("SELECT action, day, ticked FROM review ORDER BY action"):
        try:
            with codec.readable(f"Row {number} of review"):
                date.fromordinal(day)
                codec.ticks(ticked)
        except codec.UnreadableRow as error:
            named.append(error.what)
    return named


def counts(db: sqlite3.Connection, day: date) -> dict[Phase, int]:
    """Return how many ratings of a study day stand, by the phase the card was in."""
    rows = db.execute(
        "SELECT phase, count(*) FROM review WHERE day = ? "
        "AND action NOT IN (SELECT action FROM undone) GROUP BY phase",
        (day.toordinal(),),
    )
    return {Phase(phase): number for phase, number in rows}


def write_state(db: sqlite3.Connection, state: CardState) -> None:
    """Set the cached state of a card."""
    _write_state_row(db, codec.state_row(state))


def _write_state_row(db: sqlite3.Connection, row: tuple[codec.Value, ...]) -> None:
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT OR REPLACE INTO state ({codec.STATE_COLUMNS}) VALUES ({marks})", row)


def _ends(db: sqlite3.Connection) -> tuple[int, int | None, int | None]:
    """Return the number of the last row, and the deeds that undo and redo would act on."""
    row = db.execute("SELECT id, head, redo FROM action ORDER BY id DESC LIMIT 1").fetchone()
    return (0, None, None) if row is None else tuple(row)


def _name(db: sqlite3.Connection, number: int) -> str:
    return str(db.execute("SELECT name FROM action WHERE id = ?", (number,)).fetchone()[0])


def _deed(
    db: sqlite3.Connection, number: int, resolve: Callable[[str], str]
) -> tuple[str, CardState, CardState, int | None]:
    name, card, before, after, beneath = db.execute(
        "SELECT name, card, before, after, beneath FROM action WHERE id = ?", (number,)
    ).fetchone()
    card = resolve(card)
    return name, codec.json_state(card, before), codec.json_state(card, after), beneath


def _write(db: sqlite3.Connection, number: int, row: _Row) -> None:
    after = codec.state_row(row.after)
    db.execute(
        "INSERT INTO action (id, at, kind, card, name, before, after, target, beneath, head, redo) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            codec.to_micros(row.at),
            row.kind,
            row.after.card,
            row.name,
            codec.state_json(row.before),
            codec.row_json(after),
            row.target,
            row.beneath,
            row.head,
            row.redo,
        ),
    )
    _write_state_row(db, after)


def _write_review(db: sqlite3.Connection, number: int, review: Review) -> None:
    answer = review.answer
    db.execute(
        "INSERT INTO review (action, day, tz_offset, rating, phase, elapsed_ms, hint_used, "
        "confidence, all_musts, ticked, prediction, prediction_right, response, fsrs_version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            review.day.toordinal(),
            review.tz_offset,
            int(answer.rating),
            str(review.kind),
            answer.elapsed_ms,
            answer.hint_used,
            answer.confidence,
            answer.all_musts,
            codec.dump(review.ticked),
            answer.prediction,
            answer.prediction_right,
            answer.response,
            FSRS_VERSION,
        ),
    )


def _review(row: tuple[Any, ...], before: CardState, after: CardState) -> Review:
    (
        number,
        at,
        _,
        _,
        _,
        day,
        tz_offset,
        rating,
        elapsed_ms,
        hint_used,
        confidence,
        all_musts,
        ticked,
        prediction,
        prediction_right,
        response,
    ) = row
    answer = Answer(
        rating=Rating(rating),
        elapsed_ms=elapsed_ms,
        hint_used=bool(hint_used),
        confidence=confidence,
        all_musts=None if all_musts is None else bool(all_musts),
        prediction=prediction,
        prediction_right=None if prediction_right is None else bool(prediction_right),
        response=response,
    )
    return Review(
        card=after.card,
        at=codec.from_micros(at),
        day=date.fromordinal(day),
        tz_offset=tz_offset,
        answer=answer,
        ticked=codec.ticks(ticked),
        before=before,
        after=after,
        id=number,
    )
