"""Editing a card: the right file and line in each editor, and what the edit has done."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.app.editing import card_line, edit_card, edit_command
from quizapp.errors import EnvironmentProblem


def test_an_edit_says_which_cards_are_gone_and_what_is_wrong(core: Core, tmp_path: Path) -> None:
    program = tmp_path / "editor"
    script = 'for file; do :; done; sed -i "s/id: b-open/id: b-other/; s/title:/titel:/" "$file"'
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    core.env = {"EDITOR": str(program)}
    edited = edit_card(core, "b-curve")
    assert edited.gone >= {"b-open"}
    assert any("titel" in problem for problem in edited.problems)


def test_an_editor_that_is_not_there_is_named(core: Core) -> None:
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
def test_each_editor_gets_the_line_in_its_own_way(wanted: str, command: list[str]) -> None:
    assert edit_command({"EDITOR": wanted}, Path("deck.yaml"), 4) == command
    assert edit_command({"EDITOR": "x", "VISUAL": wanted}, Path("deck.yaml"), 4) == command


def test_an_editor_with_a_quote_left_open_is_named() -> None:
    with pytest.raises(EnvironmentProblem, match="No closing quotation"):
        edit_command({"EDITOR": "vim '"}, Path("deck.yaml"), 1)


@pytest.mark.parametrize("line", ["- id: a-b", "  id: a-b  # old", "- id: 'a-b'", '- id: "a-b"'])
def test_the_line_of_a_card_is_found_however_its_id_is_written(line: str) -> None:
    assert card_line(f"deck: d\n- id: a-bc\n{line}\n", "a-b") == 3
    assert card_line("deck: d\n", "a-b") == 1
