"""Two finished interviews side by side: scores, topics, and the questions that both asked."""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.study.interview import RESULT
from quizapp.study.report import InterviewReport, Result


@dataclass(frozen=True, slots=True)
class TopicScores:
    """A topic in two interviews: 0 to 1, None where it was not asked."""

    topic: str
    first: float | None
    second: float | None


@dataclass(frozen=True, slots=True)
class AskedTwice:
    """A question that both interviews asked, and how each answer went."""

    first: Result
    second: Result

    @property
    def gained(self) -> tuple[str, ...]:
        """Must-have points that only the later answer made."""
        return _made_only(self.second, self.first)

    @property
    def lost(self) -> tuple[str, ...]:
        """Must-have points that only the earlier answer made."""
        return _made_only(self.first, self.second)

    @property
    def still_missed(self) -> tuple[str, ...]:
        """Must-have points that neither answer made."""
        before = {_same(point) for point in self.first.missed_musts}
        return tuple(point for point in self.second.missed_musts if _same(point) in before)

    @property
    def reworded(self) -> bool:
        """Whether the two asked in different words or numbers."""
        return self.first.wording != self.second.wording


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, the earlier one first."""

    first: InterviewReport
    second: InterviewReport

    @property
    def difference(self) -> float:
        """How much higher the later score is, -1 to 1."""
        return self.second.score - self.first.score

    @property
    def overlap(self) -> bool:
        """Whether the intervals of the two scores have a value in common."""
        one, other = self.first.interval, self.second.interval
        return one.low <= other.high and other.low <= one.high

    @property
    def sentence(self) -> str:
        """What the two scores show, in a sentence or two.

        Intervals that do not overlap are the stricter of the usual tests: of two equal candidates
        far fewer than 5 in 100 pairs come out so.
        """
        if self.overlap:
            shown = "The intervals overlap: no difference shown."
        else:
            higher = "later" if self.difference > 0 else "earlier"
            shown = f"The intervals do not overlap: the {higher} score is higher."
        one, other = self.first.spec.level, self.second.spec.level
        if one == other:
            return shown
        return f"{shown} The first was {one}, the second {other}: compare the level held."

    @property
    def topics(self) -> tuple[TopicScores, ...]:
        """Every topic: first those that both asked, the weakest of the later interview first."""
        one, other = self.first.by_topic, self.second.by_topic
        in_both = [topic for topic in other if topic in one]
        names = dict.fromkeys((*in_both, *other, *one))
        return tuple(TopicScores(name, one.get(name), other.get(name)) for name in names)

    @property
    def both(self) -> tuple[AskedTwice, ...]:
        """The questions that both asked, in the order of the later interview."""
        before = {result.question: result for result in self.first.results}
        return tuple(
            AskedTwice(before[result.question], result)
            for result in self.second.results
            if result.question in before
        )


def _made_only(one: Result, other: Result) -> tuple[str, ...]:
    """Return the must-have points that one answer made and the other missed.

    A point that was not in the rubric of the one, as the card was edited, was not made by it.
    """
    known = {*(point.point for point in one.points), *(check.claim for check in one.checks)}
    made = {_same(point) for point in known} - {_same(point) for point in one.missed_musts}
    return tuple(point for point in other.missed_musts if _same(point) in made)


def _same(point: str) -> str:
    """Return what tells a point from others: a result is the same one with other numbers."""
    return RESULT if point.startswith(RESULT) else point
