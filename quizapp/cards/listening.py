"""Whether what a card listens for can be told from what it says itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizapp.cards.model import Card, KeyPoint
from quizapp.cards.phrase import phrase, silent_words
from quizapp.cards.phrase_order import BEFORE, MORE
from quizapp.cards.problems import Finding, Path
from quizapp.cards.words import NOT, QUIET, words

_SHARED = 0.5
"""Share of a point's words from which a probe says the point."""


def listening_findings(card: Card) -> Iterator[Finding]:
    """Yield phrases that decide nothing or decide wrongly, and probes that say their point."""
    answer = re.sub(r"(?<!\n)\n(?!\n)", " ", card.answer)  # its lines are wrapped
    own = words(f"{answer}\n" + "\n".join(f"{item.point}." for item in card.key_points))
    question = words(card.question)
    for index, point in enumerate(card.key_points):
        at = ("key_points", index)
        for place, text in enumerate(point.not_):
            yield from _well_formed(text, (*at, "not", place))
            if phrase(text).find(own, close=True) or phrase(text).find(question, close=True):
                fix = "add a word that only the wrong statement has"
                message = f"the card itself says {text!r}, which is against its point"
                yield Finding("C221", message, fix, (*at, "not", place))
        for place, text in enumerate(point.accept):
            yield from _well_formed(text, (*at, "accept", place))
            if phrase(text).find(question):
                fix = "add a word that the question does not have"
                yield Finding(
                    "L323", f"the question says {text!r} already", fix, (*at, "accept", place)
                )
        yield from _probe(point, card.question, at)


def _well_formed(text: str, at: Path) -> Iterator[Finding]:
    found = phrase(text)
    if {MORE, BEFORE} & set(text.split()) and (found.order is None or found.negated):
        fix = 'write "lora > full rate" or "unscale -> clip"; the swapped order is the opposite'
        yield Finding("L326", f"{text!r} sets no two things in order", fix, at)
    if silent := silent_words(text):
        listed = ", ".join(silent)
        yield Finding(
            "L327", f"{text!r} asks for words that never count: {listed}", "drop them", at
        )
    if len(found.parts) < (1 if found.negated else 2) and not _tells(text):
        message = f"{text!r} has too few words that count"
        yield Finding("L324", message, "write two to five words that all must stand there", at)


def _tells(text: str) -> bool:
    """Whether a single word tells enough: a number, a name or a symbol."""
    found = words(text)
    return any(word.stem[0].isdigit() for word in found if word.stem != NOT) or any(
        char.isupper() for char in text[1:]
    )


def _probe(point: KeyPoint, question: str, at: Path) -> Iterator[Finding]:
    if not point.probe:
        return
    asked = {word.stem for word in words(question)} | {NOT, *QUIET}
    wanted = {word.stem for word in words(point.point)} - asked
    shared = wanted & {word.stem for word in words(point.probe)}
    if wanted and len(shared) >= max(2, _SHARED * len(wanted)):
        message = f"the probe says its point: {', '.join(sorted(shared))}"
        yield Finding("L325", message, "ask for it in other words", (*at, "probe"))
