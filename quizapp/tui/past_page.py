"""Finished interviews as the screen shows them: the list, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from textual.content import Content

from quizapp.app.interviews import Damaged
from quizapp.study.comparison import AskedTwice, Comparison
from quizapp.study.report import InterviewReport
from quizapp.text import minutes, plural
from quizapp.tui.inline import QUIET, inline

NAME, CELL = 39, 12
"""Cells of the first column of the comparison and of each of the other three: 75 of 80 are free."""


def when(at: datetime, tz: tzinfo) -> str:
    """Return when an interview ended, on the learner's clock."""
    return f"{at.astimezone(tz):%Y-%m-%d %H:%M}"


def report_row(report: InterviewReport, tz: tzinfo, *, marked: bool) -> Content:
    """Return one report of the list, on two lines."""
    asked = f"{report.spec.level}, {plural(len(report.results), 'question')}"
    return Content.assemble(
        ("[x] " if marked else "[ ] ", "bold $accent" if marked else QUIET),
        (when(report.at, tz), "bold"),
        f"  {asked:<22}  ",
        (f"{report.score:.0%}", "bold"),
        (f" ({report.interval.text})", QUIET),
        (
            # short: 80 cells hold it with "below junior (below junior to junior)" as well
            f"\n    checked {report.checked.share:.0%}, own ticks {report.by_ticks:.0%}, "
            f"held: {report.held.text}",
            QUIET,
        ),
    )


def damaged_row(record: Damaged, tz: tzinfo) -> Content:
    """Return the place of a report that cannot be read."""
    at = when(record.at, tz) if record.at else "unknown date"
    return Content.assemble(
        "    ", (at, "bold"), ("  cannot be read", "$error"), f"\n    {record.problem}"
    )


def comparison_page(found: Comparison, tz: tzinfo) -> Content:
    """Return scores, level held, topics and the questions that both asked."""
    one, other = found.first, found.second
    lines = [
        _line("", when(one.at, tz)[:10], when(other.at, tz)[:10], "difference", QUIET),
        _shares("score", one.score, other.score, "bold"),
        _line("of many such interviews", one.interval.text, other.interval.text, "", QUIET),
        _shares("checked by the app", one.checked.share, other.checked.share),
        _shares("by your own ticks", one.by_ticks, other.by_ticks),
        _line("questions", str(len(one.results)), str(len(other.results)), ""),
        _line("level", one.spec.level, other.spec.level, ""),
        Content(""),
        Content.styled(found.sentence, "bold"),
        Content(f"Level held: {one.held.text}, then {other.held.text}."),
        Content(""),
        Content.styled("Topics", "bold"),
        *(_shares(topic.topic, topic.first, topic.second) for topic in found.topics),
        Content(""),
    ]
    if not found.both:
        return Content("\n").join([*lines, Content.styled("No question was asked in both.", QUIET)])
    lines.append(Content.styled(f"{plural(len(found.both), 'question')} asked in both", "bold"))
    for number, pair in enumerate(found.both, start=1):
        lines += _pair(number, pair)
    return Content("\n").join(lines)


def _pair(number: int, pair: AskedTwice) -> Iterator[Content]:
    one, other = pair.first, pair.second
    yield Content.assemble(f"{number}. ", inline(other.prompt.partition("\n")[0]))
    if pair.reworded:
        before = inline(one.prompt.partition("\n")[0])
        yield Content.assemble(("   before in other words: ", QUIET), before)
    scores = f"{one.score:.0%} in {minutes(one.elapsed_s)}, then {other.score:.0%}"
    yield Content.styled(f"   {scores} in {minutes(other.elapsed_s)}", QUIET)
    for label, points, style in (
        ("made this time", pair.gained, "$text-success"),
        ("missed this time", pair.lost, "$text-warning"),
        ("still missed", pair.still_missed, "$text-warning"),
    ):
        for point in points:
            yield Content.assemble("   ", (f"{label}: ", style), inline(point))


def _shares(name: str, first: float | None, second: float | None, style: str = "") -> Content:
    return _line(name, *_cells(first, second), style)


def _cells(first: float | None, second: float | None) -> tuple[str, str, str]:
    one, other = ("-" if share is None else f"{share:.0%}" for share in (first, second))
    if first is None or second is None:
        return one, other, ""
    # from the rounded shares, so that the three figures of a line agree
    by = round(100 * second) - round(100 * first)
    return one, other, f"{by:+d}" if by else "0"


def _line(name: str, first: str, second: str, difference: str, style: str = "") -> Content:
    cells = "".join(f"{cell:>{CELL}}" for cell in (first, second, difference))
    return Content.assemble(Content(name).truncate(NAME, ellipsis=True, pad=True), cells).stylize(
        style
    )
