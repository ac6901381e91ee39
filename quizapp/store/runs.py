"""Demo runs and interview records: rows that are only added."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any, TypeAlias

from quizapp.store import codec
from quizapp.store.connection import Database
from quizapp.study.record import RunRecord
from quizapp.study.stats import Retention

Recorded: TypeAlias = tuple[datetime, dict[str, Any]] | codec.UnreadableRow
"""When a mock interview ended and its record, or why that cannot be read."""


class Runs(Database):
    """The finished demo runs and mock interviews."""

    def add_run(self, run: RunRecord) -> None:
        """Write a finished demo run; its charts and its device's name are not kept."""
        from quizapp.demo.checks import spell  # with all of `demo`, which the first card spares

        row = {
            "at": codec.to_micros(run.at),
            "demo": run.demo,
            "params": codec.dump(run.settings),
            "seed": run.seed,
            "device": run.device,
            "versions": codec.dump(run.versions),
            # JSON has no numbers for NaN and infinity
            "measures": codec.dump({name: spell(value) for name, value in run.measures.items()}),
            "claims": codec.dump(run.claims),
            "wall_s": run.wall_s,
            "prediction": None if run.prediction is None else str(run.prediction),
            "prediction_right": run.right,
            "card": run.card,
        }
        with self.writing() as db:
            codec.insert(db, "run", row)

    def runs(self, *, demo: str | None = None, limit: int | None = None) -> list[RunRecord]:
        """Return demo runs, newest first, of one demo if named."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT * FROM run WHERE ?1 IS NULL OR demo = ?1 ORDER BY id DESC LIMIT ?2",
                (demo, -1 if limit is None else limit),
            )
            return [_run(row) for row in codec.rows(rows)]

    def failed_demos(self) -> frozenset[str]:
        """Return the demos with a claim that failed in their latest run."""
        query = (
            "SELECT demo, id, claims FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY demo)"
        )
        found = set()
        with self.reading() as db:
            for demo, number, claims in db.execute(query):
                with codec.readable(f"Row {number} of run"):
                    if "fails" in dict(json.loads(claims)).values():
                        found.add(demo)
        return frozenset(found)

    def predictions(self) -> dict[str, Retention]:
        """Return for each demo how many predictions of its outcome were right."""
        with self.reading() as db:
            rows = db.execute(
                "SELECT demo, sum(prediction_right), count(*) FROM run "
                "WHERE prediction_right IS NOT NULL GROUP BY demo ORDER BY demo"
            )
            return {demo: Retention(right, total) for demo, right, total in rows}

    def add_interview(self, at: datetime, record: dict[str, object]) -> int:
        """Write the record of a mock interview; return its number."""
        row = {"at": codec.to_micros(at), "record": codec.dump(record)}
        with self.writing() as db:
            return codec.insert(db, "interview", row)

    def interviews(self) -> list[Recorded]:
        """Return the records of mock interviews, newest first; a damaged row hides no other."""
        with self.reading() as db:
            rows = db.execute("SELECT * FROM interview ORDER BY at DESC, id DESC")
            return [_recorded(row) for row in codec.rows(rows)]

    def has_interviews(self) -> bool:
        """Whether there is any record of a mock interview, readable or not."""
        with self.reading() as db:
            return db.execute("SELECT 1 FROM interview LIMIT 1").fetchone() is not None


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


def _recorded(row: dict[str, Any]) -> Recorded:
    try:
        return _interview(row)
    except codec.UnreadableRow as error:
        return error


def _interview(row: dict[str, Any]) -> tuple[datetime, dict[str, Any]]:
    with codec.readable(f"Row {row['id']} of interview"):
        return codec.from_micros(row["at"]), dict(json.loads(row["record"]))


def _run(row: dict[str, Any]) -> RunRecord:
    from quizapp.demo.checks import read_value

    with codec.readable(f"Row {row['id']} of run"):
        measures = dict(json.loads(row["measures"]))
        return RunRecord(
            demo=row["demo"],
            settings=dict(json.loads(row["params"])),
            seed=row["seed"],
            device=row["device"],
            versions=dict(json.loads(row["versions"])),
            measures={name: read_value(value) for name, value in measures.items()},
            claims=dict(json.loads(row["claims"])),
            wall_s=row["wall_s"],
            at=codec.from_micros(row["at"]),
            prediction=row["prediction"],
            right=codec.truth(row["prediction_right"]),
            card=row["card"],
        )
