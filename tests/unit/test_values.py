"""What modules hand to each other are values: nobody who gets one can change it for the others."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

BUILT_UP = {
    "app": {"recording.Records"},
    "cards": {"draft.Draft", "files.DeckFile", "graph.Graph", "source.Source"},
    "exchange": {"reading.Entry", "reading.Reading"},
    "store": set[str](),
    "study": set[str](),
}
"""What is filled step by step: while files are read, and while runs are recorded."""


def dataclasses_of(package: str) -> Iterator[tuple[str, type]]:
    """Yield every dataclass that a package offers, with its name."""
    root = importlib.import_module(f"quizapp.{package}")
    for found in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        module = importlib.import_module(found.name)
        for name, thing in inspect.getmembers(module, inspect.isclass):
            offered = thing.__module__ == found.name and not name.startswith("_")
            if offered and dataclasses.is_dataclass(thing):
                yield f"{found.name.removeprefix(f'{root.__name__}.')}.{name}", thing


@pytest.mark.parametrize("package", BUILT_UP)
def test_a_value_cannot_be_changed(package: str) -> None:
    open_ones = {
        name
        for name, found in dataclasses_of(package)
        if not found.__dataclass_params__.frozen  # type: ignore[attr-defined]
    }
    assert open_ones == BUILT_UP[package]
