"""Which question an adaptive interview asks next.

The topic is the one whose turn it is, by how often it is asked in real interviews. Of its questions
those come first that tell most about the level held so far, then those that follow up on an answer
that missed something, then those that are asked more often. The same seed and the same answers give
the same interview.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from random import Random

from quizapp.study.ability import Ability, difficulty_of, estimate, expected
from quizapp.study.given import Given
from quizapp.study.interview import InterviewSpec, Question
from quizapp.study.reading import Found
from quizapp.study.turns import turn

MISSED = 0.6
"""Share of the points below which an answer is followed up later."""

_LEAST_WEIGHT = 1e-3


def shares(given: Mapping[str, Given], questions: Mapping[str, Question]) -> dict[str, float]:
    """Return the share of the points that each answer got, in the order of asking.

    Ticks count as they stand, and what a rule confirmed; an answer that had nothing to do with the
    question got none.
    """
    found = {}
    for name, answer in given.items():
        points = len(questions[name].points) if name in questions else 0
        made = 0 if answer.heard.hollow else len({*answer.ticked, *_confirmed(answer)})
        if points and not answer.checks:
            found[name] = min(1.0, made / points)
    return found


def _confirmed(answer: Given) -> Iterator[int]:
    for index, reading in enumerate(answer.heard.readings):
        if reading.found is Found.CONFIRMED:
            yield index


def ability_of(
    spec: InterviewSpec, questions: Mapping[str, Question], answers: Mapping[str, float]
) -> Ability:
    """Return the level held so far; `answers` are shares of the points by question."""
    given = [
        (difficulty_of(questions[name].difficulty), score)
        for name, score in answers.items()
        if name in questions
    ]
    return estimate(difficulty_of(spec.level), given)


def next_question(
    spec: InterviewSpec,
    questions: Mapping[str, Question],
    answers: Mapping[str, float],
    *,
    computed: bool | None = None,
) -> str | None:
    """Return the question to ask after these answers; None when there are no more.

    Args:
        spec: what the learner asked for; the level is where the interview starts.
        questions: all that can be asked, by id.
        answers: the share of the points that each answer so far got, in the order of asking.
        computed: whether it is to be a calculation; None, or where no such one is left: either.
    """
    left = _left(spec, questions, answers)
    left = [name for name in left if computed in (None, questions[name].computed)] or left
    if not left:
        return None
    topic = _topic(spec, questions, answers, {questions[name].topic for name in left})
    held = ability_of(spec, questions, answers).mean
    followed = {
        name
        for asked, score in answers.items()
        if score < MISSED and asked in questions
        for name in questions[asked].follow_ups
    }
    rng = Random(f"{spec.seed}/{spec.level}/{','.join(spec.topics)}/{len(answers)}")
    drawn = {name: rng.random() for name in left}

    def rank(name: str) -> tuple[float, bool, float]:
        question = questions[name]
        share = expected(held, difficulty_of(question.difficulty))
        weight = max(question.weight, _LEAST_WEIGHT)
        return -round(share * (1 - share), 6), name not in followed, -(drawn[name] ** (1 / weight))

    return min((name for name in left if questions[name].topic == topic), key=rank)


def _left(
    spec: InterviewSpec, questions: Mapping[str, Question], answers: Mapping[str, float]
) -> list[str]:
    return [
        name
        for name, question in sorted(questions.items())
        if name not in answers
        and not question.exercise  # code has a round of its own
        and (not spec.topics or question.topic in spec.topics)
    ]


def _topic(
    spec: InterviewSpec,
    questions: Mapping[str, Question],
    answers: Mapping[str, float],
    among: set[str],
) -> str:
    """Return the topic whose turn it is, by the weight of its questions."""
    demand: defaultdict[str, float] = defaultdict(float)
    for _, question in sorted(questions.items()):
        if not spec.topics or question.topic in spec.topics:
            demand[question.topic] += question.weight
    rng = Random(f"{spec.seed}/topics")
    start = {topic: rng.uniform(0, 2) for topic in sorted(demand)}
    asked = Counter(questions[name].topic for name in answers if name in questions)
    return min(sorted(among), key=lambda topic: turn(asked[topic], demand[topic], start[topic]))
