"""Schedulers, cards and instants that the tests of studying share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from quizapp.cards.model import CardHead
from quizapp.study.calendar import Calendar
from quizapp.study.model import Answer, CardState, Rating
from quizapp.study.schedule import Scheduler
from quizapp.study.settings import Settings

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
"""A Monday evening, 19:00 in Berlin."""
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def scheduler(settings: Settings | None = None, tz: tzinfo = BERLIN) -> Scheduler:
    """Return a scheduler without fuzz, or with the settings given."""
    return Scheduler(settings or Settings(fuzz=False), Calendar(tz))


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
