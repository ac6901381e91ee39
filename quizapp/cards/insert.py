"""A new card in the text of a deck that somebody wrote, or a refusal: never a broken deck."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from yaml.events import NodeEvent, SequenceStartEvent

from quizapp.cards.compile import compile_deck
from quizapp.cards.skeleton import new_card
from quizapp.cards.source import Source, read_source, start_of
from quizapp.errors import QuizError

_BOM = "\ufeff"
_DOCUMENT_END = re.compile(r"\.\.\.(\s|$)")
_LINE_STARTS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_EMPTY_LIST = re.compile(r"\[\s*\]")


def add_card(file: str, raw: bytes, card: str, deck: str, kind: str = "open") -> bytes:
    """Return the bytes of a deck file with a new card after its last one, indented like it.

    Args:
        file: the name of the file, for messages.
        raw: what the file holds; its line ends stay as they are.
        card: the new card's id, kebab-case.
        deck: the id of its deck.
        kind: how it is answered, a key of `KINDS`.

    Raises:
        QuizError: the deck cannot be read, has the id already, or has a shape to which no card
            can be added without harm.
    """
    newline = b"\r\n" if b"\r\n" in raw else b"\n"
    if not raw.endswith((b"\n", b"\r")):
        raw += newline
    before = read_source(file, raw)
    _must_read(before)
    old = _cards(before.data)
    if card in (item.get("id") for item in old if isinstance(item, dict)):
        raise QuizError("Card exists", f"{file} has a card {card} already.", "Choose another id.")
    text = raw.decode("utf-8")
    bom, text = text[: text.startswith(_BOM)], text.removeprefix(_BOM)
    added = new_card(card, deck, kind).replace("\n", newline.decode())
    new = (bom + _inserted(before, text, added, newline.decode())).encode()
    _must_hold(read_source(file, new), before, card)
    return new


def _must_read(source: Source) -> None:
    deck_file = compile_deck(source)
    if deck_file.deck is not None:
        return
    first = min(deck_file.problems)
    raise QuizError(
        "The deck cannot be read",
        f"{first.file}:{first.line}:{first.col}: {first.code} {first.message}.",
        f"Correct it first ({first.fix}); nothing was written.",
    )


def _must_hold(after: Source, before: Source, card: str) -> None:
    """Refuse a text that is not the old deck and the new card."""
    wanted = {**before.data, "cards": [*_cards(before.data), None]}
    found = {**after.data, "cards": [*_cards(after.data)[:-1], None]} if after.readable else None
    if found != wanted or card not in {new.id for new in compile_deck(after).cards.values()}:
        raise QuizError(
            "No place for a card",
            f"{before.file} does not list its cards one per `- id:` below `cards:`.",
            "Write them so, or add the card by hand; nothing was written.",
        )


def _cards(data: dict[str, Any]) -> list[Any]:
    cards = data.get("cards")
    return cards if isinstance(cards, list) else []


def _inserted(source: Source, text: str, card: str, newline: str) -> str:
    """Put the card where the list of cards ends; the caller checks what became of it."""
    listed = source.values.get(("cards",))
    lines = _LINE_STARTS.split(text)
    if listed is None:
        card = f"cards:{newline}{card}"
    elif source.data["cards"]:
        card = textwrap.indent(card, " " * start_of(listed)[1])
    elif isinstance(listed, SequenceStartEvent):
        lines = _without_empty_list(lines, listed)
    at = _end_of_cards(source, lines)
    return "".join((*lines[:at], card, *lines[at:]))


def _without_empty_list(lines: list[str], listed: NodeEvent) -> list[str]:
    """Take `[]` away, so that items can follow on the next line; what stands after it stays."""
    row, column = start_of(listed)
    line = lines[row]
    rest = _EMPTY_LIST.sub("", line[column:], count=1)
    kept = line[:column] + rest.lstrip(" \t") if rest.strip() else line[:column].rstrip() + rest
    return [*lines[:row], kept, *lines[row + 1 :]]


def _end_of_cards(source: Source, lines: list[str]) -> int:
    """Return the number of the line before which a further card belongs.

    That is the end of the file, or before the next key of the deck or the end of the document,
    with the comments above it.
    """
    tops = [start_of(event)[0] for path, event in source.keys.items() if len(path) == 1]
    start = start_of(source.keys["cards",])[0] if ("cards",) in source.keys else max(tops)
    ends = [line for line in tops if line > start]
    ends += [row for row, line in enumerate(lines) if row > start and _DOCUMENT_END.match(line)]
    if not ends:
        return len(lines)
    at = min(ends)
    while at > start + 1 and (not lines[at - 1].strip() or lines[at - 1].startswith("#")):
        at -= 1
    return at
