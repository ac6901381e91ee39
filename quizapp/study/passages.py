"""The passage of an answer that speaks most of a point, by its words and their weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from quizapp.cards.phrase import phrase
from quizapp.cards.words import NOT, QUIET, Word, words

_ASKED = 0.3
"""Factor for a word of the question: it stands in every answer."""

_AGAINST = 0.5
"""Factor for a word that only stands in a phrase against a point."""

_SHORT = 6
"""Words that a passage may have before its length counts much against it."""


@dataclass(frozen=True)
class Weights:
    """The weight of each word: a rare one weighs more (inverse document frequency)."""

    seen: Mapping[str, int]
    texts: int

    @classmethod
    def of(cls, texts: Iterable[str]) -> Weights:
        """Count in how many of the texts each word stands."""
        counts: Counter[str] = Counter()
        number = 0
        for text in texts:
            number += 1
            counts.update({word.stem for word in words(text) if not word.quiet})
        return cls(counts, number)

    def __getitem__(self, stem: str) -> float:
        """Return the weight of a word; one that no text has counts as in one."""
        return log((2 + self.texts) / (1 + self.seen.get(stem, 0)))


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of an answer that speaks most of a point."""

    start: int
    end: int
    words: tuple[Word, ...]
    closeness: float
    """0 to 1: the largest share of the words of one wording, by weight, in any part."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """One wording of a point: its parts, each a set of words for one another, by weight."""

    parts: tuple[tuple[frozenset[str], float], ...]
    factor: float
    """How much its words count, against 1 of the point itself."""

    def closeness(self, bag: frozenset[str]) -> float:
        """Return the share of the parts, by weight, that stand in a bag of words."""
        whole = sum(weight for _, weight in self.parts)
        there = sum(weight for part, weight in self.parts if not part.isdisjoint(bag))
        return there / whole if whole else 0.0


class PassageFinder:
    """Finds where an answer speaks of each of some points.

    Args:
        question: Its words count less: they stand in every answer.
        wordings: For each point its text, the phrases for it and those against it.
        weights: The weight of each word in the whole library.
    """

    def __init__(
        self,
        question: str,
        wordings: Sequence[tuple[str, Sequence[str], Sequence[str]]],
        weights: Weights,
    ) -> None:
        self._weights = weights
        self._asked = {word.stem for word in words(question)} - QUIET - {NOT}
        self._wordings = [self._read(*texts) for texts in wordings]
        self._scores = self._score_words()

    def _read(self, point: str, accept: Sequence[str], against: Sequence[str]) -> list[_Wording]:
        own = [frozenset((word.stem,)) for word in words(point) if word.stem != NOT]
        return [
            self._weighed(dict.fromkeys(own)),
            *(self._weighed(phrase(text).parts) for text in accept),
            *(self._weighed(phrase(text).parts, _AGAINST) for text in against),
        ]

    def _weighed(self, parts: Iterable[frozenset[str]], factor: float = 1.0) -> _Wording:
        heard = (part - QUIET for part in parts)
        weighed = tuple((part, max(map(self._weight, part))) for part in heard if part)
        return _Wording(weighed, factor)

    def _weight(self, stem: str) -> float:
        return self._weights[stem] * (_ASKED if stem in self._asked else 1.0)

    def _score_words(self) -> list[dict[str, float]]:
        """Return for each point how much each word of an answer speaks for it.

        A word with many alternatives scores less, and so does one that other points look for.
        """
        shares = [_shares(wordings) for wordings in self._wordings]
        of_all = Counter[str]()
        for share in shares:
            of_all.update(share)
        return [
            {
                stem: self._weight(stem) * own * sqrt(own / of_all[stem])
                for stem, own in share.items()
            }
            for share in shares
        ]

    @property
    def stems(self) -> set[str]:
        """The words of the question and of every wording."""
        return self._asked.union(*self._scores)

    def find(self, answer: Sequence[Word]) -> list[Passage | None]:
        """Return for each point the passage of an answer that speaks most of it; None if none."""
        windows = [
            (window, frozenset(word.stem for word in window), 1 / sqrt(_SHORT + len(window)))
            for window in _windows([word for word in answer if not word.quiet])
        ]
        found: list[Passage | None] = []
        for wordings, scores in zip(self._wordings, self._scores, strict=True):
            best, closeness, nearest = 0.0, 0.0, tuple[Word, ...]()
            for window, bag, brevity in windows:
                score = brevity * sum(scores.get(stem, 0.0) for stem in bag)
                # of two windows with the same words the first and shorter shows them better
                if score > best + 1e-9:
                    best, nearest = score, tuple(window)
                if score:
                    closeness = max(closeness, *(one.closeness(bag) for one in wordings))
            found.append(
                Passage(nearest[0].start, nearest[-1].end, nearest, closeness) if nearest else None
            )
        return found


def _shares(wordings: Iterable[_Wording]) -> dict[str, float]:
    """Return a factor, at most 1, for each word of some wordings: alternatives share it."""
    shares: dict[str, float] = {}
    for one in wordings:
        for part, _ in one.parts:
            share = one.factor / sqrt(len(part))
            shares.update((stem, max(shares.get(stem, 0.0), share)) for stem in part)
    return shares


def _windows(answer: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield the parts of an answer between commas, its clauses, and each two that follow."""
    parts, clauses = _grouped(answer, "part"), _grouped(answer, "clause")
    yield from parts
    yield from clauses
    yield from (one + other for one, other in pairwise(parts))
    yield from (one + other for one, other in pairwise(clauses))


def _grouped(text: Sequence[Word], by: str) -> list[list[Word]]:
    groups: dict[int, list[Word]] = {}
    for word in text:
        groups.setdefault(getattr(word, by), []).append(word)
    return list(groups.values())
