"""The report of a mock interview as the screen shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from quizapp.app.proof import SIGNS
from quizapp.study.given import Check
from quizapp.study.interview import InterviewSpec
from quizapp.study.interviewer import Reply, unwritten
from quizapp.study.reading import Found
from quizapp.study.report import InterviewReport, Judged, Result, things_to_fix
from quizapp.text import minutes, plural, shortened
from quizapp.tui.inline import QUIET, STYLES, inline
from quizapp.tui.widgets.card.key_points import MOST_WORDS, opinion_line
from quizapp.tui.widgets.row_list import Row

BAR = 24
"""Cells of a score bar."""


def report_parts(report: InterviewReport, *, comes_back: bool | None = None) -> list[Widget]:
    """Return score, topics, three things to fix, what comes back, and question by question.

    `comes_back` is whether the cards that lacked something essential are in today's queue; None
    for an earlier interview, whose cards may have been studied since.
    """
    missed: list[Widget] = [
        _row("· ", _first_line(result.prompt))
        for result in report.results
        if result.question in report.comes_back
    ]
    if missed:
        missed.insert(0, _heading("Missed something essential"))
        back = {
            True: "They were rated Again and are asked today; u takes that back.",
            False: "They stay where they were.",
        }
        if comes_back is not None:
            missed.append(_text(Content.styled(back[comes_back], QUIET)))
    fixes = list(things_to_fix(report))[:3]
    to_fix: list[Widget] = [_row(f"{n}. ", inline(fix)) for n, fix in enumerate(fixes, 1)]
    if to_fix:
        to_fix.insert(0, _heading(f"{plural(len(fixes), 'thing')} to fix"))
    rows = [row for n, result in enumerate(report.results, 1) for row in _result(n, result)]
    return [_text(_head(report)), *to_fix, *missed, _heading("Question by question"), *rows]


def _head(report: InterviewReport) -> Content:
    """Return what the interview came to, and the scores by topic and structure."""
    colour = {"ready": "$success", "nearly there": "$accent"}.get(report.verdict, "$error")
    spent = minutes(sum(result.elapsed_s for result in report.results))
    checked = f"{report.checked.share:.0%}, {report.checked.text}{report.unread}"
    lines = [
        Content.assemble(
            (f"{report.score:.0%}  {report.verdict}", f"bold {colour}"),
            (f"   of many such interviews: {report.interval.text}", QUIET),
        ),
        Content(f"Checked by the app: {checked}"),
        Content(f"By your own ticks: {report.by_ticks:.0%}, level held: {report.held.text}"),
        Content.styled(
            f"{plural(len(report.results), 'question')}, {report.spec.level}, {spent} of "
            f"{minutes(60 * report.spec.minutes)}. `{command(report.spec)}` {_again(report.spec)}",
            QUIET,
        ),
        Content(""),
        *_scores(report.by_topic),
    ]
    if report.structure_share:
        lines += [Content(""), *_scores(report.structure_share)]
    return Content("\n").join(lines)


def _text(text: Content) -> Static:
    return Static(text)


def _heading(text: str) -> Static:
    return Static(Content.styled(f"\n{text}", "bold"))


def _row(mark: str | Content, text: Content) -> Row:
    """Return a text behind its mark; lines that wrap are indented below the text."""
    row = Row(0)
    row.show(Content.assemble(mark), text)
    return row


def _again(spec: InterviewSpec) -> str:
    """Return what the command does: the questions of an adaptive interview follow from answers."""
    return "asks the same again" if spec.way == "fixed" else "begins the same again"


def command(spec: InterviewSpec) -> str:
    """Return the command that asks for an interview again."""
    topics = "".join(f" --topic {topic}" for topic in spec.topics)
    coding = "" if spec.coding is None else f" --coding {spec.coding}"
    fixed = " --fixed" if spec.way == "fixed" else ""
    return (
        f"quizapp interview --level {spec.level} --questions {spec.count} "
        f"--minutes {spec.minutes:g}{coding}{fixed} --seed {spec.seed}{topics}"
    )


def waiting_line(place: str) -> Content:
    """Return one line on the interview that was left at a question: "3 of 8"."""
    key = ("r", "bold $accent")
    return Content.assemble(
        f"An interview waits at question {place}: ", key, " resumes it, a new one ends it."
    )


def _scores(scores: Mapping[str, float]) -> list[Content]:
    width = max((len(name) for name in scores), default=0)
    return [
        Content.assemble(
            f"{name:<{width}}  ",
            ("█" * round(BAR * score), "$primary"),
            ("·" * (BAR - round(BAR * score)), QUIET),
            f" {score:>4.0%}",
        )
        for name, score in scores.items()
    ]


def _result(number: int, result: Result) -> Iterator[Row]:
    late = ", over time" if result.overtime else ""
    time = f"{minutes(result.elapsed_s)}{late}"
    facts = " · ".join((f"{result.score:.0%}", str(result.part), time, *result.remarks))
    head = Content.assemble(_first_line(result.prompt).stylize("bold"), "\n", (facts, QUIET))
    yield _row(f"{number}. ", head)
    yield from (_row("   · ", _point(point)) for point in result.points)
    yield from (_row("   ? ", _reply(reply)) for reply in result.replies)
    yield from (_check(check) for check in result.checks)
    for line in result.code.splitlines():
        yield _row("   ", Content.styled(line, "$secondary"))


def _check(check: Check) -> Row:
    sign = (SIGNS[check.state], STYLES[check.state])
    return _row(Content.assemble("   ", sign, " "), inline(check.claim))


def _point(point: Judged) -> Content:
    colour = {Found.CONTRADICTS: "$warning", Found.CONFIRMED: "$success"}
    words = f" “{shortened(point.words, MOST_WORDS)}”" if point.words else ""
    opinion = [Content("\n"), opinion_line(point.opinion)] if point.opinion else []
    return Content.assemble(
        inline(point.point),
        ("  must" if point.must else "", "bold $accent"),
        (f"  {point.state}{words}", colour.get(point.found, QUIET) if point.found else QUIET),
        *opinion,
    )


def _reply(reply: Reply) -> Content:
    said = shortened(" ".join(reply.text.split()), MOST_WORDS) or unwritten(aloud=reply.aloud)
    return Content.assemble(inline(reply.probe.text), (f"  {said}", QUIET))


def _first_line(prompt: str) -> Content:
    return inline(prompt.partition("\n")[0])
