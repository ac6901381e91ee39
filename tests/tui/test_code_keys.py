"""What the editor does with a key: indentation, brackets, comments, marks that move."""

from __future__ import annotations

import pytest

from quizapp.tui import code_keys


@pytest.mark.parametrize(
    ("before", "indentation"),
    [
        ("x = 1", ""),
        ("    x = 1", "    "),
        ("def f(x):", "    "),
        ("    for x in y:  # each", "        "),
        ('    x = "a # b:"', "    "),
        ("call(a,", "    "),
        ("x = '('", ""),
        ("    print(f'{a}:')  # (", "    "),
        ("call(a)", ""),
        ("        return x", "    "),
        ("    pass", ""),
        ("        return (x,", "            "),
        ("    returned = 1", "    "),
        ("", ""),
    ],
)
def test_a_new_line_is_indented_as_python_asks(before: str, indentation: str) -> None:
    assert code_keys.next_indentation(before) == indentation


def test_enter_inside_an_empty_pair_opens_it() -> None:
    assert code_keys.new_line("  x = [", "]") == ("\n      ", "\n  ")
    assert code_keys.new_line("  x = [", "1]") == ("\n      ", "")


@pytest.mark.parametrize(
    ("typed", "after", "closer"),
    [
        ("(", "", ")"),
        ("[", " x", "]"),
        ("{", ")", "}"),
        ("(", "x", ""),
        (")", "", ""),
        ("a", "", ""),
    ],
)
def test_a_bracket_is_closed_where_nothing_follows(typed: str, after: str, closer: str) -> None:
    assert code_keys.closes(typed, after) == closer


@pytest.mark.parametrize(
    ("before", "after", "erased"),
    [
        ("ab", "", (1, 0)),
        ("    ", "x", (4, 0)),
        ("      ", "", (2, 0)),
        ("f(", ")", (1, 1)),
        ("f(", "]", (1, 0)),
        ("f(", "", (1, 0)),
    ],
)
def test_backspace_takes_a_pair_or_a_level(
    before: str, after: str, erased: tuple[int, int]
) -> None:
    assert code_keys.erased_left(before, after) == erased


def test_lines_move_in_and_out() -> None:
    lines = ["a", "", "  b", "      c"]
    assert code_keys.indented(lines) == ["    a", "", "      b", "          c"]
    assert code_keys.dedented(lines) == ["a", "", "b", "  c"]


def test_lines_become_comments_and_code_again() -> None:
    lines = ["    a", "", "        b"]
    commented = ["    # a", "", "    #     b"]
    assert code_keys.commented(lines) == commented
    assert code_keys.commented(commented) == lines
    assert code_keys.commented(["# a", "b"]) == ["# # a", "# b"]


def test_lines_beside_an_edit_keep_their_marks() -> None:
    before = ["a", "b", "c", "d"]
    assert code_keys.moved_lines(before, ["a", "x", "y", "c", "d"]) == {0: 0, 2: 3, 3: 4}
    assert code_keys.moved_lines(before, ["a", "d"]) == {0: 0, 3: 1}
    assert code_keys.moved_lines(before, before) == {0: 0, 1: 1, 2: 2, 3: 3}
