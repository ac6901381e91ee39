"""The demo files there are; reading them is imported with the first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.errors import QuizError

if TYPE_CHECKING:
    from quizapp.demo.spec import DemoSpec
    from quizapp.lab.catalogue import Catalogue


class Demos:
    """The demos of some folders; one in a later folder replaces one of its id before it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @cached_property
    def catalogue(self) -> Catalogue:
        """All of them; reading fifty files takes a moment, so a card asks for its own."""
        from quizapp.lab.catalogue import read_catalogue

        return read_catalogue(self._folders)

    def find(self, name: str) -> DemoSpec:
        """Return one demo.

        Raises:
            QuizError: there is none of that id, or its file declares none.
        """
        from quizapp.demo.spec import SpecError, read_spec

        for folder in reversed(self._folders):
            path = folder / f"{name}.py"
            if path.is_file():
                try:
                    return read_spec(path)
                except SpecError as error:
                    hint = "`quizapp demo list` names every such file."
                    raise QuizError("The demo cannot be read", f"{error}.", hint) from error
        return self.catalogue.find(name)
