"""Every kind of card is answered with the keyboard and graded."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.cards.shuffle import shuffled
from quizapp.study.model import Rating
from quizapp.tui.widgets.card.choices import OneChoice, Ordering, SomeChoices
from quizapp.tui.widgets.card.written import NumberField
from tests.conftest import Make
from tests.tui.look import card_shown, hint_used, opened, press, shown, study_screen, studying

OPTIONS = ("the first", "the second", "the third")
STEPS = ["collect", "train", "evaluate"]


async def test_a_digit_chooses_and_the_right_option_suggests_good(core: Core) -> None:
    async with opened(core, start=studying("a-choice")) as pilot:
        place = shuffled(3, "a-choice/0").index(1)
        await press(pilot, str(place + 1), "space")
        assert "✓ Right." in shown(pilot)
        await press(pilot, "3")
        [review] = core.store.reviews()
        assert review.answer.response == "the second"


async def test_a_wrong_option_suggests_again_and_shows_both(core: Core) -> None:
    async with opened(core, start=studying("a-choice")) as pilot:
        order = shuffled(3, "a-choice/0")
        await press(pilot, str(order.index(0) + 1), "space")
        assert "✗ Another option." in shown(pilot)
        assert f"{order.index(0) + 1} ✗ the first" in shown(pilot)
        assert f"{order.index(1) + 1} ✓ the second" in shown(pilot)


async def test_arrows_choose_too_and_nothing_changes_after_the_reveal(core: Core) -> None:
    async with opened(core, start=studying("a-choice")) as pilot:
        answer = pilot.app.screen.query_one(OneChoice)
        order = shuffled(3, "a-choice/0")
        await press(pilot, "down")
        assert answer.given == (OPTIONS[order[0]],)
        await press(pilot, "down")
        assert answer.given == (OPTIONS[order[1]],)
        await press(pilot, "up", "up")
        assert answer.given == (OPTIONS[order[0]],)
        await press(pilot, "space", "down")
        assert answer.given == (OPTIONS[order[0]],)


async def test_a_choice_card_without_a_choice_is_for_the_learner_to_rate(
    core: Core,
) -> None:
    async with opened(core, start=studying("a-choice")) as pilot:
        await press(pilot, "space")
        assert "Compare with the answer and rate yourself." in shown(pilot)
        await press(pilot, "space")
        assert core.store.reviews()[0].rating is Rating.GOOD


async def test_several_options_are_ticked(core: Core) -> None:
    async with opened(core, start=studying("a-multi")) as pilot:
        answer = pilot.app.screen.query_one(SomeChoices)
        order = shuffled(3, "a-multi/0")
        await press(pilot, *[str(order.index(option) + 1) for option in (0, 1, 2)])
        await press(pilot, str(order.index(1) + 1))
        assert answer.given == ("two", "four")
        await press(pilot, "space")
        assert "✓ Right." in shown(pilot)
        await press(pilot, "3")
        assert core.store.reviews()[0].answer.response == "two | four"


async def test_a_missed_option_is_partly_wrong(core: Core) -> None:
    async with opened(core, start=studying("a-multi")) as pilot:
        await press(pilot, str(shuffled(3, "a-multi/0").index(0) + 1), "space")
        assert "1 of 2 found." in shown(pilot)
        assert "[x] ✓ two" in shown(pilot)
        assert "[ ] ! four  missed" in shown(pilot)


async def test_the_marks_of_several_options_tell_without_colour(core: Core) -> None:
    async with opened(core, start=studying("a-multi")) as pilot:
        await press(pilot, *(str(shuffled(3, "a-multi/0").index(n) + 1) for n in (0, 1)), "space")
        marks = [line.strip()[2:] for line in shown(pilot).splitlines() if "] " in line]
        assert sorted(marks) == ["[ ] ! four  missed", "[x] ✓ two", "[x] ✗ three"]


async def test_a_digit_moves_a_line_to_its_place(core: Core) -> None:
    async with opened(core, start=studying("a-order")) as pilot:
        answer = pilot.app.screen.query_one(Ordering)
        first, second, third = answer.order
        await press(pilot, "3")
        assert answer.order == [second, third, first]
        await press(pilot, "K")
        assert answer.order == [second, first, third]
        await press(pilot, "9")
        assert answer.order == [second, first, third]


async def test_lines_are_moved_into_order(core: Core) -> None:
    async with opened(core, start=studying("a-order")) as pilot:
        answer = pilot.app.screen.query_one(Ordering)
        assert answer.order != STEPS
        for place, step in enumerate(STEPS):
            while answer.cursor > answer.order.index(step):
                await press(pilot, "up")
            while answer.cursor < answer.order.index(step):
                await press(pilot, "down")
            while answer.order.index(step) > place:
                await press(pilot, "shift+up")
        assert answer.order == STEPS
        await press(pilot, "space")
        assert "✓ Right." in shown(pilot)
        assert "✓ 1 collect" in shown(pilot)


async def test_a_wrong_order_says_where_each_line_belongs(core: Core) -> None:
    async with opened(core, start=studying("a-order")) as pilot:
        answer = pilot.app.screen.query_one(Ordering)
        before = list(answer.order)
        await press(pilot, "J", "K", "space")
        assert answer.order == before
        misplaced = next(
            STEPS.index(step) for step, right in zip(before, STEPS, strict=True) if step != right
        )
        assert f"belongs at {misplaced + 1}" in shown(pilot)


@pytest.mark.parametrize(("card", "answer"), [("a-order", "✓ 1 collect"), ("a-multi", "[ ] ✓ ")])
async def test_what_was_answered_aloud_is_shown_solved_not_failed(
    core: Core, card: str, answer: str
) -> None:
    async with opened(core, start=studying(card)) as pilot:
        await press(pilot, "space")
        assert answer in shown(pilot)
        assert "✗" not in shown(pilot) and "belongs at" not in shown(pilot)


@pytest.mark.parametrize(
    ("typed", "verdict", "rating"),
    [
        ("32", "✓ Right: 32 weights.", Rating.GOOD),
        ("3.2e1", "✓ Right", Rating.GOOD),
        ("64/2", "✓ Right", Rating.GOOD),
        ("33", "✗ 33 is not within the tolerance; the answer is 32 weights.", Rating.AGAIN),
        ("3200", "✗ 3200 is 100 times too large", Rating.AGAIN),
    ],
)
async def test_a_number_is_typed_and_enter_reveals(
    core: Core, typed: str, verdict: str, rating: Rating
) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await press(pilot, *typed, "enter")
        assert verdict in shown(pilot)
        assert f"{rating.label} suggested" in shown(pilot)
        await press(pilot, str(int(rating)))
        assert core.store.reviews()[0].answer.response == typed


async def test_space_reveals_from_the_number_field(core: Core) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await press(pilot, "3", "2", "space")
        assert "✓ Right" in shown(pilot)


async def test_letters_of_a_unit_are_typed_after_the_number_and_are_no_commands(
    core: Core,
) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await press(pilot, *"32weights")  # w, e, i, h, s are keys of the screen
        assert pilot.app.screen.query_one(NumberField).value == "32weights"
        assert not hint_used(pilot)
        await press(pilot, "enter")
        assert "✓ Right: 32 weights." in shown(pilot)


async def test_what_is_no_number_can_be_typed_again(core: Core) -> None:
    async with opened(core, start=studying("a-number")) as pilot:
        await press(pilot, "3", ",", "2", "enter")
        assert not study_screen(pilot).page.revealed
        assert "has a comma, which can mean two things" in shown(pilot)
        await press(pilot, "backspace", "backspace", "2", "enter")
        assert "✓ Right" in shown(pilot)


async def test_gaps_are_filled_one_after_another(core: Core) -> None:
    async with opened(core, start=studying("a-cloze")) as pilot:
        await press(pilot, *"BA", "enter")
        assert not study_screen(pilot).page.revealed
        await press(pilot, *"Frozn", "enter")
        assert "✓ Right; spelled frozen." in shown(pilot)
        await press(pilot, "3")
        assert core.store.reviews()[0].answer.response == "BA | Frozn"


async def test_a_wrong_gap_shows_the_right_word(core: Core) -> None:
    async with opened(core, start=studying("a-cloze")) as pilot:
        await press(pilot, *"AB", "enter", *"frozen", "enter")
        assert "✗ AB B·A" in " ".join(shown(pilot).split())
        assert "✓ frozen" in shown(pilot)


async def test_letters_typed_into_an_answer_are_not_commands(core: Core) -> None:
    async with opened(core, start=studying("a-cloze")) as pilot:
        await press(pilot, *"-@eu/")
        assert card_shown(pilot) == "a-cloze"
        assert core.store.states() == {}


async def test_clicks_choose(core: Core) -> None:
    async with opened(core, start=studying("a-choice")) as pilot:
        answer = pilot.app.screen.query_one(OneChoice)
        await pilot.click(answer, offset=(6, 2))
        await pilot.pause()
        assert answer.given == (OPTIONS[shuffled(3, "a-choice/0")[2]],)


async def test_clicks_on_the_arrows_move_a_line(core: Core) -> None:
    async with opened(core, start=studying("a-order")) as pilot:
        answer = pilot.app.screen.query_one(Ordering)
        first, second, third = answer.order
        await pilot.click(answer, offset=(2, 0))
        await pilot.pause()
        assert answer.order == [second, first, third]
        await pilot.click(answer, offset=(1, 2))
        await pilot.pause()
        assert answer.order == [second, third, first]


@pytest.mark.parametrize(
    ("card", "way"), [("a-choice", "↓ 1-9 choose"), ("a-multi", "x 1-9 tick"), ("a-order", "⇧↑")]
)
async def test_the_line_of_keys_says_how_to_answer(core: Core, card: str, way: str) -> None:
    async with opened(core, start=studying(card)) as pilot:
        assert way in shown(pilot).splitlines()[-1]


async def test_a_point_out_of_sight_is_shown_before_it_is_ticked(
    decks: Path, make_core: Make
) -> None:
    deck = (decks / "alpha.yaml").read_text(encoding="utf-8")
    lines = "".join(f"    Line {n} of the answer.\n\n" for n in range(20))
    deck = deck.replace("    The update is zero, so the base model is kept.\n", lines, 1)
    (decks / "alpha.yaml").write_text(deck, encoding="utf-8")
    core = make_core()
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "space")
        assert "the update is zero at step 0" not in shown(pilot)
        await press(pilot, "x")
        assert "[ ] the update is zero at step 0" in shown(pilot)
        assert core.store.state("a-open").ticked == ()
        await press(pilot, "x")
        assert core.store.state("a-open").ticked == (0,)


@pytest.mark.parametrize(("typed", "mark"), [("BA", "! frozen"), ("", "frozen")])
async def test_a_missed_gap_is_marked_without_colour(core: Core, typed: str, mark: str) -> None:
    async with opened(core, start=studying("a-cloze")) as pilot:
        await press(pilot, *typed, "ctrl+d")
        page = " ".join(shown(pilot).split())
        assert f"to the {mark} weight" in page
