"""How often questions are asked: weights, order, coverage, and a table with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.asked import RARE, Asked, AskedQuestion, coverage, tier, weights
from quizapp.cards.check import check
from quizapp.cards.library import Library, load

DECK = """deck: {name}
title: {name}
cards:
"""
CARD = """- id: {id}
  kind: open
  question: What is {id}?
  difficulty: mid
  answer: Something.
  key_points: [{{point: something}}]
"""
TABLE = """source: two lists
mentions: 20
questions:
- asks: the second
  mentions: 8
  answers: [b]
- asks: what nobody answers
  mentions: 5
others: {one: 3}
craft: [a]
"""


def deck(folder: Path, name: str, *cards: str) -> None:
    text = DECK.format(name=name) + "".join(CARD.format(id=card) for card in cards)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def read(folder: Path) -> Library:
    return load([folder], folder / "cache")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    deck(tmp_path, "one", "a", "b", "c")
    deck(tmp_path, "other", "d")
    (tmp_path / "asked.yaml").write_text(TABLE, encoding="utf-8")
    return tmp_path


def test_mentions_become_weights_and_the_order_of_a_deck(folder: Path) -> None:
    library = read(folder)
    assert library.problems == ()
    found = {card.id: card.weight for card in library.heads.values()}
    # b has 8 mentions of its own and shares 3 with c; the average of a, b, c is 11/3
    expected = {"a": RARE, "b": 9.5 / (11 / 3), "c": 1.5 / (11 / 3), "d": 1.0}
    assert found == pytest.approx(expected)
    assert list(library.heads) == ["b", "c", "a", "d"]


def test_what_no_card_answers_is_not_covered(folder: Path) -> None:
    found = read(folder).coverage
    assert found is not None
    assert found.share == pytest.approx(11 / 20)
    assert found.source == "two lists"


def test_without_a_table_all_cards_are_equal_and_nothing_is_claimed(folder: Path) -> None:
    (folder / "asked.yaml").unlink()
    library = read(folder)
    assert {card.weight for card in library.heads.values()} == {1.0}
    assert library.coverage is None
    assert list(library.heads) == ["a", "b", "c", "d"]


def test_a_changed_table_is_read_again(folder: Path) -> None:
    read(folder)
    (folder / "asked.yaml").write_text(TABLE.replace("[b]", "[c, d]"), encoding="utf-8")
    library = read(folder)
    assert list(library.heads)[:3] == ["c", "b", "a"]
    assert library.heads["d"].weight > 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("answers: [b]", "answers: [bb]", "6:13: C218 there is no card bb"),
        ("craft: [a]", "craft: [e]", "10:9: C218 there is no card e"),
        ("{one: 3}", "{ome: 3}", "9:10: C218 there is no deck ome (did you mean one?)"),
        ("mentions: 20", "mentions: 12", "2:11: C107 `mentions` is 12, but the questions have 16"),
        ("mentions: 5", "mentions: many", "8:13: C103 `mentions` must be a whole number"),
        ("mentions: 5", "mentions: 0", "8:13: C107 `mentions` must be at least 1"),
        ("source: two lists\n", "", "1:1: C102 `source` is missing"),
        ("craft:", "crafts:", "10:1: C101 `crafts` is not a key of the table"),
        (TABLE, "- a\n", "1:1: C103 the table is a mapping"),
        ("mentions: 20", "mentions: 20\nmentions: 21", "3:1: Y001"),
    ],
)
def test_mistakes_in_the_table_are_named_with_their_place(
    folder: Path, old: str, new: str, problem: str
) -> None:
    (folder / "asked.yaml").write_text(TABLE.replace(old, new), encoding="utf-8")
    for problems in (read(folder).problems, check([folder]).problems):
        assert any(f"asked.yaml:{problem}" in str(found) for found in problems), problems
    named = check([folder / "asked.yaml"], beside=[folder]).problems
    assert any(f"asked.yaml:{problem}" in str(found) for found in named)


def test_a_table_that_cannot_be_read_leaves_the_cards(folder: Path) -> None:
    (folder / "asked.yaml").write_text("- a\n", encoding="utf-8")
    assert {card.weight for card in read(folder).heads.values()} == {1.0}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=1))
def test_the_average_weight_of_what_is_asked_is_one(mentions: dict[str, int]) -> None:
    table = Asked(
        source="lists",
        mentions=sum(mentions.values()),
        questions=tuple(
            AskedQuestion(asks=card, mentions=number, answers=(card,))
            for card, number in mentions.items()
        ),
    )
    found = weights([table], {"deck": tuple(mentions)})
    assert sum(found.values()) == pytest.approx(len(mentions), rel=RARE)
    assert coverage([table]) == (1.0, "lists")
    assert {tier(weight) for weight in found.values()} <= {0, 1, 2}
