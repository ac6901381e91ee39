"""Cards as a table for spreadsheets: one row per card, comma- or tab-separated.

Lists stand one item per line inside a cell; a right option starts with `* `, a must-have key
point with `! `. Only `question` and `answer` are needed to import.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from quizapp.cards.form import Id, Label, Markdown, Option, keys
from quizapp.cards.kinds import bodies
from quizapp.cards.kinds.options import Options
from quizapp.cards.model import Card, Common, Difficulty, KeyPoint, Reference
from quizapp.errors import QuizError
from quizapp.exchange.forms import Form, named

_SEPARATOR = " | "
_REFERENCE = tuple(keys(Reference))


class _Cell(NamedTuple):
    """How values of a type are written in a cell and read from it; what has no cell is JSON."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def write_table(cards: Iterable[Card], delimiter: str) -> str:
    """Return the cards as text with a header row."""
    cells = _columns()
    out = io.StringIO()
    writer = csv.DictWriter(out, [*cells], delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for card in cards:
        form = card.form()
        if isinstance(card.body, Options):
            right = card.body.right
            del form["correct"]
            form["options"] = [f"* {o}" if o in right else o for o in form["options"]]
        row = {name: cells[name].write(value) for name, value in form.items()}
        writer.writerow({"deck": card.deck, **row})
    return out.getvalue()


def read_table(text: str, delimiter: str) -> list[Form]:
    """Return the cards of a table with a header row.

    Raises:
        QuizError: no column `question` or `answer`, or a cell that cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter)
    try:
        return _read_rows(reader)
    except (csv.Error, ValueError) as error:
        raise QuizError(
            "A row cannot be read",
            f"Line {reader.reader.line_num}: {error}.",
            "Correct the cell and import again.",
        ) from None


def _read_rows(reader: csv.DictReader[str]) -> list[Form]:
    names = [name.strip().lower() for name in reader.fieldnames or []]
    missing = {"question", "answer"} - set(names)
    if missing:
        hint = "The first row names the columns; question and answer are needed."
        message = f"There is no column {sorted(missing)[0]}."
        raise QuizError("Not a table of cards", message, hint)
    reader.fieldnames = names
    cells = _columns()
    forms: list[Form] = []
    for row in reader:
        form = _form({key: value for key, value in row.items() if value and key in cells}, cells)
        if form:
            forms.append(named(form, (done["id"] for done in forms)))
    return forms


def _form(row: Mapping[str, str], cells: Mapping[str, _Cell]) -> Form:
    form = {name: _read(name, cells[name], text) for name, text in row.items() if name != "deck"}
    if "options" in form:
        right = [line.removeprefix("* ") for line in form["options"] if line.startswith("* ")]
        form["options"] = [line.removeprefix("* ") for line in form["options"]]
        form["correct"] = right[0] if _one_is_right(form) and len(right) == 1 else right
    return form


def _one_is_right(form: Form) -> bool:
    body = bodies().get(form.get("kind", ""))
    return body is not None and issubclass(body, Options) and keys(body)["correct"].type is Option


def _read(name: str, cell: _Cell, text: str) -> Any:
    try:
        return cell.read(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} is not JSON: {error.msg}") from None


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


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
    rows = [line.split(_SEPARATOR) for line in _lines(text)]
    for row in rows:
        if len(row) < 2:
            raise ValueError(f"the reference {row[0]!r} is not of the form title | where")
    return [
        {name: part for name, part in zip(_REFERENCE, row, strict=False) if part} for row in rows
    ]


_TEXT = _Cell(str, str)
_JSON = _Cell(lambda value: json.dumps(value, ensure_ascii=False), json.loads)
_CELLS: dict[Any, _Cell] = {
    **dict.fromkeys((Id, Markdown, Label, Difficulty), _TEXT),
    float: _Cell(repr, float),
    bool: _Cell(
        lambda value: "yes" if value else "no", lambda text: text.lower() in ("yes", "true", "1")
    ),
    tuple[Id, ...]: _Cell(" ".join, str.split),
    tuple[Markdown, ...]: _Cell("\n".join, _lines),
    tuple[KeyPoint, ...]: _Cell(_write_points, _read_points),
    tuple[Reference, ...]: _Cell(_write_references, _read_references),
}


def _columns() -> dict[str, _Cell]:
    """Return the columns: all keys of all kinds, but right options are marked among the others."""
    types = {name: key.type for name, key in keys(Common).items()}
    for body in bodies().values():
        hidden = {"correct"} if issubclass(body, Options) else ()
        types |= {name: key.type for name, key in keys(body).items() if name not in hidden}
    cells = {name: _CELLS.get(kind, _JSON) for name, kind in types.items()}
    return {"id": _TEXT, "deck": _TEXT, "kind": _TEXT, **cells}
