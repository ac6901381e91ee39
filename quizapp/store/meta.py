"""What the app remembers by name besides the log: which values can be read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date

from quizapp.errors import QuizError
from quizapp.settings import StudySettings
from quizapp.study.calendar import Calendar
from quizapp.study.fit import kept_parameters
from quizapp.study.schedule import Scheduler


def unreadable(db: sqlite3.Connection) -> list[str]:
    """Return the keys whose values mean nothing to the app."""
    rows = db.execute("SELECT key, value FROM meta ORDER BY key")
    return [key for key, text in rows if not means_something(key, text)]


def means_something(key: str, text: str) -> bool:
    """Return whether a kept value is JSON, and of the kind that its key asks for."""
    try:
        _CHECKS.get(key.partition("/")[0], _anything)(json.loads(text))
    except (ArithmeticError, LookupError, TypeError, ValueError, QuizError):
        return False
    return True


def _anything(value: object) -> None:
    pass


def _text(value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(value)


def _record(value: object) -> None:
    if not isinstance(value, dict):
        raise TypeError(value)


def _draft(value: object) -> None:
    match value:
        case {"reps": int(), "texts": [*texts]} if all(isinstance(text, str) for text in texts):
            return
    raise TypeError(value)


def _placement(value: object) -> None:
    match value:
        case {"answers": [*answers], "cards": [*cards], "seed": int(), "since": str(since)}:
            if since:
                date.fromisoformat(since)
            names = [*cards, *(card for card, _ in answers)]
            if all(isinstance(name, str) for name in names):
                return
    raise TypeError(value)


def _day(value: object) -> None:
    _text(value)
    date.fromisoformat(str(value))


def _fitted(value: object) -> None:
    _record(value)
    Scheduler(StudySettings(), Calendar(UTC), kept_parameters(value))


_CHECKS: dict[str, Callable[[object], None]] = {
    "interview_date": _day,
    "fsrs": _fitted,
    "theme": _text,
    "reader_always": _text,
    "open_interview": _record,
    "draft": _draft,
    "placement": _placement,
}
"""By key, or by what stands before its slash."""
