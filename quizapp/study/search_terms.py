"""The terms of a search, each compiled to a test of one record.

A maker gets the text after the colon and raises ValueError with a message for the user.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from quizapp.study.model import Phase, Rating

if TYPE_CHECKING:
    from quizapp.study.search import Context, Record

    Test = Callable[[Record], bool]
    Maker = Callable[[str, Context], Test]

_COMPARISON = re.compile(r"(?P<name>[a-z]+)(?P<sign><=|>=|!=|=|<|>)(?P<value>.*)", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def all_of(tests: Sequence[Test]) -> Test:
    """Accept what every test accepts."""
    return lambda record: all(test(record) for test in tests)


def any_of(tests: Sequence[Test]) -> Test:
    """Accept what at least one test accepts."""
    return lambda record: any(test(record) for test in tests)


def none_of(test: Test) -> Test:
    """Accept what the test does not."""
    return lambda record: not test(record)


def phrase(text: str) -> Test:
    """Accept cards that say this, as it stands, in their text or id."""
    return lambda record: text in record.text or text in record.id


def word(text: str) -> Test:
    """Accept cards that contain a piece of a word; with * the pattern must fit whole words."""
    if "*" not in text:
        return phrase(text)
    pieces = [re.escape(piece) for piece in text.strip("*").split("*")]
    if text[0] != "*":
        # The look back comes after the first letter: so the engine can leap from one such
        # letter to the next, which is five times faster.
        first = re.escape(text[0])
        pieces[0] = f"{first}(?<!\\w{first}){pieces[0][len(first) :]}"
    pattern = re.compile(r"\S*".join(pieces) + ("" if text[-1] == "*" else r"(?!\w)"))
    return lambda record: pattern.search(record.text) is not None


def _text_maker(read: Callable[[Record], str]) -> Maker:
    def make(value: str, context: Context) -> Test:
        matches = _glob(value)
        return lambda record: matches(read(record).casefold())

    return make


def _tag(value: str, context: Context) -> Test:
    """A tag takes those below it along: `tag:lora` finds `lora::rank`, as in Anki."""
    if value.casefold() == "none":
        return lambda record: not record.tags
    matches = _glob(value)
    below = _glob(f"{value}::*")
    return lambda record: any(
        matches(tag.casefold()) or below(tag.casefold()) for tag in record.tags
    )


def _is(value: str, context: Context) -> Test:
    tests: dict[str, Test] = {
        "new": lambda record: record.state.phase is Phase.NEW,
        "learn": lambda record: record.state.in_steps,
        "review": lambda record: record.state.learned,
        "due": lambda record: _is_due(record, context),
        "suspended": lambda record: record.state.suspended,
        "buried": lambda record: record.state.is_buried(context.today),
        "young": lambda record: 0 < record.state.interval < context.mature_days,
        "mature": lambda record: record.state.interval >= context.mature_days,
        "leech": lambda record: 0 < context.leech_at <= record.state.lapses,
    }
    return _one_of(tests, value, "is:")


def _is_due(record: Record, context: Context) -> bool:
    state = record.state
    if state.suspended or state.is_buried(context.today):
        return False
    if state.due is not None:
        return state.due <= context.now
    return state.due_day is not None and state.due_day <= context.today


def _prop(value: str, context: Context) -> Test:
    properties: dict[str, Callable[[Record], float | None]] = {
        "ivl": lambda record: record.state.interval if record.state.interval else None,
        "due": lambda record: (
            None if record.state.due_day is None else (record.state.due_day - context.today).days
        ),
        "lapses": lambda record: record.state.lapses,
        "reps": lambda record: record.state.reps,
        "s": lambda record: record.state.stability,
        "d": lambda record: (
            None if record.state.difficulty is None else (record.state.difficulty - 1) / 9
        ),
        "r": lambda record: record.retrievability,
    }
    match = _COMPARISON.fullmatch(value)
    if match is None:
        raise ValueError("prop: needs a property, a sign (= != < <= > >=) and a number")
    read = properties.get(match["name"].casefold())
    if read is None:
        raise ValueError(f"prop:{match['name']} is not a property; use {', '.join(properties)}")
    if _NUMBER.fullmatch(match["value"]) is None:
        raise ValueError(f'"{match["value"]}" is not a number')
    limit = float(match["value"])
    compare = _SIGNS[match["sign"]]

    def test(record: Record) -> bool:
        found = read(record)
        return found is not None and compare(found, limit)

    return test


def _rated(value: str, context: Context) -> Test:
    days_text, colon, rating_text = value.partition(":")
    first = context.today - timedelta(days=_days(days_text) - 1)
    if not colon:
        return lambda record: any(day >= first for day, _ in record.rated)
    if rating_text not in {"1", "2", "3", "4"}:
        raise ValueError(f'"{rating_text}" is not a rating; use 1 Again, 2 Hard, 3 Good, 4 Easy')
    wanted = Rating(int(rating_text))
    return lambda record: any(day >= first and rating is wanted for day, rating in record.rated)


def _introduced(value: str, context: Context) -> Test:
    first = context.today - timedelta(days=_days(value) - 1)
    return lambda record: record.introduced is not None and record.introduced >= first


def _has(value: str, context: Context) -> Test:
    wanted = value.casefold()
    known = ("demo", "figure", "hint", "note", "points", "pitfall", "references", "follow-ups")
    if wanted not in known:
        raise ValueError(f'"{value}" is nothing a card can have; use {", ".join(known)}')
    if wanted == "note":
        return lambda record: bool(record.state.note)
    return lambda record: wanted in record.has


def _demo(value: str, context: Context) -> Test:
    if value.casefold() == "failed":
        return lambda record: record.demo_failed
    matches = _glob(value)
    return lambda record: bool(record.demo) and matches(record.demo.casefold())


def _difficulty(value: str, context: Context) -> Test:
    tests: dict[str, Test] = {
        level: lambda record, level=level: record.difficulty == level  # type: ignore[misc]
        for level in ("junior", "mid", "senior")
    }
    return _one_of(tests, value, "difficulty:")


def _kind(value: str, context: Context) -> Test:
    tests: dict[str, Test] = {
        kind: lambda record, kind=kind: record.kind == kind  # type: ignore[misc]
        for kind in ("open", "choice", "multi", "order", "number", "cloze")
    }
    return _one_of(tests, value, "kind:")


KEYS: dict[str, Maker] = {
    "tag": _tag,
    "topic": _text_maker(lambda record: record.topic),
    "deck": _text_maker(lambda record: record.topic),
    "id": _text_maker(lambda record: record.id),
    "is": _is,
    "prop": _prop,
    "rated": _rated,
    "introduced": _introduced,
    "difficulty": _difficulty,
    "kind": _kind,
    "has": _has,
    "demo": _demo,
}
"""Every search key and what reads its value; `deck:` is Anki's word for `topic:`."""

EXAMPLES = {
    "tag": "tag:qlora",
    "topic": "topic:lora",
    "deck": "deck:lora",
    "id": "id:lora-*",
    "is": "is:due",
    "prop": "prop:r<0.9",
    "rated": "rated:7:1",
    "introduced": "introduced:30",
    "difficulty": "difficulty:senior",
    "kind": "kind:open",
    "has": "has:demo",
    "demo": "demo:failed",
}


def _one_of(tests: dict[str, Test], value: str, key: str) -> Test:
    test = tests.get(value.casefold())
    if test is None:
        raise ValueError(f"{key}{value} is not known; use {', '.join(tests)}")
    return test


def _days(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise ValueError(f'"{text}" is not a number of days from 1 to 99999')
    return int(text)


def _glob(value: str) -> Callable[[str], bool]:
    """Return a test for a whole text, where * stands for any characters."""
    wanted = value.casefold()
    if "*" not in wanted:
        return lambda text: text == wanted
    pattern = re.compile(".*".join(re.escape(piece) for piece in wanted.split("*")), re.DOTALL)
    return lambda text: pattern.fullmatch(text) is not None
