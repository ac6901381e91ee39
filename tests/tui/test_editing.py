"""Editing a card from the app: the right file and line, and the cards as they are afterwards."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.app import App

from quizapp.app.core import Core
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
        assert core.library.problems
