"""Axes of a plot: their range, where a value lies on them, and their ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from quizapp.plot.format import tick_labels

PAD = 0.04
"""Free share of the range left above and below the data."""


LEAST, MOST = 1e-150, 1e150
"""Smallest and largest size on an axis; beyond them its arithmetic would under- or overflow."""


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    value: float
    label: str


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`; on a logarithmic one both are positive."""

    low: float
    high: float
    log: bool = False

    def place(self, value: float) -> float | None:
        """Return where `value` lies, 0 at `low` and 1 at `high`; None if it has no place."""
        if not is_number(value) or (self.log and value <= 0):
            return None
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            return (math.log(value) - low) / (high - low)
        return (value - self.low) / (self.high - self.low)

    def value(self, place: float) -> float:
        """Return the value at a place between 0 and 1, or a little outside."""
        if self.log:
            low, high = math.log(self.low), math.log(self.high)
            return math.exp(low + place * (high - low))
        return self.low + place * (self.high - self.low)

    def padded(self, share: float = PAD) -> Scale:
        """Return the scale with some room at both ends."""
        return replace(self, low=self.value(-share), high=self.value(1 + share))

    def ticks(self, most: int) -> tuple[Tick, ...]:
        """Return at most `most` round values on the axis (at least two are tried), with labels."""
        most = max(most, 2)
        values = _log_ticks(self, most) if self.log else _linear_ticks(self, most)
        values = [value for value in values if self.place(value) is not None]
        labels = tick_labels(values)
        return tuple(Tick(v, label) for v, label in zip(values, labels, strict=True))


def is_number(value: float) -> bool:
    """Whether an axis can show the value: not NaN, not infinite, not beyond `MOST`."""
    return abs(value) <= MOST


def fit(values: Iterable[float], *, log: bool = False, include: Iterable[float] = ()) -> Scale:
    """Return the scale that spans `values` and `include`, with a width above zero.

    NaN, infinity and what is beyond `MOST` do not count, nor on a logarithmic axis what is below
    `LEAST`.
    """
    usable = [v for v in (*values, *include) if is_number(v) and (v >= LEAST or not log)]
    if not usable:
        return Scale(0.1, 1.0, log) if log else Scale(0.0, 1.0)
    low, high = min(usable), max(usable)
    if log:
        if high / low < 1 + 1e-9:
            low, high = low / 2, high * 2
    elif high - low <= max(1e-12 * max(abs(low), abs(high)), LEAST):
        half = abs(high) / 2 if abs(high) > LEAST else 1.0
        low, high = low - half, high + half
    return Scale(low, high, log)


def _linear_ticks(scale: Scale, most: int) -> list[float]:
    span = scale.high - scale.low
    magnitude = 10 ** math.floor(math.log10(span / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * magnitude
        first = math.ceil(scale.low / step - 1e-9)
        last = math.floor(scale.high / step + 1e-9)
        if last - first + 1 <= most:
            return [float(f"{n * step:.12g}") for n in range(first, last + 1)]
    return []


def _log_ticks(scale: Scale, most: int) -> list[float]:
    first, last = math.log10(scale.low), math.log10(scale.high)
    decades = range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)
    for factors in ((1, 2, 5), (1, 3)):
        wider = range(math.floor(first), math.ceil(last) + 1)
        values = [float(f"{f}e{d}") for d in wider for f in factors]
        values = [v for v in values if scale.low * 0.999 <= v <= scale.high * 1.001]
        if 2 <= len(values) <= most:
            return values
    if len(decades) >= 2:
        stride = math.ceil(len(decades) / most)
        return [float(f"1e{d}") for d in decades[::stride]]
    return [v for v in _linear_ticks(replace(scale, log=False), most) if v > 0]
