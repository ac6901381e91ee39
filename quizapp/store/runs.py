"""Demo runs and interview records: rows that are only added."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from quizapp.store import codec
from quizapp.study.model import DemoRun
from quizapp.study.stats import Retention

_OBJECTS = ("params", "versions", "measures", "claims")


def add_run(db: sqlite3.Connection, run: DemoRun) -> int:
    """Write a finished run; return its number."""
    row = {
        "at": codec.to_micros(run.at),
        "demo": run.demo,
        "params": codec.dump(run.params),
        "seed": run.seed,
        "device": run.device,
        "versions": codec.dump(run.versions),
        "measures": codec.dump(_named(run.measures)),
        "claims": codec.dump(run.claims),
        "wall_s": run.wall_s,
        "prediction": run.prediction,
        "prediction_right": run.prediction_right,
        "card": run.card,
    }
    return codec.insert(db, "run", row)


def runs(
    db: sqlite3.Connection, demo: str | None, card: str | None, limit: int | None
) -> list[DemoRun]:
    """Return runs, newest first, of one demo or card if named."""
    rows = db.execute(
        "SELECT * FROM run WHERE (?1 IS NULL OR demo = ?1) "
        "AND (?2 IS NULL OR card = ?2) ORDER BY id DESC LIMIT ?3",
        (demo, card, -1 if limit is None else limit),
    )
    return [_run(row) for row in codec.rows(rows)]


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
    return codec.insert(db, "interview", {"at": codec.to_micros(at), "record": codec.dump(record)})


def interviews(db: sqlite3.Connection) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the records of mock interviews, newest first."""
    rows = db.execute("SELECT * FROM interview ORDER BY id DESC")
    return [_interview(row) for row in codec.rows(rows)]


def unreadable(db: sqlite3.Connection) -> list[str]:
    """Name the rows that hold no run and no interview."""
    named = []
    for table, read in (("run", _run), ("interview", _interview)):
        for row in codec.rows(db.execute(f"SELECT * FROM {table} ORDER BY id")):
            try:
                read(row)
            except codec.UnreadableRow as error:
                named.append(error.what)
    return named


def _interview(row: dict[str, Any]) -> tuple[datetime, dict[str, Any]]:
    with codec.readable(f"Row {row['id']} of interview"):
        return codec.from_micros(row["at"]), dict(json.loads(row["record"]))


def _run(row: dict[str, Any]) -> DemoRun:
    with codec.readable(f"Row {row['id']} of run"):
        read = {name: dict(json.loads(row[name])) for name in _OBJECTS}
        at, right = codec.from_micros(row["at"]), codec.truth(row["prediction_right"])
        return DemoRun(**{**row, **read, "at": at, "prediction_right": right})


def _named(measures: dict[str, float | str]) -> dict[str, float | str]:
    """Spell NaN and infinity as text, as the demo protocol does; JSON has no numbers for them."""
    return {
        name: value if isinstance(value, str) or abs(value) < float("inf") else str(value)
        for name, value in measures.items()
    }
