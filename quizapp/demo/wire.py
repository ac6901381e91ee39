"""The events between host and demo process: one JSON object per line, `t` names the kind.

JSON has no NaN or infinity, and a diverging loss is a result worth showing: non-finite numbers
travel as the strings "nan", "inf" and "-inf" and come back as floats in numeric places.
"""

from __future__ import annotations

import json
import math
from typing import Any

MAX_LINE = 256 * 1024
"""Bytes of one event; a longer one is refused where it is made."""

TERMINAL = frozenset({"done", "cancelled", "error"})
"""Exactly one of these ends a run."""

Event = dict[str, Any]

_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def plain(value: Any) -> Any:
    """Return `value` as JSON types; anything with `tolist` (numpy, torch) becomes numbers."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return str(value)


def encode(event: Event) -> bytes:
    """Return the line of an event.

    Raises:
        ValueError: the line would be longer than `MAX_LINE`.
    """
    text = json.dumps(plain(event), allow_nan=False, ensure_ascii=False)
    line = text.encode(errors="backslashreplace") + b"\n"  # a lone surrogate stays valid JSON
    if len(line) > MAX_LINE:
        raise ValueError(f"an event of {len(line)} bytes is over the limit of {MAX_LINE}")
    return line


def decode(line: bytes) -> Event:
    """Return the event of a line; raises ValueError when it is not one."""
    event = json.loads(line)
    if not isinstance(event, dict) or not isinstance(event.get("t"), str):
        raise ValueError("not an event")
    return event


def number(value: Any) -> float:
    """Return a number that travelled: "nan" and "inf" become floats again."""
    return _WORDS[value] if isinstance(value, str) else float(value)
