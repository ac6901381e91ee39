"""A mock interview's report as Markdown and as one HTML page without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from quizapp.study.scoring import InterviewReport, Result
from quizapp.text import minutes, plural

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
section { border-top: 1px solid #8886; margin-top: 1.5rem; }
blockquote { border-left: 3px solid #8886; margin-left: 0; padding-left: 1rem;
             white-space: pre-wrap; }
.must { font-weight: 600; }
"""


def to_markdown(report: InterviewReport) -> str:
    """Return the report as Markdown."""
    lines = [
        f"# Mock interview, {report.at:%Y-%m-%d %H:%M}",
        "",
        f"**{_percent(report.score)}: {report.verdict}.** {_about(report)}",
        "",
        "| Topic | Score |",
        "| --- | ---: |",
        *(f"| {_cell(topic)} | {_percent(score)} |" for topic, score in report.by_topic.items()),
        "",
        "How the answers were structured: "
        + ", ".join(f"{item} {_percent(share)}" for item, share in report.structure_share.items())
        + ".",
    ]
    if report.comes_back:
        lines += ["", f"To learn again: {', '.join(f'`{card}`' for card in report.comes_back)}."]
    for number, result in enumerate(report.results, start=1):
        lines += ["", f"## {number}. {_one_line(result.prompt) or result.question}", ""]
        lines += [_facts(result), *_missed_markdown(result)]
        if result.response:
            lines += ["", *(f"> {line}".rstrip() for line in result.response.splitlines())]
    return "\n".join(lines) + "\n"


def to_html(report: InterviewReport) -> str:
    """Return the report as one page: styles inside, no scripts, every text escaped."""
    title = f"Mock interview, {report.at:%Y-%m-%d %H:%M}"
    again = ", ".join(f"<code>{escape(card)}</code>" for card in report.comes_back)
    back = f"<p>To learn again: {again}.</p>" if again else ""
    sections = "".join(
        _section(number, result) for number, result in enumerate(report.results, start=1)
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n"
        f"<p><strong>{_percent(report.score)}: {escape(report.verdict)}.</strong> "
        f"{escape(_about(report))}</p>\n"
        f"<table><tr><th>Topic</th><th>Score</th></tr>{_rows(report.by_topic)}</table>\n"
        f"<h2>How the answers were structured</h2>\n"
        f"<table>{_rows(report.structure_share)}</table>\n{back}{sections}\n"
        "</body>\n</html>\n"
    )


def _rows(shares: Mapping[str, float]) -> str:
    return "".join(
        f'<tr><td>{escape(name)}</td><td class="number">{_percent(share)}</td></tr>'
        for name, share in shares.items()
    )


def _section(number: int, result: Result) -> str:
    heading = _one_line(result.prompt) or result.question
    missed = "".join(f'<li class="must">{escape(point)}</li>' for point in result.missed_musts)
    missed += "".join(f"<li>{escape(point)}</li>" for point in result.missed_others)
    points = f"<p>Missed, must-have points in bold:</p><ul>{missed}</ul>" if missed else ""
    response = f"<blockquote>{escape(result.response)}</blockquote>" if result.response else ""
    return (
        f"<section><h3>{number}. {escape(heading)}</h3><p>{escape(_facts(result))}</p>"
        f"{points}{response}</section>\n"
    )


def _missed_markdown(result: Result) -> list[str]:
    points = [f"- **{_one_line(point)}**" for point in result.missed_musts]
    points += [f"- {_one_line(point)}" for point in result.missed_others]
    return ["", "Missed, must-have points in bold:", "", *points] if points else []


def _facts(result: Result) -> str:
    late = ", over time" if result.overtime else ""
    return (
        f"{_percent(result.score)} · {result.topic} · {result.difficulty} · {result.part} · "
        f"{minutes(result.elapsed_s)} of {minutes(result.allowed_s)}{late}"
    )


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
