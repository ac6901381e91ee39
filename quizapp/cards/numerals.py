"""Numbers as people type them: "1e-4", "4.2 M", "3/4", "-12.5 %", "1 000 000"."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from quizapp.errors import QuizError

_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12, "%": 0.01}
"""Written after a number; B is billion, as in "7B parameters"."""

_SHORT = {
    "percent": "%",
    "hour": "h",
    "dollar": "$",
    "times": "x",
    "million": "m",
    "tb": "t",
    "gb": "g",
    "mb": "m",
    "kb": "k",
}
"""What else stands for a unit that begins with these letters."""

_BYTES = {"tb": 4, "gb": 3, "mb": 2, "kb": 1}
"""Units that have a scale already: whoever types 1.1T for an answer in GB may mean either. Each
with its power of 1000, or of 1024 where GiB is typed."""

_COUNTS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
"""First words of units in which things are counted."""

_A_PERCENTAGE = 20.0
"""Above it a number below 1 is no answer in percent: it is a share."""

_ROUGH = 0.05
"""Tolerance from which GB and GiB may be taken for each other: they differ by 7 %."""

_PLAIN = r"(?:\d{1,3}(?:[ _]\d{3})+|\d+)(?:\.\d*)?|\.\d+"
_NUMBER = re.compile(
    rf"""
    (?P<sign>[+-]?)\s*
    (?: (?P<base>10\^(?P<power>[+-]?\d{{1,3}}))
      | (?P<number>{_PLAIN})
        (?: [eE](?P<exponent>[+-]?\d{{1,3}})
          | \s*[x*]\s*10\^(?P<times>[+-]?\d{{1,3}})
          | \s*/\s*(?P<divisor>{_PLAIN})
        )?
    )
    \s*(?P<rest>.*)
    """,
    re.VERBOSE | re.DOTALL,
)


def parse_number(text: str, unit: str = "") -> float:
    """Return the number in a text, counted in `unit`, which may be typed or left out.

    A decimal point, an exponent, a fraction, thousands in groups set off by spaces or
    underscores, and k, M, G, B, T or % after the number are understood. A comma is refused: it
    separates decimals in one country and thousands in another.

    Raises:
        QuizError: the text is not such a number, or has another unit.
    """
    clean = text.strip().replace("−", "-").replace("×", "x").replace("·", "*")
    if not clean:
        raise _unclear("Nothing was typed.")
    if re.search(r"\d\s*,\s*\d", clean):
        raise _unclear(f'"{text.strip()}" has a comma, which can mean two things.')
    match = _NUMBER.fullmatch(clean)
    if match is None:
        raise _unclear(f'"{text.strip()}" is not a number.')
    return _value(match, text) * _scale(match["rest"].strip(), unit)


class Reading(NamedTuple):
    """One way to read a number that was typed without its unit."""

    number: float
    """Counted in the unit of the answer."""
    words: str = ""
    """How it was read, if not as it stands: "GiB"."""


def readings(text: str, unit: str, value: float, tolerance: float) -> list[Reading]:
    """Return the ways to read what was typed for an answer, the likeliest first.

    Where its size leaves no doubt, a bare number is read as a share of 1 for an answer in percent
    (0.905 for 90.5 %), and as a plain count for one in millions (1e7 for 10 million). For a rough
    answer in GB a bare number may also be one in GiB.

    Args:
        text: what was typed.
        unit: the unit of the answer.
        value: the right number.
        tolerance: its largest accepted deviation, as a share of it.

    Raises:
        QuizError: the text is no number, or has another unit.
    """
    number = parse_number(text, unit)
    plain = Reading(number)
    if unit and re.search(r"[^\d\s.]\s*$", text):  # the unit was typed
        return [plain]
    lower, size = unit.casefold(), abs(number)
    if lower.startswith(("%", "percent")) and 0 < size < 1 and abs(value) > _A_PERCENTAGE:
        return [Reading(100 * number, "a share")]
    count = next((count for word, count in _COUNTS.items() if lower.startswith(word)), 0)
    if count and size >= count / 10 > abs(value):
        return [Reading(number / count, "a plain count")]
    if lower in _BYTES and tolerance >= _ROUGH:
        return [plain, Reading(number * _binary(lower), f"{unit[0]}i{unit[1:]}")]
    return [plain]


def _binary(unit: str) -> float:
    """Return how many of a unit of bytes, such as GB, its binary namesake is: 1.07 for GiB."""
    return float((1024 / 1000) ** _BYTES[unit])


def number_text(value: float) -> str:
    """Return a number as people write it, in a form that `parse_number` reads: 4 194 304."""
    if value == round(value) and 1e4 <= abs(value) < 1e15:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.6g}"


def _value(match: re.Match[str], text: str) -> float:
    digits = "1" if match["base"] else _joined(match["number"])
    power = match["power"] or match["exponent"] or match["times"] or "0"
    number = float(f"{digits}e{power}")
    if match["divisor"]:
        divisor = float(_joined(match["divisor"]))
        if divisor == 0:
            raise _unclear(f'"{text.strip()}" divides by zero.')
        number /= divisor
    if not math.isfinite(number):
        raise _unclear(f'"{text.strip()}" is too large.')
    return -number if match["sign"] == "-" else number


def _joined(digits: str) -> str:
    return re.sub(r"[ _]", "", digits)


def _scale(rest: str, unit: str) -> float:
    """Return the factor that the letters after a number stand for.

    A percent sign is the unit where the answer is counted in percent, and a letter that begins
    the unit is that unit: 112 G of an answer in GB is 112 GB, not 112 thousand millions. GiB is
    converted to GB.
    """
    if not rest or (unit and rest.casefold() in _spellings(unit)):
        return 1.0
    if unit.casefold() in _BYTES and rest.casefold() == f"{unit[0]}i{unit[1:]}".casefold():
        return _binary(unit.casefold())
    before = rest
    if unit and rest.casefold().endswith(unit.casefold()):
        before = rest[: -len(unit)].strip()
    if before in _SCALES and unit.casefold() not in _BYTES:
        return _SCALES[before]
    wanted = f"counted in {unit}" if unit else "a number without a unit"
    raise _unclear(f'"{rest}" is not understood here; the answer is {wanted}.')


def _spellings(unit: str) -> tuple[str, ...]:
    """Return how a unit is typed, in lower case: 5.6 h, 42.5 %, 112 G, 8x."""
    lower = unit.casefold()
    short = next((short for word, short in _SHORT.items() if lower.startswith(word)), lower)
    return (lower, f"{lower}s", lower.removesuffix("s"), lower.split()[0], short)


def _unclear(message: str) -> QuizError:
    return QuizError("Not a number", message, "Type it like 12.5, 1e-4, 3/4, 4.2M or 1_000_000.")
