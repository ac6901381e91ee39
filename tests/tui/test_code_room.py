"""Code, its task and its results share a screen, however small it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from quizapp.app.core import Core
from tests.conftest import Make
from tests.tui.coding import editor, ran, write
from tests.tui.look import opened, press, settle, shown, study_screen, studying
from tests.unit.app.code_card import RIGHT, add_exercises

WIDE = (120, 40)
CARD = studying("code-mean")


@pytest.fixture
def core(make_core: Make, decks: Path, tmp_path: Path) -> Core:
    """A core with a code card."""
    add_exercises(decks, tmp_path / "demos")
    return make_core()


async def test_on_a_small_screen_a_run_turns_the_page(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        assert "your code" in shown(pilot)
        assert editor(pilot).region.right <= 80
        assert editor(pilot).region.bottom <= 23
        assert "An empty list gives 0" not in shown(pilot)
        await press(pilot, "enter")
        await ran(pilot)
        assert "your code" not in shown(pilot)
        assert "✗ Your mean equals" in shown(pilot)
        await press(pilot, "ctrl+o")
        assert "your code" in shown(pilot)
        assert editor(pilot).has_focus
        await press(pilot, "escape")
        assert study_screen(pilot).focused is None
        await press(pilot, "ctrl+o")
        assert "✗ Your mean equals" in shown(pilot)
        await press(pilot, "escape")
        assert "your code" in shown(pilot)
        assert study_screen(pilot).focused is None
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "space")
        assert "All 2 claims hold." in shown(pilot)
        assert "Good suggested." in shown(pilot)


async def test_results_longer_than_a_small_screen_are_paged(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        await ran(pilot)
        assert "Your mean equals" in shown(pilot)
        assert "Difference from the mean" not in shown(pilot)
        await press(pilot, "pagedown")
        assert "Your mean equals" not in shown(pilot)
        assert "Difference from the mean" in shown(pilot)
        await press(pilot, "pageup")
        assert "Your mean equals" in shown(pilot)


async def test_long_code_takes_a_small_screen_while_it_is_written(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        assert "Write the mean." in shown(pilot)
        editor(pilot).put(RIGHT + "# more\n" * 20)
        await pilot.pause(1.1)
    async with opened(core, start=CARD) as pilot:
        assert "Write the mean." in shown(pilot)
        await press(pilot, "enter")
        assert "Write the mean." not in shown(pilot)
        assert editor(pilot).region.height >= 20
        await press(pilot, "escape")
        assert "Write the mean." in shown(pilot)


async def test_a_starter_without_room_is_shown_from_its_beginning_until_it_is_written(
    make_core: Make, decks: Path, tmp_path: Path
) -> None:
    add_exercises(decks, tmp_path / "demos")
    exercise = tmp_path / "demos" / "write_mean.py"
    text = exercise.read_text(encoding="utf-8")
    longer = "    # a line to read\n" * 10 + "    return 7\n'''"
    exercise.write_text(text.replace("    return sum(values)\n'''", longer), encoding="utf-8")
    low = (80, 16)
    async with opened(make_core(), size=low, start=CARD) as pilot:
        assert "def mean(values):" in shown(pilot)
        assert "return 7" not in shown(pilot)
        await press(pilot, "enter")
        assert "return 7" in shown(pilot)
        await pilot.press("8")
        await pilot.pause(1.1)
    async with opened(make_core(), size=low, start=CARD) as pilot:
        assert "return 78" in shown(pilot)


async def test_code_that_has_no_room_is_seen_after_the_screen_shrinks(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        editor(pilot).put(RIGHT + "# more\n" * 10)
        await press(pilot, "enter")
        assert "Write the mean." in shown(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "Write the mean." not in shown(pilot)
        assert editor(pilot).region.bottom <= 23
        assert editor(pilot).region.height >= 20


async def test_text_for_a_page_that_is_turned_away_goes_nowhere(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        before = editor(pilot).text
        await press(pilot, "ctrl+o")
        pilot.app.post_message(events.Paste("lost"))
        await settle(pilot)
        assert editor(pilot).text == before
