"""Checks of the numbers and strings that a demo sends.

Each check returns the value in its type, or raises TypeError or ValueError with a sentence that
begins with the value's name. Numbers may come from numpy or torch: anything with `tolist`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

Cell = float | str | bool | None
"""A cell of a table."""

WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""Numbers that JSON does not have, as they travel."""

# Everything but tab, newline and what both Unicode and XML call a character: no C0 and C1
# controls, no lone surrogates, which cannot be encoded.
_UNPRINTABLE = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return the text without control characters, which could drive the terminal."""
    return _UNPRINTABLE.sub("", text)


def number(name: str, value: object) -> float:
    """Return a Python number, or a numpy or torch scalar, as a float."""
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str) and value in WORDS:
        return WORDS[value]
    found = plain(value)
    if not isinstance(found, int | float):
        raise TypeError(f"{name} must be a number, not {describe(found)}")
    try:
        return float(found)
    except OverflowError:
        raise ValueError(f"{name} is too large a number") from None


def text(name: str, value: object) -> str:
    """Return a string without control characters."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {describe(value)}")
    return printable(value)


def cell(value: object) -> Cell:
    """Return a cell of a table: a finite number, a boolean or None; anything else as text."""
    value = plain(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return printable(str(value))


def plain(value: Any) -> Any:
    """Return an array or a scalar of numpy or torch as Python numbers."""
    return value.tolist() if hasattr(value, "tolist") else value


def describe(value: object) -> str:
    """Return a value as an error names it."""
    shown = repr(value)
    return shown if len(shown) <= 40 else f"a {type(value).__name__}"


def mapping(name: str, value: object) -> Mapping[Any, Any]:
    """Return a mapping as it is."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {describe(value)}")
    return value


def listed(name: str, value: object) -> list[Any]:
    """Return the items of a list, a tuple or an array."""
    value = plain(value)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list, not {describe(value)}")
    return list(value)


def numbers(name: str, value: object) -> tuple[float, ...]:
    """Return numbers as floats."""
    return tuple(number(name, one) for one in listed(name, value))


def matrix(name: str, value: object) -> tuple[tuple[float, ...], ...]:
    """Return rows of numbers, which may differ in length."""
    return tuple(numbers(name, row) for row in listed(name, value))


def outcome(name: str, value: object) -> float | str:
    """Return a number, which stays an int if it is one, or a string."""
    if isinstance(value, str):
        return printable(value)
    found = plain(value)
    size = number(name, found)
    return found if isinstance(found, int) else size


def flag(name: str, value: object) -> bool:
    """Return True or False."""
    value = plain(value)
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {describe(value)}")
    return value


def spelled(value: Any) -> Any:
    """Return JSON content with its NaN and infinity as words."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case dict():
            return {name: spelled(item) for name, item in value.items()}
        case list() | tuple():
            return [spelled(item) for item in value]
    return value


def spell(value: float | str) -> float | str:
    """Return a measure's value as it travels and is stored.

    NaN and infinity become words; a string that reads like one of these, or begins with a
    quotation mark, is put in quotation marks, so that it comes back as a string.
    """
    if isinstance(value, str):
        return f'"{value}"' if value in WORDS or value.startswith('"') else value
    return value if math.isfinite(value) else str(value)


def read_value(value: Any) -> Any:
    """Return the value that `spell` wrote."""
    if isinstance(value, str):
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        return value[1:-1] if quoted else WORDS.get(value, value)
    return value
