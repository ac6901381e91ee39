"""The lab in a real terminal: find a demo, read it, set it, run it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.steps import open_demo, open_lab, run, run_at_defaults, runs, search, skip_prediction
from tests.e2e.terminal import sentence, without

pytestmark = pytest.mark.slow


def test_words_of_topic_and_claim_find_a_demo_and_its_question_comes_along(
    toys: Start,
) -> None:
    with toys(columns=120, rows=40) as terminal:
        open_lab(terminal)
        terminal.wait_for("What fine-tuning is", "Data quantity and quality")
        search(terminal, "toys over a thousand")
        terminal.wait_for(
            "Toys and such",
            "A falling curve",
            "toy_curve · Which way does it go?",
            without("Data quantity and quality"),
        )
        terminal.wait_for("The page explains the result.", without("What it proves"))


def test_a_search_without_a_hit_says_so_and_escape_brings_the_gallery_back(toys: Start) -> None:
    with toys() as terminal:
        open_lab(terminal)
        search(terminal, "unheard-of")
        terminal.wait_for("No demo has “unheard-of” in it.")
        terminal.press("escape")
        terminal.wait_for(
            "/ search by name, topic, claim", "Data quantity and quality", without("unheard-of")
        )


def test_page_and_code_of_a_demo_are_read_before_it_runs(toys: Start) -> None:
    with toys() as terminal:
        open_demo(terminal, "toy_curve")
        terminal.press("2")
        terminal.wait_for("(•) down")
        terminal.press("t")
        terminal.wait_for("It falls by a rate, as a toy does.", without("Predict first"))
        terminal.press("c")
        terminal.wait_for(' 1  """A falling curve.', "13  @demo(")
        terminal.press("escape")
        terminal.wait_for("Predict first", "d run")
        terminal.press("escape")
        terminal.wait_for("Toys and such", "toy_curve ·", without("Predict first"))


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_setting_is_changed_by_arrow_or_digits_and_reset_by_one_key(
    toys: Start, columns: int, rows: int
) -> None:
    with toys(columns=columns, rows=rows) as terminal:
        open_demo(terminal, "toy_curve")
        skip_prediction(terminal)
        terminal.press("s")
        terminal.wait_for("›mode", "how it ends")
        terminal.press("down")
        terminal.wait_for("›rate   0.1 ", "how fast it falls · 0.001 to 1 · default 0.1")
        terminal.press("right")
        terminal.wait_for("›rate   0.2 ")
        terminal.press("down")
        terminal.wait_for("›steps")
        terminal.press(*"150", "enter")
        terminal.wait_for("›steps  150 ")
        terminal.press("r")
        terminal.wait_for(" rate   0.1 ", "›steps  20 ")


def test_a_value_that_cannot_be_is_explained_in_place_and_nothing_runs(
    toys: Start, home: Path
) -> None:
    with toys() as terminal:
        open_demo(terminal, "toy_curve")
        skip_prediction(terminal)
        terminal.press("s")
        terminal.wait_for("›mode")
        terminal.press("down")
        terminal.wait_for("›rate")
        terminal.press("down")
        terminal.wait_for("›steps")
        terminal.press(*"900", "d")
        terminal.wait_for(sentence("steps must be between 1 and 500, not 900"), "d run")
        terminal.press("backspace", "enter")  # one digit less will do
        terminal.wait_for("›steps  90 ", without("must be between"))
        assert runs(home) == 0


@pytest.mark.torch
def test_a_run_shows_plot_and_claims_and_one_key_runs_other_settings(
    toys: Start, home: Path
) -> None:
    with toys(columns=120, rows=40) as terminal:
        run_at_defaults(terminal, home, "toy_curve")
        terminal.wait_for("─●─ train", "╌▲╌ validation", "0.1351  the last value", "d again")
        terminal.wait_for(
            "✓ The curve falls", "✗ It falls by over a thousand", "– It falls on CUDA as well"
        )
        terminal.press("s")
        terminal.wait_for("›mode")
        terminal.press("down")
        terminal.wait_for("›rate")
        terminal.press("right")
        terminal.wait_for("›rate   0.2 ")
        run(terminal, home, "d")
        terminal.wait_for("0.01441  the last value", "o overlay")
        assert runs(home) == 2
