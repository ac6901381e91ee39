"""What `@demo(...)` takes: its arguments, and which values they may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quizapp.demo.declare import Predict


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    texts = [*value.keys(), *value.values()] if isinstance(value, dict) else []
    return bool(texts) and all(map(_is_text, texts))


def _are_ids(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _is_count(value: object) -> bool:
    return type(value) is int and value > 0


ARGUMENTS: dict[str, Callable[[Any], bool]] = {
    "topic": _is_text,
    "claims": _are_texts,
    "measures": _are_texts,
    "formulas": _are_ids,
    "predict": lambda value: value is None or isinstance(value, Predict),
    "budget_s": lambda value: isinstance(value, int | float) and value > 0,
    "needs_cuda": lambda value: isinstance(value, bool),
    "cuda_claims": _are_ids,
    "bundled_claims": _are_ids,
    "elsewhere_claims": _are_ids,
    "token_passes": _is_count,
    "model_copies": _is_count,
    "trained_texts": _is_count,
}
"""By an argument of `@demo`, whether a value is one that it takes."""

NAMING = {
    "cuda_claims": "claims",
    "bundled_claims": "claims",
    "elsewhere_claims": "claims",
    "formulas": "measures",
}
"""By the argument of `@demo` that names ids, the argument that declares them."""
