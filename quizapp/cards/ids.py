"""Ids of decks and cards: kebab-case."""

from __future__ import annotations

import re

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 80
"""Characters an id may have."""


def is_id(text: str) -> bool:
    """Whether a text can be the id of a deck or card."""
    return len(text) <= LONGEST and KEBAB.fullmatch(text) is not None


def kebab(text: str) -> str:
    """Return the id nearest to a text; nothing if it has neither Latin letters nor digits."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:LONGEST].strip("-")
