"""Recording what the runs of each demo come to, over seeds and arithmetic back ends."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from quizapp.app.back_ends import BackEnd
from quizapp.app.once import setup_here
from quizapp.app.verify import Job, Outcome, run_job
from quizapp.demo.evidence import SEED, Evidence, key, read_evidence, write_evidence
from quizapp.demo.fingerprint import fingerprint
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError
from quizapp.lab.lab import Lab
from quizapp.text import minutes

SEEDS = 20
"""How many seeds are recorded unless asked otherwise."""


@dataclass(frozen=True)
class Task:
    """One run to make and record."""

    job: Job
    back_end: BackEnd

    @property
    def label(self) -> str:
        """The run in words."""
        return f"{self.job.label}, {self.back_end.name}"


@dataclass
class Records:
    """The records of some demos as they grow; each run is written as it ends."""

    read: Callable[[DemoSpec], Evidence | None] = read_evidence
    write: Callable[[DemoSpec, Evidence], None] = write_evidence
    _held: dict[str, Evidence] = field(default_factory=dict)

    def of(self, spec: DemoSpec) -> Evidence:
        """Return the record of a demo as it stands; one of an older demo counts as empty."""
        if spec.id not in self._held:
            source, old = fingerprint(spec), self.read(spec)
            current = old is not None and old.source == source
            self._held[spec.id] = old if old and current else Evidence(spec.id, source)
        return self._held[spec.id]

    def has(self, task: Task) -> bool:
        """Whether a run is in the record."""
        spec, job = task.job.spec, task.job
        runs = self.of(spec).recorded(key(spec, job.params), machine(task.back_end, "cpu"))
        return job.seed in runs.seeds

    def add(self, task: Task, outcome: Outcome) -> None:
        """Add a run and write the record.

        Raises:
            QuizError: the record cannot be written.
        """
        job, state = task.job, outcome.state
        record = self.of(job.spec)
        name = machine(task.back_end, state.device, state.device_name)
        runs = record.recorded(key(job.spec, job.params), name).add(
            job.seed,
            outcome.wall_s,
            {measure.id: measure.value for measure in state.measures},
            {id: claim.state for id in job.spec.claims if (claim := state.claim(id))},
            state.versions,
        )
        self._held[job.spec.id] = record = record.with_runs(runs)
        try:
            self.write(job.spec, record)
        except OSError as error:
            raise QuizError(
                "Cannot write the record",
                f"{job.spec.path.parent}: {error.strerror}.",
                "Record in a checkout of quizapp, or in a demos folder of your own.",
            ) from None

    def prune(self, spec: DemoSpec, wanted: Iterable[Mapping[str, Any]]) -> None:
        """Forget the settings that no card asks for any more."""
        keys = [key(spec, settings) for settings in wanted]
        record = self.of(spec)
        kept = tuple(runs for runs in record.runs if runs.with_ in keys)
        if kept != record.runs:
            self._held[spec.id] = record = replace(record, runs=kept)
            self.write(spec, record)


def unrecorded(jobs: Iterable[Job], records: Records) -> list[Job]:
    """Return the runs at whose settings no seed is recorded of the demo as it stands."""
    return [
        job
        for job in jobs
        if not any(
            runs.seeds and runs.with_ == key(job.spec, job.params)
            for runs in records.of(job.spec).runs
        )
    ]


def machine(back_end: BackEnd, device: str, name: str = "") -> str:
    """Return how a record names a machine: on a CPU by its arithmetic, else by the device."""
    return f"cpu {back_end.name}" if device == "cpu" else name


def schedule(jobs: Sequence[Job], back_ends: Sequence[BackEnd]) -> list[Task]:
    """Return the runs in the order to make them.

    First the lowest seed on every back end, then every other seed on one of them in turn, then
    what is left: a record that is cut short has many seeds and all back ends. Runs of one back end
    stand together, because each needs a process of its own.
    """
    rounds: tuple[list[Task], list[Task], list[Task]] = ([], [], [])
    for place, back_end in enumerate(back_ends):
        for job in jobs:
            varied = job.seed if SEED in job.spec.params else 0
            own = varied % len(back_ends) == place
            rounds[0 if varied == 0 else 1 if own else 2].append(Task(job, back_end))
    return [task for tasks in rounds for task in tasks]


async def record(
    tasks: Sequence[Task],
    records: Records,
    cores: int,
    show: Callable[[str], None],
    device: str = "cpu",
    open_lab: Callable[[BackEnd], Lab] | None = None,
    go_on: Callable[[], bool] = lambda: True,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Make and record the runs that the records lack; return what went wrong, in words.

    `show` gets a line on each run, with the time that is left; `go_on` says whether to begin
    another one.

    Raises:
        QuizError: a record cannot be written.
    """
    missing = [task for task in tasks if device != "cpu" or not records.has(task)]
    pace = _Pace(len(missing), clock)
    failures: list[str] = []
    for back_end, group in groupby(missing, key=lambda task: task.back_end):
        waiting = deque(group)
        at_once = max(1, min(cores // back_end.threads, len(waiting)))
        labs = [(open_lab or lab_with)(back_end) for _ in range(at_once)]

        async def work(lab: Lab, waiting: deque[Task] = waiting) -> None:
            await lab.prepare().ready
            while waiting and go_on():
                task = waiting.popleft()
                outcome = await run_job(lab, task.job, device, clock)
                if outcome.state.status == "done":
                    records.add(task, outcome)
                else:
                    error = outcome.state.error
                    failures.append(
                        f"{task.label}: {error.text if error else outcome.state.status}"
                    )
                show(f"{pace.step()} {task.label}: {outcome.wall_s:.1f} s")

        try:
            async with asyncio.TaskGroup() as together:
                for lab in labs:
                    together.create_task(work(lab))
        finally:
            for lab in labs:
                lab.close()
    return failures


def lab_with(back_end: BackEnd) -> Lab:
    """Return a lab whose demos run on a back end."""
    setup = setup_here(threads=back_end.threads)
    return Lab(replace(setup, env={**os.environ, **back_end.env}))


class _Pace:
    """How many runs are made, and how long the others will take."""

    def __init__(self, count: int, clock: Callable[[], float]) -> None:
        self._count = count
        self._clock = clock
        self._started = clock()
        self._made = 0

    def step(self) -> str:
        """Count a run; return the progress in words."""
        self._made += 1
        each = (self._clock() - self._started) / self._made
        left = minutes(each * (self._count - self._made))
        return f"[{self._made}/{self._count}, {left} left]"


def wanted(jobs: Iterable[Job]) -> Iterator[tuple[DemoSpec, list[Mapping[str, Any]]]]:
    """Yield each demo with the settings at which the jobs run it."""
    specs: dict[str, DemoSpec] = {}
    settings: dict[str, list[Mapping[str, Any]]] = {}
    for job in jobs:
        specs[job.spec.id] = job.spec
        settings.setdefault(job.spec.id, []).append(job.params)
    yield from ((specs[id], found) for id, found in settings.items())
