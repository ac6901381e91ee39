"""Imported cards as a deck: ids that follow from the text, tags, faults, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from quizapp.cards.compile import compile_deck
from quizapp.cards.files import DeckFile
from quizapp.cards.model import Card
from quizapp.cards.source import read_source
from quizapp.errors import QuizError
from quizapp.exchange.forms import deck_text, first_sentence, slug
from quizapp.exchange.new_deck import NewDeck, new_deck
from quizapp.exchange.reading import Entry, Place, Reading
from tests.unit.cards.decks import make_card


def reading(*forms: Mapping[str, Any]) -> Reading:
    return Reading(cards=[Entry(line, {**form}) for line, form in enumerate(forms, 2)])


def build(found: Reading, *known: Card, name: str = "own", title: str = "Own") -> NewDeck:
    return new_deck(found, name, title, beside=(), cards={card.id: card for card in known})


def compiled(deck: NewDeck) -> DeckFile:
    file = compile_deck(read_source("own.yaml", deck.text.encode()))
    assert file.problems == []
    return file


def ids(deck: NewDeck) -> dict[str, str]:
    return {card.question: card.id for card in compiled(deck).cards.values()}


def asks(question: str, answer: str = "That.") -> dict[str, str]:
    return {"question": question, "answer": answer}


def test_a_bare_card_gets_what_every_card_needs() -> None:
    (card,) = compiled(build(reading(asks("What is r?", "The rank. It bounds ΔW.")))).cards.values()
    assert (card.id, card.kind, card.difficulty) == ("what-is-r", "open", "mid")
    assert [(point.point, point.must) for point in card.key_points] == [("The rank.", True)]


def test_an_id_says_in_latin_letters_what_it_can_and_hashes_the_rest() -> None:
    assert slug("What is r — and why?") == "what-is-r-and-why"
    assert slug("什么是 LoRA？") != slug("为什么用 LoRA？")
    assert slug("什么是 LoRA？").startswith("lora-")
    assert slug("什么是过拟合？").startswith("card-")
    assert slug("什么是过拟合？") == slug("什么是过拟合？")


def test_ids_do_not_depend_on_the_order_of_rows() -> None:
    forms = [
        *(asks("什么是过拟合？"), asks("什么是 LoRA？"), asks("What is C?"), asks("What is C++?")),
        *(asks("What?", "One."), asks("What?", "Two."), {**asks("Own?"), "id": "what"}),
    ]
    first = {card.answer + card.question: card.id for card in _cards(forms)}
    for seed in range(5):
        Random(seed).shuffle(forms)
        assert {card.answer + card.question: card.id for card in _cards(forms)} == first


def _cards(forms: list[dict[str, str]]) -> list[Card]:
    return [*compiled(build(reading(*forms))).cards.values()]


def test_an_id_is_free_in_the_whole_library() -> None:
    taken = make_card(id="what", question="Something else?")
    alone, beside = build(reading(asks("What?"))), build(reading(asks("What?")), taken)
    assert ids(alone) == {"What?": "what"}
    assert ids(beside)["What?"].startswith("what-")


def test_of_the_decks_beside_it_only_one_of_the_same_id_is_in_the_way() -> None:
    def deck_file(name: str) -> DeckFile:
        text = f"deck: {name}\ntitle: There\ncards: []\n"
        return compile_deck(read_source(f"{name}.yaml", text.encode()))

    other, same = deck_file("other"), deck_file("own")
    found = new_deck(reading(asks("What?")), "own", "Own", beside=[other], cards={})
    assert ids(found) == {"What?": "what"}
    with pytest.raises(QuizError) as caught:
        new_deck(reading(asks("What?")), "own", "Own", beside=[other, same], cards={})
    assert caught.value.title == "Deck exists"
    assert caught.value.message == "own.yaml is there already."
    assert caught.value.hint == "Choose another --deck."


def test_a_card_that_the_library_has_is_left_out_and_listed() -> None:
    known = make_card(id="what", question="What?", answer="That.")
    deck = build(reading(asks("What?"), asks("New?")), known)
    assert [*ids(deck)] == ["New?"]
    assert deck.lost == (Place(2, "cards that your decks have already", "what: What?"),)


def test_a_given_id_that_is_taken_is_a_fault_of_its_card() -> None:
    known = make_card(id="what", question="Something else?")
    deck = build(reading({**asks("What?"), "id": "what"}, asks("New?")), known)
    assert deck.cards == 1
    assert [(place.line, place.what) for place in deck.bad] == [
        (2, "there is a card what already: give this one another id")
    ]


def test_a_given_id_used_twice_names_both_lines() -> None:
    deck = build(reading({**asks("One?"), "id": "a"}, {**asks("Two?"), "id": "a"}))
    assert [(place.line, place.what) for place in deck.bad] == [
        (3, "the id a is on line 2 too: give one of them another id")
    ]


def test_a_repeated_card_is_taken_once() -> None:
    deck = build(reading(asks("What?"), asks("What?")))
    assert deck.cards == 1
    assert deck.lost == (Place(3, "repeated cards", "as line 2: What?"),)


def test_every_fault_is_listed_and_the_good_cards_are_there() -> None:
    deck = build(
        reading(
            asks("Good?"),
            {"question": "No answer?"},
            {**asks("What kind?"), "kind": "quiz"},
            {**asks("After?"), "requires": ["no-answer"]},
            {**asks("After that?"), "requires": ["after"]},
        )
    )
    assert ids(deck) == {"Good?": "good"}
    assert [place.line for place in deck.bad] == [3, 4, 5, 6]
    assert deck.bad[0].what == "no answer"
    assert deck.bad[1].what.startswith("quiz is no kind of card")
    assert deck.bad[2].what.startswith("requires no-answer, but there is no such card")


def test_tags_are_made_kebab_case_and_others_are_listed() -> None:
    found = reading({**asks("What?"), "tags": ["LoRA::Rank", "Évaluation", "微调", "lora-rank"]})
    deck = build(found)
    (card,) = compiled(deck).cards.values()
    assert card.tags == ("lora-rank", "evaluation")
    assert deck.lost == (Place(2, "tags in other letters than Latin ones", "微调"),)


def test_a_card_of_another_deck_keeps_its_name_as_a_tag() -> None:
    found = Reading("A", cards=[Entry(1, asks("One?"), "A"), Entry(2, asks("Two?"), "B::C")])
    assert [card.tags for card in compiled(build(found)).cards.values()] == [(), ("b-c",)]


def test_lesson_lines_that_would_run_nothing_become_text() -> None:
    found = reading(asks("What?"))
    found.lesson = "Before.\n\n{{ template }}\n\n{{cards: what}}\n\n{{cards: nobody}}"
    deck = build(found)
    file = compiled(deck)
    assert file.deck is not None
    assert file.deck.lesson == (
        "Before.\n\n\\{{ template }}\n\n{{cards: what}}\n\n\\{{cards: nobody}}"
    )
    assert [place.text for place in deck.changed] == ["{{ template }}", "{{cards: nobody}}"]


def test_what_cards_still_want_is_counted_by_code() -> None:
    deck = build(reading(*(asks(f"Question {number} of many?") for number in range(30))))
    assert deck.to_do["L310"] == deck.to_do["L312"] == 30


def test_more_than_a_deck_may_hold_is_refused() -> None:
    with pytest.raises(QuizError, match="2 MiB is the limit") as caught:
        build(reading(asks("What?", "x" * 2_100_000)))
    assert caught.value.hint == "Split the file and import its parts."


def test_a_name_that_is_no_id_is_refused() -> None:
    with pytest.raises(QuizError, match="`deck` is not kebab-case: My deck") as caught:
        build(reading(asks("What?")), name="My deck")
    assert caught.value.hint == "write my-deck"


@pytest.mark.parametrize(
    ("answer", "point"),
    [
        ("One. Two.", "One."),
        ("过拟合。更多", "过拟合。"),
        ("- one\n- two", "one"),
        ("Both:\n- one\n- two", "Both:"),
        ("```sh\nls -a\n```", "ls -a"),
        ("# Head\n\nText.", "Head"),
        ("", ""),
    ],
)
def test_the_first_sentence_of_an_answer_is_its_point(answer: str, point: str) -> None:
    assert first_sentence(answer) == point


def test_a_text_of_several_lines_is_a_block_and_any_other_is_quoted() -> None:
    text = deck_text("own", "Own: mine", [{"question": "Why?", "answer": "One.\n\nTwo."}])
    assert 'title: "Own: mine"\n' in text
    assert 'question: "Why?"\n' in text
    assert "answer: |-\n    One.\n\n    Two.\n" in text
    assert 'answer: "a \\n b"\n' in deck_text("own", "Own", [{"answer": "a \n b"}])
