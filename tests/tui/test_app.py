"""The shell: places, help, palette, themes, keys, errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.settings import Settings
from quizapp.tui.app import PLACES, Start
from quizapp.tui.palette import Commands
from quizapp.tui.screens.help import Help
from quizapp.tui.theme import DARK, LIGHT
from tests.conftest import Make
from tests.tui.look import (
    card_shown,
    finish,
    hint_used,
    opened,
    press,
    shown,
    study_screen,
    studying,
)


async def test_help_lists_the_keys_of_the_screen_below_with_their_names(
    core: Core,
) -> None:
    async with opened(core, size=(100, 50), start=studying("a-open")) as pilot:
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, Help)
        assert "Show the hint; Good becomes Hard" in shown(pilot)
        assert "study.hint" in shown(pilot)
        await press(pilot, "escape")
        assert card_shown(pilot) == "a-open"


async def test_the_palette_finds_and_runs_a_command(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "ctrl+p", *"hint")
        await finish(pilot)
        await press(pilot, "enter")
        assert hint_used(pilot)


@pytest.mark.parametrize("place", PLACES)
async def test_the_palette_lists_the_commands_of_the_app_and_no_others(
    core: Core, place: str
) -> None:
    async with opened(core, start=Start(place)) as pilot:
        await finish(pilot)
        listed = {command.text for command in Commands(pilot.app.screen).commands()}
        assert {"Quit", "Study: One week"} <= listed
        assert not listed & {"Scroll Left", "Page Right", "Focus Next", "Copy"}


async def test_every_bound_action_is_in_the_palette(core: Core) -> None:
    async with opened(core) as pilot:
        screen = pilot.app.screen
        provider = Commands(screen)
        listed = {command.action for command in provider.commands()}
        bound = {a.binding.action for a in screen.active_bindings.values() if a.binding.id}
        assert bound <= listed


async def test_the_theme_is_remembered(make_core: Make) -> None:
    core = make_core()
    async with opened(core) as pilot:
        assert pilot.app.theme == DARK.name
        await press(pilot, "ctrl+t")
        assert pilot.app.theme == LIGHT.name
    core.close()
    async with opened(make_core()) as pilot:
        assert pilot.app.theme == LIGHT.name


async def test_keys_of_the_settings_file_replace_ours(make_core: Make) -> None:
    core = make_core(Settings(keys={"study.hint": "w", "study.reveal": "space,y"}))
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "h", "escape")  # no command: a letter of the answer
        assert not hint_used(pilot)
        await press(pilot, "w")
        assert hint_used(pilot)
        await press(pilot, "y")
        assert study_screen(pilot).page.revealed


async def test_a_click_on_the_key_line_presses_the_key(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        line = shown(pilot).splitlines()[-1]
        await pilot.click(offset=(line.index("show answer"), 23))
        await pilot.pause()
        assert study_screen(pilot).page.revealed
        line = next(row for row in shown(pilot).splitlines() if "4 Easy" in row)
        row = shown(pilot).splitlines().index(line)
        await pilot.click(offset=(line.index("Easy"), row))
        await pilot.pause()
        assert [int(review.rating) for review in core.store.reviews()] == [4]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 12)])
async def test_every_size_shows_the_question_and_the_keys(
    core: Core, size: tuple[int, int]
) -> None:
    async with opened(core, size=size, start=studying("a-open")) as pilot:
        assert "Why is B zero at the start?" in shown(pilot)
        assert "? help" in shown(pilot).splitlines()[-1]


@pytest.mark.parametrize("place", sorted(PLACES))
async def test_every_place_opens_and_returns_home(core: Core, place: str) -> None:
    async with opened(core) as pilot:
        await pilot.app.run_action(f"go({place!r})")
        await finish(pilot)
        await press(pilot, "f2")
        assert "mastery" in shown(pilot)


def test_each_screen_has_its_style_sheet_beside_it() -> None:
    folder = Path(__file__).parents[2] / "quizapp" / "tui" / "screens"
    for place in PLACES:
        assert (folder / f"{place}.py").exists()
        assert (folder / f"{place}.tcss").exists()


async def test_a_backup_that_fails_is_shown_and_the_app_goes_on(core: Core) -> None:
    core.paths.backups.parent.mkdir(parents=True, exist_ok=True)
    core.paths.backups.write_text("a file where the folder should be")
    async with opened(core, size=(100, 40)) as pilot:
        await finish(pilot)
        (notice,) = pilot.app._notifications
        assert (notice.title, notice.severity) == ("No backup was made", "warning")
        assert "File exists" in notice.message
        await press(pilot, "f5")
        assert pilot.app.current_mode == "browse"


async def test_the_palette_finds_a_command_by_what_is_said_of_it(core: Core) -> None:
    async with opened(core) as pilot:
        commands = Commands(pilot.app.screen)
        hits = [str(hit.text) async for hit in commands.search("Presets")]
        assert hits == ["Plan"]  # which is explained as "Presets: one evening, ..."
