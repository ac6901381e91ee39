"""The field's terms in English and Chinese, so that a card can be answered in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizapp.cards.form import Form, Label
from quizapp.cards.problems import Finding

FILE = "glossary.yaml"
"""The name of the glossary in a folder of decks; no deck can have it."""

NEAR = 70
"""From this similarity on, of 100, a term is offered for a word that no term has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Form):
    """One term."""

    term: Label
    """In English, its abbreviation in brackets: "low-rank adaptation (LoRA)"."""
    simplified: Label
    """In Chinese as it is said on the mainland."""
    traditional: Label
    """In Chinese as it is said in Taiwan."""
    means: Label
    """In a few plain words."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called in English: the whole, and the abbreviation without brackets."""
        whole, _, short = self.term.partition(" (")
        return (whole, short.rstrip(")")) if short else (whole,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary(Form):
    """The glossary of one folder."""

    terms: tuple[Term, ...]

    def faults(self) -> Iterator[Finding]:
        """Yield the terms that stand twice."""
        seen: set[str] = set()
        for place, term in enumerate(self.terms):
            if term.term.casefold() in seen:
                at = ("terms", place, "term")
                yield Finding("C114", f"{term.term} is in `terms` twice", "keep one", at)
            seen.add(term.term.casefold())


def find_terms(terms: Iterable[Term], query: str) -> list[Term]:
    """Return the terms that a query in either language means, the likeliest first.

    Names that are the query come first, then names that begin with it, names with a word that
    does, and meanings with one. Where there are none, the terms with similar names.
    """
    wanted = query.strip().casefold()
    if not wanted:
        return sorted(terms, key=lambda term: term.term.casefold())
    everything = list(terms)
    ranked = [(rank, term) for term in everything if (rank := _rank(term, wanted)) is not None]
    if ranked:
        return [term for _, term in sorted(ranked, key=lambda pair: (pair[0], pair[1].term))]
    from rapidfuzz import fuzz, process  # 20 ms that only a mistake costs

    names = [name for term in everything for name in term.names]
    owners = [term for term in everything for _ in term.names]
    near = process.extract(
        wanted, names, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=NEAR, limit=5
    )
    return list(dict.fromkeys(owners[place] for _, _, place in near))


def _rank(term: Term, wanted: str) -> int | None:
    names = [name.casefold() for name in (*term.names, term.simplified, term.traditional)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    if any(_begins_a_word(wanted, name) for name in names):
        return 2
    return 3 if _begins_a_word(wanted, term.means.casefold()) else None


def _begins_a_word(wanted: str, text: str) -> bool:
    """Whether a text holds what is wanted; Chinese has no spaces, so there anywhere will do."""
    return re.search(rf"(?<![a-z0-9]){re.escape(wanted)}", text) is not None


def mentioned(terms: Iterable[Term], text: str) -> list[Term]:
    """Return the terms that a text mentions as whole words, in the order of the text."""
    places = ((_place(term, text), term) for term in terms)
    found = [(place, term) for place, term in places if place is not None]
    return [term for _, term in sorted(found, key=lambda pair: (pair[0], pair[1].term))]


def _place(term: Term, text: str) -> int | None:
    patterns = (rf"(?<![\w-]){re.escape(name)}s?(?![\w-])" for name in term.names)
    # an abbreviation is one only in capitals: GAE, not gae
    found = (
        re.search(pattern, text, 0 if name.isupper() else re.IGNORECASE)
        for name, pattern in zip(term.names, patterns, strict=True)
    )
    return min((match.start() for match in found if match), default=None)
