"""A mock interview in a real terminal: what was answered outlives a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.processes import looks_into_proc, wait_until_gone
from tests.e2e.steps import ratings
from tests.e2e.terminal import Terminal

pytestmark = [pytest.mark.slow, looks_into_proc]


def begin(terminal: Terminal) -> None:
    """Begin the interview that the command line asks for."""
    terminal.wait_for("space begin")
    terminal.press("space")
    terminal.wait_for("1 of 3", "Ctrl+D ends it")


def answer_aloud(terminal: Terminal) -> None:
    """Leave the box and end the answer."""
    terminal.press("escape")
    terminal.wait_for("Space ends it")
    terminal.press("space")


def test_an_interview_goes_on_after_a_kill_and_its_report_counts_all_of_it(
    start: Start, home: Path
) -> None:
    with start("interview", "--questions", "3", "--topic", "trial") as terminal:
        begin(terminal)
        answer_aloud(terminal)
        terminal.wait_for("how you structured it")
        terminal.press("x")
        terminal.wait_for("[x] a point")
        terminal.kill()
    wait_until_gone(home)
    with start("interview") as terminal:
        terminal.wait_for("An interview waits at question 1 of 3")
        terminal.press("r")
        terminal.wait_for("[x] a point", "1 of 3")
        terminal.press("space")
        for place in ("2 of 3", "3 of 3"):
            terminal.wait_for(place, "Ctrl+D ends it")
            answer_aloud(terminal)
            terminal.wait_for("how you structured it")
            terminal.press("space")
        terminal.wait_for("Missed something essential")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    wait_until_gone(home)
    assert [rating for _, rating in ratings(home)] == [1, 1]
    with start("interview") as terminal:
        terminal.wait_for("space begin")
        assert "waits" not in terminal.text
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
