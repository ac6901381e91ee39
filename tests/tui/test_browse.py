"""Browsing: the list follows each letter; what was found can be studied or crammed."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.scope import Scope
from quizapp.study.model import Answer, Rating
from quizapp.tui import typing_pause
from quizapp.tui.app import Start
from quizapp.tui.screens.browse import BrowseScreen
from quizapp.tui.widgets.card_list import CardList
from tests.conftest import Clock
from tests.tui.look import burst, finish, opened, press, settle, shown, study_screen
from tests.tui.panel import until

BROWSE = Start("browse")


def browsing(pilot: Pilot[Any]) -> BrowseScreen:
    """Return the screen in front."""
    assert isinstance(pilot.app.screen, BrowseScreen)
    return pilot.app.screen


async def search(pilot: Pilot[Any], query: str) -> list[str]:
    """Type a query; return the cards it finds."""
    await finish(pilot)
    browsing(pilot).field.value = ""
    browsing(pilot).field.focus()
    await settle(pilot)
    for letter in query:
        browsing(pilot).field.insert_text_at_cursor(letter)
    await settle(pilot)
    await finish(pilot)
    await settle(pilot)
    return browsing(pilot)._cards


async def test_all_cards_are_there_and_typing_narrows_them(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        assert "8 cards" in shown(pilot)
        await press(pilot, *"tag:numbers")
        assert "2 cards" in shown(pilot)
        assert "Which of these are even?" in shown(pilot)
        await until(pilot, lambda: "Why is B zero" not in shown(pilot))


async def test_while_letters_follow_each_other_no_preview_and_no_collection_is_made(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await finish(pilot)
        first = browsing(pilot).page.card
        assert gc.isenabled()
        with monkeypatch.context() as slow:  # no machine types so slowly
            slow.setattr(typing_pause, "PAUSE_S", 3600.0)
            await press(pilot, *"tag:number")
        assert browsing(pilot).page.card is first and not gc.isenabled()
        await press(pilot, "s")
        await until(pilot, lambda: browsing(pilot).page.card is not first)
        assert gc.isenabled()


async def test_the_list_gets_the_keys_with_its_card_shown_and_nothing_held_back(
    core: Core,
) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await finish(pilot)
        await press(pilot, *"tag:numbers", "enter")
        await finish(pilot)
        card = browsing(pilot).page.card
        assert card is not None and card.id == browsing(pilot).found.card != "a-open"
        assert gc.isenabled()


async def test_leaving_in_the_middle_of_a_word_holds_nothing_back(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await finish(pilot)
        await press(pilot, *"tag")
        await pilot.app.run_action("go('home')")
        await settle(pilot)
        assert gc.isenabled()


async def test_whole_cards_are_searched(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        assert await search(pilot, '"both at random"') == ["a-open"]
        assert await search(pilot, "kind:order or topic:beta") == ["a-order", "b-open", "b-curve"]
        assert await search(pilot, "Beta") == ["b-open", "b-curve"]  # the title of its deck
        assert await search(pilot, "has:demo -is:new") == []
        assert "0 cards match all of this: leave a part out" in shown(pilot)


async def test_a_query_that_cannot_be_read_says_where_and_keeps_the_list(
    core: Core,
) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await search(pilot, "tag:lora")
        await press(pilot, *" (")
        assert "At character" in shown(pilot)
        assert browsing(pilot)._cards == ["a-open", "a-choice"]


async def test_the_card_under_the_cursor_is_shown_and_its_answer_at_a_key(core: Core) -> None:
    async with opened(core, size=(120, 40), start=BROWSE) as pilot:
        await press(pilot, "escape", "down", "down")
        await finish(pilot)
        card = browsing(pilot).page.card
        assert card is not None
        assert card.id == "a-multi"
        assert "Which of these are even?" in shown(pilot)
        assert "Two and four." not in shown(pilot) and "✓" not in shown(pilot)
        assert "Not studied yet. Space shows the answer." in shown(pilot)
        await press(pilot, "space")
        await finish(pilot)
        assert "Two and four." in shown(pilot)
        assert "[x] ✓ two" in shown(pilot)
        assert core.store.states() == {}


async def test_a_card_that_was_studied_shows_its_answer_at_once(core: Core) -> None:
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    async with opened(core, size=(120, 40), start=BROWSE) as pilot:
        await press(pilot, "escape")
        await finish(pilot)
        assert "The update is zero, so the base model is kept." in shown(pilot)
        assert "─ key points ─" in shown(pilot)  # x crams here and ticks nothing


@pytest.mark.parametrize("kind", ["open", "choice", "order", "number", "cloze"])
async def test_no_kind_of_card_shows_its_answer_before_it_was_asked(core: Core, kind: str) -> None:
    async with opened(core, size=(120, 40), start=BROWSE) as pilot:
        [card] = await search(pilot, f"topic:alpha kind:{kind}")
        await until(pilot, lambda: "Space shows the answer" in shown(pilot))
        assert core.library.cards[card].answer.strip() not in shown(pilot)
        assert "✓" not in shown(pilot)


async def test_studying_what_was_found_follows_the_schedule(core: Core, clock: Clock) -> None:
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    clock.forward(minutes=5)
    async with opened(core, start=BROWSE) as pilot:
        await search(pilot, "tag:lora")
        await press(pilot, "escape", "s")
        screen = study_screen(pilot)
        assert not screen.studying.desk.scope.cram
        assert screen.page.card is not None
        assert screen.page.card.id == "a-choice"
        assert "0 answered · 1 left" in shown(pilot)


async def test_cramming_asks_all_that_was_found(core: Core, clock: Clock) -> None:
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    async with opened(core, start=BROWSE) as pilot:
        await search(pilot, "tag:lora")
        await press(pilot, "escape", "x")
        assert study_screen(pilot).studying.desk.scope.cram
        assert "0 answered · 2 left" in shown(pilot)


async def test_suspend_is_a_toggle_and_undo_works(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, "escape")
        await finish(pilot)
        await press(pilot, "at")
        assert core.store.state("a-open").suspended
        assert await search(pilot, "is:suspended") == ["a-open"]
        await press(pilot, "escape", "at")
        assert not core.store.state("a-open").suspended
        await press(pilot, "u")
        assert core.store.state("a-open").suspended


async def test_letters_in_the_search_field_are_not_commands(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, *"sx@/u")
        assert browsing(pilot).field.value == "sx@/u"
        assert shown(pilot).splitlines()[-1].split() == ["⏎", "to", "the", "cards"]
        assert core.store.states() == {}


async def test_escape_goes_to_the_list_and_then_home(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, "escape")
        assert pilot.app.focused is browsing(pilot).found
        await press(pilot, "escape")
        assert "last 14 days" in shown(pilot)


async def test_previews_that_follow_each_other_at_once_end_with_the_last(
    core: Core,
) -> None:
    for card in ("a-open", "a-number"):
        Sitting(core, Scope("", frozenset({card}))).rate(Answer(Rating.EASY))
    async with opened(core, size=(120, 40), start=BROWSE) as pilot:
        await finish(pilot)
        for turn in range(36):
            name = ("a-open", "a-number")[turn % 2]
            browsing(pilot).found.post_message(CardList.Moved(name))
            for _ in range(turn % 12):
                await asyncio.sleep(0)
        await until(pilot, lambda: "4·8 = 32." in shown(pilot))
        assert pilot.app.is_running


async def test_a_query_that_is_typed_over_the_list_goes_into_the_search(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, *"kind:", "enter", *"topic:beta")
        await finish(pilot)
        assert browsing(pilot).field.value == "topic:beta"
        assert "2 cards" in shown(pilot)
        await press(pilot, "enter", "slash", *"is:new")
        assert browsing(pilot).field.value == "is:new"


@pytest.mark.parametrize("query", ["topic:beta", "kind:order", "is:new", "ssm", "-x lora"])
async def test_a_query_that_begins_with_the_letter_of_a_command_runs_none(
    core: Core, query: str
) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, *"tag:lora", "enter")
        await finish(pilot)
        burst(pilot.app, *("space" if letter == " " else letter for letter in query))
        await settle(pilot)
        await finish(pilot)
        assert pilot.app.screen is browsing(pilot)
        assert browsing(pilot).field.value == query
        assert pilot.app.focused is browsing(pilot).field
        assert core.store.states() == {}


async def test_a_letter_that_is_held_down_or_pressed_twice_moves_the_cursor(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, "enter")
        burst(pilot.app, *"jjj")
        await settle(pilot)
        assert browsing(pilot).found.cursor == 3
        await press(pilot, "k")
        burst(pilot.app, *"kk")
        await settle(pilot)
        assert browsing(pilot).found.cursor == 0
        assert browsing(pilot).field.value == ""


async def test_a_query_that_is_pasted_over_the_list_goes_into_the_search(core: Core) -> None:
    async with opened(core, start=BROWSE) as pilot:
        await press(pilot, "enter")
        pilot.app.post_message(events.Paste("prop:r<0.9\nis:due\n"))
        await press(pilot)
        assert browsing(pilot).field.value == "prop:r<0.9 is:due"
