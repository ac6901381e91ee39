"""Everything that only a GPU can show, in at most eight minutes: `make gpu`.

Runs the tests marked cuda, then every demo at its defaults, writes what they come to into
demos/evidence beside the CPU's runs, and prints where the two differ. Nothing is downloaded. Every
run on a GPU needs a process of its own, which imports torch for some ten seconds, so several run
at once: first the demos with kernels of bitsandbytes, then the others that compute on the GPU, then
the rest. What fills the GPU comes at the end, alone. A demo for which no time is left is named.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from quizapp.app.back_ends import BackEnd
from quizapp.app.once import usable_cores
from quizapp.app.recording import Records, record, schedule
from quizapp.app.verify import plan
from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.evidence import Distribution, Evidence, Runs
from quizapp.demo.spec import DemoSpec
from quizapp.lab.probe import probe

ROOT = Path(__file__).parent.parent
LIMIT_S = 480.0
TESTS_S = 150.0
"""Of them for the tests: each starts a process that makes a CUDA context."""

RUN_S = 60.0
"""Longest run: twice that is when a run that does not stop by itself is killed."""

END_S = 60.0
"""Kept for what fills the GPU: a test and a demo."""

AT_ONCE = 8
"""Most runs at a time; each has a second process that prepares the next, half a GB of the GPU."""

FILLING = ("paged_optimizer",)
"""Demos that fill the GPU: beside them other runs would be out of memory."""


def differences(spec: DemoSpec, evidence: Evidence) -> Iterator[str]:
    """Yield where the runs on a GPU leave what the CPU's came to, in words."""
    every = evidence.at(spec, spec.defaults)
    runs: Sequence[Runs] = every.runs if every else ()
    cpu = Distribution(tuple(r for r in runs if r.machine.startswith("cpu ")))
    gpu = Distribution(tuple(r for r in runs if not r.machine.startswith("cpu ")))
    if not cpu.runs:
        yield f"{spec.id}: no record of a CPU to compare with"
        return
    for measure in spec.measures:
        spread = cpu.measure(measure)
        for draw in gpu.draws(measure):
            if spread is None:
                yield f"{spec.id}: {measure} is {draw.value}, on a CPU it is not reported"
            elif isinstance(spread.median, str) or isinstance(draw.value, str):
                if draw.value != spread.median:
                    yield f"{spec.id}: {measure} is {draw.value}, on a CPU {spread.median}"
            elif not float(spread.low) <= draw.value <= float(spread.high):
                ends = f"{spread.low:.4g} to {spread.high:.4g}"
                yield f"{spec.id}: {measure} is {draw.value:.4g}, on a CPU {ends}"
    for claim in spec.claims:
        for draw in gpu.states(claim):
            if draw.value == "fails":
                yield f"{spec.id}: {claim} fails"


def by_use_of_the_gpu(
    specs: Iterable[DemoSpec], recorded: Callable[[DemoSpec], bool]
) -> list[DemoSpec]:
    """Return the demos in the order to run them: what differs most from a CPU first.

    Those that are recorded on this GPU come last, so that a second call does what the first left.
    """

    def rank(spec: DemoSpec) -> tuple[bool, int]:
        code = spec.path.read_text(encoding="utf-8")
        if "run.device" not in code:
            return recorded(spec), 2
        quantizes = "bitsandbytes" in code or "quantization_config" in code
        return recorded(spec), 0 if quantizes else 1

    return sorted(specs, key=rank)


def run_demos(
    specs: Iterable[DemoSpec],
    records: Records,
    at_once: int,
    show: Callable[[str], None],
    until: float,
) -> list[str]:
    """Run demos at their defaults until the time is over; return what failed or was left out."""
    known = {spec.id: spec for spec in specs}
    tasks = schedule(plan(known.values(), [], known, 1)[0], [BackEnd("cuda", 1)])
    made = 0

    def count(line: str) -> None:
        nonlocal made
        made += 1
        show(line)

    failed = asyncio.run(
        record(
            tasks,
            records,
            at_once,
            count,
            "cuda",
            go_on=lambda: time.monotonic() < until,
            limit_s=RUN_S,
        )
    )
    return failed + [f"{task.job.spec.id}: no time was left" for task in tasks[made:]]


def run_tests(limit_s: float, *options: str) -> list[str]:
    """Run the tests marked cuda; return what failed, in words."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "cuda", "-n0", "tests/demos", *options]
    try:
        status = subprocess.run(command, cwd=ROOT, timeout=limit_s, check=False).returncode
    except subprocess.TimeoutExpired:
        return [f"the tests took longer than {limit_s:.0f} s"]
    return [f"the tests {' '.join(options)} ended with status {status}"] if status else []


def main() -> int:
    """Run the tests and the demos; return 0 if all went well, 3 where there is no GPU."""
    started = time.monotonic()
    # The worker does not look into the current folder: where quizapp is not installed, here it is.
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    machine = probe(1)
    if machine.device != "cuda":
        print(f"no GPU to run on: {machine.problem or f'torch finds {machine.name} alone'}")
        return 3
    print(machine.name)
    records = Records()
    specs = by_use_of_the_gpu(
        read_catalogue([ROOT / "demos"]).demos.values(),
        lambda spec: bool(records.of(spec).recorded({}, machine.name).seeds),
    )
    filling = [spec for spec in specs if spec.id in FILLING]
    others = [spec for spec in specs if spec.id not in FILLING]
    at_once = max(1, min(AT_ONCE, usable_cores() // 2))
    failed = run_tests(TESTS_S, "-k", "not paged")
    failed += run_demos(others, records, at_once, print, started + LIMIT_S - END_S - RUN_S)
    failed += run_demos(filling, records, 1, print, started + LIMIT_S - RUN_S)
    failed += run_tests(max(1.0, started + LIMIT_S - time.monotonic()), "-k", "paged")
    for spec in specs:
        for line in differences(spec, records.of(spec)):
            print(line)
    print(*failed, sep="\n")
    print(f"{time.monotonic() - started:.0f} s")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
