"""What the core take from this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quizapp.app.zone import local_zone

WINTER = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def zone_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the C library its own time zone back."""
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", ["UTC+25", "UTC-30", "UTC+99999"])
def test_a_time_zone_beyond_a_day_falls_back_to_that_of_the_machine(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", name)
    time.tzset()
    assert local_zone(name, tmp_path / "absent") is UTC
    tokyo = Path("/usr/share/zoneinfo/Asia/Tokyo")
    if tokyo.exists():
        assert WINTER.astimezone(local_zone(name, tokyo)).utcoffset() == timedelta(hours=9)


def test_a_posix_rule_still_gives_the_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XYZ-3")
    time.tzset()
    assert WINTER.astimezone(local_zone("XYZ-3")).utcoffset() == timedelta(hours=3)
