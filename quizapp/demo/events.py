"""What a demo process sends: one frozen record per kind of event.

Building an event checks its fields, on both sides of the pipe: in the demo process a bad value is
an error at the demo's own line; in the host a bad line ends the run as an error. Strings never hold
control characters, which could drive the terminal.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from quizapp.demo import checks

State = Literal["holds", "fails", "not tested"]
Axis = Literal["x", "y"]


class _Checked:
    """Checks every field by its type when it is built."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            checked = _CHECKS[one.type](one.name, getattr(self, one.name))
            object.__setattr__(self, one.name, checked)
        self._agree()

    def _agree(self) -> None:
        """Raise ValueError if the fields contradict each other."""


@dataclass(frozen=True, slots=True)
class Loaded(_Checked):
    """The demo's file is imported and its device chosen."""

    device: str
    """What torch calls it: "cpu", "cuda" or "mps"."""
    device_name: str


@dataclass(frozen=True, slots=True)
class _Series(_Checked):
    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    chart: str = ""

    def _agree(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"x and y must be equally long, not {len(self.x)} and {len(self.y)}")


class Points(_Series):
    """More points of a line; those of the same name follow each other."""

    __slots__ = ()


class Scatter(_Series):
    """More points without a line."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Bars(_Checked):
    """One value per label."""

    name: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    chart: str = ""

    def _agree(self) -> None:
        if len(self.labels) != len(self.values):
            raise ValueError(f"{len(self.labels)} labels do not fit {len(self.values)} values")


@dataclass(frozen=True, slots=True)
class Histogram(_Checked):
    """Counts between edges, with marked levels."""

    name: str
    counts: tuple[float, ...]
    edges: tuple[float, ...]
    levels: tuple[float, ...] = ()
    chart: str = ""

    def _agree(self) -> None:
        counts, edges = len(self.counts), len(self.edges)
        if edges != counts + 1:
            raise ValueError(f"{counts} counts need {counts + 1} edges, not {edges}")


@dataclass(frozen=True, slots=True)
class Heatmap(_Checked):
    """A matrix with labels for its rows and columns."""

    name: str
    values: tuple[tuple[float, ...], ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    chart: str = ""

    def _agree(self) -> None:
        lengths = {len(row) for row in self.values}
        if len(lengths) > 1:
            raise ValueError(f"the rows of a matrix must be equally long, not {sorted(lengths)}")


@dataclass(frozen=True, slots=True)
class Reference(_Checked):
    """A straight line with a name, at a value of one axis."""

    name: str
    value: float
    axis: Axis = "y"
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Axes(_Checked):
    """Titles with units, and which axes are logarithmic."""

    title: str = ""
    x: str = ""
    y: str = ""
    log_x: bool = False
    log_y: bool = False
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Progress(_Checked):
    """Steps done of all steps."""

    done: int
    total: int
    left_s: float | None = None
    """Seconds that the other steps take if they take as long as those done; None before one is."""

    def _agree(self) -> None:
        if not 0 <= self.done <= self.total:
            raise ValueError(f"{self.done} of {self.total} steps cannot be done")


@dataclass(frozen=True, slots=True)
class Measure(_Checked):
    """A number or an outcome that a card may quote; `text` is what its demo declares."""

    id: str
    value: float | str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Claim(_Checked):
    """A statement of the demo and what this run found."""

    id: str
    state: State
    evidence: str = ""
    text: str = ""
    line: int = 0
    """Line of the learner's code that raised; 0 for none."""


@dataclass(frozen=True, slots=True)
class Table(_Checked):
    """Rows under column names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[checks.Cell, ...], ...]

    def _agree(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"each row of a table needs {len(self.columns)} cells")


@dataclass(frozen=True, slots=True)
class Sample(_Checked):
    """A piece of generated text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Note(_Checked):
    """A remark on the run, in Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Beat(_Checked):
    """A sign of life, once a second, with the largest resident memory so far."""

    rss_mb: float


@dataclass(frozen=True, slots=True)
class Done(_Checked):
    """The run came to its end."""

    device: str = ""
    device_name: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of Python and of the libraries that the run used."""
    peak_cuda_mb: float | None = None
    peak_rss_mb: float | None = None
    tokens_per_s: float | None = None
    ms: float | None = None
    """Milliseconds from the start of the demo to its end."""

    @property
    def costs(self) -> list[str]:
        """What it took besides time, in words."""
        words = []
        if self.peak_cuda_mb is not None:
            words.append(f"peak {self.peak_cuda_mb:.0f} MB on the GPU")
        if self.tokens_per_s is not None:
            words.append(f"{self.tokens_per_s:,.0f} tokens/s")
        return words


@dataclass(frozen=True, slots=True)
class Cancelled(_Checked):
    """The user ended the run."""

    ms: float | None = None


@dataclass(frozen=True, slots=True)
class Error(_Checked):
    """The run failed.

    `kind` says whose fault it is: load, demo, solution (the learner's code), model, device,
    memory, budget, start, silent, crashed, or protocol for a line that is not an event.
    """

    kind: str
    message: str
    exception: str = ""
    """Name of the exception's class, if one was raised."""
    where: str = ""
    """File and line of the demo."""
    traceback: str = ""
    line: int = 0
    """Line of the learner's code at fault; 0 for none."""
    ms: float | None = None

    @property
    def text(self) -> str:
        """The message after the name of the exception, as Python prints it."""
        return f"{self.exception}: {self.message}" if self.exception else self.message

    @property
    def lacks_package(self) -> bool:
        """Whether a package that the demo imports is not installed."""
        return self.kind == "load" and self.exception == "ModuleNotFoundError"


Data = Points | Scatter | Bars | Histogram | Heatmap
"""What a chart shows."""

Mark = Data | Reference
"""What a chart is made of."""

Ending = Done | Cancelled | Error
"""Exactly one of these ends a run."""

Event = Loaded | Mark | Axes | Progress | Measure | Claim | Table | Sample | Note | Beat | Ending


def _whole(name: str, value: object) -> int:
    value = checks.plain(value)
    if not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {checks.describe(value)}")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    return tuple(checks.text(name, one) for one in checks.listed(name, value))


def _cells(name: str, value: object) -> tuple[tuple[checks.Cell, ...], ...]:
    return tuple(
        tuple(map(checks.cell, checks.listed(name, row))) for row in checks.listed(name, value)
    )


def _versions(name: str, value: object) -> Mapping[str, str]:
    return {
        checks.text(name, key): checks.text(name, item)
        for key, item in checks.mapping(name, value).items()
    }


def _amount(name: str, value: object) -> float | None:
    """Return a time, a size or a rate, which the host adds up and stores; None is unknown."""
    if value is None:
        return None
    amount = checks.number(name, value)
    if not 0 <= amount < math.inf:
        raise ValueError(f"{name} must be a finite amount, not {checks.describe(value)}")
    return amount


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def check(name: str, value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{name} must be {' or '.join(allowed)}, not {checks.describe(value)}")
        return str(value)

    return check


_CHECKS: dict[Any, Callable[[str, Any], Any]] = {
    str: checks.text,
    float: checks.number,
    int: _whole,
    bool: checks.flag,
    float | str: checks.outcome,
    float | None: _amount,
    State: _one_of(*get_args(State)),
    Axis: _one_of(*get_args(Axis)),
    Mapping[str, str]: _versions,
    tuple[str, ...]: _texts,
    tuple[float, ...]: checks.numbers,
    tuple[tuple[float, ...], ...]: checks.matrix,
    tuple[tuple[checks.Cell, ...], ...]: _cells,
}
"""The check of each type that a field of an event may have."""
