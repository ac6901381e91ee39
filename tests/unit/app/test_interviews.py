"""What is remembered of mock interviews: the one under way, the reports, what comes back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from quizapp.app.core import Core
from quizapp.app.interview import Asking, Interview, Probing, Report, Rubric, Setup, Waiting
from quizapp.app.interviews import Interviews, from_record, to_record
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.study.actions import rate
from quizapp.study.interview import InterviewSpec, Question
from quizapp.study.interviewer import Heard
from quizapp.study.model import Answer, CardState, Phase, Rating
from quizapp.study.reading import Found, Reading
from quizapp.study.report import InterviewReport
from tests.conftest import Clock, Make

BOTH = InterviewSpec(count=2, minutes=5)


def strong(question: Question, text: str) -> Heard:
    """Read an answer that says every point."""
    return Heard(tuple(Reading(Found.PHRASE) for _ in question.points))


def begin(interviews: Interviews, spec: InterviewSpec = BOTH) -> Asking:
    """Begin an interview over the two open cards and remember it."""
    phase = replace(interviews.set_up(), spec=spec).begin(interviews.questions())
    interviews.keep(phase)
    return phase


def finished(core: Core, clock: Clock, known: str = "alpha") -> Report:
    """Go through an interview: one topic answered in full, the rest with a few words only."""
    interviews = Interviews(core)
    phase: Asking | Probing | Rubric | Report = begin(interviews)
    while not isinstance(phase, Report):
        match phase:
            case Asking():
                clock.forward(seconds=30)
                full = phase.question.topic == known
                said = "" if full else "no idea"
                phase = phase.answer(said, 30.0, interviews.listen, aloud=full)
            case Probing():
                phase = phase.reply("", 0.0, interviews.listen)
            case Rubric():
                if phase.question.topic == known:
                    phase = phase.tick_point(0).tick_point(1).tick_structure(0)
                phase = phase.next(core.now)
        interviews.keep(phase)
    return phase


def test_open_cards_with_key_points_can_be_asked(core: Core) -> None:
    questions = Interviews(core).questions()
    assert list(questions) == ["a-open", "b-open"]
    asked = questions["a-open"]
    assert (asked.topic, asked.difficulty, asked.follow_ups) == ("alpha", "mid", ("a-number",))
    assert [(point.point, point.must) for point in asked.points] == [
        ("the update is zero at step 0", True),
        ("the gradient of B is not zero", False),
    ]


NUMBERS = """
deck: numbers
title: Numbers
cards:
- id: n-size
  kind: number
  question: How large is it?
  difficulty: senior
  value: 1.5
  tolerance: 0.1
  unit: GB
  answer: 1.5 GB.
  key_points:
  - {point: "two bytes per weight"}
- id: n-choice
  kind: choice
  question: Which of these?
  difficulty: mid
  options: ["this", "that"]
  correct: 1
  answer: That.
  key_points:
  - {point: "that"}
"""


def test_a_number_is_asked_and_its_result_is_a_must(decks: Path, make_core: Make) -> None:
    (decks / "numbers.yaml").write_text(NUMBERS, encoding="utf-8")
    questions = Interviews(make_core()).questions()
    assert list(questions) == ["a-open", "b-open", "n-size"]  # a choice needs its options
    assert questions["n-size"].computed and not questions["a-open"].computed
    assert [(point.point, point.must) for point in questions["n-size"].points] == [
        ("The result: **1.5 GB**", True),
        ("two bytes per weight", False),
    ]


def test_the_set_up_knows_the_titles_and_draws_a_seed(core: Core) -> None:
    interviews = Interviews(core)
    setup = interviews.set_up()
    assert setup.titles == {"alpha": "Alpha", "beta": "Beta"}
    assert len({interviews.set_up().spec.seed for _ in range(9)}) > 1


@pytest.mark.parametrize("answered", [False, True])
def test_an_interview_waits_over_a_restart_where_it_was_left(
    make_core: Make, answered: bool
) -> None:
    interviews = Interviews(make_core())
    left: Asking | Rubric = begin(interviews).with_draft("half a word", 40.0)
    if answered:
        rubric = begin(interviews).answer("", 41.0, interviews.listen, aloud=True)
        assert isinstance(rubric, Rubric)
        left = rubric.tick_point(0).tick_structure(1)
    interviews.keep(left)
    again = Interviews(make_core())
    setup = again.set_up()
    assert isinstance(setup, Waiting)
    assert setup.left == left
    assert type(again.give_up()) is Setup
    assert type(Interviews(make_core()).set_up()) is Setup


def test_a_follow_up_waits_with_what_was_typed_to_it(core: Core) -> None:
    interviews = Interviews(core)
    probing = begin(interviews).answer("The update of the weights is a product.", 3.0, strong)
    assert isinstance(probing, Probing)
    half = probing.with_draft("half a reply", 9.0)
    interviews.keep(half)
    setup = interviews.set_up()
    assert isinstance(setup, Waiting)
    assert setup.left == half


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ({"version": 2}, "Its version 2 is unknown."),
        ({"index": 9}, "It has no question 10."),
        ({"plan": [{"question": "a-open"}]}, "plan.0.part is damaged: field required."),
        ({"spec": None}, "spec is damaged"),
        ({"given": 1}, "given is damaged"),
        (
            {"plan": [{"question": "gone", "part": "core", "seconds": 9}]},
            "The card gone cannot be asked any more.",
        ),
    ],
)
def test_an_interview_that_cannot_go_on_says_why_and_a_new_one_takes_its_place(
    core: Core, damage: dict[str, object], why: str
) -> None:
    interviews = Interviews(core)
    begin(interviews)
    record = core.store.get_meta("open_interview")
    core.store.set_meta("open_interview", {**record, **damage})
    setup = interviews.set_up()
    assert type(setup) is Setup
    assert setup.problem.startswith(f"The interview that was left cannot go on: {why}")
    assert setup.problem.endswith("A new one takes its place.")
    phase = begin(interviews)
    found = interviews.set_up()
    assert isinstance(found, Waiting)
    assert found.left == phase


def test_the_record_of_an_interview_is_read_as_it_was_written(core: Core) -> None:
    text = "Because the update\nΔW = BA is small"
    interview = begin(Interviews(core)).answer(text, 3.5, strong).interview
    assert interview.probe is not None
    assert from_record(Interview, json.loads(json.dumps(to_record(interview)))) == interview


def test_records_of_version_1_stay_readable() -> None:
    spec = {"topics": ["lora"], "level": "mid", "count": 1, "minutes": 5.0, "seed": 4}
    slot = {"question": "rank", "part": "core", "seconds": 300.0, "follows": None}
    given = {"ticked": [0], "structure": ["trade-off"], "elapsed_s": 30.5, "response": "low"}
    interview = {
        "version": 1,
        "spec": spec,
        "plan": [slot],
        "given": {"rank": given},
        "index": 0,
        "draft": "",
        "spent_s": 0.0,
    }
    result = {
        "question": "rank",
        "topic": "lora",
        "difficulty": "mid",
        "prompt": "Which rank?",
        "part": "core",
        "score": 0.75,
        "missed_musts": [],
        "missed_others": ["cost"],
        "structure": ["trade-off"],
        "elapsed_s": 30.5,
        "allowed_s": 300.0,
        "response": "low",
        "suggested": 3,
    }
    report = {"version": 1, "at": "2026-01-05T18:00:00+00:00", "spec": spec, "results": [result]}
    now = json.loads(json.dumps(to_record(from_record(Interview, interview))))
    assert now | interview | {"given": now["given"], "spec": now["spec"]} == now
    assert now["spec"] == spec | {"coding": None, "way": "adaptive"}
    assert now["given"]["rank"] | given == now["given"]["rank"]
    found = from_record(InterviewReport, report)
    assert found.score == 0.75
    assert found.checked.points == 0
    again = json.loads(json.dumps(to_record(found)))
    assert again["results"][0] | result == again["results"][0]


def test_a_finished_interview_is_read_back_as_it_was_reported(core: Core, clock: Clock) -> None:
    first = finished(core, clock).report
    second = finished(core, clock).report
    interviews = Interviews(core)
    assert interviews.finished() == [second, first]
    assert {result.question: result.score > 0.85 for result in first.results} == {
        "a-open": True,
        "b-open": False,
    }
    assert type(interviews.set_up()) is Setup


@pytest.mark.parametrize("change", [{"version": 2}, {"results": [{}]}, {"at": "yesterday"}])
def test_a_damaged_report_is_refused_in_words(
    core: Core, clock: Clock, change: dict[str, object]
) -> None:
    record = to_record(finished(core, clock).report)
    with pytest.raises(QuizError, match="The record of an interview cannot be read") as error:
        from_record(InterviewReport, {**record, **change})
    assert error.value.hint == "Other interviews are not affected."


def test_cards_without_an_essential_point_are_asked_today(core: Core, clock: Clock) -> None:
    report = finished(core, clock)
    assert report.again == ("b-open",)
    [review] = core.store.reviews()
    assert (review.card, review.rating) == ("b-open", Rating.AGAIN)
    assert (review.answer.elapsed_ms, review.answer.all_musts) == (30_000, False)
    assert review.answer.response == "no idea"
    state = core.store.state("b-open")
    assert state.phase is Phase.LEARNING
    assert state.due is not None
    assert core.calendar.day(state.due) == core.today


def test_a_report_that_cannot_be_written_whole_has_not_happened(core: Core, clock: Clock) -> None:
    core.store.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON action BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="no room"):
        finished(core, clock)
    assert core.store.interviews() == []
    assert core.store.reviews() == []
    assert isinstance(Interviews(core).set_up(), Waiting)


def test_undo_takes_back_all_of_a_report_or_nothing(core: Core, clock: Clock) -> None:
    report = finished(core, clock, known="nothing")
    first, second = report.again
    with pytest.raises(QuizError, match="Something was done after the interview"):
        Interviews(core).undo(replace(report, again=("another", second)))
    assert {review.card for review in core.store.reviews()} == {first, second}


def test_undo_takes_back_what_the_report_rated(core: Core, clock: Clock) -> None:
    report = finished(core, clock, known="nothing")
    assert len(report.again) == len(core.store.reviews()) == 2
    undone = Interviews(core).undo(report)
    assert undone == Report(report.report, again=())
    assert core.store.reviews() == []


def test_undo_takes_back_nothing_that_was_done_since(core: Core, clock: Clock) -> None:
    report = finished(core, clock)
    rules = core.scheduler
    action = rate(CardState("a-choice"), Answer(Rating.GOOD), core.now, rules)
    core.store.commit(action, rules)
    with pytest.raises(QuizError, match="Something was done after the interview") as error:
        Interviews(core).undo(report)
    assert error.value.hint.startswith("Undo that in Study with u")
    assert [review.card for review in core.store.reviews()] == ["b-open", "a-choice"]


def test_the_report_is_written_twice_with_the_learners_time_and_the_topics_titles(
    core: Core, clock: Clock
) -> None:
    core.tz = ZoneInfo("Asia/Tokyo")
    report = finished(core, clock).report
    markdown, html = Interviews(core).write(report)
    local = report.at.astimezone(core.tz)
    assert markdown == core.paths.data / f"reports/interview-{local:%Y-%m-%d-%H%M%S}.md"
    assert html == markdown.with_suffix(".html")
    text = markdown.read_text(encoding="utf-8")
    assert f"# Mock interview, {local:%Y-%m-%d %H:%M}" in text
    assert "| Beta | 0% |" in text
    assert "<td>Beta</td>" in html.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_named(core: Core, clock: Clock) -> None:
    report = finished(core, clock).report
    (core.paths.data / "reports").write_text("in the way", encoding="utf-8")
    with pytest.raises(EnvironmentProblem, match="The report cannot be written") as error:
        Interviews(core).write(report)
    assert "QUIZAPP_HOME" in error.value.hint
