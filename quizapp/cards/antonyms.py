"""Words and their opposites: what turns a statement round without a negation."""

from __future__ import annotations

from functools import cache

from quizapp.cards.words import QUIET, stem

_ROWS = """
    more less, more fewer, higher lower, larger smaller, bigger smaller, greater smaller, up down
    rises falls, rising falling, increases decreases, grows shrinks, growing shrinking
    climbs drops, raises lowers, raises reduces, gains declines, above below
    ; longer shorter
    ; better worse, improves worsens, improves degrades
    ; faster slower, quicker slower
    ; cheaper dearer, cheaper costlier
    ; stronger weaker
    ; easier harder
    ; wider narrower, broader narrower, widens narrows
    ; before after, earlier later, sooner later
    ; first last
    ; same different, equal different, identical differs, alike differs
    ; inside outside, within outside
    ; positive negative
    ; biased unbiased
    ; overestimates underestimates, optimistic pessimistic
    ; harmless harmful, harmless dangerous
    ; useful useless
    ; correct wrong, correct incorrect
    ; keeps loses, keeps forgets
    ; frozen trainable
    ; maximum minimum, max min
    ; shows hides, reveals hides
    ; shared separate
    ; left right
"""
"""Rows of pairs: in a row the words of one side all stand against those of the other.

Comparatives and verbs of change stand here, plain adjectives (large, few) do not: a right answer
speaks of large and of small things.
"""


def _stem(word: str) -> str:
    return word if word in QUIET else stem(word)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for row in _ROWS.split(";"):
        pairs = [pair.split() for pair in row.replace("\n", ",").split(",") if pair.strip()]
        for side in (0, 1):
            others = [pair[1 - side] for pair in pairs]
            for pair in pairs:
                own = [other[1 - side] for other in pairs if other[side] == pair[side]]
                table.setdefault(_stem(pair[side]), tuple(dict.fromkeys([*own, *others])))
    return table


def opposites(stem: str) -> tuple[str, ...]:
    """Return the words that stand against one, its nearest first; none if it has none."""
    return _table().get(stem, ())


@cache
def opposite_stems(stem: str) -> frozenset[str]:
    """Return the stems of the words that stand against one."""
    return frozenset(map(_stem, opposites(stem)))


_SIGNED = 1 / 3
"""Share of the alternatives for a word that must have opposites, so that the word has them."""


def turned_round(text: str) -> tuple[str, ...]:
    """Return the phrases that say the opposite of one, by an opposite word in place of another.

    A word of the phrase has opposites where a third of its alternatives have, and none of them is
    an alternative itself. A phrase of one word has none.
    """
    tokens = text.split()
    found = []
    for place, token in enumerate(tokens):
        alternatives = [_stem(word.casefold()) for word in token.split("|")]
        signed = [stem for stem in alternatives if opposites(stem)]
        others = dict.fromkeys(word for stem in signed for word in opposites(stem))
        clear = others and not {_stem(word) for word in others} & set(alternatives)
        if clear and len(signed) >= _SIGNED * len(alternatives) and len(tokens) > 1:
            found.append(" ".join([*tokens[:place], "|".join(others), *tokens[place + 1 :]]))
    return tuple(found)
