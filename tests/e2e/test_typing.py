"""Text typed or pasted into a real terminal is an answer, whatever its letters would do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.steps import ratings
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.slow
KEY_S = 1 / 30
"""Seconds between two keys of a fast typist."""
TEXT = "the rate is 3 times too high - undo e 1 2 3 4 @ n /"
PASTE = "First 1 2 3 4, then undo.\nAnd e - @ n / in the second line."


def type_fast(terminal: Terminal, text: str) -> None:
    """Type at thirty keys a second."""
    for key in text:
        terminal.press(key)
        terminal.rest(KEY_S)


def responses(home: Path) -> list[str]:
    """Return the answers as they are kept."""
    with sqlite3.connect(f"file:{home / 'quizapp.sqlite'}?mode=ro", uri=True) as database:
        return [str(text) for (text,) in database.execute("SELECT response FROM review")]


def test_thirty_keys_a_second_answer_a_card(toys: Start, home: Path) -> None:
    with toys("study", "--topic", "toys", "--search", "fall") as terminal:
        terminal.wait_for("How far does it fall?", "press t to type")
        type_fast(terminal, TEXT)
        terminal.wait_for(TEXT)
        assert ratings(home) == []
        terminal.press("escape")
        terminal.wait_for("space show answer")
        terminal.press("space")
        terminal.wait_for("Below a tenth.")
        terminal.press("3")
        terminal.wait_for("1 answered")
    assert responses(home) == [TEXT]


@pytest.mark.parametrize("frame", ["{}", "\x1b[200~{}\x1b[201~"])
def test_a_pasted_paragraph_answers_a_card(toys: Start, home: Path, frame: str) -> None:
    with toys("study", "--topic", "toys", "--search", "fall") as terminal:
        terminal.wait_for("How far does it fall?", "press t to type")
        terminal.press(frame.format(PASTE.replace("\n", "\r")))
        terminal.wait_for(*PASTE.splitlines())
        assert ratings(home) == []


@pytest.mark.parametrize("frame", ["{}", "\x1b[200~{}\x1b[201~"])
def test_text_answers_the_question_of_an_interview(toys: Start, home: Path, frame: str) -> None:
    with toys("interview", "--questions", "2", "--topic", "toys") as terminal:
        terminal.wait_for("space begin")
        terminal.press("space")
        terminal.wait_for("1 of 2", "Ctrl+D ends it")
        type_fast(terminal, TEXT)
        terminal.wait_for(TEXT)
        terminal.press(frame.format("\r" + PASTE.replace("\n", "\r")))
        terminal.wait_for(TEXT, *PASTE.splitlines(), "1 of 2")
        assert ratings(home) == []
        terminal.press("ctrl+d")
        terminal.wait_for("No word of this has to do with the question", TEXT)
