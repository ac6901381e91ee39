"""What is remembered of demo runs: their results in the store, their curves in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from quizapp.app.services import Services
from quizapp.demo.chart import Chart
from quizapp.demo.spec import DemoSpec
from quizapp.lab.recordings import Recordings
from quizapp.study.record import RunRecord


class PastRuns:
    """The learner's runs, joined to the store and the folder of recordings."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._recordings = Recordings(services.paths.recordings)

    def keep(self, run: RunRecord) -> None:
        """Remember a finished run and its curves."""
        self._services.store.add_run(run.as_row())
        self._recordings.save(run)

    def of(self, demo: str, limit: int) -> list[RunRecord]:
        """Return the last runs of a demo, newest first, without their curves."""
        rows = self._services.store.runs(demo=demo, limit=limit)
        return [RunRecord.from_row(row) for row in rows]

    def charts(self, run: RunRecord) -> Sequence[Chart]:
        """Return the curves of a remembered run; none if they were not kept."""
        return run.charts or self._recordings.charts(run)

    def find(self, spec: DemoSpec, settings: Mapping[str, object]) -> RunRecord | None:
        """Return an earlier run, with its curves, that a new one would only repeat."""
        return self._recordings.find(spec, settings, self.of(spec.id, 50))

    def save(self, run: RunRecord, charts: Sequence[Chart]) -> list[Path]:
        """Write plots, data, script and notebook of a run as files.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        from quizapp.exchange.take_home import take_home

        services = self._services
        return take_home(services.paths.figures, services.demo(run.demo), run, charts)
