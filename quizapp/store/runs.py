"""Demo runs and interview records: rows that are only added."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from quizapp.store import codec
from quizapp.study.model import DemoRun
from quizapp.study.stats import Retention

_COLUMNS = (
    "at, demo, params, seed, device, versions, measures, claims, wall_s, prediction, "
    "prediction_right, card"
)


def add_run(db: sqlite3.Connection, run: DemoRun) -> int:
    """Write a finished run; return its number."""
    cursor = db.execute(
        f"INSERT INTO run ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            codec.to_micros(run.at),
            run.demo,
            codec.dump(run.params),
            run.seed,
            run.device,
            codec.dump(run.versions),
            codec.dump(_named(run.measures)),
            codec.dump(run.claims),
            run.wall_s,
            run.prediction,
            run.prediction_right,
            run.card,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def runs(
    db: sqlite3.Connection, demo: str | None, card: str | None, limit: int | None
) -> list[DemoRun]:
    """Return runs, newest first, of one demo or card if named."""
    rows = db.execute(
        f"SELECT id, {_COLUMNS} FROM run WHERE (?1 IS NULL OR demo = ?1) "
        "AND (?2 IS NULL OR card = ?2) ORDER BY id DESC LIMIT ?3",
        (demo, card, -1 if limit is None else limit),
    )
    return [_run(row) for row in rows]


def failed_demos(db: sqlite3.Connection) -> frozenset[str]:
    """Return the demos with a claim that failed in their latest run."""
    query = "SELECT demo, id, claims FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY demo)"
    found = set()
    for demo, number, claims in db.execute(query):
        with codec.readable(f"Row {number} of run"):
            if "fails" in dict(json.loads(claims)).values():
                found.add(demo)
    return frozenset(found)


def predictions(db: sqlite3.Connection) -> dict[str, Retention]:
    """Return for each demo how many predictions of its outcome were right."""
    rows = db.execute(
        "SELECT demo, sum(prediction_right), count(*) FROM run "
        "WHERE prediction_right IS NOT NULL GROUP BY demo ORDER BY demo"
    )
    return {demo: Retention(right, total) for demo, right, total in rows}


def add_interview(db: sqlite3.Connection, at: datetime, record: dict[str, object]) -> int:
    """Write the record of a mock interview; return its number."""
    cursor = db.execute(
        "INSERT INTO interview (at, record) VALUES (?, ?)",
        (codec.to_micros(at), codec.dump(record)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def interviews(db: sqlite3.Connection) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the records of mock interviews, newest first."""
    rows = db.execute("SELECT id, at, record FROM interview ORDER BY id DESC")
    return [_interview(row) for row in rows]


def unreadable(db: sqlite3.Connection) -> list[str]:
    """Name the rows that hold no run and no interview."""
    kept = (
        (f"SELECT id, {_COLUMNS} FROM run ORDER BY id", _run),
        ("SELECT id, at, record FROM interview ORDER BY id", _interview),
    )
    named = []
    for query, read in kept:
        for row in db.execute(query):
            try:
                read(row)
            except codec.UnreadableRow as error:
                named.append(error.what)
    return named


def _interview(row: tuple[Any, ...]) -> tuple[datetime, dict[str, Any]]:
    number, at, record = row
    with codec.readable(f"Row {number} of interview"):
        return codec.from_micros(at), dict(json.loads(record))


def _run(row: tuple[Any, ...]) -> DemoRun:
    (
        number,
        at,
        demo,
        params,
        seed,
        device,
        versions,
        measures,
        claims,
        wall_s,
        prediction,
        prediction_right,
        card,
    ) = row
    with codec.readable(f"Row {number} of run"):
        return DemoRun(
            demo=demo,
            params=dict(json.loads(params)),
            seed=seed,
            device=device,
            versions=dict(json.loads(versions)),
            measures=dict(json.loads(measures)),
            claims=dict(json.loads(claims)),
            wall_s=wall_s,
            at=codec.from_micros(at),
            prediction=prediction,
            prediction_right=None if prediction_right is None else bool(prediction_right),
            card=card,
            id=number,
        )


def _named(measures: dict[str, float | str]) -> dict[str, float | str]:
    """Spell NaN and infinity as text, as the demo protocol does; JSON has no numbers for them."""
    return {
        name: value if isinstance(value, str) or abs(value) < float("inf") else str(value)
        for name, value in measures.items()
    }
