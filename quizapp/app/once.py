"""One run from start to end, for callers that are not asynchronous."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

from quizapp.demo.events import Event
from quizapp.demo.request import RunRequest
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from quizapp.paths import built_in


def setup_here(*, preload: bool = True, threads: int = 0) -> Setup:
    """Return how demo processes start on this machine; 0 threads: one per physical core.

    Two logical cores usually share one physical core. A second torch thread there gains nothing,
    and while anything else runs it makes a training step of the bundled model up to 40 times
    longer: each thread spins until the other is scheduled.
    """
    threads = threads or max(1, usable_cores() // 2)
    return Setup(path=(built_in("demos"),), threads=threads, preload=preload)


def usable_cores() -> int:
    """Return how many logical cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_once(request: RunRequest, see: Callable[[Event], None], threads: int = 0) -> str:
    """Run a demo, hand each event to `see`, and return the end of its log.

    SIGINT and SIGTERM cancel the run, so that its last event is `cancelled`.
    """
    return asyncio.run(_run(request, see, threads))


async def _run(request: RunRequest, see: Callable[[Event], None], threads: int) -> str:
    lab = Lab(setup_here(preload=False, threads=threads))
    loop = asyncio.get_running_loop()
    try:
        run = lab.start(request)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, run.cancel)
        async for event in run.events():
            see(event)
        return run.log
    finally:
        lab.close()
