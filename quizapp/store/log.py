"""The append-only log of actions, with undo and redo as steps over it.

Every row is one step of the learner: an action, an undo or a redo. A row holds, as of itself,
which action the next undo would take back (`head`) and which one the next redo would bring back
(`redo`); `beneath` holds what lies under: for an action the head before it, for an undo the redo
before it. So undo and redo cost one look at the last row however long the log is, and survive
a restart. A new action empties `redo`. The state of a card is the `after` of its last row.

The functions that write expect to be inside a transaction that holds the write lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from quizapp.store import codec, reviews
from quizapp.study.actions import Action
from quizapp.study.model import CardState


@dataclass(frozen=True, slots=True)
class Undone:
    """An undo or redo that is on disk."""

    name: str
    """What the learner reads: "Undid: Good on lora-rank"."""
    state: CardState
    """The card as it is now."""


def append(db: sqlite3.Connection, action: Action) -> int:
    """Write one action and the state it leaves; return its number in the log."""
    last, head, _ = _ends(db)
    number = last + 1
    what = {"kind": str(action.kind), "name": action.name, "beneath": head, "head": number}
    _write(db, number, action.at, action.before, action.after, what)
    if action.review is not None:
        reviews.write(db, number, action.review)
    return number


def undo(db: sqlite3.Connection, now: datetime, present: Mapping[str, str]) -> Undone | None:
    """Take back the last action; None when none is left."""
    last, head, redo_top = _ends(db)
    if head is None:
        return None
    name, before, after, beneath = _action(db, head, present)
    undone = f"Undid: {name}"
    what = {"kind": "undo", "name": undone, "target": head, "beneath": redo_top}
    _write(db, last + 1, now, after, before, {**what, "head": beneath, "redo": head})
    return Undone(undone, before)


def redo(db: sqlite3.Connection, now: datetime, present: Mapping[str, str]) -> Undone | None:
    """Bring back the action undone last; None when none is left."""
    last, head, target = _ends(db)
    if target is None:
        return None
    name, before, after, _ = _action(db, target, present)
    below = db.execute(
        "SELECT beneath FROM action WHERE target = ? AND kind = 'undo' ORDER BY id DESC LIMIT 1",
        (target,),
    ).fetchone()[0]
    redone = f"Redid: {name}"
    what = {"kind": "redo", "name": redone, "target": target, "beneath": head}
    _write(db, last + 1, now, before, after, {**what, "head": target, "redo": below})
    return Undone(redone, after)


def next_undo(db: sqlite3.Connection) -> str | None:
    """Return the name of the action that undo would take back."""
    _, head, _ = _ends(db)
    query = "SELECT name FROM action WHERE id = ?"
    return None if head is None else str(db.execute(query, (head,)).fetchone()[0])


def replay(db: sqlite3.Connection) -> dict[str, CardState]:
    """Return the state of every card as the log alone has it."""
    return {card: codec.json_state(card, after) for card, after in last_states(db)}


def last_states(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return every card of the log with the text of its last state."""
    return db.execute(
        "SELECT card, after FROM action WHERE id IN (SELECT max(id) FROM action GROUP BY card)"
    ).fetchall()


def unreadable(db: sqlite3.Connection) -> list[str]:
    """Name the rows of the log that hold no state."""
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
    return named


def write_state(db: sqlite3.Connection, state: CardState) -> None:
    """Set the cached state of a card."""
    codec.insert(db, "state", codec.state_row(state), "INSERT OR REPLACE")


def _ends(db: sqlite3.Connection) -> tuple[int, int | None, int | None]:
    """Return the number of the last row, and the actions that undo and redo would act on."""
    row = db.execute("SELECT id, head, redo FROM action ORDER BY id DESC LIMIT 1").fetchone()
    return (0, None, None) if row is None else tuple(row)


def _action(
    db: sqlite3.Connection, number: int, present: Mapping[str, str]
) -> tuple[str, CardState, CardState, int | None]:
    name, card, before, after, beneath = db.execute(
        "SELECT name, card, before, after, beneath FROM action WHERE id = ?", (number,)
    ).fetchone()
    card = present.get(card, card)
    return name, codec.json_state(card, before), codec.json_state(card, after), beneath


def _write(
    db: sqlite3.Connection,
    number: int,
    at: datetime,
    before: CardState,
    after: CardState,
    what: Mapping[str, object],
) -> None:
    row = codec.state_row(after)
    step = {
        "id": number,
        "at": codec.to_micros(at),
        "card": after.card,
        "before": codec.state_json(before),
        "after": codec.row_json(row),
        **what,
    }
    codec.insert(db, "action", step)
    codec.insert(db, "state", row, "INSERT OR REPLACE")
