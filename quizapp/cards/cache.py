"""The compiled library: one file of which a warm start reads the index and nothing else.

Layout: a header (mark, CRC-32 of what follows, lengths of the two JSON parts); the index (what
lists, queues and searches need of every card, in columns); the sources (what each deck file said
by itself, for when one of them changed); the bodies (one JSON object per card, read when that card
is shown). JSON, because a damaged or foreign file must never run code.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from quizapp.cards.codec import card_from_json, deck_from_json
from quizapp.cards.files import DeckFile, Stamp
from quizapp.cards.model import Card, Deck
from quizapp.cards.problems import Problem

HEADER = struct.Struct(">8sIII")
MARK = b"quizapp1"


class CardHead(NamedTuple):
    """What lists, queues and searches need of a card."""

    id: str
    deck: str
    kind: str
    difficulty: str
    tags: tuple[str, ...]
    requires: tuple[str, ...]
    """Ids of existing cards, without circles."""
    question: str
    demo: str
    """Id of its demo, or nothing."""
    figure: str
    """Id of the demo inside its question, or nothing."""
    at: int
    """Where its body begins in the compiled library."""
    size: int


@dataclass(frozen=True)
class Compiled:
    """A compiled library: its index, and the bytes the rest is read from when asked for."""

    stamps: list[Stamp]
    """The deck files it was compiled from."""
    rules: int
    """Fingerprint of the code that compiled it."""
    heads: dict[str, CardHead]
    """Each card after the cards it requires."""
    decks: dict[str, Deck]
    """In the order in which they are listed."""
    aliases: dict[str, str]
    """Old id to present id."""
    problems: tuple[Problem, ...]
    data: bytes
    sources: slice

    def card(self, head: CardHead) -> Card:
        """Read one card as its file has it."""
        return card_from_json(json.loads(self._body(head.at, head.size)))

    def deck_files(self) -> dict[str, DeckFile]:
        """Read what each deck file said by itself, by path."""
        files = {}
        for path, deck, rows, problems in json.loads(self.data[self.sources]):
            files[path] = DeckFile(
                path,
                deck_from_json(deck) if deck else None,
                {n: card_from_json(json.loads(self._body(at, size))) for n, at, size in rows},
                [Problem(*row) for row in problems],
            )
        return files

    def _body(self, at: int, size: int) -> bytes:
        start = self.sources.stop + at
        return self.data[start : start + size]


def decode(data: bytes) -> Compiled:
    """Read the index of a compiled library.

    Raises:
        ValueError: the bytes are not those of a whole compiled library.
    """
    if len(data) < HEADER.size:
        raise ValueError("too short")
    mark, check, index_size, sources_size = HEADER.unpack_from(data)
    if mark != MARK or check != zlib.crc32(memoryview(data)[HEADER.size :]):
        raise ValueError("not a compiled library, or a damaged one")
    start = HEADER.size + index_size
    index = json.loads(data[HEADER.size : start])
    ids, decks, kinds, difficulties, tags, requires, *rest = index["heads"]
    rows = zip(
        ids,
        decks,
        kinds,
        difficulties,
        map(_split, tags),
        map(_split, requires),
        *rest,
        strict=True,
    )
    return Compiled(
        stamps=[(path, size, time) for path, size, time in index["stamps"]],
        rules=index["rules"],
        heads=dict(zip(ids, map(CardHead._make, rows), strict=True)),
        decks={row[0]: deck_from_json(row) for row in index["decks"]},
        aliases=index["aliases"],
        problems=tuple(Problem(*row) for row in index["problems"]),
        data=data,
        sources=slice(start, start + sources_size),
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())
