"""The report of a mock interview as the screen shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from quizapp.study.interview import InterviewSpec
from quizapp.study.scoring import InterviewReport, Result
from quizapp.tui.inline import QUIET, inline

BAR = 24
"""Cells of a score bar."""


def report_page(report: InterviewReport, titles: Mapping[str, str], brought: int) -> Content:
    """Return score, topics, three things to fix, and what comes back.

    `brought` is how many of the missed cards are in today's queue.
    """
    colour = {"ready": "$success", "nearly there": "$accent"}.get(report.verdict, "$error")
    lines = [
        Content.assemble((f"{report.score:.0%}  {report.verdict}", f"bold {colour}")),
        Content.styled(
            f"{len(report.results)} questions, {report.spec.level}, "
            f"{_minutes(sum(result.elapsed_s for result in report.results))} of "
            f"{report.spec.minutes:g} minutes. `{command(report.spec)}` asks the same again",
            QUIET,
        ),
        Content(""),
        *_scores({titles[topic]: score for topic, score in report.by_topic.items()}),
        Content(""),
        *_scores({str(item): share for item, share in report.structure_share.items()}),
    ]
    if fixes := list(things_to_fix(report)):
        lines += [Content(""), Content.styled("Three things to fix", "bold")]
        lines += [Content.assemble(f"{n}. ", fix) for n, fix in enumerate(fixes[:3], 1)]
    if report.comes_back:
        lines += [Content(""), Content.styled("Missed something essential", "bold")]
        prompts = {result.question: result.prompt for result in report.results}
        lines += [
            Content.assemble("· ", inline(prompts[name].partition("\n")[0]))
            for name in report.comes_back
        ]
        back = "They were rated Again and are asked today; u takes that back."
        lines.append(Content.styled(back if brought else "They stay where they were.", QUIET))
    lines += [Content(""), Content.styled("Question by question", "bold")]
    lines += [_result(n, result) for n, result in enumerate(report.results, 1)]
    return Content("\n").join(lines)


def command(spec: InterviewSpec) -> str:
    """Return the command that asks for an interview again."""
    topics = "".join(f" --topic {topic}" for topic in spec.topics)
    return (
        f"quizapp interview --level {spec.level} --questions {spec.count} "
        f"--minutes {spec.minutes:g} --seed {spec.seed}{topics}"
    )


def waiting_line(record: Mapping[str, Any]) -> Content:
    """Return one line on an interview that was left, from what is remembered of it."""
    place = f"question {record.get('index', 0) + 1} of {len(record.get('plan', ()))}"
    key = ("r", "bold $accent")
    return Content.assemble(
        f"An interview waits at {place}: ", key, " resumes it, a new one ends it."
    )


def things_to_fix(report: InterviewReport) -> Iterator[Content]:
    """Yield what would raise the score most: missed musts first, then structure, then time."""
    for result in sorted(report.results, key=lambda result: result.score):
        for point in result.missed_musts[:1]:
            yield Content.assemble("Say it: ", inline(point))
    weak = min(report.structure_share.items(), key=lambda pair: pair[1], default=None)
    if weak is not None and weak[1] < 0.5:
        yield Content(f"Tell it better: {weak[0]} was there in {weak[1]:.0%} of the answers.")
    late = sum(result.overtime for result in report.results)
    if late:
        yield Content(f"Be shorter: {late} answers took longer than their share of the time.")


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
    facts = f"{result.score:.0%} · {result.part} · {_minutes(result.elapsed_s)} min{late}"
    prompt = inline(result.prompt.partition("\n")[0])
    return Content.assemble(f"{number}. ", prompt, "\n   ", (facts, QUIET))


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}".removesuffix(".0")
