"""Statistics and lessons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.scope import Scope
from quizapp.cards.asked import Coverage
from quizapp.study.estimate import Interval
from quizapp.study.model import Answer, Rating
from quizapp.study.readiness import Readiness, TopicReadiness
from quizapp.study.stats import CalibrationPoint, Forecast, Retention, TimeSpent, TrueRetention
from quizapp.tui import statistics_page as page
from quizapp.tui.app import Start
from quizapp.tui.screens.stats import Figure
from tests.conftest import Clock
from tests.tui.look import finish, opened, shown

TODAY = date(2027, 3, 3)
"""A Wednesday."""


async def test_the_page_shows_every_part(core: Core, clock: Clock) -> None:
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    async with opened(core, size=(120, 90), start=Start("stats")) as pilot:
        await finish(pilot)
        text = shown(pilot)
        for title in page.SECTIONS.values():
            assert f" {title} " in text
        assert "1 answer on 1 day; busiest: 1" in text
        assert "1 of 6 independent" in text and "0 of 2 independent" in text


def test_the_calendar_has_a_column_per_week_and_nothing_after_today() -> None:
    days = {TODAY: 4, TODAY - timedelta(days=7): 1}
    rows = page.heatmap_lines(days, TODAY, 20).plain.splitlines()
    assert rows[3].endswith("░ █ ")
    assert rows[4] == "     " + "· " * 6 + "  "  # Thursday is tomorrow
    assert "5 answers on 2 days; busiest: 4" in rows[-1]


def test_the_forecast_scales_to_its_highest_day() -> None:
    coming = Forecast(backlog=2, by_day=(4, 0, 8, 0, 0, 0, 0), later=3, daily_load=1.25)
    rows = page.forecast_lines(coming, TODAY, 14).plain.splitlines()
    assert rows[0] == "    █        "
    assert rows[4].startswith("█   █")
    assert rows[5].startswith("3   5   7")
    assert "today 6, of them 2 overdue · in 7 days 12" in rows[6]


def test_shares_come_with_their_interval() -> None:
    lines = page.retention_lines(
        TrueRetention(Retention(9, 10), Retention(0, 0)), 0.9, 30, 80
    ).plain
    young, mature, *_ = lines.splitlines()
    assert young.startswith("young, under 30 days")
    assert young.endswith("████████████▒▒▒▒▒▒▒▒  90%  9 of 10, 60%-98%")
    assert mature.split(maxsplit=1) == ["mature", "no answers yet"]


def test_calibration_says_how_to_switch_it_on() -> None:
    assert "confidence = true" in page.calibration_lines((), 0, 80).plain
    lines = page.calibration_lines((CalibrationPoint(3, 8, 10),), 2, 80).plain
    assert "certain" in lines and " 80%  8 of 10" in lines
    assert "2 cards answered with certainty and wrong" in lines


def test_predictions_are_counted_by_demo() -> None:
    lines = page.prediction_lines({"a": Retention(1, 2), "b": Retention(2, 2)}, 80).plain
    assert "all demos" in lines and " 75%  3 of 4" in lines


def test_readiness_tells_its_range_by_topic_and_how_it_is_computed() -> None:
    assert "v on Home" in page.readiness_lines(None, {}, 80).plain
    topic = TopicReadiness("a", 0.5, Interval(0.4, 0.6), 10, 3)
    ready = Readiness(TODAY, 0.5, Interval(0.45, 0.55), 27, 0.8, 3, 0.25, (topic,))
    rows = page.readiness_lines(ready, {"a": "Alpha"}, 80).plain.splitlines()
    assert rows[0].startswith("all, on 2027-03-03") and rows[0].endswith("50%  45%-55%")
    assert rows[1] == (
        "Known from 27 answered cards: 80% of them. Guessed for 3 unseen cards: 25% of them."
    )
    assert rows[2].startswith("Alpha") and rows[2].endswith("50%  3 unseen, 40%-60%")
    assert "FSRS recall" in rows[3] and "95 % interval" in rows[3]
    covered = replace(ready, coverage=Coverage(0.94, "two lists"))
    assert page.readiness_lines(covered, {"a": "Alpha"}, 80).plain.splitlines()[2] == (
        "The cards answer 94% of what public question lists ask."
    )
    few = replace(ready, answered=1, unseen=300)
    assert page.readiness_lines(few, {}, 80).plain == (
        "Not enough answers yet to tell: 1 answered card of 20"
    )


def test_times_are_shown_by_topic_and_the_slowest_cards_named() -> None:
    assert page.time_lines(None, {}, [], 80).plain == "no answers yet"
    topics = {"Alpha": TimeSpent(2, 60, 30), "Beta": TimeSpent(4, 400, 90)}
    text = page.time_lines(TimeSpent(6, 5400, 61), topics, [("Why is `B` zero?", 95.0)], 80).plain
    rows = text.splitlines()
    assert rows[0] == "1:01 an answer, half of them less; 1.5 hours in all"
    assert rows[1].startswith("Beta") and rows[1].endswith("1:30   4 answers")
    assert rows[2].startswith("Alpha") and "0:30" in rows[2]
    assert rows[-1] == " 1:35  Why is B zero?"


@pytest.mark.parametrize("size", [(40, 10), (60, 24), (80, 24), (120, 40), (200, 60)])
async def test_no_row_of_figures_wraps_at_any_width(
    core: Core, clock: Clock, size: tuple[int, int]
) -> None:
    core.set_interview_date(core.today + timedelta(days=9))
    sitting = Sitting(core, Scope())
    while sitting.card is not None:
        sitting.rate(Answer(Rating.EASY, elapsed_ms=90_000, confidence=3))
    async with opened(core, size=size, start=Start("stats")) as pilot:
        await finish(pilot)
        for name, rows in {
            "heatmap": 9,  # months, seven weekdays, the sum
            "mastery": 2,
            "calibration": 1,
            "retention": 4,
        }.items():
            figure = pilot.app.screen.query_one(f"#{name}", Figure)
            widest = max(len(row) for row in str(figure.content).splitlines()[:rows])
            assert widest <= figure.content_size.width
            assert len(str(figure.content).splitlines()) == rows
            assert figure.content_size.height >= rows  # none is cut off by the layout


async def test_a_wider_window_gives_the_calendar_more_weeks(core: Core) -> None:
    async with opened(core, size=(200, 60), start=Start("stats")) as pilot:
        await finish(pilot)
        figure = pilot.app.screen.query_one("#heatmap", Figure)
        before = str(figure.content).splitlines()[1]
        await pilot.resize_terminal(80, 24)
        await finish(pilot)
        after = str(figure.content).splitlines()[1]
        assert len(after) < len(before)
        assert len(after) <= figure.content_size.width
