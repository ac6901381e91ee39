"""Checking decks and demo files: every problem at once."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from quizapp.cards import check as decks
from quizapp.cards.problems import Problem
from quizapp.demo.catalogue import Catalogue, read_catalogue
from quizapp.demo.spec import SpecError, read_spec
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
    report = decks.check(files, {**catalogue.demos, **chosen.demos}, beside=folders)
    problems = (*report.problems, *map(_problem, chosen.problems))
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


def _problem(error: SpecError) -> Problem:
    fix = "see demos/README.md"
    return Problem(str(error.path), error.line, error.column, "D100", error.message, fix)
