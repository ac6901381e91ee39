"""The app as a learner has it: a real terminal, real processes, a real database."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.processes import looks_into_proc, running_demo, wait_until_gone, workers
from tests.e2e.steps import ratings
from tests.e2e.terminal import Terminal

pytestmark = [pytest.mark.slow, pytest.mark.torch, looks_into_proc]

PATIENT = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, lambda *_: None)
sys.exit(subprocess.call(sys.argv[1:]))
"""
"""A parent that waits for its child when the terminal is closed, as make does."""


def rate(terminal: Terminal, number: int, key: str) -> None:
    """Answer the card of this number with a rating key."""
    terminal.wait_for(f"question number {number}?")
    terminal.press("space")
    terminal.wait_for(f"answer number {number}.")
    terminal.press(key)
    terminal.wait_for(lambda text: f"answer number {number}." not in text)


def run_demo(terminal: Terminal) -> None:
    """Open the demo of the card, skip the prediction and start the run."""
    terminal.press("d")
    terminal.wait_for("esc close")
    if "Predict first" in terminal.text:
        terminal.press("p")
        terminal.wait_for(lambda text: "Predict first" not in text)
    terminal.press("d")


def test_three_cards_a_run_a_cancelled_run_and_the_next_day(start: Start, home: Path) -> None:
    with start("study", "--topic", "trial") as terminal:
        terminal.wait_for("question number 1?")
        run_demo(terminal)
        done = terminal.wait_for("Done in", "d again")
        assert "✓" in done
        terminal.press("d")
        terminal.wait_for("x cancel")
        terminal.press("x")
        terminal.wait_for("Cancelled")
        terminal.press("escape")
        terminal.wait_for(lambda text: "Cancelled" not in text)
        for number, key in enumerate("341", 1):
            rate(terminal, number, key)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    wait_until_gone(home)
    assert ratings(home) == [("trial-1", 3), ("trial-2", 4), ("trial-3", 1)]
    with start() as terminal:
        terminal.wait_for("3 answered today")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    wait_until_gone(home)


def test_killing_the_app_loses_no_rating_and_leaves_no_process(start: Start, home: Path) -> None:
    with start("study", "--topic", "trial") as terminal:
        rate(terminal, 1, "3")
        rate(terminal, 2, "2")
        terminal.wait_for("question number 3?")
        run_demo(terminal)
        terminal.wait_for("waiting")
        terminal.wait_for(lambda _: len(workers(home)) == 2)
        terminal.kill()
    wait_until_gone(home)
    assert ratings(home) == [("trial-1", 3), ("trial-2", 2)]
    with start() as terminal:
        terminal.wait_for("2 answered today")


def test_closing_the_window_ends_the_app_under_a_parent_that_waits_for_it(
    start: Start, home: Path
) -> None:
    with start("study", "--topic", "trial", under=(sys.executable, "-c", PATIENT)) as terminal:
        rate(terminal, 1, "3")
        terminal.hang_up()
        wait_until_gone(home)
    assert ratings(home) == [("trial-1", 3)]


def test_killing_a_run_ends_that_run_only(start: Start, home: Path) -> None:
    with start("study", "--topic", "trial", columns=120, rows=40) as terminal:
        rate(terminal, 1, "4")
        rate(terminal, 2, "4")
        terminal.wait_for("question number 3?")
        run_demo(terminal)
        terminal.wait_for("x cancel")
        terminal.wait_for(lambda _: len(workers(home)) == 2)
        os.kill(running_demo(home), signal.SIGKILL)
        terminal.wait_for("SIGKILL")
        terminal.press("escape")
        rate(terminal, 3, "3")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    wait_until_gone(home)
    assert ratings(home)[-1] == ("trial-3", 3)
