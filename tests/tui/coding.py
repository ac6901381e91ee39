"""A code card over a toy exercise, with a real lab: what the tests of writing code share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from quizapp.tui.widgets.card.code_editor import CodeEditor
from quizapp.tui.widgets.card.code_panel import CodePanel
from tests.tui.look import study_screen
from tests.tui.panel import TOYS, until

DECK = """
deck: code
title: Code
order: 4
cards:
- id: code-mean
  kind: code
  question: Write the mean.
  difficulty: junior
  answer: Sum over count.
  key_points:
  - {point: "divides by the count", must: true, shown: equals}
  - {point: "the empty list is met", shown: empty}
  hints: ["What is it divided by?", "`len(values)` is the count."]
  again: [write_median]
  demo: {run: write_mean}
"""

RIGHT = '''def mean(values):
    """Return the mean of a list of numbers."""
    return sum(values) / len(values) if values else 0
'''

ENDLESS = """def mean(values):
    while True:
        pass
"""


def add_exercises(decks: Path, demos: Path) -> None:
    """Put the card, its exercise and the one asked in its place among the others."""
    (decks / "code.yaml").write_text(DECK, encoding="utf-8")
    text = (TOYS / "write_mean.py").read_text(encoding="utf-8")
    (demos / "write_mean.py").write_text(text, encoding="utf-8")
    other = text.replace("mean", "median").replace("of a list", "of one to three numbers in a list")
    (demos / "write_median.py").write_text(other, encoding="utf-8")


def editor(pilot: Pilot[Any]) -> CodeEditor:
    """Return the editor in front."""
    return study_screen(pilot).editor


def panel(pilot: Pilot[Any]) -> CodePanel:
    """Return the panel of the runs."""
    found = study_screen(pilot).code_panel
    assert found is not None
    return found


async def ran(pilot: Pilot[Any], key: str = "ctrl+j") -> CodePanel:
    """Press the key that runs the code; wait until the run has ended and is on the screen."""
    before = panel(pilot).coding.work.last
    await pilot.press(key)
    at = panel(pilot)
    await until(pilot, lambda: at.coding.work.last is not before and not at.experiment.running)
    await pilot.pause(0.15)
    await pilot.pause()
    return at


def write(pilot: Pilot[Any], text: str) -> None:
    """Put a text into the editor."""
    editor(pilot).put(text)
