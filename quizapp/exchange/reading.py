"""What a file of another program holds: cards, and what of it cannot be one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from quizapp.cards.source import FORBIDDEN
from quizapp.exchange.forms import Form

_SPACES = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Characters that separate words, but that a deck may not hold."""


class Place(NamedTuple):
    """Something of the file that the deck does not hold as it stood there."""

    line: int
    """From 1."""
    what: str
    """What it is, in the plural, or why it is not taken: places are counted by it."""
    text: str


@dataclass
class Entry:
    """One card of the file."""

    line: int
    form: Form
    """Without the keys that every import adds: see `forms.complete`."""
    deck: str = ""
    """The name of the deck that the file puts it into."""


@dataclass
class Reading:
    """All of a file: whatever is not blank is in one of these."""

    title: str = ""
    lesson: str = ""
    cards: list[Entry] = field(default_factory=list)
    bad: list[Place] = field(default_factory=list)
    """Cards with a fault."""
    lost: list[Place] = field(default_factory=list)
    """What has no place in a deck."""
    changed: list[Place] = field(default_factory=list)
    """What is kept in another form."""

    def name_deck(self) -> Reading:
        """Name the deck, if it has no name, as all its cards do; return the reading."""
        names = {entry.deck for entry in self.cards}
        if not self.title and len(names) == 1:
            self.title = names.pop()
        return self

    def tidy(self, text: str) -> str:
        """Return a file's text with lines that end in newlines and without what decks refuse.

        Lines keep their numbers.
        """
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if FORBIDDEN.search(text) is None:
            return text
        return "\n".join(
            self.clean(line, number) for number, line in enumerate(text.split("\n"), 1)
        )

    def clean(self, text: str, line: int) -> str:
        """Return a text without the characters that decks refuse."""

        def removed(match: re.Match[str]) -> str:
            if match[0] != "\ufeff":
                self.lost.append(Place(line, "invisible characters", f"U+{ord(match[0]):04X}"))
            return ""

        return FORBIDDEN.sub(removed, _SPACES.sub(" ", text))


class Row(NamedTuple):
    """A row of a table."""

    line: int
    """Where it begins, from 1."""
    cells: list[str]
    open_quote: bool
    """A quote is opened and not closed: the row reaches to the end of the file."""


def rows(text: str, delimiter: str, first: int = 1) -> Iterator[Row]:
    """Yield the rows of a table that are not blank; cells may be of any length.

    Args:
        text: the table.
        delimiter: what separates cells.
        first: the number of the text's first line in its file.
    """
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    total = text.count("\n") + (not text.endswith("\n"))
    done = 0
    for cells in reader:
        begin, done = done, reader.line_num
        if any(cell.strip() for cell in cells):
            last = done >= total
            yield Row(first + begin, cells, last and _open(text, begin, delimiter))


def _open(text: str, begin: int, delimiter: str) -> bool:
    """Whether the text from a line on, which is one row, opens a quote that is never closed."""
    rest = "".join(text.splitlines(keepends=True)[begin:])
    try:
        for _ in csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False
