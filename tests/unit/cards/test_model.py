"""What cards accept and what expectations hold."""

import dataclasses

import pytest
from quizapp.cards.codec import card_from_json, card_to_json

from quizapp.cards.model import (
    Card,
    DemoLink,
    Expect,
    Figure,
    KeyPoint,
    Reference,
    Value,
)


@pytest.mark.parametrize(
    ("expect", "measured", "met"),
    [
        (Expect("m", "about", 2.0, 0.1), 2.19, True),
        (Expect("m", "about", 2.0, 0.1), 2.21, False),
        (Expect("m", "about", -2.0, 0.1), -1.81, True),
        (Expect("m", "about", 2.0, 0.1), float("nan"), False),
        (Expect("m", "about", 2.0, 0.1), "2.0", False),
        (Expect("m", "above", 1), 1, False),
        (Expect("m", "above", 1), 1.5, True),
        (Expect("m", "above", 1), True, False),
        (Expect("m", "below", 1), 0.5, True),
        (Expect("m", "equals", "NF4"), "NF4", True),
        (Expect("m", "equals", 4), 4.0, True),
        (Expect("m", "equals", 1), True, False),
        (Expect("m", "equals", True), True, True),
        (Expect("c", "holds"), True, True),
        (Expect("c", "holds"), False, False),
    ],
)
def test_an_expectation_is_met_or_not(expect: Expect, measured: Value, met: bool) -> None:
    assert expect.met(measured) is met


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        (Expect("m", "about", 0.092, 0.02), "0.092 ± 2 %"),
        (Expect("m", "above", 1.1), "above 1.1"),
        (Expect("m", "equals", "NF4"), "NF4"),
        (Expect("c", "holds"), "holds"),
    ],
)
def test_an_expectation_reads_as_words(expect: Expect, words: str) -> None:
    assert expect.wanted == words


def number(value: float, tolerance: float, absolute: bool = False) -> Card:
    return Card(
        "n",
        "d",
        "number",
        "How many?",
        "mid",
        "So many.",
        value=value,
        tolerance=tolerance,
        absolute=absolute,
    )


@pytest.mark.parametrize(
    ("card", "answer", "accepted"),
    [
        (number(112, 0.05), 117.6, True),
        (number(112, 0.05), 118, False),
        (number(112, 2, absolute=True), 114, True),
        (number(112, 2, absolute=True), 114.1, False),
        (number(4.5, 0), 4.5, True),
        (number(0.1 + 0.2, 0), 0.3, True),
        (number(4.5, 0), 4.51, False),
        (number(-8, 0.1), -7.2, True),
        (number(0, 0.5, absolute=True), -0.5, True),
        (number(4.5, 0.5), float("nan"), False),
    ],
)
def test_a_number_is_accepted_within_its_tolerance(
    card: Card, answer: float, accepted: bool
) -> None:
    assert card.accepts(answer) is accepted


def test_every_field_of_a_card_survives_the_cache() -> None:
    card = Card(
        id="a",
        deck="d",
        kind="multi",
        question="Q",
        difficulty="senior",
        answer="A",
        tags=("t",),
        requires=("r",),
        hint="h",
        key_points=(KeyPoint("p", True), KeyPoint("q")),
        pitfall="x",
        follow_ups=("f",),
        references=(Reference("t", "w", "https://a.org"),),
        demo=DemoLink("run", {"a": 1, "b": "c"}, (Expect("m", "about", 1.0, 0.1),)),
        figure=Figure("run", {"a": True}, ("train",)),
        no_demo="n",
        aliases=("o",),
        options=("1", "2"),
        correct=(0, 1),
        steps=("s", "t"),
        value=1.5,
        tolerance=0.1,
        absolute=True,
        unit="GB",
        text="{{x}}",
    )
    defaults = {field.name: field.default for field in dataclasses.fields(Card)}
    assert all(getattr(card, name) != default for name, default in defaults.items())
    assert card_from_json(card_to_json(card)) == card
