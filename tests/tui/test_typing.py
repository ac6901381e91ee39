"""Typing is answering: text on a question goes into its answer and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from quizapp.app.core import Core
from tests.tui.look import (
    burst,
    card_shown,
    hint_used,
    opened,
    press,
    settle,
    shown,
    study_screen,
    studying,
)
from tests.tui.panel import until

TEXT = "the rate is 3 times too high - undo 1 2 3 4 @ e n /"


def keys(text: str) -> list[str]:
    """Return what a keyboard sends for a text."""
    return ["space" if character == " " else character for character in text]


@pytest.mark.parametrize("text", [TEXT, "d 1 2 3", "1. e", "-@e"])
async def test_a_burst_of_keys_is_the_answer(core: Core, text: str) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        burst(pilot.app, *keys(text))
        await settle(pilot)
        await press(pilot, "escape", "space", "3")
        assert [review.answer.response for review in core.store.reviews()] == [text]
        assert core.store.reviews()[0].answer.hint_used is False


async def test_a_paste_is_the_answer_line_by_line(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        pilot.app.post_message(events.Paste("first 1\nsecond 2"))
        await settle(pilot)
        await press(pilot, "escape", "space", "3")
        assert core.store.reviews()[0].answer.response == "first 1\nsecond 2"


async def test_a_single_key_is_a_command(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "h")
        assert hint_used(pilot)
        await press(pilot, "t", *"typed")
        assert "typed" in shown(pilot)


async def test_a_number_with_its_unit_is_typed_at_once(core: Core) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        burst(pilot.app, *keys("about 32 weights 1 2"))
        await settle(pilot)
        assert "about 32 weights 1 2" in shown(pilot)
        assert card_shown(pilot) == "a-number"
        assert core.store.reviews() == []


async def test_a_paste_of_several_lines_into_a_gap_loses_none(core: Core) -> None:
    async with opened(core, start=studying("a-cloze")) as pilot:
        pilot.app.post_message(events.Paste("B·A\nand 2"))
        await settle(pilot)
        assert "B·A and 2" in shown(pilot)


@pytest.mark.parametrize("card", ["a-choice", "a-multi", "a-order"])
async def test_text_on_a_card_that_takes_none_presses_no_key(core: Core, card: str) -> None:
    async with opened(core, start=studying(card)) as pilot:
        burst(pilot.app, *keys(TEXT))
        await settle(pilot)
        assert card_shown(pilot) == card
        assert "This card takes no text" in shown(pilot)
        assert not hint_used(pilot)
        assert core.store.reviews() == []
        assert core.store.states() == {}


async def test_the_hint_is_not_offered_while_a_number_is_typed(core: Core) -> None:
    async with opened(core, size=(120, 24), start=studying("a-number")) as pilot:
        await press(pilot, "3", "h")
        assert "3h" in shown(pilot)
        keys_shown = shown(pilot).splitlines()[-1]
        assert "hint" not in keys_shown
        assert "- bury" not in keys_shown  # it is a sign here
        assert "space show answer" in keys_shown


async def test_a_letter_that_is_no_command_begins_the_answer(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, *"Undo the rate")  # as slow as single keys
        await press(pilot, "ctrl+d", "3")
        assert [review.answer.response for review in core.store.reviews()] == ["Undo the rate"]


async def test_the_key_of_a_rating_begins_no_answer(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "3", "h")
        assert hint_used(pilot)
        assert study_screen(pilot).page.answer.given == ()


@pytest.mark.parametrize("card", ["a-number", "a-cloze"])
async def test_digits_that_come_slowly_find_the_field_again(core: Core, card: str) -> None:
    async with opened(core, start=studying(card)) as pilot:
        await press(pilot, "escape", *"132")
        assert study_screen(pilot).page.answer.given[0] == "132"


@pytest.mark.parametrize("card", ["a-number", "a-cloze", "a-open"])
async def test_t_leads_back_to_the_box(core: Core, card: str) -> None:
    async with opened(core, start=studying(card)) as pilot:
        await press(pilot, "escape" if card != "a-open" else "shift")
        assert "t type" in shown(pilot).splitlines()[-1]
        await press(pilot, "t", *"32")
        assert study_screen(pilot).page.answer.given[0] == "32"
        assert "t type" not in shown(pilot).splitlines()[-1]


@pytest.mark.parametrize("card", ["a-open", "a-cloze"])
async def test_one_key_shows_the_answer_from_the_box(core: Core, card: str) -> None:
    async with opened(core, start=studying(card)) as pilot:
        await press(pilot, "t" if card == "a-open" else "shift", *"so")
        assert "^d show answer" in shown(pilot).splitlines()[-1]
        await press(pilot, "ctrl+d")
        assert study_screen(pilot).page.revealed
        await press(pilot, "ctrl+d")
        assert core.store.reviews() == []


async def test_the_last_gap_says_that_enter_is_the_end(core: Core) -> None:
    async with opened(core, start=studying("a-cloze")) as pilot:
        assert "⏎ next" in shown(pilot).splitlines()[-1]
        await press(pilot, *"BA", "enter")
        assert "⏎ done" in shown(pilot).splitlines()[-1]


async def test_words_for_a_number_say_how_to_go_on_and_stay_beside_the_answer(core: Core) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await press(pilot, *"thirty", "enter")
        page = " ".join(shown(pilot).split())
        assert "is not a number" in page and "Space again shows the answer." in page
        await press(pilot, "space")
        page = shown(pilot)
        assert "thirty" in page and "4·8 = 32." in page and "is not a number" not in page
        assert "rate yourself" in page


async def slowly(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys a fifth of a second apart, by their own time."""
    for n, key in enumerate(keys):
        event = events.Key(key, " " if key == "space" else key if len(key) == 1 else None)
        event.time += n / 5
        pilot.app.post_message(event)
        await settle(pilot)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a number to go on however slow this machine is."""
    monkeypatch.setattr("quizapp.tui.typing.SPACE_S", 600.0)


@pytest.mark.usefixtures("patient")
async def test_a_number_may_go_on_after_a_space(core: Core) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await slowly(pilot, *keys("32 weights"), "enter")
        assert "✓ Right: 32 weights." in shown(pilot)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("last", ["space", "enter"])
async def test_a_space_after_a_number_and_one_more_key_show_the_answer_and_rate_nothing(
    core: Core, last: str
) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await slowly(pilot, "3", "2", "space", last)
        assert "✓ Right: 32 weights." in shown(pilot)
        assert core.store.reviews() == []


@pytest.mark.parametrize("begins", [(), ("t",)])
async def test_the_key_that_ends_an_answer_overtakes_none_of_it(
    core: Core, begins: tuple[str, ...]
) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, *begins)
        burst(pilot.app, *keys(TEXT), "ctrl+d")
        await until(pilot, lambda: study_screen(pilot).page.revealed)
        assert core.store.reviews() == []
        await press(pilot, "3")
        assert [review.answer.response for review in core.store.reviews()] == [TEXT]
