"""Deck files: which there are, and what each one says."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from quizapp.cards import asked, glossary
from quizapp.cards.model import Card, Deck
from quizapp.cards.problems import Problem

Stamp: TypeAlias = tuple[str, int, int]
"""Path, size in bytes, modification time in nanoseconds: a file with an equal stamp is taken to
be unchanged."""


TABLES = (asked.FILE, glossary.FILE)
"""Files beside the decks that are none."""


@dataclass
class DeckFile:
    """What one file says, before it is linked with the others."""

    path: str
    deck: Deck | None = None
    """None: the file as a whole could not be read."""
    cards: dict[int, Card] = field(default_factory=dict)
    """By index in the file, so that a problem can be located; a bad card is missing."""
    left_out: dict[int, str] = field(default_factory=dict)
    """Ids of bad cards, by index in the file; empty where the id cannot be read."""
    problems: list[Problem] = field(default_factory=list)


def deck_files(folders: Iterable[Path], suffix: str = ".yaml") -> list[Stamp]:
    """Return the deck files directly inside the folders, by folder, then by name.

    A folder that is not there holds no decks. A file or folder that cannot be looked at, such as
    a link that leads nowhere, is listed with size and time 0: reading it says what is wrong.
    """
    return [stamp for stamp in _files(folders, suffix) if not is_table(stamp[0])]


def is_table(path: str) -> bool:
    """Whether a file beside the decks is none of them."""
    return Path(path).name in TABLES


def library_files(folders: Iterable[Path]) -> list[Stamp]:
    """Return the deck files, and the tables of how often questions are asked."""
    return [s for s in _files(folders, ".yaml") if Path(s[0]).name != glossary.FILE]


def tables(folders: Iterable[Path], name: str) -> list[str]:
    """Return the paths of the files of a name that are no decks, one of `TABLES`."""
    return [stamp[0] for stamp in _files(folders, name) if Path(stamp[0]).name == name]


def _files(folders: Iterable[Path], suffix: str) -> list[Stamp]:
    stamps: dict[str, Stamp] = {}
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                decks = [e for e in entries if e.name.endswith(suffix) and e.name[0] != "."]
        except OSError as error:
            absent = isinstance(error, FileNotFoundError | NotADirectoryError)
            found = [] if absent and not folder.is_symlink() else [(str(folder), 0, 0)]
        else:
            found = [stamp for entry in decks if (stamp := _stamp(entry))]
        stamps.update((stamp[0], stamp) for stamp in sorted(found))
    return list(stamps.values())


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """Return the stamp of a file; None if it went away after it was listed."""
    try:
        status = entry.stat()
    except FileNotFoundError:
        return (entry.path, 0, 0) if entry.is_symlink() else None
    except OSError:
        return (entry.path, 0, 0)
    return (entry.path, status.st_size, status.st_mtime_ns)
