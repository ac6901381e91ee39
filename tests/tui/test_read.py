"""Lessons are read like a page; their demos run in place."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.tui.app import Start
from quizapp.tui.screens.read import ReadScreen
from quizapp.tui.widgets.demo_slot import DemoSlot
from tests.tui.look import finish, opened, press, settle, shown, study_screen

READ = Start("read")


def reading(pilot: Pilot[Any]) -> ReadScreen:
    """Return the screen in front."""
    assert isinstance(pilot.app.screen, ReadScreen)
    return pilot.app.screen


async def test_lessons_are_listed_and_one_opens(core: Core) -> None:
    async with opened(core, size=(100, 40), start=READ) as pilot:
        assert "Alpha  6 cards" in shown(pilot)
        assert "Beta" not in shown(pilot)
        assert "⏎ read this lesson  esc back" in shown(pilot).splitlines()[-1]
        await press(pilot, "enter")
        text = shown(pilot)
        assert "What alpha is" in text
        assert "▶ A toy · toy" in text
        assert "Why is B zero at the start?" in text
        await press(pilot, "escape")
        assert "Alpha  6 cards" in shown(pilot)
        await press(pilot, "escape")
        assert "last 14 days" in shown(pilot)


async def test_a_demo_runs_inside_the_lesson_at_its_settings(core: Core) -> None:
    async with opened(core, size=(120, 50), start=READ) as pilot:
        await press(pilot, "enter", "d")
        slot = reading(pilot).query_one(DemoSlot)
        assert slot.panel is not None
        assert slot.panel.form.values["steps"] == 4
        slot.panel.run()
        await finish(pilot)
        assert slot.panel.experiment.shown.state.measure("last") == 3.0
        assert len(core.store.runs()) == 1
        slot.panel.focus()
        await press(pilot, "escape")
        await settle(pilot)
        assert slot.panel is None


async def test_home_opens_the_lesson_of_a_topic(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "r")
        assert "What alpha is" in shown(pilot)
        await press(pilot, "f2", "down", "r")
        assert "Beta has no lesson yet." in shown(pilot)


async def test_s_asks_the_cards_of_the_topic(core: Core) -> None:
    async with opened(core, start=READ) as pilot:
        await press(pilot, "enter", "s")
        assert study_screen(pilot).studying.desk.scope.title == "Alpha"


async def test_a_demo_that_is_missing_is_named_and_the_rest_is_read(core: Core) -> None:
    (core.paths.demos[0] / "toy.py").unlink()
    async with opened(core, size=(100, 40), start=READ) as pilot:
        await press(pilot, "enter")
        assert "There is no demo toy." in shown(pilot)
        assert "And after it." in shown(pilot)
