"""Renamed cards: the log keeps the id of its day, readers see the id of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quizapp.study.model import CardState


def present_ids(aliases: Mapping[str, str]) -> dict[str, str]:
    """Return for each id that a card once had the one it has today."""
    present = {}
    for old, new in aliases.items():
        seen = {old}
        while new in aliases and new not in seen:
            seen.add(new)
            new = aliases[new]
        present[old] = new
    return present


def with_present_ids(
    own: Mapping[str, CardState], present: Mapping[str, str]
) -> dict[str, CardState]:
    """Return states by present id: a card's own, else that of an id it had before."""
    result = {card: state for card, state in own.items() if card not in present}
    for old, state in own.items():
        new = present.get(old)
        if new is not None and new not in result:
            result[new] = replace(state, card=new)
    return result
