"""Cards as a Markdown document: to read, to print, and to write cards in any editor.

A heading of the first level names the deck, each of the second level is a question; what follows
is the answer. A list below a line `Key points:` is the rubric; `Hint: `, `Pitfall: ` and
`Reference: ` begin a paragraph each. What a reader need not see of an exported card, such as its
demo, stands in a comment below it, so that the card comes back whole; what recorded runs of the
demo have shown is written to be read only. Options are shuffled.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from markdown_it.token import Token

from quizapp.cards.model import Card, Deck
from quizapp.exchange.forms import SHOWN, Form, in_any_order, shown_by_a_run
from quizapp.exchange.markdown_text import MUST, POINTS, lowered, parse, raised, read_body, span
from quizapp.exchange.reading import Entry, Place, Reading

_REST = re.compile(r"<!-- quizapp (?P<mark>[0-9a-f]{8}) (?P<rest>\{.*\}) -->\s*")
_WRITTEN = ("id", "question", "difficulty", "tags", "hint", "answer", "pitfall")
_LISTED = ("key_points", "references")
"""With the ones above: the keys that stand in the text, where they may be edited."""


def write_markdown(
    decks: Iterable[tuple[Deck, Iterable[Card]]],
    shows: Mapping[str, str] | None = None,
    starters: Mapping[str, str] | None = None,
) -> str:
    """Return decks with their lessons and cards.

    `shows` says by card what recorded runs have shown, `starters` what code its answer begins with.
    """
    parts, shows, starters = [], shows or {}, starters or {}
    for deck, cards in decks:
        parts.append(f"# {deck.title}\n")
        if deck.lesson:
            parts.append(lowered(deck.lesson.rstrip()) + "\n")
        parts += [_card(card, shows.get(card.id, ""), starters.get(card.id, "")) for card in cards]
    return "\n".join(parts)


def _card(card: Card, shows: str, starter: str) -> str:
    about = [f"`{card.id}`", card.difficulty, *([" ".join(card.tags)] if card.tags else [])]
    parts = [" · ".join(about)]
    if card.hint:
        parts.append(f"Hint: {card.hint}")
    if starter:
        parts.append(f"```python\n{starter.strip()}\n```")
    parts += filter(None, [_solution(card), lowered(card.answer)])
    if card.key_points:
        points = [f"- {MUST if p.must else ''}{p.point}" for p in card.key_points]
        parts.append(f"{POINTS}\n\n" + "\n".join(points))
    if card.pitfall:
        parts.append(f"Pitfall: {card.pitfall}")
    if shows:
        parts.append(shown_by_a_run(shows))
    parts += [f"Reference: {r.title}, {r.place}" for r in card.references]
    question, body = " ".join(card.question.split()), "\n\n".join(parts)
    if not _stays_together(body):
        body = f"{parts[0]}\n\n{_fenced(body)}"
    if rest := _unseen(card, question, body):
        # two hyphens could end the comment
        text = json.dumps(rest, ensure_ascii=False).replace("--", r"-\u002d")
        body += f"\n\n<!-- quizapp {_mark(question, body)} {text} -->"
    return f"## {question}\n\n{body}\n"


def _stays_together(body: str) -> bool:
    """Whether the next question would be the next heading: nothing is open, and none is within."""
    lines = [*body.split("\n"), "", "## next"]
    headings = [token for token in parse(lines) if _divides(token)]
    return [span(token).start for token in headings] == [len(lines) - 1]


def _fenced(text: str) -> str:
    """Return a text as a block of code, whatever is in it."""
    fence = "`" * (max([2, *map(len, re.findall("`+", text))]) + 1)
    return f"{fence}\n{text}\n{fence}"


def _solution(card: Card) -> str:
    solution = card.body.solution()
    if isinstance(solution, str):
        return solution
    solution = in_any_order(card, solution)
    if solution.ticked is not None:
        lines = (f"- [{'x' if text in solution.ticked else ' '}] {text}" for text in solution.texts)
    else:
        lines = (f"{number}. {text}" for number, text in enumerate(solution.texts, 1))
    return "\n".join(lines)


def _unseen(card: Card, question: str, body: str) -> Form:
    """Return the keys of a card that its text does not give back; None: a key it has not."""
    form = card.form()
    seen = {"kind": "open", "tags": form.get("tags"), **_read(question, body.split("\n"), form)}
    seen = _without_solution(seen, card)
    rest = {key: value for key, value in form.items() if seen.get(key) != value}
    return rest | {key: None for key, value in seen.items() if value and key not in form}


def _without_solution(seen: Form, card: Card) -> Form:
    """Take from an answer the solution that an export puts before it."""
    solution, answer = _solution(card), seen.get("answer", "")
    if not solution or not answer.startswith(solution):
        return seen
    return {**seen, "answer": answer.removeprefix(solution).strip("\n")}


def _read(question: str, lines: Sequence[str], rest: Form) -> Form:
    """Read an exported card: one with a demo may hold what runs of that have shown."""
    return read_body(question, lines, left_out=SHOWN if "demo" in rest else "")


def _mark(question: str, body: str) -> str:
    """Return a short hash of a card's text: another one means that somebody edited it."""
    lines = "\n".join(line.rstrip() for line in body.split("\n")).strip("\n")
    return hashlib.sha256(f"{question}\n{lines}".encode()).hexdigest()[:8]


def read_markdown(text: str) -> Reading:
    """Return the questions of a document, and its other text as the lesson.

    Of several decks each card keeps the name of its own.
    """
    reading = Reading()
    lines = reading.tidy(text).split("\n")
    _take_front_matter(lines, reading)
    sections = [*_sections(lines)]
    decks = dict.fromkeys(section.deck for section in sections if section.question)
    headings = [section.deck for section in sections if section.deck]
    if headings and (len(decks) <= 1 or headings[0] not in decks):
        # the only deck, or a title above all of them
        if reading.title not in ("", headings[0]):
            other = f"title: {reading.title}"
            reading.lost.append(Place(1, "lines of front matter", other))
        reading.title = headings[0]
    lesson = []
    for section in sections:
        if section.question:
            _take_card(section, reading)
            continue
        if section.deck not in ("", reading.title):
            lesson.append(f"# {section.deck}")
        if body := "\n".join(section.body).strip("\n"):
            lesson.append(raised(body))
    reading.lesson = "\n\n".join(lesson)
    return reading


def _take_front_matter(lines: list[str], reading: Reading) -> None:
    """Blank the YAML that note apps and blogs put before a document, and keep its title."""
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    about = lines[1:end]
    if lines[0].rstrip() != "---" or not all(re.match(r"[\w-]+:|\s|- |#|$", x) for x in about):
        return
    for number, line in enumerate(about, 2):
        key, _, value = line.partition(":")
        if key == "title" and value.strip():
            reading.title = value.strip().strip("'\"")
        elif line.strip():
            reading.lost.append(Place(number, "lines of front matter", line.strip()))
    lines[: end + 1] = [""] * (end + 1)


class _Section(NamedTuple):
    """What stands below one heading, or before the first."""

    line: int
    """Of the heading, from 1."""
    deck: str
    question: str
    """Nothing: the text belongs to the deck as a whole."""
    body: Sequence[str]


def _sections(lines: list[str]) -> Iterator[_Section]:
    deck, question, start, begin = "", "", 0, 0
    tokens = parse(lines)
    for token, inline in pairwise(tokens):
        if not _divides(token):
            continue
        where, name = span(token), " ".join(inline.content.split())
        if not name:
            # what follows an empty heading goes on with what was before it
            lines[where.start] = ""
            continue
        yield _Section(start + 1, deck, question, lines[begin : where.start])
        deck, question = (name, "") if token.tag == "h1" else (deck, name)
        start, begin = where.start, where.stop
    yield _Section(start + 1, deck, question, lines[begin:])


def _divides(token: Token) -> bool:
    """Whether a heading begins a deck or a question."""
    return token.type == "heading_open" and not token.level and token.tag in ("h1", "h2")


def _take_card(section: _Section, reading: Reading) -> None:
    if not any(line.strip() for line in section.body):
        what = "headings with nothing below"
        reading.lost.append(Place(section.line, what, section.question))
        return
    deck = "" if section.deck == reading.title else section.deck
    reading.cards.append(Entry(section.line, _form(section.question, section.body), deck))


def _form(question: str, lines: Sequence[str]) -> Form:
    last = max(at for at, line in enumerate(lines) if line.strip())
    comment = _REST.fullmatch(lines[last])
    rest = _object(comment["rest"]) if comment else None
    if comment is None or rest is None:
        return read_body(question, lines)
    from quizapp.cards.validate import check_card

    body = lines[:last]
    read = _read(question, body, rest)
    if _mark(question, "\n".join(body)) != comment["mark"]:
        _keep_shown(read, rest)
        rest = {key: value for key, value in rest.items() if key not in _WRITTEN + _LISTED}
    full = {"kind": "open", **read, **rest}
    form = {key: value for key, value in full.items() if value is not None}
    card, _ = check_card(form, "")
    return _without_solution(form, card) if card and "answer" not in rest else form


def _keep_shown(read: Form, rest: Form) -> None:
    """Give the points of an edited card, where they read as before, what shows them."""
    listed = rest.get("key_points")
    points = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    shown = {point.get("point"): point["shown"] for point in points if "shown" in point}
    for point in read.get("key_points", ()):
        if point["point"] in shown:
            point["shown"] = shown[point["point"]]


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
