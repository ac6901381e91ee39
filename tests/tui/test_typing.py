"""Typing is answering: text on a question goes into its answer and nowhere else."""

from __future__ import annotations

import pytest
from textual import events

from quizapp.app.core import Core
from tests.tui.look import burst, card_shown, hint_used, opened, press, settle, shown, studying

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
