"""What the solutions kept beside an exercise come to, and when its judge is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from quizapp.app.exercises import Judged, Tried, Verdict, judging_jobs
from quizapp.app.verify import Job, Outcome
from quizapp.demo.events import Claim, Done, Error, Loaded, State
from quizapp.demo.kept import Kept, Role
from quizapp.demo.params import CodeText, Number
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from tests.unit.toys import make_spec

SPEC = replace(
    make_spec(),
    id="write_double",
    params={"solution": CodeText("f", "STARTER\n"), "seed": Number("int", 0, 0, 999)},
    reference="REFERENCE\n",
    claims={"a": "A holds", "b": "B holds"},
)


def outcome(spec: DemoSpec, seed: int, a: State, b: State, error: str = "") -> Outcome:
    """Return a run that found this of two claims, or ended in an error."""
    ending = Error("solution", error) if error else Done(versions={"torch": "2"})
    state = RunState().add(
        Loaded("cpu", "cpu, 1 thread"), Claim("a", a, "1 of 2"), Claim("b", b), ending
    )
    return Outcome(Job(spec, spec.settings({"seed": seed})), state, 0.25, None)


def tried(role: Role, claim: str = "", found: Sequence[str] = ("++",), **spec: str) -> Tried:
    """Return a solution; a run is two of + holds, - fails, ? not tested; or `end`, an error."""
    own = replace(SPEC, id=spec.get("id", SPEC.id))
    signs: dict[str, State] = {"+": "holds", "-": "fails", "?": "not tested"}
    runs = [
        outcome(own, seed, "fails", "fails", "No function f")
        if one == "end"
        else outcome(own, seed, signs[one[0]], signs[one[1]])
        for seed, one in enumerate(found)
    ]
    return Tried(own, Kept(role, f"a {role} one", "", claim), tuple(runs))


def test_the_reference_and_right_ones_must_pass_at_every_seed() -> None:
    assert tried("reference", found=["++", "++"]).as_meant
    assert not tried("right", found=["++", "+-"]).as_meant
    assert not tried("reference", found=["end"]).as_meant


def test_a_starter_must_fail_a_claim_and_not_end_its_run() -> None:
    assert tried("starter", found=["-+", "+-"]).as_meant
    assert not tried("starter", found=["-+", "++"]).as_meant
    assert not tried("starter", found=["end"]).as_meant


def test_a_broken_script_may_be_lucky_once_in_twenty_seeds() -> None:
    once, twice = ["-+"] * 19 + ["++"], ["-+"] * 18 + ["++"] * 2
    assert tried("starter", found=once, id="repair_loss").as_meant
    assert not tried("starter", found=twice, id="repair_loss").as_meant
    assert not tried("starter", found=once).as_meant


def test_a_wrong_one_must_fail_the_claim_that_it_is_meant_to() -> None:
    assert tried("wrong", "a", ["-+", "--"]).as_meant
    assert not tried("wrong", "a", ["-+", "+-"]).as_meant
    assert tried("wrong", "ends", ["end"]).as_meant
    assert not tried("wrong", "ends", ["--"]).as_meant


def test_a_claim_that_was_not_tested_passes_nobody_and_fails_nobody() -> None:
    assert not tried("reference", found=["+?"]).as_meant
    assert not tried("starter", found=["+?"]).as_meant
    assert not tried("wrong", "b", ["+?"]).as_meant


def test_failures_say_seed_solution_and_what_came_out() -> None:
    missed = tried("wrong", "b", ["--", "-+"])
    passed = tried("starter", found=["++"])
    ended = tried("right", found=["end"])
    judged = Judged(SPEC, (missed, passed, ended))
    assert judged.missed == ["write_double: seed 1: wrong 'a wrong one': fails a: 1 of 2"]
    assert judged.failures == [
        "write_double: seed 0: starter 'a starter one': passes",
        "write_double: seed 0: right 'a right one': No function f",
    ]
    assert judged.line == "write_double: 0 of 1 wrong solutions fail"


def test_ninety_five_of_a_hundred_wrong_ones_are_enough() -> None:
    hit, miss = tried("wrong", "a", ["-+"]), tried("wrong", "a", ["++"])
    enough = Verdict((Judged(SPEC, (*[hit] * 95, *[miss] * 5)),))
    assert (enough.killed, enough.share, enough.failures) == ((95, 100), 0.95, [])
    few = Verdict((Judged(SPEC, (*[hit] * 94, *[miss] * 6)),))
    assert few.failures == ["only 94 of 100 wrong solutions fail where they should"]
    assert Verdict(()).failures == []


def test_the_report_counts_by_role_and_names_every_solution() -> None:
    printed = Verdict(
        (
            Judged(
                SPEC,
                (tried("reference"), tried("wrong", "a", ["-+"])),
            ),
        )
    ).as_json()
    assert printed == {
        "device": "cpu, 1 thread",
        "versions": {"torch": "2"},
        "exercises": [
            {
                "exercise": "write_double",
                "reference": {"as_meant": 1, "of": 1},
                "starter": {"as_meant": 0, "of": 0},
                "right": {"as_meant": 0, "of": 0},
                "wrong": {"as_meant": 1, "of": 1},
                "solutions": [
                    {
                        "role": role,
                        "name": f"a {role} one",
                        "claim": claim,
                        "runs": 1,
                        "as_meant": 1,
                        "wall_s": 0.25,
                    }
                    for role, claim in (("reference", ""), ("wrong", "a"))
                ],
            }
        ],
        "wrong": {"as_meant": 1, "of": 1, "share": 1.0},
        "missed": [],
        "failures": [],
    }


CELLS = """
# %% right: one
# %% wrong: first -> a
# %% wrong: second -> a
# %% wrong: third -> b
# %% wrong: endless -> ends
"""


def planned(spec: DemoSpec, *, sample: bool) -> list[tuple[str, int]]:
    """Return name and number of runs of each solution."""
    return [(one.name, len(jobs)) for one, jobs in judging_jobs(spec, 3, sample=sample)]


def test_every_solution_runs_at_every_seed_but_what_ends_its_run(tmp_path: Path) -> None:
    spec = replace(SPEC, path=tmp_path / "write_double.py")
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "write_double.py").write_text(CELLS, encoding="utf-8")
    assert planned(spec, sample=False) == [
        ("the reference", 3),
        ("the starter", 3),
        ("one", 3),
        ("first", 3),
        ("second", 3),
        ("third", 3),
        ("endless", 1),
    ]
    assert planned(spec, sample=True) == [
        ("the reference", 3),
        ("the starter", 3),
        ("first", 3),
        ("third", 3),
    ]
    (_, jobs), *_ = judging_jobs(spec, 3)
    assert [job.params for job in jobs] == [
        {"solution": "REFERENCE\n", "seed": seed} for seed in range(3)
    ]
    assert jobs[1].label == "write_double solution=code of 1 line seed=1"
