"""Deck files: which there are, and what each one says."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from quizapp.cards.model import Card, Deck
from quizapp.cards.problems import Problem

Stamp: TypeAlias = tuple[str, int, int]
"""Path, size in bytes, modification time in nanoseconds: a file with an equal stamp is taken to
be unchanged."""


@dataclass
class DeckFile:
    """What one file says, before it is linked with the others."""

    path: str
    deck: Deck | None = None
    """None: the file as a whole could not be read."""
    cards: dict[int, Card] = field(default_factory=dict)
    """By index in the file, so that a problem can be located; a bad card is missing."""
    problems: list[Problem] = field(default_factory=list)


def deck_files(folders: Iterable[Path], suffix: str = ".yaml") -> list[Stamp]:
    """Return the deck files directly inside the folders, by folder, then by name.

    A folder that is not there holds no decks.
    """
    stamps: dict[str, Stamp] = {}
    for folder in folders:
        found: list[Stamp] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(suffix) and not entry.name.startswith("."):
                        status = entry.stat()
                        found.append((entry.path, status.st_size, status.st_mtime_ns))
        except (FileNotFoundError, NotADirectoryError):
            continue
        stamps.update((stamp[0], stamp) for stamp in sorted(found))
    return list(stamps.values())
