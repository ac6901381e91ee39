"""The only file that knows directories."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from quizapp.errors import EnvironmentProblem, QuizError

_PACKAGE = Path(__file__).parent


def built_in(kind: str) -> Path:
    """Return the `content` or `demos` folder that came with the app.

    An installed wheel carries a copy inside the package; a checkout is used in place.
    """
    packed = _PACKAGE / "_data" / kind
    return packed if packed.is_dir() else _PACKAGE.parent / kind


def is_packed(path: Path) -> bool:
    """Whether a file is part of an installed wheel, so that an upgrade replaces it."""
    return path.is_relative_to(_PACKAGE / "_data")


@dataclass(frozen=True)
class Paths:
    """Where everything lives for one start of the app."""

    data: Path
    """The user's own: database, decks, notes."""
    cache: Path
    config: Path
    content: tuple[Path, ...]
    """Deck folders, the built-in one first."""
    demos: tuple[Path, ...]
    """Demo folders, the built-in one first; user demos are code and must be named to be run."""

    @property
    def database(self) -> Path:
        """The review log."""
        return self.data / "quizapp.sqlite"

    @property
    def backups(self) -> Path:
        """Copies of the database."""
        return self.data / "backups"

    @property
    def user_content(self) -> Path:
        """The user's own decks."""
        return self.data / "content"

    @property
    def solutions(self) -> Path:
        """The code that the user wrote to cards, a folder for each."""
        return self.data / "solutions"

    @property
    def figures(self) -> Path:
        """Plots and their data that the user saved."""
        return self.data / "figures"

    @property
    def settings(self) -> Path:
        """The user's settings file."""
        return self.config / "settings.toml"

    @property
    def recordings(self) -> Path:
        """Recorded runs, for figures that show at once."""
        return self.cache / "runs"


def find_paths(
    env: Mapping[str, str], content: Sequence[Path] = (), demos: Sequence[Path] = ()
) -> Paths:
    """Work out the folders from the environment and the command line.

    QUIZAPP_HOME moves all user data; QUIZAPP_CONTENT and QUIZAPP_DEMOS add folders, separated as
    PATH is. A ~ at the start is the home folder: not every place that sets variables has a shell.

    Raises:
        EnvironmentProblem: the user has no home folder and QUIZAPP_HOME names no other.
        QuizError: a folder that was named does not exist.
    """
    try:
        if home := env.get("QUIZAPP_HOME"):
            data = config = Path(home).expanduser()
            cache = data / "cache"
        else:
            data = platformdirs.user_data_path("quizapp", appauthor=False)
            cache = platformdirs.user_cache_path("quizapp", appauthor=False)
            config = platformdirs.user_config_path("quizapp", appauthor=False)
        named_content = _folders(env.get("QUIZAPP_CONTENT", ""), content)
        named_demos = _folders(env.get("QUIZAPP_DEMOS", ""), demos)
    except RuntimeError as error:
        raise EnvironmentProblem(
            "No home folder",
            "HOME is not set, and the system knows no home folder of this user.",
            "Set QUIZAPP_HOME to a folder that can be written; all your data is kept there.",
        ) from error
    for folder in (*named_content, *named_demos):
        if not folder.is_dir():
            hint = "Check --content, --demos, QUIZAPP_CONTENT and QUIZAPP_DEMOS."
            raise QuizError("No such folder", f"{folder} is not a folder.", hint)
    return Paths(
        data=data,
        cache=cache,
        config=config,
        content=(built_in("content"), data / "content", *named_content),
        demos=(built_in("demos"), *named_demos),
    )


def _folders(variable: str, named: Sequence[Path]) -> list[Path]:
    listed = [Path(folder) for folder in variable.split(os.pathsep) if folder]
    return [folder.expanduser() for folder in (*listed, *named)]
