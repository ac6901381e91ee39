"""Scoring a mock interview by its rubric, and the record that is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from quizapp.errors import QuizError
from quizapp.study.grading import grade_points
from quizapp.study.interview import InterviewSpec, Part, Question, Slot
from quizapp.study.model import Rating

MUSTS, OTHERS, STRUCTURE = 0.60, 0.25, 0.15
"""Weights of must-have points, other points and structure; what a card lacks is left out."""

READY, CLOSE = 0.80, 0.60
"""Scores from which the verdict is "ready" and "nearly there"."""

RECORD_VERSION = 1


class Structure(StrEnum):
    """The checklist for how an answer was told."""

    POINT_FIRST = "point first"
    MECHANISM = "mechanism"
    EXAMPLE = "example or number"
    TRADE_OFF = "trade-off"


@dataclass(frozen=True, slots=True)
class Given:
    """What the learner did with one question of the interview."""

    ticked: tuple[int, ...] = ()
    """Key points made."""
    structure: tuple[Structure, ...] = ()
    elapsed_s: float = 0.0
    response: str = ""
    """What was typed, if anything."""


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
    def structure_share(self) -> dict[Structure, float]:
        """How often each item of the checklist was there."""
        return {item: _mean([item in r.structure for r in self.results]) for item in Structure}

    @property
    def verdict(self) -> str:
        """One phrase for the whole."""
        if self.score >= READY:
            return "ready"
        return "nearly there" if self.score >= CLOSE else "not yet"


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


def _result(slot: Slot, question: Question, answers: Mapping[str, Given]) -> Result:
    given = answers.get(slot.question)
    had = given or Given()
    said = [index in had.ticked for index in range(len(question.points))]
    missed = [
        (point, must)
        for point, must, made in zip(question.points, question.musts, said, strict=True)
        if not made
    ]
    grade = grade_points(had.ticked, question.musts)
    return Result(
        question=question.id,
        topic=question.topic,
        difficulty=question.difficulty,
        prompt=question.prompt,
        part=slot.part,
        score=_score(question.musts, said, had.structure) if given else 0.0,
        missed_musts=tuple(point for point, must in missed if must),
        missed_others=tuple(point for point, must in missed if not must),
        structure=tuple(item for item in Structure if item in had.structure),
        elapsed_s=had.elapsed_s,
        allowed_s=slot.seconds,
        response=had.response,
        suggested=grade.suggested if given else Rating.AGAIN,
    )


def _score(musts: Sequence[bool], said: Sequence[bool], structure: Sequence[Structure]) -> float:
    parts = [(STRUCTURE, len(set(structure)) / len(Structure))]
    for weight, kind in ((MUSTS, True), (OTHERS, False)):
        made = [had for must, had in zip(musts, said, strict=True) if must is kind]
        if made:
            parts.append((weight, _mean(made)))
    return sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)


def to_record(report: InterviewReport) -> dict[str, Any]:
    """Return the report as values that JSON can carry."""
    data = asdict(report)
    return {**data, "at": report.at.isoformat(), "version": RECORD_VERSION}


def from_record(record: Mapping[str, Any]) -> InterviewReport:
    """Return the report that `to_record` wrote.

    Raises:
        QuizError: the record is damaged or of another version.
    """
    try:
        if record["version"] != RECORD_VERSION:
            raise ValueError(f"version {record['version']} is unknown")
        spec = {**record["spec"], "topics": tuple(record["spec"]["topics"])}
        results = tuple(_read_result(result) for result in record["results"])
        at = datetime.fromisoformat(record["at"])
        return InterviewReport(at, InterviewSpec(**spec), results)
    except (KeyError, TypeError, ValueError) as error:
        raise QuizError(
            "The interview record cannot be read", f"{error}.", "Other interviews are not affected."
        ) from error


def _read_result(data: Mapping[str, Any]) -> Result:
    return Result(
        **{
            **data,
            "part": Part(data["part"]),
            "missed_musts": tuple(data["missed_musts"]),
            "missed_others": tuple(data["missed_others"]),
            "structure": tuple(Structure(item) for item in data["structure"]),
            "suggested": Rating(data["suggested"]),
        }
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
