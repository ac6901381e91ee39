"""Reading a typed answer: where it speaks of each point, and what a rule can decide of it.

Similarity finds where a point is spoken of, not which way round: it points and never judges. Only
phrases written by hand and numbers with their units decide, and the rule is shown with its result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import log

from quizapp.cards.phrase import phrase
from quizapp.cards.words import NOT, Word, words
from quizapp.text import plural


class Found(StrEnum):
    """What reading has found of a point."""

    NOTHING = "nothing close"
    CLOSE = "close"
    """These words speak of the point; whether they say it, the learner judges."""
    PHRASE = "phrase"
    """A phrase written for the point stands in the answer: no more than a sure place. Of such
    answers one in five or six means something else, so this judges nothing either."""
    CONFIRMED = "confirmed"
    """The number that the card asks for stands in the answer."""
    CONTRADICTS = "contradicts"
    """A phrase written against the point, or another number, stands in the answer."""


@dataclass(frozen=True, slots=True)
class Rubric:
    """A point as it is looked for."""

    point: str
    accept: tuple[str, ...] = ()
    """Phrases that say it."""
    against: tuple[str, ...] = ()
    """Phrases that say the opposite."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says of one point."""

    found: Found
    start: int = 0
    end: int = 0
    """Where its closest words stand in the answer."""
    closeness: float = 0.0
    """0 to 1: the share of the words looked for, by their weight, that stand there."""
    rule: str = ""
    """What decided: the phrase, or the two numbers."""
    words: str = ""
    """The closest words, as they were typed."""

    @property
    def decided(self) -> bool:
        """Whether a rule decided it; closeness never does."""
        return self.found in (Found.CONFIRMED, Found.CONTRADICTS)


@dataclass(frozen=True, slots=True)
class Lead:
    """How far into an answer its first must-have point comes."""

    before: int
    """Words before it."""
    words: int
    """Words of the whole answer."""

    @property
    def text(self) -> str:
        """How long it took, in words: "to the point after 12 of 80 words"."""
        if self.before == 0:
            return f"to the point from the first of {plural(self.words, 'word')}"
        return f"to the point after {self.before} of {plural(self.words, 'word')}"


def lead_of(answer: str, musts: Iterable[Reading]) -> Lead | None:
    """Return how far into an answer the first of its must-have points comes.

    A phrase for a point counts, its number, and words with half of its weight or more; words that
    a rule holds against it do not. None where no point has any of these.
    """
    starts = [
        reading.start
        for reading in musts
        if reading.found in (Found.PHRASE, Found.CONFIRMED)
        or (reading.found is Found.CLOSE and reading.closeness >= _HALF)
    ]
    if not starts:
        return None
    ends = [match.end() for match in re.finditer(r"\S+", answer)]
    return Lead(sum(end <= min(starts) for end in ends), len(ends))


CLOSE = 0.12
"""Closeness from which words are shown. Fitted on the open half of the benchmark."""

_HALF = 0.5
"""Closeness from which words may be the point itself, not only touch it."""

_ASKED = 0.3
"""Weight of a word that the question has already: it stands in every answer."""


@dataclass(frozen=True)
class Weights:
    """How much each word tells: rare ones more (inverse document frequency)."""

    seen: Mapping[str, int]
    texts: int

    @classmethod
    def of(cls, texts: Iterable[str]) -> Weights:
        """Count in how many of the texts each word stands."""
        counts: Counter[str] = Counter()
        number = 0
        for text in texts:
            number += 1
            counts.update({word.stem for word in words(text)})
        return cls(counts, number)

    def __getitem__(self, stem: str) -> float:
        """Return the weight of a word; one that no text has counts as in one."""
        return log((2 + self.texts) / (1 + self.seen.get(stem, 0)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One wording of a point: parts with their weights, each a set of words for one another."""

    parts: tuple[tuple[frozenset[str], float], ...]

    @property
    def stems(self) -> frozenset[str]:
        """All words that it looks for."""
        return frozenset().union(*(part for part, _ in self.parts))

    def closeness(self, bag: frozenset[str]) -> float:
        """Return the share of the parts, by weight, that stand in a bag of words."""
        whole = sum(weight for _, weight in self.parts)
        there = sum(weight for part, weight in self.parts if not part.isdisjoint(bag))
        return there / whole if whole else 0.0


class Reader:
    """Reads the answers to one question."""

    def __init__(self, question: str, points: Sequence[Rubric], weights: Weights) -> None:
        self._weights = weights
        asked = words(question)
        self._asked = {word.stem for word in asked}
        self._given = {value for word in asked if (value := _number(word.stem)) is not None}
        self._points = points
        self._wanted = [self._wordings(point) for point in points]

    def _wordings(self, point: Rubric) -> list[_Wanted]:
        own = [frozenset((word.stem,)) for word in words(point.point) if word.stem != NOT]
        phrases = [phrase(text) for text in (*point.accept, *point.against)]
        return [self._weighed(dict.fromkeys(own)), *(self._weighed(one.parts) for one in phrases)]

    def _weighed(self, parts: Iterable[frozenset[str]]) -> _Wanted:
        return _Wanted(tuple((part, max(map(self._weight, part))) for part in parts))

    def _weight(self, stem: str) -> float:
        return self._weights[stem] * (_ASKED if stem in self._asked else 1.0)

    def is_hollow(self, answer: str) -> bool:
        """Whether an answer has no word in common with the question or any point."""
        looked_for = {stem for wanted in self._wanted for one in wanted for stem in one.stems}
        return not (self._asked | looked_for) & {word.stem for word in words(answer)}

    def read(self, answer: str) -> list[Reading]:
        """Return what the answer says of each point, in their order."""
        said = words(answer)
        windows = list(_windows(said))
        found = [
            _by_phrase(point, said) or self._closest(point, wanted, said, windows)
            for point, wanted in zip(self._points, self._wanted, strict=True)
        ]
        return [replace(one, words=" ".join(answer[one.start : one.end].split())) for one in found]

    def _closest(
        self,
        point: Rubric,
        wanted: Sequence[_Wanted],
        said: Sequence[Word],
        windows: Sequence[Sequence[Word]],
    ) -> Reading:
        best, window = 0.0, list[Word]()
        for words_there in windows:
            bag = frozenset(word.stem for word in words_there)
            closeness = max(one.closeness(bag) for one in wanted)
            # of two windows with the same words the shorter one shows them better
            if closeness > best + 1e-9:
                best, window = closeness, list(words_there)
        if best >= CLOSE / 2 and (other := self._other_number(point.point, window, said)):
            return Reading(Found.CONTRADICTS, window[0].start, window[-1].end, best, other)
        if best < CLOSE:
            return Reading(Found.NOTHING, closeness=best)
        return Reading(Found.CLOSE, window[0].start, window[-1].end, best)

    def _other_number(self, point: str, window: Sequence[Word], said: Sequence[Word]) -> str:
        """Return "1 point, not 6" where an answer gives the unit of a point another number.

        A number of the question may be repeated, and a point's number anywhere in the answer is
        taken for the point's.
        """
        right, given = _counted(words(point)), _counted(window)
        mentioned = [value for word in said if (value := _number(word.stem)) is not None]
        for unit, numbers in right.items():
            there = given.get(unit, set()) - self._given
            if there and not any(_near(one, other) for one in numbers for other in mentioned):
                return f"{max(there):g} {unit}, not {max(numbers):g}"
        return ""


def _by_phrase(point: Rubric, said: Sequence[Word]) -> Reading | None:
    """Return what the phrases decide; None if they decide nothing."""
    for found, texts in ((Found.CONTRADICTS, point.against), (Found.PHRASE, point.accept)):
        for rule in map(phrase, texts):
            # a wrong accusation costs more than a confirmation missed
            span = rule.find(said, close=found is Found.CONTRADICTS)
            if span is not None and found is Found.PHRASE:
                span = _clause_around(span, said)
            if span is not None:
                return Reading(found, *span, 1.0, rule.text)
    return None


def _clause_around(span: tuple[int, int], said: Sequence[Word]) -> tuple[int, int]:
    """Return the clause in which a span stands: in it the words can be understood."""
    inside = {word.clause for word in said if span[0] <= word.start < span[1]}
    around = [word for word in said if word.clause in inside]
    return around[0].start, around[-1].end


def _counted(text: Sequence[Word]) -> dict[str, set[float]]:
    """Return the numbers of a text by the word behind them."""
    found: dict[str, set[float]] = {}
    for number, unit in pairwise(text):
        value = _number(number.stem)
        counted = number.part == unit.part and unit.stem != NOT and not number.label
        if counted and value is not None and _number(unit.stem) is None:
            found.setdefault(unit.stem, set()).add(value)
    return found


def _number(stem: str) -> float | None:
    try:
        return float(stem)
    except ValueError:
        return None


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 0.2 * max(abs(one), abs(other))


def _windows(said: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield the parts of an answer between commas, its clauses, and each two that follow."""
    parts, clauses = _grouped(said, "part"), _grouped(said, "clause")
    yield from parts
    yield from clauses
    yield from (one + other for one, other in pairwise(parts))
    yield from (one + other for one, other in pairwise(clauses))


def _grouped(text: Sequence[Word], by: str) -> list[list[Word]]:
    groups: dict[int, list[Word]] = {}
    for word in text:
        groups.setdefault(getattr(word, by), []).append(word)
    return list(groups.values())
