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
    """How much speaks for it: the scores of its words, over √(6 + words)."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """One wording of a point: its parts, each a set of words for one another."""

    parts: tuple[frozenset[str], ...]
    factor: float
    """How much its words count, against 1 of the point itself."""


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
        self._scores = self._score_words([_read(*texts) for texts in wordings])

    def _weight(self, stem: str) -> float:
        return self._weights[stem] * (_ASKED if stem in self._asked else 1.0)

    def _score_words(self, points: Iterable[Sequence[_Wording]]) -> list[dict[str, float]]:
        """Return for each point how much each word of an answer speaks for it.

        A word with many alternatives scores less, and so does one that other points look for.
        """
        shares = [_shares(wordings) for wordings in points]
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
        for scores in self._scores:
            best, nearest = 0.0, tuple[Word, ...]()
            for window, bag, brevity in windows:
                score = brevity * sum(scores.get(stem, 0.0) for stem in bag)
                # of two windows with the same words the first and shorter shows them better
                if score > best + 1e-9:
                    best, nearest = score, tuple(window)
            found.append(
                Passage(nearest[0].start, nearest[-1].end, nearest, best) if nearest else None
            )
        return found


def _read(point: str, accept: Sequence[str], against: Sequence[str]) -> list[_Wording]:
    own = [frozenset((word.stem,)) for word in words(point) if word.stem != NOT]
    return [
        _heard(dict.fromkeys(own)),
        *(_heard(phrase(text).parts) for text in accept),
        *(_heard(phrase(text).parts, _AGAINST) for text in against),
    ]


def _heard(parts: Iterable[frozenset[str]], factor: float = 1.0) -> _Wording:
    """Return a wording without the words that tell no passage from another."""
    loud = (part - QUIET for part in parts)
    return _Wording(tuple(part for part in loud if part), factor)


def _shares(wordings: Iterable[_Wording]) -> dict[str, float]:
    """Return a factor, at most 1, for each word of some wordings: alternatives share it."""
    shares: dict[str, float] = {}
    for one in wordings:
        for part in one.parts:
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
