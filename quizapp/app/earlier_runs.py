"""The runs of a demo that are on record: listed, compared, laid under the plot, repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizapp.app.history import differences, run_label
from quizapp.app.runs import RunStore
from quizapp.demo.chart import Chart
from quizapp.demo.events import Table
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError
from quizapp.study.record import RunRecord


@dataclass(frozen=True)
class EarlierRun:
    """A run to compare with; its number counts from the oldest, from 1."""

    number: int
    label: str
    """Number and settings."""
    record: RunRecord
    marked: bool
    """Whether it lies under the plot."""


class EarlierRuns:
    """All runs of one demo to compare with; a run is named by its number."""

    def __init__(self, spec: DemoSpec, runs: RunStore) -> None:
        self.records = runs.last(spec.id)
        """Newest first."""
        self.marked: frozenset[int] = frozenset()
        """Numbers of the runs under the plot."""
        self._spec = spec
        self._runs = runs

    def __iter__(self) -> Iterator[EarlierRun]:
        """Yield the runs, newest first."""
        for number, record in self._numbered():
            label = f"#{number} {run_label(self._spec, record)}"
            yield EarlierRun(number, label, record, number in self.marked)

    def _numbered(self) -> Iterator[tuple[int, RunRecord]]:
        """Yield the records with their numbers, newest first; the oldest is number 1."""
        return zip(range(len(self.records), 0, -1), self.records, strict=True)

    @property
    def overlays(self) -> list[tuple[str, Sequence[Chart]]]:
        """Label and charts of the runs under the plot."""
        return [(run.label, run.record.charts) for run in self if run.marked]

    @property
    def differences(self) -> Table | None:
        """What differs between the newest run and the marked ones; None without any."""
        runs = [run for place, run in enumerate(self) if run.marked or not place]
        if len(runs) < 2:
            return None
        return differences([run.record for run in runs], [f"#{run.number}" for run in runs])

    def insert(self, record: RunRecord) -> int:
        """Take the newest run; return its number."""
        self.records.insert(0, record)
        return len(self.records)

    def recall(self, settings: Mapping[str, Any]) -> tuple[int, RunRecord] | None:
        """Return the kept run that a new one at these settings would only repeat; None if none."""
        for number, record in self._numbered():
            if kept := self._runs.recall(self._spec, settings, record):
                return number, kept
        return None

    def settings_of(self, number: int) -> tuple[dict[str, Any], str]:
        """Return settings and device of a run, to repeat it.

        Raises:
            QuizError: the demo does not take its settings any more.
        """
        record = self.records[-number]
        try:
            return self._spec.settings(record.settings), record.device
        except ValueError as error:
            raise QuizError(
                "This run cannot be repeated",
                f"The demo was changed since: {error}.",
                "Choose settings near to it in the form, and run it.",
            ) from error

    def mark(self, number: int) -> None:
        """Lay a run under the plot, or take it away."""
        self.records[-number] = self._runs.with_charts(self.records[-number])
        self.marked ^= {number}

    def newest_but(self, number: int | None) -> int | None:
        """Return the number of the newest run that is not this one; None without another."""
        return next((other for other, _ in self._numbered() if other != number), None)
