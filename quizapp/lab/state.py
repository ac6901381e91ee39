"""What a run has shown so far: a pure reducer from events to plots, measures and claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from quizapp.demo.spec import cleaned
from quizapp.demo.wire import Event, number


@dataclass(frozen=True)
class Series:
    """Points of one name: a line or a scatter."""

    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    kind: str = "line"


@dataclass(frozen=True)
class Bars:
    """One value per label."""

    name: str
    labels: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Histogram:
    """Counts between edges, with marked levels."""

    name: str
    counts: tuple[float, ...]
    edges: tuple[float, ...]
    levels: tuple[float, ...] = ()


@dataclass(frozen=True)
class Heatmap:
    """A labelled matrix."""

    name: str
    values: tuple[tuple[float, ...], ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A named straight line."""

    name: str
    value: float
    axis: str = "y"


@dataclass(frozen=True)
class Axes:
    """Titles with units, and which axes are logarithmic."""

    title: str = ""
    x: str = ""
    y: str = ""
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Chart:
    """One plot: everything drawn under one chart id, in the order it first appeared."""

    id: str
    axes: Axes = field(default_factory=Axes)
    series: tuple[Series, ...] = ()
    bars: tuple[Bars, ...] = ()
    histograms: tuple[Histogram, ...] = ()
    heatmaps: tuple[Heatmap, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A statement of the demo and what this run found: holds, fails or not tested."""

    id: str
    text: str
    state: str
    evidence: str = ""


@dataclass(frozen=True)
class Measure:
    """A number or an outcome that a card may quote."""

    id: str
    text: str
    value: float | str


@dataclass(frozen=True)
class Table:
    """Rows under column names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class RunState:
    """Everything a run has shown; `status` is waiting, running, done, cancelled or error."""

    status: str = "waiting"
    device: str = ""
    device_name: str = ""
    done: int = 0
    total: int = 0
    charts: tuple[Chart, ...] = ()
    measures: tuple[Measure, ...] = ()
    claims: tuple[Claim, ...] = ()
    tables: tuple[Table, ...] = ()
    samples: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    rss_mb: float = 0
    error: str = ""
    error_kind: str = ""
    where: str = ""
    traceback: str = ""
    ending: Event = field(default_factory=dict)
    """The terminal event as it came: milliseconds, versions, peak memory, tokens per second."""

    @property
    def ended(self) -> bool:
        """Whether the terminal event has come."""
        return self.status in ("done", "cancelled", "error")

    def measure(self, name: str) -> float | str | None:
        """The value of a measure, if it has been reported."""
        return next((m.value for m in self.measures if m.id == name), None)


def reduce_all(state: RunState, events: Iterable[Event]) -> RunState:
    """Fold events into the state."""
    for event in events:
        state = reduce(state, event)
    return state


def reduce(state: RunState, event: Event) -> RunState:
    """Return the state after one event; kinds it does not know change nothing."""
    event = cleaned(event)  # a demo's words reach the terminal from here
    kind = event["t"]
    if kind in _CHART:
        return replace(state, charts=_in_chart(state.charts, event))
    match kind:
        case "loaded":
            return replace(
                state, status="running", device=event["device"], device_name=event["device_name"]
            )
        case "progress":
            return replace(state, done=event["done"], total=event["total"])
        case "beat":
            return replace(state, rss_mb=event["rss_mb"])
        case "measure":
            value = event["value"]
            if value in ("nan", "inf", "-inf"):
                value = number(value)
            measure = Measure(event["id"], event["text"], value)
            return replace(state, measures=_put(state.measures, measure, "id"))
        case "claim":
            claim = Claim(event["id"], event["text"], event["state"], event["evidence"])
            return replace(state, claims=_put(state.claims, claim, "id"))
        case "table":
            rows = tuple(tuple(row) for row in event["rows"])
            table = Table(event["title"], tuple(event["columns"]), rows)
            return replace(state, tables=_put(state.tables, table, "title"))
        case "sample":
            return replace(state, samples=(*state.samples, (event["title"], event["text"])))
        case "note":
            return replace(state, notes=(*state.notes, event["text"]))
        case "done" | "cancelled":
            return replace(state, status=kind, ending=event)
        case "error":
            return replace(
                state,
                status="error",
                ending=event,
                error=event["message"],
                error_kind=event["kind"],
                where=event.get("where", ""),
                traceback=event.get("traceback", ""),
            )
    return state


def _put(items: tuple[Any, ...], item: Any, key: str) -> tuple[Any, ...]:
    """Replace the item of the same key where it stands, or append."""
    wanted = getattr(item, key)
    for index, old in enumerate(items):
        if getattr(old, key) == wanted:
            return (*items[:index], item, *items[index + 1 :])
    return (*items, item)


def _floats(values: Iterable[Any]) -> tuple[float, ...]:
    return tuple(number(v) for v in values)


def _in_chart(charts: tuple[Chart, ...], event: Event) -> tuple[Chart, ...]:
    name = event.get("chart", "")
    chart = next((c for c in charts if c.id == name), Chart(name))
    return _put(charts, _CHART[event["t"]](chart, event), "id")


def _points(chart: Chart, event: Event, kind: str = "line") -> Chart:
    old = next((s for s in chart.series if s.name == event["name"]), None)
    xs, ys = _floats(event["x"]), _floats(event["y"])
    if old is not None:
        xs, ys = old.xs + xs, old.ys + ys
    return replace(chart, series=_put(chart.series, Series(event["name"], xs, ys, kind), "name"))


def _bars(chart: Chart, event: Event) -> Chart:
    bars = Bars(event["name"], tuple(event["labels"]), _floats(event["values"]))
    return replace(chart, bars=_put(chart.bars, bars, "name"))


def _histogram(chart: Chart, event: Event) -> Chart:
    shown = Histogram(
        event["name"], _floats(event["counts"]), _floats(event["edges"]), _floats(event["levels"])
    )
    return replace(chart, histograms=_put(chart.histograms, shown, "name"))


def _heatmap(chart: Chart, event: Event) -> Chart:
    values = tuple(_floats(row) for row in event["values"])
    shown = Heatmap(event["name"], values, tuple(event["rows"]), tuple(event["columns"]))
    return replace(chart, heatmaps=_put(chart.heatmaps, shown, "name"))


def _reference(chart: Chart, event: Event) -> Chart:
    line = Reference(event["name"], number(event["value"]), event["axis"])
    return replace(chart, references=_put(chart.references, line, "name"))


def _axes(chart: Chart, event: Event) -> Chart:
    return replace(
        chart, axes=Axes(event["title"], event["x"], event["y"], event["log_x"], event["log_y"])
    )


_CHART = {
    "points": _points,
    "scatter": lambda chart, event: _points(chart, event, "scatter"),
    "bars": _bars,
    "histogram": _histogram,
    "heatmap": _heatmap,
    "reference": _reference,
    "axes": _axes,
}
