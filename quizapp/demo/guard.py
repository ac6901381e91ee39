"""Limits on a run of the learner's code: time, memory, no other processes; and what it prints.

This is isolation from accidents, such as an endless loop or a copied `os.fork()`. It is no sandbox:
the code is the learner's own, on their own machine, and code that wants out gets out.
"""

from __future__ import annotations

import faulthandler
import io
import os
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO

from quizapp.demo.solution import FILE, Refused

PRINTED = "Printed by your code"
"""Title of the sample that holds what the learner's code prints."""

FIRST, LAST = 3000, 1000
"""Characters kept of the beginning and of the end of what the learner's code prints."""

GROWTH = 4 * 2**30
"""Bytes that the learner's code may allocate beyond what the libraries hold: no exercise needs a
tenth, and a machine with 8 GB stays usable."""

DEAF_S = 1.0
"""C code that holds Python's lock, such as a regular expression that backtracks without end, keeps
the watching thread from running; so long after the limit the process ends without it."""


class Printed(io.TextIOBase):
    """Stands in for stdout: it keeps what the learner's code prints and passes on the rest."""

    def __init__(self, other: TextIO) -> None:
        self._other = other
        self._first = ""
        self._last: list[str] = []
        self._count = 0

    @property
    def text(self) -> str:
        """What was printed: all of it, or its beginning and its end."""
        last = self._tail()
        left_out = self._count - len(self._first) - len(last)
        gap = f"\n... {left_out:,} characters are left out ...\n" if left_out else ""
        return f"{self._first}{gap}{last}"

    def write(self, text: str) -> int:
        """Keep the text if a function of the learner's code is at work, else pass it on."""
        if not at_work():
            return self._other.write(text)
        self._count += len(text)
        room = FIRST - len(self._first)
        if room:
            self._first += text[:room]
        self._last.append(text[room:])
        if len(self._last) > LAST:  # now and then: a million lines are printed in a second or two
            self._last = [self._tail()]
        return len(text)

    def _tail(self) -> str:
        return "".join(self._last)[-LAST:]

    def flush(self) -> None:
        """Flush what is behind it."""
        self._other.flush()

    def fileno(self) -> int:
        """Return the descriptor behind it."""
        return self._other.fileno()

    def close(self) -> None:
        """Stay open: the learner's code cannot close it for others."""


def limit(seconds: float, late: Callable[[int], object], *, memory: bool) -> None:
    """Put limits on the rest of this process's life.

    Args:
        seconds: how long the code may run.
        late: called in another thread when the time is over, with the line of the learner's code
            that runs at that moment, 0 for none; it ends the process.
        memory: whether to limit memory as well. CUDA reserves more address space than any limit.
    """
    sys.addaudithook(_audit)
    os._exit = _exit_unless_at_work
    if memory and sys.platform == "linux":
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = int(pages) * resource.getpagesize() + GROWTH
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    learner = threading.get_ident()

    def watch() -> None:
        # An exception raised in the code could be caught there: `except BaseException` in a loop.
        threading.Event().wait(seconds)
        late(running_line(sys._current_frames().get(learner)))

    threading.Thread(target=watch, daemon=True).start()
    faulthandler.dump_traceback_later(seconds + DEAF_S, exit=True, file=os.dup(2))


def at_work() -> bool:
    """Whether a function of the learner's code is among the callers."""
    return running_line(sys._getframe(1)) > 0


def running_line(frame: FrameType | None) -> int:
    """Return the line of the learner's code that a frame is in or was called from; 0 for none."""
    while frame is not None:
        if frame.f_code.co_filename == FILE:
            return frame.f_lineno
        frame = frame.f_back
    return 0


_FORBIDDEN = {
    "os.fork": "fork",
    "os.forkpty": "fork",
    "os.exec": "start a program",
    "os.posix_spawn": "start a program",
    "os.system": "start a program",
    "subprocess.Popen": "start a program",
    "os.kill": "send a signal",
    "os.killpg": "send a signal",
}
"""By the audit event of Python (docs, "Audit events table"), what an answer has no reason to do."""


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN and at_work():
        raise Refused(f"an answer may not {_FORBIDDEN[event]}: remove the call")


_exit = os._exit


def _exit_unless_at_work(status: int) -> NoReturn:
    """End the process, but not for the learner's code; no audit event covers this."""
    if at_work():
        raise Refused("an answer may not end its process: return a value instead")
    _exit(status)
