"""The YAML parser's complaints in an author's words."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

_QUOTE = 'put the text in "quotes", or start it on the next line after `|`'
_WORDS = (
    (
        "mapping values are not allowed",
        "a colon followed by a space inside a text that is not quoted",
        _QUOTE,
    ),
    (
        "could not find expected ':'",
        "this line is no `key: value`",
        "indent it if it belongs to the text above; quote text that "
        "begins with a special character",
    ),
    (
        "did not find expected key",
        "this line does not fit the lines above",
        "check its indentation, and the quotes before it",
    ),
    (
        "did not find expected '-' indicator",
        "this line does not fit the list above",
        "check its indentation",
    ),
    (
        "did not find expected ',' or '}'",
        "the braces opened above are not closed here",
        "close them with }; inside braces, quote text with a comma, a colon or quotes in it",
    ),
    (
        "did not find expected ',' or ']'",
        "the brackets opened above are not closed here",
        "close them with ]; inside brackets, quote text with a comma, a colon or quotes in it",
    ),
    (
        "block sequence entries are not allowed",
        "a list item cannot begin here",
        "start the list on its own line below the key",
    ),
    (
        "found unexpected ':'",
        "a colon that no space follows, inside braces or brackets",
        "put a space after it, or quote the text",
    ),
    ("found a tab character", "a tab is used to indent", "indent with spaces"),
    ("cannot start any token", "a text cannot begin with this character", _QUOTE),
    (
        "found unexpected end of stream",
        "a quote is opened and never closed",
        "close it, or write the text after `|`",
    ),
    (
        "found unexpected document indicator",
        "a quote is opened and never closed",
        "close it, or write the text after `|`",
    ),
    (
        "unknown escape character",
        "this backslash means nothing inside double quotes",
        "use single quotes, or write two backslashes",
    ),
    (
        "did not find expected hexdecimal number",
        "this backslash needs hexadecimal digits after it",
        "use single quotes, or write two backslashes",
    ),
    ("found undefined tag handle", "a text cannot begin with !", _QUOTE),
    (
        "did not find expected alphabetic or numeric character",
        "a text cannot begin with * or &",
        _QUOTE,
    ),
    ("did not find expected whitespace or line break", "a text cannot begin with !", _QUOTE),
    (
        "did not find expected comment or line break",
        "text cannot follow | or > on the same line",
        "start the text on the next line",
    ),
    (
        "found incompatible YAML document",
        "only YAML 1.1 and 1.2 are known",
        "remove the %YAML line",
    ),
    ("exceeded max nesting level", "nested far too deep", "close some brackets"),
)


def place(error: yaml.MarkedYAMLError) -> yaml.Mark | None:
    """Return where to look: where a quote or a key begins, else where the parser gave up."""
    if "quoted scalar" in str(error.context) or "simple key" in str(error.context):
        return error.context_mark
    return error.problem_mark or error.context_mark


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    """Return what is wrong and what to do, for an error at its place in `text`."""
    problem = str(error.problem or error.context or "this is not YAML")
    mark = place(error)
    if mark and (odd := _odd_space(text.split("\n")[max(mark.line - 1, 0) : mark.line + 1])):
        message = f"the space U+{ord(odd):04X} looks like a plain one, and YAML takes it for text"
        return message, "type a plain space instead, in the lines before, too"
    if "cannot start any token" in problem and error.problem_mark is not None:
        rest = text.split("\n")[error.problem_mark.line][error.problem_mark.column :]
        if rest.startswith("\t"):
            return "a tab is used to indent", "indent with spaces"
    for part, message, fix in _WORDS:
        if part in problem:
            return message, fix
    return f"this is not YAML: {problem}", "see content/README.md for the format"


def _odd_space(lines: Iterable[str]) -> str | None:
    """Return a space other than the plain one where YAML wants one: before or behind a sign."""
    for line in lines:
        for match in re.finditer(r"^\s+|[:,-]\s", line):
            for character in match[0]:
                if character.isspace() and character not in " \t":
                    return character
    return None
