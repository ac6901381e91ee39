"""The cards and decks that the rest of the app works with, which are also their forms in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from quizapp.cards.expect import Expect
from quizapp.cards.form import (
    NOT_A_KEY,
    Form,
    Id,
    Label,
    Markdown,
    Name,
    Scalar,
    WebAddress,
    from_form,
    texts,
    to_form,
)
from quizapp.cards.kinds import body_class
from quizapp.cards.kinds.body import Body
from quizapp.cards.problems import Path

Checked: TypeAlias = Literal["text", "abstract", "quoted", "memory"]
"""What was read to check a card: the place itself, the abstract, another's words, or nothing."""

_REACH = {
    "abstract": "only the abstract was read",
    "quoted": "read as others quote it",
    "memory": "not opened for this card",
}


class Difficulty(StrEnum):
    """Who should be able to answer."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


@dataclass(frozen=True, slots=True)
class KeyPoint(Form):
    """One thing a complete answer says; the learner ticks it."""

    point: Markdown
    """A few words the learner can tick."""
    must: bool = False
    """true: without it the answer is wrong or incomplete, however good the rest is."""
    shown: Name = ""
    """The claim or measure of the card's demo that shows this point in a run."""
    accept: tuple[Label, ...] = ()
    """Phrases that say the point, of two to five words: "B zero", "starts unchanged|identical"."""
    not_: tuple[Label, ...] = ()
    """Phrases that say the opposite: "B random|gaussian", "no reference model"."""
    probe: Markdown = ""
    """What an interviewer asks to hear the point, without saying it."""


@dataclass(frozen=True, slots=True)
class Reference(Form):
    """Where the answer comes from."""

    title: Label
    """Short name of the paper, documentation page or source file."""
    where: Label
    """The place: "arXiv 2305.14314, section 3"."""
    url: WebAddress = ""
    """http or https address."""
    checked: Checked | None = None
    """What was read to check the card: the place itself, the abstract, another's words, nothing."""

    @property
    def place(self) -> str:
        """The place, and how far the card was checked against it unless it was read itself."""
        reach = _REACH.get(self.checked or "")
        return f"{self.where} ({reach})" if reach else self.where


@dataclass(frozen=True, slots=True)
class DemoLink(Form):
    """The experiment that proves the answer."""

    run: Name
    """Id of the demo: its file name without .py."""
    with_: dict[str, Scalar] = field(default_factory=dict)
    """Settings that differ from the demo's defaults."""
    shows: Markdown = ""
    """What the run shows, in one or two sentences: {measure} stands for its value."""
    expect: tuple[Expect, ...] = ()
    """What holds of the demo's measures and claims in every run at these settings."""


@dataclass(frozen=True, slots=True)
class Figure(Form):
    """A run shown inside the question; its settings stay hidden until the reveal."""

    run: Name
    """Id of the demo: its file name without .py."""
    with_: dict[str, Scalar] = field(default_factory=dict)
    """Settings of the run."""
    show: tuple[Name, ...] = ()
    """Names of the series to show; without it all are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Form):
    """The same point in another question, for a learner who knows the card."""

    question: Markdown
    """What is asked instead; {n} stands for the value drawn for n."""
    where: dict[Name, tuple[Scalar, ...]] = field(default_factory=dict)
    """By the name of a place in the question, the values to draw from."""
    value: Label = ""
    """For a number card: the right number as a formula of these values, "n * bits / 8"."""
    answer: Markdown = ""
    """The model answer, where another than the card's is needed; it may have the same places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common(Form):
    """The keys of every kind of card. Texts have no white space at their end."""

    id: Id
    """Kebab-case, unique over all decks, never reused: progress hangs on it."""
    question: Markdown
    """What the interviewer asks. Markdown, maths in Unicode."""
    difficulty: Difficulty
    """Who should be able to answer: junior, mid or senior."""
    tags: tuple[Id, ...] = ()
    """Words to search by, kebab-case."""
    requires: tuple[Id, ...] = ()
    """Ids of the cards to learn before this one."""
    hint: Markdown = ""
    """A nudge that does not give the answer away."""
    answer: Markdown
    """The model answer. Markdown, maths in Unicode."""
    key_points: tuple[KeyPoint, ...] = ()
    """The interviewer's rubric: three to six things a complete answer says."""
    pitfall: Markdown = ""
    """The wrong answer people give, and why it is wrong."""
    follow_ups: tuple[Id, ...] = ()
    """Ids of the cards an interviewer would ask next."""
    references: tuple[Reference, ...] = ()
    """Where the answer comes from."""
    demo: DemoLink | None = None
    """The experiment that proves the answer."""
    figure: Figure | None = None
    """A run shown inside the question."""
    no_demo: Label = ""
    """Why this card has no demo."""
    variants: tuple[Variant, ...] = ()
    """The same point in other words or numbers: asked in turn once the card is known."""
    aliases: tuple[Id, ...] = ()
    """Ids that this card had before; progress under them is carried over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Common):
    """One question and everything behind it."""

    deck: str = field(metadata=NOT_A_KEY)
    """Id of the deck."""
    body: Body = field(metadata=NOT_A_KEY)
    """How it is answered, with the keys of that kind."""

    @property
    def kind(self) -> str:
        """How the card is answered: a key of `KINDS`."""
        return self.body.kind

    def form(self) -> dict[str, Any]:
        """Return the card as its deck file writes it; what is empty is left out."""
        return {"kind": self.kind, **to_form(self), **to_form(self.body)}

    @classmethod
    def from_form(cls, deck: str, data: Mapping[str, Any]) -> Card:
        """Return the card that `form` described."""
        return from_form(cls, data, deck=deck, body=from_form(body_class(data["kind"]), data))

    def texts(self, kind: Any = Markdown) -> Iterator[tuple[Path, str]]:
        """Yield its texts, Markdown or labels, each with its path in the file."""
        yield from texts(self, kind)
        yield from texts(self.body, kind)


class CardHead(NamedTuple):
    """What lists, queues and searches need of a card."""

    id: str
    deck: str = ""
    difficulty: str = Difficulty.MID
    tags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    """Ids of existing cards that are learned first, without circles."""
    order: int = 0
    """Place in study order: new cards come in this order."""
    kind: str = "open"
    question: str = ""
    demo: str = ""
    """Id of its demo, or nothing."""
    figure: str = ""
    """Id of the demo inside its question, or nothing."""
    weight: float = 1.0
    """How often it is asked, as a multiple of the average card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckHead(Form):
    """A deck without its cards."""

    id: Id = field(metadata={"alias": "deck"})
    """The deck's id: kebab-case, unique, the name of the file."""
    title: Label
    """The deck's name on the screen."""
    order: int = 1000
    """Decks are listed by this number, then by id."""
    lesson: Markdown = ""
    """The explainer: Markdown; {{demo: id name=value}} runs a demo in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck(DeckHead):
    """One topic: its lesson and its cards."""

    path: str = field(metadata=NOT_A_KEY)
    """The file it came from."""
    cards: tuple[str, ...] = field(default=(), metadata=NOT_A_KEY)
    """Ids in the order of the file."""
