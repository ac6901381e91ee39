"""Mock interviews: reproducible plans over levels, topics and code."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.errors import QuizError
from quizapp.study.interview import (
    LEVELS,
    InterviewSpec,
    Part,
    Question,
    plan_interview_questions,
)
from tests.unit.study.questions import coding, library


@settings(max_examples=100)
@given(
    st.builds(
        InterviewSpec,
        level=st.sampled_from(LEVELS),
        count=st.integers(1, 40),
        minutes=st.floats(1, 120),
        seed=st.integers(0, 9),
    ),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_a_plan_is_reproducible_and_holds_each_question_once(
    spec: InterviewSpec, topics: int, each: int
) -> None:
    questions = library(topics, each)
    plan = plan_interview_questions(spec, questions)
    assert plan == plan_interview_questions(spec, questions[::-1])
    names = [slot.question for slot in plan]
    assert len(set(names)) == len(names) == min(spec.count, len(questions))
    assert sum(slot.seconds for slot in plan) == pytest.approx(60 * spec.minutes)
    order = list(Part)
    assert [order.index(slot.part) for slot in plan] == sorted(
        order.index(slot.part) for slot in plan
    )
    by_id = {question.id: question for question in questions}
    for slot in plan:
        assert (slot.follows is not None) == (slot.part is Part.DIVE)
        if slot.follows is not None:
            assert slot.question in by_id[slot.follows].follow_ups
            assert names.index(slot.follows) < names.index(slot.question)


def test_the_parts_have_the_levels_of_an_interview() -> None:
    spec = InterviewSpec(level="mid", count=10)
    questions = {question.id: question for question in library()}
    plan = plan_interview_questions(spec, list(questions.values()))
    parts = Counter(slot.part for slot in plan)
    assert (parts[Part.WARM_UP], parts[Part.CORE], parts[Part.DIVE]) == (2, 5, 3)
    levels = {part: Counter[str]() for part in Part}
    for slot in plan:
        levels[slot.part][questions[slot.question].difficulty] += 1
    assert set(levels[Part.WARM_UP]) == {"junior"}
    assert set(levels[Part.CORE]) == {"mid"}
    core_topics = Counter(questions[s.question].topic for s in plan if s.part is Part.CORE)
    assert max(core_topics.values()) - min(core_topics.values()) <= 1


def test_there_is_a_dive_wherever_one_question_of_the_level_allows_it() -> None:
    cards = [Question(f"card-{n}", "topic", "mid") for n in range(30)]
    cards[17] = Question("card-17", "topic", "mid", follow_ups=("card-3",))
    cards[3] = Question("card-3", "topic", "mid", follow_ups=("card-9",))
    for seed in range(50):
        plan = plan_interview_questions(InterviewSpec(count=6, seed=seed), cards)
        dive = [(slot.question, slot.follows) for slot in plan if slot.part is Part.DIVE]
        warm = {slot.question for slot in plan if slot.part is Part.WARM_UP}
        if not warm & {"card-17", "card-3", "card-9"}:
            assert dive == [("card-3", "card-17"), ("card-9", "card-3")]


def test_harder_questions_get_more_time() -> None:
    questions = [Question("easy", "a", "junior"), Question("hard", "a", "senior")]
    plan = plan_interview_questions(InterviewSpec(count=2, minutes=7), questions)
    assert {slot.question: slot.seconds for slot in plan} == {"easy": 120, "hard": 300}


def test_another_seed_asks_other_questions() -> None:
    plans = {
        tuple(s.question for s in plan_interview_questions(InterviewSpec(seed=seed), library()))
        for seed in range(6)
    }
    assert len(plans) > 3


@pytest.mark.parametrize(
    "spec",
    [
        InterviewSpec(topics=("nothing",)),
        InterviewSpec(level="wizard"),
        InterviewSpec(count=0),
        InterviewSpec(minutes=0),
    ],
)
def test_an_impossible_interview_is_refused_in_words(spec: InterviewSpec) -> None:
    with pytest.raises(QuizError) as error:
        plan_interview_questions(spec, library())
    assert error.value.hint


def wide(topics: int, seed: int) -> list[Question]:
    """Return a library as uneven as real ones: topics of many and few cards, follow-ups at random.

    Every topic has two questions of each level: enough of any for an interview of twelve.
    """
    rng = Random(seed)
    found: list[Question] = []
    for topic in range(topics):
        for number in range(rng.randint(6, 20)):
            level = LEVELS[number // 2] if number < 6 else rng.choice(LEVELS)
            computed = rng.random() < 0.2
            found.append(Question(f"t{topic}-{number}", f"t{topic}", level, computed=computed))
    names = [question.id for question in found]
    found = [replace(q, follow_ups=tuple(rng.sample(names, 2))) for q in found]
    found[0] = replace(found[0], computed=True)
    return found


@settings(max_examples=60)
@given(
    st.sampled_from(LEVELS), st.sampled_from((8, 10, 12)), st.integers(6, 16), st.integers(0, 99)
)
def test_an_interview_of_eight_covers_six_topics_and_keeps_its_level(
    level: str, count: int, topics: int, seed: int
) -> None:
    """All 9,900 cases hold. The level comes first, so that few topics may leave five."""
    questions = {question.id: question for question in wide(topics, seed)}
    spec = InterviewSpec(level=level, count=count, seed=seed)
    plan = plan_interview_questions(spec, list(questions.values()))
    asked = Counter(questions[slot.question].topic for slot in plan)
    assert len(asked) >= (6 if topics >= 10 else 5)
    assert max(asked.values()) <= 3 * count // 8
    levels = [
        LEVELS.index(questions[s.question].difficulty) for s in plan if s.part != Part.WARM_UP
    ]
    assert min(levels) >= LEVELS.index(level)


def test_one_question_of_five_or_more_is_a_calculation() -> None:
    questions = {question.id: question for question in wide(8, seed=3)}
    for seed in range(20):
        for count in (5, 6, 8):
            spec = InterviewSpec(level="mid", count=count, seed=seed)
            plan = plan_interview_questions(spec, list(questions.values()))
            assert any(questions[slot.question].computed for slot in plan)


def test_other_levels_of_other_topics_come_before_more_than_its_share_of_one() -> None:
    large = [Question(f"large-{number}", "large", "mid") for number in range(20)]
    small = [
        Question(f"{level}-{number}", level, level)
        for level in ("junior", "senior")
        for number in range(2)
    ]
    for seed in range(20):
        plan = plan_interview_questions(
            InterviewSpec(level="mid", count=6, seed=seed), large + small
        )
        topics = Counter(slot.question.partition("-")[0] for slot in plan)
        assert topics == {"large": 2, "junior": 2, "senior": 2}


def test_a_topic_that_was_chosen_may_have_every_question() -> None:
    spec = InterviewSpec(topics=("t0",), count=8)
    assert len(plan_interview_questions(spec, library(topics=3, each=9))) == 8


def test_a_topic_comes_up_as_often_as_it_is_asked() -> None:
    """Over 400 interviews; the cap and the way down of a dive move shares by a few points."""
    asked_for = {"much": 4.0, "some": 2.0, "little": 1.0, "hardly": 0.5}
    found = [
        Question(f"{topic}-{number}", topic, "mid", weight=weight)
        for topic, weight in asked_for.items()
        for number in range(20)
    ]
    came: Counter[str] = Counter()
    for seed in range(400):
        for slot in plan_interview_questions(InterviewSpec(count=3, seed=seed), found):
            came[slot.question.partition("-")[0]] += 1
    shares = [came[topic] / came.total() for topic in asked_for]
    assert shares == sorted(shares, reverse=True)
    assert came["hardly"] / came.total() == pytest.approx(0.5 / 7.5, abs=0.03)


def test_of_a_topic_the_question_asked_more_often_is_likelier() -> None:
    pool = [Question("often", "a", "mid", weight=5.0), Question("rare", "a", "mid", weight=1.0)]
    first = Counter(
        plan_interview_questions(InterviewSpec(count=1, seed=seed), pool)[0].question
        for seed in range(600)
    )
    assert first["often"] / 600 == pytest.approx(5 / 6, abs=0.05)


@pytest.mark.parametrize(("minutes", "rounds"), [(30, 0), (45, 1), (90, 1)])
def test_from_45_minutes_on_one_question_is_answered_in_code(minutes: float, rounds: int) -> None:
    spec = InterviewSpec(minutes=minutes)
    plan = plan_interview_questions(spec, [*library(), *coding(*LEVELS)])
    written = [slot for slot in plan if slot.part is Part.CODE]
    assert [slot.question for slot in written] == ["code-mid"] * rounds
    assert len(plan) == spec.count
    assert plan[len(plan) - rounds :] == tuple(written)
    assert sum(slot.seconds for slot in plan) == pytest.approx(60 * minutes)


def test_code_has_a_clock_of_its_own() -> None:
    def minutes_for(spec: InterviewSpec) -> list[float]:
        plan = plan_interview_questions(spec, [*library(), *coding(*LEVELS)])
        return [round(slot.seconds / 60, 1) for slot in plan if slot.part is Part.CODE]

    assert minutes_for(InterviewSpec(level="junior", minutes=60)) == [10]
    assert minutes_for(InterviewSpec(level="senior", minutes=90)) == [20]
    assert minutes_for(InterviewSpec(minutes=30, coding=1)) == [10]
    assert minutes_for(InterviewSpec(minutes=60, coding=3)) == [12, 12, 10]
    assert minutes_for(InterviewSpec(minutes=60, coding=0)) == []


def test_a_topic_with_nothing_but_code_is_asked_in_code() -> None:
    spec = InterviewSpec(topics=("code",), minutes=30, count=2)
    plan = plan_interview_questions(spec, [*library(), *coding(*LEVELS)])
    assert [slot.part for slot in plan] == [Part.CODE, Part.CODE]


def test_without_code_cards_an_hour_is_spoken() -> None:
    plan = plan_interview_questions(InterviewSpec(minutes=60), library())
    assert len(plan) == 8
    assert all(slot.part is not Part.CODE for slot in plan)
