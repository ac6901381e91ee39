"""A card added to the text of a deck: the right place, or a refusal."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.insert import add_card
from quizapp.cards.kinds import KINDS
from quizapp.cards.skeleton import new_card
from quizapp.cards.source import read_source
from quizapp.errors import QuizError
from tests.unit.cards.decks import calm, card

HEAD = "deck: d\ntitle: D\n"
KEPT = card("d-1").replace("no_demo: Nothing", "no_demo: |+\n    Nothing")
"""A card that ends with a text to which the empty lines below it belong."""
NEW = new_card("d-2", "d")


def added(text: str) -> str:
    return add_card("d.yaml", text.encode(), "d-2", "d").decode()


def data(text: str) -> Any:
    source = read_source("d.yaml", text.encode())
    assert source.problems == []
    return source.data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            f"{HEAD}cards:\n{card('d-1')}", f"{HEAD}cards:\n{card('d-1')}{NEW}", id="last"
        ),
        pytest.param(
            f"deck: d\ncards:\n{card('d-1')}title: D\n",
            f"deck: d\ncards:\n{card('d-1')}{NEW}title: D\n",
            id="before a title",
        ),
        pytest.param(
            f"{HEAD}cards:\n{card('d-1')}\n# Read this.\nlesson: |\n  # One\n\n  Two\n",
            f"{HEAD}cards:\n{card('d-1')}{NEW}\n# Read this.\nlesson: |\n  # One\n\n  Two\n",
            id="before a lesson and its comment",
        ),
        pytest.param(
            f"{HEAD}cards:\n{card('d-1')}...\n",
            f"{HEAD}cards:\n{card('d-1')}{NEW}...\n",
            id="before the end of the document",
        ),
        pytest.param(
            f"{HEAD}cards: []  # none yet\n",
            f"{HEAD}cards: # none yet\n{NEW}",
            id="an empty list with a comment",
        ),
        pytest.param(
            f"{HEAD}cards: [ ]\norder: 2\n",
            f"{HEAD}cards:\n{NEW}order: 2\n",
            id="an empty list before a key",
        ),
        pytest.param(f"\ufeff{HEAD}", f"\ufeff{HEAD}cards:\n{NEW}", id="no list"),
        pytest.param(f"{HEAD}order: 2", f"{HEAD}order: 2\ncards:\n{NEW}", id="no last line end"),
        pytest.param(
            f"{HEAD}cards:\n- kind: open\n  id: d-1\n",
            f"{HEAD}cards:\n- kind: open\n  id: d-1\n{NEW}",
            id="id is not first",
        ),
    ],
)
def test_a_card_goes_to_the_end_of_the_cards(before: str, after: str) -> None:
    assert added(before) == after


def test_line_ends_stay_as_they_are() -> None:
    before = f"{HEAD}cards:\n{card('d-1')}lesson: |\n  Text\n"
    assert added(before.replace("\n", "\r\n")) == added(before).replace("\n", "\r\n")


@calm
@given(
    st.permutations(["deck: d\n", "title: D\n", "lesson: |\n  # a\n\n  - id: b\n", "order: 3\n"]),
    st.integers(0, 4),
    st.integers(0, 2),
    st.sampled_from(KINDS),
    st.sampled_from(["", "# comment\n", "\n\n"]),
)
def test_in_whatever_order_the_keys_stand_the_old_deck_and_one_card_are_there(
    keys: list[str], place: int, indent: int, kind: str, between: str
) -> None:
    keys.insert(place, "cards:\n" + textwrap.indent(card("d-1"), " " * indent))
    text = between.join(keys)
    old = data(text)
    new = data(add_card("d.yaml", text.encode(), "d-2", "d", kind).decode())
    last = new["cards"].pop()
    assert new == old
    assert (last["id"], last["kind"]) == ("d-2", kind)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}cards: [{{id: d-1}}]\n",
        f"{HEAD}cards: [ # none\n ]\n",
        f"{HEAD}cards: none\n",
        "{deck: d, title: D}\n",
        f"{HEAD}cards:\n{KEPT}\norder: 2\n",
    ],
)
def test_a_deck_with_no_place_for_a_card_is_refused(text: str) -> None:
    with pytest.raises(QuizError) as told:
        added(text)
    assert told.value.title == "No place for a card"
    assert told.value.message == ("d.yaml does not list its cards one per `- id:` below `cards:`.")
    assert told.value.hint == "Write them so, or add the card by hand; nothing was written."


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "d.yaml:1:1: Y009 the file is empty."),
        (b"deck: d\n", "d.yaml:1:1: C102 `title` is missing."),
        (
            b"deck: d\ntitle: [D\n",
            "d.yaml:3:1: Y002 the brackets opened above are not closed here.",
        ),
        (b"deck: d\ntitle: \xc4ra\n", "d.yaml:2:8: Y003 byte 0xc4 is not UTF-8 text."),
        (b"- d\n", "d.yaml:1:1: "),
    ],
)
def test_a_deck_that_cannot_be_read_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(QuizError) as told:
        add_card("d.yaml", raw, "d-2", "d")
    assert told.value.title == "The deck cannot be read"
    assert told.value.message.startswith(sentence)
    assert told.value.hint.startswith("Correct it first (")


def test_an_id_that_the_deck_has_is_refused() -> None:
    with pytest.raises(QuizError) as told:
        added(f"{HEAD}cards:\n{card('d-2')}")
    assert (told.value.title, told.value.message) == (
        "Card exists",
        "d.yaml has a card d-2 already.",
    )
