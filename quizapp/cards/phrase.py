"""Phrases written by hand that decide whether an answer says a thing, or its opposite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter

from quizapp.cards.phrase_order import BEFORE, MORE, PhraseOrder
from quizapp.cards.words import MATRIX_A, NOT, Word, words

SPREAD = 8
"""Words that may stand between those of a phrase."""


@dataclass(frozen=True)
class Phrase:
    """A few words that must all stand in one clause: "B random|gaussian", "no reference".

    Words are compared by their stems, in any order; those joined by | stand for each other. With
    an odd number of negations the phrase says the opposite, and so must the clause. In "lora > full
    rate" and "unscale -> clip" the words on both sides of the sign stand in that order.
    """

    text: str
    parts: tuple[frozenset[str], ...]
    """The stems that stand for each other, for each word."""
    negated: bool
    order: PhraseOrder | None = None
    """What decides in place of the words alone, where they stand in an order."""

    def find(self, answer: Sequence[Word], *, close: bool = False) -> tuple[int, int] | None:
        """Return where an answer says it, from and to, as places in its text; else None.

        With `close` its words must stand in one part of a clause: "B is zero and A is random" does
        not say "B random". An order holds in a whole clause: "first unscale, then clip".
        """
        if self.order is not None:
            clauses = groupby(answer, key=lambda word: word.clause)
            spans = (self.order.find(list(clause)) for _, clause in clauses)
            return next((span for span in spans if span), None)
        for clause in self._heard(answer, "part" if close else "clause"):
            for places in self._fits(clause):
                if self._is_denied(clause, places) == self.negated:
                    return clause[places[0]].start, clause[places[-1]].end
        return None

    def _heard(self, answer: Sequence[Word], by: str) -> Iterator[list[Word]]:
        """Yield the clauses of an answer, or their parts, less the quiet words not asked for."""
        asked = frozenset().union(*self.parts)
        heard = [word for word in answer if not word.quiet or word.stem in asked]
        if not any(part.isdisjoint({word.stem for word in heard}) for part in self.parts):
            for _, clause in groupby(heard, key=attrgetter(by)):
                yield list(clause)

    def _fits(self, clause: Sequence[Word]) -> Iterator[list[int]]:
        """Yield the places at which every part stands, from each word of the phrase on."""
        for first in range(len(clause)):
            if any(clause[first].stem in part for part in self.parts):
                places = self._places(clause, first)
                if places:
                    yield places

    def _is_denied(self, clause: Sequence[Word], places: Sequence[int]) -> bool:
        """Whether what stands at some places of a clause is turned round there."""
        first, last = places[0], places[-1]
        # a negation stands a few words before or right behind what it turns round
        parts = range(clause[first].part, clause[last].part + 1)
        near = clause[max(0, first - 3) : last + 3]
        negations = sum(word.stem == NOT and word.part in parts for word in near)
        return (negations + any(clause[place].denied for place in places)) % 2 == 1

    def _places(self, clause: Sequence[Word], first: int) -> list[int]:
        """Return where, from a place on, every part has come up; none if one has not."""
        missing, places = list(self.parts), list[int]()
        for place in range(first, min(len(clause), first + len(self.parts) + SPREAD)):
            found = next((part for part in missing if clause[place].stem in part), None)
            if found is not None:
                missing.remove(found)
                places.append(place)
                if not missing:
                    return places
        return []


def in_words(text: str) -> str:
    """Return a phrase as a reader says it: the first of the words that stand for each other."""
    said = (token.partition("|")[0] for token in text.split())
    return " ".join("before" if token == BEFORE else token for token in said)


def silent_words(text: str) -> list[str]:
    """Return the words of a phrase that are in no text as it is read: "it", "with", "is"."""
    listed = (
        word for token in text.split() if token not in (MORE, BEFORE) for word in token.split("|")
    )
    return [word for word in listed if not _stems(word)]


@cache
def phrase(text: str) -> Phrase:
    """Return the phrase that a text writes."""
    parts: list[frozenset[str]] = []
    negations = 0
    signs: list[tuple[int, bool]] = []
    for token in text.split():
        if token in (MORE, BEFORE):
            signs.append((len(parts), token == BEFORE))
            continue
        alternatives = [_stems(alternative) for alternative in token.split("|")]
        negations += any(NOT in stems for stems in alternatives)  # no|without is one negation
        counted = [[one for one in stems if one != NOT] for stems in alternatives]
        if len(counted) == 1:  # use_cache is two words
            parts += [frozenset((one,)) for one in counted[0]]
        elif any(counted):
            parts.append(frozenset(max(stems, key=len) for stems in counted if stems))
    return Phrase(text, tuple(parts), negations % 2 == 1, _order(parts, signs))


def _order(
    parts: Sequence[frozenset[str]], signs: Sequence[tuple[int, bool]]
) -> PhraseOrder | None:
    """Return the order of the two parts around a sign; None without one that has both sides."""
    if len(signs) != 1 or not 0 < signs[0][0] < len(parts):
        return None
    at, in_time = signs[0]
    return PhraseOrder(parts[at - 1], parts[at], (*parts[: at - 1], *parts[at + 1 :]), in_time)


def _stems(word: str) -> list[str]:
    """Return the stems of one word of a phrase: a capital A is a name there."""
    return [MATRIX_A] if word == "A" else [found.stem for found in words(word)]
