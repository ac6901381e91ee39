"""One run from start to end, for callers that are not asynchronous themselves."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

from quizapp.demo.wire import Event
from quizapp.lab.lab import Lab, RunRequest
from quizapp.lab.process import Setup
from quizapp.paths import built_in


def setup_here(*, preload: bool = True) -> Setup:
    """Return how demo processes start on this machine: as many threads as it has cores."""
    if hasattr(os, "sched_getaffinity"):
        threads = len(os.sched_getaffinity(0))
    else:
        threads = os.cpu_count() or 1
    return Setup(path=(built_in("demos"),), threads=threads, preload=preload)


def run_once(request: RunRequest, see: Callable[[Event], None]) -> str:
    """Run a demo, hand each event to `see`, and return what follows the run in its log.

    SIGINT and SIGTERM cancel the run, so that its last event is `cancelled`.
    """
    return asyncio.run(_run(request, see))


async def _run(request: RunRequest, see: Callable[[Event], None]) -> str:
    lab = Lab(setup_here(preload=False))
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
