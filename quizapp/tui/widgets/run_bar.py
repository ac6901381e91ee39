"""How far a run is, how long it took, and how it ended."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from quizapp.app.advice import Trouble
from quizapp.demo.events import Done
from quizapp.demo.state import RunState
from quizapp.tui.inline import QUIET

BAR = 16
"""Cells of the progress bar."""


class ErrorLine(Static):
    """The error of a run, in a sentence with its advice; nothing else needs more than a line."""

    DEFAULT_CSS = """
    ErrorLine { height: auto; padding: 0 1; color: $text-error; display: none; }
    ErrorLine.-error { display: block; }
    """

    def say(self, trouble: Trouble | None) -> None:
        """Show what went wrong; None: nothing did."""
        self.set_class(trouble is not None, "-error")
        if trouble is not None:
            self.update(Content.assemble((trouble.sentence, "bold"), f" {trouble.hint}"))


def run_line(state: RunState, seconds: float, *, cold: bool = False) -> Content:
    """Return the state of a run in one line: progress and time, or how it ended."""
    elapsed = f"{seconds:.1f} s"
    match state.status:
        case "waiting":
            what = "Loading the libraries" if cold else "Starting"
            return Content(f"{what} · {elapsed}")
        case "running":
            if not state.total:
                return Content(f"Running · {elapsed}")
            filled = min(BAR * state.done // state.total, BAR)
            return Content.assemble(
                f"{state.done} / {state.total} ",
                ("━" * filled, "$text-primary"),
                ("─" * (BAR - filled), QUIET),
                f" · {elapsed}",
            )
        case "cancelled":
            return Content(f"Cancelled after {elapsed}")
        case "error":
            return Content(f"Stopped after {elapsed}")
    return Content(" · ".join(_ending(state, seconds)))


def _ending(state: RunState, seconds: float) -> list[str]:
    parts = [f"Done in {state.seconds or seconds:.1f} s", state.device_name or state.device]
    if isinstance(state.ending, Done):
        parts += state.ending.costs
    return [part for part in parts if part]
