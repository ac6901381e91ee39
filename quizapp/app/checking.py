"""Checking decks and demo files: every problem at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from quizapp.cards import check as decks
from quizapp.cards.problems import Problem
from quizapp.demo.catalogue import Catalogue, read_catalogue
from quizapp.demo.evidence import Evidence, read_evidence
from quizapp.demo.fingerprint import fingerprint
from quizapp.demo.kept import least, read_solutions, solutions_file
from quizapp.demo.spec import DemoSpec, SpecError, read_spec
from quizapp.paths import Paths


@dataclass(frozen=True)
class Checked:
    """What was checked, and all that is wrong with it."""

    report: decks.Report
    demos: int


def check(paths: Paths, places: Collection[Path]) -> Checked:
    """Check deck and demo files, folders of them, or everything there is.

    Raises:
        QuizError: a place does not exist.
    """
    catalogue = read_catalogue(paths.demos)
    folders = [folder for folder in paths.content if os.path.lexists(folder)]
    files = [place for place in places if not _is_demo(place)] if places else folders
    chosen = _read_demos(places) if places else catalogue
    read = {**catalogue.demos, **chosen.demos}
    records = {spec.path: read_evidence(spec) for spec in read.values()}
    report = decks.check(files, read, folders, lambda spec: records[spec.path])
    demos = [found for spec in chosen.demos.values() for found in _record(spec, records[spec.path])]
    kept = [found for spec in chosen.demos.values() if spec.code for found in _kept(spec)]
    problems = (*report.problems, *map(_problem, chosen.problems), *demos, *kept)
    return Checked(replace(report, problems=problems), len(chosen.demos))


def _is_demo(place: Path) -> bool:
    return place.suffix == ".py" and place.is_file()


def _read_demos(places: Collection[Path]) -> Catalogue:
    """Read the demo files among the places, and those of the folders among them."""
    inside = read_catalogue(place for place in places if place.is_dir())
    demos, problems = dict(inside.demos), list(inside.problems)
    for place in filter(_is_demo, places):
        try:
            demos[place.stem] = read_spec(place)
        except SpecError as error:
            problems += error.all
    once = {str(problem): problem for problem in problems}
    return Catalogue(demos, tuple(once.values()))


def _record(spec: DemoSpec, record: Evidence | None) -> Iterator[Problem]:
    """Yield what is wrong with a demo's record: its age, and claims that do not always hold."""
    if record is None:
        return

    def problem(code: str, message: str, fix: str) -> Problem:
        return Problem(str(spec.path), 1, 1, code, message, fix)

    if record.source != fingerprint(spec):
        fix = f"`quizapp verify {spec.id} --record`"
        yield problem("E405", f"the record of {spec.id} is older than its code", fix)
        return
    defaults = record.at(spec, spec.defaults)
    for claim in spec.claims if defaults else ():
        counted = defaults.claim(claim) if defaults else None
        if counted and counted.held < counted.tested:
            message = f"{claim} held in {counted.held} of {counted.tested} runs at the defaults"
            yield problem("E404", message, "claim what holds at every seed and on every machine")


def _kept(spec: DemoSpec) -> Iterator[Problem]:
    """Yield what is wrong with the solutions kept beside an exercise, without running any."""
    file = solutions_file(spec)

    def problem(code: str, line: int, message: str, fix: str) -> Problem:
        return Problem(str(file), line, 1, code, message, fix)

    if not file.is_file():
        fix = "write right and wrong ones; see demos/README.md"
        yield problem("D201", 1, f"no solutions are kept beside {spec.id}", fix)
        return
    cells, faults = read_solutions(spec)
    for fault in faults:
        yield problem("D202", fault.line, fault.message, fault.fix)
    if faults and not cells:
        return
    for role, wanted in least(spec).items():
        count = sum(one.role == role for one in cells)
        if count < wanted:
            message = f"{spec.id} keeps {count} {role} solutions, fewer than {wanted}"
            yield problem("D203", 1, message, "add what people really write")
    for claim in spec.claims:
        if claim not in {one.claim for one in cells}:
            message = f"no wrong solution is meant to fail {claim}"
            yield problem("D204", 1, message, "add one that only this claim can fail")


def _problem(error: SpecError) -> Problem:
    fix = "see demos/README.md"
    return Problem(str(error.path), error.line, error.column, "D100", error.message, fix)
