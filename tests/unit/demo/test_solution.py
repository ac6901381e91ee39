"""The learner's code is compiled and called, and its failures are traced to its lines."""

from __future__ import annotations

import io
import sys
from types import FrameType

import pytest

from quizapp.demo.guard import FIRST, LAST, Printed, running_line
from quizapp.demo.params import MOST_CODE, CodeText
from quizapp.demo.solution import (
    LONGEST,
    SolutionError,
    in_words,
    line_of,
    load,
    own_traceback,
    sentence,
)

CODE = """import io

def outer(x, file=None):
    if file:
        print("seen", x, file=file)
    return inner(x)

def inner(x):
    return 1 / x
"""


def test_a_solution_is_called_as_its_function() -> None:
    solution = load(CODE, "outer")
    assert (solution(4), solution(x=2), solution.entry, solution.text) == (0.25, 0.5, "outer", CODE)


def test_each_load_has_globals_of_its_own() -> None:
    text = "seen = []\ndef count(x):\n    seen.append(x)\n    return len(seen)\n"
    first, second = load(text, "count"), load(text, "count")
    assert (first(0), first(0), second(0)) == (1, 2, 1)


def test_an_exception_is_traced_to_the_deepest_line_of_the_code() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        load(CODE, "outer")(0)
    assert line_of(caught.value) == 9
    trace = own_traceback(caught.value).splitlines()
    assert [line for line in trace if line.strip("~^ ")] == [
        '  File "solution.py", line 6, in outer',
        "    return inner(x)",
        '  File "solution.py", line 9, in inner',
        "    return 1 / x",
        "ZeroDivisionError: division by zero",
    ]


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        ("ValueError('a\\n b.')", "line 2 of your code: ValueError: a b"),
        ("ValueError", "line 2 of your code: ValueError"),
        ("MemoryError", "line 2 of your code asks for more memory than an exercise may use: is"),
        ('RuntimeError("DefaultCPUAllocator: can\'t allocate memory")', "line 2 of your code as"),
        ("RecursionError", "line 2 of your code calls itself without end: when does it stop?"),
        ("SystemExit", "line 2 of your code ends the program: return a value instead of exit()"),
    ],
)
def test_an_exception_is_a_sentence_with_its_line(raised: str, words: str) -> None:
    with pytest.raises(BaseException) as caught:
        load(f"def f():\n    raise {raised}\n", "f")()
    found, line = in_words(caught.value)
    assert (found.startswith(words), line) == (True, 2)


def test_what_fails_outside_of_the_code_is_about_what_it_returned() -> None:
    found = in_words(TypeError("unsupported operand"))
    assert found == ("what you returned cannot be used: TypeError: unsupported operand", 0)


def test_a_long_message_is_cut() -> None:
    assert len(sentence(ValueError("x" * 10**6))) < LONGEST + 20


@pytest.mark.parametrize("arguments", [(), (1, 2, 3)])
def test_arguments_that_it_does_not_take_are_refused_at_its_line(
    arguments: tuple[int, ...],
) -> None:
    with pytest.raises(SolutionError, match="outer does not take the arguments of the") as caught:
        load(CODE, "outer")(*arguments)
    assert caught.value.line == 3


def test_a_type_error_inside_the_function_stays_its_own() -> None:
    with pytest.raises(TypeError):
        load(CODE, "outer")("text")


def test_a_builtin_may_be_the_solution() -> None:
    assert load("f = dict\n", "f")(a=1) == {"a": 1}


def printing(code: str) -> tuple[str, str]:
    """Return what is kept of what a solution prints, and what is passed on."""
    other = io.StringIO()
    printed = Printed(other)
    load(code, "f")(printed)
    print("a library", file=printed)
    return printed.text, other.getvalue()


def test_only_what_the_code_prints_is_kept() -> None:
    code = "def f(file):\n    print('mine', 1, file=file)\n"
    assert printing(code) == ("mine 1\n", "a library\n")


def test_of_a_flood_beginning_and_end_are_kept() -> None:
    code = "def f(file):\n    for i in range(5000): print(i, file=file)\n"
    text, _ = printing(code)
    whole = "".join(f"{i}\n" for i in range(5000))
    left_out = len(whole) - FIRST - LAST
    gap = f"\n... {left_out:,} characters are left out ...\n"
    assert text == whole[:FIRST] + gap + whole[-LAST:]


def test_the_line_that_runs_is_the_innermost_of_the_code() -> None:
    frames: list[FrameType] = []
    code = "def f(keep):\n    g(keep)\n\ndef g(keep):\n    keep()\n"
    lines = []

    def keep() -> None:
        frames.append(sys._getframe())
        lines.append(running_line(frames[-1]))

    load(code, "f")(keep)
    assert lines == [5]
    assert running_line(sys._getframe()) == running_line(None) == 0


def test_a_solution_is_text_of_a_bounded_size() -> None:
    param = CodeText("f", "def f(): pass")
    assert param.check("a\r\nb") == "a\nb"
    assert param.check("x" * MOST_CODE)
    for wrong in ("x" * (MOST_CODE + 1), "é" * MOST_CODE):
        with pytest.raises(ValueError, match="must be shorter than 64 KiB"):
            param.check(wrong)
    with pytest.raises(ValueError, match="must be the text of a solution"):
        param.check(3)
