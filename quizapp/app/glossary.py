"""The glossary of all deck folders together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quizapp.cards.compile import compile_glossary, read_deck
from quizapp.cards.files import tables
from quizapp.cards.glossary import FILE, Term
from quizapp.errors import QuizError


def read_terms(folders: Iterable[Path]) -> tuple[Term, ...]:
    """Return the terms of all folders; of two equal ones the last folder's is kept.

    Raises:
        QuizError: a glossary has a mistake.
    """
    found: dict[str, Term] = {}
    for path in tables(folders, FILE):
        glossary, problems = compile_glossary(read_deck(path))
        if glossary is None:
            raise QuizError(
                "The glossary has a mistake",
                str(problems[0]),
                "Correct it; `quizapp check` names every mistake.",
            )
        found |= {term.term.casefold(): term for term in glossary.terms}
    return tuple(found.values())
