"""Reading a typed answer: where it speaks of each point, and what a rule can decide of it.

Similarity finds where a point is spoken of, not which way round: it points and never judges. Only
phrases written by hand, those phrases turned round, and numbers with their units decide, and the
rule is shown with its result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from quizapp.cards.antonyms import turned_round
from quizapp.cards.phrase import Phrase, phrase
from quizapp.cards.words import NOT, Word, words
from quizapp.study.passages import Passage, PassageFinder, Weights
from quizapp.text import plural


class Found(StrEnum):
    """What reading has found of a point."""

    NOTHING = "nothing close"
    CLOSE = "close"
    """These words speak of the point; whether they say it, the learner judges."""
    PHRASE = "phrase"
    """A phrase written for the point stands in the answer: no more than a sure place. Of such
    answers one in five means something else, so this judges nothing either."""
    CONFIRMED = "confirmed"
    """The number that the card asks for stands in the answer."""
    CONTRADICTS = "contradicts"
    """A phrase against the point, one for it turned round, or another number stands there."""


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


class Reader:
    """Reads the answers to one question."""

    def __init__(self, question: str, points: Sequence[Rubric], weights: Weights) -> None:
        asked = words(question)
        self._given = {value for word in asked if (value := _number(word.stem)) is not None}
        self._points = points
        self._finder = PassageFinder(
            question, [(one.point, one.accept, one.against) for one in points], weights
        )
        rubric = words("\n".join((question, *(one.point for one in points))))
        self._turned_round = [_turned_round(one, rubric) for one in points]

    def is_hollow(self, answer: str) -> bool:
        """Whether an answer has no word in common with the question or any point."""
        return not self._finder.stems & {word.stem for word in words(answer)}

    def read(self, answer: str) -> list[Reading]:
        """Return what the answer says of each point, in their order."""
        said = words(answer)
        found = [
            self._against(number, said) or self._for(number, passage, said)
            for number, passage in enumerate(self._finder.find(said))
        ]
        return [replace(one, words=" ".join(answer[one.start : one.end].split())) for one in found]

    def _against(self, number: int, said: Sequence[Word]) -> Reading | None:
        """Return what stands against a point by its phrases; None without it.

        In one part of a clause a phrase against it decides. One that is spread over a clause, and
        a phrase for it with a word turned to its opposite, decide only where no phrase for it
        stands: a wrong accusation costs more than a missed one. A phrase for it that is denied
        decides nothing: "updates nothing except the bias" denies what it says.
        """
        point = self._points[number]
        against = [phrase(text) for text in point.against]
        found = _first(against, said, close=True)
        if found is None and _first(map(phrase, point.accept), said) is None:
            # "only steps inside are guarded" speaks of those outside
            plain = _parts_without("only", said)
            found = _first(against, said) or _first(self._turned_round[number], plain, close=True)
        return None if found is None else Reading(Found.CONTRADICTS, *found[0], 1.0, found[1])

    def _for(self, number: int, passage: Passage | None, said: Sequence[Word]) -> Reading:
        if passage is None:
            return Reading(Found.NOTHING)
        point, place = self._points[number], (passage.start, passage.end)
        if found := _first(map(phrase, point.accept), said):
            return Reading(Found.PHRASE, *place, 1.0, found[1])
        other = self._other_number(point.point, passage.words, said)
        if passage.closeness >= CLOSE / 2 and other:
            return Reading(Found.CONTRADICTS, *place, passage.closeness, other)
        if passage.closeness < CLOSE:
            return Reading(Found.NOTHING, closeness=passage.closeness)
        return Reading(Found.CLOSE, *place, passage.closeness)

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


def _turned_round(point: Rubric, rubric: Sequence[Word]) -> list[Phrase]:
    """Return the phrases for a point turned to their opposite, where the rubric has them not."""
    phrases = [phrase(text) for text in point.accept]
    turned = [phrase(text) for one in phrases if not one.negated for text in turned_round(one.text)]
    return [one for one in turned if not one.find(rubric, close=True)]


def _parts_without(stem: str, said: Sequence[Word]) -> list[Word]:
    """Return the words of an answer without the parts of clauses in which one word stands."""
    parts = {word.part for word in said if word.stem == stem}
    return [word for word in said if word.part not in parts]


def _first(
    rules: Iterable[Phrase], said: Sequence[Word], *, close: bool = False
) -> tuple[tuple[int, int], str] | None:
    """Return where the first phrase that fits stands, and its text; None if none fits."""
    found = ((rule.find(said, close=close), rule.text) for rule in rules)
    return next(((span, text) for span, text in found if span is not None), None)


def _counted(text: Sequence[Word]) -> dict[str, set[float]]:
    """Return the numbers of a text by the word behind them."""
    found: dict[str, set[float]] = {}
    for number, unit in pairwise(word for word in text if not word.quiet):
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
