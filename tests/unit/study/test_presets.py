"""Presets: which cards fit into the time, and that each is a plan the queue can follow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizapp.errors import QuizError
from quizapp.settings import StudySettings
from quizapp.study.model import CardState, Phase, Rating
from quizapp.study.presets import PRESETS, Preset, find_preset, preset_cards
from quizapp.study.search import Context, compile_search
from quizapp.study.session import Session
from tests.unit.study.samples import NOW, good, infos, learned, scheduler

PLAN = Preset("plan", "Plan", "", search="", new_per_day=3, days=2)
CARDS = [
    card._replace(requires=(f"{card.deck}-0",) if card.order else ())
    for card in infos("lora", "data", each=6)
]
EVERYTHING = {card.id for card in CARDS}


def test_a_plan_takes_as_many_cards_as_its_days_have_room_for() -> None:
    cards = preset_cards(PLAN, CARDS, {}, EVERYTHING)
    assert cards == ("lora-0", "data-0", "lora-1", "data-1", "lora-2", "data-2")


def test_only_what_its_search_found_is_taken_with_what_that_builds_on() -> None:
    assert preset_cards(PLAN, CARDS, {}, {"data-5"}) == ("data-0", "data-5")


def test_a_nearer_interview_cuts_new_cards_and_keeps_those_that_were_answered() -> None:
    states = {"data-2": learned("data-2")}
    cards = preset_cards(PLAN, CARDS, states, EVERYTHING, days_left=1)
    assert cards == ("lora-0", "data-0", "lora-1", "data-2")
    assert preset_cards(PLAN, CARDS, states, EVERYTHING, days_left=0) == cards
    far = preset_cards(PLAN, CARDS, states, EVERYTHING, days_left=30)
    assert far == preset_cards(PLAN, CARDS, states, EVERYTHING)


def test_following_a_plan_day_by_day_answers_all_of_it_in_its_days() -> None:
    rules = scheduler(StudySettings(new_per_day=PLAN.new_per_day))
    states: dict[str, CardState] = {}
    now, asked = NOW, 0
    for _ in range(PLAN.days):
        only = preset_cards(PLAN, CARDS, states, EVERYTHING)
        session = Session(CARDS, states, now, rules, only=only)
        asked += session.left(now).new
        while session.current is not None:
            action = session.rate(good(Rating.EASY), now)
            session.sync(action.after, now)
            states[action.card] = action.after
        now += timedelta(days=1)
    assert asked == 6
    assert all(states[card].phase is not Phase.NEW for card in only)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_preset_can_be_found_and_its_search_read(preset: Preset) -> None:
    assert find_preset(preset.id) is preset
    compile_search(preset.search, Context(NOW, NOW.date()))
    assert preset.new_per_day > 0
    assert preset.days > 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [("one-weak", "Did you mean one-week?"), ("zzz", "There are one-evening, one-week, ")],
)
def test_a_preset_that_does_not_exist_is_told(name: str, hint: str) -> None:
    with pytest.raises(QuizError) as told:
        find_preset(name)
    assert told.value.message == f"There is no preset {name}."
    assert told.value.hint.startswith(hint)
