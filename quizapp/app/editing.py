"""Editing a card in the user's editor."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quizapp.app.core import Core
from quizapp.errors import EnvironmentProblem

PLUS_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "ne"}
"""Editors that take `+LINE` before the file."""

COLON_LINE = {"hx", "helix", "zed", "subl"}
"""Editors that take `FILE:LINE`."""


@dataclass(frozen=True)
class Edited:
    """What an edit has done to the decks."""

    gone: frozenset[str]
    """Cards that are not there any more."""
    problems: tuple[str, ...]
    """What is wrong in the decks, if anything."""


def edit_card(core: Core, card: str) -> Edited:
    """Open the file of a card in the user's editor, wait until it is closed, read the decks again.

    Raises:
        EnvironmentProblem: the editor cannot be started.
    """
    library = core.library
    path = Path(library.decks[library.heads[card].deck].path)
    command = edit_command(core.env, path, card_line(path.read_text(encoding="utf-8"), card))
    try:
        subprocess.run(command, check=False)
    except OSError as error:
        raise EnvironmentProblem(
            "No editor",
            f"{command[0]} cannot be started: {error.strerror}.",
            "Set EDITOR to a command such as nano.",
        ) from error
    core.read_cards()
    gone = library.heads.keys() - core.library.heads.keys()
    return Edited(frozenset(gone), tuple(map(str, core.library.problems)))


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
    chosen = env.get("VISUAL") or env.get("EDITOR") or "vi"
    try:
        words = shlex.split(chosen)
    except ValueError as error:
        raise EnvironmentProblem(
            "No editor", f"$EDITOR is {chosen!r}: {error}.", "Set EDITOR to a command such as nano."
        ) from error
    name = Path(words[0]).name
    if name in PLUS_LINE:
        return [*words, f"+{line}", str(path)]
    if name in COLON_LINE:
        return [*words, f"{path}:{line}"]
    if name in ("code", "codium"):
        return [*words, "--wait", "--goto", f"{path}:{line}"]
    return [*words, str(path)]
