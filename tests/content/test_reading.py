"""How well typed answers are read, on answers labelled by hand: the floor that holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.listening import Listener
from quizapp.cards.library import Library, load
from quizapp.study.reading import Found
from tools.reading import ANSWERS, ROOT, figures, read_all, rows

FLOORS = {
    "first.jsonl": {
        "words in the right place": 0.92,
        "nothing close, and not said": 0.95,
        "contradicted must points named": 0.65,
        "named, and contradicted": 0.85,
    },
    "second.jsonl": {
        "words in the right place": 0.85,
        "nothing close, and not said": 0.86,
        "contradicted must points named": 0.42,
        "named, and contradicted": 0.90,
    },
    "third.jsonl": {
        "words in the right place": 0.83,
        "nothing close, and not said": 0.88,
        "contradicted must points named": 0.40,
        "named, and contradicted": 0.75,
    },
    "flips.jsonl": {
        "words in the right place": 0.88,
        "nothing close, and not said": 0.80,
        "contradicted must points named": 0.30,
        "named, and contradicted": 0.75,
    },
}
MOST_FALSE_ALARMS = {
    "first.jsonl": 0.02,
    "second.jsonl": 0.01,
    "third.jsonl": 0.02,
    "flips.jsonl": 0.03,
}
MOST_ACCUSED_OF_OWN_ANSWERS = 0.002


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load([ROOT / "content"], tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("name", FLOORS)
def test_labelled_answers_are_read_no_worse_than_this(library: Library, name: str) -> None:
    found = figures(read_all(library, rows([Path(ANSWERS / name)])))
    for figure, floor in FLOORS[name].items():
        assert found[figure].value >= floor, (figure, str(found[figure]))
    assert found["false alarms on what is said"].value <= MOST_FALSE_ALARMS[name]


def test_the_answers_of_the_cards_are_hardly_ever_accused(library: Library) -> None:
    listener = Listener(library)
    accused, points = [], 0
    for card in library.cards.values():
        listened = [point for point in card.key_points if point.accept]
        readings = listener.read(card.question, listened, card.answer)
        points += len(listened)
        accused += [(card.id, one.words) for one in readings if one.found is Found.CONTRADICTS]
    assert points > 1000
    assert len(accused) <= MOST_ACCUSED_OF_OWN_ANSWERS * points, accused


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
