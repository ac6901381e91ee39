"""What a deck file may say, for pydantic: the shape of the YAML, checked and documented.

Imported only when a file changed. `build` turns a checked form into the model; the descriptions
below are what an editor shows while an author types.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from quizapp.cards.model import Checked, Difficulty

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("C105", "blank")
    return text


def _given(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("C105", "blank")
    return value


def _web_address(text: str) -> str:
    if not text.startswith(("https://", "http://")) or any(c.isspace() for c in text):
        raise PydanticCustomError("C111", "address")
    return text


def _scalar(value: Any) -> Any:
    if not isinstance(value, str | int | float) or value == "":
        raise PydanticCustomError("C103", "scalar")
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("finite_number", "finite")
    return value


def _index_or_text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PydanticCustomError("C103", "option")
    return value


Text: TypeAlias = Annotated[str, Field(min_length=1), AfterValidator(_filled)]
Id: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN, max_length=80)]
Finite: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Scalar: TypeAlias = Annotated[
    Any, BeforeValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
Option: TypeAlias = Annotated[
    Any, BeforeValidator(_index_or_text), WithJsonSchema({"type": ["string", "integer"]})
]

_GIVEN = BeforeValidator(_given)
"""None means that the key is absent; a key without a value is a slip."""


class Form(BaseModel):
    """Unknown keys are errors, and nothing is converted: 64 is a number, "64" is text."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )


class KeyPointForm(Form):
    """One thing a complete answer says."""

    point: Text
    """A few words the learner can tick."""
    must: bool = False
    """true: without it the answer is wrong or incomplete."""


class ReferenceForm(Form):
    """Where the answer comes from."""

    title: Text
    """Short name of the paper, documentation page or source file."""
    where: Text
    """The place: "arXiv 2305.14314, section 3"."""
    url: Annotated[Text, AfterValidator(_web_address)] = ""
    """http or https address."""
    checked: Annotated[Checked | None, _GIVEN] = None
    """What was read to check the card: the place itself, the abstract, another's words, nothing."""


class ExpectForm(Form):
    """One statement of the answer, checked on this machine."""

    measure: Text = ""
    """A measure that the demo declares; with one of about, above, below, equals."""
    about: Annotated[Finite | None, _GIVEN] = None
    """The value, give or take `within`."""
    within: Annotated[Annotated[float, Field(gt=0, le=1)] | None, _GIVEN] = None
    """Largest relative deviation from `about`: 0.02 is 2 %."""
    above: Annotated[Finite | None, _GIVEN] = None
    """The measure must be larger than this."""
    below: Annotated[Finite | None, _GIVEN] = None
    """The measure must be smaller than this."""
    equals: Scalar = None
    """The measure must be exactly this text, number or truth value."""
    claim: Text = ""
    """A claim of the demo that must hold; stands alone."""


class DemoForm(Form):
    """The experiment that proves the answer."""

    run: Text
    """Id of the demo: its file name without .py."""
    with_: dict[str, Scalar] = Field(default_factory=dict, alias="with")
    """Settings that differ from the demo's defaults."""
    expect: list[ExpectForm] = Field(default_factory=list)
    """What the answer states about the demo's measures and claims."""


class FigureForm(Form):
    """A run shown inside the question; its settings stay hidden until the reveal."""

    run: Text
    """Id of the demo: its file name without .py."""
    with_: dict[str, Scalar] = Field(default_factory=dict, alias="with")
    """Settings of the run."""
    show: list[Text] = Field(default_factory=list)
    """Names of the series to show; without it all are shown."""


class CardForm(Form):
    """The keys of every kind of card."""

    id: Id
    """Kebab-case, unique over all decks, never reused: progress hangs on it."""
    kind: str
    """How the card is answered."""
    question: Text
    """What the interviewer asks. Markdown, maths in Unicode."""
    difficulty: Difficulty
    """Who should be able to answer: junior, mid or senior."""
    tags: list[Id] = Field(default_factory=list)
    """Words to search by, kebab-case."""
    requires: list[Id] = Field(default_factory=list)
    """Ids of the cards to learn before this one."""
    hint: Text = ""
    """A nudge that does not give the answer away."""
    answer: Text
    """The model answer. Markdown, maths in Unicode."""
    key_points: list[KeyPointForm] = Field(default_factory=list)
    """The interviewer's rubric: what a complete answer says."""
    pitfall: Text = ""
    """The wrong answer people give, and why it is wrong."""
    follow_ups: list[Id] = Field(default_factory=list)
    """Ids of the cards an interviewer would ask next."""
    references: list[ReferenceForm] = Field(default_factory=list)
    """Where the answer comes from."""
    demo: Annotated[DemoForm | None, _GIVEN] = None
    """The experiment that proves the answer."""
    figure: Annotated[FigureForm | None, _GIVEN] = None
    """A run shown inside the question."""
    no_demo: Text = ""
    """Why this card has no demo."""
    aliases: list[Id] = Field(default_factory=list)
    """Ids that this card had before; progress under them is carried over."""


class OpenCard(CardForm):
    """Answered aloud or in writing, judged by its key points."""

    kind: Literal["open"]
    key_points: Annotated[list[KeyPointForm], Field(min_length=1)]
    """The interviewer's rubric: three to six things a complete answer says."""


class ChoiceCard(CardForm):
    """One option is right."""

    kind: Literal["choice"]
    options: Annotated[list[Text], Field(min_length=2)]
    """The options; the app shuffles them."""
    correct: Option
    """The right option: its text, or its index counted from 0."""


class MultiCard(CardForm):
    """Several options may be right."""

    kind: Literal["multi"]
    options: Annotated[list[Text], Field(min_length=2)]
    """The options; the app shuffles them."""
    correct: Annotated[list[Option], Field(min_length=1)]
    """All right options: their texts, or their indices counted from 0."""


class OrderCard(CardForm):
    """Steps are put in order."""

    kind: Literal["order"]
    steps: Annotated[list[Text], Field(min_length=2)]
    """The steps in the right order; the app shuffles them."""


class NumberCard(CardForm):
    """A number is computed or estimated."""

    kind: Literal["number"]
    value: Finite
    """The right number."""
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """Largest accepted deviation: a share of the value (0.05 is 5 %), 0 for an exact number."""
    absolute: bool = False
    """true: the tolerance is in the unit of the value, not a share of it."""
    unit: Text = ""
    """What the number counts: GB, bits per parameter."""


class ClozeCard(CardForm):
    """Gaps in a text are filled."""

    kind: Literal["cloze"]
    text: Text
    """The text with its gaps: {{answer}} or {{answer|another spelling}}."""


FORMS: dict[str, type[CardForm]] = {
    "open": OpenCard,
    "choice": ChoiceCard,
    "multi": MultiCard,
    "order": OrderCard,
    "number": NumberCard,
    "cloze": ClozeCard,
}


class DeckHead(Form):
    """A deck without its cards."""

    deck: Id
    """The deck's id: kebab-case, unique, the name of the file."""
    title: Text
    """The deck's name on the screen."""
    order: int = 1000
    """Decks are listed by this number, then by id."""
    lesson: Text = ""
    """The explainer: Markdown; {{demo: id name=value}} runs a demo in place."""


class DeckForm(DeckHead):
    """A deck of interview cards."""

    cards: list[
        Annotated[
            OpenCard | ChoiceCard | MultiCard | OrderCard | NumberCard | ClozeCard,
            Field(discriminator="kind"),
        ]
    ] = Field(default_factory=list)
    """The cards, in the order in which they are taught."""
