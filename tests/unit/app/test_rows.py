"""A longer log is no longer read: what screens ask for is a matter of cards and days."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.facts import card_facts
from quizapp.app.overview import overview
from quizapp.app.scope import Scope
from quizapp.app.search_index import SearchIndex
from quizapp.app.statistics import statistics
from quizapp.paths import Paths, built_in
from quizapp.settings import Settings, StudySettings
from quizapp.study.actions import rate
from quizapp.study.model import Answer, Rating
from tests.unit.app.counting import counting

NOW = datetime(2027, 3, 1, 18, 30, tzinfo=UTC)
CARDS, DAYS = 20, 10


def learner(home: Path, a_day: int) -> Core:
    """Open a home whose learner answered some cards so many times on each of the last days."""
    core = opened(home)
    core.store.connection.execute("PRAGMA synchronous = OFF")
    names = core.library.order[:CARDS]
    for day in range(DAYS):
        for turn in range(a_day):
            now = NOW - timedelta(days=DAYS - day) + timedelta(seconds=turn)
            state = core.store.state(names[turn % CARDS])
            action = rate(state, Answer(Rating(1 + turn % 4)), now, core.scheduler)
            core.store.commit(action, core.scheduler)
    core.close()
    return opened(home)


def opened(home: Path) -> Core:
    return Core(
        paths=Paths(home, home / "cache", home, (built_in("content"),), ()),
        settings=Settings(study=StudySettings(interview_date=date(2027, 3, 20))),
        clock=lambda: NOW,
        monotonic=lambda: 0.0,
        tz=UTC,
        random=Random(1),
    )


def rows_read(core: Core, visit: Callable[[], object]) -> int:
    """Return how many rows the store hands over to a visit."""
    with counting(core.store.connection) as rows:
        visit()
    return rows.read


def visits(core: Core) -> dict[str, Callable[[], object]]:
    """Return what the screens do on the loop, each as the first visit of a process."""
    card = core.library.cards[core.library.order[0]]
    return {
        "home": lambda: overview(core),
        "browse": lambda: SearchIndex(core).refresh(),
        "info": lambda: card_facts(core, card),
        "statistics": lambda: asyncio.run(statistics(core)),
        "sitting": lambda: Sitting(core, Scope()),
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
    core = learner(tmp_path, CARDS)
    sitting = Sitting(core, Scope())
    for _ in range(5):
        sitting.rate(Answer(Rating.GOOD))
    assert sitting.answered == len(sitting.given()) == 5
    assert rows_read(core, lambda: (sitting.answered, sitting.left)) == 1
    core.close()
