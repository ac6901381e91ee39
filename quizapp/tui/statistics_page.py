"""The parts of the statistics screen, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from textual.content import Content

from quizapp.app.statistics import Statistics
from quizapp.settings import StudySettings
from quizapp.study.estimate import Interval
from quizapp.study.mastery import Tier, TopicMastery
from quizapp.study.readiness import NOT_ENOUGH, Readiness
from quizapp.study.stats import CalibrationPoint, Forecast, Retention, TimeSpent, TrueRetention
from quizapp.text import minutes, plural
from quizapp.tui.inline import QUIET, inline
from quizapp.tui.widgets.topic_list import mastery_bar

SECTIONS = {
    "heatmap": "answers",
    "forecast": "reviews to come",
    "retention": "true retention",
    "mastery": "mastery",
    "readiness": "ready for the interview",
    "time": "time per card",
    "calibration": "calibration",
    "predictions": "predictions that came true",
}
"""Id and title of each part, in the order of the page."""

Text = Callable[[int], Content]
"""Makes a part of the page for a width in cells."""

SHADES = ("·", "░", "▒", "▓", "█")
"""A day without answers, then from few answers to many."""

WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
CONFIDENCE = {1: "guessing", 2: "fairly", 3: "certain"}
BARS = "▁▂▃▄▅▆▇█"
NAME, BAR = 24, 20
"""Most columns of a name and cells of its bar."""
DETAILED = 60
"""Width from which a row says how many answers it counts."""


def parts(
    found: Statistics,
    today: date,
    rules: StudySettings,
    titles: Mapping[str, str],
    questions: Mapping[str, str],
) -> dict[str, Text]:
    """Return the text of each section; `titles` are those of the decks, `questions` by card."""
    topics = {titles[topic]: spent for topic, spent in found.time_by_topic.items()}
    medians = {card: spent.median_s for card, spent in found.time_by_card.items()}
    slowest = sorted((card for card in medians if card in questions), key=lambda c: -medians[c])
    named = [(questions[card].partition("\n")[0], medians[card]) for card in slowest[:3]]
    wanted, mature, errors = rules.retention, rules.mature_days, len(found.confident_errors)
    return {
        "heatmap": lambda width: heatmap_lines(found.days, today, width),
        "forecast": lambda width: forecast_lines(found.coming, today, width),
        "retention": lambda width: retention_lines(found.recalled, wanted, mature, width),
        "mastery": lambda width: mastery_lines(found.topics, titles, width),
        "readiness": lambda width: readiness_lines(found.ready, titles, width),
        "time": lambda width: time_lines(found.time, topics, named, width),
        "calibration": lambda width: calibration_lines(found.calibration, errors, width),
        "predictions": lambda width: prediction_lines(found.predictions, width),
    }


def heatmap_lines(days: Mapping[date, int], today: date, width: int) -> Content:
    """Return a calendar of answers, a column per week, this week last."""
    weeks = max(4, min(53, (width - 5) // 2))
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    days = {day: count for day, count in days.items() if first <= day <= today}
    top = max(days.values(), default=0)
    rows = [_month_line(first, weeks)]
    for weekday in range(7):
        parts: list[tuple[str, str] | str] = [f"{WEEKDAYS[weekday]:<4} "]
        for week in range(weeks):
            day = first + timedelta(weeks=week, days=weekday)
            parts.append(_cell(days.get(day, 0), top) if day <= today else "  ")
        rows.append(Content.assemble(*parts))
    answers, studied = sum(days.values()), len(days)
    counted = f"{plural(answers, 'answer')} on {plural(studied, 'day')}; busiest: {top}"
    rows.append(Content.styled(counted, QUIET))
    return Content("\n").join(rows)


def _month_line(first: date, weeks: int) -> Content:
    line = [" "] * (2 * weeks)
    before = 0
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        room = 2 * week + 3 <= len(line)
        if day.month != before and (before or day.day <= 7) and room:
            for place, letter in enumerate(f"{day:%b}"):
                line[2 * week + place] = letter
        before = day.month
    return Content.styled("     " + "".join(line).rstrip(), QUIET)


def _cell(count: int, top: int) -> tuple[str, str]:
    if not count:
        return f"{SHADES[0]} ", QUIET
    shade = SHADES[min(4, 1 + (4 * count - 1) // top)]
    return f"{shade} ", "$success"


def forecast_lines(forecast: Forecast, today: date, width: int) -> Content:
    """Return the reviews of the coming days as columns of bars."""
    days = forecast.by_day[: max(7, min(len(forecast.by_day), width // 2))]
    top = max([*days, 1])
    height = 5
    rows = []
    for level in range(height, 0, -1):
        cells = (_column(count / top * height, level) for count in days)
        rows.append(Content.styled(" ".join(cells), "$primary"))
    labels = [
        f"{(today + timedelta(days=n)).day:<2}" if n % 2 == 0 else "  " for n in range(len(days))
    ]
    rows.append(Content.styled("".join(labels).rstrip(), QUIET))
    rows.append(
        Content(
            f"today {days[0] + forecast.backlog}, of them {forecast.backlog} overdue · "
            f"in {len(days)} days {sum(days)} · in the long run {forecast.daily_load:.1f} a day"
        )
    )
    return Content("\n").join(rows)


def _column(value: float, level: int) -> str:
    part = value - (level - 1)
    return " " if part <= 0 else BARS[min(7, max(0, round(part * 8) - 1))]


def retention_lines(
    retention: TrueRetention, wanted: float, mature_days: int, width: int
) -> Content:
    """Return how much was remembered, by the age of the cards, with its interval."""
    rows = [
        (f"young, under {mature_days} days", retention.young),
        ("mature", retention.mature),
        ("all", retention.all),
    ]
    lines = [_share_line(name, value, width) for name, value in rows]
    lines.append(Content.styled(f"{wanted:.0%} is what the schedule aims at", QUIET))
    return Content("\n").join(lines)


def calibration_lines(points: Sequence[CalibrationPoint], errors: int, width: int) -> Content:
    """Return how often each stated confidence was right."""
    if not points:
        return Content.styled(
            "Nothing yet. With `confidence = true` under [study] in settings.toml you are asked "
            "how sure you are before each answer.",
            QUIET,
        )
    lines = [
        _share_line(
            CONFIDENCE.get(point.confidence, ""), Retention(point.right, point.total), width
        )
        for point in points
    ]
    if errors:
        cards = plural(errors, "card")
        lines.append(Content(f"{cards} answered with certainty and wrong, last time."))
    return Content("\n").join(lines)


def prediction_lines(accuracy: Mapping[str, Retention], width: int) -> Content:
    """Return how many predictions of each demo came true."""
    if not accuracy:
        return Content.styled("Nothing yet: predict the outcome of a demo before it runs.", QUIET)
    total = Retention(
        sum(value.passed for value in accuracy.values()),
        sum(value.total for value in accuracy.values()),
    )
    rows = {"all demos": total, **accuracy}
    return Content("\n").join([_share_line(name, value, width) for name, value in rows.items()])


def mastery_lines(topics: Sequence[TopicMastery], titles: Mapping[str, str], width: int) -> Content:
    """Return the tiers of each topic."""
    return Content("\n").join(list(_mastery_rows(topics, titles, width)))


def _mastery_rows(
    topics: Sequence[TopicMastery], titles: Mapping[str, str], width: int
) -> Iterator[Content]:
    unit = " independent" if width >= DETAILED else ""
    rest = width - len("  99 of 99") - len(unit) - 2
    name = max(8, min(max((len(title) for title in titles.values()), default=0), 34, rest - 10))
    bar = max(4, min(40, rest - name))
    for part in topics:
        yield Content.assemble(
            Content(titles[part.topic]).truncate(name, ellipsis=True, pad=True),
            "  ",
            mastery_bar(part, bar),
            (f"  {part.at_least(Tier.INDEPENDENT)} of {part.total}{unit}", QUIET),
        )


def readiness_lines(ready: Readiness | None, titles: Mapping[str, str], width: int) -> Content:
    """Return what would be answered on the day of the interview, and how that is computed."""
    if ready is None:
        return Content.styled("v on Home sets the day of the interview.", QUIET)
    answered, unseen = plural(ready.answered, "answered card"), plural(ready.unseen, "unseen card")
    if not ready.enough:
        return Content.styled(f"{NOT_ENOUGH}: {answered} of {ready.needed}".capitalize(), QUIET)
    lines = [
        _estimate_line(f"all, on {ready.day.isoformat()}", ready.expected, ready.interval, width),
        Content(
            f"Known from {answered}: {ready.recalled:.0%} of them. "
            f"Guessed for {unseen}: {ready.guessed:.0%} of them."
        ),
    ]
    if ready.covers:
        lines.append(Content(ready.covers))
    for part in ready.topics:
        name = titles[part.topic]
        counted = f"{part.unseen} unseen"
        lines.append(_estimate_line(name, part.expected, part.interval, width, counted))
    lines.append(Content.styled(READINESS, QUIET))
    return Content("\n").join(lines)


READINESS = (
    "How it is computed: no study until the day; a card counts as often as it is asked. One that "
    "you answered has its FSRS recall on that day, by your own ratings; an unseen one the share of "
    "your first answers to cards of its difficulty that were right, from one in four before there "
    "are any. A first answer with a must-have point unticked counts half. The range is a 95 % "
    "interval."
)


def time_lines(
    all_: TimeSpent | None,
    topics: Mapping[str, TimeSpent],
    slowest: Sequence[tuple[str, float]],
    width: int,
) -> Content:
    """Return how long answers take: in all, by topic, and the cards that take longest."""
    if all_ is None:
        return Content.styled("no answers yet", QUIET)
    lines = [
        Content(
            f"{minutes(all_.median_s)} an answer, half of them less; "
            f"{all_.total_s / 3600:.1f} hours in all"
        )
    ]
    top = max(part.median_s for part in topics.values()) or 1
    room, cells = _columns(width)
    for name, part in sorted(topics.items(), key=lambda pair: -pair[1].median_s):
        filled = round(cells * part.median_s / top)
        answers = f"   {plural(part.answers, 'answer')}" if width >= DETAILED else ""
        lines.append(
            Content.assemble(
                Content(name).truncate(room, ellipsis=True, pad=True),
                " ",
                ("█" * filled + " " * (cells - filled), "$primary"),
                f" {minutes(part.median_s):>5}",
                (answers, QUIET),
            )
        )
    if slowest:
        lines.append(Content.styled("slowest cards", QUIET))
        for question, seconds in slowest:
            line = Content.assemble(f"{minutes(seconds):>5}  ", inline(question))
            lines.append(line.truncate(min(width, 72), ellipsis=True))
    return Content("\n").join(lines)


def _columns(width: int) -> tuple[int, int]:
    """Return the columns of a name and the cells of its bar, for a row of this width."""
    numbers = len(" 100%") + (
        len("  999 of 999, 99%-100%") if width >= DETAILED else len("  99%-100%")
    )
    rest = width - numbers - 1
    name = max(8, min(NAME, rest - 4))
    return name, max(4, min(BAR, rest - name))


def _share_line(name: str, value: Retention, width: int) -> Content:
    if value.rate is None:
        room, _ = _columns(width)
        label = Content(name).truncate(room, ellipsis=True, pad=True)
        return Content.assemble(label, " ", ("no answers yet", QUIET))
    counted = f"{value.passed} of {value.total}"
    return _estimate_line(name, value.rate, value.interval, width, counted)


def _estimate_line(
    name: str, share: float, interval: Interval, width: int, counted: str = ""
) -> Content:
    """Return a share as a bar: solid up to the low end of its interval, shaded up to the high."""
    room, cells = _columns(width)
    low, high = round(cells * interval.low), round(cells * interval.high)
    detail = counted if width >= DETAILED else ""
    about = ", ".join(filter(None, (detail, f"{interval.low:.0%}-{interval.high:.0%}")))
    return Content.assemble(
        Content(name).truncate(room, ellipsis=True, pad=True),
        " ",
        ("█" * low, "$primary"),
        ("▒" * (high - low), "$primary"),
        ("·" * (cells - high), QUIET),
        (f" {share:>4.0%}", "bold"),
        (f"  {about}", QUIET),
    )
