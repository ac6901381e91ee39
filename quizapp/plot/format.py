"""Numbers and other values as people write them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any


def format_value(value: Any) -> str:
    """Return a value as it is written in a sentence."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return short(value) if isinstance(value, float) else str(value)


def format_setting(value: Any) -> str:
    """Return the value of a parameter on one line: of a solution, how long it is."""
    if value == "":
        return "the reference"
    if isinstance(value, str) and "\n" in value:
        lines = len(value.splitlines())
        return f"code of {lines} line{'s' * (lines > 1)}"
    return format_value(value)


def short(value: float, digits: int = 4) -> str:
    """Return a number as people write it: 0.0821, 12.5, 1.2e-05."""
    if not math.isfinite(value):
        return str(value)
    if value and not 1e-4 <= abs(value) < 10 ** max(digits, 6):
        return _scientific(value, digits - 1)
    text = f"{value:.{digits}g}"
    return f"{value:.0f}" if "e" in text else text


def cut_front(title: str, width: int) -> str:
    """Return the title of an axis in `width` columns: unit and kind of scale stand at its end."""
    if len(title) <= width:
        return title
    return "…" + title[len(title) - width + 1 :] if width > 1 else ""


def tick_labels(values: Iterable[float]) -> list[str]:
    """Return labels of equal precision, as short as keeps neighbours apart."""
    values = list(values)
    sizes = [abs(v) for v in values if v]
    if not sizes:
        return ["0" for _ in values]
    wide = max(sizes) / min(sizes) > 99
    far = wide and not 1e-3 <= min(sizes) <= max(sizes) < 1e4
    if far or max(sizes) >= 1e5 or max(sizes) < 1e-3:
        return [_scientific(v, 3) if v not in (0, 1) else f"{v:g}" for v in values]
    if wide and min(sizes) < 1:
        return [f"{v:g}" for v in values]
    for decimals in range(7):
        labels = [f"{v:.{decimals}f}" for v in values]
        if all(abs(float(t) - v) < 1e-6 * max(sizes) for t, v in zip(labels, values, strict=True)):
            return labels
    return [f"{v:.4g}" for v in values]


def _scientific(value: float, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}"
