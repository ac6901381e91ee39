"""Checks of the database, and the repairs that cannot lose anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from quizapp.store import codec, log, meta, reviews, runs, schema
from quizapp.store.aliases import present_ids, with_present_ids
from quizapp.store.store import Store
from quizapp.study.actions import bring_back
from quizapp.study.model import CardState
from quizapp.text import plural


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the check found."""

    code: str
    """"integrity", "reference", "count", "chain", "row", "state", "meta",
    "schema", "orphan" or "future"."""
    message: str
    repair: str = ""
    """What `repair` would do about it; empty if it must not or need not act."""


def examine(
    store: Store, known_cards: Collection[str] | None = None, today: date | None = None
) -> list[Finding]:
    """Check the file, the references, the log and the states.

    With card ids find orphans too, and with the study day what is dated after it.
    """
    with store.reading() as db:
        findings = _integrity(db)
        if findings:
            return findings
        findings += _schema(db)
        if any(kind in ("table", "view") for _, kind, _ in schema.differences(db)):
            return findings  # the other checks would ask for what is not there
        findings += examine_rows(db)
        findings += _meta(db)
        if known_cards is not None:
            findings += _orphans(store, known_cards)
        if today is not None:
            findings += _future(db, today)
    return findings


def examine_rows(db: sqlite3.Connection) -> list[Finding]:
    """Check the references, the log and the states, also inside a transaction."""
    return [
        *_references(db),
        *_counts(db),
        *_chain(db),
        *_unreadable(db),
        *_stale_states(db),
    ]


def repair(store: Store, today: date | None = None) -> list[str]:
    """Make the safe repairs and return what was done.

    What the log holds is never touched: the indexes are rebuilt from the tables, the states from
    the log. With the study day, cards that were put off while the clock was ahead come back by a
    step of the log, which undo takes back. A file that is damaged elsewhere is left as it is; a
    backup has to take its place.
    """
    done = []
    with store.reading() as db:
        damage = _integrity(db)
    if not all(finding.repair for finding in damage):
        return []
    with store.writing() as db:
        if damage:
            db.execute("REINDEX")
            done.append("Rebuilt the indexes.")
        for finding, (name, kind, _) in zip(_schema(db), schema.differences(db), strict=True):
            if finding.repair:
                schema.make_anew(db, name)
                done.append(f"Made the {kind} {name} anew.")
        if schema.differences(db):
            return done
        stale = [finding for finding in _stale_states(db) if finding.repair]
        if stale:
            _mend_states(db)
            done.append(f"Rebuilt {len(stale)} card states from the log.")
        for key in meta.unreadable(db):
            db.execute("DELETE FROM meta WHERE key = ?", (key,))
            done.append(f"Removed the value of {key}.")
        ahead = [] if today is None else _ahead(db, today)
        for state in ahead:
            assert today is not None
            log.append(db, bring_back(state, store.clock(), today))
        if ahead:
            done.append(f"Brought {plural(len(ahead), 'card')} back to today.")
    return done


def tally(store: Store) -> dict[str, int]:
    """Return how much the database holds, by name."""
    queries = {
        "cards met": "SELECT count(*) FROM state WHERE reps > 0",
        "ratings that stand": "SELECT count(*) FROM review "
        "WHERE action NOT IN (SELECT action FROM undone)",
        "steps of the log": "SELECT count(*) FROM action",
        "demo runs": "SELECT count(*) FROM run",
        "interviews": "SELECT count(*) FROM interview",
    }
    with store.reading() as db:
        return {name: int(db.execute(query).fetchone()[0]) for name, query in queries.items()}


def rebuild_states(db: sqlite3.Connection) -> None:
    """Write every card state anew from the log; call it inside a transaction."""
    db.execute("DELETE FROM state")
    for state in log.replay(db).values():
        log.write_state(db, state)


def _integrity(db: sqlite3.Connection) -> list[Finding]:
    try:
        rows = [str(row[0]) for row in db.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        rows = [str(error)]
    if rows == ["ok"]:
        return []
    index_only = all("index" in row for row in rows)
    remedy = "rebuild the indexes" if index_only else ""
    advice = "" if index_only else " Restore a copy from the backups folder."
    return [Finding("integrity", f"{row}.{advice}", remedy) for row in rows]


_REPLACEABLE = ("alias", "meta", "state")
"""Tables that may be made anew: their rows follow from the log or the cards, or are set again."""


def _schema(db: sqlite3.Connection) -> list[Finding]:
    """Name what is not as the migrations make it, in the order of `schema.differences`."""
    findings = []
    for name, kind, there in schema.differences(db):
        what = "differs from what quizapp makes" if there else "is missing"
        safe = kind != "table" or (not there and name in _REPLACEABLE)
        advice = "" if safe else " Restore a copy from the backups folder."
        remedy = "make it anew" if safe else ""
        findings.append(Finding("schema", f"The {kind} {name} {what}.{advice}", remedy))
    return findings


def _meta(db: sqlite3.Connection) -> list[Finding]:
    return [
        Finding("meta", f"The value of {key} cannot be used and is ignored.", "remove it")
        for key in meta.unreadable(db)
    ]


def _references(db: sqlite3.Connection) -> list[Finding]:
    return [
        Finding("reference", f"Row {row[1]} of {row[0]} points to a missing row of {row[2]}.")
        for row in db.execute("PRAGMA foreign_key_check")
    ]


def _counts(db: sqlite3.Connection) -> list[Finding]:
    """A rating is one step of the log and one row of its own, both or neither, that agree."""
    names = (
        "ratings of the log lack their row",
        "ratings belong to another step",
        "ratings differ from their step",
    )
    numbers = db.execute(
        "SELECT (SELECT count(*) FROM action WHERE kind = 'rate' "
        "AND id NOT IN (SELECT action FROM review)), "
        "sum(kind <> 'rate'), sum(kind = 'rate' AND (review.card <> action.card OR interval <> "
        "CASE WHEN json_valid(before) THEN coalesce(json_extract(before, '$.interval'), 0) "
        "ELSE interval END)) FROM review JOIN action ON id = action"
    ).fetchone()
    return [
        Finding("count", f"{number} {name}.")
        for name, number in zip(names, numbers, strict=True)
        if number
    ]


def _chain(db: sqlite3.Connection) -> list[Finding]:
    """Each row of a card must start where the row before it ended."""
    rows = db.execute(
        "SELECT id, card, name FROM (SELECT id, card, name, before, lag(after) OVER "
        "(PARTITION BY card ORDER BY id) AS previous FROM action) "
        "WHERE previous IS NOT NULL AND previous <> before"
    )
    return [
        Finding("chain", f"Row {number} ({name}) does not follow from the one before it.")
        for number, card, name in rows
    ]


def _unreadable(db: sqlite3.Connection) -> list[Finding]:
    """What was written once and is derived from nothing cannot be mended."""
    return [
        Finding("row", f"{row} is damaged. A backup may still hold it.")
        for row in (*log.unreadable(db), *reviews.unreadable(db), *runs.unreadable(db))
    ]


def _stale_states(db: sqlite3.Connection) -> list[Finding]:
    logged = _logged_states(db)
    cached = _kept_states(db)
    findings = []
    for card in sorted(cached.keys() | logged.keys()):
        kept, true = cached.get(card), logged.get(card)
        if card in logged and true is None:
            if kept is None:
                findings.append(Finding("state", f"The state of {card} is lost with its log."))
        elif card in cached and kept is None:
            findings.append(
                Finding("state", f"The state of {card} is damaged.", "rebuild it from the log")
            )
        elif kept != true:
            findings.append(
                Finding(
                    "state", f"The state of {card} differs from its log.", "rebuild it from the log"
                )
            )
    return findings


def _future(db: sqlite3.Connection, today: date) -> list[Finding]:
    """Name answers of days that have not come, and the cards that they keep away."""
    findings = []
    number, last = db.execute(
        "SELECT count(*), max(day) FROM review "
        "WHERE day > ? AND action NOT IN (SELECT action FROM undone)",
        (today.toordinal(),),
    ).fetchone()
    if number:
        message = (
            f"{plural(number, 'answer is', 'answers are')} dated after today, up to "
            f"{date.fromordinal(last)}: the clock was ahead, or the time zone or the rollover "
            "hour has changed. Statistics show each from its day on."
        )
        findings.append(Finding("future", message))
    if ahead := _ahead(db, today):
        until = max(
            state.buried_until or state.due_day or state.last_day or today for state in ahead
        )
        cards = plural(len(ahead), "card was", "cards were")
        message = f"{cards} put off while the clock was ahead, up to {until}."
        findings.append(Finding("future", message, "ask them today"))
    return findings


def _ahead(db: sqlite3.Connection, today: date) -> list[CardState]:
    states = (state for state in _kept_states(db).values() if state is not None)
    return [state for state in states if state.is_ahead(today)]


def _mend_states(db: sqlite3.Connection) -> None:
    """Write the states anew whose log can be read; the others stay, for want of better."""
    logged = _logged_states(db)
    for card in _kept_states(db):
        if card not in logged or logged[card] is not None:
            db.execute("DELETE FROM state WHERE card = ?", (card,))
    for state in logged.values():
        if state is not None:
            log.write_state(db, state)


def _logged_states(db: sqlite3.Connection) -> dict[str, CardState | None]:
    """Return every card of the log with its last state, None if that cannot be read."""
    return {card: _or_none(codec.json_state, card, after) for card, after in log.last_states(db)}


def _kept_states(db: sqlite3.Connection) -> dict[str, CardState | None]:
    """Return the cached states, None for those that cannot be read."""
    rows = db.execute(f"SELECT {codec.STATE_COLUMNS} FROM state")
    return {row[0]: _or_none(codec.row_state, row) for row in rows}


def _or_none(read: Callable[..., CardState], *written: object) -> CardState | None:
    try:
        return read(*written)
    except codec.UnreadableRow:
        return None


def _orphans(store: Store, known_cards: Collection[str]) -> list[Finding]:
    cards = store.connection.execute("SELECT card FROM state")
    met = with_present_ids(
        {card: CardState(card) for (card,) in cards}, present_ids(store.aliases())
    )
    return [
        Finding(
            "orphan",
            f"{card} has progress but no card. If it was renamed, add `aliases: [{card}]` to the "
            "card it became; its progress is kept.",
        )
        for card in sorted(met)
        if card not in known_cards
    ]
