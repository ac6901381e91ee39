"""The text of a new deck or card, for an author to replace."""

from __future__ import annotations

from quizapp.cards.kinds import body_class
from quizapp.cards.scalars import plain

_COMMON = """\
- id: {id}
  kind: {kind}
  question: "Replace this: the question about {words}?"
  difficulty: mid
  tags: [{deck}]
  hint: "Replace this: a nudge that does not give the answer away."
"""
_ANSWER = """\
  answer: |
    Replace this: the point first, then the mechanism, a number or an example, the trade-off.
"""
_RUBRIC = """\
  key_points:
  - {point: "Replace this: what an answer cannot do without", must: true}
  - {point: "Replace this: what a good answer adds"}
  - {point: "Replace this: what a very good answer adds"}
  pitfall: "Replace this: the wrong answer people give, and why it is wrong."
"""
_END = """\
  references:
  - {title: "Replace this: paper or documentation", where: "Replace this: the section"}
"""
_NO_DEMO = """\
  no_demo: "Replace this: why no experiment shows it; or write `demo:` instead."
"""
_EXERCISE = """\
  demo: {run: write_this}
"""
_DECK = """\
# yaml-language-server: $schema=card.schema.json
deck: {deck}
title: "Replace this: {words}"
lesson: |
  Replace this: the explainer, in Markdown. A line of its own runs a demo in place or lists
  cards to try; see README.md beside the built-in decks.
cards:
"""


def new_card(card: str, deck: str, kind: str = "open") -> str:
    """Return a valid card, to be appended to the file of its deck.

    Args:
        card: the new card's id, kebab-case.
        deck: the id of its deck.
        kind: how it is answered, a key of `KINDS`.
    """
    body = body_class(kind)
    start = (_COMMON + body.example).format(
        id=_as_text(card), kind=kind, deck=_as_text(deck), words=_words(card)
    )
    rubric = _RUBRIC if "key_points" in body.needs else ""
    return start + _ANSWER + rubric + _END + (_EXERCISE if kind == "code" else _NO_DEMO)


def new_deck(deck: str, kind: str = "open") -> str:
    """Return a valid deck with one card, for a new file named after the deck."""
    return _DECK.format(deck=_as_text(deck), words=_words(deck)) + new_card(
        f"{deck}-first", deck, kind
    )


def _as_text(name: str) -> str:
    """Quote an id that YAML would read as a number or a truth value."""
    try:
        return name if isinstance(plain(name), str) else f'"{name}"'
    except ValueError:
        return f'"{name}"'


def _words(name: str) -> str:
    return name.replace("-", " ")
