"""Phrases written by hand that decide whether an answer says a thing, or its opposite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from quizapp.cards.words import MATRIX_A, NOT, Word, words

SPREAD = 8
"""Words that may stand between those of a phrase."""


@dataclass(frozen=True)
class Phrase:
    """A few words that must all stand in one clause: "B random|gaussian", "no reference".

    Words are compared by their stems, in any order; those joined by | stand for each other. With
    an odd number of negations the phrase says the opposite, and so must the clause.
    """

    text: str
    parts: tuple[frozenset[str], ...]
    """The stems that stand for each other, for each word."""
    negated: bool

    def find(self, answer: Sequence[Word], *, close: bool = False) -> tuple[int, int] | None:
        """Return where an answer says it, from and to, as places in its text; else None.

        With `close` its words must stand in one part of a clause: "B is zero and A is random" does
        not say "B random".
        """
        for _, clause in groupby(answer, key=lambda word: word.part if close else word.clause):
            if (span := self._in(list(clause), self.negated)) is not None:
                return span
        return None

    def _in(self, clause: Sequence[Word], negated: bool) -> tuple[int, int] | None:
        for first in range(len(clause)):
            if not any(clause[first].stem in part for part in self.parts):
                continue
            taken = clause[first : first + len(self.parts) + SPREAD]
            last = self._last(taken)
            if last is None:
                continue
            # a negation stands a few words before or right behind what it turns round
            parts = range(taken[0].part, taken[last].part + 1)
            near = clause[max(0, first - 3) : first + last + 3]
            around = [word for word in near if word.part in parts]
            if (sum(word.stem == NOT for word in around) % 2 == 1) == negated:
                return clause[first].start, taken[last].end
        return None

    def _last(self, taken: Sequence[Word]) -> int | None:
        """Return the place by which every part has come up; None if one has not."""
        missing = list(self.parts)
        for place, word in enumerate(taken):
            found = next((part for part in missing if word.stem in part), None)
            if found is not None:
                missing.remove(found)
                if not missing:
                    return place
        return None


def in_words(text: str) -> str:
    """Return a phrase as a reader says it: the first of the words that stand for each other."""
    return " ".join(token.partition("|")[0] for token in text.split())


@cache
def phrase(text: str) -> Phrase:
    """Return the phrase that a text writes."""
    parts: list[frozenset[str]] = []
    negations = 0
    for token in text.split():
        alternatives = [_stems(alternative) for alternative in token.split("|")]
        negations += any(NOT in stems for stems in alternatives)  # no|without is one negation
        told = [[one for one in stems if one != NOT] for stems in alternatives]
        if len(told) == 1:  # use_cache is two words
            parts += [frozenset((one,)) for one in told[0]]
        elif any(told):
            parts.append(frozenset(max(stems, key=len) for stems in told if stems))
    return Phrase(text, tuple(parts), negations % 2 == 1)


def _stems(word: str) -> list[str]:
    """Return the stems of one word of a phrase: a capital A is a name there."""
    return [MATRIX_A] if word == "A" else [found.stem for found in words(word)]
