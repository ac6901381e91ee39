"""The phases of a mock interview: what each allows, and where it leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from quizapp.app.interview import (
    ACTIONS,
    KEEP_EVERY_S,
    Asking,
    FollowUp,
    Interview,
    Report,
    Rubric,
    Setup,
    Waiting,
    resume_interview,
)
from quizapp.cards.model import KeyPoint
from quizapp.errors import QuizError
from quizapp.study.interview import InterviewSpec, Question
from quizapp.study.model import Rating
from quizapp.study.scoring import Given, Structure

NOW = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
TITLES = {"lora": "Low-rank adapters", "data": "Data", "metrics": "Metrics"}
QUESTIONS = {
    "rank": Question(
        "rank",
        "lora",
        "mid",
        "Which rank?",
        (KeyPoint("cheap"), KeyPoint("low rank", must=True), KeyPoint("merged later")),
    ),
    "dedup": Question("dedup", "data", "mid", "Why dedup?", (KeyPoint("less leakage", must=True),)),
}


def set_up(**spec: object) -> Setup:
    """Return the set-up of an interview over the two questions."""
    return Setup(titles=TITLES, spec=InterviewSpec(**spec))  # type: ignore[arg-type]


def asking(*topics: str) -> Asking:
    """Return the first question of an interview, of all topics if none is named."""
    return set_up(topics=topics, count=2, minutes=4).begin(QUESTIONS)


def about_rank() -> Rubric:
    """Return the rubric of the only question, after an answer."""
    return asking("lora").answer("because", 30.0)


def test_the_set_up_offers_the_values_beside_the_chosen_one_and_ends_at_both_ends() -> None:
    setup = set_up()
    assert setup.change("level", 1).spec.level == "senior"
    assert setup.change("level", 1).change("level", 1).spec.level == "senior"
    assert setup.change("level", -1).change("level", -1).spec.level == "junior"
    assert setup.change("count", -1).spec.count == 6
    assert setup.change("minutes", 1).spec.minutes == 45


def test_topics_are_toggled_and_come_in_the_order_of_the_decks() -> None:
    setup = set_up().toggle("metrics").toggle("lora")
    assert setup.spec.topics == ("lora", "metrics")
    assert setup.toggle("metrics").spec.topics == ("lora",)


def test_a_proposed_interview_is_chosen_and_its_numbers_stay_among_the_choices() -> None:
    wanted = InterviewSpec(("data", "lora"), "senior", 7, 12.5, seed=4711)
    setup = set_up().propose(wanted)
    assert setup.spec == replace(wanted, topics=("lora", "data"))
    assert setup.change("count", 1).spec.count == 8
    assert setup.change("count", 1).change("count", -1).spec.count == 7
    assert setup.change("minutes", -1).change("minutes", 1).spec.minutes == 12.5


def test_a_set_up_that_no_question_fits_is_refused_in_words() -> None:
    with pytest.raises(QuizError, match="No questions for this interview") as error:
        set_up(topics=("metrics",)).begin(QUESTIONS)
    assert error.value.hint == "Choose other topics."


def test_each_phase_allows_its_own_actions() -> None:
    first = asking()
    rubric = first.answer("", 1.0)
    follow_up = rubric.next(NOW)
    report = FollowUp(about_rank().interview, QUESTIONS, "low rank").next(NOW)
    assert isinstance(report, Report)
    assert set_up().actions == set()
    assert Waiting(titles=TITLES, spec=InterviewSpec(), left=first).actions == {"resume"}
    assert first.actions == {"go_on", "type", "again"}
    assert rubric.actions == {"go_on", "again"}
    assert follow_up.actions == {"go_on", "type", "again"}
    assert report.actions == {"write", "again", "undo"}
    assert replace(report, again=()).actions == {"write", "again"}
    in_code = replace(QUESTIONS[first.slot.question], exercise="write_mean")
    code = replace(first, questions={in_code.id: in_code})
    assert code.actions == first.actions | {"run_code", "results", "outside"}
    assert {"resume"} | code.actions | report.actions == ACTIONS


def test_an_interview_asks_each_question_and_ends_in_a_report() -> None:
    first = asking()
    assert first.place == "1 of 2"
    second = first.answer("", 30.0).next(NOW)
    assert isinstance(second, FollowUp)
    third = second.next(NOW)
    assert isinstance(third, Asking)
    assert third.place == "2 of 2"
    assert third.question != first.question
    rubric = third.answer("words", 40.0)
    for index in range(len(rubric.question.points)):
        rubric = rubric.tick_point(index)
    report = rubric.next(NOW)
    assert isinstance(report, Report)
    assert [result.elapsed_s for result in report.report.results] == [30.0, 40.0]
    assert [result.response for result in report.report.results] == ["", "words"]
    assert report.report.at == NOW
    assert report.again == report.report.comes_back == (first.question.id,)
    assert report.report.results[0].suggested is Rating.AGAIN


def test_the_follow_up_asks_for_a_must_have_point_before_any_other() -> None:
    rubric = about_rank()
    follow_up = rubric.next(NOW)
    assert isinstance(follow_up, FollowUp)
    assert follow_up.missed == "low rank"
    follow_up = rubric.tick_point(1).next(NOW)
    assert isinstance(follow_up, FollowUp)
    assert follow_up.missed == "cheap"
    assert isinstance(rubric.tick_point(0).tick_point(1).tick_point(2).next(NOW), Report)


def test_a_tick_is_taken_back_by_the_same_tick() -> None:
    rubric = about_rank()
    assert rubric.tick_point(2).tick_point(0).given.ticked == (0, 2)
    assert rubric.tick_point(2).tick_point(2) == rubric
    structured = rubric.tick_structure(3).tick_structure(0)
    assert structured.given.structure == (Structure.POINT_FIRST, Structure.TRADE_OFF)
    assert structured.structure_ticked == (0, 3)
    assert structured.tick_structure(3).tick_structure(0) == rubric


def test_what_is_typed_is_kept_at_once_and_the_time_now_and_then() -> None:
    phase = asking()
    assert phase.with_draft("", KEEP_EVERY_S - 0.1) is phase
    typed = phase.with_draft("half", 1.0)
    assert (typed.interview.draft, typed.interview.spent_s) == ("half", 1.0)
    assert typed.with_draft("half", KEEP_EVERY_S) is typed
    later = typed.with_draft("half", KEEP_EVERY_S + 1)
    assert later.interview.spent_s == KEEP_EVERY_S + 1


def test_an_answer_clears_the_draft_for_the_next_question() -> None:
    phase = asking().with_draft("half a word", 9.0).answer("half a word", 10.0)
    assert (phase.interview.draft, phase.interview.spent_s) == ("", 0.0)
    assert phase.given == Given(elapsed_s=10.0, response="half a word")


def test_an_interview_that_was_left_goes_on_at_its_question_or_at_its_rubric() -> None:
    phase = asking().with_draft("half", 7.0)
    assert resume_interview(phase.interview, QUESTIONS) == phase
    rubric = phase.answer("all of it", 9.0).tick_point(0)
    assert resume_interview(rubric.interview, QUESTIONS) == rubric


@pytest.mark.parametrize("index", [-1, 2])
def test_an_interview_at_no_question_cannot_go_on(index: int) -> None:
    interview = replace(asking().interview, index=index)
    with pytest.raises(QuizError, match=f"It has no question {index + 1}"):
        resume_interview(interview, QUESTIONS)


def test_an_interview_about_a_card_that_is_gone_cannot_go_on() -> None:
    interview: Interview = asking().interview
    with pytest.raises(QuizError, match="The card dedup cannot be asked any more") as error:
        resume_interview(interview, {"rank": QUESTIONS["rank"]})
    assert error.value.hint == "Begin a new one; it takes its place."
