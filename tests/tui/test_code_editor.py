"""Writing code: what is typed, pasted, indented, undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets.text_area import Selection

from quizapp.tui.theme import DARK, LIGHT
from quizapp.tui.widgets.card import code_editor
from quizapp.tui.widgets.card.code_editor import CodeEditor


class _App(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name
        self.editor = CodeEditor(text)

    def compose(self) -> ComposeResult:
        yield self.editor

    def on_mount(self) -> None:
        self.editor.focus()


@asynccontextmanager
async def writing(text: str = "", *, at: tuple[int, int] | None = None) -> AsyncIterator[Any]:
    """Write in an editor that holds a text; the cursor stands at its end, or `at`."""
    app = _App(text)
    async with app.run_test(size=(60, 20)) as pilot:
        app.editor.move_cursor(at if at is not None else app.editor.document.end)
        yield app.editor, pilot


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Press the keys of a text."""
    names = {"\n": "enter", " ": "space", "(": "left_parenthesis", ")": "right_parenthesis"}
    await pilot.press(*(names.get(character, character) for character in text))


async def test_code_typed_as_one_speaks_it_is_laid_out() -> None:
    async with writing() as (editor, pilot):
        await type_text(pilot, "def f(x):\nif x:\nreturn 1\nreturn g(x)")
        assert editor.text == "def f(x):\n    if x:\n        return 1\n    return g(x)"


async def test_brackets_close_and_are_typed_over() -> None:
    async with writing() as (editor, pilot):
        await type_text(pilot, "f(")
        assert (editor.text, editor.cursor_location) == ("f()", (0, 2))
        await type_text(pilot, "x)")
        assert (editor.text, editor.cursor_location) == ("f(x)", (0, 4))


async def test_backspace_takes_an_empty_pair_and_a_level_of_indentation() -> None:
    async with writing("    f()", at=(0, 6)) as (editor, pilot):
        await pilot.press("backspace", "backspace")
        assert editor.text == "    "
        await pilot.press("backspace")
        assert editor.text == ""


async def test_enter_between_brackets_opens_them() -> None:
    async with writing("f()", at=(0, 2)) as (editor, pilot):
        await pilot.press("enter")
        assert (editor.text, editor.cursor_location) == ("f(\n    \n)", (1, 4))


async def test_enter_before_the_blanks_of_a_line_indents_it_once() -> None:
    async with writing("    if x:    y = 1", at=(0, 9)) as (editor, pilot):
        await pilot.press("enter")
        assert (editor.text, editor.cursor_location) == ("    if x:\n        y = 1", (1, 8))
    async with writing("    y = 1", at=(0, 0)) as (editor, pilot):
        await pilot.press("enter")
        assert editor.text == "\n    y = 1"  # the line below stays as it is


async def test_tab_indents_and_shift_tab_takes_it_back() -> None:
    async with writing("a\nb\nc") as (editor, pilot):
        editor.selection = Selection((0, 0), (1, 1))
        await pilot.press("tab")
        assert editor.text == "    a\n    b\nc"
        await pilot.press("shift+tab")
        assert editor.text == "a\nb\nc"
        editor.move_cursor((2, 1))
        await pilot.press("tab")
        assert editor.text == "a\nb\nc   "
        assert editor.has_focus


async def test_a_selection_is_put_into_brackets() -> None:
    async with writing("a + b") as (editor, pilot):
        editor.selection = Selection((0, 0), (0, 5))
        await pilot.press("left_parenthesis")
        assert editor.text == "(a + b)"


async def test_undo_and_redo_take_typing_back_and_bring_it_again() -> None:
    async with writing("x") as (editor, pilot):
        await pilot.press("enter", "y")
        await pilot.press("ctrl+z", "ctrl+z")
        assert editor.text == "x"
        await pilot.press("ctrl+y", "ctrl+y")
        assert editor.text == "x\ny"


async def test_lines_are_commented_out_and_back() -> None:
    async with writing("a\nb") as (editor, pilot):
        await pilot.press("ctrl+underscore")
        assert editor.text == "a\n# b"
        await pilot.press("ctrl+underscore")
        assert editor.text == "a\nb"


async def test_a_paste_keeps_its_indentation_and_no_tabs() -> None:
    async with writing("    ") as (editor, pilot):
        pilot.app.post_message(events.Paste("def f(x):\r\n\treturn x\n"))
        await pilot.pause()
        assert editor.text == "    def f(x):\n    return x\n"


async def test_a_text_put_in_is_taken_back_by_undo() -> None:
    async with writing("mine") as (editor, pilot):
        editor.put("theirs")
        assert editor.text == "theirs"
        await pilot.press("ctrl+z")
        assert editor.text == "mine"


async def test_marked_lines_move_with_the_code_and_go_when_edited() -> None:
    async with writing("a\nb\nc", at=(0, 0)) as (editor, pilot):
        editor.show_problems({2: "b is wrong", 3: "c too"})
        assert editor.border_subtitle == " 2: b is wrong "
        await pilot.press("enter")
        assert editor.marked == {2: "b is wrong", 3: "c too"}
        editor.move_cursor((2, 1))
        await pilot.press("x")
        assert editor.marked == {3: "c too"}
        await pilot.press("backspace")
        assert editor.marked == {2: "b is wrong", 3: "c too"}


async def test_a_marked_line_is_seen_under_the_cursor_too() -> None:
    async with writing("    a\nb", at=(0, 0)) as (editor, _):
        editor.show_problems({1: "a is wrong"})
        parts = {s.text.strip(): s.style.underline for s in editor.render_line(0) if s.style}
        assert parts["a"]
        assert not any(s.style.underline for s in editor.render_line(1) if s.style)


async def test_code_has_colours_in_both_themes() -> None:
    async with writing("return 1") as (editor, pilot):
        dark = editor.render_line(0)
        assert {str(s.style.color.name) for s in dark if s.text.strip() == "return"} == {"#82aaff"}
        pilot.app.theme = LIGHT.name
        await pilot.pause()
        light = editor.render_line(0)
        assert {str(s.style.color.name) for s in light if s.text.strip() == "return"} == {"#1f5fae"}


async def test_without_a_parser_the_editor_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_editor, "find_spec", lambda name: None)
    async with writing("return 1") as (editor, pilot):
        await pilot.press("0")
        assert (editor.text, editor.language) == ("return 10", None)


async def test_shift_tab_takes_an_empty_line_out() -> None:
    async with writing("for x in y:\n    pass") as (editor, pilot):
        await pilot.press("enter", "tab", "tab", "shift+tab", "x")
        assert editor.text == "for x in y:\n    pass\n    x"
