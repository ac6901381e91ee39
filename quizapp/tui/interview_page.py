"""The report of a mock interview as the screen shows it."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from quizapp.study.interview import InterviewSpec
from quizapp.study.interviewer import Reply
from quizapp.study.reading import Found
from quizapp.study.scoring import Check, InterviewReport, Judged, Result, things_to_fix
from quizapp.text import minutes, plural, shortened
from quizapp.tui.inline import QUIET, STYLES, inline
from quizapp.tui.widgets.card.key_points import MOST_WORDS, opinion_line

BAR = 24
"""Cells of a score bar."""


def report_page(report: InterviewReport, *, comes_back: bool | None = None) -> Content:
    """Return score, topics, three things to fix, and what comes back.

    `comes_back` is whether the cards that lacked something essential are in today's queue; None
    for an earlier interview, whose cards may have been studied since.
    """
    colour = {"ready": "$success", "nearly there": "$accent"}.get(report.verdict, "$error")
    spent = minutes(sum(result.elapsed_s for result in report.results))
    lines = [
        Content.assemble(
            (f"{report.score:.0%}  {report.verdict}", f"bold {colour}"),
            (f"   of many such interviews: {report.interval.text}", QUIET),
        ),
        Content(f"Checked by the app: {report.checked.share:.0%}, {report.checked.text}"),
        Content(f"By your own ticks: {report.by_ticks:.0%}, level held: {report.held.text}"),
        Content.styled(
            f"{plural(len(report.results), 'question')}, {report.spec.level}, {spent} of "
            f"{minutes(60 * report.spec.minutes)}. `{command(report.spec)}` asks the same again",
            QUIET,
        ),
        Content(""),
        *_scores(report.by_topic),
    ]
    if report.structure_share:
        lines += [Content(""), *_scores(report.structure_share)]
    if fixes := list(things_to_fix(report))[:3]:
        lines += [Content(""), Content.styled(f"{plural(len(fixes), 'thing')} to fix", "bold")]
        lines += [Content.assemble(f"{n}. ", inline(fix)) for n, fix in enumerate(fixes, 1)]
    if report.comes_back:
        lines += [Content(""), Content.styled("Missed something essential", "bold")]
        lines += [
            Content.assemble("· ", _first_line(result.prompt))
            for result in report.results
            if result.question in report.comes_back
        ]
        back = {
            True: "They were rated Again and are asked today; u takes that back.",
            False: "They stay where they were.",
        }
        lines += [Content.styled(back[comes_back], QUIET)] if comes_back is not None else []
    lines += [Content(""), Content.styled("Question by question", "bold")]
    lines += [_result(n, result) for n, result in enumerate(report.results, 1)]
    return Content("\n").join(lines)


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


def _result(number: int, result: Result) -> Content:
    late = ", over time" if result.overtime else ""
    hollow = (
        " · nothing of it had to do with the question: it counts nothing" if result.hollow else ""
    )
    lead = f" · {result.lead.text}" if result.lead else ""
    time = f"{minutes(result.elapsed_s)}{late}"
    facts = f"{result.score:.0%} · {result.part} · {time}{lead}{hollow}"
    head = Content.assemble(f"{number}. ", _first_line(result.prompt), "\n   ", (facts, QUIET))
    code = [Content.styled(f"   {line}", "$secondary") for line in result.code.splitlines()]
    below = [*map(_point, result.points), *map(_reply, result.replies), *map(_check, result.checks)]
    return Content("\n").join([head, *below, *code])


def _check(check: Check) -> Content:
    sign = ("✓", STYLES["holds"]) if check.holds else ("✗", STYLES["fails"])
    return Content.assemble("   ", sign, " ", inline(check.claim))


def _point(point: Judged) -> Content:
    colour = {Found.CONTRADICTS: "$warning", Found.CONFIRMED: "$success"}
    words = f" “{shortened(point.words, MOST_WORDS)}”" if point.words else ""
    opinion = [Content("\n     "), opinion_line(point.opinion)] if point.opinion else []
    return Content.assemble(
        "   · ",
        inline(point.point),
        ("  must" if point.must else "", "bold $accent"),
        (f"  {point.state}{words}", colour.get(point.found, QUIET) if point.found else QUIET),
        *opinion,
    )


def _reply(reply: Reply) -> Content:
    said = shortened(" ".join(reply.text.split()), MOST_WORDS) or "answered aloud"
    return Content.assemble("   ? ", inline(reply.probe.text), (f"  {said}", QUIET))


def _first_line(prompt: str) -> Content:
    return inline(prompt.partition("\n")[0])
