"""The placement on the screen: asked, assumed, taken back."""

from __future__ import annotations

from pathlib import Path

from quizapp.app.core import Core
from quizapp.app.placement import Placing
from quizapp.tui.app import Start
from tests.conftest import Make
from tests.tui.look import opened, press, shown
from tests.unit.app.placing import only_facts

PLACEMENT = Start("placement")


def answer_to(page: str) -> str:
    """Return the right answer to the question on the page."""
    number = next(line for line in page.splitlines() if "What is" in line).split()[2]
    return str(2 * int(number))


async def test_right_answers_skip_cards_and_one_key_brings_them_back(
    decks: Path, make_core: Make
) -> None:
    core = only_facts(decks, make_core)
    async with opened(core, size=(100, 40), start=PLACEMENT) as pilot:
        assert "1 of 30" in shown(pilot)
        while "assumed known" not in shown(pilot):
            await press(pilot, *answer_to(shown(pilot)), "enter")
        page = shown(pilot)
        assert "3 of 3 right" in page
        assumed = Placing(core).cards
        assert "Assumed in Facts" in page
        asked = {core.library.cards[card].question for card in assumed}
        assert asked == {line.strip(" ·") for line in page.splitlines() if "What is" in line}
        assert len(assumed) >= 4
        assert all(core.states()[card].learned for card in assumed)
        assert core.store.reviews() == []
        await press(pilot, "u")
        assert "Taken back: every card is as it was" in shown(pilot)
        assert not any(state.learned for state in core.states().values())
        assert "1 of 30" in shown(pilot)


async def test_what_is_not_known_skips_nothing(decks: Path, make_core: Make) -> None:
    core = only_facts(decks, make_core)
    async with opened(core, size=(80, 24), start=PLACEMENT) as pilot:
        while "assumed known" not in shown(pilot):
            await press(pilot, "escape", "s")
            assert "Not known" in shown(pilot)
        assert "0 cards are assumed known" in shown(pilot)
        assert "none    0 of 3 right, 0 skipped" in shown(pilot)


async def test_each_question_says_what_it_is_for_and_an_answer_can_be_taken_back(
    decks: Path, make_core: Make
) -> None:
    core = only_facts(decks, make_core)
    async with opened(core, size=(80, 24), start=PLACEMENT) as pilot:
        assert "Placement · Facts" in shown(pilot)
        assert "What you know is skipped, nothing is rated." in shown(pilot)
        await press(pilot, *answer_to(shown(pilot)), "enter")
        second = shown(pilot)
        await press(pilot, "escape", "s")
        assert "3 of 30" in shown(pilot)
        await press(pilot, "escape", "u")
        assert "Taken back: the last answer" in shown(pilot)
        assert "2 of 30" in shown(pilot)
        assert answer_to(shown(pilot)) == answer_to(second)


CHOICE = """
deck: tea
title: Tea
cards:
- id: leaf
  kind: choice
  question: Which is a tea?
  difficulty: mid
  options: [Assam, Arabica, Robusta]
  correct: 1
  answer: Assam.
"""


async def test_where_nothing_is_typed_no_box_has_to_be_left(decks: Path, make_core: Make) -> None:
    for file in decks.iterdir():
        file.unlink()
    (decks / "tea.yaml").write_text(CHOICE, encoding="utf-8")
    async with opened(make_core(), size=(80, 24), start=PLACEMENT) as pilot:
        assert "Which is a tea?" in shown(pilot)
        assert "Not known: s." in shown(pilot)


async def test_a_placement_goes_on_after_a_restart(decks: Path, make_core: Make) -> None:
    async with opened(only_facts(decks, make_core), start=PLACEMENT) as pilot:
        await press(pilot, *answer_to(shown(pilot)), "enter")
        assert "2 of 30" in shown(pilot)
    async with opened(make_core(), start=PLACEMENT) as pilot:
        assert "2 of 30" in shown(pilot)


async def test_an_answer_that_is_no_number_is_typed_again(decks: Path, make_core: Make) -> None:
    async with opened(only_facts(decks, make_core), start=PLACEMENT) as pilot:
        await press(pilot, "x", "enter")
        assert "is not a number" in shown(pilot)
        assert "1 of 30" in shown(pilot)


async def test_nothing_is_taken_for_an_answer(core: Core) -> None:
    async with opened(core, size=(100, 40), start=PLACEMENT) as pilot:
        await press(pilot, "escape", "space")
        assert "Choose or type an answer, or press s" in shown(pilot)
