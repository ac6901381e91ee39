"""Texts with gaps: `LoRA adds {{B·A|BA}} to the frozen weight.`"""

from __future__ import annotations

import re
from dataclasses import dataclass

_GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in the text and the words that fill it; the first is the one shown."""

    answers: tuple[str, ...]


def parse_gaps(text: str) -> tuple[str | Gap, ...]:
    """Split a text into what stands between the gaps, and the gaps."""
    parts: list[str | Gap] = []
    for index, piece in enumerate(_GAP.split(text)):
        if index % 2:
            parts.append(Gap(tuple(word.strip() for word in piece.split("|"))))
        elif piece:
            parts.append(piece)
    return tuple(parts)


def faults(text: str) -> list[tuple[int, str, str]]:
    """Return what is wrong with the gaps of a text: offset, message, fix."""
    found: list[tuple[int, str, str]] = []
    gaps = list(_GAP.finditer(text))
    for gap in gaps:
        words = [word.strip() for word in gap[1].split("|")]
        if "{{" in gap[1] or "\n" in gap[1]:
            found.append(
                (gap.start(), "a gap is opened and not closed on its line", "close it with }}")
            )
        elif not all(words):
            found.append(
                (
                    gap.start(),
                    f"the gap {gap[0]} has an empty answer",
                    "write {{answer}} or {{answer|another spelling}}",
                )
            )
    rest = _GAP.sub(lambda gap: " " * len(gap[0]), text)
    found += [
        (match.start(), f"{match[0]} without its partner", "write {{answer}}")
        for match in re.finditer(r"\{\{|\}\}", rest)
    ]
    if not gaps and not found:
        found.append((0, "a cloze text needs at least one gap", "put {{ and }} around a word"))
    return found


def filled(text: str) -> str:
    """Return a text with its gaps filled."""
    return "".join(p.answers[0] if isinstance(p, Gap) else p for p in parse_gaps(text))
