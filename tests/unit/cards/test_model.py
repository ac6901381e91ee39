"""What expectations hold, and cards on their way to a file and back."""

import dataclasses
import json
import math

import pytest

from quizapp.cards.expect import Expect
from quizapp.cards.form import Value
from quizapp.cards.kinds import bodies
from quizapp.cards.kinds.body import Body
from quizapp.cards.kinds.choice import Choice
from quizapp.cards.kinds.cloze import Cloze
from quizapp.cards.kinds.code import Code
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.kinds.open import Open
from quizapp.cards.kinds.order import Order
from quizapp.cards.model import (
    Card,
    Checked,
    DemoLink,
    Difficulty,
    Figure,
    KeyPoint,
    Reference,
    Variant,
)
from tests.unit.cards.decks import make_card


@pytest.mark.parametrize(
    ("expect", "measured", "met"),
    [
        (Expect(measure="m", about=2.0, within=0.1), 2.19, True),
        (Expect(measure="m", about=2.0, within=0.1), 2.21, False),
        (Expect(measure="m", about=-2.0, within=0.1), -1.81, True),
        (Expect(measure="m", about=2.0, within=0.1), float("nan"), False),
        (Expect(measure="m", about=2.0, within=0.1), "2.0", False),
        (Expect(measure="m", above=1), 1, False),
        (Expect(measure="m", above=1), 1.5, True),
        (Expect(measure="m", above=1), True, False),
        (Expect(measure="m", below=1), 0.5, True),
        (Expect(measure="m", between=(1.0, 2.0)), 1, True),
        (Expect(measure="m", between=(1.0, 2.0)), 2.0, True),
        (Expect(measure="m", between=(1.0, 2.0)), 2.01, False),
        (Expect(measure="m", between=(-1.0, 2.0)), "1", False),
        (Expect(measure="m", between=(0.0, 2.0)), True, False),
        (Expect(measure="m", equals="NF4"), "NF4", True),
        (Expect(measure="m", equals=4), 4.0, True),
        (Expect(measure="m", equals=1), True, False),
        (Expect(measure="m", equals=True), True, True),
        (Expect(claim="c"), True, True),
        (Expect(claim="c"), False, False),
    ],
)
def test_an_expectation_is_met_or_not(expect: Expect, measured: Value, met: bool) -> None:
    assert expect.met(measured) is met


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        (Expect(measure="m", about=0.092, within=0.02), "0.092 ± 2 %"),
        (Expect(measure="m", above=1.1), "above 1.1"),
        (Expect(measure="m", between=(0.5, 2.0)), "0.5 to 2"),
        (Expect(measure="m", equals="NF4"), "NF4"),
        (Expect(claim="c"), "holds"),
    ],
)
def test_an_expectation_reads_as_words(expect: Expect, words: str) -> None:
    assert expect.wanted == words


@pytest.mark.parametrize(
    ("checked", "place"),
    [
        (None, "section 3"),
        ("text", "section 3"),
        ("abstract", "section 3 (only the abstract was read)"),
        ("quoted", "section 3 (read as others quote it)"),
        ("memory", "section 3 (not opened for this card)"),
    ],
)
def test_a_reference_says_how_far_it_was_read(checked: Checked | None, place: str) -> None:
    assert Reference("QLoRA", "section 3", checked=checked).place == place


@pytest.mark.parametrize(
    ("expect", "bounds"),
    [
        (Expect(measure="m", about=-2.0, within=0.5), (-3.0, -1.0)),
        (Expect(measure="m", between=(-1.0, 2.0)), (-1.0, 2.0)),
        (Expect(measure="m", above=0.0), (0.0, math.inf)),
        (Expect(measure="m", below=0.0), (-math.inf, 0.0)),
    ],
)
def test_an_expectation_has_bounds(expect: Expect, bounds: tuple[float, float]) -> None:
    assert expect.bounds == bounds


@pytest.mark.parametrize(
    ("expect", "fault"),
    [
        (Expect(measure="m", between=(2.0, 1.0)), "the first number is not the smaller one"),
        (Expect(measure="m", between=(1.0, 1.0)), "the first number is not the smaller one"),
        (Expect(measure="m", between=(1.0, 2.0), above=0.0), "2 comparisons for one measure"),
        (Expect(claim="c", between=(1.0, 2.0)), "a claim stands alone"),
    ],
)
def test_an_expectation_that_says_two_things_or_none_is_a_fault(expect: Expect, fault: str) -> None:
    assert [finding.message for finding in expect.faults()] == [fault]


BODIES: tuple[Body, ...] = (
    Open(),
    Choice(options=("a", "b"), correct="b"),
    Multi(options=("a", "b", "c"), correct=("a", "c")),
    Order(steps=("s", "t")),
    Number(value=1.5, tolerance=0.1, absolute=True, unit="GB"),
    Cloze(text="{{x|y}} is"),
    Code(hints=("a nudge", "nearly the code"), again=("write_it_again",)),
)


def test_each_kind_is_among_the_bodies_here() -> None:
    assert [type(body) for body in BODIES] == [*bodies().values()]


@pytest.mark.parametrize("body", BODIES)
def test_every_key_of_a_card_survives_the_way_to_a_file_and_back(body: Body) -> None:
    card = Card(
        id="a",
        deck="d",
        question="Q",
        difficulty=Difficulty.SENIOR,
        answer="A",
        tags=("t",),
        requires=("r",),
        hint="h",
        key_points=(KeyPoint("p", True, "k", ("a b",), ("c d",), "w"), KeyPoint("q")),
        pitfall="x",
        follow_ups=("f",),
        references=(Reference("t", "w", "https://a.org", "abstract"),),
        demo=DemoLink(
            "run",
            {"a": 1, "b": "c"},
            "{m} and {m:%}",
            (Expect(measure="m", about=1.0, within=0.1), Expect(claim="k")),
        ),
        figure=Figure("run", {"a": True}, ("train",)),
        no_demo="n",
        variants=(Variant(question="{n}", where={"n": (1, "x")}, value="n", answer="A"),),
        aliases=("o",),
        body=body,
    )
    for field in dataclasses.fields(card):
        assert getattr(card, field.name) != field.default, field.name
    data = json.loads(json.dumps(card.form()))
    again = Card.from_form("d", data)
    assert again == card
    assert type(again.difficulty) is Difficulty
    assert data["demo"]["with"] == {"a": 1, "b": "c"}


def test_what_is_not_stated_is_not_written() -> None:
    assert make_card().form() == {
        "id": "one",
        "kind": "open",
        "question": "?",
        "difficulty": "mid",
        "answer": "!",
    }
