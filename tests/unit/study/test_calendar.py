"""Study days begin at 04:00 on the wall, in every zone and over every clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.calendar import Calendar
from tests.unit.study.samples import BERLIN

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # its clock changes by half an hour
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "UTC",
]
instants = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        ("2026-01-05T03:59:59+01:00", date(2026, 1, 4)),
        ("2026-01-05T04:00:00+01:00", date(2026, 1, 5)),
        ("2026-01-05T23:59:00+01:00", date(2026, 1, 5)),
        ("2026-01-06T01:00:00+01:00", date(2026, 1, 5)),
        ("2026-03-29T03:30:00+02:00", date(2026, 3, 28)),  # the night clocks go forward
        ("2026-03-29T04:00:00+02:00", date(2026, 3, 29)),
        ("2026-10-25T03:59:00+01:00", date(2026, 10, 24)),  # the night they go back
        ("2026-10-25T04:00:00+01:00", date(2026, 10, 25)),
    ],
)
def test_a_day_begins_at_four_in_the_morning(wall: str, day: date) -> None:
    assert Calendar(BERLIN).day(datetime.fromisoformat(wall)) == day


@given(st.sampled_from(ZONES), st.dates(date(2000, 1, 2), date(2039, 12, 30)))
def test_a_day_holds_exactly_its_instants(zone: str, day: date) -> None:
    calendar = Calendar(ZoneInfo(zone))
    start, end = calendar.start(day), calendar.start(day + timedelta(days=1))
    assert calendar.day(start) == day
    assert calendar.day(end - timedelta(microseconds=1)) == day
    assert timedelta(hours=22) < end - start < timedelta(hours=26)


@given(st.sampled_from(ZONES), instants, st.integers(0, 86400 * 3))
def test_days_never_run_backwards(zone: str, now: datetime, seconds: int) -> None:
    calendar = Calendar(ZoneInfo(zone))
    assert calendar.day(now) <= calendar.day(now + timedelta(seconds=seconds))


def test_the_offset_is_in_minutes_east_and_follows_the_clock_change() -> None:
    assert Calendar(BERLIN).offset_minutes(datetime(2026, 1, 5, tzinfo=UTC)) == 60
    assert Calendar(BERLIN).offset_minutes(datetime(2026, 7, 5, tzinfo=UTC)) == 120
    newfoundland = Calendar(ZoneInfo("America/St_Johns"))
    assert newfoundland.offset_minutes(datetime(2026, 1, 5, tzinfo=UTC)) == -210
