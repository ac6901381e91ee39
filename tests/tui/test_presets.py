"""Presets from Home, from the palette and from the command line."""

from __future__ import annotations

from datetime import timedelta

from quizapp.app.core import Core
from quizapp.study.presets import PRESETS
from quizapp.tui.palette import Commands
from tests.tui.look import card_shown, finish, opened, press, shown, study_screen


async def test_home_offers_the_presets_and_enter_studies_by_one(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "p")
        assert "study by a plan: how much time is there?" in shown(pilot)
        assert "⏎ asks the first card of the plan at once." in shown(pilot)
        assert all(preset.title in shown(pilot) for preset in PRESETS)
        assert "the interview cuts" not in shown(pilot)
        await press(pilot, "down", "enter")
        await finish(pilot)
        assert study_screen(pilot).studying.desk.scope.title == "One week"
        assert card_shown(pilot) is not None


async def test_the_dialogs_of_home_name_their_keys(core: Core) -> None:
    async with opened(core) as pilot:
        for opens, keys in (
            ("p", ("⏎ start studying by it", "esc cancel")),
            ("v", ("⏎ set it", "esc cancel")),
        ):
            await press(pilot, opens)
            assert all(key in shown(pilot).splitlines()[-1] for key in keys)
            await press(pilot, "escape")


async def test_escape_leaves_the_presets_without_a_choice(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "p", "escape")
        assert "8 new" in shown(pilot)


async def test_with_a_date_the_presets_say_which_number_holds_and_what_is_cut(core: Core) -> None:
    core.set_interview_date(core.today + timedelta(days=3))
    async with opened(core) as pilot:
        await press(pilot, "p")
        text = " ".join(shown(pilot).replace("│", " ").split())
        assert "fits the 3 days to the interview: 10 new cards a day." in text
        assert "A preset keeps its own number; the interview cuts one that is longer" in text


async def test_the_palette_starts_a_preset(core: Core) -> None:
    async with opened(core) as pilot:
        commands = [*Commands(pilot.app.screen).commands()]
        [evening] = [command for command in commands if command.text == "Study: One evening"]
        await pilot.app.run_action(evening.action, evening.target)
        await finish(pilot)
        assert study_screen(pilot).studying.desk.scope.title == "One evening"
