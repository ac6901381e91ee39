"""Recording over seeds and back ends: what is made, in which order, and how it goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from quizapp.app.back_ends import BackEnd, back_ends, cpu_flags
from quizapp.app.checking import check
from quizapp.app.recording import Records, record, schedule, unrecorded, wanted
from quizapp.app.verify import Job, plan
from quizapp.demo.evidence import place, read_evidence, write_evidence
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.errors import QuizError
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from quizapp.paths import Paths

TOYS = Path(__file__).parents[2] / "tui" / "toys"
ENDS = (BackEnd("AVX2, 1 thread", 1), BackEnd("SSE, 1 thread", 1, {"ARITHMETIC": "old"}))

DEMO = '''"""Counting.

Counts.
"""

import os

from quizapp.demo import Int, Run, demo


@demo(topic="own", claims={"even": "It is even"}, measures={"count": "How many"})
def main(run: Run, n: int = Int(4, 1, 99), seed: int = Int(0, 0, 99)) -> None:
    run.measure("count", n + seed + 0.5 * ("ARITHMETIC" in os.environ))
    run.claim("even", (n + seed) % 2 == 0, "")
'''
DECK = """deck: own
title: Own
cards:
- id: own-count
  kind: open
  question: How many steps are there?
  difficulty: mid
  answer: Six.
  key_points:
  - {point: six, must: true, shown: count}
  - {point: not five}
  - {point: not seven}
  pitfall: Five.
  references: [{title: Counting, where: "page 1"}]
  demo:
    run: counting
    with: {n: 6}
    shows: "{count} steps."
    expect:
    - {measure: count, between: [4, 12]}
"""


@pytest.fixture
def spec(tmp_path: Path) -> DemoSpec:
    demos = tmp_path / "demos"
    demos.mkdir()
    (demos / "counting.py").write_text(DEMO, encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "own.yaml").write_text(DECK, encoding="utf-8")
    return read_spec(demos / "counting.py")


def jobs(spec: DemoSpec, seeds: int) -> list[Job]:
    at_card = [Job(spec, spec.settings({"n": 6, "seed": seed})) for seed in range(seeds)]
    return [*plan([spec], [], {}, seeds)[0], *at_card]


def make(spec: DemoSpec, seeds: int = 3) -> tuple[list[str], list[str]]:
    """Record, and return what failed and the lines shown."""
    shown: list[str] = []

    def lab(back_end: BackEnd) -> Lab:
        env = {"PATH": "/usr/bin:/bin", **back_end.env}
        return Lab(Setup((TOYS,), threads=1, preload=False, env=env))

    tasks = schedule(jobs(spec, seeds), ENDS)
    failed = asyncio.run(record(tasks, Records(), 2, shown.append, open_lab=lab))
    return failed, shown


def test_seeds_are_first_shared_out_among_the_back_ends(spec: DemoSpec) -> None:
    tasks = schedule(plan([spec], [], {}, 4)[0], ENDS)
    order = [(task.back_end.name[:3], task.job.seed) for task in tasks]
    assert order == [
        *[("AVX", 0), ("SSE", 0)],
        *[("AVX", 2), ("SSE", 1), ("SSE", 3)],
        *[("AVX", 1), ("AVX", 3), ("SSE", 2)],
    ]


def test_what_is_recorded_need_not_be_run_again(spec: DemoSpec) -> None:
    at_card, other = jobs(spec, 1)[1], Job(spec, spec.settings({"n": 7}))
    assert unrecorded([at_card, other], Records()) == [at_card, other]
    make(spec, seeds=1)
    assert unrecorded([at_card, other], Records()) == [other]
    spec.path.write_text(DEMO.replace("n + seed +", "n - seed +"), encoding="utf-8")
    assert unrecorded([at_card, other], Records()) == [at_card, other]


def test_each_seed_is_recorded_on_each_back_end_at_each_setting(spec: DemoSpec) -> None:
    failed, shown = make(spec)
    assert failed == []
    assert len(shown) == 12 and shown[-1].startswith("[12/12, 0:00 left] counting")
    evidence = read_evidence(spec)
    assert evidence is not None
    found = evidence.at(spec, {"n": 6})
    assert found is not None
    assert [draw.value for draw in found.draws("count")] == [6, 7, 8, 6.5, 7.5, 8.5]
    assert [runs.machine for runs in found.runs] == ["cpu AVX2, 1 thread", "cpu SSE, 1 thread"]
    assert found.claim("even") == (4, 6)


def test_recording_goes_on_where_it_stopped(spec: DemoSpec) -> None:
    make(spec, seeds=2)
    before = place(spec).read_text()
    assert make(spec, seeds=2) == ([], [])
    assert place(spec).read_text() == before
    assert len(make(spec, seeds=3)[1]) == 4


def test_a_changed_demo_is_recorded_anew(spec: DemoSpec) -> None:
    make(spec, seeds=1)
    spec.path.write_text(DEMO.replace("n + seed +", "n + seed + 10 +"), encoding="utf-8")
    make(read_spec(spec.path), seeds=1)
    evidence = read_evidence(spec)
    assert evidence is not None
    (old, _) = evidence.at(spec, {}).draws("count")  # type: ignore[union-attr]  # it was made
    assert old.value == 14


def test_settings_that_no_card_has_any_more_are_dropped(spec: DemoSpec) -> None:
    make(spec, seeds=1)
    ((_, settings),) = wanted(plan([spec], [], {}, 1)[0])
    Records().prune(spec, settings)
    evidence = read_evidence(spec)
    assert evidence is not None and [dict(runs.with_) for runs in evidence.runs] == [{}, {}]


def test_a_run_that_fails_is_named_and_the_others_are_kept(spec: DemoSpec) -> None:
    broken = DEMO.replace('run.claim("even"', 'assert seed != 1\n    run.claim("even"')
    spec.path.write_text(broken, encoding="utf-8")
    failed, _ = make(read_spec(spec.path), seeds=2)
    assert len(failed) == 4
    assert any(line.startswith("counting seed=1, AVX2, 1 thread: ") for line in failed)
    evidence = read_evidence(spec)
    assert evidence is not None and {runs.seeds for runs in evidence.runs} == {(0,)}


def test_a_folder_that_cannot_be_written_is_a_sentence(spec: DemoSpec) -> None:
    place(spec).parent.write_text("a file where the folder should be")
    with pytest.raises(ExceptionGroup) as found:
        make(spec, seeds=1)
    error = found.value.exceptions[0]
    assert isinstance(error, QuizError)
    assert error.title == "Cannot write the record"
    assert "a demos folder of your own" in error.hint


def test_check_reports_a_changed_value_a_changed_statement_and_a_changed_demo(
    spec: DemoSpec, tmp_path: Path
) -> None:
    deck = tmp_path / "content" / "own.yaml"
    spec.path.write_text(DEMO.replace("(n + seed) % 2 == 0", "n % 2 == 0"), encoding="utf-8")
    paths = Paths(tmp_path, tmp_path, tmp_path, (deck.parent,), (spec.path.parent,))

    def codes() -> list[str]:
        return [problem.code for problem in check(paths, []).report.problems]

    make(read_spec(spec.path), seeds=2)
    assert codes() == []

    evidence = read_evidence(spec)
    assert evidence is not None
    runs = evidence.recorded({"n": 6}, "cpu SSE, 1 thread").add(1, 1, {"count": 99}, {}, {})
    write_evidence(spec, evidence.with_runs(runs))
    assert codes() == ["E401"]
    write_evidence(spec, evidence)

    deck.write_text(DECK.replace("between: [4, 12]", "above: 6.4"), encoding="utf-8")
    assert codes() == ["E401"]
    deck.write_text(DECK, encoding="utf-8")

    spec.path.write_text(DEMO.replace("n + seed +", "n + seed - 0 +"), encoding="utf-8")
    assert codes() == ["E405"]


def test_a_cpu_runs_its_own_arithmetic_and_the_older_kinds() -> None:
    new = frozenset("avx2 avx512f avx512vl avx512bw avx512dq".split())
    assert [end.name for end in back_ends(new, "x86_64", 2)] == [
        "AVX-512, 1 thread",
        "AVX2, 1 thread",
        "SSE, 1 thread",
        "AVX-512, 2 threads",
    ]
    old = back_ends(frozenset({"avx2"}), "x86_64", 2)
    assert [end.name for end in old] == ["AVX2, 1 thread", "SSE, 1 thread", "AVX2, 2 threads"]
    assert {end.env["ATEN_CPU_CAPABILITY"] for end in old} == {"avx2", "default"}
    assert [end.threads for end in back_ends(frozenset(), "arm64", 4)] == [1, 1, 2]


def test_one_core_is_not_shared_by_two_threads() -> None:
    assert [end.threads for end in back_ends(frozenset({"avx2"}), "x86_64", 1)] == [1, 1]


def test_the_flags_of_the_first_core_are_read() -> None:
    assert cpu_flags("processor\t: 0\nflags\t\t: fpu avx2\n\nflags : other") == {"fpu", "avx2"}
    assert cpu_flags("Features : asimd") == frozenset()
