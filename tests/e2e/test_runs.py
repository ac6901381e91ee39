"""What comes after a run, in a real terminal: its history, comparing, reading, taking it home."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.steps import open_demo, run, run_at_defaults, runs, skip_prediction
from tests.e2e.terminal import Terminal, without

pytestmark = [pytest.mark.slow, pytest.mark.torch]

HISTORY = "Enter: lay it under the plot · a: run exactly this again"
TABS = (
    "as a toy does.",
    '"""A falling curve.',
    "a line in the log",
    "series    value",
    "[b]falls[/b]",
    "It fell.",
    HISTORY,
)
"""What each tab of a finished toy holds, in the order in which `t` goes through them."""


def run_slow_and_fast(terminal: Terminal, home: Path) -> None:
    """Run the toy at its defaults and then at twice the rate."""
    run_at_defaults(terminal, home, "toy_curve")
    terminal.wait_for("0.1351  the last value")
    terminal.press("s")
    terminal.wait_for("›mode")
    terminal.press("down")
    terminal.wait_for("›rate")
    terminal.press("right")
    terminal.wait_for("›rate   0.2")
    run(terminal, home, "d")
    terminal.wait_for("0.01441  the last value")


def kept(home: Path) -> list[tuple[object, object]]:
    """Return settings and measures of each run, read by another program."""
    with sqlite3.connect(f"file:{home / 'quizapp.sqlite'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT params, measures FROM run ORDER BY id")
        return [(json.loads(params), json.loads(measures)) for params, measures in rows]


def test_one_key_goes_through_what_a_run_left_and_two_runs_are_told_apart(
    toys: Start, home: Path
) -> None:
    with toys(columns=120, rows=40) as terminal:
        run_slow_and_fast(terminal, home)
        for content in TABS:
            terminal.press("t")
            terminal.wait_for(content)
        terminal.wait_for("[ ] #2 rate 0.2", "[ ] #1 defaults", without("What differs"))
        terminal.press("down", "down", "enter")
        terminal.wait_for("[x] #1 defaults", "What differs")
        shown = terminal.wait_for("seconds").splitlines()
        cells = [line.partition("│")[2].split() for line in shown]
        assert ["#2", "#1"] in cells
        assert ["rate", "0.2", "0.1"] in cells
        assert ["last", "0.01441", "0.1351"] in cells
        assert not [row for row in cells if row[:1] == ["steps"]]  # the same in both
        terminal.press("escape")
        terminal.wait_for("─●─ train", "── #1 defaults")


def test_one_key_lays_the_last_run_under_the_plot_and_takes_it_away(
    toys: Start, home: Path
) -> None:
    with toys() as terminal:
        run_slow_and_fast(terminal, home)
        terminal.press("o")
        terminal.wait_for("─●─ train", "── #1 defaults")
        terminal.press("o")
        terminal.wait_for("─●─ train", without("#1 defaults"))


def test_a_run_of_an_earlier_start_is_repeated_exactly(toys: Start, home: Path) -> None:
    with toys(columns=120, rows=40) as terminal:
        run_slow_and_fast(terminal, home)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    with toys(columns=120, rows=40) as terminal:
        open_demo(terminal, "toy_curve")
        skip_prediction(terminal)
        for content in (TABS[1], HISTORY):  # page, code, and the runs that are remembered
            terminal.press("t")
            terminal.wait_for(content)
        terminal.press("down")
        run(terminal, home, "a")
        terminal.wait_for("rate   0.2", "0.01441  the last value")
    _, second, again = kept(home)
    assert again == second


def test_the_plot_fills_the_screen_and_reads_values(toys: Start, home: Path) -> None:
    with toys() as terminal:
        run_at_defaults(terminal, home, "toy_curve")
        terminal.press("z")
        terminal.wait_for("─●─ train", "z back", without("A falling curve", "? help"))
        terminal.press("right")
        terminal.wait_for("step 9", "● train 0.3874", "▲ validation 0.4874")
        terminal.press("right", "right", "right", "right")
        terminal.wait_for("step 10", "● train 0.3487")
        terminal.press("escape")
        terminal.wait_for("A falling curve", "? help")


def test_one_key_takes_plots_data_script_and_notebook_home(toys: Start, home: Path) -> None:
    with toys() as terminal:
        run_at_defaults(terminal, home, "toy_curve")
        terminal.press("w")
        terminal.wait_for("Saved", "8 files in")
        assert runs(home) == 1
    files = sorted((home / "figures").iterdir())
    assert [file.suffix for file in files] == [
        ".csv",
        ".png",
        ".svg",
        ".csv",
        ".png",
        ".svg",
        ".ipynb",
        ".py",
    ]
    starts = {
        ".csv": b"kind,name,",
        ".png": b"\x89PNG",
        ".svg": b"<svg",
        ".ipynb": b"{",
        ".py": b'"""A falling curve.',
    }
    assert all(file.read_bytes().startswith(starts[file.suffix]) for file in files)
    assert "line,train,19.0,,0.135" in files[0].read_text(encoding="utf-8")
