"""Editing a card from the app: the right file and line, and the cards as they are afterwards."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.app import App

from quizapp.app.core import Core
from quizapp.app.editing import card_line, edit_card, edit_command
from quizapp.errors import EnvironmentProblem
from tests.tui.look import card_shown, finish, opened, press, shown, study_screen, studying


@pytest.fixture(autouse=True)
def _same_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test has no terminal to give away."""
    monkeypatch.setattr(App, "suspend", lambda self: nullcontext())


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


async def test_a_deck_that_was_broken_is_told_and_the_others_stay(
    core: Core, tmp_path: Path
) -> None:
    editor(core, tmp_path, 'for file; do :; done; echo "cards: again" >> $file')
    async with opened(core, size=(120, 40), start=studying("a-open", "b-open")) as pilot:
        while card_shown(pilot) != "a-open":
            await press(pilot, "space", "4")
        await press(pilot, "e")
        await finish(pilot)
        assert "alpha.yaml" in shown(pilot)
        assert core.library.problems


def test_an_editor_that_is_not_there_is_told(core: Core) -> None:
    core.env = {"EDITOR": "no-such-editor"}
    with pytest.raises(EnvironmentProblem, match="no-such-editor cannot be started"):
        edit_card(core, "a-open")


@pytest.mark.parametrize(
    ("wanted", "command"),
    [
        ("vim", ["vim", "+4", "deck.yaml"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+4", "deck.yaml"]),
        ("hx", ["hx", "deck.yaml:4"]),
        ("code", ["code", "--wait", "--goto", "deck.yaml:4"]),
        ("ed", ["ed", "deck.yaml"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(wanted: str, command: list[str]) -> None:
    assert edit_command({"EDITOR": wanted}, Path("deck.yaml"), 4) == command
    assert edit_command({"EDITOR": "x", "VISUAL": wanted}, Path("deck.yaml"), 4) == command


def test_an_editor_with_a_quote_left_open_is_told() -> None:
    with pytest.raises(EnvironmentProblem, match="No closing quotation"):
        edit_command({"EDITOR": "vim '"}, Path("deck.yaml"), 1)


@pytest.mark.parametrize("line", ["- id: a-b", "  id: a-b  # old", "- id: 'a-b'", '- id: "a-b"'])
def test_the_line_of_a_card_is_found_however_its_id_is_written(line: str) -> None:
    assert card_line(f"deck: d\n- id: a-bc\n{line}\n", "a-b") == 3
    assert card_line("deck: d\n", "a-b") == 1
