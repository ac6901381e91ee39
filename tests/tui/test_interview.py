"""The mock interview: questions, rubric, follow-up, report, files."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.interviews import Interviews
from quizapp.app.mock import Mock, begin, go_on_with, questions_of
from quizapp.app.scope import Scope
from quizapp.errors import QuizError
from quizapp.study.interview import InterviewSpec
from quizapp.study.model import Answer, Rating
from quizapp.study.scoring import Structure, from_record
from quizapp.tui.app import Start
from quizapp.tui.screens.interview import InterviewScreen
from quizapp.tui.widgets.demo_panel import DemoPanel
from tests.conftest import Clock, Make
from tests.tui.look import finish, opened, press, settle, shown
from tests.tui.panel import until

INTERVIEW = Start("interview")
CURVES = """
deck: curves
title: Curves
order: 3
cards:
- id: c-open
  kind: open
  question: What do you see?
  difficulty: mid
  answer: A straight line.
  key_points:
  - {point: "it is straight", must: true}
  figure: {run: toy, with: {steps: 3}, show: [train]}
"""


def mock_of(pilot: Pilot[Any]) -> Mock:
    """Return the interview under way."""
    screen = pilot.app.screen
    assert isinstance(screen, InterviewScreen)
    assert screen._mock is not None
    return screen._mock


async def answer_all(pilot: Pilot[Any], clock: Clock) -> None:
    """Answer both questions: alpha in full, beta with nothing."""
    for _ in range(2):
        clock.forward(seconds=30)
        await press(pilot, "space")
        if mock_of(pilot).question.topic == "alpha":
            await press(pilot, "x", "x", "tab", "x", "space")
        else:
            await press(pilot, "space")
            assert "Follow-up" in shown(pilot)
            assert "You did not say: it is beta" in shown(pilot)
            await press(pilot, "space")


async def test_the_setup_changes_level_and_topics(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        assert "none: all topics" in shown(pilot)
        await press(pilot, "right", "down", "left", "down", "right", "down", "down", "x", "space")
        spec = mock_of(pilot).spec
        assert (spec.level, spec.count, spec.minutes) == ("senior", 6, 45)
        assert spec.topics == ("beta",)


async def test_an_interview_from_question_to_report(core: Core, clock: Clock) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        assert "1 of 2" in shown(pilot)
        assert "must" not in shown(pilot)
        await answer_all(pilot, clock)
        text = shown(pilot)
        assert "Three things to fix" in text
        assert "Say it: it is beta" in text
        assert "Missed something essential" in text
        [(_, record)] = core.store.interviews()
        report = from_record(record)
        scores = {result.topic: result.score for result in report.results}
        assert scores["alpha"] > 0.85
        assert scores["beta"] == 0.0
        assert [result.elapsed_s for result in report.results] == [30.0, 30.0]


async def test_a_question_about_a_curve_shows_the_curve(core: Core) -> None:
    deck = core.paths.content[0] / "curves.yaml"
    deck.write_text(CURVES, encoding="utf-8")
    core.read_cards()
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        assert isinstance(pilot.app.screen, InterviewScreen)
        await press(pilot, "down", "down", "down", *["down"] * 3, "x", "space")
        assert "What do you see?" in shown(pilot)
        await finish(pilot)
        await settle(pilot)
        assert "this run" in shown(pilot)
        assert "A toy" not in shown(pilot)
        await press(pilot, "space")
        assert not pilot.app.screen.query(DemoPanel)


async def test_the_report_is_written_as_markdown_and_html(core: Core, clock: Clock) -> None:
    core.tz = ZoneInfo("Asia/Tokyo")
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        await answer_all(pilot, clock)
        await press(pilot, "w")
        folder = core.paths.data / "reports"
        assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".md"]
        local = core.now.astimezone(core.tz)
        heading = f"# Mock interview, {local:%Y-%m-%d %H:%M}"
        assert heading in next(folder.glob("*.md")).read_text(encoding="utf-8")


async def test_missed_cards_are_asked_today_and_undo_takes_that_back(
    core: Core, clock: Clock
) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        await answer_all(pilot, clock)
        [review] = core.store.reviews()
        assert (review.card, review.rating) == ("b-open", Rating.AGAIN)
        assert (review.answer.elapsed_ms, review.answer.all_musts) == (30_000, False)
        assert "are asked today" in shown(pilot)
        assert Sitting(core, Scope("", frozenset({"b-open"}))).card is not None
        await press(pilot, "u")
        assert core.store.reviews() == []
        assert "They stay where they were." in shown(pilot)
        await press(pilot, "u")
        assert core.store.next_redo() == "Again on b-open"


async def test_undo_in_the_report_takes_back_nothing_that_was_done_since(
    core: Core, clock: Clock
) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        await answer_all(pilot, clock)
        Sitting(core, Scope("", frozenset({"a-choice"}))).rate(Answer(Rating.GOOD))
        await press(pilot, "u")
        assert "Something was done after the interview" in " ".join(shown(pilot).split())
        assert [review.card for review in core.store.reviews()] == ["b-open", "a-choice"]
        assert "are asked today" in shown(pilot)


async def test_an_interview_that_was_asked_for_is_set_up_and_reproducible(
    make_core: Make,
) -> None:
    spec = InterviewSpec(("alpha", "beta"), "senior", 7, 12.5, 4711)
    plans = []
    for _ in range(2):
        async with opened(make_core(), start=Start("interview", interview=spec)) as pilot:
            assert "senior" in shown(pilot) and "12.5" in shown(pilot)
            await press(pilot, "space")
            assert mock_of(pilot).spec == spec
            plans.append(mock_of(pilot).plan)
    assert plans[0] == plans[1]


async def test_a_typed_answer_stands_over_the_rubric(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space", "t", *"my words", "escape", "space")
        assert "my words" in shown(pilot)
        assert "how you told it" in shown(pilot)


async def test_an_interview_that_is_left_waits_where_it_was(make_core: Make, clock: Clock) -> None:
    async with opened(make_core(), size=(100, 50), start=INTERVIEW) as pilot:
        assert "waits" not in shown(pilot)
        await press(pilot, "space", "escape")
        assert "last 14 days" in shown(pilot)
        await pilot.app.run_action("go('interview')")
        await settle(pilot)
        assert "1 of 2" in shown(pilot)
        clock.forward(seconds=30)
        await press(pilot, "space", "x", "tab", "x")
        left = mock_of(pilot)
    again = make_core()
    async with opened(again, size=(100, 50), start=INTERVIEW) as pilot:
        assert "An interview waits at question 1 of 2: r resumes it" in shown(pilot)
        await press(pilot, "r")
        assert mock_of(pilot) == left
        assert mock_of(pilot).answer.elapsed_s == 30.0
        assert shown(pilot).count("[x]") == 2
        while Interviews(again).left is not None:
            await press(pilot, "space")
        [(_, record)] = again.store.interviews()
        assert len(from_record(record).results) == 2
        await press(pilot, "a")
        assert "waits" not in shown(pilot)


async def test_a_half_answer_and_its_time_are_there_after_a_kill(
    make_core: Make, clock: Clock
) -> None:
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "space", "t", *"half a word")
        asked = mock_of(pilot).question.id
        clock.forward(seconds=40)
        await until(pilot, lambda: mock_of(pilot).spent_s == 40.0)
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "r")
        assert mock_of(pilot).question.id == asked
        assert "half a word" in shown(pilot) and "00:40 of" in shown(pilot)
        assert "must" not in shown(pilot)
        await press(pilot, "space")
        assert mock_of(pilot).answer.response == "half a word"
        assert mock_of(pilot).answer.elapsed_s == 40.0


async def test_giving_an_interview_up_asks_first(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space", "a")
        assert "Give up this interview?" in shown(pilot)
        await press(pilot, "n")
        await finish(pilot)
        assert "1 of 2" in shown(pilot)
        await press(pilot, "a", "y")
        await finish(pilot)
        assert "none: all topics" in shown(pilot)
        assert Interviews(core).left is None
        assert core.store.interviews() == []


async def test_an_interview_about_a_card_that_is_gone_says_so(make_core: Make) -> None:
    core = make_core()
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space")
        record = Interviews(core).left
        assert record is not None
    record["plan"][1]["question"] = "gone"
    core = make_core()
    Interviews(core).keep_open(record)
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "r")
        text = " ".join(shown(pilot).split())
        assert "The interview cannot go on" in text
        assert "there is no open card gone any more" in text
        assert "Begin a new one" in text
        await press(pilot, "space")
        assert "1 of 2" in shown(pilot)


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 2},
        {"index": 9},
        {"plan": [{"question": "a-open"}]},
        {"spec": None},
        {"given": 1},
    ],
)
def test_a_damaged_record_of_an_interview_is_refused(core: Core, damage: dict[str, object]) -> None:
    questions = questions_of(core.library.cards.values())
    mock = begin(InterviewSpec((), "mid", 2, 5.0, 0), questions)
    mock.take("because", 3.0)
    mock.tick(0)
    mock.check(Structure.EXAMPLE)
    record = json.loads(json.dumps(mock.to_record()))
    assert go_on_with(record, questions) == mock
    with pytest.raises(QuizError, match="The interview cannot go on"):
        go_on_with({**record, **damage}, questions)


def test_the_follow_up_bites_on_a_missed_must_have_point(core: Core) -> None:
    cards = core.library.cards
    mock = begin(InterviewSpec(("alpha",), "mid", 1, 5.0, 0), questions_of(cards.values()))
    mock.take("", 3.0)
    assert "the update is zero at step 0" in mock.follow_up()
    mock.tick(0)
    assert "the gradient of B is not zero" in mock.follow_up()
    mock.tick(1)
    assert mock.follow_up() == ""
    assert not mock.go_on()
    assert mock.report(core.now + timedelta(minutes=5)).results[0].missed_musts == ()
