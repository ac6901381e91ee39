"""Time is not monotone: clocks are corrected, learners fly, rollover hours and zones change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.facts import card_facts
from quizapp.app.overview import overview
from quizapp.app.scope import Scope, find_scope
from quizapp.app.search_index import SearchIndex
from quizapp.app.statistics import statistics
from quizapp.paths import Paths
from quizapp.settings import Settings, StudySettings
from quizapp.store.doctor import examine, repair
from quizapp.study.fit import prefixes
from quizapp.study.model import Answer, Rating
from quizapp.study.path import learning_path
from quizapp.tui import statistics_page
from quizapp.tui.screens.home import today_lines
from tests.conftest import ALPHA, BETA

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
ZONES = ("UTC", "Asia/Shanghai", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati")


@dataclass(frozen=True)
class Visit:
    """The app is opened at a time and a place, some cards are rated and buried, it is closed."""

    at: datetime
    zone: str
    rollover: int
    ratings: tuple[Rating, ...]
    interview: date | None


visits = st.builds(
    Visit,
    at=st.datetimes(START.replace(tzinfo=None), datetime(2028, 3, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    rollover=st.integers(0, 23),
    ratings=st.lists(st.sampled_from(Rating), max_size=4).map(tuple),
    interview=st.none() | st.dates(date(2027, 1, 1), date(2029, 1, 1)),
)


@contextmanager
def at(home: Path, visit: Visit) -> Iterator[Core]:
    """Open the app."""
    decks = home / "decks"
    decks.mkdir(parents=True, exist_ok=True)
    (decks / "alpha.yaml").write_text(ALPHA, encoding="utf-8")
    (decks / "beta.yaml").write_text(BETA, encoding="utf-8")
    rules = StudySettings(rollover_hour=visit.rollover, interview_date=visit.interview)
    core = Core(
        Paths(home, home / "cache", home, (decks,), ()),
        Settings(study=rules),
        clock=lambda: visit.at,
        monotonic=lambda: 0.0,
        tz=ZoneInfo(visit.zone),
        random=Random(0),
        preload=False,
    )
    try:
        yield core
    finally:
        core.close()


async def look_everywhere(core: Core) -> None:
    """Compute what each screen and command shows."""
    view = overview(core)
    assert sum(sum(row.activity) for row in view.topics) <= len(core.store.entries())
    assert today_lines(view).plain
    found = await statistics(core)
    titles = {deck.id: deck.title for deck in core.library.decks.values()}
    heads = {head.id: head.question for head in core.library.heads.values()}
    for text in statistics_page.parts(found, core.today, core.rules, titles, heads).values():
        assert text(60).plain
    assert len(learning_path(core.infos, core.states())) == len(core.infos)
    prefixes(core.store.entries())
    index = SearchIndex(core)
    index.read_cards()
    index.refresh()
    for query in ("rated:7", "rated:1:1", "introduced:30", "is:due", "prop:due<3", "prop:r<0.9"):
        index.find(query)
    for card in core.library.cards.values():
        assert card_facts(core, card)
    for preset in ("one-evening", "one-week", "senior-two-weeks"):
        find_scope(core, preset=preset)
    core.prepare()


@settings(max_examples=15)
@given(st.lists(visits, min_size=2, max_size=8))
async def test_every_place_opens_whatever_the_clock_the_zone_and_the_rollover_were(
    tmp_path_factory: pytest.TempPathFactory, several: list[Visit]
) -> None:
    home = tmp_path_factory.mktemp("home")
    for visit in several:
        with at(home, visit) as core:
            await look_everywhere(core)
            sitting = Sitting(core, Scope())
            for rating in visit.ratings:
                if sitting.card is not None:
                    sitting.rate(Answer(rating))
            if sitting.card is not None:
                sitting.bury()
            await look_everywhere(core)
            repair(core.store, core.today)
            assert [f for f in examine(core.store, today=core.today) if f.code != "future"] == []
            assert not any(state.is_ahead(core.today) for state in core.states().values())


NOON = Visit(START, "UTC", 4, (), None)
AHEAD = Visit(datetime(2030, 1, 1, 12, tzinfo=UTC), "UTC", 4, (), None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(AHEAD, NOON, id="the clock was some years ahead"),
        pytest.param(
            Visit(datetime(2027, 3, 1, 19, tzinfo=UTC), "Pacific/Auckland", 4, (), None),
            Visit(datetime(2027, 3, 2, 9, 30, tzinfo=UTC), "America/Los_Angeles", 4, (), None),
            id="flown from Auckland to Los Angeles",
        ),
        pytest.param(
            Visit(datetime(2027, 3, 1, 1, 30, tzinfo=UTC), "UTC", 0, (), None),
            Visit(datetime(2027, 3, 1, 1, 35, tzinfo=UTC), "UTC", 4, (), None),
            id="the rollover hour was changed",
        ),
        pytest.param(
            Visit(datetime(2027, 3, 1, 1, 0, tzinfo=UTC), "Asia/Shanghai", 4, (), None),
            Visit(datetime(2027, 3, 1, 1, 5, tzinfo=UTC), "UTC", 4, (), None),
            id="in a container with another zone",
        ),
    ],
)
async def test_an_answer_dated_after_today_is_named_and_in_nobodys_way(
    tmp_path: Path, before: Visit, after: Visit
) -> None:
    with at(tmp_path, before) as core:
        Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
        day = core.today
    with at(tmp_path, after) as core:
        assert core.today < day
        await look_everywhere(core)
        assert overview(core).answered == 0
        first, *_ = examine(core.store, today=core.today)
        assert first.code == "future"
        assert f"1 answer is dated after today, up to {day}" in first.message
        assert not first.repair


def test_a_card_put_off_while_the_clock_was_ahead_is_brought_back_and_that_can_be_undone(
    tmp_path: Path,
) -> None:
    with at(tmp_path, AHEAD) as core:
        sitting = Sitting(core, Scope("", frozenset({"a-open", "a-choice", "a-multi"})))
        sitting.rate(Answer(Rating.EASY))
        sitting.rate(Answer(Rating.AGAIN))
        sitting.bury()
    with at(tmp_path, NOON) as core:
        assert overview(core).due == 0
        _, away = examine(core.store, today=core.today)
        assert away.message.startswith("3 cards were put off while the clock was ahead, up to 2030")
        assert repair(core.store, core.today) == ["Brought 3 cards back to today."]
        assert repair(core.store, core.today) == []
        assert overview(core).due == 2
        assert len(Sitting(core, Scope()).left) == 8
        assert core.store.undo() is not None
        assert [state.card for state in core.states().values() if state.is_ahead(core.today)] != []
        assert [f.code for f in examine(core.store, today=core.today)] == ["future", "future"]
