"""The reference solution takes along what it needs of its file, and nothing else."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from quizapp.demo.reference import cut_out

FILE = """
import math
import random

EPS: float = 0.5
LOW, HIGH = 1, 2
if math.pi > 3:
    ROUND = 4
else:
    ROUND = 5
UNUSED = random.random()


def helper(x):
    return x + EPS


def add_eps(x):
    return helper(x)


def add_bounds(x):
    return x + LOW + HIGH


def add_round(x):
    return x + ROUND


def add_own(x):
    EPS = 1
    return x + EPS


def main():
    return add_own(3)
"""


@pytest.mark.parametrize(
    ("entry", "result", "words"),
    [
        ("add_eps", 1.5, ["EPS: float", "def helper", "def add_eps"]),
        ("add_bounds", 4, ["LOW, HIGH", "def add_bounds"]),
        ("add_round", 5, ["import math", "if math.pi", "def add_round"]),
        ("add_own", 2, ["def add_own"]),
    ],
)
def test_what_a_function_needs_is_cut_out_with_it(
    entry: str, result: float, words: list[str]
) -> None:
    found = cut_out(FILE, ast.parse(FILE), entry)
    assert found is not None
    space: dict[str, Any] = {}
    exec(found, space)
    assert space[entry](1) == result
    begins = [line for line in found.splitlines() if line and line[0] not in " e"]
    assert [line.startswith(word) for line, word in zip(begins, words, strict=True)] == [
        True for _ in words
    ]
