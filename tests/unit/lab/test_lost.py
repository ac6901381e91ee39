"""How a process ended without a result is read from its status and its log."""

from __future__ import annotations

import pytest

from quizapp.lab.lost import lost_run, lost_solution

LOOP = 'Timeout (0:00:11)!\nThread 0x1 (most recent call first):\n  File "solution.py", line 7\n'


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (None, "The demo process ended without a result."),
        (3, "The demo process ended without a result."),
        (-9, "The demo process was killed by SIGKILL. Perhaps memory ran out."),
        (-40, "The demo process was killed by signal 40."),  # one that has no name
    ],
)
def test_how_a_demo_was_lost(code: int | None, message: str) -> None:
    assert lost_run(code).message == message


@pytest.mark.parametrize(
    ("code", "log", "message", "line"),
    [
        (1, LOOP, "Stopped after 10 s, the limit, in line 7 of your code: does that call end?", 7),
        (-40, "", "Your code ended its process (signal 40).", 0),
        (0, "", "Your code ended its process: return a value instead.", 0),
    ],
)
def test_how_a_solution_was_lost(code: int, log: str, message: str, line: int) -> None:
    found = lost_solution(code, log, 10.0)
    assert (found.message, found.line) == (message, line)
