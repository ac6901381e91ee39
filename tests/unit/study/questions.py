"""Questions of mock interviews that tests share."""

from __future__ import annotations

from quizapp.cards.model import KeyPoint
from quizapp.study.interview import (
    LEVELS,
    Question,
)


def rubric(*points: str) -> tuple[KeyPoint, ...]:
    """Return key points; those that begin with a dash are no must-have points."""
    return tuple(KeyPoint(point.lstrip("-"), must=point[0] != "-") for point in points)


def library(topics: int = 3, each: int = 9) -> list[Question]:
    """Questions of all levels; each points to the next of its topic."""
    return [
        Question(
            id=f"t{topic}-{number}",
            topic=f"t{topic}",
            difficulty=LEVELS[number % 3],
            prompt=f"Question {number} of topic {topic}?",
            points=rubric("must", "-other"),
            follow_ups=(f"t{topic}-{number + 1}",) if number + 1 < each else (),
        )
        for topic in range(topics)
        for number in range(each)
    ]


def coding(*levels: str) -> list[Question]:
    """Questions that are answered in code."""
    return [
        Question(f"code-{level}", "code", level, f"Write {level}.", rubric("b"), exercise="write_x")
        for level in levels
    ]
