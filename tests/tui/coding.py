"""Writing code on the screen: the editor, the panel, a run."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from quizapp.tui.widgets.card.code_editor import CodeEditor
from quizapp.tui.widgets.card.code_panel import CodePanel
from tests.tui.look import study_screen
from tests.tui.panel import until


def editor(pilot: Pilot[Any]) -> CodeEditor:
    """Return the editor in front."""
    return study_screen(pilot).editor


def panel(pilot: Pilot[Any]) -> CodePanel:
    """Return the panel of the runs."""
    found = study_screen(pilot).code_panel
    assert found is not None
    return found


async def ran(pilot: Pilot[Any], key: str = "ctrl+j") -> CodePanel:
    """Press the key that runs the code; wait until the run has ended and is on the screen."""
    before = panel(pilot).coding.work.last
    await pilot.press(key)
    at = panel(pilot)
    await until(pilot, lambda: at.coding.work.last is not before and not at.experiment.running)
    await pilot.app.workers.wait_for_complete([one for one in at.workers if one.node is at])
    await pilot.pause()
    at.show_now()
    await pilot.pause()
    return at


def write(pilot: Pilot[Any], text: str) -> None:
    """Put a text into the editor."""
    editor(pilot).put(text)
