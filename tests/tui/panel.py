"""A panel alone in an app, with the toy demos and a real lab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from quizapp.app.experiment import Experiment
from quizapp.app.run_phases import Ended
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.demo.state import RunState
from quizapp.tui.widgets.demo_panel import DemoPanel
from tests.unit.app.running import TOYS, Bench, bench, is_alive

__all__ = ["TOYS", "PanelApp", "ended", "is_alive", "panel_app", "toy", "until"]

LONG = 20.0
"""Seconds after which something that should have happened will not happen."""


def toy(name: str) -> DemoSpec:
    """Return a toy demo."""
    return read_spec(TOYS / f"{name}.py")


class PanelApp(App[None]):
    """One panel; what it posts is kept."""

    def __init__(self, bench: Bench, panel: DemoPanel) -> None:
        super().__init__()
        self.animation_level = "none"
        self.bench = bench
        self.lab = bench.lab
        self.panel = panel
        self.finished: asyncio.Queue[Ended] = asyncio.Queue()
        self.closed = 0

    def compose(self) -> ComposeResult:
        """The panel fills the screen."""
        yield self.panel

    def on_mount(self) -> None:
        """Focus what the user would."""
        self.call_after_refresh(self.panel.open)

    @property
    def experiment(self) -> Experiment:
        """What the panel shows."""
        return self.panel.experiment

    @property
    def state(self) -> RunState:
        """What the run on the screen has shown."""
        return self.experiment.shown.state

    def set(self, **settings: Any) -> None:
        """Change settings in the form."""
        self.panel.form.set_values({**self.panel.form.values, **settings})

    def on_unmount(self) -> None:
        """As the app does."""
        self.lab.close()

    def on_demo_panel_finished(self, event: DemoPanel.Finished) -> None:
        """Keep it."""
        self.finished.put_nowait(event.run)

    def on_demo_panel_closed(self) -> None:
        """Count it."""
        self.closed += 1


@asynccontextmanager
async def panel_app(
    toy: str | DemoSpec = "toy_curve",
    size: tuple[int, int] = (100, 40),
    copy: Callable[[str], Any] | None = None,
    **options: Any,
) -> AsyncIterator[tuple[PanelApp, Pilot[None]]]:
    """Run the app without a terminal."""
    async with bench() as at:
        app = PanelApp(at, DemoPanel(at.experiment(toy, **options), copy))
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield app, pilot


async def ended(app: PanelApp, pilot: Pilot[None]) -> Ended:
    """Wait until a run has ended and is on the screen."""
    run = await asyncio.wait_for(app.finished.get(), LONG)
    await pilot.pause()
    return run


async def until(pilot: Pilot[Any], happened: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(LONG):
        while not happened():
            await pilot.pause(0.01)
