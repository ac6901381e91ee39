"""The demo process: it warms up once, then runs demos, each in a fork of it.

Started as `python -m quizapp.demo.worker` with a Unix socket as standard input. The host sends
`{"t": "warm", ...}` first, then one `{"t": "run", ...}` per run, each with three file
descriptors: the read end of the run's input, the write ends of its events and of its stderr.

Two ways to run, chosen by what the machine has:
- fork (Linux without CUDA): this process only imports and waits, and each run is a fork of it.
- spare (CUDA, macOS): a process that has initialised CUDA must not be forked, so this process
  turns into the run itself, and the host prepares the next spare.

This process stays single-threaded and runs no torch operation: a fork copies one thread only, and
a lock held by another thread at that moment would stay locked for ever.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import sys
import time
from typing import Any

from quizapp.demo.child import HOST_GONE, run_demo

PRELOAD = (
    "torch",
    "torch._dynamo",
    "transformers.models.llama.modeling_llama",
    "transformers.models.auto.modeling_auto",
    "transformers.models.auto.tokenization_auto",
    "transformers.tokenization_utils_fast",
    "transformers.generation.utils",
    "peft",
    "peft.utils.transformers_weight_conversion",
    "bitsandbytes",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.tree",
    "tinyworld",
)
"""What demos import; loading it takes seconds, so it happens before the user presses the key."""

LATER = ("sacrebleu", "scipy.stats", "datasketch", "rouge_score.rouge_scorer")
"""What a few demos import, and takes seconds as well: loaded while nothing else is asked for."""

TALKATIVE = ("bitsandbytes.backends.cpu.ops",)
"""Loggers that advise a package which nothing here needs, on CPUs with bf16 instructions alone."""

QUIET_S = 1.0
"""Seconds without a request after which the next of these is loaded: runs come in rows."""


def main() -> None:
    """Serve until the host closes the socket."""
    _die_with_parent()
    control = socket.socket(fileno=os.dup(0))
    devnull = os.open(os.devnull, os.O_RDWR)
    os.dup2(devnull, 0)
    os.dup2(2, 1)
    host = _Host(control)
    warm = host.receive()
    if warm is None:
        return
    request, _ = warm
    os.nice(request.get("nice", 0))
    sys.path[:0] = request["path"]
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    started = time.monotonic()
    failed = _preload() if request["preload"] else {}
    _forget_garbage()
    forks = request["fork"] and not _cuda()
    host.send(
        {
            "t": "ready",
            "ms": round(1000 * (time.monotonic() - started)),
            "fork": forks,
            "failed": failed,
        }
    )
    if not forks and request["preload"]:
        _make_context()
    _serve(host, forks, list(LATER) if request["preload"] else [])


def _serve(host: _Host, forks: bool, later: list[str]) -> None:
    while True:
        while later and host.is_quiet(QUIET_S):
            _import(later.pop(0))
            _forget_garbage()
        if (received := host.receive()) is None:
            return
        request, descriptors = received
        if _abandoned(descriptors[0]):
            _close(descriptors)
            host.send({"t": "dropped"})
            continue
        if forks:
            parent = os.getpid()
            pid = os.fork()
            if pid:
                _close(descriptors)
                # Here as well as in the fork: the host may signal the group as soon as it knows it.
                with contextlib.suppress(OSError):
                    os.setpgid(pid, pid)
                host.children.add(pid)
                host.send({"t": "started", "pid": pid})
                continue
            _die_with_parent()
            if os.getppid() != parent:
                os._exit(HOST_GONE)
        else:
            host.send({"t": "started", "pid": os.getpid()})
        host.leave()
        _become(request, descriptors)


def _become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Turn this process into the run: own group, own pipes, then the demo."""
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    source, events, errors = descriptors
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    _close([errors])
    for descriptor in (source, events):
        os.set_inheritable(descriptor, False)
    run_demo(request, source, events)


def _abandoned(source: int) -> bool:
    """Whether the host has closed its end of a run's input: cancelled before it began."""
    poll = select.poll()
    poll.register(source, 0)
    return bool(poll.poll(0))


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


class _Host:
    """The socket to the host, and the children that are not reaped yet."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: set[int] = set()
        self._buffer = b""
        self._descriptors: list[int] = []
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake_read, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def send(self, event: dict[str, Any]) -> None:
        self.control.sendall(json.dumps(event).encode() + b"\n")

    def receive(self) -> tuple[dict[str, Any], list[int]] | None:
        """Return the next request with its descriptors; None when the host is gone."""
        while b"\n" not in self._buffer:
            control = self.control.fileno()
            ready, _, _ = select.select([control, self._wake_read], [], [])
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
                self._reap()
            if control in ready:
                data, descriptors, _, _ = socket.recv_fds(self.control, 65536, 3)
                if not data:
                    return None
                self._buffer += data
                self._descriptors += descriptors
        line, _, self._buffer = self._buffer.partition(b"\n")
        request = json.loads(line)
        # One read may hold several requests; only runs come with descriptors.
        count = 3 if request["t"] == "run" else 0
        descriptors, self._descriptors = self._descriptors[:count], self._descriptors[count:]
        return request, descriptors

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing comes for so long, neither a request nor the end of a child."""
        descriptors = [self.control.fileno(), self._wake_read]
        return not self._buffer and not select.select(descriptors, [], [], seconds)[0]

    def leave(self) -> None:
        """Forget the host: what follows belongs to one run."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.control.close()

    def _reap(self) -> None:
        for pid in list(self.children):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self.children.discard(pid)
                self.send({"t": "exited", "pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _preload() -> dict[str, str]:
    """Import what demos need; a package that is missing fails its own demos, not all of them."""
    tried = {name: _import(name) for name in PRELOAD}
    return {name: failed for name, failed in tried.items() if failed}


def _import(name: str) -> str:
    """Import a module; return why it failed, if it did."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _forget_garbage() -> None:
    """Take what is there out of the collector's sight.

    A collection walks every object of the imported libraries, 0.3 s in the middle of a run, and
    writes to pages that forks share.
    """
    gc.collect()
    gc.freeze()


def _cuda() -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_available())


def _make_context() -> None:
    """Create the CUDA context now: it takes seconds, and this process will be the next run.

    Where that fails, because other programs fill the GPU, say, the process lives on: a run on the
    CPU does without, and one on the GPU fails again and says why.
    """
    if _cuda():
        with contextlib.suppress(Exception):
            sys.modules["torch"].zeros(1, device="cuda")


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies: the last net under a kill -9."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


if __name__ == "__main__":
    main()
