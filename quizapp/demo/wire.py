"""Events on the wire: one JSON object per line, `t` names the kind.

JSON has no NaN or infinity, and a diverging loss is a result worth showing: in numeric places
these travel as the words "nan", "inf" and "-inf".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

from quizapp.demo.checks import printable, read_value, spell, spelled
from quizapp.demo.events import Event, Measure

MAX_LINE = 256 * 1024
"""Bytes of one event, which the host must hold whole; a longer one is refused where it is made."""

_KINDS: dict[str, Callable[..., Event]] = {kind.__name__.lower(): kind for kind in get_args(Event)}


class ProtocolError(ValueError):
    """A line that is not an event; the message says why."""


def encode(event: Event) -> bytes:
    """Return the line of an event.

    Raises:
        ValueError: the line would be longer than `MAX_LINE`.
    """
    content = as_json(event)
    try:
        text = json.dumps(content, allow_nan=False, ensure_ascii=False)
    except ValueError:  # only then are the numbers walked once more
        text = json.dumps(spelled(content), allow_nan=False, ensure_ascii=False)
    line = text.encode() + b"\n"
    if len(line) > MAX_LINE:
        raise ValueError(f"an event of {len(line)} bytes is over the limit of {MAX_LINE}")
    return line


def decode(line: bytes) -> Event:
    """Return the event of a line.

    Raises:
        ProtocolError: it is not an event.
    """
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
    return from_json(content)


def as_json(event: Event) -> dict[str, Any]:
    """Return the event as a JSON object, which may still hold NaN and infinity."""
    content = {one.name: getattr(event, one.name) for one in fields(event)}
    if isinstance(event, Measure):
        content["value"] = spell(event.value)
    kind = type(event).__name__.lower()
    return {"t": kind, **{name: value for name, value in content.items() if value is not None}}


def from_json(content: object) -> Event:
    """Return the event of an object that `as_json` wrote.

    Raises:
        ProtocolError: the object is not an event.
    """
    if not isinstance(content, dict) or not isinstance(content.get("t"), str):
        raise ProtocolError("not an object with a kind")
    kind = _KINDS.get(content["t"])
    if kind is None:
        raise ProtocolError(f"there is no event {printable(content['t'][:40])!r}")
    values = {name: value for name, value in content.items() if name != "t"}
    if kind is Measure:
        values["value"] = read_value(values.get("value"))
    try:
        return kind(**values)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError(f"bad {content['t']} event: {printable(str(error)[:200])}") from None
