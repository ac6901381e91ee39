"""Strict YAML 1.2: bytes to data in which every value knows its line and column.

PyYAML's C parser delivers the events. What they mean is decided here, because PyYAML's own
constructor follows YAML 1.1: it reads `1e-4` as text, `no` as false, `12:30` as 750, and lets the
last of two equal keys win.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from quizapp.cards.problems import Finding, Path, Problem
from quizapp.cards.scalars import plain
from quizapp.cards.syntax import explain, place

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 20
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
"""C0 and C1 controls but tab and newline, Unicode line separators and direction marks (they can
make text read differently from what it is), and what is no character at all."""


@dataclass
class Source:
    """One YAML file, read."""

    file: str
    text: str = ""
    data: Any = None
    readable: bool = True
    """False: the file as a whole could not be read, and `data` is None."""
    problems: list[Problem] = field(default_factory=list)
    bad: list[Path] = field(default_factory=list)
    """Paths of the values that have a problem."""
    values: dict[Path, NodeEvent] = field(default_factory=dict)
    keys: dict[Path, NodeEvent] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    """Ids of the cards that are not YAML, as far as they show, by index in the file."""

    def locate(self, finding: Finding) -> Problem:
        """Return the problem at the finding's place, or at the nearest place above it."""
        at = finding.at
        while at and at not in self.values:
            at = at[:-1]
        events = self.keys if finding.key and at in self.keys else self.values
        event = events.get(at)
        if event is None:
            line, col = 0, 0
        elif isinstance(event, ScalarEvent) and at == finding.at and events is self.values:
            line, col = self._inside(event, finding.offset)
        else:
            line, col = start_of(event)
        return Problem(self.file, line + 1, col + 1, finding.code, finding.message, finding.fix)

    def _inside(self, event: ScalarEvent, offset: int) -> tuple[int, int]:
        """Return where a character of a scalar stands; its start if it was folded or escaped."""
        (line, col), value, end = start_of(event), event.value, event.end_mark
        if event.style == "|":
            row, within = _position(value, offset)
            written = self.text.split("\n")[line + 1 :]
            if row < len(written):
                indent = len(written[row]) - len(value.split("\n")[row])
                return line + 1 + row, indent + within
        quotes = 1 if event.style else 0
        if end and line == end.line and end.column - col == len(value) + 2 * quotes:
            return line, col + quotes + offset
        return line, col

    def fail(self, line: int, col: int, code: str, message: str, fix: str) -> Source:
        """Add a problem that makes the whole file unreadable; line and column count from 0."""
        self.problems.append(Problem(self.file, line + 1, col + 1, code, message, fix))
        self.readable, self.data = False, None
        return self


def read_source(file: str, raw: bytes) -> Source:
    """Read the bytes of one YAML file; every fault ends up in the source's problems."""
    source = Source(file)
    if len(raw) > MAX_BYTES:
        size = f"the file has {len(raw) / 1024 / 1024:.1f} MiB; 2 MiB is the limit"
        return source.fail(0, 0, "Y004", size, "split it into several decks")
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        byte = f"byte 0x{raw[error.start]:02x} is not UTF-8 text"
        return source.fail(*_position(good, len(good)), "Y003", byte, "save the file as UTF-8")
    source.text = text.replace("\r\n", "\n").replace("\r", "\n")
    for match in FORBIDDEN.finditer(source.text):
        source.fail(*_position(source.text, match.start()), "Y008", _named(match[0]), "remove it")
    if source.readable:
        try:
            _Reader(source).document()
        except _Stop:
            source.data = None
        except yaml.MarkedYAMLError as error:
            mark = place(error)
            line, col = (mark.line, mark.column) if mark else (0, 0)
            source.fail(line, col, "Y002", *explain(error, source.text))
        except yaml.YAMLError as error:
            source.fail(0, 0, "Y002", f"this is not YAML: {error}", "see content/README.md")
    return source


def read_around(file: str, raw: bytes) -> Source:
    """Read a deck, around the cards that are not YAML: those are lost, the others are there."""
    source = whole = read_source(file, raw)
    lines, problems, lost = source.text.split("\n"), list[Problem](), dict[int, str]()
    while [problem.code for problem in source.problems if not source.readable] == ["Y002"]:
        starts = _card_lines(lines)
        index = bisect(starts, source.problems[0].line - 1) - 1
        if index < 0 or index in lost:
            return whole
        first, next_key = starts[index], re.compile(r"[^\s#-]").match
        after = (n for n in range(first + 1, len(lines)) if n in starts or next_key(lines[n]))
        end = next(after, len(lines))
        name = re.search(r"^[-\s]*id: *([\w-]+) *$", "\n".join(lines[first:end]), re.MULTILINE)
        lost[index] = name[1] if name else ""
        problems += source.problems
        # as many lines as before: the places of the others stay right
        lines[first:end] = [f"{lines[first].partition('-')[0]}- ~", *[""] * (end - first - 1)]
        source = read_source(file, "\n".join(lines).encode())
    if not source.readable:
        return whole
    source.text, source.lost = whole.text, lost
    source.problems = [*problems, *source.problems]
    return source


def _card_lines(lines: list[str]) -> list[int]:
    """Return where, by the indentation of the first one, the cards of a deck begin."""
    top = next((n for n, line in enumerate(lines) if re.match(r"cards:\s*(#|$)", line)), len(lines))
    items = ((n, re.match(r" *- ", lines[n])) for n in range(top + 1, len(lines)))
    found = [(n, match[0]) for n, match in items if match]
    return [n for n, indent in found if indent == found[0][1]]


def start_of(event: Event) -> tuple[int, int]:
    """Return the line and column, from 0, at which an event begins."""
    mark = event.start_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)


def _named(character: str) -> str:
    if character == "\x1b":
        return "an escape sequence (U+001B) could take over the terminal"
    return f"the invisible character U+{ord(character):04X} is not allowed"


class _Stop(Exception):
    """The file cannot be read on; the problem is already noted."""


class _Reader:
    """Builds the data from the parser's events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parser = yaml.CSafeLoader(source.text)

    def next(self) -> Event:
        event = self.parser.get_event()
        assert event is not None, "the parser was asked for more after the end of its stream"
        return event

    def document(self) -> None:
        """Read the one document of the file."""
        self.next()
        event = self.next()
        if not isinstance(event, DocumentStartEvent):
            self.source.fail(0, 0, "Y009", "the file is empty", "start with `deck:` and `title:`")
            raise _Stop
        self.source.data = self.node(self.next(), (), 1)
        self.next()
        event = self.next()
        if not isinstance(event, StreamEndEvent):
            raise self.stop(
                event, "Y009", "a second document begins here", "put it in its own file"
            )

    def node(self, event: Event, path: Path, depth: int) -> Any:
        """Return the value that begins with `event` and note where it stands."""
        assert isinstance(event, NodeEvent)
        self.source.values[path] = event
        if isinstance(event, ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, AliasEvent):
            self.note(
                event,
                path,
                "Y006",
                f"`*{event.anchor}` stands for text written elsewhere",
                "write the text here again; to begin a text with *, quote it",
            )
            return f"*{event.anchor}"
        if depth > MAX_DEPTH:
            raise self.stop(
                event, "Y005", f"nested more than {MAX_DEPTH} deep", "close some brackets"
            )
        assert isinstance(event, CollectionStartEvent)
        self.plain_node(event, path)
        if isinstance(event, MappingStartEvent):
            return self.mapping(path, depth)
        items: list[Any] = []
        while not isinstance(event := self.next(), CollectionEndEvent):
            items.append(self.node(event, (*path, len(items)), depth + 1))
        return items

    def mapping(self, path: Path, depth: int) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        while not isinstance(event := self.next(), CollectionEndEvent):
            if not isinstance(event, ScalarEvent):
                fix = "quote text that begins with `[`, `{`, `*` or `?`"
                raise self.stop(event, "Y011", "a key must be plain text", fix)
            self.plain_node(event, path)
            key = event.value
            at = (*path, key)
            first = self.source.keys.get(at)
            if first is not None:
                line = start_of(first)[0] + 1
                self.note(
                    event,
                    path,
                    "Y001",
                    f"`{key}` is here for the second time; the first is on line {line}",
                    "keep one of the two",
                )
                self.node(self.next(), (*path, key, "second"), depth + 1)
                continue
            self.check_characters(event, at)
            self.source.keys[at] = event
            pairs[key] = self.node(self.next(), at, depth + 1)
        return pairs

    def scalar(self, event: ScalarEvent, path: Path) -> Any:
        self.plain_node(event, path)
        self.check_characters(event, path)
        if event.style:
            return event.value
        try:
            return plain(event.value)
        except ValueError as error:
            self.note(event, path, "Y010", str(error), "shorten it, or quote it to make it text")
            return 0

    def check_characters(self, event: ScalarEvent, path: Path) -> None:
        """Refuse what double quotes can smuggle past the check of the file's text."""
        if event.style == '"' and (match := FORBIDDEN.search(event.value)):
            self.note(event, path, "Y008", _named(match[0]), "remove it")

    def plain_node(self, event: ScalarEvent | CollectionStartEvent, path: Path) -> None:
        """Refuse anchors and tags."""
        if event.anchor is not None:
            self.note(
                event,
                path,
                "Y006",
                f"the anchor `&{event.anchor}` has no use here",
                "remove it; to begin a text with &, quote it",
            )
        if event.tag is not None:
            self.note(
                event,
                path,
                "Y007",
                f"the tag `{event.tag}` has no use here",
                "remove it; to begin a text with !, quote it",
            )

    def note(self, event: Event, path: Path, code: str, message: str, fix: str) -> None:
        line, col = start_of(event)
        self.source.bad.append(path)
        self.source.problems.append(
            Problem(self.source.file, line + 1, col + 1, code, message, fix)
        )

    def stop(self, event: Event, code: str, message: str, fix: str) -> _Stop:
        """Note what makes the file unreadable; for `raise`."""
        self.source.fail(*start_of(event), code, message, fix)
        return _Stop()
