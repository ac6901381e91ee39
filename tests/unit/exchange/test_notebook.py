"""A demo leaves as a notebook that Jupyter accepts and that computes what the demo computes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from quizapp.demo.spec import read_spec
from quizapp.exchange.notebook import notebook, without_docstring

DEMO = '''"""Halving.

Each step halves x.
"""

from quizapp.demo import Int, Run, demo


@demo(topic="own", claims={"small": "x ends small"}, measures={"last": "x at the end"})
def main(run: Run, steps: int = Int(3, 1, 9)) -> None:
    x = 1.0
    for step in run.steps(steps):
        x /= 2
        run.point(step, x=x)
    run.measure("last", x)
    run.claim("small", x < 0.2, f"{x}")
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "halving.py"
    path.write_text(DEMO, encoding="utf-8")
    return path


def test_a_notebook_is_valid_and_starts_with_the_page(file: Path) -> None:
    book = nbformat.reads(notebook(read_spec(file), {"steps": 3}), as_version=4)
    nbformat.validate(book)
    assert book.cells[0].source.startswith("# Halving\n\nEach step halves x.")


def test_its_code_runs_with_the_chosen_settings_and_prints_measures_and_claims(file: Path) -> None:
    book = nbformat.reads(notebook(read_spec(file), {"steps": 4}), as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    program = "\n".join(cell for cell in code if "matplotlib" not in cell)
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "x at the end: 0.0625\nx ends small: holds (0.0625)\n"


def test_the_docstring_is_not_shown_twice() -> None:
    assert without_docstring(DEMO).startswith("from quizapp.demo import")
