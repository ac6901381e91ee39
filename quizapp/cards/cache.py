"""The compiled library: a SQLite database of which a warm start reads one row.

`compiled` holds, as one JSON text, what lists, queues and searches need of every card, column by
column: as rows of the database they would take three times as long to read. `card` holds each card
as its file writes it, for when it is shown; `file` holds what else a deck file says, for when
another one changed.

It is made in memory; its copy on disk ends in a checksum, so that damage is noticed when the copy
is opened and not when a card is shown. Cards are kept as JSON, which never runs code.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from quizapp.cards.asked import Asked, Coverage, coverage
from quizapp.cards.files import DeckFile, Stamp
from quizapp.cards.form import from_form, to_form
from quizapp.cards.model import Card, CardHead, Deck
from quizapp.cards.problems import Problem

if TYPE_CHECKING:
    from quizapp.cards.graph import Graph

_TABLES = """
CREATE TABLE compiled (content TEXT);
CREATE TABLE file (path TEXT PRIMARY KEY, deck TEXT, problems TEXT);
CREATE TABLE card (place INTEGER UNIQUE, path TEXT, number INTEGER, deck TEXT, form TEXT);
"""
_CHECKSUM = 4
"""Bytes of the checksum."""


class Compiled:
    """A compiled library: the decks, the head of every card, and the database for the rest."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Read what a start needs.

        Raises:
            sqlite3.Error, ValueError, LookupError, TypeError: this is no compiled library.
        """
        self._database = database
        self._lock = Lock()
        """A thread reads all texts for the search while the screen reads a card."""
        ((content,),) = database.execute("SELECT content FROM compiled")
        found = json.loads(content)
        self.stamps: list[Stamp] = [(path, size, time) for path, size, time in found["stamps"]]
        """The deck files it was compiled from."""
        self.rules: int = found["rules"]
        """Fingerprint of the code that compiled it."""
        self.heads = {head.id: head for head in _heads(*found["heads"])}
        """Each card after the cards it requires."""
        self.decks = {deck.id: deck for deck in map(_deck, found["decks"])}
        """In the order in which they are listed."""
        self.aliases: dict[str, str] = found["aliases"]
        """Old id to present id."""
        self.coverage = Coverage(*found["coverage"]) if found["coverage"] else None
        """How much of what is asked the cards answer; None where no table says it."""
        self.problems = tuple(Problem(*row) for row in found["problems"])

    def card(self, head: CardHead) -> Card:
        """Read one card; it refers only to cards that exist, by their present ids."""
        query = "SELECT deck, form FROM card WHERE place = ?"
        with self._lock:
            ((deck, form),) = self._database.execute(query, (head.order,))
        card = Card.from_form(deck, json.loads(form))
        present = (self.aliases.get(name, name) for name in card.follow_ups)
        follow_ups = tuple(name for name in present if name in self.heads and name != card.id)
        return replace(card, requires=head.requires, follow_ups=follow_ups)

    def deck_files(self) -> dict[str, DeckFile]:
        """Read what each deck file says, by path."""
        files = {}
        for path, deck, notes in self._database.execute("SELECT path, deck, problems FROM file"):
            row, problems = json.loads(deck), [Problem(*note) for note in json.loads(notes)]
            files[path] = DeckFile(path, _deck(row) if row else None, problems=problems)
        query = "SELECT path, number, deck, form FROM card ORDER BY number"
        for path, number, deck, form in self._database.execute(query):
            files[path].cards[number] = Card.from_form(deck, json.loads(form))
        return files

    def save(self, target: Path) -> None:
        """Replace the copy on disk in one step; a folder that cannot be written is no error."""
        data = self._database.serialize()
        draft = target.with_suffix(f".{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(data + zlib.crc32(data).to_bytes(_CHECKSUM))
            draft.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)


def compiled(
    stamps: Sequence[Stamp],
    rules: int,
    files: Iterable[DeckFile],
    graph: Graph,
    tables: Sequence[Asked],
    problems: Iterable[Problem],
) -> Compiled:
    """Return the compiled library of linked deck files."""
    heads = graph.heads(tables)
    content = {
        "stamps": stamps,
        "rules": rules,
        "heads": [*zip(*heads, strict=True)] or [()] * len(CardHead._fields),
        "decks": [_deck_row(deck) for deck in graph.decks.values()],
        "aliases": graph.aliases,
        "coverage": coverage(tables),
        "problems": [astuple(problem) for problem in problems],
    }
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript(_TABLES)
    database.execute("INSERT INTO compiled VALUES (?)", (_json(content),))
    places = {id(graph.cards[head.id]): head.order for head in heads}
    for file in files:
        deck = _json(file.deck and _deck_row(file.deck))
        notes = _json([astuple(problem) for problem in file.problems])
        database.execute("INSERT INTO file VALUES (?, ?, ?)", (file.path, deck, notes))
        cards = (
            (places.get(id(card)), file.path, number, card.deck, _json(card.form()))
            for number, card in file.cards.items()
        )
        database.executemany("INSERT INTO card VALUES (?, ?, ?, ?, ?)", cards)
    database.commit()
    return Compiled(database)


def open_copy(path: Path) -> Compiled | None:
    """Open the compiled library in a file; None if there is none that can be read."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            checksum = zlib.crc32(memoryview(data)[:-_CHECKSUM])
            if checksum != int.from_bytes(data[-_CHECKSUM:]):
                return None
        # nothing writes to the file: it is only ever replaced
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return Compiled(sqlite3.connect(address, uri=True, check_same_thread=False))
    except (OSError, sqlite3.Error, ValueError, LookupError, TypeError):
        return None


def _heads(
    ids: list[str], decks: list[str], difficulties: list[str], *columns: list[Any]
) -> Iterator[CardHead]:
    """Put the columns of `CardHead` together."""
    tags, requires, *rest = columns
    rows = zip(ids, decks, difficulties, map(tuple, tags), map(tuple, requires), *rest, strict=True)
    return map(CardHead._make, rows)


def _deck_row(deck: Deck) -> dict[str, Any]:
    return {"form": to_form(deck), "path": deck.path, "cards": deck.cards}


def _deck(row: Mapping[str, Any]) -> Deck:
    return from_form(Deck, row["form"], path=row["path"], cards=tuple(row["cards"]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
