"""One deck file to a deck, its cards and its problems."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from quizapp.cards import lesson
from quizapp.cards.asked import Asked
from quizapp.cards.files import DeckFile
from quizapp.cards.form import FormT, from_form, to_form
from quizapp.cards.glossary import Glossary
from quizapp.cards.model import Deck
from quizapp.cards.problems import Finding, Problem
from quizapp.cards.source import Source, read_around
from quizapp.cards.validate import check_card, check_deck, check_table


def read_deck(path: str) -> Source:
    """Read a deck file's YAML; what is wrong ends up in the source's problems."""
    file = Path(path)
    try:
        mode = file.stat().st_mode
        if stat.S_ISREG(mode):
            return read_around(path, file.read_bytes())
        if stat.S_ISDIR(mode):
            with os.scandir(file):
                pass
    except OSError as error:
        message, fix = f"it cannot be read: {error.strerror}", "check its permissions"
        if file.is_symlink():
            message, fix = f"the link leads nowhere: {error.strerror}", "correct or remove the link"
        return Source(path).fail(0, 0, "Y012", message, fix)
    # reading a pipe would wait for a writer, perhaps for ever
    kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
    return Source(path).fail(0, 0, "Y012", f"this is {kind}, not a file", "rename or remove it")


def compile_deck(source: Source) -> DeckFile:
    """Check a deck and build its cards; a bad card does not take the others with it."""
    result = DeckFile(source.file, problems=list(source.problems))
    if not source.readable:
        return result
    head, findings = check_deck(source.data)
    data: Mapping[str, Any] = source.data if isinstance(source.data, dict) else {}
    name = data.get("deck")
    deck = name if isinstance(name, str) else ""
    listed = data.get("cards")
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        if index in source.lost:
            result.left_out[index] = source.lost[index]
            continue
        card, own = check_card(item, deck)
        findings += [finding.under(("cards", index)) for finding in own]
        if card and not any(path[:2] == ("cards", index) for path in source.bad):
            result.cards[index] = card
        else:
            name = item.get("id") if isinstance(item, dict) else None
            result.left_out[index] = name if isinstance(name, str) else ""
    if head is not None:
        findings += _lesson_findings(head.lesson)
        ids = tuple(card.id for card in result.cards.values())
        result.deck = from_form(Deck, to_form(head), path=source.file, cards=ids)
    else:
        result.cards.clear()
    result.problems += map(source.locate, findings)
    return result


def compile_asked(source: Source) -> tuple[Asked | None, list[Problem]]:
    """Check a table of how often questions are asked; None if it has a mistake."""
    return _compile_table(Asked, source)


def compile_glossary(source: Source) -> tuple[Glossary | None, list[Problem]]:
    """Check a glossary; None if it has a mistake."""
    return _compile_table(Glossary, source)


def _compile_table(form: type[FormT], source: Source) -> tuple[FormT | None, list[Problem]]:
    if not source.readable:
        return None, list(source.problems)
    table, findings = check_table(form, source.data)
    problems = [*source.problems, *map(source.locate, findings)]
    return (None if problems else table), problems


def _lesson_findings(text: str) -> Iterator[Finding]:
    """Yield the lines of a lesson that look like a demo or a card list and are neither."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for number, message, fix in lesson.faults(text):
        yield Finding("C208", message, fix, ("lesson",), offset=starts[number])
