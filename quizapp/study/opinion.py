"""What a model of the learner's own says of an answer: beside it, never in the place of a tick."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Says(StrEnum):
    """What a model says of a point."""

    SAID = "said"
    NOT_SAID = "not said"
    CONTRADICTED = "contradicted"
    UNMARKED = "unmarked"
    """Nothing that counts: the words it quotes are not in the answer."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of one point; it ticks nothing and changes no score."""

    model: str
    """The name of the model, as the settings have it."""
    says: Says
    words: str = ""
    """The learner's words that it goes by, as they were typed."""

    @property
    def head(self) -> str:
        """Whose opinion it is, and what: "llama3 says: said"."""
        if self.says is Says.UNMARKED:
            return f"{self.model}: {self.says}, it quotes words that are not in your answer"
        return f"{self.model} says: {self.says}"


def held_against(answer: str, model: str, says: Says, words: str) -> Opinion:
    """Return an opinion as it counts: one about words that nobody typed is unmarked.

    Case and spaces may differ. Of what is not said there are no words.
    """
    if says in (Says.NOT_SAID, Says.UNMARKED):
        return Opinion(model, says)
    found = place_of(words, answer)
    if found is None:
        return Opinion(model, Says.UNMARKED)
    return Opinion(model, says, " ".join(answer[slice(*found)].split()))


_NOT_INSIDE = r"(?:(?<!\w)|(?!\w))"
"""Holds everywhere but inside a word: "date" is no quotation from "update"."""


def place_of(words: str, answer: str) -> tuple[int, int] | None:
    """Return where words stand in an answer, whatever their case and spaces; None for nowhere."""
    parts = words.split()
    if not parts:
        return None
    quoted = r"\s+".join(map(re.escape, parts))
    found = re.search(f"{_NOT_INSIDE}{quoted}{_NOT_INSIDE}", answer, re.IGNORECASE)
    return found.span() if found else None
