"""The warm process of the lab: it is replaced when it dies, and nothing of it stays behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from quizapp.demo.worker import LATER, PRELOAD
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from tests.tui.panel import LONG


@asynccontextmanager
async def idle_lab(folder: Path, *, preload: bool = True) -> AsyncIterator[Lab]:
    """A lab whose libraries are empty files: they load in no time."""
    for name in {module.split(".")[0] for module in (*PRELOAD, *LATER)}:
        (folder / f"{name}.py").write_text("")
    (folder / "torch.py").write_text("class cuda:\n    is_available = staticmethod(bool)\n")
    lab = Lab(Setup((folder,), threads=1, preload=preload, fork=True))
    lab.prepare()
    try:
        yield lab
    finally:
        lab.close()


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(LONG):
        while not happened():
            await asyncio.sleep(0.01)


def exists(pid: int) -> bool:
    """Whether there is such a process, also as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def children() -> set[int]:
    """The processes that this one has started and that still run."""
    listed = subprocess.run(["pgrep", "-P", str(os.getpid())], stdout=subprocess.PIPE, check=False)
    return {pid for pid in map(int, listed.stdout.split()) if exists(pid)}


async def kill(lab: Lab) -> int:
    """Kill the warm process once it waits for runs, and return its id."""
    await until(lambda: lab.ready)
    pid = lab.prepare().pid
    os.kill(pid, signal.SIGKILL)
    await until(lambda: not exists(pid))
    return pid


async def test_a_warm_process_that_was_killed_is_collected_and_replaced(tmp_path: Path) -> None:
    async with idle_lab(tmp_path) as lab:
        pid = await kill(lab)
        await until(lambda: lab.ready)
        assert lab.prepare().pid != pid


async def test_one_that_dies_again_is_collected_and_not_replaced(tmp_path: Path) -> None:
    before = children()  # multiprocessing's trackers, where a demo has run in this process
    async with idle_lab(tmp_path) as lab:
        for _ in range(2):
            await kill(lab)
        assert children() <= before


async def test_without_preloading_it_is_collected_and_not_replaced(tmp_path: Path) -> None:
    before = children()
    async with idle_lab(tmp_path, preload=False) as lab:
        await kill(lab)
        assert children() <= before
