"""What is kept of a run: enough to run it again, compare it and draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from quizapp.demo.chart import Chart
from quizapp.demo.events import Claim, Done, Loaded, Measure, State
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.demo.wire import read_value, spell
from quizapp.plot.thin import thin_chart
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
            measures={name: spell(value) for name, value in self.measures.items()},
            claims=dict(self.claims),
            wall_s=self.wall_s,
            at=self.at,
            prediction=None if self.prediction is None else str(self.prediction),
            prediction_right=self.right,
            card=self.card,
        )

    def as_state(self, spec: DemoSpec) -> RunState:
        """Return the state in which the run ended, as far as it was kept."""
        return RunState().add(
            Loaded(self.device, self.device_name),
            *(event for chart in self.charts for event in chart.events),
            *(Measure(m, value, spec.measures.get(m, m)) for m, value in self.measures.items()),
            *(
                Claim(c, cast(State, state), "", spec.claims.get(c, c))
                for c, state in self.claims.items()
            ),
            Done(self.device, self.device_name, self.versions, ms=1000 * self.wall_s),
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
            measures={name: read_value(value) for name, value in row.measures.items()},
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
        versions=state.versions,
        measures={m.id: m.value for m in state.measures},
        claims={c.id: c.state for c in state.claims},
        wall_s=state.seconds,
        at=at,
        prediction=prediction,
        right=right,
        card=card,
        charts=tuple(thin_chart(chart, KEPT_POINTS) for chart in state.charts),
    )
