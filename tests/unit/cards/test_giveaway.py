"""By what the right options of a deck, and of a library, can be guessed."""

from collections.abc import Iterable

import pytest

from quizapp.cards.files import DeckFile
from quizapp.cards.giveaway import giveaways, right_places
from quizapp.cards.kinds.choice import Choice
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.model import Card
from tests.unit.cards.decks import make_card

FOUR = ("one", "two", "six", "ten")


def places(path: str, wanted: Iterable[int], options: tuple[str, ...] = FOUR) -> DeckFile:
    """Return a deck of choice cards whose right options stand at these places."""
    bodies = [Choice(options=options, correct=options[place]) for place in wanted]
    cards = {index: make_card(id=f"c-{index}", body=body) for index, body in enumerate(bodies)}
    return DeckFile(path, cards=cards)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([0, 1, 2, 3] * 3, []),
        ([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3], []),
        ([1] * 5 + [0, 0, 0, 2, 2, 3, 3], [("a", 4)]),  # 42 %
        ([0, 1, 2] * 4, [("a", 9)]),  # nothing at the last place
        ([1] * 11, []),  # too few to judge
    ],
)
def test_each_place_holds_its_share_of_the_right_options(
    wanted: list[int], found: list[tuple[str, int]]
) -> None:
    files = [places("a", wanted)]
    assert [(path, finding.at[1]) for path, finding in right_places(files)] == found


def test_the_places_of_all_decks_count_together() -> None:
    files = [places("a", [1] * 6), places("b", [0, 1, 2, 3, 1, 0])]
    [(path, finding)] = right_places(files)
    assert (path, finding.code, finding.at) == ("b", "L321", ("cards", 4, "options"))
    assert "2, 8, 1, 1 times" in finding.message


def test_cards_with_more_or_fewer_options_do_not_count() -> None:
    assert right_places([places("a", [1] * 20, FOUR[:3])]) == []


def multis(*shapes: tuple[int, int]) -> dict[int, Card]:
    """Return multi cards, each with so many options of which so many are right."""
    bodies = [
        Multi(options=tuple(map(str, range(count))), correct=tuple(map(str, range(right))))
        for count, right in shapes
    ]
    return {index: make_card(id=f"m-{index}", body=body) for index, body in enumerate(bodies)}


@pytest.mark.parametrize(
    ("shapes", "at"),
    [
        (((5, 4), (6, 5), (5, 2)), [1]),
        (((5, 4), (6, 5), (5, 2), (5, 3)), []),  # half of them is not most
        (((4, 3), (4, 3), (4, 3)), []),  # with four options one wrong is no exception
        (((5, 4), (5, 4)), []),  # too few to judge
        (((5, 5), (5, 5), (5, 5)), []),
    ],
)
def test_most_multi_cards_have_more_than_one_wrong_option(
    shapes: tuple[tuple[int, int], ...], at: list[int]
) -> None:
    found = [(finding.code, finding.at[1]) for finding in giveaways(multis(*shapes))]
    assert found == [("L322", index) for index in at]
