"""How far a run is, how long it took, and how it ended."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from quizapp.app.experiment import Experiment
from quizapp.app.run_phases import Cancelled, Done, LookingUp, Recalled, Running, Setup
from quizapp.demo import events
from quizapp.demo.state import RunState
from quizapp.plot.format import short
from quizapp.tui.inline import QUIET

BAR = 16
"""Cells of the progress bar."""


class ErrorLine(Static):
    """What went wrong, in a sentence with its advice; empty, it takes no room."""

    DEFAULT_CSS = """
    ErrorLine { height: auto; padding: 0 1; color: $text-error; display: none; }
    ErrorLine.-error { display: block; }
    """

    def show(self, sentence: str = "", hint: str = "") -> None:
        """Show a sentence and what to do about it."""
        self.set_class(bool(sentence), "-error")
        self.update(Content.assemble((sentence, "bold"), f" {hint}"))


def run_line(experiment: Experiment) -> Content:
    """Return the state of a run in one line: what to expect, its progress, or how it ended."""
    took = f"{experiment.seconds:.1f} s"
    match experiment.phase:
        case Setup():
            needs = "needs CUDA · " if experiment.spec.needs_cuda else ""
            return Content(f"{needs}about {short(experiment.expected_s, 2)} s")
        case LookingUp(model=model):
            return Content(f"Asking the Hub about {model}")
        case Running(state=state, cold=cold):
            return _progress(state, took, cold)
        case Recalled(record=record):
            return Content(f"Recorded here on {record.at.astimezone():%d %b %H:%M}")
        case Done(state=state):
            return Content(" · ".join(_ending(state, took)))
        case Cancelled():
            return Content(f"Cancelled after {took}")
    return Content(f"Stopped after {took}")


def _progress(state: RunState, elapsed: str, cold: bool) -> Content:
    if state.loaded is None:
        return Content(f"{'Loading the libraries' if cold else 'Starting'} · {elapsed}")
    if not state.total:
        return Content(f"Running · {elapsed}")
    filled = min(BAR * state.done // state.total, BAR)
    return Content.assemble(
        f"{state.done} / {state.total} ",
        ("━" * filled, "$text-primary"),
        ("─" * (BAR - filled), QUIET),
        f" · {elapsed}",
    )


def _ending(state: RunState, took: str) -> list[str]:
    ending = state.ending
    assert isinstance(ending, events.Done)
    if ending.ms is not None:
        took = f"{ending.ms / 1000:.1f} s"
    parts = [f"Done in {took}", state.device_name or state.device]
    if ending.peak_cuda_mb is not None:
        parts.append(f"peak {ending.peak_cuda_mb:.0f} MB on the GPU")
    if ending.tokens_per_s is not None:
        parts.append(f"{ending.tokens_per_s:,.0f} tokens/s")
    return [part for part in parts if part]
