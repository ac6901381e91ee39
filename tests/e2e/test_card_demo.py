"""The demo of a card in a real terminal: predict, run, compare, keep the result, go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.processes import (
    looks_into_proc,
    running_demo,
    wait_until_ended,
    wait_until_gone,
    workers,
)
from tests.e2e.steps import ratings, run, runs, skip_prediction
from tests.e2e.terminal import sentence, without

pytestmark = [pytest.mark.slow, pytest.mark.torch, looks_into_proc]

FALLS = ("study", "--topic", "toys", "--search", "far")
WAITS = ("study", "--topic", "toys", "--search", "end")


@pytest.mark.parametrize(
    ("key", "option", "you", "verdict"),
    [
        ("1", "1 (•) up", "you said up ✗", "Your prediction did not come true."),
        ("2", "2 (•) down", "you said down ✓", "Your prediction came true."),
    ],
    ids=["wrong", "right"],
)
def test_what_the_card_and_the_learner_said_is_compared_with_the_run(
    toys: Start, home: Path, key: str, option: str, you: str, verdict: str
) -> None:
    with toys(*FALLS, columns=120, rows=40) as terminal:
        terminal.wait_for("How far does it fall?")
        terminal.press("d")
        terminal.wait_for("Predict first: Which way does it go?", "rate   0.2 ", "▸  card")
        terminal.press("d")
        terminal.wait_for(sentence("Choose an answer first, or press d again"), "d run")
        assert runs(home) == 0
        terminal.press(key)
        terminal.wait_for(option)
        run(terminal, home, "d")
        terminal.wait_for(
            sentence(f"card says down ✓ · {you} · your machine says down"),
            sentence("card says below 0.1 ✓ · your machine says 0.01441"),
            sentence(f"{verdict} This machine agrees with the card."),
        )


def test_a_run_without_a_prediction_is_copied_into_the_note_of_its_card(
    toys: Start, home: Path
) -> None:
    with toys(*FALLS) as terminal:
        terminal.wait_for("How far does it fall?")
        terminal.press("d")
        terminal.wait_for("Predict first")
        skip_prediction(terminal)
        run(terminal, home, "d")
        terminal.wait_for("card says below 0.1", without("you said", "Predict first"))
        terminal.press("y")
        terminal.wait_for(sentence("The result stands in the card's"))
        terminal.press("escape")
        terminal.wait_for("space show answer", without("Done in"))
        terminal.press("space")
        terminal.wait_for("your note", "**A falling curve**", "- the last value: 0.01441")
        terminal.kill()
    with toys(*FALLS, columns=120, rows=40) as terminal:
        terminal.wait_for("How far does it fall?", without("0.01441"))
        terminal.press("space")
        terminal.wait_for("your note", "- the last value: 0.01441", "- The curve falls: holds")


def test_leaving_a_card_whose_demo_runs_asks_once_and_ends_that_run(
    toys: Start, home: Path
) -> None:
    with toys(*WAITS) as terminal:
        terminal.wait_for("When does it end?")
        terminal.press("d")
        terminal.wait_for("Predict first")
        skip_prediction(terminal)
        terminal.press("d")
        terminal.wait_for("─●─ train", "x cancel")
        process = running_demo(home)
        terminal.press("space")
        terminal.wait_for("When it is stopped.", "▶ toy_curve", "4 Easy")
        terminal.press("4")
        terminal.wait_for(sentence("The demo is still running. Stop it and go on?"))
        terminal.press("n")
        terminal.wait_for("When it is stopped.", "▶ toy_curve", without("still running"))
        assert process in workers(home)
        assert ratings(home) == []
        terminal.press("4")
        terminal.wait_for(sentence("The demo is still running. Stop it and go on?"))
        terminal.press("y")
        terminal.wait_for("Done: 1 answer to 1 card.", without("▶", "still running"))
        wait_until_ended(process)
        assert ratings(home) == [("toy-waits", 4)]
        assert process not in workers(home)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    wait_until_gone(home)
