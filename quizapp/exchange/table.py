"""Cards as a table for spreadsheets: one row per card, comma- or tab-separated.

Lists stand one item per line inside a cell; a right option starts with `* `, a must-have key
point with `! `. Only `question` and `answer` are needed to import. The column `shown_by_a_run` is
there to be read: it is made anew from the records of the demos.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from quizapp.cards.form import Id, Label, Markdown, Option, keys
from quizapp.cards.kinds import bodies
from quizapp.cards.kinds.options import Options
from quizapp.cards.model import Card, Common, Difficulty, KeyPoint, Reference
from quizapp.errors import QuizError
from quizapp.exchange.forms import Form
from quizapp.exchange.reading import Entry, Place, Reading, Row, rows

_SEPARATOR = " | "
_OTHER_NAMES = {"front": "question", "back": "answer"}
"""How Anki names its columns."""
_REFERENCE = tuple(keys(Reference))
_SHOWN = "shown_by_a_run"
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


class _Cell(NamedTuple):
    """How values of a type are written in a cell and read from it; what has no cell is JSON."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def write_table(
    cards: Iterable[Card], delimiter: str, shows: Mapping[str, str] | None = None
) -> str:
    """Return the cards as text with a header row.

    `shows` says by card what recorded runs have shown.
    """
    cells = _columns()
    out = io.StringIO()
    names = [*cells, *([_SHOWN] if shows else [])]
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for card in cards:
        form = card.form()
        if isinstance(card.body, Options):
            right = card.body.right
            del form["correct"]
            form["options"] = [f"* {o}" if o in right else _not_marked(o) for o in form["options"]]
        row = {name: cells[name].write(value) for name, value in form.items()}
        if shows and card.id in shows:
            row[_SHOWN] = shows[card.id]
        writer.writerow({"deck": card.deck, **row})
    return out.getvalue()


def read_table(text: str, delimiter: str) -> Reading:
    """Return the cards of a table whose first row names the columns.

    Args:
        text: the table; a line `sep=;` before it names the separator.
        delimiter: what separates cells if the first row does not show it.

    Raises:
        QuizError: no column `question` or `answer`.
    """
    reading = Reading()
    text, first = reading.tidy(text), 1
    if found := re.match(r'"?sep=([^\w"\n])"?\n', text, re.IGNORECASE):
        text, first, delimiter = text[found.end() :], 2, found[1]
    else:
        delimiter = _separator(text, delimiter)
    table = rows(text, delimiter, first)
    head = next(table, None)
    names = _names(head.cells) if head else []
    if missing := {"question", "answer"} - set(names):
        known = ", ".join(f"{name} or {other}" for other, name in _OTHER_NAMES.items())
        raise QuizError(
            "Not a table of cards",
            f"There is no column {max(missing)}.",
            f"The first row names the columns; {known} are needed. They may be separated by a "
            "comma, a semicolon or a tab.",
        )
    cells = _columns()
    assert head is not None
    for name, cell in zip(names, head.cells, strict=True):
        if name not in cells and cell.strip() and not _only_to_read(name, names):
            reading.lost.append(Place(head.line, "unknown columns", cell.strip()))
    for row in table:
        if len([*filter(str.strip, row.cells[len(names) :])]):
            reason = f"more cells than the {len(names)} columns: quote a text with {delimiter!r}"
            reading.bad.append(Place(row.line, reason, delimiter.join(row.cells)))
        elif row.open_quote:
            reason = "a quote is opened here and never closed"
            reading.bad.append(Place(row.line, reason, delimiter.join(row.cells)))
        else:
            _take(reading, row, dict(zip(names, row.cells, strict=False)), cells)
    return reading.name_deck()


def _separator(text: str, usual: str) -> str:
    """Return what separates the names of columns in the first row."""
    known = {*_columns(), *_OTHER_NAMES}

    def score(delimiter: str) -> int:
        head = next(rows(text, delimiter), None)
        return len(known.intersection(map(_plain, head.cells))) if head else 0

    return max((usual, ",", ";", "\t", "|"), key=score)


def _plain(name: str) -> str:
    return "_".join(name.lower().split())


def _names(head: Sequence[str]) -> list[str]:
    """Return the names of columns; a second column of a name is an unknown one."""
    names: list[str] = []
    for cell in head:
        name = _OTHER_NAMES.get(_plain(cell), _plain(cell))
        names.append(name if name not in names else f"{name} {len(names) + 1}")
    return names


def _take(reading: Reading, row: Row, given: Mapping[str, str], cells: Mapping[str, _Cell]) -> None:
    """Add the card of a row, or all that is wrong with it."""
    form: Form = {}
    faults = []
    for name, text in given.items():
        if not text.strip() or _only_to_read(name, [key for key in given if given[key].strip()]):
            continue
        if name not in cells:
            column = f"cells of the column {name}" if name else "cells of a column without a name"
            reading.lost.append(Place(row.line, column, text))
        elif name != "deck":
            try:
                form[name] = _read(name, cells[name], text)
            except (ValueError, RecursionError) as error:
                faults.append(str(error))
    if faults:
        reading.bad.append(Place(row.line, "; ".join(faults), " ".join(row.cells)))
    elif form:
        deck = given.get("deck", "").strip()
        reading.cards.append(Entry(row.line, _with_right_options(form), deck))
    elif deck := given.get("deck", "").strip():
        reading.lost.append(Place(row.line, "cells of the column deck", deck))


def _only_to_read(name: str, others: Sequence[str]) -> bool:
    """Whether a column holds what runs of the demo in another column have shown."""
    return name == _SHOWN and "demo" in others


def _with_right_options(form: Form) -> Form:
    if "options" in form:
        right = [line.removeprefix("* ") for line in form["options"] if line.startswith("* ")]
        form["options"] = [_unmarked(line) for line in form["options"]]
        form["correct"] = right[0] if _one_is_right(form) and len(right) == 1 else right
    return form


_MARK = "* "
"""Before a right option; an option that itself begins so is written with a backslash."""


def _not_marked(option: str) -> str:
    return f"\\{option}" if option.lstrip("\\").startswith(_MARK) else option


def _unmarked(line: str) -> str:
    if line.startswith(_MARK):
        return line.removeprefix(_MARK)
    return line[1:] if line.startswith("\\") and line.lstrip("\\").startswith(_MARK) else line


def _one_is_right(form: Form) -> bool:
    body = bodies().get(form.get("kind", ""))
    return body is not None and issubclass(body, Options) and keys(body)["correct"].type is Option


def _read(name: str, cell: _Cell, text: str) -> Any:
    try:
        return cell.read(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} is not JSON: {error.msg}") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text) if word]


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError(f"{text!r} is neither yes nor no")
    return word in _YES


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None


def _write_points(points: list[Form]) -> str:
    return "\n".join(f"! {p['point']}" if p.get("must") else p["point"] for p in points)


def _read_points(text: str) -> list[Form]:
    return [
        {"point": line.removeprefix("! "), **({"must": True} if line.startswith("! ") else {})}
        for line in _lines(text)
    ]


def _write_references(references: list[Form]) -> str:
    return "\n".join(map(_reference, references))


def _reference(reference: Form) -> str:
    last = max(index for index, name in enumerate(_REFERENCE) if name in reference)
    return _SEPARATOR.join(reference.get(name, "") for name in _REFERENCE[: last + 1])


def _read_references(text: str) -> list[Form]:
    parts = [line.split(_SEPARATOR) for line in _lines(text)]
    for row in parts:
        if not 2 <= len(row) <= len(_REFERENCE):
            raise ValueError(f"{_SEPARATOR.join(row)!r} is not of the form title | where")
    return [
        {name: part for name, part in zip(_REFERENCE, row, strict=False) if part} for row in parts
    ]


def _list(write: Callable[[Any], str], read: Callable[[str], Any]) -> _Cell:
    """Return a cell of one item per line, or of JSON where the lines would not read back."""

    def from_text(text: str) -> Any:
        if text.startswith("["):
            with suppress(ValueError, RecursionError):
                items = json.loads(text)
                if items and all(isinstance(item, str | dict) for item in items):
                    return items
        return read(text)

    def to_text(value: Any) -> str:
        text = write(value)
        with suppress(ValueError):
            if from_text(text) == value:
                return text
        return _JSON.write(value)

    return _Cell(to_text, from_text)


_TEXT = _Cell(str, str)
_JSON = _Cell(lambda value: json.dumps(value, ensure_ascii=False), json.loads)
_CELLS: dict[Any, _Cell] = {
    **dict.fromkeys((Id, Markdown, Label, Difficulty), _TEXT),
    float: _Cell(repr, _number),
    bool: _Cell(lambda value: "yes" if value else "no", _truth),
    tuple[Id, ...]: _Cell(" ".join, _words),
    tuple[Markdown, ...]: _list("\n".join, _lines),
    tuple[KeyPoint, ...]: _list(_write_points, _read_points),
    tuple[Reference, ...]: _list(_write_references, _read_references),
}


def _columns() -> dict[str, _Cell]:
    """Return the columns: all keys of all kinds, but right options are marked among the others."""
    types = {name: key.type for name, key in keys(Common).items()}
    for body in bodies().values():
        hidden = {"correct"} if issubclass(body, Options) else ()
        types |= {name: key.type for name, key in keys(body).items() if name not in hidden}
    cells = {name: _CELLS.get(kind, _JSON) for name, kind in types.items()}
    return {"id": _TEXT, "deck": _TEXT, "kind": _TEXT, **cells}
