"""The phases of a mock interview: what each allows, and where it leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from quizapp.app.interview import (
    ACTIONS,
    KEEP_EVERY_S,
    Asking,
    Interview,
    Probing,
    Report,
    Rubric,
    Setup,
    Waiting,
    resume_interview,
)
from quizapp.cards.model import KeyPoint
from quizapp.errors import QuizError
from quizapp.study.given import Structure
from quizapp.study.interview import InterviewSpec, Question
from quizapp.study.interviewer import HOW, Heard, Probe, Reply
from quizapp.study.model import Rating
from quizapp.study.reading import Found, Reading

NOW = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
TITLES = {"lora": "Low-rank adapters", "data": "Data", "metrics": "Metrics"}
QUESTIONS = {
    "rank": Question(
        "rank",
        "lora",
        "mid",
        "Which rank?",
        (
            KeyPoint("cheap"),
            KeyPoint("low rank", must=True, probe="Why so small?"),
            KeyPoint("merged later"),
        ),
    ),
    "dedup": Question("dedup", "data", "mid", "Why dedup?", (KeyPoint("less leakage", must=True),)),
}


WRITTEN = "It is low because few directions matter here."


def listen(question: Question, text: str) -> Heard:
    """Read an answer: a point is close where one of its words stands in the text."""
    if not text:
        return Heard()
    found = [
        Found.CLOSE if any(word in text for word in point.point.split()) else Found.NOTHING
        for point in question.points
    ]
    return Heard(tuple(map(Reading, found)), hollow="banana" in text)


def rubric_of(phase: Asking | Probing | Rubric) -> Rubric:
    """Return the rubric that follows, once each follow-up was passed over."""
    while isinstance(phase, Probing):
        phase = phase.reply("", 0.0, listen)
    assert isinstance(phase, Rubric)
    return phase


def set_up(**spec: object) -> Setup:
    """Return the set-up of an interview over the two questions."""
    return Setup(titles=TITLES, spec=InterviewSpec(**spec))  # type: ignore[arg-type]


def asking(*topics: str) -> Asking:
    """Return the first question of an interview, of all topics if none is named."""
    return set_up(topics=topics, count=2, minutes=4).begin(QUESTIONS)


def about_rank() -> Rubric:
    """Return the rubric of the only question, after an answer."""
    return rubric_of(asking("lora").answer(WRITTEN, 30.0, listen))


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
    first = asking("lora")
    probing = first.answer("It merges into the weights afterwards.", 1.0, listen)
    assert isinstance(probing, Probing)
    report = about_rank().next(NOW)
    assert isinstance(report, Report)
    assert set_up().actions == set()
    assert Waiting(titles=TITLES, spec=InterviewSpec(), left=first).actions == {"resume"}
    earlier = Waiting(titles=TITLES, spec=InterviewSpec(), left=first, earlier=True)
    assert replace(set_up(), earlier=True).actions == {"earlier"}
    assert earlier.actions == {"resume", "earlier"}
    assert first.actions == probing.actions == {"go_on", "done", "type", "again"}
    assert about_rank().actions == {"go_on", "again", "second_opinion"}
    aloud = rubric_of(asking("lora").answer("", 30.0, listen, aloud=True))
    assert aloud.actions == {"go_on", "again"}  # nothing was typed that could be sent
    assert report.actions == {"write", "again", "earlier", "undo"}
    assert replace(report, again=()).actions == {"write", "again", "earlier"}
    in_code = replace(QUESTIONS[first.slot.question], exercise="write_mean")
    code = replace(first, questions={in_code.id: in_code})
    assert code.actions == first.actions | {"run_code", "results", "outside"}
    rubric = about_rank()
    assert earlier.actions | code.actions | report.actions | rubric.actions == ACTIONS


def test_an_interview_asks_each_question_and_ends_in_a_report() -> None:
    first = asking()
    assert first.place == "1 of 2"
    second = rubric_of(first.answer("", 30.0, listen, aloud=True)).next(NOW)
    assert isinstance(second, Asking)
    assert second.place == "2 of 2"
    assert second.question != first.question
    rubric = rubric_of(second.answer(WRITTEN, 40.0, listen))
    for index in range(len(rubric.question.points)):
        rubric = rubric.tick_point(index)
    report = rubric.next(NOW)
    assert isinstance(report, Report)
    assert [result.elapsed_s for result in report.report.results] == [30.0, 40.0]
    assert [result.response for result in report.report.results] == ["", WRITTEN]
    assert report.report.at == NOW
    assert report.again == report.report.comes_back == (first.question.id,)
    assert report.report.results[0].suggested is Rating.AGAIN


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("", "That is no words. Is it your whole answer?"),
        ("low rank", "That is 2 words. Is it your whole answer?"),
        (
            "a banana is a long yellow fruit",
            "No word of this has to do with the question. Is it your answer?",
        ),
    ],
)
def test_an_answer_that_may_be_none_is_asked_back_about_once(text: str, back: str) -> None:
    first = asking("lora").answer(text, 5.0, listen)
    assert isinstance(first, Asking)
    assert first.asked_back == back
    assert (first.interview.draft, first.interview.spent_s) == (text, 5.0)
    second = first.answer(text, 6.0, listen)
    assert not isinstance(second, Asking)
    assert second.given.response == text


def test_an_answer_given_aloud_is_not_asked_back_about_and_gets_one_probe() -> None:
    probing = asking("lora").answer("", 5.0, listen, aloud=True)
    assert isinstance(probing, Probing)
    assert probing.probe == Probe("Why so small?", 1)
    assert isinstance(probing.reply("", 3.0, listen), Rubric)


def test_a_reply_about_something_else_does_not_take_back_what_was_said_aloud() -> None:
    probing = asking("lora").answer("", 5.0, listen, aloud=True)
    assert isinstance(probing, Probing)
    rubric = rubric_of(probing.reply("banana", 3.0, listen))
    report = rubric.tick_point(0).tick_point(1).next(NOW)
    assert isinstance(report, Report)
    assert report.report.score > 0
    assert not report.again


def test_what_is_missed_is_asked_for_before_the_rubric_and_counts() -> None:
    probing = asking("lora").answer("It merges into the weights afterwards.", 5.0, listen)
    assert isinstance(probing, Probing)
    assert probing.probe == Probe("Why so small?", 1)
    rubric = probing.reply("since the update has a low rank", 3.0, listen)
    assert isinstance(rubric, Rubric)
    assert rubric.given.elapsed_s == 8.0
    assert rubric.given.replies == (Reply(probing.probe, "since the update has a low rank"),)
    assert rubric.given.heard.readings[1].found is Found.CLOSE
    report = rubric.next(NOW)
    assert isinstance(report, Report)
    assert report.report.results[0].replies == rubric.given.replies


def test_a_strong_answer_is_asked_for_its_grounds() -> None:
    def all_there(question: Question, text: str) -> Heard:
        return Heard(tuple(Reading(Found.PHRASE) for _ in question.points))

    probing = asking("lora").answer(WRITTEN, 5.0, all_there)
    assert isinstance(probing, Probing)
    assert probing.probe == Probe(HOW)
    assert isinstance(probing.reply("measured it", 1.0, all_there), Rubric)


def test_an_answer_about_something_else_counts_nothing_whatever_is_ticked() -> None:
    text = "a banana is a long yellow fruit"
    asked_back = asking("lora").answer(text, 5.0, listen)
    assert isinstance(asked_back, Asking)
    rubric = rubric_of(asked_back.answer(text, 5.0, listen))
    for index in range(3):
        rubric = rubric.tick_point(index)
    report = rubric.next(NOW)
    assert isinstance(report, Report)
    found = report.report
    assert (found.by_ticks, found.checked.share, found.score) == (1.0, 0.0, 0.0)
    assert found.checked.text == "0 of 3 points confirmed"
    assert found.results[0].missed_musts == ("low rank",)
    assert found.results[0].missed_others == ("cheap", "merged later")
    assert found.comes_back == ("rank",)


def test_an_easier_question_that_follows_gets_less_of_the_time() -> None:
    questions = {
        f"{level}-{number}": Question(f"{level}-{number}", "lora", level, "?", (KeyPoint("low"),))
        for level in ("junior", "mid", "senior")
        for number in range(4)
    }
    phase = set_up(level="senior", count=4, minutes=20).begin(questions)
    second = rubric_of(phase.answer(WRITTEN, 30.0, listen)).next(NOW)  # and nothing is ticked
    assert isinstance(second, Asking)
    assert second.question.difficulty == "mid"
    planned, now = phase.interview.plan, second.interview.plan
    assert {questions[slot.question].difficulty for slot in planned[1:]} == {"senior"}
    assert now[1].seconds == pytest.approx(now[2].seconds * 1.5 / 2.5)
    assert sum(slot.seconds for slot in now) == pytest.approx(60 * 20)


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
    phase = asking().with_draft("half a word", 9.0).answer(WRITTEN, 10.0, listen)
    assert (phase.interview.draft, phase.interview.spent_s) == ("", 0.0)
    assert (phase.given.elapsed_s, phase.given.response) == (10.0, WRITTEN)


def test_an_interview_that_was_left_goes_on_at_its_question_or_at_its_rubric() -> None:
    phase = asking().with_draft("half", 7.0)
    assert resume_interview(phase.interview, QUESTIONS) == phase
    probing = asking("lora").answer("It merges into the weights afterwards.", 9.0, listen)
    assert isinstance(probing, Probing)
    assert resume_interview(probing.interview, QUESTIONS) == probing
    rubric = rubric_of(probing).tick_point(0)
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
