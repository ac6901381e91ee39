"""The solutions kept beside an exercise: right ones, and wrong ones with the claim they fail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast

from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError

Role: TypeAlias = Literal["reference", "starter", "right", "wrong"]

ENDS = "ends"
"""Stands for a claim where a wrong solution ends its run: a loop without end, a syntax error."""

LEAST = {"write": {"wrong": 10, "right": 2}, "repair": {"wrong": 6, "right": 3}}
"""How many solutions an exercise keeps at least, by the first word of its id."""

_HEAD = re.compile(r"^# *%%.*$", re.MULTILINE)
_CELL = re.compile(r"# %% (?P<role>\w+): (?P<name>.+?)(?: -> (?P<claim>[\w-]+))?\s*")
"""The head of a cell of the percent format: `# %% wrong: scale left out -> equals-peft`."""


@dataclass(frozen=True)
class Kept:
    """A solution whose outcome is known."""

    role: Role
    name: str
    """What it does otherwise, in a few words."""
    text: str
    claim: str = ""
    """The claim that a wrong solution must fail."""


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be used."""

    line: int
    message: str
    fix: str = "`# %% right: name` or `# %% wrong: name -> claim`"


def is_repair(spec: DemoSpec) -> bool:
    """Whether the starter of an exercise is a script to repair."""
    return spec.id.startswith("repair_")


def least(spec: DemoSpec) -> Mapping[str, int]:
    """Return by role how many solutions an exercise keeps at least."""
    return LEAST["repair" if is_repair(spec) else "write"]


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
    if not file.is_file():
        return found
    cells, faults = read_solutions(spec)
    for fault in faults[:1]:
        hint = f"Claims are declared in @demo; `{ENDS}` stands for a solution that ends its run."
        raise QuizError("Bad solutions", f"{file}:{fault.line}: {fault.message}.", hint)
    return [*found, *cells]


def read_solutions(spec: DemoSpec) -> tuple[Sequence[Kept], Sequence[Fault]]:
    """Return what `read_kept` finds in the file beside an exercise, which must be there."""
    try:
        text = solutions_file(spec).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return [], [Fault(1, "is not UTF-8 text", "save it as UTF-8")]
    return read_kept(spec, text)


def read_kept(spec: DemoSpec, text: str) -> tuple[Sequence[Kept], Sequence[Fault]]:
    """Return the solutions in a file of cells, and the cells that cannot be used."""
    cells: list[Kept] = []
    faults: list[Fault] = []
    heads = list(_HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        line = text.count("\n", 0, head.start()) + 1
        body = text[head.end() : following.start() if following else len(text)].strip() + "\n"
        found = _CELL.fullmatch(head[0])
        role, name, claim = (
            (found["role"], found["name"], found["claim"] or "") if found else 3 * ("",)
        )
        if role not in ("right", "wrong") or (role == "wrong") != bool(claim):
            faults.append(Fault(line, "the cell is not `right: name` or `wrong: name -> claim`"))
        elif claim and claim not in (*spec.claims, ENDS):
            faults.append(Fault(line, f"the cell names {claim}, which is no claim of {spec.id}"))
        elif any(one.name == name and one.role == role for one in cells):
            faults.append(Fault(line, f"there are two cells {role}: {name}"))
        else:
            cells.append(Kept(cast(Role, role), name, body, claim))
    return cells, faults
