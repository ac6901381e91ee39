"""`quizapp demo run` in a plain terminal: asked, watched, cancelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.processes import looks_into_proc, wait_until_gone
from tests.e2e.terminal import without

pytestmark = [pytest.mark.slow, pytest.mark.torch, looks_into_proc]

RUN = ("demo", "run", "toy_curve")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_run_draws_its_plot_while_it_lasts_and_ctrl_c_ends_it(
    toys: Start, home: Path, columns: int, rows: int
) -> None:
    command = (*RUN, "--set", "mode=wait", "--no-predict")
    with toys(*command, columns=columns, rows=rows) as terminal:
        terminal.wait_for("A falling curve", "mode=wait")
        terminal.wait_for("─●─ train", "╌▲╌ validation", "0 / 20")
        terminal.press("ctrl+c")
        terminal.wait_for("Cancelled", "─●─ train", without("0 / 20"))
        assert terminal.wait_for_exit() == 1
    wait_until_gone(home)


def test_a_prediction_is_asked_for_first_and_compared_at_the_end(toys: Start) -> None:
    with toys(*RUN, "--set", "rate=0.2", columns=120, rows=60) as terminal:
        terminal.wait_for("Predict first: Which way does it go?", "2  down", "Enter to skip")
        terminal.press("2", "enter")
        terminal.wait_for(
            "Your prediction came true.",
            "✓  The curve falls",
            "0.01441",
            "─●─ train",
            "a word: [b]falls[/b]",
        )
        assert terminal.wait_for_exit() == 1  # a claim of the toy fails


def test_enter_skips_the_prediction(toys: Start) -> None:
    with toys("demo", "run", "toy_number", columns=120, rows=40) as terminal:
        terminal.wait_for("Predict first: What is twice the size?", "Enter to skip")
        terminal.press("enter")
        terminal.wait_for("✓  The number is even", "42", without("Your prediction c"))
        assert terminal.wait_for_exit() == 0
