"""Writes the compiled library; `cache` describes its layout and reads it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from quizapp.cards.cache import HEADER, MARK, CardHead
from quizapp.cards.codec import card_to_json, deck_to_json
from quizapp.cards.files import DeckFile, Stamp
from quizapp.cards.graph import Graph, study_order
from quizapp.cards.problems import Problem


def encode(
    stamps: Sequence[Stamp],
    rules: int,
    files: Sequence[DeckFile],
    graph: Graph,
    problems: Sequence[Problem],
) -> bytes:
    """Return the compiled library of the linked deck files."""
    bodies = bytearray()
    places: dict[int, tuple[int, int]] = {}
    sources = []
    for file in files:
        rows = []
        for number, card in file.cards.items():
            body = _json(card_to_json(card))
            places[id(card)] = len(bodies), len(body)
            rows.append((number, len(bodies), len(body)))
            bodies += body
        deck = deck_to_json(file.deck) if file.deck else None
        sources.append((file.path, deck, rows, [astuple(problem) for problem in file.problems]))
    heads = [
        _head(graph, name, places[id(graph.cards[name])]) for name in study_order(graph.requires)
    ]
    index = _json(
        {
            "stamps": stamps,
            "rules": rules,
            "heads": [*zip(*heads, strict=True)] or [()] * len(CardHead._fields),
            "decks": [deck_to_json(deck) for deck in graph.decks.values()],
            "aliases": graph.aliases,
            "problems": [astuple(problem) for problem in problems],
        }
    )
    rest = _json(sources)
    content = b"".join((index, rest, bodies))
    return HEADER.pack(MARK, zlib.crc32(content), len(index), len(rest)) + content


def _head(graph: Graph, name: str, place: tuple[int, int]) -> tuple[str | int, ...]:
    card = graph.cards[name]
    tags, requires = " ".join(card.tags), " ".join(graph.requires[name])
    demo = card.demo.run if card.demo else ""
    figure = card.figure.run if card.figure else ""
    return (
        name,
        card.deck,
        card.kind,
        card.difficulty,
        tags,
        requires,
        card.question,
        demo,
        figure,
        *place,
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
