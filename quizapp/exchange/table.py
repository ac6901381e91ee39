"""Cards as a table for spreadsheets: one row per card, comma- or tab-separated.

Lists stand one item per line inside a cell; a right option starts with `* `, a must-have key
point with `! `. Only `question` and `answer` are needed to import.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.exchange.forms import Form, card_form, named

COLUMNS = (
    "id",
    "deck",
    "kind",
    "question",
    "answer",
    "difficulty",
    "tags",
    "requires",
    "hint",
    "key_points",
    "pitfall",
    "follow_ups",
    "references",
    "options",
    "steps",
    "value",
    "tolerance",
    "absolute",
    "unit",
    "text",
    "demo",
    "figure",
    "no_demo",
    "aliases",
)

_WORDS = ("tags", "requires", "follow_ups", "aliases")
_NUMBERS = ("value", "tolerance")
_JSON = ("demo", "figure")
_SEPARATOR = " | "
_REFERENCE = ("title", "where", "url", "checked")


def write_table(cards: Iterable[Card], delimiter: str) -> str:
    """Return the cards as text with a header row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for card in cards:
        writer.writerow({"deck": card.deck, **_row(card_form(card))})
    return out.getvalue()


def _row(form: Form) -> dict[str, Any]:
    row: dict[str, Any] = dict(form)
    for name in _WORDS:
        row[name] = " ".join(form.get(name, []))
    for name in _JSON:
        row[name] = json.dumps(form[name], ensure_ascii=False) if name in form else ""
    row["steps"] = "\n".join(form.get("steps", []))
    row["key_points"] = "\n".join(
        f"! {p['point']}" if p.get("must") else p["point"] for p in form.get("key_points", [])
    )
    row["references"] = "\n".join(map(_line, form.get("references", [])))
    right = form.get("correct", [])
    right = [right] if isinstance(right, str) else right
    row["options"] = "\n".join(f"* {o}" if o in right else o for o in form.get("options", []))
    row.pop("correct", None)
    row["absolute"] = "yes" if form.get("absolute") else ""
    for name in _NUMBERS:
        row[name] = repr(form[name]) if name in form else ""
    return row


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
    forms: list[Form] = []
    for row in reader:
        form = _form({key: value for key, value in row.items() if key and value})
        if form:
            forms.append(named(form, (done["id"] for done in forms)))
    return forms


def _form(row: Mapping[str, str]) -> Form:
    form: Form = {name: row[name] for name in COLUMNS if name in row and name != "deck"}
    for name in (name for name in _WORDS if name in form):
        form[name] = row[name].split()
    for name in (name for name in _JSON if name in form):
        form[name] = _from_json(name, row[name])
    for name in (name for name in _NUMBERS if name in form):
        form[name] = float(row[name])
    if "absolute" in form:
        form["absolute"] = row["absolute"].lower() in ("yes", "true", "1")
    for name in ("key_points", "references", "options", "steps"):
        if name in form:
            form[name] = [line for line in row[name].splitlines() if line.strip()]
    if "key_points" in form:
        form["key_points"] = [_point(line) for line in form["key_points"]]
    if "references" in form:
        form["references"] = [_reference(line) for line in form["references"]]
    if "options" in form:
        lines = form["options"]
        form["options"] = [line.removeprefix("* ") for line in lines]
        right = [line.removeprefix("* ") for line in lines if line.startswith("* ")]
        form["correct"] = right[0] if row.get("kind") == "choice" and len(right) == 1 else right
    return form


def _from_json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} is not JSON: {error.msg}") from None


def _point(line: str) -> Form:
    if line.startswith("! "):
        return {"point": line.removeprefix("! "), "must": True}
    return {"point": line}


def _reference(line: str) -> Form:
    parts = line.split(_SEPARATOR)
    if len(parts) < 2:
        raise ValueError(f"the reference {line!r} is not of the form title | where")
    return {name: part for name, part in zip(_REFERENCE, parts, strict=False) if part}


def _line(reference: Form) -> str:
    parts = [reference.get(name, "") for name in _REFERENCE]
    while not parts[-1]:
        parts.pop()
    return _SEPARATOR.join(parts)
