"""All demos of some folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizapp.demo.spec import DemoSpec, SpecError, read_spec
from quizapp.errors import QuizError
from quizapp.text import closest

EXERCISES = "exercises"
"""The folder, within a folder of demos, of those that judge the learner's code."""


@dataclass(frozen=True)
class Catalogue:
    """Demos by id, and the files that declare none."""

    demos: Mapping[str, DemoSpec]
    problems: tuple[SpecError, ...] = ()
    """What is wrong in bad files."""
    broken: Mapping[str, SpecError] = field(default_factory=dict)
    """The first of them by the id the demo would have, unless a later folder has a good one."""

    def find(self, name: str) -> DemoSpec:
        """Return the demo of that id.

        Raises:
            QuizError: there is no such demo, or its file is broken.
        """
        if name in self.broken:
            raise QuizError(
                "Broken demo",
                f"{self.broken[name]}.",
                "Correct the file; `quizapp check` reads all of them.",
            )
        if name in self.demos:
            return self.demos[name]
        near = closest(name, self.demos)
        hint = f"Did you mean {near}?" if near else "`quizapp demo list` shows them all."
        raise QuizError("No such demo", f"There is no demo {name}.", hint)


def read_catalogue(folders: Iterable[Path]) -> Catalogue:
    """Read the demos and exercises of all folders; of two with one id the later one counts."""
    demos: dict[str, DemoSpec] = {}
    problems: list[SpecError] = []
    broken: dict[str, SpecError] = {}
    for folder in folders:
        for path in sorted([*folder.glob("*.py"), *folder.glob(f"{EXERCISES}/*.py")]):
            if path.name.startswith("_"):
                continue
            try:
                demos[path.stem] = read_spec(path)
                broken.pop(path.stem, None)
            except SpecError as error:
                problems += error.all
                broken[path.stem] = error
    return Catalogue(dict(sorted(demos.items())), tuple(problems), broken)
