"""Every section of the article that the app grew from is shown by demos and asked by cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.cards.library import Library, load
from quizapp.demo.catalogue import read_catalogue
from tools.coverage import SECTIONS, Section

ROOT = Path(__file__).parents[2]
DEMOS = read_catalogue([ROOT / "demos"]).demos

each_section = pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load([ROOT / "content"], tmp_path_factory.mktemp("cache"))


@each_section
def test_a_section_has_demos_that_exist(section: Section) -> None:
    assert section.demos
    assert set(section.demos) <= set(DEMOS)


@each_section
def test_a_section_has_cards(section: Section, library: Library) -> None:
    assert section.cards(library.cards)
    assert set(section.decks) <= set(library.decks)


def test_there_are_fifty_demos_and_each_asks_claims_and_measures() -> None:
    assert len(DEMOS) >= 50
    for spec in DEMOS.values():
        assert spec.claims, spec.id
        assert spec.measures, spec.id
        assert spec.predict is not None or spec.code, spec.id
