"""The adaptive interview over the cards of the app, asked of simulated candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from random import Random

import pytest

from quizapp.cards.library import load
from quizapp.study.ability import difficulty_of, estimate, expected
from quizapp.study.adaptive import ability_of, next_question
from quizapp.study.interview import LEVELS, InterviewSpec, Question, plan_interview_questions

ROOT = Path(__file__).parents[2]
CANDIDATES = 200
POINTS = 4
"""Points of a rubric, each made with the candidate's probability."""
COUNT, FEWER = 12, 7
"""Questions of the fixed plan, and those that do as well when they adapt: below 60 %."""


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Question]:
    """Return what can be asked aloud, by id."""
    library = load([ROOT / "content"], tmp_path_factory.mktemp("cache"))
    return {
        card.id: Question(
            card.id,
            card.deck,
            card.difficulty,
            points=card.key_points,
            follow_ups=card.follow_ups,
            weight=library.heads[card.id].weight,
        )
        for card in library.cards.values()
        if card.body.spoken
    }


class Candidate:
    """Somebody of a known ability in each topic."""

    def __init__(self, seed: int, topics: set[str]) -> None:
        self._random = Random(seed)
        self.ability = self._random.gauss(0, 2)
        self._by_topic = {t: self.ability + self._random.gauss(0, 0.7) for t in sorted(topics)}

    def answer(self, question: Question) -> float:
        """Return the share of the points made."""
        chance = expected(self._by_topic[question.topic], difficulty_of(question.difficulty))
        return sum(self._random.random() < chance for _ in range(POINTS)) / POINTS


def test_seven_adaptive_questions_err_no_more_than_twelve_planned_ones(
    questions: Mapping[str, Question],
) -> None:
    topics = {question.topic for question in questions.values()}
    planned, adaptive = [], []
    for seed in range(CANDIDATES):
        level = Random(seed).choice(LEVELS)  # nobody knows beforehand which level fits
        spec = InterviewSpec(level=level, count=COUNT, minutes=60, seed=seed)
        candidate = Candidate(seed, topics)
        slots = plan_interview_questions(spec, list(questions.values()))
        asked = [questions[slot.question] for slot in slots]
        given = [(difficulty_of(one.difficulty), candidate.answer(one)) for one in asked]
        planned.append(estimate(difficulty_of(level), given).mean - candidate.ability)
        answers = interview(spec, questions, candidate, FEWER)
        adaptive.append(ability_of(spec, questions, answers).mean - candidate.ability)
    assert rms(adaptive) <= rms(planned)


def test_topics_come_up_as_often_as_they_are_asked(questions: Mapping[str, Question]) -> None:
    weights: Counter[str] = Counter()
    for question in questions.values():
        weights[question.topic] += round(1000 * question.weight)
    asked: Counter[str] = Counter()
    for seed in range(CANDIDATES):
        spec = InterviewSpec(count=COUNT, seed=seed)
        answers = interview(spec, questions, Candidate(seed, set(weights)), COUNT)
        asked.update(questions[name].topic for name in answers)
    gaps = {
        topic: asked[topic] / asked.total() - weight / weights.total()
        for topic, weight in weights.items()
    }
    assert max(map(abs, gaps.values())) < 0.03


def interview(
    spec: InterviewSpec, questions: Mapping[str, Question], candidate: Candidate, count: int
) -> dict[str, float]:
    """Return what a candidate got for each of so many questions."""
    answers: dict[str, float] = {}
    while len(answers) < count and (name := next_question(spec, questions, answers)):
        answers[name] = candidate.answer(questions[name])
    return answers


def rms(errors: list[float]) -> float:
    """Return the root of the mean square."""
    return sqrt(sum(error**2 for error in errors) / len(errors))
