"""Scoring a mock interview by its rubric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from quizapp.cards.model import KeyPoint
from quizapp.study.grading import grade_points
from quizapp.study.interview import InterviewSpec, Part, Question, Slot
from quizapp.study.model import Rating
from quizapp.text import plural

MUSTS, OTHERS, STRUCTURE = 0.60, 0.25, 0.15
"""Weights of must-have points, other points and structure; what a card lacks is left out."""

READY, CLOSE = 0.80, 0.60
"""Scores from which the verdict is "ready" and "nearly there"."""


class Structure(StrEnum):
    """The checklist for how an answer is built."""

    POINT_FIRST = "point first"
    MECHANISM = "mechanism"
    EXAMPLE = "example or number"
    TRADE_OFF = "trade-off"


@dataclass(frozen=True, slots=True)
class Check:
    """A claim about code, and whether it held in the last run."""

    claim: str
    """What must hold, in a sentence."""
    holds: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What the learner did with one question of the interview."""

    ticked: tuple[int, ...] = ()
    """Key points made."""
    structure: tuple[Structure, ...] = ()
    elapsed_s: float = 0.0
    response: str = ""
    """What was typed, if anything; of code, which attempt it was and what that came to."""
    code: str = ""
    """What was written, where code was asked for."""
    checks: tuple[Check, ...] = ()
    """What the run of the code came to: it is the score."""


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
        return _mean([result.score for result in self.results])

    @property
    def by_topic(self) -> dict[str, float]:
        """Mean score of each topic, the weakest first."""
        groups: dict[str, list[float]] = {}
        for result in self.results:
            groups.setdefault(result.topic, []).append(result.score)
        means = {topic: _mean(scores) for topic, scores in groups.items()}
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
        return {str(item): _mean([item in r.structure for r in said]) for item in Structure}

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


def score_interview(
    at: datetime,
    spec: InterviewSpec,
    plan: Sequence[Slot],
    questions: Mapping[str, Question],
    given: Mapping[str, Given],
) -> InterviewReport:
    """Return the report; a question without an answer scores 0."""
    return InterviewReport(
        at, spec, tuple(_result(slot, questions[slot.question], given) for slot in plan)
    )


def things_to_fix(report: InterviewReport) -> Iterator[str]:
    """Yield what would raise the score most: missed musts first, then structure, then time."""
    for result in sorted(report.results, key=lambda result: result.score):
        for point in result.missed_musts[:1]:
            verb = "Write it so that this holds" if result.part is Part.CODE else "Say it"
            yield f"{verb}: {point}"
    shares = report.structure_share
    item = min(shares, key=shares.__getitem__, default="")
    if item and (share := shares[item]) < 0.5:
        yield f"Structure it better: {item} was in {share:.0%} of the answers."
    if late := sum(result.overtime for result in report.results):
        yield f"Be shorter: {plural(late, 'answer')} took longer than the time for the question."


def _result(slot: Slot, question: Question, answers: Mapping[str, Given]) -> Result:
    given = answers.get(slot.question)
    had = given or Given()
    if question.exercise:
        return _code_result(slot, question, had)
    made = [(point, index in had.ticked) for index, point in enumerate(question.points)]
    musts = [point.must for point in question.points]
    return Result(
        question=question.id,
        topic=question.topic,
        difficulty=question.difficulty,
        prompt=question.prompt,
        part=slot.part,
        score=_score(made, had.structure) if given else 0.0,
        missed_musts=tuple(point.point for point, there in made if point.must and not there),
        missed_others=tuple(point.point for point, there in made if not (point.must or there)),
        structure=tuple(item for item in Structure if item in had.structure),
        elapsed_s=had.elapsed_s,
        allowed_s=slot.seconds,
        response=had.response,
        suggested=grade_points(had.ticked, musts).suggested if given else Rating.AGAIN,
    )


def _code_result(slot: Slot, question: Question, had: Given) -> Result:
    """Return what code is worth: the share of claims that hold, whatever was said to it."""
    failed = tuple(check.claim for check in had.checks if not check.holds)
    passed = bool(had.checks) and not failed
    return Result(
        question=question.id,
        topic=question.topic,
        difficulty=question.difficulty,
        prompt=question.prompt,
        part=slot.part,
        score=_mean([check.holds for check in had.checks]),
        missed_musts=failed,
        missed_others=(),
        structure=(),
        elapsed_s=had.elapsed_s,
        allowed_s=slot.seconds,
        response=had.response,
        suggested=Rating.GOOD if passed else Rating.AGAIN,
        code=had.code,
        checks=had.checks,
    )


def _score(made: Sequence[tuple[KeyPoint, bool]], structure: Sequence[Structure]) -> float:
    parts = [(STRUCTURE, len(set(structure)) / len(Structure))]
    for weight, must in ((MUSTS, True), (OTHERS, False)):
        if of_kind := [there for point, there in made if point.must is must]:
            parts.append((weight, _mean(of_kind)))
    return sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
