"""Numbers as people type them: "1e-4", "4.2 M", "3/4", "-12.5 %", "1 000 000"."""

from __future__ import annotations

import math
import re

from quizapp.errors import QuizError

_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9, "T": 1e12, "%": 0.01}
"""Written after a number; B is billion, as in "7B parameters"."""

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
    """Return the factor that the letters after a number stand for."""
    if not rest or (unit and rest.casefold() in _plural(unit)):
        return 1.0
    before = rest
    if unit and rest.casefold().endswith(unit.casefold()):
        before = rest[: -len(unit)].strip()
    if before in _SCALES:
        return _SCALES[before]
    wanted = f"counted in {unit}" if unit else "a number without a unit"
    raise _unclear(f'"{rest}" is not understood here; the answer is {wanted}.')


def _plural(unit: str) -> tuple[str, ...]:
    lower = unit.casefold()
    return (lower, f"{lower}s", lower.removesuffix("s"))


def _unclear(message: str) -> QuizError:
    return QuizError("Not a number", message, "Type it like 12.5, 1e-4, 3/4, 4.2 M or 1 000 000.")
