"""Cards and decks as JSON values, for the compiled library. Defaults are left out."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from quizapp.cards.model import Card, Deck, DemoLink, Expect, Figure, KeyPoint, Reference

_DEFAULTS = {field.name: field.default for field in fields(Card)}
_TUPLES = frozenset(name for name, default in _DEFAULTS.items() if default == ())


def card_to_json(card: Card) -> dict[str, Any]:
    """Return a card as an object of JSON values."""
    data: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(card, name)
        if default is MISSING or value != default:
            data[name] = value
    if card.key_points:
        data["key_points"] = [[item.point, item.must] for item in card.key_points]
    if card.references:
        data["references"] = [[r.title, r.where, r.url, r.checked] for r in card.references]
    if card.demo:
        expect = [[e.name, e.relation, e.value, e.within] for e in card.demo.expect]
        data["demo"] = [card.demo.run, card.demo.with_, expect]
    if card.figure:
        data["figure"] = [card.figure.run, card.figure.with_, card.figure.show]
    return data


def card_from_json(data: dict[str, Any]) -> Card:
    """Return the card that `card_to_json` described."""
    values: dict[str, Any] = {name: tuple(v) if name in _TUPLES else v for name, v in data.items()}
    if "key_points" in values:
        values["key_points"] = tuple(KeyPoint(*item) for item in values["key_points"])
    if "references" in values:
        values["references"] = tuple(Reference(*item) for item in values["references"])
    if "demo" in values:
        run, settings, expect = values["demo"]
        values["demo"] = DemoLink(run, settings, tuple(Expect(*item) for item in expect))
    if "figure" in values:
        run, settings, show = values["figure"]
        values["figure"] = Figure(run, settings, tuple(show))
    return Card(**values)


def deck_to_json(deck: Deck) -> list[Any]:
    """Return a deck as a list of JSON values."""
    return [deck.id, deck.title, deck.path, deck.order, deck.lesson, deck.cards]


def deck_from_json(data: list[Any]) -> Deck:
    """Return the deck that `deck_to_json` described."""
    name, title, path, order, lesson, cards = data
    return Deck(name, title, path, order, lesson, tuple(cards))
