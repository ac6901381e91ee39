"""Lessons: Markdown in which a line may run a demo or list cards to try.

{{demo: nf4_error block_size=64}}
{{cards: nf4-what, nf4-vs-fp4}}
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from quizapp.cards.form import Value
from quizapp.cards.scalars import plain


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class DemoEmbed:
    """A demo that runs in place."""

    run: str
    with_: dict[str, Value] = field(default_factory=dict)
    line: int = 0
    """From 0, in the lesson."""


@dataclass(frozen=True, slots=True)
class CardList:
    """Cards to try at this point."""

    ids: tuple[str, ...]
    line: int = 0


Segment = Text | DemoEmbed | CardList

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINE = re.compile(r"\{\{\s*(demo|cards)\s*:(.*)\}\}")


def parse_lesson(text: str) -> tuple[Segment, ...]:
    """Split a lesson at its `{{...}}` lines; a line that cannot be read stays text."""
    return _read(text)[0]


def faults(text: str) -> list[tuple[int, str, str]]:
    """Return the `{{...}}` lines that cannot be read: line from 0, message, fix."""
    return _read(text)[1]


def _read(text: str) -> tuple[tuple[Segment, ...], list[tuple[int, str, str]]]:
    segments: list[Segment] = []
    found: list[tuple[int, str, str]] = []
    prose: list[str] = []
    fence = ""
    for number, line in enumerate(text.split("\n")):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and line.lstrip().startswith("{{"):
            try:
                segment = _directive(line.strip(), number)
            except ValueError as error:
                found.append(
                    (
                        number,
                        str(error),
                        "write {{demo: id name=value}} or {{cards: id, id}}, alone on its line",
                    )
                )
            else:
                _flush(prose, segments)
                segments.append(segment)
                continue
        prose.append(line)
    _flush(prose, segments)
    return tuple(segments), found


def _flush(prose: list[str], segments: list[Segment]) -> None:
    if markdown := "\n".join(prose).strip("\n"):
        segments.append(Text(markdown))
    prose.clear()


def _directive(line: str, number: int) -> DemoEmbed | CardList:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("a line that begins with {{ runs a demo or lists cards; this one does not")
    if match[1] == "cards":
        ids = tuple(name for name in re.split(r"[,\s]+", match[2]) if name)
        if not ids:
            raise ValueError("this line lists no card")
        return CardList(ids, number)
    try:
        words = shlex.split(match[2])
    except ValueError:
        raise ValueError("a quote is opened and not closed") from None
    if not words or "=" in words[0]:
        raise ValueError("this line names no demo")
    settings: dict[str, Value] = {}
    for word in words[1:]:
        name, equals, written = word.partition("=")
        value = plain(written)
        if not name or not equals or value is None:
            raise ValueError(f"{word} is not name=value")
        if name in settings:
            raise ValueError(f"{name} is set twice")
        settings[name] = value
    return DemoEmbed(words[0], settings, number)
