"""A terminal for tests: a program in a pseudo-terminal, its screen as text, keys to press."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "space": " ",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "shift+tab": "\x1b[Z",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "ctrl+e": "\x05",
    "ctrl+j": "\n",
    "ctrl+q": "\x11",
}
"""What a terminal sends for keys that are not a character."""

PATIENCE = 120.0
"""Seconds of waiting that mean it will not happen, on a machine four times slower too."""

LOOK_S = 0.2
"""Seconds between two looks: files and processes change without a word on the screen."""

Wanted = str | Callable[[str], bool]
"""A text, or a condition on the whole screen."""


def without(*texts: str) -> Callable[[str], bool]:
    """Return the condition that none of these is on the screen."""

    def holds(screen: str) -> bool:
        return not any(text in screen for text in texts)

    holds.__qualname__ = f"without{texts}"
    return holds


def sentence(text: str) -> Callable[[str], bool]:
    """Return the condition that this is on the screen, wherever its lines are broken."""

    def holds(screen: str) -> bool:
        return text in " ".join(screen.replace("│", " ").split())

    holds.__qualname__ = f"sentence({text!r})"
    return holds


class Terminal:
    """One program on a screen of its own; leaving the context kills what is left of it."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.exit_code: int | None = None
        self.written_at = 0.0
        """When the program last wrote, in seconds of `time.perf_counter`."""
        self._open = True
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            # What the program would believe instead of asking the terminal for its size.
            env = {name: text for name, text in env.items() if name not in ("COLUMNS", "LINES")}
            os.execvpe(command[0], list(command), {**env, "TERM": "xterm-256color"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.exit_code is None:
            self.kill()
        if self._open:
            os.close(self._fd)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Send keys: names of KEYS or characters."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def wait_for(self, *wanted: Wanted) -> str:
        """Read until the screen holds all of this at once; return the screen."""
        deadline = time.monotonic() + PATIENCE
        while missing := [want for want in wanted if not _holds(self.text, want)]:
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(min(left, LOOK_S)):
                raise AssertionError(f"{missing} did not come to the screen:\n{self.text}")
        return self.text

    def rest(self, seconds: float) -> None:
        """Press nothing for so long; what the program writes is taken in, or it would block."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def wait_for_exit(self) -> int:
        """Read until the program ends and return its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline - time.monotonic()):
            if time.monotonic() >= deadline:
                raise AssertionError(f"the program did not end:\n{self.text}")
        return self._reap()

    def kill(self) -> None:
        """Kill the program, and only it, as `kill -9` does."""
        os.kill(self.pid, signal.SIGKILL)
        self._reap()

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        os.close(self._fd)
        self._open = False

    def _reap(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def _read(self, timeout_s: float) -> bool:
        """Take in what the program writes; False when it has closed its terminal."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, timeout_s))
        if not ready:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # Linux says EIO when the other end is gone
            return False
        self.written_at = time.perf_counter()  # before pyte reads it, which takes as long again
        self._stream.feed(data)
        return bool(data)


def _holds(screen: str, wanted: Wanted) -> bool:
    return wanted in screen if isinstance(wanted, str) else wanted(screen)
