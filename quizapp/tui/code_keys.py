"""What an editor for Python does with a key: indentation and brackets. Pure text, no screen."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 4
"""Columns of one level of indentation."""

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(PAIRS.values())

_LEAVES = frozenset({"return", "pass", "break", "continue", "raise"})
"""Statements after which their block ends."""


def indentation(line: str) -> str:
    """Return the blanks at the start of a line."""
    return line[: len(line) - len(line.lstrip(" "))]


def next_indentation(before: str) -> str:
    """Return the indentation of a new line after a line, of which `before` stands left of it."""
    blanks, code = indentation(before), _code(before)
    opened = sum(code.count(one) for one in PAIRS) - sum(code.count(one) for one in CLOSERS)
    if code.endswith(":") or opened > 0:
        return blanks + " " * WIDTH
    words = code.split(maxsplit=1)
    if words and words[0] in _LEAVES and opened == 0:
        return blanks[:-WIDTH]
    return blanks


def new_line(before: str, after: str) -> tuple[str, str]:
    """Return what Enter inserts left and right of the cursor, which stands between two texts."""
    left = "\n" + next_indentation(before)
    opener = before.rstrip()[-1:]
    if opener in PAIRS and after.lstrip().startswith(PAIRS[opener]):
        return left, "\n" + indentation(before)
    return left, ""


def closes(typed: str, after: str) -> str:
    """Return the bracket to insert behind a typed one; nothing where it would be in the way."""
    free = not after or after[0].isspace() or after[0] in CLOSERS or after[0] in ",:"
    return PAIRS[typed] if typed in PAIRS and free else ""


def erased_left(before: str, after: str) -> tuple[int, int]:
    """Return how many characters Backspace erases left and right of the cursor.

    An empty pair of brackets goes as one, and so does one level of indentation.
    """
    if before and PAIRS.get(before[-1]) == after[:1] and after:
        return 1, 1
    if before and not before.strip(" "):
        return (len(before) - 1) % WIDTH + 1, 0
    return 1, 0


def indented(lines: Sequence[str]) -> list[str]:
    """Return lines one level further in; empty ones stay."""
    return [" " * WIDTH + line if line.strip() else line for line in lines]


def dedented(lines: Sequence[str]) -> list[str]:
    """Return lines one level further out, as far as each has room."""
    return [line[min(WIDTH, len(indentation(line))) :] for line in lines]


def commented(lines: Sequence[str]) -> list[str]:
    """Return lines as comments, or as code again if they all are comments."""
    full = [line for line in lines if line.strip()]
    if full and all(line.lstrip().startswith("#") for line in full):
        return [_uncommented(line) for line in lines]
    column = min((len(indentation(line)) for line in full), default=0)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]


def moved_lines(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Return where the lines above and below an edit stand after it, by their index before it."""
    shorter = min(len(before), len(after))
    above = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    below = next(
        (n for n in range(shorter - above) if before[-1 - n] != after[-1 - n]), shorter - above
    )
    shift = len(after) - len(before)
    kept = {n: n for n in range(above)}
    return kept | {n: n + shift for n in range(len(before) - below, len(before))}


def _uncommented(line: str) -> str:
    blanks, rest = indentation(line), line.lstrip(" ")
    return blanks + rest.removeprefix("#").removeprefix(" ")


def _code(line: str) -> str:
    """Return a line without a comment at its end and without what stands in quotes."""
    quote, code = "", ""
    for character in line:
        if quote:
            quote = "" if character == quote else quote
        elif character == "#":
            break
        else:
            quote = character if character in "\"'" else ""
            code += character
    return code.rstrip()
