"""What is remembered of demo runs: their results in the store, their curves in files."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

from quizapp.demo.chart import Chart
from quizapp.demo.checks import spelled
from quizapp.demo.events import Claim, Done, Loaded, Measure, State
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.demo.wire import as_json, from_json
from quizapp.errors import EnvironmentProblem
from quizapp.paths import Paths
from quizapp.plot.thin import thin_chart
from quizapp.store import Store
from quizapp.study.record import RunRecord

REMEMBERED = 50
"""Earlier runs of a demo that its panel lists."""

KEPT_POINTS = 400
"""Points kept of each line: more cannot be seen on a screen."""

SAVE_S = 60.0
"""Longest time to write the files of a run: twenty times what the largest takes, so only a disk
that hangs gets there."""


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


def as_state(record: RunRecord, spec: DemoSpec) -> RunState:
    """Return the state in which a run ended, as far as it was kept."""
    return RunState().add(
        Loaded(record.device, record.device_name),
        *(event for chart in record.charts for event in chart.events),
        *(Measure(m, value, spec.measures.get(m, m)) for m, value in record.measures.items()),
        *(
            Claim(c, cast(State, state), "", spec.claims.get(c, c))
            for c, state in record.claims.items()
        ),
        Done(record.device, record.device_name, record.versions, ms=1000 * record.wall_s),
    )


class RunStore:
    """The learner's runs.

    Curves lie in one file for all runs that must give the same: by demo, settings, device and
    library versions.
    """

    def __init__(self, store: Store, paths: Paths) -> None:
        self._store = store
        self.now = store.clock
        """Gives the instant at which a run ends."""
        self._folder = paths.recordings
        self._figures = paths.figures

    def last(self, demo: str | None = None, limit: int = REMEMBERED) -> list[RunRecord]:
        """Return the last runs of a demo or of all, newest first, without their curves."""
        return self._store.runs(demo=demo, limit=limit)

    def add(self, record: RunRecord) -> None:
        """Remember a finished run and its curves.

        Raises:
            EnvironmentProblem: they cannot be written.
        """
        self._store.add_run(record)
        path = self._path(record)
        events = [as_json(event) for chart in record.charts for event in chart.events]
        written = path.with_suffix(f".{os.getpid()}.new")  # another window may end the same run
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(json.dumps(spelled(events), allow_nan=False), encoding="utf-8")
            written.replace(path)
        except OSError as error:
            raise EnvironmentProblem(
                "The curves of this run were not kept",
                f"{self._folder} cannot be written: {error.strerror}.",
                "Free space there; later runs are kept again.",
            ) from error

    def with_charts(self, record: RunRecord) -> RunRecord:
        """Return a remembered run with its curves, if they were kept and can be read."""
        if record.charts:
            return record
        with contextlib.suppress(OSError, ValueError, TypeError):
            events = map(from_json, json.loads(self._path(record).read_text(encoding="utf-8")))
            return replace(record, charts=RunState().add(*events).charts)
        return record

    def recall(
        self, spec: DemoSpec, settings: Mapping[str, Any], record: RunRecord
    ) -> RunRecord | None:
        """Return the run with its curves if a new one would only repeat it, else None.

        That is a run of the same settings and library versions, kept after the demo's file was
        written last.
        """
        if dict(record.settings) != dict(settings) or not _installed(record.versions):
            return None
        with contextlib.suppress(OSError):
            if self._path(record).stat().st_mtime_ns > spec.path.stat().st_mtime_ns:
                record = self.with_charts(record)
                return record if record.charts else None
        return None

    def _path(self, record: RunRecord) -> Path:
        key = [dict(record.settings), record.device, dict(record.versions)]
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:20]
        return self._folder / record.demo / f"{name}.json"

    async def save(
        self, spec: DemoSpec, record: RunRecord, charts: Sequence[Chart], shows: str = ""
    ) -> Sequence[Path]:
        """Write plots, data, script and notebook of a run; return the files.

        `shows` says what recorded runs have shown.

        Each file is written in a thread: drawing one takes longer than a frame of the screen.
        Cancelled, this ends after the file under way.

        Raises:
            EnvironmentProblem: the folder cannot be written, or not in a minute.
        """
        from quizapp.exchange.take_home import take_home

        files, written = take_home(self._figures, spec, record, charts, shows), list[Path]()
        try:
            async with asyncio.timeout(SAVE_S):
                while (file := await asyncio.to_thread(next, files, None)) is not None:
                    written.append(file)
        except TimeoutError:
            raise EnvironmentProblem(
                "The run could not be saved",
                f"{self._figures} took more than {SAVE_S:.0f} s for {len(written) + 1} files.",
                "Choose a faster folder with QUIZAPP_HOME.",
            ) from None
        return written


def _installed(versions: Mapping[str, str]) -> bool:
    """Whether the libraries of a run are here in the same versions."""
    try:
        return all(
            (platform.python_version() if name == "python" else version(name)) == kept
            for name, kept in versions.items()
        )
    except PackageNotFoundError:
        return False
