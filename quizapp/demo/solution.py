"""The learner's code as a demo calls it: compiled, run, its failures traced to its lines."""

from __future__ import annotations

import inspect
import linecache
import traceback
from collections.abc import Callable
from typing import Any

FILE = "solution.py"
"""What tracebacks call the learner's code."""

LONGEST = 300
"""Characters kept of the message of an exception: torch's may hold a stack of C++ frames."""


class SolutionError(Exception):
    """The learner's code cannot be used at all; its text says why and what to do."""

    def __init__(self, message: str, line: int = 0) -> None:
        """`line` is the line of the learner's code at fault, 0 for none."""
        super().__init__(message)
        self.line = line


class Refused(RuntimeError):
    """The learner's code did something that would reach beyond its own process."""


class Solution:
    """The learner's function: call it as the starter declares it.

    Whatever it raises goes through unchanged; `Run.judge` turns it into a claim that fails.
    """

    def __init__(self, text: str, entry: str, function: Callable[..., Any]) -> None:
        self.text = text
        """The learner's code; empty for the reference."""
        self.entry = entry
        self._function = function
        try:
            self._signature: inspect.Signature | None = inspect.signature(function)
        except ValueError:  # a builtin: `lora_forward = max`
            self._signature = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function.

        Raises:
            SolutionError: it does not take these arguments.
        """
        try:
            if self._signature:
                self._signature.bind(*args, **kwargs)
        except TypeError as error:
            code = getattr(self._function, "__code__", None)
            line = code.co_firstlineno if code and code.co_filename == FILE else 0
            message = f"{self.entry} does not take the arguments of the starter: {error}"
            raise SolutionError(message, line) from None
        return self._function(*args, **kwargs)


def load(text: str, entry: str) -> Solution:
    """Compile and run the learner's code, and return the function that it defines.

    Raises:
        SolutionError: it is not Python, does not run, or defines no such function.
    """
    namespace: dict[str, Any] = {"__name__": "solution", "__file__": FILE}
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    try:
        code = compile(text, FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        message = f"Your code is not Python{where}: {error.msg}."
        raise SolutionError(message, error.lineno or 0) from error
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise SolutionError(f"Your code cannot be read as Python: {sentence(error)}.") from error
    try:
        exec(code, namespace)
    except BaseException as error:
        what, line = in_words(error)
        raise SolutionError(f"Your code does not run: {what}.", line) from error
    function = namespace.get(entry)
    if not callable(function):
        raise SolutionError(f"Your code defines no function {entry}: keep the name of the starter.")
    return Solution(text, entry, function)


def in_words(error: BaseException) -> tuple[str, int]:
    """Return what the learner reads of an exception that ended their code, and the line of it."""
    line = line_of(error)
    where = f"line {line} of your code" if line else "what you returned cannot be used"
    if not line and _was_raised_in_call(error):
        where = "your code"  # of a file that is not called `FILE`, or a builtin
    if isinstance(error, SolutionError):
        line = error.line
        return f"line {line}: {error}" if line else str(error), line
    if isinstance(error, SystemExit):
        return f"{where} ends the program: return a value instead of exit()", line
    if isinstance(error, MemoryError) or "can't allocate memory" in sentence(error):
        return f"{where} asks for more memory than an exercise may use: is a shape wrong?", line
    if isinstance(error, RecursionError):
        return f"{where} calls itself without end: when does it stop?", line
    if isinstance(error, Refused):
        return f"{where}: {error}", line
    return f"{where}: {sentence(error)}", line


def _was_raised_in_call(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code is not Solution.__call__.__code__:
        trace = trace.tb_next
    return trace is not None


def line_of(error: BaseException) -> int:
    """Return the deepest line of the learner's code in a traceback; 0 if there is none."""
    found, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def own_traceback(error: BaseException) -> str:
    """Return the traceback cut to the learner's own lines."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE]
    return "".join([*traceback.format_list(frames), *traceback.format_exception_only(error)])


def sentence(error: BaseException) -> str:
    """Return an exception in one line, without a full stop."""
    try:
        words = " ".join(str(error).split()).rstrip(".")
    except Exception:  # the code may raise a class of its own
        words = ""
    words = words if len(words) <= LONGEST else f"{words[:LONGEST]}..."
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
