"""A mock interview that is left waits, goes on, or is given up."""

from __future__ import annotations

from pathlib import Path

from quizapp.app.core import Core
from quizapp.app.interview import Asking, Report
from quizapp.study.interview import InterviewSpec
from quizapp.tui.app import Start
from quizapp.tui.widgets.card.code_desk import CodeDesk
from tests.conftest import Clock, Make
from tests.tui.interviewing import INTERVIEW, asked, phase_of, rubric_or_probe
from tests.tui.look import finish, opened, press, settle, shown
from tests.tui.panel import until
from tests.unit.app.code_card import add_exercises


async def test_r_resumes_the_rubric_of_an_interview_that_was_left(
    make_core: Make, clock: Clock
) -> None:
    async with opened(make_core(), size=(100, 50), start=INTERVIEW) as pilot:
        assert "waits" not in shown(pilot)
        await press(pilot, "r")
        assert "none: all topics" in shown(pilot)
        await press(pilot, "space", "escape", "escape")
        assert "last 14 days" in shown(pilot)
        await pilot.app.run_action("go('interview')")
        await settle(pilot)
        assert "1 of 2" in shown(pilot)
        clock.forward(seconds=30)
        await press(pilot, "space", "x", "tab", "x")
        left = phase_of(pilot)
    async with opened(make_core(), size=(100, 50), start=INTERVIEW) as pilot:
        assert "An interview waits at question 1 of 2: r resumes it" in shown(pilot)
        await press(pilot, "r")
        assert phase_of(pilot) == left
        assert shown(pilot).count("[x]") == 2
        assert "0:30 of" in shown(pilot)
        while not isinstance(phase_of(pilot), Report):
            await press(pilot, "escape" if isinstance(phase_of(pilot), Asking) else "space")
            await press(pilot, "space")
        await press(pilot, "a")
        assert "none: all topics" in shown(pilot)
        assert "waits" not in shown(pilot)


async def test_a_half_answer_and_its_time_are_there_after_a_kill(
    make_core: Make, clock: Clock
) -> None:
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "space", *"half a word")
        question = asked(pilot).question
        clock.forward(seconds=40)
        await until(pilot, lambda: asked(pilot).interview.spent_s == 40.0)
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "r")
        assert asked(pilot).question == question
        assert "half a word" in shown(pilot) and "0:40 of" in shown(pilot)
        assert "must" not in shown(pilot)
        await press(pilot, "escape", "space", "escape", "space")
        assert rubric_or_probe(pilot).given.response == "half a word"
        assert rubric_or_probe(pilot).given.elapsed_s == 40.0


async def test_giving_an_interview_up_asks_first(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space", "escape", "a")
        assert "Give up the interview under way?" in shown(pilot)
        await press(pilot, "n")
        await finish(pilot)
        assert "1 of 2" in shown(pilot)
        await press(pilot, "a", "y")
        await finish(pilot)
        assert "none: all topics" in shown(pilot)
        assert "waits" not in shown(pilot)
        assert core.store.interviews() == []


async def test_an_interview_that_cannot_go_on_says_so_over_the_set_up(
    make_core: Make,
) -> None:
    core = make_core()
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space")
    core = make_core()
    record = core.store.get_meta("open_interview")
    record["plan"][1]["question"] = "gone"
    core.store.set_meta("open_interview", record)
    async with opened(core, start=INTERVIEW) as pilot:
        text = " ".join(shown(pilot).split())
        assert "cannot go on: The card gone cannot be asked any more." in text
        assert "resume" not in text.lower()
        await press(pilot, "space")
        assert "1 of 2" in shown(pilot)


async def test_code_of_an_interview_that_was_left_waits_and_turns_pages(
    decks: Path, make_core: Make, tmp_path: Path
) -> None:
    add_exercises(decks, tmp_path / "demos")
    start = Start("interview", interview=InterviewSpec(("code",), count=1, seed=7))
    core = make_core()
    async with opened(core, start=start) as pilot:
        await press(pilot, "space")
        desk = pilot.app.screen.query_one(CodeDesk)
        await press(pilot, "x")
        assert pilot.app.screen.query_one("#interview").region.contains_region(desk.region)
        text = desk.editor.text
        await press(pilot, "ctrl+o")
        assert "An empty list gives 0" in shown(pilot)
        await press(pilot, "escape")
        assert desk.editor.has_focus
        await until(pilot, lambda: desk.coding.solutions.draft == text)
    core.close()
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "r")
        assert pilot.app.screen.query_one(CodeDesk).editor.text == text


async def test_a_new_interview_takes_the_place_of_one_that_waits_only_when_it_is_given_up(
    make_core: Make,
) -> None:
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "space", *"half a word")
        await until(pilot, lambda: asked(pilot).interview.draft == "half a word")
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        assert "Give up the interview under way?" in shown(pilot)
        await press(pilot, "n", "r")
        assert "half a word" in shown(pilot)
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, "space", "y")
        await finish(pilot)
        assert asked(pilot).interview.draft == ""
