"""Which cards are studied, by topic, search and preset."""

from __future__ import annotations

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.scope import find_scope
from quizapp.errors import QuizError
from tests.conftest import Make


def test_a_scope_can_be_named_by_topic_and_search(core: Core) -> None:
    assert find_scope(core, None, None).only is None
    only = frozenset({"b-open", "b-curve"})
    assert find_scope(core, "beta", None).only == only
    only = frozenset({"a-multi", "a-number"})
    assert find_scope(core, None, "tag:numbers").only == only
    only = frozenset({"a-open", "a-choice"})
    assert find_scope(core, "alpha", "tag:lora").only == only


def test_a_topic_that_is_not_there_gets_the_nearest_name(core: Core) -> None:
    with pytest.raises(QuizError) as caught:
        find_scope(core, "alpa", None)
    assert caught.value.hint == "Did you mean alpha?"


def test_a_preset_brings_its_own_number_of_new_cards(make_core: Make) -> None:
    core = make_core(new_per_day=1)
    assert len(Sitting(core, find_scope(core)).left) == 1
    scope = find_scope(core, preset="one-evening")
    assert scope.new_per_day == 20
    assert scope.only == frozenset(core.library.order) - {"b-open"}  # the senior card
    assert len(Sitting(core, scope).left) == 7


def test_a_preset_picks_among_the_cards_of_a_topic_and_a_search(core: Core) -> None:
    scope = find_scope(core, topic="alpha", search="tag:lora", preset="senior-two-weeks")
    assert scope.title == "Senior, two weeks · Alpha · tag:lora"
    assert scope.only == frozenset({"a-open"})


def test_a_search_that_finds_no_card_says_so(core: Core) -> None:
    with pytest.raises(QuizError, match="No card matches the search tag:nothing"):
        find_scope(core, search="tag:nothing")
