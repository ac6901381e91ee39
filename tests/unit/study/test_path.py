"""The learning path: prerequisites first, what most builds on, where the learner stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.model import CardHead
from quizapp.study.model import CardState
from quizapp.study.path import Stage, foundations, learning_path, most_needed
from tests.unit.study.samples import learned

CARDS = [
    CardHead("lora", "lora"),
    CardHead("rank", "lora", requires=("lora",)),
    CardHead("alpha", "lora", requires=("lora",)),
    CardHead("nf4", "quantization"),
    CardHead("qlora", "quantization", requires=("rank", "nf4")),
]


@st.composite
def libraries(draw: st.DrawFn) -> list[CardHead]:
    """Cards in study order: each requires earlier ones only."""
    cards: list[CardHead] = []
    for index in range(draw(st.integers(0, 15))):
        earlier = [card.id for card in cards]
        needs = draw(st.lists(st.sampled_from(earlier), max_size=3)) if earlier else []
        topic = draw(st.sampled_from("abc"))
        cards.append(CardHead(f"c{index}", topic, requires=tuple(needs), order=index))
    return cards


def test_a_card_rests_on_all_below_it_through_any_number_of_steps() -> None:
    assert foundations(CARDS)["qlora"] == ("lora", "rank", "nf4")
    assert foundations(CARDS)["lora"] == ()


def test_the_path_says_what_is_ready_what_waits_and_how_much_builds_on_a_card() -> None:
    states = {"lora": learned("lora"), "nf4": learned("nf4", ratings=(3,))}
    steps = {step.card: step for step in learning_path(CARDS, states)}
    assert [*steps] == [card.id for card in CARDS]
    assert {card: step.stage for card, step in steps.items()} == {
        "lora": Stage.LEARNED,
        "rank": Stage.READY,
        "alpha": Stage.READY,
        "nf4": Stage.STARTED,
        "qlora": Stage.LOCKED,
    }
    assert {card: step.carries for card, step in steps.items()} == {
        "lora": 3,
        "rank": 1,
        "alpha": 0,
        "nf4": 1,
        "qlora": 0,
    }


def test_what_most_builds_on_comes_first_and_topics_take_turns() -> None:
    everything = {card.id for card in CARDS}
    assert most_needed(CARDS, everything) == ["lora", "nf4", "rank", "qlora", "alpha"]


def test_a_chosen_card_brings_along_what_it_builds_on() -> None:
    assert most_needed(CARDS, {"qlora"}) == ["lora", "rank", "nf4", "qlora"]
    assert most_needed(CARDS, set()) == []


@given(libraries(), st.data())
def test_every_beginning_of_the_list_can_be_studied(
    cards: list[CardHead], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.sampled_from([card.id for card in cards]))) if cards else set()
    listed = most_needed(cards, chosen)
    assert chosen <= set(listed)
    assert len(listed) == len(set(listed))
    requires = {card.id: card.requires for card in cards}
    for place, card in enumerate(listed):
        assert set(requires[card]) <= set(listed[:place])


def test_a_suspended_requirement_does_not_lock() -> None:
    states = {"lora": CardState("lora", suspended=True)}
    steps = {step.card: step.stage for step in learning_path(CARDS, states)}
    assert steps["rank"] is Stage.READY


def test_what_is_asked_most_comes_first_and_topics_in_proportion() -> None:
    cards = [
        *(CardHead(f"a-{n}", "a", weight=3.0 if n == 2 else 1.0) for n in range(4)),
        *(CardHead(f"b-{n}", "b", weight=0.5) for n in range(4)),
    ]
    listed = most_needed(cards, {card.id for card in cards})
    assert listed[0] == "a-2"
    assert [card[0] for card in listed[:5]].count("a") == 4
