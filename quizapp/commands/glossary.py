"""`quizapp glossary`: the field's terms in English and Chinese."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from quizapp.commands.output import print_json
from quizapp.errors import QuizError
from quizapp.paths import Paths

if TYPE_CHECKING:
    from quizapp.cards.glossary import Term


@click.command()
@click.argument("term", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def glossary(paths: Paths, term: tuple[str, ...], as_json: bool) -> None:
    """Say what the field's terms mean and what they are called in Chinese.

    TERM is a word in English or Chinese; without it all terms are listed. Of the two Chinese names
    the first is in simplified characters, as on the mainland, the second in traditional ones, as in
    Taiwan.
    """
    from quizapp.app.glossary import read_terms
    from quizapp.cards.glossary import find_terms

    query = " ".join(term)
    found = find_terms(read_terms(paths.content), query)
    if query and not found:
        raise QuizError(
            "No such term",
            f"The glossary has nothing like {query}.",
            "`quizapp glossary` lists all terms.",
        )
    if as_json:
        print_json({"terms": [asdict(each) for each in found]})
    else:
        click.echo("\n".join(map(in_words, found)))


def in_words(term: Term) -> str:
    """Return a term as two lines."""
    chinese = " · ".join(dict.fromkeys((term.simplified, term.traditional)))
    return f"{term.term}  {chinese}\n  {term.means}"
