"""Why a run's process ended without a result, from its exit status and the end of its log."""

from __future__ import annotations

import re
import signal

from quizapp.demo.events import Error
from quizapp.demo.solution import FILE

_TIMEOUT = re.compile(r"^Timeout \(\d", re.MULTILINE)
"""Begins what `faulthandler` writes when it ends a process at its limit."""

_FRAME = re.compile(rf'File "{re.escape(FILE)}", line (\d+)')
"""A function of the learner's code in what `faulthandler` writes, the innermost first."""


def lost_run(code: int | None) -> Error:
    """Return how a process ended, by its status: minus a signal's number, None if unknown."""
    if name := _killed_by(code):
        why = " Perhaps memory ran out." if name == "SIGKILL" else ""
        return Error("crashed", f"The demo process was killed by {name}.{why}")
    return Error("crashed", "The demo process ended without a result.")


def lost_solution(code: int | None, log: str, limit_s: float) -> Error:
    """Return how a process ended that ran the learner's code; `limit_s` is how long it may run."""
    found = _FRAME.search(log)
    line = int(found[1]) if found else 0
    where = f" in line {line} of your code" if line else ""
    if _TIMEOUT.search(log):
        loop = f"Stopped after {limit_s:.0f} s, the limit,{where or ' in your code'}"
        return Error("budget", f"{loop}: does that call end?", line=line)
    if name := _killed_by(code):
        why = {
            "SIGKILL": ": perhaps memory ran out. Is a shape wrong?",
            "SIGSEGV": ": does a function call itself without end?",
        }.get(name, ".")
        return Error("solution", f"Your code ended its process ({name}){where}{why}", line=line)
    ended = f"Your code ended its process{where}: return a value instead."
    return Error("solution", ended, line=line)


def _killed_by(code: int | None) -> str:
    """Return the signal that ended a process; nothing if none did."""
    if code is None or code >= 0:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:  # those for real time have no names
        return f"signal {-code}"
