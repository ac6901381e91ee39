"""How well typed answers are read, on answers labelled by hand: the floor that holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.cards.library import Library, load
from tools.reading import ANSWERS, ROOT, figures, read_all, rows

FLOORS = {
    "first.jsonl": {
        "words in the right place": 0.85,
        "nothing close, and not said": 0.90,
        "contradicted must points named": 0.45,
        "named, and contradicted": 0.75,
    },
    "second.jsonl": {
        "words in the right place": 0.70,
        "nothing close, and not said": 0.85,
        "contradicted must points named": 0.28,
        "named, and contradicted": 0.85,
    },
}
MOST_FALSE_ALARMS = 0.03


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load([ROOT / "content"], tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("name", FLOORS)
def test_answers_of_two_hands_are_read_no_worse_than_this(library: Library, name: str) -> None:
    found = figures(read_all(library, rows([Path(ANSWERS / name)])))
    for figure, floor in FLOORS[name].items():
        assert found[figure].value >= floor, (figure, str(found[figure]))
    assert found["false alarms on what is said"].value <= MOST_FALSE_ALARMS


def test_every_label_stands_on_the_answer(library: Library) -> None:
    for row in rows(sorted(ANSWERS.glob("*.jsonl"))):
        assert row["card"] in library.cards
        for label in row["labels"]:
            assert label.get("where", "") in row["answer"]


def test_every_must_point_of_an_open_card_is_listened_for(library: Library) -> None:
    for card in library.cards.values():
        if card.body.spoken:
            musts = [point for point in card.key_points if point.must]
            assert all(point.accept and point.probe for point in musts), card.id
    against = [point for card in library.cards.values() for point in card.key_points if point.must]
    spoken = [point for point in against if point.accept]
    assert sum(bool(point.not_) for point in spoken) >= 0.95 * len(spoken)


def test_sixty_cards_have_two_variants_or_more(library: Library) -> None:
    assert sum(len(card.variants) >= 2 for card in library.cards.values()) >= 60
