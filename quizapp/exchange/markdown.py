"""Cards as a Markdown document: to read, to print, and to write cards in any editor.

A heading of the first level names the deck, each of the second level is a question; what follows
is the answer. A line `Key points:` starts the rubric, `Pitfall:` and `Hint:` hold one paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from quizapp.cards.kinds.body import Items
from quizapp.cards.model import Card, Deck
from quizapp.errors import QuizError
from quizapp.exchange.forms import Form, named

_ABOUT = re.compile(r"^`(?P<id>[a-z0-9-]+)` · (?P<difficulty>\w+)(?: · (?P<tags>.+))?$")
_MUST = "**must** "


def write_markdown(decks: Iterable[tuple[Deck, Iterable[Card]]]) -> str:
    """Return decks with their lessons and cards."""
    parts = []
    for deck, cards in decks:
        parts.append(f"# {deck.title}\n")
        if deck.lesson:
            parts.append(_lower(deck.lesson.rstrip()) + "\n")
        parts += [_card(card) for card in cards]
    return "\n".join(parts)


def _lower(lesson: str) -> str:
    """A lesson's headings go two levels down: the upper two are deck and question."""
    return re.sub(r"^(#+) ", r"##\1 ", lesson, flags=re.MULTILINE)


def _card(card: Card) -> str:
    about = [f"`{card.id}`", card.difficulty, *([" ".join(card.tags)] if card.tags else [])]
    parts = [f"## {' '.join(card.question.split())}", " · ".join(about)]
    if card.hint:
        parts.append(f"Hint: {card.hint}")
    parts += filter(None, [_solution(card.body.solution()), card.answer])
    if card.key_points:
        points = [f"- {_MUST if p.must else ''}{p.point}" for p in card.key_points]
        parts.append("Key points:\n\n" + "\n".join(points))
    if card.pitfall:
        parts.append(f"Pitfall: {card.pitfall}")
    parts += [f"Reference: {r.title}, {r.place}" for r in card.references]
    return "\n\n".join(parts) + "\n"


def _solution(solution: Items | str) -> str:
    if isinstance(solution, str):
        return solution
    if solution.ticked is not None:
        lines = (f"- [{'x' if text in solution.ticked else ' '}] {text}" for text in solution.texts)
    else:
        lines = (f"{number}. {text}" for number, text in enumerate(solution.texts, 1))
    return "\n".join(lines)


def read_markdown(text: str) -> tuple[str, list[Form]]:
    """Return the title and the open cards of a document.

    Raises:
        QuizError: the document has no heading of the second level, or a question no answer.
    """
    title = ""
    forms: list[Form] = []
    before, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    if found := re.search(r"^# (.+)$", before, flags=re.MULTILINE):
        title = found[1].strip()
    if not sections:
        raise QuizError(
            "No questions",
            "The document has no heading of the second level.",
            "Write each question as a line that starts with `## `.",
        )
    for section in sections:
        question, _, body = section.partition("\n")
        body = re.split(r"^# ", body, maxsplit=1, flags=re.MULTILINE)[0]
        form = {"question": question.strip(), **_body(body)}
        if not form.get("answer"):
            message = f"Nothing follows “{question.strip()}”."
            hint = "Write the answer below the heading."
            raise QuizError("A question without an answer", message, hint)
        forms.append(named(form, (done["id"] for done in forms)))
    return title, forms


def _body(text: str) -> Form:
    form: Form = {}
    answer = []
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]
    points = False
    for block in blocks:
        if about := _ABOUT.match(block):
            form |= {k: v for k, v in about.groupdict().items() if v}
            form["tags"] = (about["tags"] or "").split()
        elif block.startswith("Hint: "):
            form["hint"] = block.removeprefix("Hint: ")
        elif block.startswith("Pitfall: "):
            form["pitfall"] = block.removeprefix("Pitfall: ")
        elif block.startswith("Reference: "):
            form.setdefault("references", []).append(_reference(block))
        elif block.startswith("Key points:"):
            points = True
            form["key_points"] = _points(block.removeprefix("Key points:"))
        elif points and block.startswith("- ") and not form["key_points"]:
            form["key_points"] = _points(block)
        else:
            answer.append(block)
    return {**form, "answer": "\n\n".join(answer)}


def _points(block: str) -> list[Form]:
    lines = [line.removeprefix("- ") for line in block.splitlines() if line.startswith("- ")]
    return [_point(line) for line in lines]


def _point(line: str) -> Form:
    must = {"must": True} if line.startswith(_MUST) else {}
    return {"point": line.removeprefix(_MUST), **must}


def _reference(block: str) -> Form:
    title, _, where = block.removeprefix("Reference: ").partition(", ")
    return {"title": title, "where": where or title}
