"""Numbers as people write them, "1 answer" and "4:05", and words as people mistype them."""

from __future__ import annotations

from collections.abc import Iterable


def plural(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 answer", "0 answers", "2 copies".

    `many` is the plural where an s does not make it.
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def minutes(seconds: float) -> str:
    """Return seconds, 0 or more, as minutes and seconds, rounded to the second: "4:05"."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02}"


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut between words and marked as cut."""
    if len(text) <= most:
        return text
    return f"{text[:most].rpartition(' ')[0] or text[:most]} …"


def closest(word: str, candidates: Iterable[str], at_least: float = 0.6) -> str | None:
    """Return the candidate that was most likely meant; None if none is near.

    Near means that `at_least` of the letters of both stand in both, in the same order (normalized
    Indel similarity, 0 to 1); case counts for nothing, and a hyphen is as good as an underscore.
    """
    from rapidfuzz import fuzz, process  # 20 ms that only a mistake costs

    found = process.extractOne(
        word, list(candidates), scorer=fuzz.ratio, processor=_folded, score_cutoff=100 * at_least
    )
    return found[0] if found else None


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_")
