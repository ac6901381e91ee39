"""The learner's code as a demo calls it: compiled, run, its failures traced to its lines."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

FILE = "solution.py"
"""What tracebacks call the learner's code."""

MOST_PRINTED = 4000
"""Characters kept of what the learner's code prints."""


class SolutionError(Exception):
    """The learner's code cannot be used at all; its text says why and what to do."""

    def __init__(self, message: str, line: int = 0) -> None:
        """`line` is the line of the learner's code at fault, 0 for none."""
        super().__init__(message)
        self.line = line


class Solution:
    """The learner's function: call it as the starter declares it.

    Whatever it raises goes through unchanged; `Run.judge` turns it into a claim that fails.
    """

    def __init__(self, text: str, entry: str, function: Callable[..., Any]) -> None:
        self.text = text
        """The learner's code; empty for the reference."""
        self.entry = entry
        self._function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        with _guarded():
            return self._function(*args, **kwargs)


def load(text: str, entry: str) -> Solution:
    """Compile and run the learner's code, and return the function that it defines.

    Raises:
        SolutionError: it is not Python, does not run, or defines no such function.
    """
    namespace: dict[str, Any] = {"__name__": "solution", "__file__": FILE}
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    code = _compiled(text)
    try:
        with _guarded():
            exec(code, namespace)
    except Exception as error:
        message = f"Your code does not run: {sentence(error)}."
        raise SolutionError(message, line_of(error)) from error
    except SystemExit as error:
        raise SolutionError("Your code ends the program: remove exit().", line_of(error)) from error
    function = namespace.get(entry)
    if not callable(function):
        raise SolutionError(f"Your code defines no function {entry}: keep the name of the starter.")
    return Solution(text, entry, function)


def _compiled(text: str) -> CodeType:
    try:
        tree = ast.parse(text, FILE)
        return compile(tree, FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        message = f"Your code is not Python{where}: {error.msg}."
        raise SolutionError(message, error.lineno or 0) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SolutionError(f"Your code is not Python: {error}.") from error


def line_of(error: BaseException) -> int:
    """Return the deepest line of the learner's code in a traceback; 0 if there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 0 for f in reversed(frames) if f.filename == FILE), 0)


def own_traceback(error: BaseException) -> str:
    """Return the traceback cut to the learner's own lines."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE]
    return "".join([*traceback.format_list(frames), *traceback.format_exception_only(error)])


def sentence(error: BaseException) -> str:
    """Return an exception in one line, without a full stop."""
    words = " ".join(str(error).split()).rstrip(".")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


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

_depth = 0
"""How many calls of the learner's code are under way."""


class Refused(RuntimeError):
    """The learner's code did something that would reach beyond its own process."""


def watch_accidents() -> None:
    """Refuse, from now on, what would escape the limits of the run while learner's code runs.

    It stops accidents, such as a copied `os.fork()`. It is no sandbox: code that wants out gets
    out.
    """
    sys.addaudithook(_audit)
    os.register_at_fork(after_in_child=_end_fork)


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _depth and event in _FORBIDDEN:
        raise Refused(f"an answer may not {_FORBIDDEN[event]}")


def _end_fork() -> None:
    """End a copy of this process at once: it would send its events into the same pipe."""
    if _depth:
        os._exit(1)


@contextmanager
def _guarded() -> Iterator[None]:
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
