"""Cards as Anki's plain-text notes: a file with `#` headers that Anki imports as it is.

The note's guid is the card's id, so a second import updates notes instead of doubling them.
Format: docs.ankiweb.net/importing/text-files.html, "File headers".
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from quizapp.cards.ids import is_id, kebab
from quizapp.cards.kinds.body import Items
from quizapp.cards.model import Card, Deck
from quizapp.errors import QuizError
from quizapp.exchange.forms import Form, named

HEADERS = (
    "#separator:tab",
    "#html:true",
    "#guid column:1",
    "#notetype column:2",
    "#deck column:3",
    "#tags column:6",
)

_GAP = re.compile(r"\{\{c\d+::(.*?)(?:::.*?)?\}\}", re.DOTALL)
"""A gap of a cloze note, with its hint after a second `::`."""


def write_anki(decks: Iterable[tuple[Deck, Iterable[Card]]]) -> str:
    """Return the notes of decks: guid, note type, deck, front, back, tags."""
    out = io.StringIO()
    out.write("\n".join(HEADERS) + "\n")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for deck, cards in decks:
        for card in cards:
            task, solution = card.body.task(_gap), card.body.solution()
            cloze = isinstance(task, str) and _GAP.search(task) is not None
            front = _html(card.question) + _exercise(task)
            # a cloze note fills its gaps itself
            back = ("" if cloze else _solution(solution)) + _explanation(card)
            tags = " ".join([card.difficulty, *card.tags])
            kind = "Cloze" if cloze else "Basic"
            writer.writerow([card.id, kind, f"quizapp::{deck.title}", front, back, tags])
    return out.getvalue()


def _gap(number: int, answer: str) -> str:
    return f"{{{{c{number}::{answer}}}}}"


def _exercise(task: Items | str) -> str:
    return html.escape(task) if isinstance(task, str) else _list(task.texts)


def _solution(solution: Items | str) -> str:
    if isinstance(solution, str):
        return _html(solution)
    right = solution.texts if solution.ticked is None else solution.ticked
    return _list(right, "ol" if solution.numbered else "ul")


def _explanation(card: Card) -> str:
    parts = [_html(card.answer)]
    if card.key_points:
        points = [f"{p.point} (must)" if p.must else p.point for p in card.key_points]
        parts.append("<p>Key points</p>" + _list(points))
    if card.pitfall:
        parts.append("<p>Pitfall</p>" + _html(card.pitfall))
    parts += [f"<p>{html.escape(r.title)}, {html.escape(r.place)}</p>" for r in card.references]
    return "".join(parts)


def _list(items: Iterable[str], tag: str = "ul") -> str:
    return f"<{tag}>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + f"</{tag}>"


def _html(markdown: str) -> str:
    """Return Markdown as HTML; HTML inside it is text."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)).strip()


def read_anki(text: str) -> tuple[str, list[Form]]:
    """Return the deck's name and the cards of an Anki "Notes in Plain Text" export.

    Cloze notes become cloze cards, all others open ones: the first field asks, the next answers.

    Raises:
        QuizError: the notes are not separated by tabs or have no two fields.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    headers = [line[1:].partition(":") for line in lines if line.startswith("#")]
    settings = {key.strip(): value.strip() for key, _, value in headers}
    if settings.get("separator", "tab").lower() not in ("tab", "\t"):
        raise QuizError(
            "Not separated by tabs",
            "The notes use another separator.",
            "Export “Notes in Plain Text” from Anki.",
        )
    special = {
        int(value) - 1: key.removesuffix(" column")
        for key, value in settings.items()
        if key.endswith(" column")
    }
    body = "\n".join(line for line in lines if not line.startswith("#"))
    forms: list[Form] = []
    deck = ""
    for row in csv.reader(io.StringIO(body), delimiter="\t"):
        if not row:
            continue
        about = {key: row[index] for index, key in special.items() if index < len(row)}
        fields = [_plain(cell) for index, cell in enumerate(row) if index not in special]
        if len([field for field in fields if field]) < 2:
            message = f"The note “{fields[0][:60]}” has one field."
            raise QuizError("A note without an answer", message, "Each needs a front and a back.")
        deck = deck or about.get("deck", "").rpartition("::")[2]
        forms.append(named(_form(fields, about), (done["id"] for done in forms)))
    return deck, forms


def _form(fields: list[str], about: dict[str, str]) -> Form:
    tags = filter(None, map(kebab, about.get("tags", "").split()))
    form: Form = {
        "question": fields[0],
        "answer": "\n\n".join(filter(None, fields[1:])),
        "tags": list(dict.fromkeys(tags)),
    }
    if is_id(about.get("guid", "")):
        form["id"] = about["guid"]
    gaps = _GAP.sub(r"{{\1}}", fields[0])
    if gaps != fields[0]:
        form |= {"kind": "cloze", "text": gaps, "question": "Fill the gaps."}
    return form


class _Text(HTMLParser):
    """Collects the text of HTML, with breaks and lists as Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        breaks = {"br": "\n", "div": "\n", "p": "\n\n", "ul": "\n\n", "ol": "\n\n", "li": "\n- "}
        self.parts.append(breaks.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _plain(cell: str) -> str:
    parser = _Text()
    parser.feed(cell)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(parser.parts)).strip()
