"""Editing a card: the right file and line in each editor, and what the edit has done."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.app.editing import broken_decks, card_line, edit_card, edit_command, edit_file
from quizapp.errors import EnvironmentProblem, QuizError
from tests.conftest import Make


def editor(core: Core, folder: Path, body: str) -> None:
    """Make a program the editor; the file is its last argument."""
    program = folder / "my editor"
    program.write_text(f"#!/bin/sh\nfor file; do :; done\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    core.env = {"EDITOR": str(program)}


def test_after_an_edit_the_decks_are_read_again_and_what_is_wrong_is_named(
    core: Core, tmp_path: Path
) -> None:
    editor(core, tmp_path, 'sed -i "s/id: b-open/id: b-other/; s/tags: .beta./tags: {/" "$file"')
    edit_card(core, "b-curve")
    [broken] = broken_decks(core.library)
    assert Path(broken.path).name == "beta.yaml"
    assert str(broken).startswith(f"{broken.path}:{broken.line}: the braces opened above")


def test_a_deck_broken_by_an_edit_keeps_its_cards_until_it_is_mended(
    make_core: Make, tmp_path: Path
) -> None:
    core = make_core()
    editor(core, tmp_path, 'sed -i "s/question: What is wrong/question: What: is wrong/" "$file"')
    edit_card(core, "b-open")
    for again in (core, make_core()):
        assert {"b-open", "b-curve"} <= again.library.heads.keys()
        assert again.library.cards["b-curve"].question == "What is wrong with this run?"
        assert [Path(deck.path).name for deck in broken_decks(again.library)] == ["beta.yaml"]
    editor(core, tmp_path, 'sed -i "s/What: is wrong/What is odd/" "$file"')
    edit_card(core, "b-curve")
    assert broken_decks(core.library) == []
    assert core.library.cards["b-curve"].question == "What is odd with this run?"


@pytest.mark.parametrize("command", ["no-such-editor", "/opt/my editor/ed", "'/opt/my editor/ed'"])
def test_an_editor_that_is_not_there_is_named(core: Core, command: str) -> None:
    core.env = {"EDITOR": command}
    with pytest.raises(EnvironmentProblem) as found:
        edit_card(core, "a-open")
    assert "cannot be started: No such file or directory." in found.value.message
    assert found.value.hint.startswith("Set EDITOR to a command such as nano")


@pytest.mark.parametrize("command", ["", "  "])
def test_without_an_editor_chosen_it_is_vi(command: str) -> None:
    assert edit_command({"EDITOR": command}, Path("deck.yaml"), 4)[0] == "vi"


def test_a_deck_that_was_renamed_meanwhile_is_edited_under_its_new_name(
    core: Core, tmp_path: Path
) -> None:
    folder = core.paths.content[0]
    (folder / "beta.yaml").rename(folder / "other.yaml")
    editor(core, tmp_path, 'sed -i "s/is wrong/is odd/" "$file"')
    edit_card(core, "b-curve")
    assert core.library.decks["beta"].path == str(folder / "other.yaml")
    assert core.library.cards["b-curve"].question == "What is odd with this run?"


def test_what_no_editor_can_open_is_named_last_and_not_opened(core: Core, tmp_path: Path) -> None:
    folder = core.paths.content[0]
    (folder / "a-link.yaml").symlink_to("/nonexistent.yaml")
    os.mkfifo(folder / "a-pipe.yaml")
    (folder / "beta.yaml").write_text("deck: [\n", encoding="utf-8")
    core.read_cards()
    names = [Path(deck.path).name for deck in broken_decks(core.library)]
    assert names == ["beta.yaml", "a-link.yaml", "a-pipe.yaml"]
    for name in names[1:]:
        with pytest.raises(QuizError, match="is no file that an editor can open"):
            edit_file(core, folder / name, 1)


def test_a_card_whose_deck_was_removed_is_said_to_be_gone(core: Core) -> None:
    (core.paths.content[0] / "beta.yaml").unlink()
    with pytest.raises(QuizError, match="b-open is in no deck any more"):
        edit_card(core, "b-open")
    assert "a-open" in core.library.heads


def test_a_card_of_an_installed_wheel_is_not_edited(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = core.paths.content[0].parent
    monkeypatch.setattr("quizapp.paths._PACKAGE", package)
    core.paths.content[0].rename(package / "_data")
    core.paths = replace(core.paths, content=(package / "_data",))
    with pytest.raises(QuizError, match="the next version would undo an edit") as found:
        edit_card(core, "a-open")
    assert "n writes a note of your own" in found.value.hint


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
