"""Curves of earlier runs, kept as files so that any of them can be laid under a new one."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from quizapp.demo.wire import plain
from quizapp.lab.record import RunRecord, chart_events
from quizapp.lab.state import Chart, RunState, reduce_all


@dataclass(frozen=True)
class Recordings:
    """Charts by what determines them: demo, settings, device and library versions."""

    folder: Path

    def save(self, record: RunRecord) -> None:
        """Keep the charts of a run; those of the same run before are replaced."""
        path = self._path(record)
        path.parent.mkdir(parents=True, exist_ok=True)
        events = [plain(event) for chart in record.charts for event in chart_events(chart)]
        written = path.with_suffix(".new")
        written.write_text(json.dumps(events, allow_nan=False), encoding="utf-8")
        written.replace(path)

    def charts(self, record: RunRecord) -> tuple[Chart, ...]:
        """Return the charts of a run; none if they were not kept or cannot be read."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            events = json.loads(self._path(record).read_text(encoding="utf-8"))
            return reduce_all(RunState(), events).charts
        return ()

    def _path(self, record: RunRecord) -> Path:
        key = [dict(record.settings), record.device, dict(record.versions)]
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:20]
        return self.folder / record.demo / f"{name}.json"
