"""How long a run over a model of the learner's own takes, before it begins."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

from quizapp.demo.params import Number
from quizapp.demo.spec import DemoSpec
from quizapp.study.record import RunRecord

FAST, SLOW = 60e9, 12e9
"""Operations a second of PyTorch in float32 on a few CPU cores: an idle laptop, a shared core."""

COUNTS = ("steps", "epochs", "pairs", "repeats", "texts")
"""Settings that the time of a run is proportional to; the first that a demo has."""

LARGEST_HEADER = 100_000_000
"""Bytes; safetensors refuses longer ones too."""


def expectation(
    spec: DemoSpec, settings: Mapping[str, Any], records: Sequence[RunRecord] = ()
) -> str:
    """Return what a run over another model than the bundled one takes, in a sentence.

    The median of earlier runs at the same settings, else a range from the parameters of the model
    and the tokens that the demo sends through it; empty for the bundled model.
    """
    models = spec.models(settings)
    if not models:
        return ""
    same = [r.wall_s for r in records if r.demo == spec.id and dict(r.settings) == dict(settings)]
    if same:
        return f"{in_minutes(median(same))}, as the last time here"
    size = parameters(Path(models[0]))
    if not size or not spec.token_passes:
        return "The time depends on the model; what is left shows after the first step"
    seconds = spec.budget_s + 2 * size * spec.token_passes / SLOW
    quick = spec.budget_s + 2 * size * spec.token_passes / FAST
    text = "{} on CPU cores ({} parameters)"
    name = next((n for n in COUNTS if isinstance(spec.params.get(n), Number)), None)
    if name is None:
        return text.format(_between(quick, seconds), _in_words(size))
    share = settings[name] / spec.params[name].default
    text = text.format(_between(share * quick, share * seconds), _in_words(size))
    fewer = round(max(settings[name] / 5, spec.params[name].low))  # type: ignore[union-attr]
    if fewer >= settings[name]:
        return text
    share = fewer / spec.params[name].default
    return f"{text}; {name}={fewer}: {_between(share * quick, share * seconds)}"


def parameters(place: Path) -> int | None:
    """Return how many numbers the safetensors files of a folder hold; None if it is no folder.

    Only the headers are read: eight bytes with the header's length, then JSON.
    """
    try:
        return sum(map(_numbers, place.glob("*.safetensors"))) or None
    except (OSError, ValueError, TypeError, AttributeError, struct.error):
        return None


def _numbers(file: Path) -> int:
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(min(length, LARGEST_HEADER)))
    return sum(prod(t["shape"]) for name, t in header.items() if name != "__metadata__")


def in_minutes(seconds: float) -> str:
    """Return a time as one plans with it: about 40 s, about 12 min, about 3 h."""
    return f"about {_time(seconds)}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _between(low: float, high: float) -> str:
    return f"{_time(low)} to {_time(high)}"


def _in_words(count: int) -> str:
    # From here on three digits of millions would be written 1e+03.
    return f"{count / 1e9:.1f} B" if count >= 999.5e6 else f"{max(count / 1e6, 0.1):.3g} M"
