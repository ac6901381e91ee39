"""The shell: places, help, palette, themes, keys, errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.services import Services
from quizapp.app.sitting import find_scope
from quizapp.errors import QuizError
from quizapp.settings import Settings
from quizapp.tui.app import PLACES
from quizapp.tui.palette import Commands
from quizapp.tui.screens.help import Help
from quizapp.tui.theme import DARK, LIGHT
from tests.tui.conftest import Make
from tests.tui.look import card_shown, finish, opened, press, shown, study_screen, studying


async def test_help_lists_the_keys_of_the_screen_below_with_their_names(
    services: Services,
) -> None:
    async with opened(services, size=(100, 50), start=studying("a-open")) as pilot:
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, Help)
        assert "Show the hint; Good becomes Hard" in shown(pilot)
        assert "study.hint" in shown(pilot)
        await press(pilot, "escape")
        assert card_shown(pilot) == "a-open"


async def test_the_palette_finds_and_runs_a_command(services: Services) -> None:
    async with opened(services, start=studying("a-open")) as pilot:
        await press(pilot, "ctrl+p", *"hint")
        await finish(pilot)
        await press(pilot, "enter")
        assert study_screen(pilot).page.hint_used


async def test_every_bound_action_is_in_the_palette(services: Services) -> None:
    async with opened(services) as pilot:
        screen = pilot.app.screen
        provider = Commands(screen)
        listed = {command.action for command in provider.commands()}
        bound = {a.binding.action for a in screen.active_bindings.values() if a.binding.id}
        assert bound <= listed


async def test_the_theme_is_remembered(make_services: Make) -> None:
    services = make_services()
    async with opened(services) as pilot:
        assert pilot.app.theme == DARK.name
        await press(pilot, "ctrl+t")
        assert pilot.app.theme == LIGHT.name
    services.close()
    async with opened(make_services()) as pilot:
        assert pilot.app.theme == LIGHT.name


async def test_keys_of_the_settings_file_replace_ours(make_services: Make) -> None:
    services = make_services(Settings(keys={"study.hint": "w", "study.reveal": "space,y"}))
    async with opened(services, start=studying("a-open")) as pilot:
        await press(pilot, "h")
        assert not study_screen(pilot).page.hint_used
        await press(pilot, "w")
        assert study_screen(pilot).page.hint_used
        await press(pilot, "y")
        assert study_screen(pilot).page.revealed


async def test_a_click_on_the_key_line_presses_the_key(services: Services) -> None:
    async with opened(services, start=studying("a-open")) as pilot:
        line = shown(pilot).splitlines()[-1]
        await pilot.click(offset=(line.index("show answer"), 23))
        await pilot.pause()
        assert study_screen(pilot).page.revealed
        line = next(row for row in shown(pilot).splitlines() if "4 Easy" in row)
        row = shown(pilot).splitlines().index(line)
        await pilot.click(offset=(line.index("Easy"), row))
        await pilot.pause()
        assert [int(review.rating) for review in services.store.reviews()] == [4]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 12)])
async def test_every_size_shows_the_question_and_the_keys(
    services: Services, size: tuple[int, int]
) -> None:
    async with opened(services, size=size, start=studying("a-open")) as pilot:
        assert "Why is B zero at the start?" in shown(pilot)
        assert "? help" in shown(pilot).splitlines()[-1]


def test_a_scope_can_be_named_by_topic_and_search(services: Services) -> None:
    assert find_scope(services, None, None).only is None
    only = frozenset({"b-open", "b-curve"})
    assert find_scope(services, "beta", None).only == only
    only = frozenset({"a-multi", "a-number"})
    assert find_scope(services, None, "tag:numbers").only == only
    only = frozenset({"a-open", "a-choice"})
    assert find_scope(services, "alpha", "tag:lora").only == only


def test_a_topic_that_is_not_there_is_told_with_the_nearest(services: Services) -> None:
    with pytest.raises(QuizError) as caught:
        find_scope(services, "alpa", None)
    assert caught.value.hint == "Did you mean alpha?"


@pytest.mark.parametrize("place", sorted(PLACES))
async def test_every_place_opens_and_returns_home(services: Services, place: str) -> None:
    async with opened(services) as pilot:
        await pilot.app.run_action(f"go({place!r})")
        await finish(pilot)
        await press(pilot, "f2")
        assert "mastery" in shown(pilot)


def test_each_screen_has_its_style_sheet_beside_it() -> None:
    folder = Path(__file__).parents[2] / "quizapp" / "tui" / "screens"
    for place in PLACES:
        assert (folder / f"{place}.py").exists()
        assert (folder / f"{place}.tcss").exists()


async def test_a_backup_that_fails_is_told_and_the_app_goes_on(services: Services) -> None:
    services.paths.backups.parent.mkdir(parents=True, exist_ok=True)
    services.paths.backups.write_text("a file where the folder should be")
    async with opened(services, size=(100, 40)) as pilot:
        await finish(pilot)
        (told,) = pilot.app._notifications
        assert (told.title, told.severity) == ("No backup was made", "warning")
        assert "File exists" in told.message
        await press(pilot, "f5")
        assert pilot.app.current_mode == "browse"
