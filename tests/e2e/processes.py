"""Which processes belong to one start of the app, and waiting for them to end (Linux)."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.terminal import PATIENCE

looks_into_proc = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lists the processes and their environment in /proc"
)

WORKER = b"quizapp.demo.worker"


def of_home(home: Path) -> dict[int, bytes]:
    """Return pid and command line of every live process started with this QUIZAPP_HOME."""
    mark = f"QUIZAPP_HOME={home}".encode()
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes()
    return {pid: command for pid, command in found.items() if command}  # a zombie has none


def workers(home: Path) -> dict[int, int]:
    """Return pid and parent of every demo process."""
    return {pid: _parent(pid) for pid, command in of_home(home).items() if WORKER in command}


def running_demo(home: Path) -> int:
    """Return the process of the run: the fork of the process that has loaded the libraries."""
    found = workers(home)
    (run,) = (pid for pid, parent in found.items() if parent in found)
    return run


def wait_until_ended(pid: int) -> None:
    """Wait until a process has ended; fail if it lives on."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = select.select([watched], [], [], PATIENCE)[0]
    os.close(watched)
    assert ended, f"still alive: {pid}"


def wait_until_gone(home: Path) -> None:
    """Wait until no process of this home is left; fail with those that are."""
    deadline = time.monotonic() + PATIENCE
    while left := of_home(home):
        watched = []
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                watched.append(os.pidfd_open(pid))
        ended = select.select(watched, [], [], max(0.0, deadline - time.monotonic()))[0]
        for descriptor in watched:
            os.close(descriptor)
        if watched and not ended:
            raise AssertionError(f"still alive: {left}")


def _parent(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return int(stat.rpartition(")")[2].split()[1])
