"""A code card over a toy exercise: what the tests of answering in code share."""

from __future__ import annotations

from pathlib import Path

from tests.unit.app.running import TOYS

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
