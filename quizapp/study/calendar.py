"""Study days: a day begins at 04:00 local time, so a late evening counts as one evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MOST_BACK = timedelta(days=3)
"""A later study day than this cannot lie behind the learner: the widest journey is 26 hours of
clock time, and another rollover hour moves a day by 23. What is dated later was written while the
clock was ahead."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns instants into study days, by the clock on the wall where the learner is."""

    tz: tzinfo
    rollover_hour: int = 4

    def day(self, now: datetime) -> date:
        """Return the study day of an aware instant.

        The shift is made on wall-clock time, so days of 23 and 25 hours need no care.
        """
        wall = now.astimezone(self.tz).replace(tzinfo=None)
        return (wall - timedelta(hours=self.rollover_hour)).date()

    def start(self, day: date) -> datetime:
        """Return the instant, in UTC, at which a study day begins."""
        return datetime.combine(day, time(self.rollover_hour), self.tz).astimezone(UTC)

    def offset_minutes(self, now: datetime) -> int:
        """Return the local offset from UTC, in minutes east."""
        offset = now.astimezone(self.tz).utcoffset()
        return round(offset.total_seconds() / 60) if offset is not None else 0
