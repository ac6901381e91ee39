"""Ending an answer in code: the run that it waits for, cancelled or not begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.experiment import open_experiment
from quizapp.app.interview import Asking
from quizapp.cards.model import DemoLink
from quizapp.study.interview import InterviewSpec
from quizapp.tui.app import Start
from quizapp.tui.screens.interview import InterviewScreen
from quizapp.tui.widgets.card.code_desk import CodeDesk
from tests.conftest import Make
from tests.tui.look import opened, press, settle, shown
from tests.tui.panel import until
from tests.unit.app.code_card import ENDLESS, add_exercises
from tests.unit.app.running import agreed

START = Start("interview", interview=InterviewSpec(("code",), count=1, seed=7))


@pytest.fixture
def core(make_core: Make, decks: Path, tmp_path: Path) -> Core:
    """A core with a code card."""
    add_exercises(decks, tmp_path / "demos")
    return make_core()


@asynccontextmanager
async def at_desk(core: Core) -> AsyncIterator[tuple[Pilot[Any], CodeDesk]]:
    """Begin an interview that asks for code."""
    async with opened(core, size=(120, 40), start=START) as pilot:
        await press(pilot, "space")
        yield pilot, pilot.app.screen.query_one(CodeDesk)


def asks(pilot: Pilot[Any]) -> bool:
    """Whether the question is still open."""
    screen = pilot.app.screen
    assert isinstance(screen, InterviewScreen)
    return isinstance(screen.phase, Asking)


async def test_a_last_run_that_is_cancelled_leaves_the_answer_open(core: Core) -> None:
    async with at_desk(core) as (pilot, desk):
        desk.editor.put(ENDLESS)
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: desk.panel.experiment.running)
        await pilot.press("escape")
        await until(pilot, lambda: "Cancelled" in shown(pilot))
        assert asks(pilot)


async def test_a_last_run_that_could_not_begin_does_not_make_the_next_one_the_last(
    core: Core,
) -> None:
    async with at_desk(core) as (pilot, desk):
        other = open_experiment(core, DemoLink("toy", {"mode": "hang"}), where="a test")
        started = asyncio.Event()
        run = asyncio.create_task(other.run(agreed, started.set))
        await started.wait()
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: "has not ended yet" in shown(pilot))
        other.stop()
        await run
        await press(pilot, "ctrl+j")
        await until(pilot, lambda: desk.ran_as_it_is and not desk.panel.experiment.running)
        await settle(pilot)
        assert asks(pilot)


@pytest.fixture
def long_core(make_core: Make, decks: Path, tmp_path: Path) -> Core:
    """A core with a code card whose task takes many rows."""
    add_exercises(decks, tmp_path / "demos")
    for file in (tmp_path / "demos").glob("write_*.py"):
        text = file.read_text(encoding="utf-8")
        long = "\n\n".join(["**Exercise.** First of all:", *["- one more rule."] * 8])
        file.write_text(text.replace("**Exercise.**", long), encoding="utf-8")
    return make_core()


async def test_a_long_task_is_read_first_and_the_code_comes_up_once_it_is_written(
    long_core: Core,
) -> None:
    async with opened(long_core, start=START) as pilot:
        await press(pilot, "space")
        desk = pilot.app.screen.query_one(CodeDesk)
        await settle(pilot)
        page = pilot.app.screen.query_one("#interview").region
        assert desk.editor.has_focus and "First of all:" in shown(pilot)
        assert not page.contains_region(desk.region)
        await press(pilot, "x")
        assert page.contains_region(desk.region)
        await press(pilot, "escape")
        assert "First of all:" in shown(pilot)
        await press(pilot, "enter", "y")
        assert page.contains_region(desk.region) and "xy" in desk.editor.text
        assert asks(pilot)
