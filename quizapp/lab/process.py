"""The warm demo process, seen from the host."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NICE = 5
"""Niceness of demos: the app answers its keys first."""

POLL_S = 0.02
"""Seconds between two looks at a process that is about to end."""

ROOM = 512 * 1024
"""Bytes of requests that wait for a process that still loads: one may hold a solution of 64 KiB,
whose characters JSON writes with up to twelve bytes for four."""

STDERR_TAIL = 8192
"""Bytes kept of what a process wrote to its stderr: a traceback with its warnings."""


@dataclass(frozen=True)
class Setup:
    """How demo processes are started."""

    path: tuple[Path, ...]
    """Folders put on the demos' import path: the built-in demos folder, for `tinyworld`."""
    threads: int
    preload: bool = True
    """Import what demos need before the first run; a one-shot command does without."""
    fork: bool = sys.platform == "linux"
    """Whether a process without CUDA may fork its runs."""
    env: Mapping[str, str] | None = None


class WarmProcess:
    """A process that has imported what demos need and waits for runs.

    `ready` resolves to the process's own report: whether it forks, what failed to import.
    """

    def __init__(
        self, setup: Setup, died: Callable[[WarmProcess], None] = lambda process: None
    ) -> None:
        """Start it; `died` is called when it ends while nobody waits for a run of it."""
        self._loop = asyncio.get_running_loop()
        self._died = died
        self.ready: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self.forks: bool | None = None
        self._started: deque[asyncio.Future[int]] = deque()
        self._exit: asyncio.Future[int] = self._loop.create_future()
        self._run_pid = 0
        self._buffer = b""
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        ours, theirs = socket.socketpair()
        self._control = ours
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        self._process = subprocess.Popen(
            python("-m", "quizapp.demo.worker"),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
            start_new_session=True,
            env=_environment(setup),
        )
        theirs.close()
        self._loop.add_reader(ours, self._read)
        self._send(
            {
                "t": "warm",
                "path": [str(folder) for folder in setup.path],
                "preload": setup.preload,
                "fork": setup.fork,
                "nice": NICE,
            }
        )

    @property
    def alive(self) -> bool:
        """Whether the process can take a run."""
        return self._process.poll() is None and self._control.fileno() >= 0

    @property
    def pid(self) -> int:
        """The process id of the warm process itself."""
        return self._process.pid

    @property
    def log(self) -> str:
        """The end of what the process wrote to its stderr before any run."""
        if self._stderr.closed:
            return ""
        file = self._stderr.fileno()  # pread: the process writes at an offset that it shares
        tail = os.pread(file, STDERR_TAIL, max(0, os.fstat(file).st_size - STDERR_TAIL))
        return tail.decode(errors="replace")

    def start(self, request: Mapping[str, Any], descriptors: Sequence[int]) -> asyncio.Future[int]:
        """Ask for a run over three descriptors; the future resolves to the run's process id."""
        started: asyncio.Future[int] = self._loop.create_future()
        self._started.append(started)
        self._send({"t": "run", **request}, descriptors)
        return started

    async def exit_code(self, pid: int, wait_s: float) -> int | None:
        """Return how the last run's process ended: its status, or minus the signal's number."""
        if pid == self._process.pid:
            return await self._own_exit(wait_s)
        done, _ = await asyncio.wait([self._exit], timeout=wait_s)
        return self._exit.result() if done and not self._exit.cancelled() else None

    async def _own_exit(self, wait_s: float) -> int | None:
        until = self._loop.time() + wait_s
        while (code := self._process.poll()) is None and self._loop.time() < until:
            await asyncio.sleep(POLL_S)
        return code

    def close(self) -> None:
        """Kill the process now, without waiting for anything but its reaping."""
        self.detach()
        if self._process.poll() is None:
            kill_group(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._stderr.close()

    def detach(self) -> None:
        """Stop listening; a process that became a run goes on."""
        if self._control.fileno() >= 0:
            self._loop.remove_reader(self._control)
            self._control.close()
        self.ready.cancel()
        for started in self._started:
            started.cancel()

    def reap(self) -> None:
        """Collect a process that became a run and was killed, so that it leaves no zombie."""
        if self.alive or self._loop.is_closed():
            return
        if self._process.poll() is None:
            self._loop.call_later(POLL_S, self.reap)
        else:
            self._stderr.close()

    def _send(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        line = json.dumps(message).encode() + b"\n"
        try:
            socket.send_fds(self._control, [line], list(descriptors))
        except OSError as error:
            raise ConnectionError("the demo process has ended") from error

    def _read(self) -> None:
        try:
            data = self._control.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._lost()
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, event: dict[str, Any]) -> None:
        match event["t"]:
            case "ready":
                self.forks = event["fork"]
                if not self.ready.done():
                    self.ready.set_result(event)
            case "started":
                self._run_pid, self._exit = event["pid"], self._loop.create_future()
                future = self._started.popleft()
                if not future.cancelled():
                    future.set_result(event["pid"])
                elif event["pid"] == self.pid:
                    self.detach()  # it became a run that nobody waits for, and ends on its own
            case "dropped":
                self._started.popleft().cancel()
            case "exited" if event["pid"] == self._run_pid and not self._exit.done():
                self._exit.set_result(event["code"])

    def _lost(self) -> None:
        """The process closed its end: it died, or it became a run."""
        self._loop.remove_reader(self._control)
        self._control.close()
        self._exit.cancel()
        gone = ConnectionError("the demo process has ended")
        waiting: list[asyncio.Future[Any]] = [self.ready, *self._started]
        for future in waiting:
            if not future.done():
                future.set_exception(gone)
                future.exception()  # retrieved: nobody may be waiting
        if not self._started and self._run_pid != self.pid:
            self._died(self)


def python(*arguments: str) -> list[str]:
    """Return the command that starts Python with these arguments.

    -P keeps the current folder off the import path: a torch.py there must not be imported.
    """
    return [sys.executable, "-P", "-X", "utf8", *arguments]


def kill_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _environment(setup: Setup) -> dict[str, str]:
    env = dict(os.environ if setup.env is None else setup.env)
    threads = str(setup.threads)
    env |= {
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        # A pool of BLAS threads at import would make the forking parent multi-threaded.
        "OPENBLAS_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        # bitsandbytes compiles some CPU operations at first use: 2-20 s for one run's milliseconds.
        "TORCHDYNAMO_DISABLE": "1",
        "PYTHONHASHSEED": "0",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        # The fragments of progress bars would bury a failed run's log.
        "TQDM_DISABLE": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    }
    return env
