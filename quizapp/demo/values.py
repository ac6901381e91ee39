"""What the fields of an event may hold: each check returns the value in the field's type.

What does not fit raises TypeError or ValueError with a sentence that begins with the field's name.
Numbers may come from numpy or torch: anything with `tolist`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args

Cell = float | str | bool | None
"""What stands in a table."""

State = Literal["holds", "fails", "not tested"]
Axis = Literal["x", "y"]

WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""Numbers that JSON does not have, as they travel."""

# Everything but tab, newline and what both Unicode and XML call a character: no C0 and C1
# controls, no lone surrogates, which cannot be encoded.
_UNPRINTABLE = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return the text without control characters: a terminal would obey them."""
    return _UNPRINTABLE.sub("", text)


def number(name: str, value: object) -> float:
    """Return a Python number, or a numpy or torch scalar, as a float."""
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str) and value in WORDS:
        return WORDS[value]
    plain = _plain(value)
    if not isinstance(plain, int | float):
        raise TypeError(f"{name} must be a number, not {_describe(plain)}")
    try:
        return float(plain)
    except OverflowError:
        raise ValueError(f"{name} is too large a number") from None


def text(name: str, value: object) -> str:
    """Return a text without what a terminal would obey."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, not {_describe(value)}")
    return printable(value)


def cell(value: object) -> Cell:
    """Return what stands in a table: a number, a text, yes or no, nothing; else its text."""
    value = _plain(value)
    if value is None or isinstance(value, int | float):
        return value
    return printable(str(value))


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _describe(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"a {type(value).__name__}"


def mapping(name: str, value: object) -> Mapping[Any, Any]:
    """Return a mapping as it is."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {_describe(value)}")
    return value


def _list(name: str, value: object) -> list[Any]:
    value = _plain(value)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list, not {_describe(value)}")
    return list(value)


def numbers(name: str, value: object) -> tuple[float, ...]:
    """Return numbers as floats."""
    return tuple(number(name, one) for one in _list(name, value))


def texts(name: str, value: object) -> tuple[str, ...]:
    """Return texts without what a terminal would obey."""
    return tuple(text(name, one) for one in _list(name, value))


def matrix(name: str, value: object) -> tuple[tuple[float, ...], ...]:
    """Return rows of numbers, which may differ in length."""
    return tuple(numbers(name, row) for row in _list(name, value))


def _cells(name: str, value: object) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(map(cell, _list(name, row))) for row in _list(name, value))


def _outcome(name: str, value: object) -> float | str:
    if isinstance(value, str):
        return printable(value)
    plain = _plain(value)
    found = number(name, plain)
    return plain if isinstance(plain, int) else found


def _whole(name: str, value: object) -> int:
    value = _plain(value)
    if not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {_describe(value)}")
    return value


def flag(name: str, value: object) -> bool:
    """Return True or False."""
    value = _plain(value)
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {_describe(value)}")
    return value


def _versions(name: str, value: object) -> Mapping[str, str]:
    return {text(name, key): text(name, item) for key, item in mapping(name, value).items()}


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def check(name: str, value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{name} must be {' or '.join(allowed)}, not {_describe(value)}")
        return str(value)

    return check


def _optional(name: str, value: object) -> float | None:
    return None if value is None else number(name, value)


CHECKS: dict[Any, Callable[[str, Any], Any]] = {
    "str": text,
    "float": number,
    "int": _whole,
    "bool": flag,
    "float | str": _outcome,
    "float | None": _optional,
    "Mapping[str, str]": _versions,
    "State": _one_of(*get_args(State)),
    "Axis": _one_of(*get_args(Axis)),
    "tuple[str, ...]": texts,
    "tuple[float, ...]": numbers,
    "tuple[tuple[float, ...], ...]": matrix,
    "tuple[tuple[Cell, ...], ...]": _cells,
}
