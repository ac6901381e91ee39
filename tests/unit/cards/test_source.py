"""Strict YAML: values, positions, and that nothing but problems comes out of any bytes."""

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.compile import compile_deck
from quizapp.cards.graph import link
from quizapp.cards.lint import lint_deck
from quizapp.cards.problems import Finding, Path
from quizapp.cards.scalars import plain
from quizapp.cards.source import Source, read_source
from tests.unit.cards.decks import calm


def read(text: str) -> Source:
    return read_source("deck.yaml", text.encode())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e-4", 0.0001),
        ("2E5", 200000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-3", -3),
        ("+7", 7),
        ("007", 7),
        ("0x1F", 31),
        ("0o17", 15),
        *((written, True) for written in ("true", "True", "TRUE")),
        *((written, False) for written in ("false", "False", "FALSE")),
        *((written, None) for written in ("", "~", "null", "Null", "NULL")),
        *((written, math.inf) for written in (".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF")),
        *((written, -math.inf) for written in ("-.inf", "-.Inf", "-.INF")),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("N", "N"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("017:20", "017:20"),
        ("2026-01-31", "2026-01-31"),
        ("=", "="),
        ("<<", "<<"),
        ("1e", "1e"),
        ("e5", "e5"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("'1e-4'", "1e-4"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(written: str, value: object) -> None:
    source = read(f"lr: {written}\n")
    assert source.problems == []
    assert source.data["lr"] == value
    assert type(source.data["lr"]) is type(value)


@pytest.mark.parametrize("written", [".nan", ".NaN", ".NAN"])
def test_not_a_number_is_one(written: str) -> None:
    assert math.isnan(read(f"x: {written}").data["x"])


def test_a_number_of_more_than_64_characters_is_refused() -> None:
    assert read(f"x: {'1' * 64}").data == {"x": int("1" * 64)}
    for long in ("1" * 65, "0." + "3" * 63, "0x" + "f" * 63):
        [problem] = read(f"x: {long}").problems
        assert (problem.code, problem.message) == ("Y010", "a number of 65 characters is too long")


def test_keys_are_text_whatever_they_look_like() -> None:
    assert read("{1: a, true: b, ~: c, 1e-4: d}").data == {
        "1": "a",
        "true": "b",
        "~": "c",
        "1e-4": "d",
    }


def test_of_two_equal_keys_the_first_is_kept_and_both_lines_are_named() -> None:
    source = read("a: 1\nb: 2\na: 3\n")
    assert source.data == {"a": 1, "b": 2}
    (problem,) = source.problems
    assert (problem.line, problem.col, problem.code) == (3, 1, "Y001")
    assert "line 1" in problem.message


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_newline_are_fine(newline: str) -> None:
    source = read_source("x", "\ufeffa: 1\nb: [\n".replace("\n", newline).encode())
    (problem,) = source.problems
    assert (problem.line, problem.col) == (3, 1)


TEXT = """\
plain: one two
'quoted': 'one two'
"double": "one two"
escaped: "one\\ttwo"
block: |
    first

    one two
folded: >
    first
    one two
list:
- {inside: one two}
"""


@pytest.mark.parametrize(
    ("path", "line", "col"),
    [
        (("plain",), 1, 12),
        (("quoted",), 2, 16),
        (("double",), 3, 16),
        (("escaped",), 4, 10),
        (("block",), 8, 9),
        (("folded",), 9, 9),
        (("list", 0, "inside"), 13, 16),
    ],
)
def test_a_place_inside_a_text_is_found(path: Path, line: int, col: int) -> None:
    source = read(TEXT)
    value = source.data
    for part in path:
        value = value[part]
    offset = value.replace("\t", " ").index("two")
    problem = source.locate(Finding("L301", "", "", path, offset=offset))
    assert (problem.line, problem.col) == (line, col)


def test_a_place_that_is_not_there_is_the_nearest_above_it() -> None:
    source = read("a:\n  b: 1\n")
    problem = source.locate(Finding("C102", "", "", ("a", "missing", 3)))
    assert (problem.line, problem.col) == (2, 3)


WORDS = st.text(
    st.characters(
        exclude_categories=["Cc", "Cs", "Cn"],
        exclude_characters="\u2028\u2029\ufeff"
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    max_size=12,
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | WORDS
    | st.floats(allow_nan=False)
    | st.sampled_from(["no", "1e-4", "12:30", "null", "<<", "a: b"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4)
)


class Dumper(yaml.SafeDumper):
    """Writes YAML 1.2: what reads as something else is quoted, nothing is an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.yaml_implicit_resolvers = {}


def _meaning(text: str) -> object:
    try:
        return plain(text)
    except ValueError:
        return None


def _text(dumper: Dumper, text: str) -> yaml.Node:
    style = None if _meaning(text) == text else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


def _other(dumper: Dumper, value: float | None) -> yaml.Node:
    if isinstance(value, float) and math.isinf(value):
        written = ".inf" if value > 0 else "-.inf"
    else:
        written = repr(value) if type(value) in (int, float) else json.dumps(value)
    return yaml.ScalarNode("tag:yaml.org,2002:str", written)


Dumper.add_representer(str, _text)
for kind in (bool, int, float, type(None)):
    Dumper.add_representer(kind, _other)


@calm
@given(VALUES, st.sampled_from([True, False, None]), st.integers(20, 120))
def test_what_is_written_is_read_and_found_again(value: Any, flow: bool | None, width: int) -> None:
    text = yaml.dump(
        {"top": value},
        Dumper=Dumper,
        allow_unicode=True,
        default_flow_style=flow,
        width=width,
        sort_keys=False,
    )
    source = read(text)
    assert source.problems == []
    assert source.data == {"top": value}
    lines = source.text.split("\n")
    for path, event in source.values.items():
        if isinstance(event, yaml.ScalarEvent) and not event.style and event.value:
            problem = source.locate(Finding("L301", "", "", path))
            written = lines[problem.line - 1][problem.col - 1 :]
            assert written.startswith(event.value.split(" ")[0]), path


@calm
@given(st.binary(max_size=200))
def test_any_bytes_give_data_or_problems(raw: bytes) -> None:
    source = read_source("x", raw)
    assert source.problems or source.readable
    compile_deck(source)


@calm
@given(st.text("ab: -[]{}#&*!|>'\"%@`?,\n\t\\\x1b\u202e10.~=<é", max_size=60))
def test_any_text_gives_data_or_problems_inside_the_text(text: str) -> None:
    source = read(text)
    lines = source.text.split("\n")
    for problem in compile_deck(source).problems:
        assert 1 <= problem.line <= len(lines) + 1
        assert problem.message and problem.fix


KEYS = st.sampled_from(
    """id kind question difficulty tags requires hint answer key_points pitfall
    follow_ups references demo figure no_demo aliases options correct steps value tolerance
    absolute unit text point must title where url run with expect measure about within above below
    equals claim show deck cards lesson order""".split()
)
LEAVES = SCALARS | st.sampled_from(
    [
        "open",
        "choice",
        "multi",
        "order",
        "number",
        "cloze",
        "mid",
        "a-b",
        "toy",
        "{{a|b}}",
        "{{",
        "{{demo: toy x=1}}",
        "{{cards: a-b, c}}",
        "$x$",
        "[a](b)",
        "https://a.org",
    ]
)
DECKS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8)
)
CARDS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a-b", "c", "d"]),
        "question": WORDS,
        "answer": WORDS,
        "difficulty": st.sampled_from(["mid", "x"]),
    },
    optional={
        "kind": st.sampled_from(["open", "choice", "multi", "order", "number", "cloze"]),
        "requires": st.lists(st.sampled_from(["a-b", "c", "d", "e"]), max_size=3),
        "key_points": st.lists(DECKS, max_size=3),
        "options": st.lists(WORDS, max_size=4),
        "correct": DECKS,
        "demo": DECKS,
        "figure": DECKS,
        "text": LEAVES,
        "value": LEAVES,
        "tolerance": LEAVES,
        "steps": DECKS,
        "references": DECKS,
        "aliases": DECKS,
    },
)


@calm
@given(
    st.fixed_dictionaries(
        {
            "deck": LEAVES,
            "title": LEAVES,
            "lesson": LEAVES,
            "cards": st.lists(CARDS | DECKS, max_size=4) | DECKS,
        }
    )
)
def test_any_data_gives_cards_or_problems(data: dict[str, Any]) -> None:
    text = json.dumps(data, ensure_ascii=False).replace("Infinity", ".inf")
    source = read(text)
    file = compile_deck(source)
    findings = [*lint_deck(file), *(finding for _, finding in link([file]).findings)]
    for problem in [*file.problems, *map(source.locate, findings)]:
        assert problem.line >= 1 and problem.col >= 1
        assert problem.message and problem.fix


@pytest.mark.parametrize(
    ("text", "line", "col", "code", "part"),
    [
        ('a: {"b\\ec": 1}', 1, 5, "Y008", "U+001B"),
        ('"\\x07": 1', 1, 1, "Y008", "U+0007"),
        ('a: ["\\u202e"]', 1, 5, "Y008", "U+202E"),
        ("!x key: 1", 1, 1, "Y007", "!x"),
        ("a: 1\n!!str key: 1", 2, 1, "Y007", "tag:yaml.org,2002:str"),
        ("&one key: 1", 1, 1, "Y006", "&one"),
        ("a: !x [1]", 1, 4, "Y007", "!x"),
        ("a: &one {b: 1}", 1, 4, "Y006", "&one"),
    ],
)
def test_keys_hide_no_more_than_values(
    text: str, line: int, col: int, code: str, part: str
) -> None:
    (problem,) = read(text).problems
    assert (problem.line, problem.col, problem.code) == (line, col, code)
    assert part in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "deck: a\ntitle:\u00a0A\ncards: []\n",
        "deck: a\ncards:\n-\u00a0id: x\n  kind: open\n",
        "deck: a\ncards:\n- id: x\n \u202fkind: open\n",
    ],
)
def test_a_space_that_only_looks_plain_is_named(text: str) -> None:
    source = read_source("a.yaml", text.encode())
    [problem] = source.problems
    odd = next(character for character in text if character.isspace() and character not in " \n")
    assert problem.message.startswith(f"the space U+{ord(odd):04X} looks like a plain one")
    assert problem.fix.startswith("type a plain space instead")
