"""Schedulers, cards and instants that the tests of studying share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from quizapp.cards.model import CardHead
from quizapp.settings import StudySettings
from quizapp.study.actions import Action
from quizapp.study.calendar import Calendar
from quizapp.study.model import Answer, CardState, LogEntry, Rating
from quizapp.study.schedule import Scheduler

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
"""A Monday evening, 19:00 in Berlin."""
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def scheduler(
    settings: StudySettings | None = None,
    tz: tzinfo = BERLIN,
    *,
    parameters: tuple[float, ...] | None = None,
    fuzz: bool = False,
) -> Scheduler:
    """Return a scheduler, by default without fuzz."""
    return Scheduler(settings or StudySettings(), Calendar(tz), parameters, fuzz=fuzz)


def entry(action: Action) -> LogEntry:
    """Return the row of the log that statistics read of a rating."""
    review = action.review
    assert review is not None
    answer = review.answer
    return LogEntry(
        review.id or 0,
        review.card,
        review.day,
        review.rating,
        review.phase,
        review.interval,
        answer.elapsed_ms,
        answer.hint_used,
        answer.confidence,
        answer.all_musts,
    )


def good(rating: Rating = Rating.GOOD, **fields: object) -> Answer:
    """Return an answer that took five seconds."""
    return replace(Answer(rating, elapsed_ms=5000), **fields)  # type: ignore[arg-type]


def learned(card: str, now: datetime = NOW, ratings: Iterable[int] = (3, 3)) -> CardState:
    """Return a card after some ratings, each given when it was due."""
    rules = scheduler()
    state = CardState(card)
    for rating in ratings:
        state = rules.review(state, Rating(rating), now)
        if state.due is not None:
            now = state.due
        elif state.due_day is not None:
            now = rules.calendar.start(state.due_day) + timedelta(hours=14)
    return state


def infos(*topics: str, each: int = 5) -> list[CardHead]:
    """Return `each` cards for every topic, named a-0, a-1 and so on."""
    return [
        CardHead(f"{topic}-{number}", topic, order=number)
        for topic in topics
        for number in range(each)
    ]
