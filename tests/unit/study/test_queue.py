"""Today's queue: limits, prerequisites, interleaving, and the same order every time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.cards.model import CardHead
from quizapp.settings import StudySettings
from quizapp.study.model import CardState, Phase
from quizapp.study.queue import DayCounts, Queue, build_queue
from tests.unit.study.samples import DAY, NOW, infos, learned, scheduler

TODAY = scheduler().calendar.day(NOW)


def due(card: str, days_ago: int = 0) -> CardState:
    state = learned(card, NOW - 30 * DAY)
    return replace(state, due_day=TODAY - timedelta(days=days_ago))


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[CardHead], dict[str, CardState]]:
    """Cards that require earlier cards only, in every phase, some buried or suspended."""
    number = draw(st.integers(0, 30))
    cards, states = [], {}
    for index in range(number):
        name = f"card-{index}"
        requires = draw(st.lists(st.integers(0, max(0, index - 1)), max_size=2)) if index else []
        cards.append(
            CardHead(
                name,
                draw(st.sampled_from(["lora", "data", "eval"])),
                requires=tuple(f"card-{other}" for other in requires),
                order=index,
            )
        )
        shape = draw(st.sampled_from(["none", "none", "due", "later", "learning"]))
        if shape == "due":
            states[name] = due(name, draw(st.integers(0, 5)))
        elif shape == "later":
            states[name] = replace(due(name), due_day=TODAY + DAY)
        elif shape == "learning":
            states[name] = learned(name, ratings=(3,))
        if draw(st.integers(0, 9)) == 0:
            states[name] = replace(states.get(name) or CardState(name), suspended=True)
        if draw(st.integers(0, 9)) == 0:
            states[name] = replace(states.get(name) or CardState(name), buried_until=TODAY + DAY)
    return cards, states


@settings(max_examples=200)
@given(
    libraries(),
    st.integers(0, 8),
    st.integers(0, 8),
    st.builds(DayCounts, st.integers(0, 5), st.integers(0, 5)),
    st.integers(0, 99),
)
def test_a_queue_keeps_limits_and_holds_only_what_may_be_asked(
    library: tuple[list[CardHead], dict[str, CardState]],
    new_limit: int,
    review_limit: int,
    done: DayCounts,
    seed: int,
) -> None:
    cards, states = library
    rules = scheduler(StudySettings(new_per_day=new_limit, reviews_per_day=review_limit))
    queue = build_queue(cards, states, NOW, rules, done=done, seed=seed)
    assert queue == build_queue(cards, states, NOW, rules, done=done, seed=seed)
    phases = {name: states.get(name, CardState(name)).phase for name in queue.main}
    assert len(phases) == len(queue.main)
    assert list(phases.values()).count(Phase.NEW) <= max(0, new_limit - done.new)
    assert list(phases.values()).count(Phase.REVIEW) <= max(0, review_limit - done.reviews)
    for name in (*queue.main, *queue.learning):
        state = states.get(name, CardState(name))
        assert not state.suspended and not state.is_buried(TODAY)
        assert state.phase is not Phase.REVIEW or rules.is_due(state, NOW)
    _check_requirements(cards, states, queue)


def _check_requirements(cards: list[CardHead], states: dict[str, CardState], queue: Queue) -> None:
    """A new card stands in the queue only after the cards it requires."""
    by_id = {card.id: card for card in cards}
    for place, name in enumerate(queue.main):
        if states.get(name, CardState(name)).phase is not Phase.NEW:
            continue
        for needed in by_id[name].requires:
            state = states.get(needed, CardState(needed))
            assert state.learned or state.suspended or needed in queue.main[:place]


def test_new_cards_keep_the_order_of_their_deck_and_alternate_topics() -> None:
    queue = build_queue(infos("a", "b", each=3), {}, NOW, scheduler())
    assert [name for name in queue.main if name[0] == "a"] == ["a-0", "a-1", "a-2"]
    assert all(x[0] != y[0] for x, y in pairwise(queue.main))


def test_new_cards_of_a_first_day_are_of_all_kinds_though_most_build_on_open_ones() -> None:
    kinds = ("open", "open", "open", "number", "choice", "multi", "order", "cloze")
    cards = [
        CardHead(
            f"{topic}-{place}",
            topic,
            kind=kind,
            order=place,
            requires=(f"{topic}-{place - 1}",) if place else (),
        )
        for topic in "abcd"
        for place, kind in enumerate(("open", *kinds))
    ]
    queue = build_queue(cards, {}, NOW, scheduler(StudySettings(new_per_day=16)))
    asked = Counter(card.kind for name in queue.main for card in cards if card.id == name)
    assert asked.keys() == {*kinds} - {"order", "cloze"}, "those rest on too many others"
    assert len({name[0] for name in queue.main}) == 4


def test_kinds_that_can_be_asked_keep_their_proportions() -> None:
    cards = [
        CardHead(f"{kind}-{n}", "ab"[n % 2], kind=kind, order=n)
        for kind, count in (("open", 60), ("number", 30), ("order", 10))
        for n in range(count)
    ]
    queue = build_queue(cards, {}, NOW, scheduler(StudySettings(new_per_day=10)))
    assert Counter(name.partition("-")[0] for name in queue.main) == {
        "open": 6,
        "number": 3,
        "order": 1,
    }


def test_alternating_topics_lets_no_card_overtake_what_it_requires() -> None:
    cards = [
        CardHead("base", "small"),
        *(CardHead(f"next-{n}", "large", requires=("base",), order=n) for n in range(3)),
    ]
    assert build_queue(cards, {}, NOW, scheduler()).main[0] == "base"


def test_due_reviews_alternate_topics_too() -> None:
    cards = infos("a", "b", "c", each=6)
    queue = build_queue(cards, {card.id: due(card.id) for card in cards}, NOW, scheduler())
    topics = [name[0] for name in queue.main]
    assert all(x != y for x, y in pairwise(topics))


def test_the_limit_keeps_the_reviews_that_are_longest_overdue() -> None:
    cards = infos("a", each=6)
    states = {card.id: due(card.id, days_ago=card.order) for card in cards}
    queue = build_queue(cards, states, NOW, scheduler(StudySettings(reviews_per_day=2)))
    assert set(queue.main) == {"a-5", "a-4"}
    assert queue.over_limit == 4


def test_new_cards_are_spread_among_the_reviews() -> None:
    cards = infos("a", "b", each=10)
    states = {f"a-{n}": due(f"a-{n}") for n in range(10)}
    queue = build_queue(cards, states, NOW, scheduler(StudySettings(new_per_day=2)))
    places = [place for place, name in enumerate(queue.main) if name[0] == "b"]
    assert places == [3, 9]  # after a quarter and after three quarters of the reviews


def test_a_card_waits_for_what_it_requires_and_says_for_what() -> None:
    cards = [CardHead("first", "a"), CardHead("second", "a", requires=("first",), order=1)]
    rules = scheduler(StudySettings(new_per_day=1))
    queue = build_queue(cards, {}, NOW, rules)
    assert queue.main == ("first",)
    assert queue.waiting == {"second": ("first",)}
    assert build_queue(cards, {"first": learned("first")}, NOW, rules).main == ("second",)


def test_cards_that_can_be_asked_now_come_before_those_that_today_unlocks() -> None:
    cards = [
        CardHead("root", "a"),
        CardHead("next", "a", requires=("root",), order=1),
        CardHead("free", "a", order=2),
    ]
    assert build_queue(cards, {}, NOW, scheduler()).main == ("root", "free", "next")


@pytest.mark.parametrize("state", [None, CardState("other", suspended=True)])
def test_a_requirement_that_cannot_be_met_does_not_block(state: CardState | None) -> None:
    cards = [CardHead("card", "a", requires=("other",))]
    states = {}
    if state is not None:
        cards.append(CardHead("other", "b"))
        states["other"] = state
    assert "card" in build_queue(cards, states, NOW, scheduler()).main


def test_a_selection_still_knows_the_requirements_outside_it() -> None:
    cards = [CardHead("base", "a"), CardHead("card", "b", requires=("base",))]
    queue = build_queue(cards, {}, NOW, scheduler(), only={"card"})
    assert queue.main == () and queue.waiting == {"card": ("base",)}


def test_extra_cards_are_asked_beyond_the_limit_though_not_due() -> None:
    cards = infos("a", each=4)
    states = {card.id: learned(card.id) for card in cards}
    rules = scheduler(StudySettings(reviews_per_day=0))
    assert build_queue(cards, states, NOW, rules).main == ()
    assert set(build_queue(cards, states, NOW, rules, extra=("a-1", "a-2")).main) == {"a-1", "a-2"}


def test_a_due_card_of_the_last_pass_is_asked_once() -> None:
    cards = infos("a", each=4)
    states = {card.id: due(card.id, days_ago=card.order) for card in cards}
    queue = build_queue(cards, states, NOW, scheduler(), extra=("a-0", "a-3"))
    assert sorted(queue.main) == ["a-0", "a-1", "a-2", "a-3"]


def test_the_last_pass_asks_due_cards_beyond_the_limit_but_they_stay_over_it() -> None:
    cards = infos("a", each=5)
    states = {card.id: due(card.id, days_ago=card.order) for card in cards}
    rules = scheduler(StudySettings(reviews_per_day=2))
    queue = build_queue(cards, states, NOW, rules, extra=("a-0", "a-4"))
    assert sorted(queue.main) == ["a-0", "a-3", "a-4"]
    assert queue.over_limit == 3


def test_of_reviews_due_on_one_day_the_seed_decides_which_the_limit_keeps() -> None:
    cards = infos("a", each=30)
    states = {card.id: due(card.id) for card in cards}
    rules = scheduler(StudySettings(reviews_per_day=10))

    def kept(seed: int, days: int = 0) -> frozenset[str]:
        later = NOW + days * DAY
        return frozenset(build_queue(cards, states, later, rules, seed=seed).main)

    assert kept(0) == kept(0)
    assert len({kept(seed) for seed in range(5)}) == 5
    assert kept(0) != kept(0, days=1)
    first = {f"a-{number}" for number in range(10)}
    assert all(kept(seed) != first for seed in range(5))


def test_another_seed_mixes_in_another_way() -> None:
    cards = infos("a", "b", "c", each=8)
    states = {card.id: due(card.id) for card in cards}
    orders = {build_queue(cards, states, NOW, scheduler(), seed=seed).main for seed in range(5)}
    assert len(orders) > 1
