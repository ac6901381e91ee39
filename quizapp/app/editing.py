"""Editing a card in the user's editor."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quizapp.app.core import Core
from quizapp.cards.library import Library
from quizapp.cards.problems import Problem
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.paths import is_packed

PLUS_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "ne"}
"""Editors that take `+LINE` before the file."""

COLON_LINE = {"hx", "helix", "zed", "subl"}
"""Editors that take `FILE:LINE`."""

_SET_EDITOR = "Set EDITOR to a command such as nano, with its path in quotes if it has spaces."


@dataclass(frozen=True)
class BrokenDeck:
    """A deck file that cannot be used as it is now."""

    path: str
    line: int
    """Where the first of its problems is, from 1."""
    message: str
    """What is wrong there, and what to do."""
    more: int
    """How many problems it has beside the first."""

    def __str__(self) -> str:
        more = f"; {self.more} more in this file" if self.more else ""
        return f"{self.path}:{self.line}: {self.message}{more}"


def broken_decks(library: Library) -> list[BrokenDeck]:
    """Return the deck files that have problems, each with its first one.

    What no editor can open, such as a link that leads nowhere, comes last.
    """
    files: dict[str, list[Problem]] = {}
    for problem in sorted(library.problems, key=lambda problem: problem.code == "Y012"):
        files.setdefault(problem.file, []).append(problem)
    return [
        BrokenDeck(path, first.line, f"{first.message} ({first.fix})", len(rest))
        for path, (first, *rest) in files.items()
    ]


def edit_card(core: Core, card: str) -> None:
    """Open the file of a card in the user's editor, wait until it is closed, read the decks again.

    Raises:
        QuizError: the card is built in or gone, its file cannot be read, or there is no editor.
    """
    if core.decks_changed():
        core.read_cards()  # its deck may have another name by now
    library = core.library
    if card not in library.heads:
        raise QuizError(
            "The card is gone",
            f"{card} is in no deck any more.",
            "Its deck was removed, or the card was renamed: `quizapp check` names what is wrong.",
        )
    path = Path(library.decks[library.heads[card].deck].path)
    if is_packed(path):
        raise QuizError(
            "A built-in card",
            f"{card} came with quizapp, and the next version would undo an edit.",
            "n writes a note of your own on it; `quizapp new deck` starts a deck of your own.",
        )
    try:
        line = card_line(path.read_text(encoding="utf-8", errors="replace"), card)
    except OSError as error:
        raise EnvironmentProblem(
            "The deck cannot be read", f"{path}: {error.strerror}.", "Check its permissions."
        ) from error
    edit_file(core, path, line)


def edit_file(core: Core, path: Path, line: int) -> None:
    """Open a deck file at a line in the user's editor, wait, read the decks again.

    Raises:
        QuizError: it is no file that can be edited, or the editor cannot be started.
    """
    if not path.is_file():
        raise QuizError(
            "Nothing to edit", f"{path} is no file that an editor can open.", "Rename or remove it."
        )
    open_editor(core.env, path, line)
    core.read_cards()


def open_editor(env: Mapping[str, str], path: Path, line: int) -> None:
    """Open a file at a line in the user's editor, and wait until it is closed.

    Raises:
        EnvironmentProblem: the editor cannot be started.
    """
    command = edit_command(env, path, line)
    try:
        subprocess.run(command, check=False)
    except OSError as error:
        raise EnvironmentProblem(
            "No editor", f"{command[0]} cannot be started: {error.strerror}.", _SET_EDITOR
        ) from error


def card_line(text: str, card: str) -> int:
    """Return the line, from 1, on which the card of that id begins; 1 if it is not found."""
    pattern = re.compile(rf"""\s*(?:-\s+)?["']?id["']?:\s*["']?{re.escape(card)}["']?\s*(?:#.*)?""")
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if pattern.fullmatch(line)), 1)


def edit_command(env: Mapping[str, str], path: Path, line: int) -> list[str]:
    """Return the command that opens a file at a line in $VISUAL or $EDITOR, and waits.

    Raises:
        EnvironmentProblem: the variable is not a command line.
    """
    chosen = (env.get("VISUAL") or env.get("EDITOR") or "").strip() or "vi"
    if shutil.which(chosen):  # a path with spaces in it
        words = [chosen]
    else:
        try:
            words = shlex.split(chosen)
        except ValueError as error:
            raise EnvironmentProblem(
                "No editor", f"$EDITOR is {chosen!r}: {error}.", _SET_EDITOR
            ) from error
    name = Path(words[0]).name
    if name in PLUS_LINE:
        return [*words, f"+{line}", str(path)]
    if name in COLON_LINE:
        return [*words, f"{path}:{line}"]
    if name in ("code", "codium"):
        return [*words, "--wait", "--goto", f"{path}:{line}"]
    return [*words, str(path)]
