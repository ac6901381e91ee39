"""What is remembered of demo runs: their results in the store, their curves in files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from quizapp.demo.chart import Chart
from quizapp.demo.spec import DemoSpec
from quizapp.errors import EnvironmentProblem
from quizapp.lab.recordings import Recordings
from quizapp.paths import Paths
from quizapp.store import Store
from quizapp.study.record import RunRecord

REMEMBERED = 50
"""Earlier runs of a demo that its panel lists."""

SAVE_S = 60.0
"""Longest time to write the files of a run: twenty times what the largest takes, so only a disk
that hangs gets there."""


class RunStore:
    """The learner's runs."""

    def __init__(self, store: Store, paths: Paths) -> None:
        self._store = store
        self.now = store.clock
        """Gives the instant at which a run ends."""
        self._recordings = Recordings(paths.recordings)
        self._figures = paths.figures

    def last(self, demo: str | None = None, limit: int = REMEMBERED) -> list[RunRecord]:
        """Return the last runs of a demo or of all, newest first, without their curves."""
        return [RunRecord.from_row(row) for row in self._store.runs(demo=demo, limit=limit)]

    def add(self, record: RunRecord) -> None:
        """Remember a finished run and its curves.

        Raises:
            EnvironmentProblem: they cannot be written.
        """
        self._store.add_run(record.as_row())
        try:
            self._recordings.save(record)
        except OSError as error:
            raise EnvironmentProblem(
                "The curves of this run were not kept",
                f"{self._recordings.folder} cannot be written: {error.strerror}.",
                "Free space there; later runs are kept again.",
            ) from error

    def with_charts(self, record: RunRecord) -> RunRecord:
        """Return a remembered run with its curves, if they were kept."""
        return record if record.charts else replace(record, charts=self._recordings.charts(record))

    def recall(
        self, spec: DemoSpec, settings: Mapping[str, Any], record: RunRecord
    ) -> RunRecord | None:
        """Return the run with its curves if a new one would only repeat it, else None."""
        if not self._recordings.repeats(spec, settings, record):
            return None
        record = self.with_charts(record)
        return record if record.charts else None

    async def save(
        self, spec: DemoSpec, record: RunRecord, charts: Sequence[Chart]
    ) -> Sequence[Path]:
        """Write plots, data, script and notebook of a run; return the files.

        Each file is written in a thread: drawing one takes longer than a frame of the screen.
        Cancelled, this ends after the file under way.

        Raises:
            EnvironmentProblem: the folder cannot be written, or not in a minute.
        """
        from quizapp.exchange.take_home import take_home

        files, written = take_home(self._figures, spec, record, charts), list[Path]()
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
