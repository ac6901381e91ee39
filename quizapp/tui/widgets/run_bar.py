"""How far a run is, how long it took, and how it ended."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from quizapp.lab.advice import Trouble
from quizapp.lab.state import RunState
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
    ending = state.ending
    took = ending.get("ms", 1000 * seconds) / 1000
    parts = [f"Done in {took:.1f} s", state.device_name or state.device]
    if "peak_cuda_mb" in ending:
        parts.append(f"peak {ending['peak_cuda_mb']:.0f} MB on the GPU")
    if "tokens_per_s" in ending:
        parts.append(f"{ending['tokens_per_s']:,.0f} tokens/s")
    return [part for part in parts if part]
