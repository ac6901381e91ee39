"""A deck of three cards whose demos are one real fine-tune and one that waits to be stopped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

DECK = """deck: trial
title: Trial
cards:
{cards}"""
CARD = """- id: trial-{number}
  kind: open
  question: What is the question number {number}?
  difficulty: mid
  answer: The answer number {number}.
  key_points: [{{point: a point, must: true}}]
  demo: {{run: {demo}}}
"""
WAITING = '''"""Waiting.

Ends only when it is stopped.
"""

import threading

from quizapp.demo import Run, demo


@demo(topic="trial", claims={"never": "It ends"}, measures={"none": "Nothing"}, budget_s=500)
def main(run: Run) -> None:
    run.point(0, waiting=1.0)
    run.note("Still waiting")
    while not threading.Event().wait(0.05):
        run.check()
'''

Start = Callable[..., Terminal]


@pytest.fixture
def start(home: Path, tmp_path: Path) -> Start:
    """Start the app on the trial deck in a terminal of its own; further arguments follow."""
    demos = ("lora_finetune", "lora_finetune", "waiting")
    cards = "".join(CARD.format(number=n, demo=demo) for n, demo in enumerate(demos, 1))
    (tmp_path / "trial.yaml").write_text(DECK.format(cards=cards), encoding="utf-8")
    (tmp_path / "waiting.py").write_text(WAITING, encoding="utf-8")
    folders = ["--content", str(tmp_path), "--demos", str(tmp_path)]

    def begin(*arguments: str, columns: int = 80, rows: int = 24) -> Terminal:
        command = [sys.executable, "-m", "quizapp", *folders, *arguments]
        return Terminal(command, {**os.environ, "QUIZAPP_HOME": str(home)}, columns=columns,
                        rows=rows)  # fmt: skip

    return begin
