"""A panel alone in an app, with the toy demos and a real lab."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from quizapp.app.experiment import Experiment
from quizapp.app.run_phases import Ended
from quizapp.app.runs import RunStore
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from quizapp.paths import Paths
from quizapp.store import Store
from quizapp.tui.widgets.demo_panel import DemoPanel

TOYS = Path(__file__).parent / "toys"
LONG = 20.0
"""Seconds after which something that should have happened will not happen."""


def toy(name: str) -> DemoSpec:
    """Return a toy demo."""
    return read_spec(TOYS / f"{name}.py")


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class PanelApp(App[None]):
    """One panel; what it posts is kept."""

    def __init__(
        self,
        experiment: Experiment,
        lab: Lab,
        runs: RunStore,
        figures: Path,
        copy: Callable[[str], Any] | None,
    ) -> None:
        super().__init__()
        self._runs = runs
        self.animation_level = "none"
        self.lab = lab
        self.experiment = experiment
        self.panel = DemoPanel(experiment, copy)
        self.figures = figures
        self.finished: asyncio.Queue[DemoPanel.Finished] = asyncio.Queue()
        self.closed = 0

    def compose(self) -> ComposeResult:
        """The panel fills the screen."""
        yield self.panel

    def on_mount(self) -> None:
        """Focus what the user would."""
        self.call_after_refresh(self.panel.open)

    @property
    def state(self) -> RunState:
        """What the run on the screen has shown."""
        return self.experiment.shown.state

    def another(self, **settings: Any) -> DemoPanel:
        """Return a second panel of the same demo."""
        return DemoPanel(Experiment(self.experiment.spec, self.lab, self._runs, settings=settings))

    def set(self, **settings: Any) -> None:
        """Change settings in the form."""
        self.panel.form.set_values({**self.panel.form.values, **settings})

    def on_unmount(self) -> None:
        """As the app does."""
        self.lab.close()

    def on_demo_panel_finished(self, event: DemoPanel.Finished) -> None:
        """Keep it."""
        self.finished.put_nowait(event)

    def on_demo_panel_closed(self) -> None:
        """Count it."""
        self.closed += 1


@asynccontextmanager
async def panel_app(
    name: str = "toy_curve",
    size: tuple[int, int] = (100, 40),
    copy: Callable[[str], Any] | None = None,
    **options: Any,
) -> AsyncIterator[tuple[PanelApp, Pilot[None]]]:
    """Run the app without a terminal, over a home of its own."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        paths = Paths(home, home, home, (), (TOYS,))
        with Store(paths.database, now) as store:
            # The toys' folder comes first on the import path: there lies their torch.
            lab = Lab(Setup((TOYS,), threads=1, preload=False, fork=True))
            runs = RunStore(store, paths)
            experiment = Experiment(toy(name), lab, runs, **options)
            app = PanelApp(experiment, lab, runs, paths.figures, copy)
            async with app.run_test(size=size, notifications=True) as pilot:
                await pilot.pause()
                yield app, pilot


async def ended(app: PanelApp, pilot: Pilot[None]) -> Ended:
    """Wait until a run has ended and is on the screen."""
    event = await asyncio.wait_for(app.finished.get(), LONG)
    await pilot.pause()
    return event.run


async def until(pilot: Pilot[Any], happened: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(LONG):
        while not happened():
            await pilot.pause(0.01)


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
