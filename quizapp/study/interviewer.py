"""What an interviewer asks next about an answer: back, or on, before the rubric is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizapp.cards.model import KeyPoint
from quizapp.study.reading import Found, Reading

MOST_PROBES = 2
"""Follow-ups to one question: a third would be an interrogation."""

SHORT = 3
"""Words up to which an answer is asked back about."""

HOW = "How do you know? Name a measurement or a source that would convince me."
GROUNDS = (
    HOW,
    "Where does that stop being true? Give me a case in which you would do otherwise.",
    "A colleague claims the opposite. What would you show them?",
)
"""Asked where nothing essential is missing: a strong answer is dug into, not waved through."""

CHECKS = (
    "Which of the numbers that you put in moves the result most, and by how much?",
    "How would you check that result within a minute, in another way?",
)
"""The same of an answer that was worked out."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A follow-up to an answer."""

    text: str
    point: int | None = None
    """Index of the point that it asks for; None for one that asks for the grounds."""


def unwritten(*, aloud: bool) -> str:
    """Return how an answer was given of which nothing was typed."""
    return "answered aloud" if aloud else "nothing typed"


@dataclass(frozen=True, slots=True)
class Reply:
    """A follow-up and what was said to it."""

    probe: Probe
    text: str = ""
    """What was typed, if anything."""
    aloud: bool = False
    """Whether it was given aloud."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it was read."""

    readings: tuple[Reading, ...] = ()
    """What it says of each point; nothing for one given aloud."""
    hollow: bool = False
    """Whether no word of it has to do with the question."""


def ask_back(answer: str, heard: Heard) -> str:
    """Return what to say to an answer that may not be one; nothing if it may stand.

    Only a written answer is asked back about: what was said aloud nobody heard.
    """
    if heard.hollow and answer.strip():
        return "No word of this has to do with the question. Is it your answer?"
    words = len(answer.split())
    if words <= SHORT:
        return f"That is {words or 'no'} word{'' if words == 1 else 's'}. Is it your whole answer?"
    return ""


def grounds(earlier: Iterable[Reply], *, computed: bool) -> str:
    """Return what to ask of an answer without a gap: not the same sentence after each question.

    Args:
        earlier: the follow-ups to the questions before.
        computed: whether the answer was worked out.
    """
    kinds = CHECKS if computed else GROUNDS
    return kinds[sum(reply.probe.text in kinds for reply in earlier) % len(kinds)]


def next_probe(
    points: Sequence[KeyPoint], heard: Heard, replies: Sequence[Reply], otherwise: str = HOW
) -> Probe | None:
    """Return the follow-up to ask now; None when the rubric comes.

    The most telling gap comes first: a must-have point with nothing close, then one that a phrase
    contradicts, then the one with the weakest words; other points with nothing close come last.
    Where there is no gap, `otherwise` is asked, once. An answer that was given aloud gets one
    probe, of the first must-have point that has any.
    """
    if len(replies) >= (MOST_PROBES if heard.readings else 1):
        return None
    asked = {reply.probe.point for reply in replies}
    gaps = [
        (_telling(point, heard.readings, index), index)
        for index, point in enumerate(points)
        if point.probe and index not in asked
    ]
    telling = sorted((rank, index) for rank, index in gaps if rank is not None)
    if telling:
        index = telling[0][1]
        return Probe(points[index].probe, index)
    return Probe(otherwise) if heard.readings and not heard.hollow and not replies else None


def _telling(point: KeyPoint, readings: Sequence[Reading], index: int) -> tuple[int, float] | None:
    """Return how telling a gap is, the most telling lowest; None for no gap."""
    if not readings:
        return (0, 0.0) if point.must else None
    reading = readings[index]
    if reading.found in (Found.PHRASE, Found.CONFIRMED):
        return None
    if not point.must:
        return (3, reading.closeness) if reading.found is not Found.CLOSE else None
    rank = {Found.NOTHING: 0, Found.CONTRADICTS: 1, Found.CLOSE: 2}[reading.found]
    return rank, reading.closeness
