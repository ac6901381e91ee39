"""Anki's "Notes in Plain Text", and what other programs write for Anki, as cards.

Format: docs.ankiweb.net/importing/text-files.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from quizapp.cards.ids import is_id
from quizapp.cards.kinds.cloze import Cloze
from quizapp.cards.model import Difficulty
from quizapp.exchange.anki import GAP
from quizapp.exchange.forms import Form
from quizapp.exchange.html_text import markdown_of
from quizapp.exchange.reading import Entry, Place, Reading, Row, rows

_SEPARATORS = {
    "tab": "\t",
    r"\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "colon": ":",
    "space": " ",
}
_SPECIAL = ("guid", "notetype", "deck", "tags")
"""What columns hold besides the fields of notes."""
_WITHOUT_MEANING = ("if matches", "match scope")
"""Headers about notes that the collection has already."""
_HEADER = re.compile(r"#([a-z ]+):(.*)", re.IGNORECASE)
_OWN = "quizapp::"
"""What an export puts before the name of a deck."""
_GAP_SIGN = re.compile("\ue000(\\d+)\ue001")
"""Stands for a gap while the HTML around it is read: characters that no text has."""
_POINTS = re.compile(r"\n\nKey points\n\n((?:- .*(?:\n|$))+)")
_PITFALL = re.compile(r"\n\nPitfall\n\n(.+?)(?=\n\n|$)", re.DOTALL)


@dataclass
class _Headers:
    """What the lines before the notes say."""

    separator: str = ""
    html: bool = True
    special: dict[int, str] = field(default_factory=dict)
    """What the columns hold that are no fields, by index."""
    every: dict[str, str] = field(default_factory=dict)
    """Deck, note type and tags of all notes."""
    columns: str = ""
    columns_line: int = 0


def read_anki(text: str) -> Reading:
    """Return the notes: cloze notes as cloze cards, all others as open ones.

    The first field asks, the others answer. A note with several cloze numbers, which Anki asks as
    several cards, becomes one card with all its gaps.
    """
    reading = Reading()
    lines = reading.tidy(text).split("\n")
    headers, start = _read_headers(lines, reading)
    body = "\n".join(lines[start:])
    separator = headers.separator or _guessed(lines[start:])
    _name_columns(headers, separator, reading)
    for row in rows(body, separator, start + 1):
        if row.open_quote:
            reason = "a quote is opened here and never closed"
            reading.bad.append(Place(row.line, reason, _whole(row, headers)))
        else:
            _take(reading, row, headers)
    return reading.name_deck()


def _read_headers(lines: list[str], reading: Reading) -> tuple[_Headers, int]:
    """Return the headers and the index of the first line that is none."""
    headers = _Headers()
    for at, line in enumerate(lines):
        found = _HEADER.fullmatch(line)
        if found and _read_header(headers, found[1].strip().lower(), found[2]):
            if found[1].strip().lower() == "columns":
                headers.columns_line = at + 1
            continue
        if line.strip() and (found is None or (headers.separator or "\t") in line):
            return headers, at
        if found:
            reading.lost.append(Place(at + 1, "header lines without a meaning here", line))
    return headers, len(lines)


def _read_header(headers: _Headers, name: str, value: str) -> bool:
    """Take a header; return whether it means something."""
    text = value.strip()
    if name == "separator":
        sign = _SEPARATORS.get(text.lower(), text or value)
        if len(sign) != 1 or sign.isalnum() or sign == '"':
            return False
        headers.separator = sign
    elif name == "html" and text.lower() in ("true", "false"):
        headers.html = text.lower() == "true"
    elif name == "columns" and not headers.columns:
        headers.columns = value
    elif name == "tags":
        headers.every[name] = f"{headers.every.get(name, '')} {text}"
    elif name in ("deck", "notetype") and name not in headers.every:
        headers.every[name] = text
    elif name.endswith(" column") and text.isascii() and text.isdigit() and int(text):
        if (column := name.removesuffix(" column").strip()) in _SPECIAL:
            headers.special[int(text) - 1] = column
    else:
        return name in _WITHOUT_MEANING
    return True


def _guessed(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return next((sign for sign in "\t;,|" if sign in first), "\t")


def _name_columns(headers: _Headers, separator: str, reading: Reading) -> None:
    """Find the columns that are no fields by their names, where no header numbers them."""
    for index, column in enumerate(headers.columns.split(separator)):
        name = column.strip().lower()
        if name in _SPECIAL and name not in headers.special.values():
            headers.special.setdefault(index, name)
        elif name and index not in headers.special:
            what = "names of fields: the first one asks, the others answer"
            reading.changed.append(Place(headers.columns_line, what, column.strip()))


def _take(reading: Reading, row: Row, headers: _Headers) -> None:
    about = dict(headers.every)
    fields = []
    for index, cell in enumerate(row.cells):
        name = headers.special.get(index)
        if name is None:
            fields.append(cell)
        elif cell.strip():
            about[name] = f"{about.get('tags', '')} {cell}" if name == "tags" else cell.strip()
    note = _Note(reading, row.line, headers.html)
    front, *others = fields or [""]
    form = note.cloze(front, others) if GAP.search(front) else note.open(front, others)
    if form is None:
        if any(cell.strip() for cell in row.cells):
            reason = "a note without a question"
            reading.bad.append(Place(row.line, reason, _whole(row, headers)))
        return
    tags = about.get("tags", "").split()
    levels = [tag for tag in tags if tag in [*Difficulty]]
    if len(levels) == 1:
        form["difficulty"] = levels[0]
        tags.remove(levels[0])
    form["tags"] = tags
    if is_id(about.get("guid", "")):
        form["id"] = about["guid"]
    reading.cards.append(Entry(row.line, form, about.get("deck", "").removeprefix(_OWN)))


def _whole(row: Row, headers: _Headers) -> str:
    return " ".join(filter(None, (*row.cells, *headers.every.values())))


class _Gap(NamedTuple):
    """What fills a gap."""

    answer: str
    hint: str


@dataclass
class _Note:
    """One note on its way into a card."""

    reading: Reading
    line: int
    html: bool

    def open(self, front: str, others: list[str]) -> Form | None:
        """Return an open card."""
        question, answer = self._text(front), self._answer(others)
        return {"question": question, **answer} if question else None

    def cloze(self, front: str, others: list[str]) -> Form | None:
        """Return a cloze card, or an open one if a gap holds what nobody could type."""
        gaps: list[_Gap] = []

        def sign(gap: re.Match[str]) -> str:
            answer, _, hint = gap[2].partition("::")
            gaps.append(_Gap(_plain(self._text(answer)), self._text(hint)))
            return f"\ue000{len(gaps) - 1}\ue001"

        # one after the other: the signs are in what is lost, too
        signed, lost = GAP.sub(sign, front), len(self.reading.lost)
        text = self._text(signed)
        answers = [gap.answer for gap in gaps]
        for at, place in enumerate(self.reading.lost[lost:], lost):
            self.reading.lost[at] = place._replace(text=_filled(place.text, answers))
        whole, answer = _filled(text, answers), self._answer(others)
        question, task = _split(text)
        body = Cloze(text=_filled(task, [f"{{{{{answer}}}}}" for answer in answers]))
        if [gap.answers for gap in body.gaps] != [(answer,) for answer in answers] or any(
            body.faults()
        ):
            what = "notes with a gap that cannot be typed, now asked as a question"
            self.reading.changed.append(Place(self.line, what, front))
            holes = _filled(text, [f"[{gap.hint or '…'}]" for gap in gaps])
            rest = answer.get("answer", "")
            return {"question": holes, **answer, "answer": f"{whole}\n\n{rest}".strip()}
        if len({gap[1] for gap in GAP.finditer(front)}) > 1:
            what = "notes that Anki asks as several cards, now one card with all gaps"
            self.reading.changed.append(Place(self.line, what, front))
        form: Form = {"kind": "cloze", "question": question or "Fill the gaps.", "text": body.text}
        if hint := _hint(gaps):
            form["hint"] = hint
        return {**form, "answer": body.solution(), **answer}

    def _answer(self, fields: list[str]) -> Form:
        """Return the answer, with the rubric and the pitfall if an export wrote them."""
        form: Form = {}
        text = "\n\n" + "\n\n".join(filter(None, map(self._text, fields)))
        if points := _POINTS.search(text):
            lines = [line.removeprefix("- ") for line in points[1].strip("\n").split("\n")]
            form["key_points"] = [*map(_point, lines)]
            text = _without(text, points)
        if pitfall := _PITFALL.search(text):
            form["pitfall"] = pitfall[1]
            text = _without(text, pitfall)
        answer = text.strip("\n").rstrip()
        return {**form, "answer": answer} if answer else form

    def _text(self, cell: str) -> str:
        """Return a field as Markdown."""
        if not self.html:
            return cell.strip()
        text, lost = markdown_of(cell)
        self.reading.lost += [Place(self.line, what, name) for what, name in lost]
        return text


def _split(text: str) -> tuple[str, str]:
    """Return the paragraphs before the first gap, and the others."""
    paragraphs = text.split("\n\n")
    first = next((at for at, part in enumerate(paragraphs) if _GAP_SIGN.search(part)), 0)
    return "\n\n".join(paragraphs[:first]), "\n\n".join(paragraphs[first:])


def _filled(text: str, words: list[str]) -> str:
    return _GAP_SIGN.sub(
        lambda sign: words[int(sign[1])] if int(sign[1]) < len(words) else "", text
    )


def _hint(gaps: list[_Gap]) -> str:
    if len(gaps) == 1:
        return gaps[0].hint
    hints = [(at, gap.hint) for at, gap in enumerate(gaps, 1) if gap.hint]
    return "\n\n".join(f"Gap {at}: {hint}" for at, hint in hints)


def _without(text: str, part: re.Match[str]) -> str:
    return text[: part.start()] + "\n\n" + text[part.end() :].lstrip("\n")


def _plain(markdown: str) -> str:
    """Return the words that somebody types into a gap."""
    text = re.sub(r"(?<!\\)(\*\*?|~~|`+)", "", markdown)
    return re.sub(r"\\([\\*_`\[\]<~#])", r"\1", text)


def _point(line: str) -> Form:
    if line.endswith(" (must)"):
        return {"point": line.removesuffix(" (must)"), "must": True}
    return {"point": line}
