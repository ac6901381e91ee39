"""The app in a terminal, over cards whose demos are a real fine-tune or toys."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.tui.panel import TOYS

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
    run.measure(none=0)
    run.claim("never", True)
'''

TOY_DECK = """deck: toys
title: Toys and such
cards:
- id: toy-falls
  kind: open
  question: How far does it fall?
  difficulty: mid
  answer: Below a tenth.
  key_points: [{point: a point, must: true}]
  demo:
    run: toy_curve
    with: {rate: 0.2}
    expect: [{measure: way, equals: down}, {measure: last, below: 0.1}]
- id: toy-waits
  kind: open
  question: When does it end?
  difficulty: mid
  answer: When it is stopped.
  key_points: [{point: a point, must: true}]
  demo: {run: toy_curve, with: {mode: wait}}
- id: toy-figure
  kind: choice
  question: What is wrong with this curve?
  difficulty: mid
  options: [The rate, Nothing]
  correct: 0
  answer: It is halved at each step.
  figure: {run: toy_curve, with: {rate: 0.5}, show: [train]}
- id: toy-slow
  kind: choice
  question: What will this curve come to?
  difficulty: mid
  options: [A tenth, Nobody knows]
  correct: 1
  answer: It is still on its way.
  figure: {run: toy_curve, with: {mode: wait}, show: [train]}
"""

Start = Callable[..., Terminal]


@pytest.fixture
def start(home: Path, tmp_path: Path) -> Start:
    """Start the app on the trial deck in a terminal of its own; further arguments follow."""
    demos = ("lora_finetune", "lora_finetune", "waiting")
    cards = "".join(CARD.format(number=n, demo=demo) for n, demo in enumerate(demos, 1))
    (tmp_path / "trial.yaml").write_text(DECK.format(cards=cards), encoding="utf-8")
    (tmp_path / "waiting.py").write_text(WAITING, encoding="utf-8")
    return starter(home, tmp_path)


@pytest.fixture
def toys(home: Path, tmp_path: Path) -> Start:
    """Start the app on toys: what takes a while in real demos is not loaded ahead."""
    for name in ("toy_curve", "toy_number"):
        shutil.copy(TOYS / f"{name}.py", tmp_path)
    (tmp_path / "toys.yaml").write_text(TOY_DECK, encoding="utf-8")
    (home / "settings.toml").write_text("[lab]\npreload = false\n", encoding="utf-8")
    return starter(home, tmp_path)


def starter(home: Path, folder: Path) -> Start:
    """Return what starts the app with the decks and demos of a folder."""

    def begin(
        *arguments: str, columns: int = 80, rows: int = 24, under: Sequence[str] = (), **more: str
    ) -> Terminal:
        folders = ["--content", str(folder), "--demos", str(folder)]
        command = [*under, sys.executable, "-m", "quizapp", *folders, *arguments]
        env = {**os.environ, "QUIZAPP_HOME": str(home), **more}
        return Terminal(command, env, columns=columns, rows=rows)

    return begin
