"""The gate draws the same examples each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DRAW = """
import importlib
import sys

from hypothesis import given
from hypothesis import strategies as st

import tests.conftest

for name in sys.argv[1:]:
    importlib.import_module(name)

@given(st.integers(), st.floats(), st.text())
def draw(number, real, text):
    print(number, real, ascii(text))

draw()
"""


def examples(*modules: str) -> str:
    """Return what the gate gives a property in a process that has loaded modules."""
    return subprocess.run(
        [sys.executable, "-c", DRAW, *modules],
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_examples_in_the_gate_do_not_depend_on_what_else_is_loaded() -> None:
    alone = examples()
    assert len(alone.splitlines()) == 100
    assert examples("quizapp.app.statistics", "quizapp.plot.draw", "quizapp.demo.worker") == alone
