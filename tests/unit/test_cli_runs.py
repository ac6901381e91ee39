"""Demos run from the command line: events, results, exit codes and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.torch

DEMO = '''"""Counting.

Counts.
"""

import threading

from quizapp.demo import Choice, Int, Predict, Run, demo


@demo(
    topic="own",
    claims={"even": "The count is even", "cuda": "Something only CUDA can show"},
    measures={"count": "How many"},
    predict=Predict("How many?", measure="count", low=0, high=99),
    cuda_claims=("cuda",),
)
def main(run: Run, n: int = Int(4, 1, 99), mode: str = Choice("count", "wait", "raise"),
         seed: int = Int(0, 0, 9)) -> None:
    for step in run.steps(n):
        run.point(step, count=float("nan") if step == 1 else step)
        if mode == "wait":
            run.flush()
            while not threading.Event().wait(0.05):
                run.check()
        if mode == "raise":
            raise RuntimeError("the demo's own error")
    run.measure("count", n)
    run.claim("even", n % 2 == 0, f"{n} steps")
    if run.device == "cuda":
        run.claim("cuda", True)
'''
DECK = """deck: own
title: Own
cards:
- id: own-count
  kind: open
  question: How many steps are there?
  difficulty: mid
  answer: Six.
  key_points: [{point: six, must: true}]
  demo:
    run: counting
    with: {n: 6}
    expect:
      - {measure: count, about: 6, within: 0.01}
      - {measure: count, above: 7}
      - {claim: even}
  figure: {run: counting, with: {n: 6}, show: [count, loss]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "counting.py").write_text(DEMO, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(DECK, encoding="utf-8")
    return tmp_path


def command(folder: Path, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "quizapp",
        "--demos",
        str(folder),
        "--content",
        str(folder),
        *arguments,
    ]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *arguments),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=180,
    )


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_prints_the_events_and_exactly_one_ending(folder: Path) -> None:
    ran = run(folder, "demo", "run", "counting", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    told = events(ran.stdout)
    assert [e["t"] for e in told if e["t"] in ("done", "cancelled", "error")] == ["done"]
    assert told[-1]["t"] == "done"
    (measure,) = (e for e in told if e["t"] == "measure")
    assert (measure["id"], measure["value"]) == ("count", 4)
    assert {e["id"]: e["state"] for e in told if e["t"] == "claim"} == {
        "even": "holds",
        "cuda": "not tested",
    }
    ys = [y for e in told if e["t"] == "points" for y in e["y"]]
    assert ys == [0, "nan", 2, 3]


def test_a_claim_that_fails_here_is_a_finding(folder: Path) -> None:
    ran = run(folder, "demo", "run", "counting", "--set", "n=5", "--json")
    assert ran.returncode == 1
    assert events(ran.stdout)[-1]["t"] == "done"


def test_an_error_of_the_demo_names_its_line(folder: Path) -> None:
    ran = run(folder, "demo", "run", "counting", "--set", "mode=raise")
    assert ran.returncode == 1
    line = 1 + DEMO.splitlines().index('            raise RuntimeError("the demo\'s own error")')
    assert f"The run failed (counting.py:{line}): RuntimeError: the demo's own error" in ran.stderr


def test_a_device_that_is_not_there_is_the_environments_fault(folder: Path) -> None:
    ran = run(folder, "demo", "run", "counting", "--device", "tpu", "--json")
    assert ran.returncode == 3
    assert events(ran.stdout)[-1]["kind"] == "device"


def test_without_a_terminal_the_results_are_plain_text(folder: Path) -> None:
    ran = run(folder, "demo", "run", "counting")
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout
    for word in ("Counting", "How many", "The count is even", "holds", "4 steps", "not tested"):
        assert word in ran.stdout, word


def test_ctrl_c_cancels_and_leaves_no_process(folder: Path) -> None:
    started = subprocess.Popen(
        command(folder, "demo", "run", "counting", "--set", "mode=wait", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert started.stdout is not None
    told = []
    for line in started.stdout:
        told.append(json.loads(line))
        if told[-1]["t"] == "points":
            break
    children = Path(f"/proc/{started.pid}/task/{started.pid}/children")
    workers = children.read_text().split() if children.exists() else []
    os.kill(started.pid, signal.SIGINT)
    rest, errors = started.communicate(timeout=20)
    assert events(rest)[-1]["t"] == "cancelled"
    assert (started.returncode, errors) == (1, "")
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_verify_runs_seeds_and_compares_each_card_with_this_machine(folder: Path) -> None:
    ran = run(folder, "verify", "counting", "--seeds", "2", "--jobs", "2", "--json")
    assert ran.returncode == 1
    report = json.loads(ran.stdout)
    assert set(report) == {"version", "device", "versions", "runs", "cards", "failures"}
    assert [(r["demo"], r["seed"], r["params"]["n"]) for r in report["runs"]] == [
        ("counting", 0, 4),
        ("counting", 1, 4),
        ("counting", 0, 6),
        ("counting", 1, 6),
    ]
    first = report["runs"][0]
    assert set(first) == {"demo", "params", "seed", "wall_s", "first_point_s", "claims", "measures"}
    assert first["claims"]["even"] == {"state": "holds", "evidence": "4 steps"}
    assert first["claims"]["cuda"]["state"] == "not tested"
    assert 0 < first["first_point_s"] <= first["wall_s"]
    assert first["measures"] == {"count": 4}
    assert [(c["measure"], c["wanted"], c["ok"]) for c in report["cards"]] == 2 * [
        ("count", "6 ± 1 %", True),
        ("count", "above 7", False),
        ("even", "holds", True),
        ("figure: count", "drawn", True),
        ("figure: loss", "drawn", False),
    ]
    assert report["failures"] == 4
    assert "[4/4] counting" in ran.stderr


def test_verify_in_words_says_what_is_wrong_and_counts(folder: Path) -> None:
    ran = run(folder, "verify", "own-count")
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "own-count: count is 6, the card states above 7",
        "own-count: figure: loss is nothing, the card states drawn",
        "1 run, 2 claims, 5 statements: 2 failures",
    ]


def test_a_run_stands_beside_the_recorded_ones(folder: Path) -> None:
    record = {
        "with": {"n": 6},
        "machine": "cpu AVX2, 1 thread",
        "versions": {},
        "seeds": [0, 1],
        "seconds": [1, 1],
        "measures": {"count": [5, 6]},
        "claims": {"even": "hf"},
    }
    whole = {"version": 1, "demo": "counting", "source": "", "runs": [record]}
    (folder / "evidence").mkdir()
    (folder / "evidence" / "counting.json").write_text(json.dumps(whole), encoding="utf-8")
    text = " ".join(run(folder, "demo", "run", "counting", "--set", "n=6").stdout.split())
    assert "5 to 6 (median 5.5, 2 runs) ✓ inside" in text
    assert "held in 1 of 2" in text
    text = " ".join(run(folder, "demo", "run", "counting").stdout.split())
    assert "recorded" not in text


def new_exercise(folder: Path) -> Path:
    """Write an exercise, and return the file of the solutions beside it."""
    made = run(folder, "new", "exercise", "write_mean", "--into", str(folder))
    assert made.returncode == 0, made.stderr
    return folder / "solutions" / "write_mean.py"


def test_a_solution_in_a_file_is_judged(folder: Path, tmp_path: Path) -> None:
    new_exercise(folder)
    mine = tmp_path / "mine.py"
    mine.write_text("def masked_mean(values, mask):\n    print('hm')\n    return values.mean()\n")
    ran = run(folder, "demo", "run", "write_mean", "--solution", str(mine), "--json")
    assert ran.returncode == 1
    told = events(ran.stdout)
    claims = {e["id"]: e for e in told if e["t"] == "claim"}
    assert claims["equals-torch"]["state"] == "fails"
    assert claims["equals-torch"]["evidence"].endswith("is the mask left out?")
    (sample,) = (e for e in told if e["t"] == "sample")
    assert sample["title"] == "Printed by your code"
    assert sample["text"].startswith("hm\n")
    mine.write_text("def masked_mean(values, mask:\n")
    ran = run(folder, "demo", "run", "write_mean", "--solution", str(mine))
    assert ran.returncode == 1
    assert "solution=code of 1 line" in ran.stdout
    assert "Your code is not Python in line 1" in ran.stderr
    mine.write_text("")
    ran = run(folder, "demo", "run", "write_mean", "--solution", str(mine))
    assert ran.returncode == 1
    assert "defines no function masked_mean" in ran.stderr
    ran = run(folder, "demo", "run", "counting", "--solution", str(mine))
    assert (ran.returncode, ran.stderr.split(":")[0]) == (2, "No exercise")


def test_the_judge_of_an_exercise_is_judged_by_the_solutions_beside_it(folder: Path) -> None:
    solutions = new_exercise(folder)
    ran = run(folder, "verify", "write_mean", "--exercises", "--seeds", "2", "--json")
    assert ran.returncode == 0, ran.stdout
    printed = json.loads(ran.stdout)
    assert printed["wrong"] == {"as_meant": 12, "of": 12, "share": 1.0}
    (one,) = printed["exercises"]
    assert [one[role]["as_meant"] for role in ("reference", "starter", "right")] == [1, 1, 2]
    ends = [found["runs"] for found in one["solutions"] if found["claim"] == "ends"]
    assert ends == [1]

    text = solutions.read_text(encoding="utf-8")
    solutions.write_text(text.replace("-> equals-torch", "-> none-kept"), encoding="utf-8")
    ran = run(folder, "verify", "write_mean", "--exercises")
    assert ran.returncode == 1
    assert "write_mean: seed 0: wrong 'divided by all': fails equals-torch" in ran.stdout
    assert "8 of 12 wrong solutions fail" in ran.stdout
