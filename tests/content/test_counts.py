"""The decks together: how many cards of which sort, and what each card and lesson has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from quizapp.cards.lesson import CardList, DemoEmbed, Text, parse_lesson
from quizapp.cards.library import Library, load
from quizapp.cards.model import Card, Deck

ROOT = Path(__file__).parents[2]
LEAST_OF_A_KIND = 15
WIDEST = 72
"""Cells that a terminal of 80 columns has for a line of code: wrapped, a diagram says nothing."""
LEAST = {"junior": 40, "mid": 90, "senior": 50}
LEAST_TAGGED = {"find-the-bug": 25, "scenario": 40, "read-the-curve": 20}


def code_lines(text: str) -> Iterator[str]:
    """Yield the lines inside fences."""
    inside = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
        elif inside:
            yield line


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load([ROOT / "content"], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def cards(library: Library) -> list[Card]:
    return list(library.cards.values())


def in_code(deck: Deck, library: Library) -> bool:
    """Whether a deck is one of exercises."""
    return all(library.cards[card].kind == "code" for card in deck.cards)


def test_there_are_six_hundred_cards_in_eighteen_decks_and_six_of_code(library: Library) -> None:
    assert len(library.cards) >= 600
    code = [deck for deck in library.decks.values() if in_code(deck, library)]
    assert (len(library.decks) - len(code), len(code)) == (18, 6)


def test_diagrams_and_tables_fit_a_narrow_terminal(library: Library) -> None:
    texts = {deck.id: deck.lesson for deck in library.decks.values()}
    texts |= {card.id: f"{card.question}\n{card.answer}" for card in library.cards.values()}
    lines = [(name, line) for name, text in texts.items() for line in code_lines(text)]
    assert len(lines) > 100
    assert [(name, line) for name, line in lines if cell_len(line) > WIDEST] == []


def test_every_level_is_served(cards: list[Card]) -> None:
    found: Counter[str] = Counter(card.difficulty for card in cards)
    assert all(found[level] >= least for level, least in LEAST.items()), found


def test_every_kind_is_there_and_open_questions_are_nearly_half(cards: list[Card]) -> None:
    found = Counter(card.kind for card in cards)
    assert found["open"] >= 0.45 * len(cards)
    assert found["number"] >= 30
    assert min(found.values()) >= LEAST_OF_A_KIND


def test_cards_ask_for_judgement(cards: list[Card]) -> None:
    found = Counter(tag for card in cards for tag in card.tags)
    assert all(found[tag] >= least for tag, least in LEAST_TAGGED.items()), found
    assert all(card.figure for card in cards if "read-the-curve" in card.tags)


def test_most_cards_prove_what_they_say_and_the_rest_say_why_not(cards: list[Card]) -> None:
    proven = [card for card in cards if (card.demo and card.demo.expect) or card.figure]
    assert len(proven) >= 0.85 * len(cards)
    assert all(card.demo or card.figure or card.no_demo for card in cards)


def test_one_can_ask_on_from_every_card_at_least_two_deep(library: Library) -> None:
    for card in library.cards.values():
        assert any(
            deeper != card.id
            for first in card.follow_ups
            for deeper in library.cards[first].follow_ups
        ), card.id


def test_every_card_has_a_source_and_every_open_card_a_rubric(cards: list[Card]) -> None:
    for card in cards:
        assert all(reference.title and reference.where for reference in card.references)
        assert card.references, card.id
        if card.kind == "open":
            assert 3 <= len(card.key_points) <= 6, card.id
            assert any(point.must for point in card.key_points), card.id
            assert card.pitfall, card.id


def test_every_reference_says_what_was_read_and_nine_in_ten_were_read_themselves(
    cards: list[Card],
) -> None:
    found = Counter(reference.checked for card in cards for reference in card.references)
    assert not found[None], [c.id for c in cards if any(not r.checked for r in c.references)]
    assert found["text"] >= 0.9 * found.total(), found


def lesson_words(deck: Deck) -> int:
    parts = [part for part in parse_lesson(deck.lesson) if isinstance(part, Text)]
    return sum(len(part.markdown.split()) for part in parts)


def test_every_deck_opens_with_a_lesson_that_runs_demos_and_ends_with_cards(
    library: Library,
) -> None:
    for deck in library.decks.values():
        parts = parse_lesson(deck.lesson)
        if in_code(deck, library):  # the exercises teach; the lesson says how to attack them
            assert 100 <= lesson_words(deck) <= 400, (deck.id, lesson_words(deck))
            assert isinstance(parts[-1], CardList), deck.id
            continue
        assert 400 <= lesson_words(deck) <= 900, (deck.id, lesson_words(deck))
        assert isinstance(parts[-1], CardList), deck.id
        assert any(isinstance(part, DemoEmbed) for part in parts), deck.id
        assert "```" in deck.lesson, f"{deck.id} draws nothing"


def test_decks_stand_in_the_order_of_a_course(library: Library) -> None:
    orders = [deck.order for deck in library.decks.values()]
    assert orders == sorted(set(orders))
    assert next(iter(library.decks)) == "fundamentals"
    assert list(library.decks)[-1] == "answering"
