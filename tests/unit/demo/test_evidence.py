"""What is recorded of runs, and when a record is of another demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.demo.evidence import (
    Counted,
    Evidence,
    Runs,
    Spread,
    key,
    place,
    read_evidence,
    write_evidence,
)
from quizapp.demo.fingerprint import fingerprint
from quizapp.demo.spec import DemoSpec, read_spec

DEMO = '''"""Counting.

A page.
"""

from quizapp.demo import Int, Run, demo


@demo(topic="own", claims={"even": "It is even"}, measures={"count": "How many"})
def main(run: Run, n: int = Int(4, 1, 99), seed: int = Int(0, 0, 9)) -> None:
    """Count."""
    # the lesson
    run.measure("count", n + 1)
    run.claim("even", n % 2 == 0, f"{n}")
'''


def write(folder: Path, text: str = DEMO) -> DemoSpec:
    path = folder / "counting.py"
    path.write_text(text, encoding="utf-8")
    return read_spec(path)


def record(*losses: float, machine: str = "cpu AVX2, 1 thread", claims: str = "") -> Runs:
    runs = Runs({}, machine)
    for seed, loss in enumerate(losses):
        state = {"h": "holds", "f": "fails", "n": "not tested"}[claims[seed]] if claims else "holds"
        runs = runs.add(seed, 0.5, {"loss": loss}, {"even": state}, {"torch": "2"})
    return runs


def test_runs_of_all_machines_at_the_same_settings_are_one_distribution(tmp_path: Path) -> None:
    spec = write(tmp_path)
    other = Runs({"n": 6}, "cpu SSE, 1 thread").add(0, 1, {"loss": 9.0}, {}, {})
    evidence = Evidence("counting", "x", (record(1.0, 2.0), record(4.0, machine="b"), other))
    found = evidence.at(spec, {"n": 4, "seed": 7})
    assert found is not None and found.count == 3
    assert found.measure("loss") == Spread(2.0, 1.0, 4.0, 3)
    assert found.measure("nothing") is None
    assert found.claim("even") == Counted(3, 3)
    assert [len(group.runs) for group in evidence.distributions()] == [2, 1]
    assert evidence.at(spec, {"n": 8}) is None


def test_a_claim_counts_only_runs_that_tested_it() -> None:
    found = Evidence("d", "x", (record(1, 1, 1, claims="hfn"),)).distributions()
    assert next(iter(found)).claim("even") == Counted(1, 2)
    untested = next(iter(Evidence("d", "x", (record(1, claims="n"),)).distributions()))
    assert untested.claim("even") is None


def test_a_text_has_its_most_frequent_value_and_ends_only_if_all_agree() -> None:
    runs = Runs({}, "m")
    for seed, best in enumerate(["NF4", "INT4", "NF4"]):
        runs = runs.add(seed, 0, {"best": best}, {}, {})
    (found,) = Evidence("d", "x", (runs,)).distributions()
    assert found.measure("best") == Spread("NF4", "", "", 3)


def test_a_run_of_a_seed_that_is_there_replaces_it_and_others_stay() -> None:
    runs = record(1.0, 2.0, 3.0).add(1, 0.5, {"loss": 8.0, "new": 1}, {"even": "fails"}, {})
    assert (runs.seeds, runs.measures["loss"], runs.claims["even"]) == (
        (0, 1, 2),
        (1.0, 8.0, 3.0),
        "hfh",
    )
    assert runs.measures["new"] == (None, 1, None)


@given(st.lists(st.floats() | st.integers(-9, 9) | st.text(max_size=3) | st.booleans(), max_size=5))
def test_a_record_comes_back_as_it_was_written(values: list[float | int | str | bool]) -> None:
    with TemporaryDirectory() as folder:
        spec = write(Path(folder))
        runs = Runs({"n": 6}, "cpu SSE, 1 thread")
        for seed, value in enumerate(values):
            runs = runs.add(seed, 0.25, {"count": value}, {"even": "fails"}, {"torch": "2"})
        evidence = Evidence("counting", "abc").with_runs(runs)
        write_evidence(spec, evidence)
        assert read_evidence(spec) == evidence
        assert not [*place(spec).parent.glob("*.new")]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"demo": 1, "source": "", "runs": [3]}', "\x00"])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    spec = write(tmp_path)
    place(spec).parent.mkdir()
    place(spec).write_text(text)
    assert read_evidence(spec) is None


def test_settings_are_known_by_what_differs_from_the_defaults(tmp_path: Path) -> None:
    spec = write(tmp_path)
    assert key(spec, {"n": 4, "seed": 3}) == {}
    assert key(spec, {"n": 5, "seed": 0}) == {"n": 5}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("A page.", "Another page."),
        lambda text: text.replace("It is even", "The count is even"),
        lambda text: text.replace("# the lesson", "# the point\n"),
        lambda text: text.replace('"""Count."""', '"""Count them."""'),
        lambda text: text.replace("n + 1", "n  +  1"),
    ],
)
def test_words_and_layout_leave_a_record_valid(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    before = fingerprint(write(tmp_path))
    assert change(DEMO) != DEMO
    assert fingerprint(write(tmp_path, change(DEMO))) == before


def test_code_that_runs_makes_a_record_old(tmp_path: Path) -> None:
    before = fingerprint(write(tmp_path))
    assert fingerprint(write(tmp_path, DEMO.replace("n + 1", "n + 2"))) != before
    assert fingerprint(write(tmp_path, DEMO.replace("Int(4", "Int(5"))) != before


def test_what_a_demo_reads_of_the_world_belongs_to_it(tmp_path: Path) -> None:
    marks = []
    for name, weights in (("a", b"1"), ("b", b"2")):
        world = tmp_path / name / "tinyworld"
        world.mkdir(parents=True)
        (world / "model.py").write_text("x = 1\n")
        (world / "model.safetensors").write_bytes(weights)
        marks.append(fingerprint(write(tmp_path / name, DEMO + "\nimport tinyworld\n")))
        marks.append(fingerprint(write(tmp_path / name)))
    assert marks[0] != marks[2]
    assert marks[1] == marks[3]
