"""Scoring a mock interview by its rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from quizapp.cards.model import KeyPoint
from quizapp.study.given import Given, Structure
from quizapp.study.grading import grade_points
from quizapp.study.interview import InterviewSpec, Question, Slot
from quizapp.study.model import Rating
from quizapp.study.opinion import Opinion
from quizapp.study.reading import Lead, Reading, lead_of
from quizapp.study.report import InterviewReport, Judged, Result, mean

MUSTS, OTHERS, STRUCTURE = 0.60, 0.25, 0.15
"""Weights of must-have points, other points and structure; what a card lacks is left out."""


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
    if question.exercise:
        return _code_result(slot, question, had)
    judged, hollow = _judged(question, had), had.heard.hollow
    pairs = zip(question.points, judged, strict=True)
    made = [(point, one.made and not hollow) for point, one in pairs]
    musts = [point.must for point in question.points]
    return Result(
        question=question.id,
        topic=question.topic,
        difficulty=question.difficulty,
        prompt=question.prompt,
        part=slot.part,
        score=_score(made, had.structure) if given and not hollow else 0.0,
        missed_musts=tuple(point.point for point, there in made if point.must and not there),
        missed_others=tuple(point.point for point, there in made if not (point.must or there)),
        structure=tuple(item for item in Structure if item in had.structure),
        elapsed_s=had.elapsed_s,
        allowed_s=slot.seconds,
        response=had.response,
        suggested=_suggested(had, judged, musts) if given else Rating.AGAIN,
        points=judged,
        replies=had.replies,
        hollow=hollow,
        lead=_lead(question, had),
        wording=question.wording,
        aloud=had.aloud,
    )


def _suggested(given: Given, judged: Sequence[Judged], musts: Sequence[bool]) -> Rating:
    if given.heard.hollow:
        return Rating.AGAIN
    made = [index for index, point in enumerate(judged) if point.made]
    return grade_points(made, musts).suggested


def _lead(question: Question, given: Given) -> Lead | None:
    pairs = zip(question.points, _readings(question, given), strict=True)
    musts = [reading for point, reading in pairs if point.must and reading is not None]
    return lead_of(given.text, musts)


def _readings(question: Question, given: Given) -> tuple[Reading | None, ...]:
    """Return how the answer reads at each point of the question."""
    readings = given.heard.readings
    if len(readings) != len(question.points):  # given aloud, or to the card before it was edited
        return (None,) * len(question.points)
    return readings


def _judged(question: Question, given: Given) -> tuple[Judged, ...]:
    readings = _readings(question, given)
    opinions: Sequence[Opinion | None] = given.opinions
    if len(opinions) != len(question.points):  # not asked, or about the card before it was edited
        opinions = (None,) * len(question.points)
    return tuple(
        Judged(
            point.point,
            point.must,
            index in given.ticked,
            found=reading.found if reading else None,
            words=reading.words if reading else "",
            rule=reading.rule if reading else "",
            opinion=opinion,
        )
        for index, (point, reading, opinion) in enumerate(
            zip(question.points, readings, opinions, strict=True)
        )
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
        score=mean([check.holds for check in had.checks]),
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
            parts.append((weight, mean(of_kind)))
    return sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)
