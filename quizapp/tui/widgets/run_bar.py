"""How far a run is, how long it took, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content
from textual.widgets import Static

from quizapp.app.estimate import in_minutes
from quizapp.app.experiment import Experiment
from quizapp.app.history import typical_seconds
from quizapp.app.run_phases import Cancelled, Done, Ended, LookingUp, Recalled, Running, Setup
from quizapp.demo import events
from quizapp.plot.format import short
from quizapp.tui.inline import QUIET

WORTH_SAYING_S = 5.0
"""A run that ends sooner than this needs no time left."""

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
    match experiment.phase:
        case Setup() | Ended() if expected := experiment.expected:
            return Content(expected)
        case Setup():
            seconds = typical_seconds(experiment.spec, experiment.earlier.records)
            needs = "needs CUDA · " if experiment.spec.needs_cuda else ""
            return Content(f"{needs}about {short(seconds, 2)} s")
        case LookingUp(model=model):
            return Content(f"Asking the Hub about {model}")
        case Running() as run:
            return _progress(run, f"{experiment.clock() - run.began:.1f} s")
        case Recalled(record=record):
            return Content(f"Recorded here on {record.at.astimezone():%d %b %H:%M}")
        case Done() as run:
            return Content(" · ".join(filter(None, _ending(run))))
        case Cancelled(seconds=seconds):
            return Content(f"Cancelled after {seconds:.1f} s")
        case Ended(seconds=seconds):
            return Content(f"Stopped after {seconds:.1f} s")


def _progress(run: Running, elapsed: str) -> Content:
    state = run.state
    if state.loaded is None:
        return Content(f"{'Loading the libraries' if run.cold else 'Starting'} · {elapsed}")
    if not state.total:
        return Content(f"Running · {elapsed}")
    filled = min(BAR * state.done // state.total, BAR)
    return Content.assemble(
        f"{state.done} / {state.total} ",
        ("━" * filled, "$text-primary"),
        ("─" * (BAR - filled), QUIET),
        f" · {elapsed}",
        f" · {in_minutes(state.left_s)} left"
        if state.left_s and state.left_s >= WORTH_SAYING_S
        else "",
    )


def _ending(run: Done) -> Iterator[str]:
    state = run.state
    assert isinstance(state.ending, events.Done)
    yield f"Done in {state.seconds or run.seconds:.1f} s"
    yield state.device_name or state.device
    yield from state.ending.costs
