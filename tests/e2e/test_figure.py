"""A curve inside the question, in a real terminal: read it, answer, then turn its knobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.processes import looks_into_proc, running_demo, wait_until_ended
from tests.e2e.steps import ratings, run, runs
from tests.e2e.terminal import Terminal, without

pytestmark = [pytest.mark.slow, pytest.mark.torch, looks_into_proc]

FIGURE = ("study", "--topic", "toys", "--search", "wrong")
SLOW = ("study", "--topic", "toys", "--search", "come")
SECRETS = (
    "A falling curve",
    "toy_curve",
    "rate   ",
    "validation",
    "Predict",
    "holds",
    "last value",
)
"""What would give the answer away."""


def give_keys_to_the_figure(terminal: Terminal) -> None:
    """Press `d`, which is the card's key until it has done so."""
    terminal.wait_for("d demo")
    terminal.press("d")
    terminal.wait_for(without("d demo"))


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_question_is_read_and_answered_while_its_curve_is_computed(
    toys: Start, home: Path, columns: int, rows: int
) -> None:
    with toys(*SLOW, columns=columns, rows=rows) as terminal:
        terminal.wait_for("What will this curve come to?", "1 ○", "2 ○", without(*SECRETS))
        terminal.wait_for("0 / 20", "─●─ this run", without(*SECRETS))
        process = running_demo(home)
        terminal.press("1")
        terminal.wait_for("1 ●", "What will this curve come to?", without(*SECRETS))
        terminal.press("space")
        terminal.wait_for("A falling curve", "It is still on its way.", "4 Easy")
        terminal.press("4")
        terminal.wait_for("Done: 1 answer to 1 card.")
        wait_until_ended(process)
        assert ratings(home) == [("toy-slow", 4)]
        assert runs(home) == 0


def test_after_the_answer_the_settings_of_a_curve_are_turned_and_run_again(
    toys: Start, home: Path
) -> None:
    with toys(*FIGURE, columns=120, rows=40) as terminal:
        terminal.wait_for(
            "What is wrong with this curve?", "─●─ this run", "Done in", without(*SECRETS)
        )
        terminal.press("space")
        terminal.wait_for("A falling curve", "╌▲╌ validation", "1.907e-6  the last value")
        terminal.wait_for("It is halved at each step.")
        give_keys_to_the_figure(terminal)
        terminal.wait_for("rate   0.5 ", "d again")
        terminal.press("s")
        terminal.wait_for("›mode")
        terminal.press("down")
        terminal.wait_for("›rate   0.5 ")
        terminal.press("left")
        terminal.wait_for("›rate   0.25 ", "card 0.5", "Predict first")
        terminal.press("p")
        terminal.wait_for(without("Predict first"))
        run(terminal, home, "d")
        terminal.wait_for("0.004228  the last value")
        terminal.press("escape")
        terminal.wait_for("d demo")
        terminal.press("3")
        terminal.wait_for(without("0.004228"))
        assert ratings(home) == [("toy-figure", 3)]


def test_a_curve_that_was_computed_here_shows_at_once_at_the_next_start(
    toys: Start, home: Path
) -> None:
    with toys(*FIGURE) as terminal:
        terminal.wait_for("─●─ this run", "Done in")
        terminal.wait_for(lambda _: runs(home) == 1)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    with toys(*FIGURE) as terminal:
        terminal.wait_for(
            "What is wrong with this curve?", "Recorded here on", "─●─ this run", without(*SECRETS)
        )
        terminal.press("space")
        terminal.wait_for("A falling curve", "1.907e-6  the last value")
        assert runs(home) == 1
        give_keys_to_the_figure(terminal)
        run(terminal, home, "d")
        terminal.wait_for(without("Recorded here"))
