"""The demo files, read when they are first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizapp.demo.catalogue import Catalogue
    from quizapp.demo.evidence import Evidence
    from quizapp.demo.spec import DemoSpec


class Demos:
    """The demos of some folders; one in a later folder replaces one of its id before it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._evidence: dict[str, Evidence | None] = {}

    @cached_property
    def catalogue(self) -> Catalogue:
        """All of them; reading fifty files takes a moment, so a card asks for its own."""
        from quizapp.demo.catalogue import read_catalogue

        return read_catalogue(self._folders)

    def find(self, name: str) -> DemoSpec:
        """Return one demo.

        Raises:
            QuizError: there is no such demo, or its file declares none.
        """
        from quizapp.demo.spec import SpecError, read_spec

        files = (folder / f"{name}.py" for folder in reversed(self._folders))
        if path := next(filter(Path.is_file, files), None):
            with suppress(SpecError):  # the catalogue names it
                return read_spec(path)
        return self.catalogue.find(name)

    def evidence(self, spec: DemoSpec) -> Evidence | None:
        """Return what runs of a demo came to on other machines; None if nothing is recorded."""
        if spec.id not in self._evidence:
            from quizapp.demo.evidence import read_evidence

            self._evidence[spec.id] = read_evidence(spec)
        return self._evidence[spec.id]
