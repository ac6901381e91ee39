"""The table of what interviewers ask, and which cards answer it: docs/asked.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from quizapp.cards.asked import FILE, Asked
from quizapp.cards.compile import compile_asked, read_deck


def read(content: Path) -> Asked:
    """Return the table of a folder of decks.

    Raises:
        ValueError: it has a mistake, which `quizapp check` explains.
    """
    table, problems = compile_asked(read_deck(str(content / FILE)))
    if table is None:
        raise ValueError("\n".join(map(str, problems)))
    return table


def page(table: Asked) -> str:
    """Return the table as Markdown."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Asked) -> Iterator[str]:
    yield from (
        "# What is asked, and the cards that answer it",
        "",
        f"Made from `content/{FILE}` by `make generated`. Source: {table.source}.",
        "",
        f"The cards answer {table.covered:.1%} of {table.mentions:,} mentions in full. A mention "
        "is one question on one list.",
        "",
        "| mentions | asked | answered by |",
        "|---:|---|---|",
    )
    for each in sorted(table.questions, key=lambda each: -each.mentions):
        cards = " ".join(f"`{card}`" for card in each.answers) or "no card yet"
        yield f"| {each.mentions} | {each.asks} | {cards} |"
    for deck, mentions in sorted(table.others.items(), key=lambda row: -row[1]):
        yield f"| {mentions} | other questions | the deck {deck} |"
