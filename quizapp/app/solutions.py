"""The code that was written to one card: the draft, and every attempt that was run, as files."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from quizapp.errors import EnvironmentProblem


@dataclass(frozen=True)
class Result:
    """What an attempt came to."""

    exercise: str
    at: datetime
    """When it was run, UTC."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """State by claim id."""
    passed: bool = False
    """Whether every claim of the exercise holds."""
    trouble: str = ""
    """Why it came to no end, in a sentence."""
    hints: int = 0
    """How many hints were shown before it."""
    looked: bool = False
    """Whether the solution was shown before it."""

    @property
    def summary(self) -> str:
        """What it came to, in a few words."""
        held = sum(state == "holds" for state in self.claims.values())
        if self.trouble:
            return self.trouble
        return f"{held} of {len(self.claims)} claims hold"


@dataclass(frozen=True)
class Attempt:
    """Code that was kept under a number."""

    number: int
    """Counted from 1; the seed of its run."""
    code: str
    result: Result | None = None
    """None: it was not run, or its run was cut off."""


ASKED = "asked"
"""Name of the record, beside the code, of how the card was asked."""


class Solutions:
    """The files of one card: `draft.py`, and `<n>.py` with `<n>.json` for each attempt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def draft_file(self) -> Path:
        """What an editor outside opens."""
        return self.folder / "draft.py"

    @property
    def draft(self) -> str | None:
        """The code as it was written last; None before the first card."""
        return _read(self.draft_file)

    @draft.setter
    def draft(self, text: str) -> None:
        with self._writing():
            _replace(self.draft_file, text)

    def read(self, name: str) -> Any:
        """Return a small record that lies beside the code; None if there is none."""
        with contextlib.suppress(ValueError):
            return json.loads(_read(self.folder / f"{name}.json") or "null")
        return None

    def write(self, name: str, record: object) -> None:
        """Keep a small record beside the code.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        with self._writing():
            _replace(self.folder / f"{name}.json", json.dumps(record))

    @property
    def numbers(self) -> list[int]:
        """The numbers of the attempts, oldest first."""
        return sorted(int(f.stem) for f in self.folder.glob("*.py") if f.stem.isdecimal())

    @property
    def attempts(self) -> list[Attempt]:
        """All attempts, newest first."""
        return [self.attempt(number) for number in reversed(self.numbers)]

    def attempt(self, number: int) -> Attempt:
        """Return one attempt; of a damaged file, what can be read."""
        return Attempt(
            number,
            _read(self.folder / f"{number}.py") or "",
            _result(self.read(str(number))),
        )

    def add(self, code: str) -> int:
        """Keep code under the next number, and return that.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        with self._writing():
            number = max(self.numbers, default=0) + 1
            while True:
                try:  # another window may take the same number
                    with (self.folder / f"{number}.py").open("x", encoding="utf-8") as file:
                        file.write(code)
                    return number
                except FileExistsError:
                    number += 1

    def finish(self, number: int, result: Result) -> None:
        """Keep what an attempt came to.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        self.write(str(number), {**asdict(result), "at": result.at.isoformat()})

    def follow(self, names: Iterable[str]) -> None:
        """Take over what lies under earlier names of the card, unless there is something here.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        for earlier in map(self.folder.with_name, names):
            if earlier.is_dir() and not self.folder.exists():
                with self._writing():
                    earlier.replace(self.folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise EnvironmentProblem(
                "Your code was not kept",
                f"{self.folder} cannot be written: {error.strerror}.",
                "Free space there; what is in the editor is written again in a second.",
            ) from error


def begin_anew(parent: Path) -> None:
    """Let the cards whose folders lie here begin anew when they are asked; attempts stay."""
    for record in parent.glob(f"*/{ASKED}.json"):
        with contextlib.suppress(OSError):  # then the code of before is shown: no harm
            record.unlink()


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all: a kill leaves the one before."""
    written = path.with_name(f".{path.name}.{os.getpid()}.new")
    written.write_text(text, encoding="utf-8")
    written.replace(path)


def _result(record: Any) -> Result | None:
    try:
        return Result(**{**record, "at": datetime.fromisoformat(record["at"])})
    except (TypeError, KeyError, ValueError):
        return None
