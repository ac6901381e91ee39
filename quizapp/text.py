"""Numbers as people write them: "1 answer", "2 answers", "4:05"."""

from __future__ import annotations


def plural(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 answer", "0 answers", "2 copies".

    `many` is the plural where an s does not make it.
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def minutes(seconds: float) -> str:
    """Return seconds, 0 or more, as minutes and seconds, rounded to the second: "4:05"."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02}"
