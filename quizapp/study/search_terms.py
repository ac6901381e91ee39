"""The terms of a search, each a test of one record that can also narrow a whole table.

A maker gets the text after the colon and raises ValueError with a message for the user.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from quizapp.cards.kinds import KINDS
from quizapp.cards.model import Difficulty
from quizapp.study.model import CardState, Phase, Rating
from quizapp.study.search_table import FIELDS

if TYPE_CHECKING:
    from quizapp.study.search import Context, Record
    from quizapp.study.search_table import Places, Table

    Test = Callable[[Record], bool]
    Maker = Callable[[str, Context], "Term"]

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


class Term:
    """A test of records; the subclasses need not look at each of a table."""

    cost = 2
    """Terms of lower cost go first, so that dear ones have fewer records to look at."""

    def __init__(self, test: Test) -> None:
        self.accepts = test

    def select(self, table: Table, among: Places) -> Places:
        """Return those of some places whose record is accepted, in their order."""
        records, accepts = table.records, self.accepts
        return [place for place in among if accepts(records[place])]


class _Carries(Term):
    """A word that the card carries in a field: looked up."""

    cost = 0

    def __init__(self, field: str, matches: Callable[[str], bool]) -> None:
        words = FIELDS[field]
        self._field = field
        self._matches = matches
        super().__init__(lambda record: any(map(matches, words(record))))

    def select(self, table: Table, among: Places) -> Places:
        words = table.places(self._field)
        found = [places for word, places in words.items() if self._matches(word)]
        if among is table.everything and len(found) == 1:
            return found[0]
        inside = set().union(*found)
        return sorted(inside) if among is table.everything else [p for p in among if p in inside]


class _Remembered(Term):
    """Something of the learner's memory: cards never touched are all alike."""

    cost = 1

    def select(self, table: Table, among: Places) -> Places:
        from quizapp.study.search import Record

        touched, accepts = table.touched, self.accepts
        if accepts(Record("", "", "", CardState(""))):
            no = {place for place, record in touched.items() if not accepts(record)}
            return [place for place in among if place not in no]
        if among is table.everything:
            return [place for place, record in touched.items() if accepts(record)]
        return [place for place in among if place in touched and accepts(touched[place])]


class _Says(Term):
    """A piece of text in what the card says or in its id."""

    cost = 3

    def __init__(self, text: str) -> None:
        super().__init__(lambda record: text in record.text or text in record.id)
        self._text = text

    def select(self, table: Table, among: Places) -> Places:
        text, texts = self._text, table.texts
        if among is table.everything:
            return [place for place, words in enumerate(texts) if text in words]
        return [place for place in among if text in texts[place]]


class _Pattern(Term):
    """A pattern over whole words; texts without its longest piece are skipped, as most are."""

    cost = 3

    def __init__(self, pattern: re.Pattern[str], longest: str) -> None:
        super().__init__(lambda record: pattern.search(record.text) is not None)
        self._search, self._longest = pattern.search, longest

    def select(self, table: Table, among: Places) -> Places:
        search, piece, records = self._search, self._longest, table.records
        return [place for place in among if piece in (text := records[place].text) and search(text)]


class _All(Term):
    """What every part accepts."""

    def __init__(self, parts: Sequence[Term]) -> None:
        super().__init__(lambda record: all(part.accepts(record) for part in parts))
        self._parts = sorted(parts, key=lambda part: part.cost)
        self.cost = self._parts[-1].cost

    def select(self, table: Table, among: Places) -> Places:
        for part in self._parts:
            among = part.select(table, among)
        return among


class _Any(Term):
    """What at least one part accepts."""

    def __init__(self, parts: Sequence[Term]) -> None:
        super().__init__(lambda record: any(part.accepts(record) for part in parts))
        self._parts = parts
        self.cost = max(part.cost for part in parts)

    def select(self, table: Table, among: Places) -> Places:
        return sorted(set().union(*(part.select(table, among) for part in self._parts)))


class _Not(Term):
    """What a part does not accept."""

    def __init__(self, part: Term) -> None:
        super().__init__(lambda record: not part.accepts(record))
        self._part = part
        self.cost = part.cost

    def select(self, table: Table, among: Places) -> Places:
        found = set(self._part.select(table, among))
        return [place for place in among if place not in found]


all_of, any_of, none_of, phrase = _All, _Any, _Not, _Says
everything = Term(lambda record: True)


def word(text: str) -> Term:
    """Accept cards that contain a piece of a word; with * the pattern must fit whole words."""
    if "*" not in text:
        return phrase(text)
    parts = text.strip("*").split("*")
    pieces = [re.escape(piece) for piece in parts]
    if text[0] != "*":
        # The look back comes after the first letter: so the engine can leap from one such
        # letter to the next, which is five times faster.
        first = re.escape(text[0])
        pieces[0] = f"{first}(?<!\\w{first}){pieces[0][len(first) :]}"
    pattern = re.compile(r"\S*".join(pieces) + ("" if text[-1] == "*" else r"(?!\w)"))
    return _Pattern(pattern, max(parts, key=len))


def _field(name: str) -> Maker:
    return lambda value, context: _Carries(name, _glob(value))


def _tag(value: str, context: Context) -> Term:
    """A tag takes those below it along: `tag:lora` finds `lora::rank`, as in Anki."""
    if value.casefold() == "none":
        return Term(lambda record: not record.tags)
    matches, below = _glob(value), _glob(f"{value}::*")
    return _Carries("tag", lambda tag: matches(tag) or below(tag))


def _is(value: str, context: Context) -> Term:
    tests: dict[str, Test] = {
        "new": lambda record: record.state.phase is Phase.NEW,
        "learn": lambda record: record.state.in_steps,
        "review": lambda record: record.state.learned,
        "due": lambda record: record.state.is_due(context.now, context.today),
        "suspended": lambda record: record.state.suspended,
        "buried": lambda record: record.state.is_buried(context.today),
        "young": lambda record: 0 < record.state.interval < context.mature_days,
        "mature": lambda record: record.state.interval >= context.mature_days,
        "leech": lambda record: 0 < context.leech_at <= record.state.lapses,
    }
    return _Remembered(tests[_one_of(tests, value, "is:")])


def _prop(value: str, context: Context) -> Term:
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

    return _Remembered(test)


def _rated(value: str, context: Context) -> Term:
    days_text, colon, rating_text = value.partition(":")
    first = context.today - timedelta(days=_days(days_text) - 1)
    if colon and rating_text not in {"1", "2", "3", "4"}:
        raise ValueError(f'"{rating_text}" is not a rating; use 1 Again, 2 Hard, 3 Good, 4 Easy')
    rated = context.rated(first, Rating(int(rating_text)) if colon else None)
    return _Remembered(lambda record: record.id in rated)


def _introduced(value: str, context: Context) -> Term:
    first = context.today - timedelta(days=_days(value) - 1)
    introduced = {card for card, day in context.introduced().items() if day >= first}
    return _Remembered(lambda record: record.id in introduced)


def _has(value: str, context: Context) -> Term:
    known = ("demo", "figure", "hint", "note", "points", "pitfall", "references", "follow-ups")
    wanted = value.casefold()
    if wanted not in known:
        raise ValueError(f'"{value}" is nothing a card can have; use {", ".join(known)}')
    if wanted == "note":
        return _Remembered(lambda record: bool(record.state.note))
    return _Carries("has", wanted.__eq__)


def _demo(value: str, context: Context) -> Term:
    if value.casefold() == "failed":
        return _Carries("failed", bool)
    return _Carries("demo", _glob(value))


def _difficulty(value: str, context: Context) -> Term:
    return _Carries("difficulty", _one_of(tuple(Difficulty), value, "difficulty:").__eq__)


def _kind(value: str, context: Context) -> Term:
    return _Carries("kind", _one_of(KINDS, value, "kind:").__eq__)


KEYS: dict[str, Maker] = {
    "tag": _tag,
    "topic": _field("topic"),
    "deck": _field("topic"),
    "id": _field("id"),
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


def _one_of(known: Collection[str], value: str, key: str) -> str:
    wanted = value.casefold()
    if wanted not in known:
        raise ValueError(f"{key}{value} is not known; use {', '.join(known)}")
    return wanted


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
