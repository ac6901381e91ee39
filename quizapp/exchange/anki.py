"""Cards as Anki's plain-text notes: a file with `#` headers that Anki imports as it is.

The note's guid is the card's id, so a second import updates notes instead of doubling them.
Format: docs.ankiweb.net/importing/text-files.html, "File headers".
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable, Mapping

from markdown_it import MarkdownIt

from quizapp.cards.kinds.body import Items
from quizapp.cards.model import Card, Deck
from quizapp.exchange.forms import in_any_order, shown_by_a_run

HEADERS = (
    "#separator:tab",
    "#html:true",
    "#guid column:1",
    "#notetype column:2",
    "#deck column:3",
    "#tags column:6",
)

GAP = re.compile(r"\{\{c(\d+)::((?:(?!\}\}|\{\{c\d).)*)\}\}", re.DOTALL)
"""A gap of a cloze note: its number, and what fills it with a hint after a second `::`."""


def write_anki(
    decks: Iterable[tuple[Deck, Iterable[Card]]],
    shows: Mapping[str, str] | None = None,
    starters: Mapping[str, str] | None = None,
) -> str:
    """Return the notes of decks: guid, note type, deck, front, back, tags.

    `shows` says by card what recorded runs have shown, `starters` what code its answer begins with.
    Options are shuffled.
    """
    shows, starters = shows or {}, starters or {}
    out = io.StringIO()
    out.write("\n".join(HEADERS) + "\n")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for deck, cards in decks:
        for card in cards:
            task, solution = card.body.task(_gap), card.body.solution()
            cloze = isinstance(task, str) and GAP.search(task) is not None
            front = _html(card.question) + _exercise(card, task)
            if starter := starters.get(card.id):
                front += _html(f"```python\n{starter.strip()}\n```")
            # a cloze note fills its gaps itself
            back = "" if cloze else _solution(card, solution)
            back += _explanation(card, shows.get(card.id, ""))
            tags = " ".join([card.difficulty, *card.tags])
            kind = "Cloze" if cloze else "Basic"
            writer.writerow([card.id, kind, f"quizapp::{deck.title}", front, back, tags])
    return out.getvalue()


def _gap(number: int, answer: str) -> str:
    return f"{{{{c{number}::{answer}}}}}"


def _exercise(card: Card, task: Items | str) -> str:
    return html.escape(task) if isinstance(task, str) else _list(in_any_order(card, task).texts)


def _solution(card: Card, solution: Items | str) -> str:
    if isinstance(solution, str):
        return _html(solution)
    solution = in_any_order(card, solution)
    right = solution.texts if solution.ticked is None else solution.ticked
    return _list(right, "ol" if solution.numbered else "ul")


def _explanation(card: Card, shows: str) -> str:
    parts = [_html(card.answer)]
    if card.key_points:
        points = [f"{p.point} (must)" if p.must else p.point for p in card.key_points]
        parts.append("<p>Key points</p>" + _list(points))
    if card.pitfall:
        parts.append("<p>Pitfall</p>" + _html(card.pitfall))
    if shows:
        parts.append(_html(shown_by_a_run(shows)))
    parts += [f"<p>{html.escape(r.title)}, {html.escape(r.place)}</p>" for r in card.references]
    return "".join(parts)


def _list(items: Iterable[str], tag: str = "ul") -> str:
    return f"<{tag}>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + f"</{tag}>"


def _html(markdown: str) -> str:
    """Return Markdown as HTML; HTML inside it is text."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)).strip()
