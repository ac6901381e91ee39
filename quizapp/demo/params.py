"""The kinds of parameter a demo can declare as defaults of its signature.

The capitalised functions return `Any` so that `rank: int = Int(8, 1, 64)` type-checks, as Typer
and FastAPI do; what they return is one of the frozen records below.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Union


@dataclass(frozen=True)
class Number:
    """An integer or a float between two bounds."""

    kind: str
    default: float
    low: float
    high: float
    step: float | None = None
    """Distance between neighbours on the slider; None: 1 for integers, 1/20 of the range else."""
    log: bool = False
    """Steps multiply instead of add: for learning rates and sizes."""
    help: str = ""

    def check(self, value: object) -> float:
        """Return `value` as this parameter's type, or raise ValueError with a sentence."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"must be a number, not {value!r}")
        if not math.isfinite(value):
            raise ValueError("must be finite")
        if self.kind == "int" and value != int(value):
            raise ValueError(f"must be a whole number, not {value:g}")
        if not self.low <= value <= self.high:
            raise ValueError(f"must be between {self.low:g} and {self.high:g}, not {value:g}")
        return int(value) if self.kind == "int" else float(value)

    def parse(self, text: str) -> float:
        """Read the value from what a user typed."""
        try:
            number = int(text) if self.kind == "int" else float(text)
        except ValueError:
            whole = "a whole number" if self.kind == "int" else "a number such as 0.001 or 1e-3"
            raise ValueError(f"must be {whole}, not {text!r}") from None
        return self.check(number)

    def nudge(self, value: float, steps: int) -> float:
        """Return the neighbour `steps` away on the slider, within the bounds."""
        if self.log:
            moved = value * (self.step or 2.0) ** steps
        else:
            small = 1.0 if self.kind == "int" else (self.high - self.low) / 20
            moved = value + (self.step or small) * steps
        rounded = round(moved) if self.kind == "int" else float(f"{moved:.6g}")
        return self.check(min(max(rounded, self.low), self.high))


@dataclass(frozen=True)
class Choices:
    """One of a few values, all of the same type."""

    options: tuple[Any, ...]
    default: Any
    help: str = ""
    kind: str = "choice"

    def check(self, value: object) -> Any:
        """Return the option equal to `value`, or raise ValueError with a sentence."""
        for option in self.options:
            if option == value and isinstance(option, bool) == isinstance(value, bool):
                return option
        raise ValueError(f"must be one of {', '.join(map(str, self.options))}, not {value!r}")

    def parse(self, text: str) -> Any:
        """Read the value from what a user typed."""
        for option in self.options:
            if str(option) == text:
                return option
        return self.check(text)

    def nudge(self, value: object, steps: int) -> Any:
        """Return the option `steps` away, stopping at the ends."""
        index = self.options.index(value) + steps
        return self.options[min(max(index, 0), len(self.options) - 1)]


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    default: bool
    help: str = ""
    kind: str = "flag"

    def check(self, value: object) -> bool:
        """Return `value` if it is a boolean, or raise ValueError with a sentence."""
        if not isinstance(value, bool):
            raise ValueError(f"must be true or false, not {value!r}")
        return value

    def parse(self, text: str) -> bool:
        """Read the value from what a user typed."""
        words = {"true": True, "yes": True, "on": True, "1": True}
        words |= {"false": False, "no": False, "off": False, "0": False}
        if text.lower() not in words:
            raise ValueError(f"must be true or false, not {text!r}")
        return words[text.lower()]

    def nudge(self, value: object, steps: int) -> bool:
        """Flip once per step."""
        return bool(value) ^ bool(steps % 2)


BUNDLED = "tinyworld"
"""Names the language model that comes with the app."""


@dataclass(frozen=True)
class ModelName:
    """A causal language model: the bundled one, a local folder or a Hub id."""

    default: str = BUNDLED
    help: str = "tinyworld, a folder, a .gguf file, or the Hub id of a causal language model"
    kind: str = "model"

    def check(self, value: object) -> str:
        """Return `value` if it names a model, or raise ValueError with a sentence."""
        if not isinstance(value, str) or not value.strip():
            raise ValueError("must be tinyworld, a folder, or a Hub id such as org/name")
        name = value.strip()
        if name.startswith("~"):  # a shell leaves the ~ of --model=~/x as it is
            with contextlib.suppress(RuntimeError):  # nobody's home: the folder is not found later
                name = str(Path(name).expanduser())
        return name

    def parse(self, text: str) -> str:
        """Read the value from what a user typed."""
        return self.check(text)

    def nudge(self, value: object, steps: int) -> str:
        """Models have no neighbours: the value stays."""
        return self.check(value)


MOST_CODE = 64 * 1024
"""Bytes of a solution: ten times what any exercise needs, and a request that a socket holds."""


@dataclass(frozen=True)
class CodeText:
    """The learner's code: the text of a module that defines the function `entry`."""

    entry: str
    """Name of the function that the demo calls; the file defines its reference solution."""
    starter: str
    """What the learner begins with. It runs, and fails a claim."""
    help: str = ""
    default: str = ""
    """Empty: the reference solution of the file."""
    kind: str = "code"

    def check(self, value: object) -> str:
        """Return `value` if it is text, or raise ValueError with a sentence."""
        if not isinstance(value, str):
            raise ValueError("must be the text of a solution")
        if len(value.encode(errors="replace")) > MOST_CODE:
            raise ValueError(f"must be shorter than {MOST_CODE // 1024} KiB")
        return value.replace("\r\n", "\n")

    def parse(self, text: str) -> str:
        """Read the value from what a user typed."""
        return self.check(text)

    def nudge(self, value: object, steps: int) -> str:
        """Solutions have no neighbours: the value stays."""
        return self.check(value)


Param = Union[Number, Choices, Switch, ModelName, CodeText]  # noqa: UP007 - a runtime alias for isinstance


def as_json(param: Param) -> dict[str, Any]:
    """Return the parameter as `demo list --json` prints it."""
    return {k: v for k, v in asdict(param).items() if v is not None}


def Int(
    default: int, low: int, high: int, *, step: int | None = None, log: bool = False, help: str = ""
) -> Any:
    """Declare a whole number between `low` and `high`."""
    return Number("int", default, low, high, step, log, help)


def Float(
    default: float,
    low: float,
    high: float,
    *,
    step: float | None = None,
    log: bool = False,
    help: str = "",
) -> Any:
    """Declare a real number between `low` and `high`."""
    return Number("float", default, low, high, step, log, help)


def Choice(*options: Any, default: Any = None, help: str = "") -> Any:
    """Declare one of several values; the first is the default unless another is named."""
    if not options:
        raise TypeError("needs at least one option")
    return Choices(options, options[0] if default is None else default, help)


def Flag(default: bool = False, *, help: str = "") -> Any:
    """Declare a yes-or-no parameter."""
    return Switch(default, help)


def Model(default: str = BUNDLED, *, help: str = "") -> Any:
    """Declare the language model that the demo loads."""
    return ModelName(default, help or ModelName.help)


def Code(*, entry: str, starter: str, help: str = "") -> Any:
    """Declare the learner's code: a demo that takes it is an exercise.

    `entry` is the function that the learner writes; the file defines its reference solution under
    the same name. `starter` is what the learner begins with: it runs, and fails a claim.
    """
    return CodeText(entry, starter, help)
