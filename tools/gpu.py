"""Everything that only a GPU can show, in at most eight minutes: `make gpu`.

Runs the tests marked cuda, then every demo at its defaults, writes what they come to into
demos/evidence beside the CPU's runs, and prints where the two differ. Nothing is downloaded. A demo
for which no time is left is named.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from quizapp.app.back_ends import BackEnd
from quizapp.app.recording import Records, record, schedule
from quizapp.app.verify import plan
from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.evidence import Distribution, Evidence, Runs
from quizapp.demo.spec import DemoSpec

ROOT = Path(__file__).parent.parent
LIMIT_S = 480.0
TESTS_S = 200.0
"""Of them for the tests: each starts a process that makes a CUDA context."""


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


def run_demos(show: Callable[[str], None], until: float) -> tuple[list[str], Records]:
    """Run every demo at its defaults until the time is over; return what failed."""
    specs = read_catalogue([ROOT / "demos"]).demos
    tasks = schedule(plan(specs.values(), [], specs, 1)[0], [BackEnd("cuda", 1)])
    records = Records()
    made = 0

    def count(line: str) -> None:
        nonlocal made
        made += 1
        show(line)

    failed = asyncio.run(
        record(tasks, records, 1, count, "cuda", go_on=lambda: time.monotonic() < until)
    )
    failed += [f"{task.job.spec.id}: no time was left" for task in tasks[made:]]
    return failed, records


def main() -> int:
    """Run the tests and the demos; return 0 if all went well."""
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-m", "cuda", "-n0"]
    try:
        tests = subprocess.run(command, cwd=ROOT, timeout=TESTS_S, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"the tests took longer than {TESTS_S:.0f} s")
        tests = 1
    failed, records = run_demos(print, started + LIMIT_S - 15)
    for spec in read_catalogue([ROOT / "demos"]).demos.values():
        for line in differences(spec, records.of(spec)):
            print(line)
    print(*failed, sep="\n")
    print(f"{time.monotonic() - started:.0f} s")
    return int(bool(failed) or tests != 0)


if __name__ == "__main__":
    sys.exit(main())
