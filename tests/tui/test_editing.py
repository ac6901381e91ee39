"""Editing a card from the app: the right file and line, and the cards as they are afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, SuspendNotSupported
from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.overview import overview
from quizapp.tui.app import QuizApp, Start
from tests.conftest import LATER, Make
from tests.tui.look import card_shown, finish, opened, press, shown, study_screen, studying
from tests.unit.app.code_card import add_exercises


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who got the terminal; a test has none, and Textual's `suspend` has no `finally` either."""
    given: list[str] = []

    @contextmanager
    def suspend(app: App[object]) -> Iterator[None]:
        given.append("editor")
        yield
        given.append("app")

    monkeypatch.setattr(App, "suspend", suspend)
    return given


def editor(core: Core, folder: Path, body: str) -> None:
    """Make a program the editor; it gets its arguments in "$@"."""
    program = folder / "editor"
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    core.env = {"EDITOR": str(program)}


async def test_the_editor_opens_the_file_and_the_card_is_shown_anew(
    core: Core, tmp_path: Path
) -> None:
    editor(core, tmp_path, 'for file; do :; done; sed -i "s/zero at the start/so small/" $file')
    async with opened(core, start=studying("a-open")) as pilot:
        assert "Why is B zero at the start?" in shown(pilot)
        await press(pilot, "e")
        await finish(pilot)
        assert "Why is B so small?" in shown(pilot)


async def test_an_edit_that_leaves_the_card_as_it_was_leaves_the_answer_too(
    core: Core, tmp_path: Path
) -> None:
    editor(core, tmp_path, "true")
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "t", *"my words", "escape", "space", "x", "e")
        await finish(pilot)
        assert study_screen(pilot).page.revealed
        assert "my words" in shown(pilot)


async def test_a_deck_that_was_broken_is_shown_and_the_others_stay(
    core: Core, tmp_path: Path
) -> None:
    editor(core, tmp_path, 'for file; do :; done; echo "cards: again" >> $file')
    async with opened(core, size=(120, 40), start=studying("a-open", "b-open")) as pilot:
        while card_shown(pilot) != "a-open":
            await press(pilot, "space", "4")
        await press(pilot, "e")
        await finish(pilot)
        assert "alpha.yaml" in shown(pilot)
        assert card_shown(pilot) == "a-open"
        await press(pilot, "f2")
        await finish(pilot)
        assert "Cards that were good before are still asked; e opens the file." in " ".join(
            shown(pilot).split()
        )


@pytest.mark.parametrize("command", ["no-such-editor", "vi '", "/opt/my editor/ed"])
async def test_without_an_editor_the_app_comes_back_and_says_so(
    core: Core, terminal: list[str], command: str
) -> None:
    core.env = {"EDITOR": command}
    async with opened(core, size=(120, 40), start=studying("a-open")) as pilot:
        await press(pilot, "t", *"mine", "escape", "e")
        await finish(pilot)
        assert terminal == ["editor", "app"]
        assert "Set EDITOR to a command such as nano" in " ".join(shown(pilot).split())
        assert "mine" in shown(pilot)
        await press(pilot, "space", "3")
        assert [review.answer.response for review in core.store.reviews()] == ["mine"]


async def test_where_no_terminal_can_be_given_away_the_app_says_what_to_do(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suspend(app: App[object]) -> None:
        raise SuspendNotSupported

    monkeypatch.setattr(App, "suspend", suspend)
    async with opened(core, size=(120, 40), start=studying("a-open")) as pilot:
        await press(pilot, "e")
        assert "Edit the file in another window" in " ".join(shown(pilot).split())


async def test_home_names_a_broken_deck_at_every_start_and_e_opens_it_there(
    make_core: Make, tmp_path: Path
) -> None:
    core = make_core()
    deck = core.paths.content[0] / "beta.yaml"
    good = deck.read_text(encoding="utf-8")
    deck.write_text(good.replace("title: Beta", "title: Beta: again"), encoding="utf-8")
    for again in (make_core(), make_core()):
        async with opened(again, size=(120, 40)) as pilot:
            seen = " ".join(shown(pilot).split())
            assert "beta.yaml:3: a colon followed by a space" in seen
            assert "Beta" in [row.title for row in overview(again).topics]
    editor(again, tmp_path, 'for file; do :; done; sed -i "s/Beta: again/Beta/" $file')
    async with opened(again, size=(120, 40)) as pilot:
        await press(pilot, "e")
        await finish(pilot)
        assert "beta.yaml" not in shown(pilot).replace("A deck has a problem", "")
        await press(pilot, "e")  # nothing is left to repair
        assert deck.read_text(encoding="utf-8") == good


async def look(pilot: Pilot[Any]) -> None:
    """Look for edits now; the app does so every second."""
    assert isinstance(pilot.app, QuizApp)
    pilot.app.look_for_edits()
    await finish(pilot)


async def test_an_edit_from_outside_shows_and_keeps_what_was_typed(core: Core) -> None:
    deck = core.paths.content[0] / "alpha.yaml"
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "t", *"mine")
        text = deck.read_text(encoding="utf-8")
        deck.write_text(text.replace("zero at the start", "so small"), encoding="utf-8")
        await look(pilot)
        assert "Why is B so small?" in shown(pilot)
        assert "mine" in shown(pilot)


async def test_a_deck_removed_from_outside_leaves_the_card_on_the_screen_alone(core: Core) -> None:
    async with opened(core, start=studying("a-open", "b-open")) as pilot:
        while card_shown(pilot) != "a-open":
            await press(pilot, "space", "4")
        await press(pilot, "t", *"mine")
        (core.paths.content[0] / "beta.yaml").unlink()
        await look(pilot)
        assert card_shown(pilot) == "a-open"
        assert "mine" in shown(pilot)
        await press(pilot, "escape", "space", "3")
        assert core.store.reviews()[-1].answer.response == "mine"


async def test_every_place_takes_in_decks_that_come_and_go(core: Core) -> None:
    folder = core.paths.content[0]
    places = ["f2", "f3", "f4", "f5", "f6", "f7", "f8"]
    async with opened(core, size=(120, 40)) as pilot:
        for place in places:
            await press(pilot, place)
            (folder / "later.yaml").write_text(LATER, encoding="utf-8")
            await look(pilot)
            assert "z-later" in core.library.heads
            (folder / "later.yaml").unlink()
            await look(pilot)
            assert "z-later" not in core.library.heads
        for place in reversed(places):
            await press(pilot, place)
            await finish(pilot)


async def test_the_lesson_on_the_screen_follows_its_file(core: Core) -> None:
    deck = core.paths.content[0] / "alpha.yaml"
    async with opened(core, start=Start("read")) as pilot:
        await press(pilot, "enter")
        assert "Some words before the run." in shown(pilot)
        text = deck.read_text(encoding="utf-8")
        deck.write_text(text.replace("Some words", "Other words"), encoding="utf-8")
        await look(pilot)
        assert "Other words before the run." in shown(pilot)
        deck.unlink()
        await look(pilot)
        assert "Other words" not in shown(pilot)


async def test_the_app_looks_for_edits_again_and_again_until_it_ends(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.tui.app.LOOK_S", 0.001)
    looks = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()

    def changed() -> bool:
        loop.call_soon_threadsafe(looks.release)
        return False

    monkeypatch.setattr(core, "decks_changed", changed)
    async with opened(core):
        for _ in range(3):
            await looks.acquire()


async def test_code_is_written_in_the_users_editor_and_taken_as_it_was_saved(
    make_core: Make, decks: Path, tmp_path: Path
) -> None:
    add_exercises(decks, tmp_path / "demos")
    core = make_core()
    editor(core, tmp_path, 'echo "# outside" >> "$1"')
    async with opened(core, start=studying("code-mean")) as pilot:
        await press(pilot, "enter", "x", "ctrl+e")
        await finish(pilot)
        code = study_screen(pilot).editor
        assert code.text.endswith("return sum(values)x\n# outside\n")
        await press(pilot, "ctrl+z")
        assert code.text.endswith("return sum(values)x\n")


async def test_code_stays_where_the_editor_cannot_be_started(
    make_core: Make, decks: Path, tmp_path: Path
) -> None:
    add_exercises(decks, tmp_path / "demos")
    core = make_core()
    core.env = {"EDITOR": "/no/such/editor"}
    async with opened(core, start=studying("code-mean")) as pilot:
        await press(pilot, "enter", "x", "ctrl+e")
        await finish(pilot)
        assert "/no/such/editor cannot be started" in shown(pilot)
        assert study_screen(pilot).editor.text.endswith("return sum(values)x\n")
