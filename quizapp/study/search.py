"""The search language: what of Anki's our cards have an answer to.

lora rank              cards with both words        "low rank"      the words as they stand
lora or dora           either                       quant*          words that begin so
-dora  (a or b) c      not; grouping                tag:qlora       topic: kind: difficulty: id:
is:due                 new learn review due suspended buried young mature leech
prop:r<0.9             ivl due lapses reps s d r, with = != < <= > >=
rated:7  rated:7:1     answered in the last 7 days; with Again
introduced:30          first answered in the last 30 days
has:demo  demo:failed  what a card carries; a demo's id, or whether its last claims failed
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from quizapp.errors import QuizError
from quizapp.study import search_terms
from quizapp.study.model import CardState, Rating
from quizapp.study.search_table import Table
from quizapp.study.search_terms import Term

_DEEPEST = 50
_TOKEN = re.compile(
    r"""
    \s+
    | (?P<open>\() | (?P<close>\)) | (?P<minus>-(?=\S))
    | (?P<phrase>"(?:[^"\\]|\\.)*")
    | (?P<term>[A-Za-z]+:"(?:[^"\\]|\\.)*" | [^\s()"]+)
    | (?P<stray>")
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Record:
    """What can be searched of one card."""

    id: str
    text: str
    """Everything the card says, folded by `fold` once."""
    topic: str
    state: CardState
    tags: tuple[str, ...] = ()
    difficulty: str = "mid"
    kind: str = "open"
    has: frozenset[str] = frozenset()
    """What the card carries: "demo", "figure", "hint", "note" and so on."""
    demo: str = ""
    """Id of its demo."""
    demo_failed: bool = False
    """Whether a claim failed in the demo's latest run."""
    retrievability: float | None = None
    """Today; None for a card never answered."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the words "due" and "in the last days" refer to.

    The log is asked only by the terms that need it.
    """

    now: datetime
    today: date
    mature_days: int = 21
    leech_at: int = 8
    rated: Callable[[date, Rating | None], Collection[str]] = lambda since, rating: ()
    """Gives the cards that got a rating, or any for None, on a study day or later."""
    introduced: Callable[[], Mapping[str, date]] = dict
    """Gives the study day of each card's first answer."""


class SearchError(QuizError):
    """A search that cannot be read."""

    def __init__(self, position: int, message: str, hint: str = "") -> None:
        super().__init__(
            "The search cannot be read", f"At character {position + 1}: {message}.", hint
        )
        self.position = position
        """Index into the query."""


def fold(text: str) -> str:
    """Return text in the form that searches compare."""
    return " ".join(text.casefold().split())


def compile_search(query: str, context: Context) -> Term:
    """Return the term that a query means; an empty query accepts all.

    Raises:
        SearchError: the query cannot be read; it says where, and what to write instead.
    """
    return _Parser(query, context).parse()


def search(table: Table, query: str, context: Context) -> list[Record]:
    """Return the records a query accepts, in their order."""
    term = compile_search(query, context)
    return [table.records[place] for place in term.select(table, table.everything)]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    """Recursive descent: alternatives of sequences of negated or grouped terms."""

    def __init__(self, query: str, context: Context) -> None:
        self.context = context
        self.tokens = _tokens(query)
        self.index = 0
        self.end = len(query)

    def parse(self) -> Term:
        if not self.tokens:
            return search_terms.everything
        accepts = self._alternatives(0)
        if (token := self._peek()) is not None:
            _fail(token.position, "this ) was never opened", "Remove it, or add a ( before it.")
        return accepts

    def _alternatives(self, depth: int) -> Term:
        options = [self._sequence(depth)]
        while self._take_word("or"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else search_terms.any_of(options)

    def _sequence(self, depth: int) -> Term:
        parts: list[Term] = []
        while (token := self._peek()) is not None and token.kind != "close":
            if _is_word(token, "or"):
                break
            if _is_word(token, "and") and parts:
                self.index += 1
                if self._at_end():
                    _fail(token.position, '"and" has nothing after it')
            parts.append(self._factor(depth))
        if not parts:
            where = self.end if token is None else token.position
            _fail(where, "a search term is missing here", 'To find the word itself, write "or".')
        return parts[0] if len(parts) == 1 else search_terms.all_of(parts)

    def _factor(self, depth: int) -> Term:
        token = self.tokens[self.index]
        if depth > _DEEPEST:
            _fail(token.position, "the search is nested too deeply")
        self.index += 1
        if token.kind == "minus":
            if self._at_end():
                _fail(token.position, "this - has nothing after it", 'To find a dash, write "-".')
            return search_terms.none_of(self._factor(depth + 1))
        if token.kind == "open":
            inside = self._alternatives(depth + 1)
            if self._peek() is None:
                _fail(token.position, "this ( is never closed", "Add a ) after it.")
            self.index += 1
            return inside
        if token.kind == "phrase":
            return search_terms.phrase(fold(_unquoted(token.text)))
        return self._term(token)

    def _term(self, token: _Token) -> Term:
        key, colon, value = token.text.partition(":")
        if not colon:
            return search_terms.word(fold(token.text))
        value_at = token.position + len(key) + 1
        name = key.casefold()
        maker = search_terms.KEYS.get(name)
        if maker is None:
            keys = ", ".join(f"{known}:" for known in search_terms.KEYS)
            _fail(
                token.position,
                f"{key}: is not a search key; use {keys}",
                f'To find the text itself, write "{token.text}".',
            )
        if value.startswith('"'):
            value = _unquoted(value)
        example = f"For example {search_terms.EXAMPLES[name]}."
        if not value:
            _fail(value_at, f"{key}: needs a value", example)
        try:
            return maker(value, self.context)
        except ValueError as error:
            _fail(value_at, str(error), example)

    def _take_word(self, text: str) -> bool:
        token = self._peek()
        if token is None or not _is_word(token, text):
            return False
        self.index += 1
        return True

    def _peek(self) -> _Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def _at_end(self) -> bool:
        token = self._peek()
        return token is None or token.kind == "close" or _is_word(token, "or")


def _tokens(query: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup
        if kind == "stray":
            _fail(match.start(), "this quotation mark is never closed", 'Add a " after it.')
        if kind is not None:
            found.append(_Token(kind, match[0], match.start()))
    return found


def _is_word(token: _Token, text: str) -> bool:
    return token.kind == "term" and token.text.casefold() == text


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _fail(position: int, message: str, hint: str = "") -> NoReturn:
    raise SearchError(position, message, hint)
