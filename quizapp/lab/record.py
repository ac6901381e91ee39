"""What is kept of a run: enough to run it again, compare it and draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quizapp.demo.spec import DemoSpec
from quizapp.demo.wire import Event, number
from quizapp.lab.plot.thin import thin_chart
from quizapp.lab.state import Chart, Claim, Measure, RunState
from quizapp.study.model import DemoRun

KEPT_POINTS = 400
"""Points kept of each line; more are not seen on a screen."""


@dataclass(frozen=True)
class RunRecord:
    """A finished run."""

    demo: str
    settings: Mapping[str, Any]
    seed: int
    """The setting `seed`; 0 for a demo without chance."""
    device: str
    device_name: str
    versions: Mapping[str, str]
    measures: Mapping[str, float | str]
    claims: Mapping[str, str]
    """State by claim id: holds, fails or not tested."""
    wall_s: float
    at: datetime
    """When it ended, UTC."""
    prediction: float | str | None = None
    right: bool | None = None
    """Whether the prediction came true; None without one."""
    card: str | None = None
    """Id of the card it was run from."""
    charts: tuple[Chart, ...] = ()

    def as_row(self) -> DemoRun:
        """Return what the database keeps of the run: everything but its charts."""
        return DemoRun(
            demo=self.demo,
            params=dict(self.settings),
            seed=self.seed,
            device=self.device,
            versions=dict(self.versions),
            measures=dict(self.measures),
            claims=dict(self.claims),
            wall_s=self.wall_s,
            at=self.at,
            prediction=None if self.prediction is None else str(self.prediction),
            prediction_right=self.right,
            card=self.card,
        )

    def as_state(self, spec: DemoSpec) -> RunState:
        """Return the state in which the run ended, as far as it was kept."""
        return RunState(
            status="done",
            device=self.device,
            device_name=self.device_name,
            charts=self.charts,
            measures=tuple(
                Measure(name, spec.measures.get(name, name), value)
                for name, value in self.measures.items()
            ),
            claims=tuple(
                Claim(name, spec.claims.get(name, name), state)
                for name, state in self.claims.items()
            ),
            ending={"t": "done", "ms": 1000 * self.wall_s, "versions": dict(self.versions)},
        )

    @classmethod
    def from_row(cls, row: DemoRun) -> RunRecord:
        """Return a kept run; its charts are not in the database."""
        return cls(
            demo=row.demo,
            settings=row.params,
            seed=row.seed,
            device=row.device,
            device_name="",
            versions=row.versions,
            measures={name: _measured(value) for name, value in row.measures.items()},
            claims=row.claims,
            wall_s=row.wall_s,
            at=row.at,
            prediction=row.prediction,
            right=row.prediction_right,
            card=row.card,
        )


def make_record(
    spec: DemoSpec,
    settings: Mapping[str, Any],
    state: RunState,
    at: datetime,
    *,
    prediction: float | str | None = None,
    right: bool | None = None,
    card: str | None = None,
) -> RunRecord:
    """Return the record of a run that has ended in `state`."""
    return RunRecord(
        demo=spec.id,
        settings=dict(settings),
        seed=settings.get("seed", 0),
        device=state.device,
        device_name=state.device_name,
        versions=state.ending.get("versions", {}),
        measures={m.id: m.value for m in state.measures},
        claims={c.id: c.state for c in state.claims},
        wall_s=state.ending.get("ms", 0) / 1000,
        at=at,
        prediction=prediction,
        right=right,
        card=card,
        charts=tuple(thin_chart(chart, KEPT_POINTS) for chart in state.charts),
    )


def chart_events(chart: Chart) -> Iterator[Event]:
    """Yield the events that draw the chart again."""
    axes, here = chart.axes, {"chart": chart.id}
    yield {
        "t": "axes",
        **here,
        "title": axes.title,
        "x": axes.x,
        "y": axes.y,
        "log_x": axes.log_x,
        "log_y": axes.log_y,
    }
    for series in chart.series:
        kind = "points" if series.kind == "line" else "scatter"
        yield {"t": kind, **here, "name": series.name, "x": series.xs, "y": series.ys}
    for bars in chart.bars:
        yield {"t": "bars", **here, "name": bars.name, "labels": bars.labels, "values": bars.values}
    for shown in chart.histograms:
        yield {
            "t": "histogram",
            **here,
            "name": shown.name,
            "counts": shown.counts,
            "edges": shown.edges,
            "levels": shown.levels,
        }
    for matrix in chart.heatmaps:
        yield {
            "t": "heatmap",
            **here,
            "name": matrix.name,
            "values": matrix.values,
            "rows": matrix.rows,
            "columns": matrix.columns,
        }
    for line in chart.references:
        yield {"t": "reference", **here, "name": line.name, "value": line.value, "axis": line.axis}


def _measured(value: float | str) -> float | str:
    return number(value) if not isinstance(value, str) or value in _NOT_FINITE else value


_NOT_FINITE = ("nan", "inf", "-inf")
