"""What the review log shows: retention, calendar, forecast, time, calibration."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from quizapp.study.estimate import Interval, proportion
from quizapp.study.model import CardState, LogEntry, Phase

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """How many reviews were remembered."""

    passed: int
    total: int

    @property
    def rate(self) -> float | None:
        """Share remembered; None before the first review."""
        return self.passed / self.total if self.total else None

    @property
    def interval(self) -> Interval:
        """Where the true share lies, at 95 %."""
        return proportion(self.passed, self.total)


@dataclass(frozen=True, slots=True)
class TrueRetention:
    """Retention by the age of the card at the review."""

    young: Retention
    mature: Retention

    @property
    def all(self) -> Retention:
        """Both together."""
        passed = self.young.passed + self.mature.passed
        return Retention(passed, self.young.total + self.mature.total)


def true_retention(reviews: Iterable[LogEntry], mature_days: int = 21) -> TrueRetention:
    """Return the share of reviews that were not Again, as Anki counts it.

    Only the first review of a card on a study day counts, and only if the card was in review;
    learning steps say nothing of memory. Mature is an interval of `mature_days` or more.
    """
    seen: set[tuple[str, date]] = set()
    counts: Counter[tuple[bool, bool]] = Counter()
    for review in reviews:
        if review.phase is not Phase.REVIEW or (review.card, review.day) in seen:
            continue
        seen.add((review.card, review.day))
        mature = review.interval >= mature_days
        counts[mature, review.recalled] += 1
    young, mature_ones = (
        Retention(counts[mature, True], counts[mature, True] + counts[mature, False])
        for mature in (False, True)
    )
    return TrueRetention(young, mature_ones)


def heatmap(reviews: Iterable[LogEntry]) -> dict[date, int]:
    """Return the number of answers on each study day that had any."""
    return dict(sorted(Counter(review.day for review in reviews).items()))


def streak(days: Iterable[date], today: date) -> int:
    """Return how many study days in a row had an answer, up to today or, if today has none yet,
    up to yesterday."""
    studied = set(days)
    last = today if today in studied else today - _DAY
    length = 0
    while last - length * _DAY in studied:
        length += 1
    return length


@dataclass(frozen=True, slots=True)
class Forecast:
    """Cards that will be due, if no more are learned and every answer comes on its day."""

    backlog: int
    """Due before today."""
    by_day: tuple[int, ...]
    """Due today, tomorrow and so on; the backlog is not in it."""
    later: int
    """Due after the days shown."""
    daily_load: float
    """Reviews a day in the long run: the sum of 1 / interval over all cards in review."""


def forecast(states: Iterable[CardState], today: date, days: int = 30) -> Forecast:
    """Return the reviews to come; suspended cards are left out, steps in progress are today's."""
    by_day = [0] * days
    backlog = later = 0
    load = 0.0
    for state in states:
        if state.suspended or state.phase is Phase.NEW:
            continue
        due = today if state.due_day is None else state.due_day
        if state.buried_until is not None:
            due = max(due, state.buried_until)
        ahead = (due - today).days
        load += 1 / max(1, state.interval)
        if ahead < 0:
            backlog += 1
        elif ahead < days:
            by_day[ahead] += 1
        else:
            later += 1
    return Forecast(backlog, tuple(by_day), later, load)


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """How long answers take."""

    answers: int
    total_s: float
    median_s: float


def time_spent(
    reviews: Iterable[LogEntry], group: Callable[[str], str], cap_s: float = 600.0
) -> dict[str, TimeSpent]:
    """Return the time of answers, grouped by what `group` makes of a card's id.

    An answer left open counts as `cap_s` at most. Anki caps at 60 s; an interview answer may take
    minutes.
    """
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for review in reviews:
        groups[group(review.card)].append(min(review.elapsed_ms / 1000, cap_s))
    return {name: TimeSpent(len(each), sum(each), median(each)) for name, each in groups.items()}


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """How often answers given with one confidence were right."""

    confidence: int
    """1 to 3."""
    right: int
    total: int

    @property
    def interval(self) -> Interval:
        """Where the true share lies, at 95 %."""
        return proportion(self.right, self.total)


def calibration(reviews: Iterable[LogEntry]) -> tuple[CalibrationPoint, ...]:
    """Return the share of answers not rated Again, for each confidence stated before the reveal.

    A well calibrated learner's shares rise with confidence.
    """
    right: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for review in reviews:
        if review.confidence is not None:
            total[review.confidence] += 1
            right[review.confidence] += review.recalled
    return tuple(CalibrationPoint(level, right[level], total[level]) for level in sorted(total))


def confident_errors(reviews: Iterable[LogEntry]) -> tuple[str, ...]:
    """Return the cards whose latest answer was stated with full confidence and was wrong.

    Such errors are the ones feedback corrects best (Butterfield and Metcalfe 2001, Journal of
    Experimental Psychology: Learning, Memory, and Cognition 27).
    """
    latest = {review.card: review for review in reviews}
    return tuple(
        card for card, review in latest.items() if review.confidence == 3 and not review.recalled
    )
