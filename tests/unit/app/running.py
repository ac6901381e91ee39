"""A demo set up without a screen: the toys, a real lab, a home of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from quizapp.app.experiment import Experiment
from quizapp.app.hub import HubModel
from quizapp.app.run_phases import Done, Ended
from quizapp.app.runs import RunStore
from quizapp.cards.model import Card
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from quizapp.paths import Paths
from quizapp.store import Store
from tests.unit.cards import decks

TOYS = Path(__file__).parents[2] / "tui" / "toys"


@dataclass
class Bench:
    """What experiments are made of."""

    lab: Lab
    runs: RunStore
    paths: Paths

    def experiment(self, toy: str | DemoSpec = "toy_curve", **options: Any) -> Experiment:
        """Return a demo at its defaults."""
        spec = read_spec(TOYS / f"{toy}.py") if isinstance(toy, str) else toy
        return Experiment(spec, self.lab, self.runs, **options)


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """Yield a lab and a store for runs."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        paths = Paths(home, home, home, (), (TOYS,))
        # The toys' folder comes first on the import path: there lies their stand-in for torch.
        lab = Lab(Setup((TOYS,), threads=1, preload=False, fork=True))
        with Store(paths.database, lambda: datetime.now(UTC)) as store:
            try:
                yield Bench(lab, RunStore(store, paths), paths)
            finally:
                lab.close()


async def run(
    experiment: Experiment, started: Callable[[], object] = lambda: None, **settings: Any
) -> Ended:
    """Run at these settings to the end."""
    experiment.change({**experiment.settings, **settings}, experiment.device)
    ended = await experiment.run(agreed, started)
    assert ended is not None
    return ended


async def agreed(model: object) -> bool:
    """Take every model."""
    return True


def block(at: Bench, done: Done, suffix: str) -> Path:
    """Put a pipe where a file will be written: writing waits until somebody reads it."""
    name = f"{done.record.demo}-{done.record.at.astimezone():%Y%m%d-%H%M%S}-1{suffix}"
    at.paths.figures.mkdir()
    os.mkfifo(at.paths.figures / name)
    return at.paths.figures / name


def slow_hub(given_up: list[str]) -> Callable[[str], Awaitable[HubModel]]:
    """Return a Hub that never answers; the names that it is asked for in vain go into a list."""

    async def ask(name: str) -> HubModel:
        try:
            answer: asyncio.Future[HubModel] = asyncio.get_running_loop().create_future()
            return await answer
        finally:
            given_up.append(name)

    return ask


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    if not Path("/proc/self/stat").exists():
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # reaped meanwhile
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def make_card(**fields: Any) -> Card:
    """Return a card to run a toy for."""
    return decks.make_card(id="toy-card", deck="toys", answer="It falls.", **fields)


async def started(experiment: Experiment, **settings: Any) -> asyncio.Task[Ended]:
    """Begin a run and wait for its first point, or its end if that comes first."""
    task = asyncio.create_task(run(experiment, **settings))
    async with asyncio.timeout(20):
        while not task.done() and not (experiment.running and experiment.charts):
            await asyncio.sleep(0.005)
    return task


def pid_of(bench: Bench) -> int:
    """Return the id of the process whose run is under way."""
    assert bench.lab.run is not None
    assert bench.lab.run.pid is not None
    return bench.lab.run.pid


async def gone(pid: int) -> None:
    """Wait until a process is gone."""
    async with asyncio.timeout(20):
        while is_alive(pid):
            await asyncio.sleep(0.005)
