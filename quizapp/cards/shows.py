"""The sentence of a demo link that says what a run shows, with places for its measures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from quizapp.cards.form import Value

_PLACE = re.compile(r"\{(?P<name>\w+)(?P<percent>:%)?\}")
_BRACES = re.compile(r"[{}]")


class Place(NamedTuple):
    """A place for a measure: `{loss}`, or `{share:%}` for a share that is read in per cent."""

    name: str
    percent: bool
    offset: int
    """Where it stands in the text, in characters."""


def places(text: str) -> Iterator[Place]:
    """Yield the places for measures in a text."""
    for match in _PLACE.finditer(text):
        yield Place(match["name"], match["percent"] is not None, match.start())


def stray_brace(text: str) -> int | None:
    """Return where a brace stands that belongs to no place; None if there is none."""
    rest = _PLACE.sub(lambda match: " " * len(match[0]), text)
    found = _BRACES.search(rest)
    return found.start() if found else None


def fill(text: str, value: Callable[[Place], str]) -> str:
    """Return the text with each place filled by `value`."""

    def filled(match: re.Match[str]) -> str:
        return value(Place(match["name"], match["percent"] is not None, match.start()))

    return _PLACE.sub(filled, text)


def fill_values(text: str, values: Mapping[str, Value], show: Callable[[Value], str]) -> str:
    """Return the text with the measures of one run; a measure it did not report is "–"."""

    def value(place: Place) -> str:
        found = values.get(place.name)
        if found is None:
            return "–"
        if place.percent and not isinstance(found, str):
            return f"{show(100 * found)} %"
        return show(found)

    return fill(text, value)
