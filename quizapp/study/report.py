"""A finished mock interview: its questions as they were scored, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from quizapp.cards.variants import OWN, Wording
from quizapp.study.ability import Ability, difficulty_of, estimate
from quizapp.study.estimate import Interval, proportion
from quizapp.study.given import Check, Structure
from quizapp.study.interview import RESULT, InterviewSpec, Part
from quizapp.study.interviewer import Reply, unwritten
from quizapp.study.model import Rating
from quizapp.study.opinion import Opinion
from quizapp.study.reading import Found, Lead
from quizapp.text import plural

READY, CLOSE = 0.80, 0.60
"""Scores from which the verdict is "ready" and "nearly there"."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One point of the rubric, as the learner and the app judged it."""

    point: str
    must: bool
    ticked: bool
    found: Found | None = None
    """What reading found; None where nothing was typed."""
    words: str = ""
    """The learner's closest words."""
    rule: str = ""
    """What decided, where a rule did."""
    opinion: Opinion | None = None
    """What a model of the learner's own says of it, if it was asked."""

    @property
    def made(self) -> bool:
        """Whether it counts: ticked, or confirmed by a rule, which needs no tick."""
        return self.ticked or self.found is Found.CONFIRMED

    @property
    def state(self) -> str:
        """What became of it, in a word or two."""
        if self.found is Found.CONTRADICTS:
            return "ticked, contradicted by a rule" if self.ticked else "contradicted by a rule"
        if self.found is Found.CONFIRMED:
            return "ticked, confirmed" if self.ticked else "confirmed, not ticked"
        return "ticked" if self.ticked else "open"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the app itself could confirm, apart from the learner's ticks."""

    confirmed: int
    contradicted: int
    points: int

    @property
    def share(self) -> float:
        """Share of the points that a rule confirmed."""
        return self.confirmed / self.points if self.points else 0.0

    @property
    def text(self) -> str:
        """How many points that was."""
        against = f", {self.contradicted} contradicted" if self.contradicted else ""
        return f"{self.confirmed} of {plural(self.points, 'point')} confirmed{against}"


@dataclass(frozen=True, slots=True)
class Result:
    """One question, scored."""

    question: str
    topic: str
    difficulty: str
    prompt: str
    part: Part
    score: float
    """0 to 1."""
    missed_musts: tuple[str, ...]
    missed_others: tuple[str, ...]
    structure: tuple[Structure, ...]
    elapsed_s: float
    allowed_s: float
    response: str
    suggested: Rating
    """What grading suggests for the schedule."""
    code: str = ""
    checks: tuple[Check, ...] = ()
    points: tuple[Judged, ...] = ()
    """The rubric with the learner's words."""
    replies: tuple[Reply, ...] = ()
    """The follow-ups, and what was said to them."""
    hollow: bool = False
    """Whether nothing that was typed had to do with the question: it counts nothing."""
    lead: Lead | None = None
    """How far into what was typed the first must-have point comes, where one was found."""
    wording: Wording = OWN
    """In which words and numbers the card was asked."""
    aloud: bool = False
    """Whether it was answered aloud, with nothing typed."""

    @property
    def made(self) -> float:
        """Share of the points that were made: by the run for code, else by ticks and rules."""
        if self.hollow:
            return 0.0
        if not self.points:
            return self.score
        return mean([point.made for point in self.points])

    @property
    def unwritten(self) -> str:
        """How it was answered, where nothing was typed that could be read."""
        if self.response or self.part is Part.CODE:
            return ""
        return unwritten(aloud=self.aloud)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know of the answer beside score and time."""
        lead = self.lead.text if self.lead else ""
        varied = "asked in other words than the card's own" if self.wording != OWN else ""
        hollow = "nothing of it had to do with the question: it counts nothing"
        found = (lead, self.unwritten, varied, hollow if self.hollow else "")
        return tuple(filter(None, found))

    @property
    def overtime(self) -> bool:
        """Whether the answer took longer than its share of the time."""
        return self.elapsed_s > self.allowed_s


@dataclass(frozen=True, slots=True)
class InterviewReport:
    """A finished interview."""

    at: datetime
    spec: InterviewSpec
    results: tuple[Result, ...]

    @property
    def score(self) -> float:
        """Mean over the questions, 0 to 1."""
        return mean([result.score for result in self.results])

    @property
    def interval(self) -> Interval:
        """Where the score of many such interviews would lie, in 95 of 100 cases.

        Wilson's interval (1927) with as many trials as questions: answers that are partly right
        vary less than ones that are right or wrong, so it is rather too wide.
        """
        return proportion(self.score * len(self.results), len(self.results))

    @property
    def held(self) -> Ability:
        """The level that the answers hold; nothing of a hollow answer counts."""
        given = [(difficulty_of(r.difficulty), r.made) for r in self.results]
        return estimate(difficulty_of(self.spec.level), given)

    @property
    def checked(self) -> Checked:
        """What the app itself could confirm: numbers, code, points decided by a rule."""
        found = [point.found for result in self.results for point in result.points]
        code = [check.holds for result in self.results for check in result.checks]
        confirmed, contradicted = found.count(Found.CONFIRMED), found.count(Found.CONTRADICTS)
        return Checked(confirmed + sum(code), contradicted, len(found) + len(code))

    @property
    def unread(self) -> str:
        """How many answers nothing could check, as a clause; empty where there were none."""
        number = sum(
            bool(result.unwritten) and not any(reply.text for reply in result.replies)
            for result in self.results
        )
        return f"; {plural(number, 'answer')} not typed, by your ticks alone" if number else ""

    @property
    def by_ticks(self) -> float:
        """Share of the points that the learner ticked."""
        return mean([point.ticked for result in self.results for point in result.points])

    @property
    def by_topic(self) -> dict[str, float]:
        """Mean score of each topic, the weakest first."""
        groups: dict[str, list[float]] = {}
        for result in self.results:
            groups.setdefault(result.topic, []).append(result.score)
        means = {topic: mean(scores) for topic, scores in groups.items()}
        return dict(sorted(means.items(), key=lambda item: item[1]))

    @property
    def comes_back(self) -> tuple[str, ...]:
        """Cards that grading would rate Again: something essential was missing."""
        return tuple(r.question for r in self.results if r.suggested is Rating.AGAIN)

    @property
    def structure_share(self) -> dict[str, float]:
        """How often each item of the checklist was there, where something was said."""
        said = [result for result in self.results if result.part is not Part.CODE]
        if not said:
            return {}
        return {str(item): mean([item in r.structure for r in said]) for item in Structure}

    @property
    def verdict(self) -> str:
        """One phrase for the whole."""
        if self.score >= READY:
            return "ready"
        return "nearly there" if self.score >= CLOSE else "not yet"

    def with_titles(self, titles: Mapping[str, str]) -> InterviewReport:
        """Return the report for readers: topics by title, where they have one."""
        results = [replace(r, topic=titles.get(r.topic, r.topic)) for r in self.results]
        return replace(self, results=tuple(results))


def things_to_fix(report: InterviewReport) -> Iterator[str]:
    """Yield what would raise the score most: missed musts first, then structure, then time."""
    for result in sorted(report.results, key=lambda result: result.score):
        for point in result.missed_musts[:1]:
            verb = "Write it so that this holds" if result.part is Part.CODE else "Say it"
            verb = "Work it out" if point.startswith(RESULT) else verb
            yield f"{verb}: {point.removeprefix(RESULT)}"
    shares = report.structure_share
    item = min(shares, key=shares.__getitem__, default="")
    if item and (share := shares[item]) < 0.5:
        yield f"Structure it better: {item} was in {share:.0%} of the answers."
    if late := sum(result.overtime for result in report.results):
        yield f"Be shorter: {plural(late, 'answer')} took longer than the time for the question."


def mean(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
