"""Statistics and lessons."""

from __future__ import annotations

from datetime import date, timedelta

from quizapp.study.model import Answer, Rating
from quizapp.study.stats import CalibrationPoint, Forecast, Retention, TrueRetention
from quizapp.tui import statistics_page as page
from quizapp.tui.app import Start
from quizapp.tui.services import Services
from quizapp.tui.sitting import Scope, Sitting
from tests.tui.conftest import Clock
from tests.tui.look import opened, shown

TODAY = date(2027, 3, 3)
"""A Wednesday."""


async def test_the_page_shows_every_part(services: Services, clock: Clock) -> None:
    Sitting(services, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    async with opened(services, size=(120, 70), start=Start("stats")) as pilot:
        text = shown(pilot)
        for title in ("answers", "reviews to come", "true retention", "mastery", "calibration"):
            assert f" {title} " in text
        assert "1 answers on 1 days" in text or "1 answer" in text
        assert "0 of 6 independent" in text or "1 of 6 independent" in text


def test_the_calendar_has_a_column_per_week_and_nothing_after_today() -> None:
    days = {TODAY: 4, TODAY - timedelta(days=7): 1}
    rows = page.heatmap_lines(days, TODAY, 20).plain.splitlines()
    assert rows[3].endswith("░ █ ")
    assert rows[4].startswith("Thu") or rows[4].startswith("     ·")
    assert "5 answers on 2 days; busiest: 4" in rows[-1]


def test_the_forecast_scales_to_its_highest_day() -> None:
    coming = Forecast(backlog=2, by_day=(4, 0, 8, 0, 0, 0, 0), later=3, daily_load=1.25)
    rows = page.forecast_lines(coming, TODAY, 14).plain.splitlines()
    assert rows[0] == "    █        "
    assert rows[4].startswith("█   █")
    assert rows[5].startswith("3   5   7")
    assert "today 6, of them 2 overdue · in 7 days 12" in rows[6]


def test_shares_come_with_their_interval() -> None:
    lines = page.retention_lines(TrueRetention(Retention(9, 10), Retention(0, 0)), 0.9).plain
    assert "90%   9 of 10, 60%-98%" in lines
    assert "mature                no answers yet" in lines


def test_calibration_says_how_to_switch_it_on() -> None:
    assert "confidence = true" in page.calibration_lines((), 0).plain
    lines = page.calibration_lines((CalibrationPoint(3, 8, 10),), 2).plain
    assert "certain                80%" in lines
    assert "2 cards were answered with certainty and wrong" in lines


def test_predictions_are_counted_by_demo() -> None:
    lines = page.prediction_lines({"a": Retention(1, 2), "b": Retention(2, 2)}).plain
    assert "all demos              75%   3 of 4" in lines
