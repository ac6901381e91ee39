"""Judging the judge: what every solution kept beside an exercise comes to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizapp.app.verify import Job, Outcome, make_runs, versions_of
from quizapp.demo.kept import ENDS, Kept, is_repair, kept
from quizapp.demo.spec import DemoSpec

ENOUGH = 0.95
"""Share of wrong solutions that must fail where they are meant to; and of seeds at which a broken
script must fail, since a seed may be kind to it."""

LIMIT_S = 30.0
"""A run of an exercise takes a second; on a busy machine it may take this long."""

ENDS_S = 3.0
"""One that is meant to end its run is not waited for longer: it would loop for ever."""


def _met(spec: DemoSpec, one: Kept, outcome: Outcome) -> bool:
    """Whether a run judged a solution as it should."""
    state = outcome.state
    done, found = state.status == "done", {claim.id: claim.state for claim in state.claims}
    match one.role:
        case "reference" | "right":
            return done and set(found.values()) == {"holds"}
        case "starter":
            return done and "fails" in found.values()
    return found.get(one.claim) == "fails" or (one.claim == ENDS and not done)


@dataclass(frozen=True)
class Tried:
    """A solution, and the runs of it at several seeds."""

    spec: DemoSpec
    kept: Kept
    runs: tuple[Outcome, ...]

    @property
    def met(self) -> int:
        """In how many runs it was judged as it should be."""
        return sum(_met(self.spec, self.kept, run) for run in self.runs)

    @property
    def as_meant(self) -> bool:
        """Whether it was judged as it should be at every seed; a broken script: at nearly every."""
        share = ENOUGH if self.kept.role == "starter" and is_repair(self.spec) else 1.0
        return self.met >= share * len(self.runs)

    @property
    def failures(self) -> Iterator[str]:
        """What it came to where it was judged otherwise, in words."""
        for run in self.runs:
            if not _met(self.spec, self.kept, run):
                name = f"{self.kept.role} {self.kept.name!r}"
                yield f"{self.spec.id}: seed {run.job.seed}: {name}: {_came_to(run)}"


@dataclass(frozen=True)
class Judged:
    """What the solutions of one exercise came to."""

    spec: DemoSpec
    tried: tuple[Tried, ...]

    def count(self, role: str) -> tuple[int, int]:
        """Return how many solutions of a role were judged as they should be, and of how many."""
        found = [one.as_meant for one in self.tried if one.kept.role == role]
        return sum(found), len(found)

    @property
    def line(self) -> str:
        """What it came to, in a line."""
        killed, wrong = self.count("wrong")
        return f"{self.spec.id}: {killed} of {wrong} wrong solutions fail"

    @property
    def failures(self) -> list[str]:
        """What is wrong with the judge itself, apart from wrong solutions that pass."""
        return [
            words
            for one in self.tried
            if one.kept.role != "wrong" and not one.as_meant
            for words in one.failures
        ]

    @property
    def missed(self) -> list[str]:
        """The wrong solutions that do not fail where they should."""
        wrong = [one for one in self.tried if one.kept.role == "wrong" and not one.as_meant]
        return [words for one in wrong for words in one.failures]

    def as_json(self) -> dict[str, Any]:
        """Return it as `verify --exercises --json` prints it."""
        counts = {}
        for role in ("reference", "starter", "right", "wrong"):
            as_meant, of = self.count(role)
            counts[role] = {"as_meant": as_meant, "of": of}
        return {
            "exercise": self.spec.id,
            **counts,
            "solutions": [
                {
                    "role": one.kept.role,
                    "name": one.kept.name,
                    "claim": one.kept.claim,
                    "runs": len(one.runs),
                    "as_meant": one.met,
                    "wall_s": round(max(run.wall_s for run in one.runs), 3),
                }
                for one in self.tried
            ],
        }


@dataclass(frozen=True)
class Verdict:
    """What all exercises came to."""

    judged: tuple[Judged, ...]

    @property
    def killed(self) -> tuple[int, int]:
        """How many wrong solutions fail where they should, and of how many."""
        counts = [one.count("wrong") for one in self.judged]
        return sum(killed for killed, _ in counts), sum(of for _, of in counts)

    @property
    def share(self) -> float:
        """The share of wrong solutions that fail where they should."""
        killed, of = self.killed
        return killed / of if of else 1.0

    @property
    def failures(self) -> list[str]:
        """What is wrong, in words; nothing if the judge is good enough."""
        found = [failure for one in self.judged for failure in one.failures]
        if self.share < ENOUGH:
            killed, of = self.killed
            found.append(f"only {killed} of {of} wrong solutions fail where they should")
        return found

    def as_json(self) -> dict[str, Any]:
        """Return it as `verify --exercises --json` prints it."""
        killed, of = self.killed
        runs = [run for one in self.judged for tried in one.tried for run in tried.runs]
        return {
            "device": next((r.state.device_name for r in runs if r.state.device_name), ""),
            "versions": versions_of(runs),
            "exercises": [one.as_json() for one in self.judged],
            "wrong": {"as_meant": killed, "of": of, "share": round(self.share, 4)},
            "missed": [words for one in self.judged for words in one.missed],
            "failures": self.failures,
        }


def judging_jobs(
    spec: DemoSpec, seeds: int, *, sample: bool = False
) -> list[tuple[Kept, list[Job]]]:
    """Return the solutions of an exercise, each with the runs that judge it at `seeds` seeds.

    `sample` takes the reference, the starter, and for each claim the first wrong solution that is
    meant to fail it. What ends its run does so whatever the seed: it runs once.
    """
    found = kept(spec)
    if sample:
        first = {one.claim: one for one in reversed(found) if one.claim not in ("", ENDS)}
        found = [o for o in found if o.role in ("reference", "starter") or o in first.values()]

    def jobs(one: Kept) -> list[Job]:
        count = seeds if "seed" in spec.params and one.claim != ENDS else 1
        settings: Sequence[Mapping[str, int]] = (
            [{"seed": seed} for seed in range(count)] if "seed" in spec.params else [{}]
        )
        limit = ENDS_S if one.claim == ENDS else math.inf
        return [
            Job(spec, spec.settings({**spec.solution(one.text), **seed}), limit_s=limit)
            for seed in settings
        ]

    return [(one, jobs(one)) for one in found]


async def judge_all(
    specs: Sequence[DemoSpec],
    seeds: int,
    at_a_time: int,
    show: Callable[[str], None],
    *,
    sample: bool = False,
) -> Verdict:
    """Run the solutions kept of these exercises; `show` gets a line on each exercise."""
    plan = [
        (spec, one, jobs)
        for spec in specs
        for one, jobs in judging_jobs(spec, seeds, sample=sample)
    ]
    left = {spec.id: sum(len(jobs) for own, _, jobs in plan if own is spec) for spec in specs}
    made: dict[int, Outcome] = {}

    def judged(spec: DemoSpec) -> Judged:
        tried = [
            Tried(spec, one, tuple(made[id(job)] for job in jobs))
            for own, one, jobs in plan
            if own is spec
        ]
        return Judged(spec, tuple(tried))

    def take(number: int, outcome: Outcome) -> None:
        made[id(outcome.job)] = outcome
        spec = outcome.job.spec
        left[spec.id] -= 1
        if not left[spec.id]:
            show(judged(spec).line)

    await make_runs(
        [job for _, _, jobs in plan for job in jobs], at_a_time, "cpu", take, limit_s=LIMIT_S
    )
    return Verdict(tuple(map(judged, specs)))


def _came_to(run: Outcome) -> str:
    """Return what a run came to, in words."""
    if run.state.error:
        return run.state.error.text
    failed = [
        f"{claim.id}: {claim.evidence}" for claim in run.state.claims if claim.state != "holds"
    ]
    return "fails " + "; ".join(failed) if failed else "passes"
