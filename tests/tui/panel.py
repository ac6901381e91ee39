"""A panel alone in an app, with the toy demos and a real lab."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from quizapp.study.record import RunRecord
from quizapp.tui.widgets.demo_panel import DemoPanel

TOYS = Path(__file__).parent / "toys"
LONG = 20.0
"""Seconds after which something that should have happened will not happen."""


def toy(name: str) -> DemoSpec:
    """Return a toy demo."""
    return read_spec(TOYS / f"{name}.py")


class PanelApp(App[None]):
    """One panel; what it says is kept."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__()
        self.animation_level = "none"
        self._toy = name
        self._options = options
        self.finished: asyncio.Queue[DemoPanel.Finished] = asyncio.Queue()
        self.closed = 0
        self.records: list[RunRecord] = []

    def compose(self) -> ComposeResult:
        """The panel fills the screen."""
        # The toys' folder comes first on the import path: there lies their stand-in for torch.
        self.lab = Lab(Setup((TOYS,), threads=1, preload=False, fork=True))
        self.panel = DemoPanel(
            toy(self._toy), self.lab, record=self.records.append, **self._options
        )
        yield self.panel

    def on_mount(self) -> None:
        """Focus what the user would."""
        self.call_after_refresh(self.panel.open)

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
    name: str = "toy_curve", size: tuple[int, int] = (100, 40), **options: Any
) -> AsyncIterator[tuple[PanelApp, Pilot[None]]]:
    """Run the app without a terminal."""
    app = PanelApp(name, **options)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def ended(app: PanelApp, pilot: Pilot[None]) -> DemoPanel.Finished:
    """Wait until a run has ended and is on the screen."""
    event = await asyncio.wait_for(app.finished.get(), LONG)
    await pilot.pause()
    return event


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
