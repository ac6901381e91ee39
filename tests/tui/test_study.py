"""Studying with the keyboard: reveal, tick, rate, undo; tests/unit/app has what they do."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from quizapp.app.core import Core
from quizapp.study.model import Rating
from tests.conftest import LATER, Clock, Make
from tests.tui.look import card_shown, finish, opened, press, settle, shown, study_screen, studying
from tests.tui.panel import until


async def test_the_question_stands_alone_until_it_is_revealed(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        assert "Why is B zero at the start?" in shown(pilot)
        assert "0 answered · 1 left" in shown(pilot)
        await press(pilot, "1", "2", "3", "4")  # nothing is rated
        assert "base model" not in shown(pilot)
        await press(pilot, "space")
        assert "base model is kept" in shown(pilot)
        assert "Both at random is often said" in shown(pilot)
        assert "arXiv 2106.09685, section 4.1" in shown(pilot)
        assert "1 Again 1m" in shown(pilot)
        assert "3 Good 10m" in shown(pilot)


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_space_or_enter_reveals_and_then_is_good(core: Core, key: str) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, key, key)
        [review] = core.store.reviews()
        assert (review.card, review.rating) == ("a-open", Rating.GOOD)


async def test_minus_buries_at_suspends_and_u_undoes(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "minus")
        assert "a-open rests until tomorrow" in shown(pilot)
        await press(pilot, "u")
        assert card_shown(pilot) == "a-open"
        await press(pilot, "at")
        assert "a-open is out of study" in shown(pilot)
        assert card_shown(pilot) is None


async def test_x_crams_what_waits_for_other_cards(core: Core) -> None:
    (core.paths.content[0] / "later.yaml").write_text(LATER, encoding="utf-8")
    core.read_cards()
    async with opened(core, start=studying("z-later")) as pilot:
        text = " ".join(shown(pilot).split())
        assert "1 new card waits until others are learned, above all: Why is B zero" in text
        assert "x asks every card chosen here once, whatever it waits for" in text
        await press(pilot, "x")
        assert card_shown(pilot) == "z-later"
        await press(pilot, "minus", "at", "n")  # cramming keeps nothing
        assert card_shown(pilot) == "z-later"
        assert "your note" not in shown(pilot)
        await press(pilot, "space", "3")
        assert "Done: 1 answer to 1 card." in shown(pilot)


async def test_each_digit_is_its_rating(make_core: Make) -> None:
    cards = ("a-open", "a-choice", "a-number", "b-open")
    core = make_core()
    async with opened(core, start=studying(*cards)) as pilot:
        asked = []
        for key in "1234":
            asked.append(card_shown(pilot))
            if card_shown(pilot) == "a-number":
                await press(pilot, "escape")
            await press(pilot, "space", key)
        reviews = core.store.reviews()
        assert [review.card for review in reviews] == asked
        assert [int(review.rating) for review in reviews] == [1, 2, 3, 4]


async def test_time_in_front_of_help_is_not_time_on_the_card(core: Core, clock: Clock) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        clock.forward(seconds=5)
        await press(pilot, "question_mark")
        clock.forward(seconds=60)
        await press(pilot, "escape", "space", "3")
        assert core.store.reviews()[0].answer.elapsed_ms == 5_000


async def test_a_missing_must_have_point_suggests_again(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "space", "down", "x")
        page = " ".join(shown(pilot).split())
        assert "must-have point is missing. Again suggested. Press 1 for it; Space is Good." in page
        assert core.store.state("a-open").ticked == (1,)
        await press(pilot, "up", "x")
        assert "2 of 2 key points" in shown(pilot)
        assert "Space is Good" not in shown(pilot)


async def test_a_hint_turns_good_into_hard(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "h")
        assert "Think of step 0." in shown(pilot)
        await press(pilot, "space", "x", "x")
        page = " ".join(shown(pilot).split())
        assert "The hint was used. Hard suggested. Press 2 for it; Space is Good." in page
        await press(pilot, "2")
        assert core.store.reviews()[0].answer.hint_used is True


async def test_what_was_typed_is_kept_and_shown_beside_the_answer(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "t", *"d1 h", "escape", "space")
        assert "d1 h" in shown(pilot)
        await press(pilot, "3")
        assert core.store.reviews()[0].answer.response == "d1 h"


async def test_beside_each_point_stand_the_own_closest_words(core: Core) -> None:
    async with opened(core, size=(100, 40), start=studying("a-open")) as pilot:
        await press(pilot, "t", *"at step 0 the update is zero; nothing else", "escape", "space")
        page = shown(pilot)
        assert "your answer" in page
        assert page.count("at step 0 the update is zero; nothing else") == 1
        assert "closest: “step 0 the update is zero”" in page
        assert page.count("[x]") == 0


async def test_on_forty_by_ten_space_shows_the_answer_over_all_ratings(core: Core) -> None:
    async with opened(core, size=(40, 10), start=studying("a-open")) as pilot:
        await press(pilot, "space")
        assert "answer" in shown(pilot)
        assert "The update is zero, so the base" in shown(pilot)
        for rating in ("1 Again", "2 Hard", "3 Good", "4 Easy"):
            assert rating in shown(pilot)


async def test_a_window_that_becomes_small_keeps_all_ratings(core: Core) -> None:
    async with opened(core, size=(120, 40), start=studying("a-open")) as pilot:
        await press(pilot, "space")
        assert "3 Good 10m" in shown(pilot)
        await pilot.resize_terminal(40, 10)
        await settle(pilot)
        assert "4 Easy" in shown(pilot) and "10m" not in shown(pilot)
        assert "suggests a rating" not in shown(pilot)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert "3 Good 10m" in shown(pilot) and "suggests a rating" in shown(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_curve_stays_in_sight_however_far_the_answer_is_read(
    decks: Path, make_core: Make, size: tuple[int, int]
) -> None:
    deck = (decks / "beta.yaml").read_text(encoding="utf-8")
    long = "What is wrong with this run? " + "Say all that you see in it. " * 12
    deck = deck.replace("What is wrong with this run?", long)
    lines = "".join(f"    Line {n} of the answer.\n\n" for n in range(40))
    deck = deck.replace("answer: The rate.", f"answer: |\n{lines}")
    (decks / "beta.yaml").write_text(deck, encoding="utf-8")
    async with opened(make_core(), size=size, start=studying("b-curve")) as pilot:
        await finish(pilot)
        await press(pilot, "space")
        assert "─●─ train" in shown(pilot)
        assert "─ answer ─" in shown(pilot) and "Line 0 of" in shown(pilot)
        await press(pilot, *["pagedown"] * 12)
        assert "Line 39 of the answer." in shown(pilot)
        assert "─●─ train" in shown(pilot) and "1.5  " in shown(pilot)  # down to its axis
        await press(pilot, "d")
        assert "[auto] cpu" in shown(pilot)  # with the keys it shows its settings
        await press(pilot, "escape")
        assert "[auto] cpu" not in shown(pilot)
        assert "─●─ train" in shown(pilot)


async def test_undo_returns_to_the_card_with_the_answer_hidden(core: Core) -> None:
    async with opened(core, start=studying("a-open", "a-choice")) as pilot:
        first = card_shown(pilot)
        await press(pilot, "space", "4")
        assert card_shown(pilot) != first
        await press(pilot, "u")
        assert card_shown(pilot) == first
        assert not study_screen(pilot).page.revealed
        assert core.store.reviews() == []
        assert f"Undid: Easy on {first}" in shown(pilot)
        await press(pilot, "ctrl+r")
        assert [review.card for review in core.store.reviews()] == [first]
        assert f"Redid: Easy on {first}" in shown(pilot)


async def test_undoing_a_tick_leaves_the_answer_on_the_screen(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "t", *"my words", "escape", "space", "x", "x")
        assert shown(pilot).count("[x]") == 2
        await press(pilot, "u")
        assert study_screen(pilot).page.revealed
        assert "my words" in shown(pilot)
        assert shown(pilot).count("[x]") == 1
        assert "Hard suggested" in shown(pilot)
        await press(pilot, "ctrl+r")
        assert shown(pilot).count("[x]") == 2


async def test_what_was_done_stands_before_the_topic_where_room_is_short(
    core: Core,
) -> None:
    async with opened(core, size=(60, 24), start=studying("a-open", "a-choice")) as pilot:
        await press(pilot, "space", "3", "u")
        assert "Undid: Good on a-" in shown(pilot).splitlines()[0]


async def test_the_confidence_is_asked_before_the_reveal_if_wanted(make_core: Make) -> None:
    core = make_core(confidence=True)
    async with opened(core, start=studying("a-open", "a-choice")) as pilot:
        await press(pilot, "space")
        assert "How sure are you?" in shown(pilot)
        assert not study_screen(pilot).page.revealed
        await press(pilot, "2")
        assert study_screen(pilot).page.revealed
        await press(pilot, "4", "space", "space", "4")
        asked = [review.answer.confidence for review in core.store.reviews()]
        assert asked == [2, None]


async def test_markup_in_a_card_is_text(core: Core) -> None:
    async with opened(core, start=studying("b-open")) as pilot:
        assert "[bold]beta[/bold]" in shown(pilot)


async def test_what_was_typed_the_evening_before_is_still_there_in_the_morning(
    core: Core, clock: Clock
) -> None:
    async with opened(core, start=studying("a-open", "b-open")) as pilot:
        scope = study_screen(pilot).studying.desk.scope
        await press(pilot, "t", *"zero", "escape", "f2")
        clock.forward(days=1)
        await press(pilot, "f3")
        assert "zero" in shown(pilot)
        await press(pilot, "space", "4")
        assert "A new study day" in shown(pilot)
        assert core.store.reviews()[-1].answer.response == "zero"
        assert study_screen(pilot).studying.desk.scope == scope


@pytest.mark.parametrize("card", ["a-open", "a-number", "a-cloze"])
async def test_what_is_typed_is_there_after_a_kill_and_gone_once_it_is_rated(
    make_core: Make, card: str
) -> None:
    kept = f"draft/{card}"
    async with opened(core := make_core(), start=studying(card)) as pilot:
        await press(pilot, *(["t"] if card == "a-open" else []), *"3 halves".replace(" ", ""))
        await until(pilot, lambda: "3halves" in core.store.get_meta(kept, {"texts": ()})["texts"])
    async with opened(core := make_core(), start=studying(card)) as pilot:
        assert "3halves" in shown(pilot)
        await press(pilot, *(["t"] if card == "a-open" else []), "x", "escape")
        assert study_screen(pilot).page.answer.given[0] == "3halvesx"
        if card != "a-number":  # that is no number: it can be typed again
            await press(pilot, "space", "1")
            assert core.store.reviews()[-1].answer.response.startswith("3halvesx")
            assert core.store.get_meta(kept) is None


async def test_text_pasted_after_the_reveal_is_refused_in_words(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "space")
        pilot.app.post_message(events.Paste("1 2 3 and more"))
        await settle(pilot)
        assert "The answer is shown: a note, n, takes text" in shown(pilot)
        assert card_shown(pilot) == "a-open"
        assert core.store.reviews() == []


async def test_an_untouched_sitting_of_the_evening_before_begins_anew(
    core: Core, clock: Clock
) -> None:
    async with opened(core, start=studying("a-open", "a-choice", "a-multi")) as pilot:
        await press(pilot, "space", "4", "f2")
        assert "1 answered · 2 left" not in shown(pilot)
        clock.forward(days=30)
        await press(pilot, "f3")
        assert "0 answered · 3 left" in shown(pilot)


async def test_cards_that_come_once_more_are_counted_beside_those_not_answered_yet(
    core: Core,
) -> None:
    async with opened(core, start=studying("a-open", "b-open")) as pilot:
        assert "0 answered · 2 left" in shown(pilot)
        assert "again" not in shown(pilot)
        await press(pilot, "space", "3")
        assert "1 answered · 2 left, 1 again" in shown(pilot)
        await press(pilot, "space", "4")
        assert "2 answered · 1 left, 1 again" in shown(pilot)


async def test_space_says_when_there_is_still_nothing_to_go_on_with(core: Core) -> None:
    async with opened(core, start=studying("a-open")) as pilot:
        await press(pilot, "space", "4", "space")
        assert "Nothing is due yet" in shown(pilot)


async def test_a_card_that_comes_again_is_asked_in_other_words_and_says_so(
    decks: Path, make_core: Make
) -> None:
    deck = (decks / "alpha.yaml").read_text(encoding="utf-8")
    variants = "  variants:\n  - question: Both factors at zero, what then?\n  hint: Think of"
    (decks / "alpha.yaml").write_text(deck.replace("  hint: Think of", variants), encoding="utf-8")
    async with opened(make_core(), start=studying("a-open")) as pilot:
        assert "Why is B zero" in shown(pilot) and "in other words" not in shown(pilot)
        await press(pilot, "space", "1")
        assert card_shown(pilot) == "a-open"
        assert "Both factors at zero, what then?" in shown(pilot)
        assert "Alpha · mid · open, in other words" in shown(pilot)
