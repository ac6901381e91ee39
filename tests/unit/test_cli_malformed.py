"""Whatever a demo emits wrongly ends its run with a sentence, in the plain terminal as in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.malformed import LINE, WRONG_LINES, write_demo

TOYS = Path(__file__).parents[1] / "tui" / "toys"


def run(folder: Path, call: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the demo with this call in it; a stand-in for torch is on its path."""
    write_demo(folder, call)
    command = [sys.executable, "-m", "quizapp", "--demos", str(folder), "demo", "run", "wrong"]
    return subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TOYS), *sys.path])},
    )


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ('run.point(0, train="abc")', "TypeError: train must be a number, not 'abc'"),
        ('run.histogram("h", [1, 2], [0, 1])', "ValueError: 2 counts need 3 edges, not 2"),
    ],
)
def test_a_wrong_call_is_an_error_at_its_own_line(tmp_path: Path, call: str, sentence: str) -> None:
    ran = run(tmp_path, call)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[0] == f"The run failed (wrong.py:{LINE}): {sentence}"


def test_a_wrong_line_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    call = next(iter(WRONG_LINES))
    ran = run(tmp_path, call)
    assert ran.returncode == 1
    assert (
        "The run failed: The demo process sent a line that is not an event: not JSON" in ran.stderr
    )
    assert "Traceback" not in ran.stderr
    ran = run(tmp_path, call, "--json")
    assert (ran.returncode, ran.stderr) == (1, "")
    *_, ending = map(json.loads, ran.stdout.splitlines())
    assert (ending["t"], ending["kind"]) == ("error", "protocol")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_that_a_terminal_would_obey_reaches_it(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    call = (
        r'run.note("\x1b[2J\x9b31m\ud800"); run.sample("\x1b]0;title\x07", "\x1bc");'
        r' run.point(0, **{"\x1b[31m": 1}); run.table("\x1b[1m", [{"\x1b": "\x1b[5m"}]);'
        r' run.measure("m", "\x1b[7m"); print("\x1b[2J"); raise ValueError("\x1b[8m")'
    )
    ran = run(tmp_path, call, *options)
    assert ran.returncode == 1
    for shown in (ran.stdout, ran.stderr):
        assert not set(shown) & {"\x1b", "\x9b", "\x07"}
    assert "[8m" in ran.stdout + ran.stderr  # what is left of it
