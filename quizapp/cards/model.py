"""The cards and decks that the rest of the app works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["open", "choice", "multi", "order", "number", "cloze"]
Difficulty: TypeAlias = Literal["junior", "mid", "senior"]
Value: TypeAlias = str | int | float | bool
"""A demo's setting, or what a measure is compared with."""
Checked: TypeAlias = Literal["text", "abstract", "quoted", "memory"]
"""What was read to check a card: the place itself, the abstract, another's words, or nothing."""
Relation: TypeAlias = Literal["about", "above", "below", "equals", "holds"]

_REACH = {
    "abstract": "only the abstract was read",
    "quoted": "read as others quote it",
    "memory": "not opened for this card",
}

KINDS: tuple[Kind, ...] = ("open", "choice", "multi", "order", "number", "cloze")
DIFFICULTIES: tuple[Difficulty, ...] = ("junior", "mid", "senior")


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One thing a complete answer says; the learner ticks it."""

    point: str
    must: bool = False
    """An answer without it is wrong or incomplete, however good the rest is."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an answer comes from."""

    title: str
    where: str
    """The place inside: "arXiv 2305.14314, section 3"."""
    url: str = ""
    checked: Checked | None = None
    """None when nobody said."""

    @property
    def place(self) -> str:
        """The place, and how far the card was checked against it unless it was read itself."""
        reach = _REACH.get(self.checked or "")
        return f"{self.where} ({reach})" if reach else self.where


@dataclass(frozen=True, slots=True)
class Expect:
    """What an answer states about a measure or a claim of its demo."""

    name: str
    """The measure's name, or the claim's id when the relation is `holds`."""
    relation: Relation
    value: Value = True
    """What to compare with; True for `holds`."""
    within: float = 0.0
    """For `about`: the largest relative deviation, 0.02 is 2 %."""

    def met(self, measured: Value) -> bool:
        """Return whether a measure's value, or the truth of a claim, is as the answer states."""
        if self.relation in ("equals", "holds"):
            truths = isinstance(measured, bool), isinstance(self.value, bool)
            return truths[0] == truths[1] and measured == self.value
        if isinstance(measured, str | bool) or isinstance(self.value, str):
            return False
        found, wanted = float(measured), float(self.value)
        if self.relation == "about":
            return abs(found - wanted) <= self.within * abs(wanted)
        return found > wanted if self.relation == "above" else found < wanted

    @property
    def wanted(self) -> str:
        """What is expected, in words: "0.092 ± 2 %"."""
        if self.relation == "about":
            return f"{self.value:g} ± {100 * self.within:g} %"
        if self.relation in ("above", "below"):
            return f"{self.relation} {self.value:g}"
        return "holds" if self.relation == "holds" else str(self.value)


@dataclass(frozen=True, slots=True)
class DemoLink:
    """The experiment that proves an answer."""

    run: str
    """The demo's id."""
    with_: dict[str, Value] = field(default_factory=dict)
    """Settings that differ from the demo's defaults."""
    expect: tuple[Expect, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A run shown inside the question, its settings hidden until the reveal."""

    run: str
    with_: dict[str, Value] = field(default_factory=dict)
    show: tuple[str, ...] = ()
    """Names of the series to show; none: all."""


@dataclass(frozen=True, slots=True)
class Card:
    """One question and everything behind it. Texts are Markdown without a trailing newline."""

    id: str
    deck: str
    """Id of the deck."""
    kind: Kind
    question: str
    difficulty: Difficulty
    answer: str
    tags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    """Ids of the cards to learn before this one."""
    hint: str = ""
    key_points: tuple[KeyPoint, ...] = ()
    pitfall: str = ""
    follow_ups: tuple[str, ...] = ()
    """Ids of the cards an interviewer would ask next."""
    references: tuple[Reference, ...] = ()
    demo: DemoLink | None = None
    figure: Figure | None = None
    no_demo: str = ""
    """Why the card has no demo."""
    aliases: tuple[str, ...] = ()
    """Ids that this card had before."""
    options: tuple[str, ...] = ()
    """choice, multi: in the order of the file; the app shuffles them."""
    correct: tuple[int, ...] = ()
    """choice, multi: indices of the correct options, ascending; one for choice."""
    steps: tuple[str, ...] = ()
    """order: in the right order."""
    value: float = 0.0
    """number: the answer."""
    tolerance: float = 0.0
    """number: the largest accepted deviation, a share of the value unless `absolute`."""
    absolute: bool = False
    """number: the tolerance is in the unit of the value."""
    unit: str = ""
    """number: what the value counts; shown beside the input."""
    text: str = ""
    """cloze: the text with its `{{gaps}}`; see `quizapp.cards.cloze`."""

    def accepts(self, number: float) -> bool:
        """Return whether `number` answers a number card."""
        allowed = self.tolerance if self.absolute else self.tolerance * abs(self.value)
        slack = 1e-9 * abs(self.value)
        return abs(number - self.value) <= allowed + slack


@dataclass(frozen=True, slots=True)
class Deck:
    """One topic: its lesson and its cards."""

    id: str
    title: str
    path: str
    """The file it came from."""
    order: int = 1000
    """Decks are listed by this number, then by id."""
    lesson: str = ""
    """Markdown; see `quizapp.cards.lesson`."""
    cards: tuple[str, ...] = ()
    """Ids in the order of the file."""
