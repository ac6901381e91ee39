"""The ratings of the log: written beside their step, and read by columns.

A rating counts as long as its step stands, that is, is not undone. Cards come out with the ids
they have today.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from quizapp.store import codec
from quizapp.store.connection import Database
from quizapp.study.model import Answer, LogEntry, Phase, Rating, Review
from quizapp.study.queue import DayCounts
from quizapp.study.schedule import FSRS_VERSION

_STANDS = "action NOT IN (SELECT action FROM undone)"
_ENTRY = "action, card, day, rating, phase, interval, elapsed_ms, hint_used, confidence, all_musts"
_RATINGS = {rating.value: rating for rating in Rating}
_PHASES = {phase.value: phase for phase in Phase}


def write(db: sqlite3.Connection, number: int, review: Review) -> None:
    """Write the rating that a step of the log is."""
    answer = review.answer
    row = {
        "action": number,
        "card": review.card,
        "day": review.day.toordinal(),
        "tz_offset": review.tz_offset,
        "rating": int(answer.rating),
        "phase": str(review.phase),
        "interval": review.interval,
        "elapsed_ms": answer.elapsed_ms,
        "hint_used": answer.hint_used,
        "confidence": answer.confidence,
        "all_musts": answer.all_musts,
        "ticked": codec.dump(review.ticked),
        "prediction": answer.prediction,
        "prediction_right": answer.prediction_right,
        "response": answer.response,
        "fsrs_version": FSRS_VERSION,
        "opinions": codec.opinions_text(answer.opinions),
    }
    codec.insert(db, "review", row)


class Reviews(Database):
    """The ratings that stand."""

    def entries(self) -> list[LogEntry]:
        """Return every rating, oldest first: not for the loop of the screens."""
        with self.reading() as db:
            rows = db.execute(f"SELECT {_ENTRY} FROM review WHERE {_STANDS} ORDER BY action")
            return _entries(rows, self.present())

    def first_and_latest(self, cards: Collection[str] | None = None) -> dict[str, list[LogEntry]]:
        """Return of each card, or of some, the answers as a new one and the latest one."""
        present, ids = self.narrowed(cards)
        # A look into the index for each card: grouping would walk through the whole of it.
        latest = f"SELECT max(action) FROM review WHERE card = state.card AND {_STANDS}"
        found: dict[str, list[LogEntry]] = {}
        with self.reading() as db:
            rows = db.execute(
                f"SELECT {_ENTRY} FROM review WHERE action IN ("
                f"SELECT ({latest}) FROM state WHERE {codec.among('state.card', ids)} "
                f"UNION SELECT action FROM review WHERE phase = 'new' AND "
                f"{codec.among('card', ids)} AND {_STANDS}) ORDER BY action",
                codec.ids_parameter(ids),
            )
            for entry in _entries(rows, present):
                found.setdefault(entry.card, []).append(entry)
        return found

    def rated(self, since: date, rating: Rating | None = None) -> set[str]:
        """Return the cards that got a rating, or any, on a study day or later."""
        with self.reading() as db:
            present = self.present()
            # The + keeps the planner from walking the whole table in the order of the cards.
            rows = db.execute(
                f"SELECT DISTINCT +card FROM review WHERE day >= ? AND {_STANDS} "
                "AND +rating IN (SELECT value FROM json_each(?))",
                (since.toordinal(), codec.dump([rating] if rating else list(Rating))),
            )
            return {present.get(card, card) for (card,) in rows}

    def reviews(
        self, *, card: str | None = None, after: int = 0, newest: int | None = None
    ) -> list[Review]:
        """Return ratings, whole and oldest first.

        Narrowed to one card, to those after a step of the log, or to the newest so many.
        """
        present, ids = self.narrowed(None if card is None else (card,))
        limits = {"after": after, "newest": -1 if newest is None else newest}
        with self.reading() as db:
            rows = db.execute(
                "SELECT review.*, at FROM review JOIN action ON action.id = action "
                f"WHERE action > :after AND {codec.among('review.card', ids)} AND {_STANDS} "
                "ORDER BY action DESC LIMIT :newest",
                {**codec.ids_parameter(ids), **limits},
            )
            return [_review(row, present) for row in codec.rows(rows)][::-1]

    def day_counts(self, day: date) -> DayCounts:
        """Return what a study day has used of its limits: ratings by the card's phase before."""
        query = f"SELECT phase, count(*) FROM review WHERE day = ? AND {_STANDS} GROUP BY phase"
        with self.reading() as db:
            by_phase = dict(db.execute(query, (day.toordinal(),)).fetchall())
        return DayCounts(new=by_phase.get(Phase.NEW, 0), reviews=by_phase.get(Phase.REVIEW, 0))

    def answers_after(self, step: int) -> int:
        """Return how many ratings came after a step of the log."""
        query = f"SELECT count(*) FROM review WHERE action > ? AND {_STANDS}"
        with self.reading() as db:
            return int(db.execute(query, (step,)).fetchone()[0])

    def activity(self, since: date) -> dict[tuple[str, date], int]:
        """Return how often each card was answered on each study day, from a day on."""
        query = (
            f"SELECT card, day, count(*) FROM review WHERE day >= ? AND {_STANDS} "
            "GROUP BY day, card"
        )
        found: dict[tuple[str, date], int] = {}
        with self.reading() as db, codec.readable("The day of a review"):
            present = self.present()
            for card, day, number in db.execute(query, (since.toordinal(),)):
                key = present.get(card, card), date.fromordinal(day)
                found[key] = found.get(key, 0) + number
        return found

    def study_days(self) -> list[date]:
        """Return the study days that had an answer, newest first."""
        # Each day is looked up below the one before: the index is not walked row by row.
        query = (
            f"WITH RECURSIVE studied (day) AS (SELECT max(day) FROM review WHERE {_STANDS} "
            f"UNION ALL SELECT (SELECT max(day) FROM review WHERE day < studied.day AND {_STANDS}) "
            "FROM studied WHERE studied.day IS NOT NULL) "
            "SELECT day FROM studied WHERE day IS NOT NULL"
        )
        with self.reading() as db, codec.readable("The day of a review"):
            return [date.fromordinal(day) for (day,) in db.execute(query)]


def unreadable(db: sqlite3.Connection) -> list[str]:
    """Name the rows that hold no answer."""
    named = []
    query = "SELECT action, day, ticked, opinions FROM review ORDER BY action"
    for number, day, ticked, opinions in db.execute(query):
        try:
            with codec.readable(f"Row {number} of review"):
                date.fromordinal(day)
                codec.ticks(ticked)
                codec.opinions(opinions)
        except codec.UnreadableRow as error:
            named.append(error.what)
    return named


def _entries(rows: sqlite3.Cursor, present: Mapping[str, str]) -> list[LogEntry]:
    found = []
    number = 0
    try:  # around the loop, not in it: a log has tens of thousands of rows
        for number, card, day, rating, phase, interval, elapsed, hint, confidence, musts in rows:
            found.append(
                LogEntry(
                    number,
                    present.get(card, card),
                    date.fromordinal(day),
                    _RATINGS[rating],
                    _PHASES[phase],
                    interval,
                    elapsed,
                    hint == 1,
                    confidence,
                    codec.truth(musts),
                )
            )
    except codec.UNREADABLE as error:
        raise codec.UnreadableRow(f"Row {number} of review") from error
    return found


def _review(row: dict[str, Any], present: Mapping[str, str]) -> Review:
    with codec.readable(f"Row {row['action']} of review"):
        answer = Answer(
            Rating(row["rating"]),
            row["elapsed_ms"],
            bool(row["hint_used"]),
            row["confidence"],
            codec.truth(row["all_musts"]),
            row["prediction"],
            codec.truth(row["prediction_right"]),
            row["response"],
            codec.opinions(row["opinions"]),
        )
        return Review(
            card=present.get(row["card"], row["card"]),
            at=codec.from_micros(row["at"]),
            day=date.fromordinal(row["day"]),
            tz_offset=row["tz_offset"],
            phase=Phase(row["phase"]),
            interval=row["interval"],
            answer=answer,
            ticked=codec.ticks(row["ticked"]),
            id=row["action"],
        )
