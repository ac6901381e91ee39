"""What a run has shown so far: events added one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from quizapp.demo import events
from quizapp.demo.chart import Chart, add_to

Status = Literal["waiting", "running", "done", "cancelled", "error"]


@dataclass(frozen=True)
class RunState:
    """Everything a run has shown."""

    loaded: events.Loaded | None = None
    done: int = 0
    """Steps taken."""
    total: int = 0
    """All steps; 0 before the demo announces them."""
    left_s: float | None = None
    """Seconds that the other steps should take; None before the first is done."""
    charts: tuple[Chart, ...] = ()
    measures: tuple[events.Measure, ...] = ()
    claims: tuple[events.Claim, ...] = ()
    tables: tuple[events.Table, ...] = ()
    samples: tuple[events.Sample, ...] = ()
    notes: tuple[str, ...] = ()
    ending: events.Ending | None = None
    """The event that ended it."""

    def add(self, *new: events.Event) -> RunState:
        """Return the state after these events; nothing changes after the one that ends the run."""
        state = self
        for event in new:
            state = state if state.ending else state._after(event)
        return state

    @property
    def status(self) -> Status:
        """How far the run is."""
        match self.ending:
            case events.Done():
                return "done"
            case events.Cancelled():
                return "cancelled"
            case events.Error():
                return "error"
        return "running" if self.loaded else "waiting"

    @property
    def error(self) -> events.Error | None:
        """The error that ended it, if one did."""
        return self.ending if isinstance(self.ending, events.Error) else None

    @property
    def device(self) -> str:
        """What torch calls the device; empty before the demo is loaded."""
        return self.loaded.device if self.loaded else ""

    @property
    def device_name(self) -> str:
        """The device in words."""
        return self.loaded.device_name if self.loaded else ""

    @property
    def versions(self) -> dict[str, str]:
        """Of the libraries it used, known at its end."""
        return dict(self.ending.versions) if isinstance(self.ending, events.Done) else {}

    @property
    def seconds(self) -> float:
        """What the demo took, known at its end; 0 if its process did not measure it."""
        return (self.ending.ms or 0) / 1000 if self.ending else 0

    def measure(self, name: str) -> float | str | None:
        """Return the value of a measure, if it has been reported."""
        return next((m.value for m in self.measures if m.id == name), None)

    def claim(self, name: str) -> events.Claim | None:
        """Return a claim, if it has been reported."""
        return next((c for c in self.claims if c.id == name), None)

    def _after(self, event: events.Event) -> RunState:
        if isinstance(event, events.Mark | events.Axes):
            return replace(self, charts=add_to(self.charts, event))
        if isinstance(event, events.Ending):
            return replace(self, ending=event)
        match event:
            case events.Loaded():
                return replace(self, loaded=event)
            case events.Beat():
                return self  # a sign of life, which the host waits for
            case events.Progress():
                return replace(self, done=event.done, total=event.total, left_s=event.left_s)
            case events.Measure():
                return replace(self, measures=_put(self.measures, event, "id"))
            case events.Claim():
                return replace(self, claims=_put(self.claims, event, "id"))
            case events.Table():
                return replace(self, tables=_put(self.tables, event, "title"))
            case events.Sample():
                return replace(self, samples=(*self.samples, event))
            case events.Note():
                return replace(self, notes=(*self.notes, event.text))


T = TypeVar("T")


def _put(items: tuple[T, ...], item: T, key: str) -> tuple[T, ...]:
    """Replace the item of the same key where it stands, or append."""
    keys = [getattr(old, key) for old in items]
    wanted = getattr(item, key)
    if wanted not in keys:
        return (*items, item)
    index = keys.index(wanted)
    return (*items[:index], item, *items[index + 1 :])
