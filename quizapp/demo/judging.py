"""How an exercise compares what the learner's code gives with what the library gives.

Works on numbers, nested lists and anything with `tolist` (numpy, torch), without importing these.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

HUGE = 1e4
"""From here on numbers stand for "never", as in a mask, or are counts."""


class Mismatch(Exception):
    """What was tested does not hold; the text is what the learner reads."""


class Judge:
    """Tests one claim about the learner's code, inside `with run.judge(claim) as judge`.

    Each method raises `Mismatch` when its test fails; a block that ends holds.
    """

    def __init__(self) -> None:
        self.evidence = ""
        """What the last comparison found, in a few words."""

    def equal(
        self,
        yours: Any,
        theirs: Any,
        *,
        within: float = 1e-5,
        by: str = "the reference",
        of: str = "",
        mistakes: Mapping[str, Any] | None = None,
    ) -> None:
        """Test that two values agree in shape and number.

        Args:
            yours: what the learner's code gave.
            theirs: what is right.
            within: largest accepted difference, as a share of the largest number in `theirs` below
                `HUGE`, and for one above it as a share of itself: the -1e9 of a mask must not
                excuse the others.
            by: who says so, as the learner reads it: "peft", "scikit-learn".
            of: what is compared, where one claim compares several things: "the loss".
            mistakes: by a question such as "is the scale α/r missing?", the value that this
                mistake gives; an answer equal to one of them is met with the question.
        """
        name = f"{of}: " if of else ""
        for hint, value in (mistakes or {}).items():
            if difference(value, theirs, within) and not difference(yours, value, within):
                first = difference(yours, theirs, within, by)
                raise Mismatch(f"{name}{first}; {hint}")
        if found := difference(yours, theirs, within, by):
            raise Mismatch(f"{name}{found}")
        largest = _largest_gap(nested(yours), nested(theirs))
        self.evidence = f"{name}largest difference {largest:.1g}" if largest else f"{name}equal"

    def that(self, condition: Any, otherwise: str) -> None:
        """Test a condition; `otherwise` is what the learner reads when it does not hold."""
        if not condition:
            raise Mismatch(otherwise)

    @contextmanager
    def unchanged(self, **values: Any) -> Iterator[None]:
        """Test that the block leaves these values as they are: no damage in place."""
        before = {name: _copied(value) for name, value in values.items()}
        yield
        for name, value in values.items():
            if difference(value, before[name], 0.0):
                raise Mismatch(f"your code changed its argument {name} in place")


def operations(function: Any, *args: Any) -> int:
    """Return how many torch operations a call dispatches: a loop over tokens shows as more."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Counter(TorchDispatchMode):  # type: ignore[misc]  # torch has no types here
        count = 0

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            self.count += 1
            return func(*args, **(kwargs or {}))

    with Counter() as counter:
        function(*args)
    return int(counter.count)


def difference(yours: Any, theirs: Any, within: float, by: str = "the reference") -> str:
    """Return the first difference in words; nothing if the two agree."""
    mine, right = nested(yours), nested(theirs)
    if mine is None and right is not None:
        return "your function returned None: is a return missing?"
    if inspect.isgenerator(yours):
        return "your function is a generator: is it yield instead of return?"
    if type(yours) is not type(theirs) and not _alike(mine, right):
        return f"you returned {_kind(yours)}, {by} {_kind(theirs)}"
    ours, shape = shape_of(mine), shape_of(right)
    if ours != shape:
        return f"yours has the shape {_shape(ours)}, {by} {_shape(shape)}{_why_shape(ours, shape)}"
    pairs = list(_pairs(mine, right, ()))
    sizes = (abs(t) for _, _, t in pairs if _finite(t))
    allowed = _Allowed(within, max((t for t in sizes if t < HUGE), default=0.0) or 1.0)
    for place, one, other in pairs:
        if not _same(one, other, allowed):
            return _first(place, one, other, by, pairs, allowed)
    return ""


@dataclass(frozen=True)
class _Allowed:
    """How far a number may be from the right one."""

    within: float
    scale: float

    def __call__(self, right: float) -> float:
        return self.within * max(self.scale, abs(right))


def nested(value: Any) -> Any:
    """Return arrays and tensors as nested lists; other values as they are, tuples as lists."""
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return [[key, nested(value[key])] for key in sorted(value, key=str)]
    if isinstance(value, set | frozenset):
        return [nested(one) for one in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        return [nested(one) for one in value]
    return value


def shape_of(value: Any) -> tuple[int, ...]:
    """Return the lengths of a nested list along its first branch; nothing for a scalar."""
    if not isinstance(value, list):
        return ()
    inner = {shape_of(one) for one in value}
    return (len(value), *(inner.pop() if len(inner) == 1 else ()))


def _alike(mine: Any, right: Any) -> bool:
    """Whether two values of different types may be compared all the same."""
    if isinstance(mine, list) or isinstance(right, list):
        return isinstance(mine, list) and isinstance(right, list)
    return isinstance(mine, str) == isinstance(right, str)


def _kind(value: Any) -> str:
    mine = nested(value)
    if isinstance(mine, str | int | float):  # also as numpy and torch hold them
        return {str: "text", bool: "a truth value"}.get(type(mine), "a number")
    shape = shape_of(mine)
    name = f"a {type(value).__name__}"
    return f"{name} of shape {_shape(shape)}" if shape else name


def _shape(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) if shape else "of a single number"


def _why_shape(ours: Sequence[int], theirs: Sequence[int]) -> str:
    if len(ours) == len(theirs) and sorted(ours) == sorted(theirs):
        return ": is it transposed?"
    if not ours:
        return ": was it summed or averaged over too much?"
    if not theirs:
        return ": is a mean or a sum missing?"
    if len(ours) == len(theirs) and any(abs(a - b) == 1 for a, b in zip(ours, theirs, strict=True)):
        return ": off by one?"
    return ""


def _pairs(
    mine: Any, right: Any, place: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], Any, Any]]:
    if isinstance(right, list) and isinstance(mine, list) and len(mine) == len(right):
        for index, (one, other) in enumerate(zip(mine, right, strict=True)):
            yield from _pairs(one, other, (*place, index))
    else:
        yield place, mine, right


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _same(one: Any, other: Any, allowed: _Allowed) -> bool:
    if not _number(one) or not _number(other):
        return bool(one == other)
    if math.isnan(one) or math.isnan(other):
        return bool(math.isnan(one) and math.isnan(other))
    if math.isinf(one) or math.isinf(other):
        return bool(one == other)
    return bool(abs(one - other) <= allowed(other))


_SIMPLE = (-1, 0.001, 0.01, 0.1, 0.125, 0.25, 1 / 3, 0.5, 2, 3, 4, 8, 10, 100, 1000)
"""Factors between two single numbers that point at a mistake; any other may be chance."""


def _first(
    place: tuple[int, ...], one: Any, other: Any, by: str, pairs: list[Any], allowed: _Allowed
) -> str:
    """Return the first difference in words, and what all differences have in common."""
    where = f"at {list(place)} " if len(place) > 1 else f"item {place[0]}: " if place else ""
    text = f"{where}yours {_shown(one)}, {by} {_shown(other)}"
    if isinstance(one, float) and math.isnan(one):
        return f"{text}: a NaN, from 0/0, log of a negative number or ∞ - ∞"
    numbers = [(a, b) for _, a, b in pairs if _finite(a) and _finite(b)]
    if len(numbers) < len(pairs):
        return text
    if len(numbers) == 1:
        ratio = one / other if other else 0.0
        simple = next((n for n in _SIMPLE if math.isclose(ratio, n, rel_tol=1e-3)), None)
        if simple == -1:
            return f"{text}: the sign is turned round"
        return f"{text}: a factor of {simple:.3g}" if simple else text
    if all(a == 0 for a, _ in numbers):
        return f"{text}: yours is zero everywhere"
    # Where theirs is as good as zero, yours must be too; the ratio of the two says nothing.
    large = [(a, b) for a, b in numbers if abs(b) > allowed(0)]
    ratios = [a / b for a, b in large]
    rest_agrees = all(abs(a) <= allowed(0) for a, b in numbers if abs(b) <= allowed(0))
    if ratios and rest_agrees and _constant(ratios):
        if abs(ratios[0] + 1) < 1e-3:
            return f"{text}: the sign is turned round"
        return f"{text}: a constant factor of {ratios[0]:.3g}" if len(ratios) > 1 else text
    gaps = [a - b for a, b in numbers]
    if _constant(gaps):
        return f"{text}: a constant offset of {gaps[0]:.3g}"
    wrong = sum(not _same(a, b, allowed) for a, b in numbers)
    return f"{text}; {wrong} of {len(numbers)} differ"


def _constant(values: Sequence[float]) -> bool:
    size = max(map(abs, values))
    return size > 0 and max(values) - min(values) <= 1e-3 * size


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _largest_gap(mine: Any, right: Any) -> float:
    gaps = [abs(a - b) for _, a, b in _pairs(mine, right, ()) if _finite(a) and _finite(b)]
    return float(max(gaps, default=0.0))


def _copied(value: Any) -> Any:
    return value.detach().clone() if hasattr(value, "detach") else copy.deepcopy(value)
