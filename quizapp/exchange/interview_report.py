"""A mock interview's report as Markdown and as one HTML page without scripts."""

from __future__ import annotations

import re

from quizapp.study.interview import Part
from quizapp.study.interviewer import Reply, unwritten
from quizapp.study.report import InterviewReport, Judged, Result
from quizapp.text import minutes, plural

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886; }
td + td { font-variant-numeric: tabular-nums; }
h2 { border-top: 1px solid #8886; margin-top: 1.5rem; padding-top: .6rem; }
blockquote { border-left: 3px solid #8886; margin-left: 0; padding-left: 1rem; }
"""


def to_markdown(report: InterviewReport) -> str:
    """Return the report as Markdown."""
    lines = [
        f"# {_title(report)}",
        "",
        f"**{_percent(report.score)}: {report.verdict}** (many such interviews: "
        f"{report.interval.text}). {_about(report)}",
        "",
        f"Checked by the app: {_percent(report.checked.share)}, {report.checked.text}"
        f"{report.unread}. "
        f"By your own ticks: {_percent(report.by_ticks)}, level held: {report.held.text}.",
        "",
        "| Topic | Score |",
        "| --- | ---: |",
        *(f"| {_cell(topic)} | {_percent(score)} |" for topic, score in report.by_topic.items()),
    ]
    if shares := report.structure_share:
        listed = ", ".join(f"{item} {_percent(share)}" for item, share in shares.items())
        lines += ["", f"How the answers were structured: {listed}."]
    if report.comes_back:
        back = [n for n, r in enumerate(report.results, 1) if r.question in report.comes_back]
        listed = f"{'question' if len(back) == 1 else 'questions'} {', '.join(map(str, back))}"
        lines += ["", f"To learn again, as something essential was missing: {listed}."]
    for number, result in enumerate(report.results, start=1):
        lines += ["", f"## {number}. {_one_line(result.prompt) or result.question}", ""]
        lines += [_facts(result), *(_points(result) or _missed(result))]
        if result.part is Part.CODE:
            lines += _code(result)
        elif result.response:
            lines += ["", *_quoted(result.response)]
        for reply in result.replies:
            lines += ["", f"*{_one_line(reply.probe.text)}*", "", *_quoted(_said(reply))]
    return "\n".join(lines) + "\n"


def to_html(report: InterviewReport) -> str:
    """Return the Markdown as one page: styles inside, no scripts, no pictures, tags as text."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
    body = markdown.enable("table").disable("image").render(to_markdown(report))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_title(report)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def _title(report: InterviewReport) -> str:
    return f"Mock interview, {report.at:%Y-%m-%d %H:%M}"


def _code(result: Result) -> list[str]:
    """Return the claims with what the last run found, and the code that was written."""
    checks = [
        f"- {'✓' if check.holds else '✗'} {_one_line(check.claim)}" for check in result.checks
    ]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", result.code)), default=0))
    came_to = [f"Last run: {_one_line(result.response)}."] if result.response else []
    return ["", *came_to, "", *checks, "", f"{fence}python", *result.code.splitlines(), fence]


def _missed(result: Result) -> list[str]:
    if result.part is Part.CODE:  # its claims say it
        return []
    points = [f"- **{_one_line(point)}**" for point in result.missed_musts]
    points += [f"- {_one_line(point)}" for point in result.missed_others]
    return ["", "Missed, must-have points in bold:", "", *points] if points else []


def _points(result: Result) -> list[str]:
    """Return the rubric with the learner's words; nothing for a report that kept none."""
    if not result.points:
        return []
    rows = [f"| {_must(point)} | {point.state} | {_cell(point.words)} |" for point in result.points]
    head = ["| Point | | Your words |", "| --- | --- | --- |"]
    if model := next((point.opinion.model for point in result.points if point.opinion), ""):
        head = [f"{head[0]} {_cell(model)} says |", f"{head[1]} --- |"]
        rows = [
            f"{row} {_opinion(point)} |" for row, point in zip(rows, result.points, strict=True)
        ]
    return ["", *head, *rows]


def _opinion(point: Judged) -> str:
    if point.opinion is None:
        return ""
    words = f", *{_cell(point.opinion.words)}*" if point.opinion.words else ""
    return f"{point.opinion.says}{words}"


def _said(reply: Reply) -> str:
    return reply.text or f"({unwritten(aloud=reply.aloud)})"


def _must(point: Judged) -> str:
    text = _cell(point.point.replace("**", "") if point.must else point.point)
    return f"**{text}**" if point.must else text


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in text.splitlines()]


def _facts(result: Result) -> str:
    late = ", over time" if result.overtime else ""
    time = f"{minutes(result.elapsed_s)} of {minutes(result.allowed_s)}{late}"
    about = (_percent(result.score), result.topic, result.difficulty, str(result.part), time)
    return " · ".join((*about, *result.remarks))


def _about(report: InterviewReport) -> str:
    spec = report.spec
    number = plural(len(report.results), "question")
    return f"{number} at {spec.level} level in {spec.minutes:g} minutes, seed {spec.seed}."


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")
