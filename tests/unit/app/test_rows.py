"""A longer log is no longer read: what screens ask for is a matter of cards and days."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from quizapp.app.facts import card_facts
from quizapp.app.overview import overview
from quizapp.app.search_index import SearchIndex
from quizapp.app.services import Services
from quizapp.app.sitting import Scope, Sitting
from quizapp.app.statistics import statistics
from quizapp.paths import Paths, built_in
from quizapp.settings import Settings, StudySettings
from quizapp.study.actions import rate
from quizapp.study.model import Answer, Rating

NOW = datetime(2027, 3, 1, 18, 30, tzinfo=UTC)
CARDS, DAYS = 20, 10


def learner(home: Path, a_day: int) -> Services:
    """Open a home whose learner answered some cards so many times on each of the last days."""
    services = opened(home)
    services.store.connection.execute("PRAGMA synchronous = OFF")
    names = services.library.order[:CARDS]
    for day in range(DAYS):
        for turn in range(a_day):
            now = NOW - timedelta(days=DAYS - day) + timedelta(seconds=turn)
            state = services.store.state(names[turn % CARDS])
            action = rate(state, Answer(Rating(1 + turn % 4)), now, services.scheduler)
            services.store.commit(action, services.scheduler)
    services.close()
    return opened(home)


def opened(home: Path) -> Services:
    return Services(
        paths=Paths(home, home / "cache", home, (built_in("content"),), ()),
        settings=Settings(study=StudySettings(interview_date=date(2027, 3, 20))),
        clock=lambda: NOW,
        monotonic=lambda: 0.0,
        tz=UTC,
        random=Random(1),
    )


def rows_read(services: Services, visit: Callable[[], object]) -> int:
    """Return how many rows the store hands over to a visit."""
    rows = 0

    def count(cursor: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        nonlocal rows
        rows += 1
        return row

    services.store.connection.row_factory = count
    visit()
    services.store.connection.row_factory = None
    return rows


def visits(services: Services) -> dict[str, Callable[[], object]]:
    """Return what the screens do on the loop, each as the first visit of a process."""
    card = services.library.cards[services.library.order[0]]
    return {
        "home": lambda: overview(services),
        "browse": lambda: SearchIndex(services).refresh(),
        "info": lambda: card_facts(services, card),
        "statistics": lambda: asyncio.run(statistics(services)),
        "sitting": lambda: Sitting(services, Scope()),
    }


@pytest.mark.parametrize("visit", ["home", "browse", "info", "statistics", "sitting"])
def test_three_times_as_many_answers_are_no_more_rows(tmp_path: Path, visit: str) -> None:
    short, long = learner(tmp_path / "short", 2 * CARDS), learner(tmp_path / "long", 6 * CARDS)
    few = rows_read(short, visits(short)[visit])
    many = rows_read(long, visits(long)[visit])
    short.close()
    long.close()
    assert few == many


def test_the_tick_of_a_sitting_reads_one_row(tmp_path: Path) -> None:
    services = learner(tmp_path, CARDS)
    sitting = Sitting(services, Scope())
    for _ in range(5):
        sitting.rate(Answer(Rating.GOOD))
    assert sitting.answered == len(sitting.given()) == 5
    assert rows_read(services, lambda: (sitting.answered, sitting.left)) == 1
    services.close()
