"""What the app promises about speed, as ratios within one run: `make bench`."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizapp.app.once import setup_here
from quizapp.demo.events import Claim, Points
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.demo.state import RunState
from quizapp.exchange.standalone import script
from quizapp.lab.lab import Lab
from quizapp.settings import StudySettings
from quizapp.store import Store
from quizapp.study import actions
from quizapp.study.calendar import Calendar
from quizapp.study.model import Answer, Rating
from quizapp.study.schedule import Scheduler
from tests.benchmarks.many_cards import write_ten_thousand_cards

HERE = Path(__file__).parent
DEMOS = HERE.parents[1] / "demos"
STEPS = 150

pytestmark = pytest.mark.torch


def spawn_seconds(*arguments: str) -> float:
    """Return the seconds from starting a Python script to its first line of output."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - started
        process.stdout.read()
    assert line, f"{arguments} said nothing"
    return seconds


def test_the_first_of_ten_thousand_cards_is_as_fast_as_a_hard_coded_one(tmp_path: Path) -> None:
    write_ten_thousand_cards(tmp_path / "many")
    script = str(HERE / "first_card.py")
    spawn_seconds(script, "app", str(tmp_path))  # writes the cache
    ours, bare = [], []
    for _ in range(7):
        ours.append(spawn_seconds(script, "app", str(tmp_path)))
        bare.append(spawn_seconds(script, "hard-coded"))
    ratio = statistics.median(ours) / statistics.median(bare)
    print(
        f"\nfirst card, 10,000 cards: {ratio:.2f} of a hard-coded card "
        f"({statistics.median(ours):.2f} s and {statistics.median(bare):.2f} s)"
    )
    assert ratio <= 1.25


async def run_once(lab: Lab, spec: DemoSpec, **settings: int) -> tuple[float, RunState]:
    """Return the seconds to the first plotted point, and the run's end."""
    started, first, state = time.perf_counter(), 0.0, RunState()
    async for event in lab.start(RunRequest(spec, spec.settings(settings))).events():
        if isinstance(event, Points) and not first:
            first = time.perf_counter() - started
        state = state.add(event)
    assert state.status == "done", state.error
    return first, state


async def test_the_first_point_comes_at_once_and_the_loop_runs_at_full_speed() -> None:
    lab = Lab(setup_here(threads=1))
    await lab.prepare().ready
    finetune, toy = read_spec(DEMOS / "lora_finetune.py"), read_spec(HERE / "toy_lora.py")
    firsts, loops, colds, bares = [], [], [], []
    bare = [sys.executable, str(HERE / "bare_lora.py"), str(STEPS)]
    try:
        for _ in range(5):
            firsts.append((await run_once(lab, finetune, steps=5))[0])
            _, state = await run_once(lab, toy, steps=STEPS)
            loops.append(float(state.measure("loop_s") or 0))
            done = await asyncio.to_thread(subprocess.run, bare, capture_output=True, check=True)
            cold, loop = map(float, done.stdout.split())
            colds.append(cold)
            bares.append(loop)
    finally:
        lab.close()
    first, cold = statistics.median(firsts), statistics.median(colds)
    ratio = min(loops) / min(bares)
    print(
        f"\nkey to first point: {first:.2f} s, {first / cold:.3f} of a cold Python ({cold:.1f} s)"
    )
    print(f"loop inside quizapp: {ratio:.3f} of the bare loop")
    assert first <= 0.6
    assert ratio <= 1.05


async def first_verdict(lab: Lab, spec: DemoSpec, seed: int) -> float:
    """Return the seconds to the first claim about a solution."""
    started, first = time.perf_counter(), 0.0
    settings = spec.settings({spec.code: spec.reference, "seed": seed})
    async for event in lab.start(RunRequest(spec, settings)).events():
        if isinstance(event, Claim) and not first:
            first = time.perf_counter() - started
            assert event.state == "holds", event.evidence
    return first


async def test_the_first_verdict_on_a_solution_comes_at_once(tmp_path: Path) -> None:
    spec = read_spec(DEMOS / "exercises" / "write_lora_forward.py")
    alone = tmp_path / "alone.py"
    alone.write_text(script(spec, {}), encoding="utf-8")
    lab = Lab(setup_here(threads=1))
    await lab.prepare().ready
    verdicts, colds = [], []
    try:
        for seed in range(5):
            verdicts.append(await first_verdict(lab, spec, seed))
            colds.append(await asyncio.to_thread(spawn_seconds, "-u", str(alone)))
    finally:
        lab.close()
    verdict, cold = statistics.median(verdicts), statistics.median(colds)
    print(
        f"\nkey to first verdict: {verdict:.2f} s, {verdict / cold:.3f} of the same "
        f"exercise in a cold Python ({cold:.1f} s)"
    )
    assert verdict <= 1.0


def test_rating_and_commit_is_not_felt(tmp_path: Path) -> None:
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    scheduler = Scheduler(StudySettings(), Calendar(UTC))
    store, times = Store(tmp_path / "log.sqlite", lambda: now), []
    for n in range(1000):
        state = store.state(f"card-{n % 200}")
        started = time.perf_counter()
        store.commit(actions.rate(state, Answer(Rating.GOOD), now, scheduler), scheduler)
        times.append(1000 * (time.perf_counter() - started))
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(f"\nrate and commit: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    assert p99 <= 5
