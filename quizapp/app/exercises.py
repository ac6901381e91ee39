"""Judging the judge: what every solution kept beside an exercise comes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from quizapp.app.verify import Job, Outcome, make_runs
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError

Role: TypeAlias = Literal["reference", "starter", "right", "wrong"]

_CELL = re.compile(r"^# %% (?P<role>\w+): (?P<name>.+?)(?: -> (?P<claim>[\w-]+))?$", re.MULTILINE)
"""A cell of the percent format: `# %% wrong: scale left out -> equals-peft`."""


@dataclass(frozen=True)
class Kept:
    """A solution whose outcome is known."""

    role: Role
    name: str
    """What it does otherwise, in a few words."""
    text: str
    claim: str = ""
    """The claim that a wrong solution must fail."""

    def met(self, outcome: Outcome) -> bool:
        """Whether a run judged it as it should."""
        state = outcome.state
        failed = [claim.id for claim in state.claims if claim.state != "holds"]
        if self.role in ("reference", "right"):
            return state.status == "done" and not failed
        if self.role == "starter":
            return state.status == "done" and bool(failed)
        return self.claim in failed or (state.status != "done" and self.claim == "ends")


def solutions_file(spec: DemoSpec) -> Path:
    """Return where the solutions of an exercise are kept."""
    return spec.path.parent / "solutions" / spec.path.name


def kept(spec: DemoSpec) -> list[Kept]:
    """Return reference, starter, and the solutions kept beside an exercise.

    Raises:
        QuizError: a cell names no role or no claim of the exercise.
    """
    found = [
        Kept("reference", "the reference", spec.reference),
        Kept("starter", "the starter", spec.starter),
    ]
    file = solutions_file(spec)
    return [*found, *_cells(spec, file)] if file.is_file() else found


def _cells(spec: DemoSpec, file: Path) -> Iterator[Kept]:
    text = file.read_text(encoding="utf-8")
    heads = list(_CELL.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        role, name, claim = head["role"], head["name"], head["claim"] or ""
        line = text.count("\n", 0, head.start()) + 1
        if role not in get_args(Role) or (role == "wrong") != bool(claim):
            raise _bad(file, line, "is not `right: name` or `wrong: name -> claim`")
        if claim and claim not in {*spec.claims, "ends"}:
            raise _bad(file, line, f"names {claim}, which is no claim of {spec.id}")
        body = text[head.end() : following.start() if following else len(text)]
        yield Kept(cast(Role, role), name, body.strip() + "\n", claim)


def _bad(file: Path, line: int, what: str) -> QuizError:
    hint = "Claims are declared in @demo; `ends` stands for a solution that ends its run."
    return QuizError("Bad solutions", f"{file}:{line}: the cell {what}.", hint)


def judging_jobs(spec: DemoSpec, seeds: int) -> list[tuple[Kept, Job]]:
    """Return the runs that judge an exercise: every solution kept, at `seeds` seeds."""
    varied: Sequence[dict[str, int]] = (
        [{"seed": seed} for seed in range(seeds)] if "seed" in spec.params else [{}]
    )
    return [
        (one, Job(spec, spec.settings({spec.code: one.text, **seed})))
        for one in kept(spec)
        for seed in varied
    ]


@dataclass(frozen=True)
class Judged:
    """What the solutions of one exercise came to."""

    spec: DemoSpec
    tried: tuple[tuple[Kept, Outcome], ...]

    @property
    def killed(self) -> tuple[int, int]:
        """How many wrong solutions failed where they should, at every seed, and of how many."""
        wrong = {one.name for one, _ in self.tried if one.role == "wrong"}
        missed = {one.name for one, run in self.tried if one.role == "wrong" and not one.met(run)}
        return len(wrong - missed), len(wrong)

    @property
    def failures(self) -> list[str]:
        """What was judged otherwise than it should be, in words."""
        return [
            f"{self.spec.id}: seed {run.job.seed}: {one.role} {one.name!r}: {_came_to(run)}"
            for one, run in self.tried
            if not one.met(run)
        ]


def _came_to(run: Outcome) -> str:
    """Return what a run came to, in words."""
    if run.state.error:
        return run.state.error.text
    failed = [
        f"{claim.id}: {claim.evidence}" for claim in run.state.claims if claim.state != "holds"
    ]
    return "fails " + "; ".join(failed) if failed else "passes"


async def judge_all(
    specs: Sequence[DemoSpec], seeds: int, at_a_time: int, show: Callable[[str], None]
) -> list[Judged]:
    """Run every solution kept of these exercises; `show` gets a line on each exercise."""
    jobs = [(spec, one, job) for spec in specs for one, job in judging_jobs(spec, seeds)]
    made = await make_runs([job for _, _, job in jobs], at_a_time, "cpu")
    found = []
    for spec in specs:
        tried = [(one, run) for (own, one, _), run in zip(jobs, made, strict=True) if own is spec]
        judged = Judged(spec, tuple(tried))
        show(f"{spec.id}: {judged.killed[0]} of {judged.killed[1]} wrong solutions fail")
        found.append(judged)
    return found
