"""Curves of earlier runs, kept as files so that any of them can be laid under a new one."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from quizapp.demo.chart import Chart
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.demo.wire import as_json, from_json, spelled
from quizapp.study.record import RunRecord


@dataclass(frozen=True)
class Recordings:
    """Charts by what determines them: demo, settings, device and library versions."""

    folder: Path

    def save(self, record: RunRecord) -> None:
        """Keep the charts of a run; those of the same run before are replaced."""
        path = self._path(record)
        path.parent.mkdir(parents=True, exist_ok=True)
        events = [as_json(event) for chart in record.charts for event in chart.events]
        written = path.with_suffix(".new")
        written.write_text(json.dumps(spelled(events), allow_nan=False), encoding="utf-8")
        written.replace(path)

    def charts(self, record: RunRecord) -> tuple[Chart, ...]:
        """Return the charts of a run; none if they were not kept or cannot be read."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            events = map(from_json, json.loads(self._path(record).read_text(encoding="utf-8")))
            return RunState().add(*events).charts
        return ()

    def repeats(self, spec: DemoSpec, settings: Mapping[str, Any], record: RunRecord) -> bool:
        """Whether a run at `settings` would only repeat the recorded one, whose charts are here.

        That is one of the same settings and library versions, kept after the demo's file was
        written last.
        """
        if dict(record.settings) != dict(settings) or not _installed(record.versions):
            return False
        with contextlib.suppress(OSError):
            return self._path(record).stat().st_mtime_ns > spec.path.stat().st_mtime_ns
        return False

    def _path(self, record: RunRecord) -> Path:
        key = [dict(record.settings), record.device, dict(record.versions)]
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:20]
        return self.folder / record.demo / f"{name}.json"


def _installed(versions: Mapping[str, str]) -> bool:
    """Whether the libraries of a run are here in the same versions."""
    try:
        return all(
            (platform.python_version() if name == "python" else version(name)) == kept
            for name, kept in versions.items()
        )
    except PackageNotFoundError:
        return False
