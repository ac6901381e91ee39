"""Home: what is due, how well it is known, how long to the interview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.overview import overview
from quizapp.app.scope import Scope
from quizapp.study.mastery import Tier, TopicMastery
from quizapp.study.model import Answer, Rating
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.interview_date import read_day
from quizapp.tui.widgets.topic_list import (
    columns,
    heading,
    mastery_bar,
    share_out,
    sparkline,
    topic_line,
)
from tests.conftest import Clock, Make
from tests.tui.look import card_shown, finish, opened, press, settle, shown, study_screen


async def test_a_first_start_says_what_to_press_and_the_first_card_is_one_key_away(
    core: Core,
) -> None:
    async with opened(core) as pilot:
        assert "asks the first question" in shown(pilot)
        assert "8 new" in shown(pilot)
        await press(pilot, "space")
        assert card_shown(pilot) is not None


async def test_enter_studies_the_topic_under_the_cursor(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "down", "enter")
        screen = study_screen(pilot)
        assert screen.studying.desk.scope.title == "Beta"
        assert screen.page.card is not None
        assert screen.page.card.deck == "beta"


async def test_home_counts_what_was_answered_since(core: Core, clock: Clock) -> None:
    async with opened(core) as pilot:
        await press(pilot, "enter", "space", "4", "escape")
        assert "1 answered today · 1 day in a row" in shown(pilot)
        assert "asks the first question" not in shown(pilot)
        assert "7 new" in shown(pilot)
        clock.forward(days=30)
        await press(pilot, "space", "escape")
        assert "1 due" in shown(pilot)


async def test_undo_on_home_takes_back_the_last_rating(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "enter", "space", "4", "escape", "u")
        assert "Undid: Easy on a-open" in shown(pilot)
        assert "8 new" in shown(pilot)


async def test_an_interview_date_shows_the_countdown_with_readiness(
    make_core: Make,
) -> None:
    core = make_core()
    async with opened(core) as pilot:
        await press(pilot, "v", *"12", "enter")
        assert "Interview in 12 days" in shown(pilot)
        told = " ".join(shown(pilot).split())  # the line wraps at 80 columns
        assert "not enough answers yet to tell (0 of 8 cards)" in told
        assert "10 new cards a day show them all before the last pass on March 10" in told
    assert core.interview_date == core.today + timedelta(days=12)
    core.close()
    again = make_core()
    async with opened(again) as pilot:
        assert "Interview in 12 days" in shown(pilot)
        await press(pilot, "v", *["backspace"] * 10, "enter")
        assert "Interview" not in shown(pilot)


async def test_a_date_that_cannot_be_met_says_what_is_left_out_and_studies_the_rest(
    make_core: Make,
) -> None:
    core = make_core(new_per_day=1)
    core.set_interview_date(core.today + timedelta(days=5))
    async with opened(core) as pilot:
        text = " ".join(shown(pilot).split())
        assert "At most 3 new cards a day: 2 stay unseen, what fewest others build on" in text
        assert "3 new ·" in text and "8 of 8 unseen" in text
    plan = core.interview_plan(core.states())
    assert plan is not None and len(plan.cut) == 2
    sitting = Sitting(core, Scope())
    assert len(sitting.left) == 3 and not sitting.left & set(plan.cut)
    sitting.rate(Answer(Rating.EASY))
    later = core.interview_plan(core.states())
    assert later is not None and later.cut == plan.cut
    chosen = Sitting(core, Scope("chosen", frozenset(plan.cut)))
    assert chosen.card is not None and chosen.card.id in plan.cut  # it was asked for


async def test_home_names_every_key_at_80_columns(core: Core) -> None:
    async with opened(core) as pilot:
        keys = shown(pilot).splitlines()[-1]
        for words in ("space study", "m mock", "t stats", "p plan", "v date", "? help"):
            assert words in keys


async def test_a_card_rated_again_a_moment_ago_is_due_on_home(core: Core) -> None:
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.AGAIN))
    assert overview(core).due == 1
    assert "a-open" in Sitting(core, Scope()).left


def test_home_counts_what_a_sitting_asks_and_nothing_else(make_core: Make, clock: Clock) -> None:
    core = make_core(new_per_day=9, reviews_per_day=1)
    sitting = Sitting(core, Scope("", frozenset({"a-open", "a-choice", "b-open"})))
    for rating in (Rating.EASY, Rating.EASY, Rating.EASY):
        sitting.rate(Answer(rating))
    Sitting(core, Scope("", frozenset({"a-multi"}))).suspend()
    clock.forward(days=60)
    Sitting(core, Scope("", frozenset({"b-curve"}))).rate(Answer(Rating.AGAIN))
    view = overview(core)
    assert (view.due, view.new, view.unseen) == (1 + 1, 3, 3)  # a step, and the one review allowed
    assert len(Sitting(core, Scope()).left) == view.due + view.new


async def test_an_empty_date_is_no_date_and_the_dialog_says_so(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "v")
        words = " ".join(shown(pilot).replace("│", " ").split())
        assert "Leave the line empty to remove the date." in words


async def test_the_last_pass_is_announced_and_asks_what_is_not_due(
    make_core: Make, clock: Clock
) -> None:
    core = make_core()
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    core.set_interview_date(core.today + timedelta(days=7))
    clock.forward(days=5)
    async with opened(core) as pilot:
        assert "Last pass: 1 learned card is asked once more today" in shown(pilot)
    state = core.store.state("a-open")
    assert state.due_day is not None and state.due_day > core.today
    assert Sitting(core, Scope("", frozenset({"a-open"}))).card is not None


@pytest.mark.parametrize(
    ("typed", "day"),
    [("", None), ("12", date(2027, 3, 13)), (" 2027-03-01 ", date(2027, 3, 1))],
)
def test_a_day_is_a_date_or_a_number_of_days(typed: str, day: date | None) -> None:
    assert read_day(typed, date(2027, 3, 1)) == day


@pytest.mark.parametrize(
    ("typed", "says"),
    [("soon", "soon is not a date; write it like 2027-03-01."), ("2027-02-28", "has passed")],
)
def test_a_bad_day_is_told(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_day(typed, date(2027, 3, 1))


def test_the_numbers_of_a_topic_are_those_of_its_cards(core: Core, clock: Clock) -> None:
    sitting = Sitting(core, Scope("", frozenset({"a-open"})))
    sitting.rate(Answer(Rating.EASY, all_musts=True))
    view = overview(core)
    [alpha, beta] = view.topics
    assert (alpha.title, alpha.mastery.total) == ("Alpha", 6)
    assert alpha.mastery.tiers[Tier.INDEPENDENT] == 1
    assert alpha.activity[-1] == 1
    assert sum(alpha.activity) == 1
    assert (beta.due, sum(beta.activity)) == (0, 0)


@pytest.mark.parametrize(
    ("counts", "width", "cells"),
    [
        ([1, 1], 10, [5, 5]),
        ([0, 0], 10, [0, 0]),
        ([1, 999], 10, [1, 9]),
        ([1, 1, 1], 10, [4, 3, 3]),
        ([500, 1, 1, 1, 0], 8, [5, 1, 1, 1, 0]),
    ],
)
def test_cells_are_shared_by_count_and_nothing_vanishes(
    counts: list[int], width: int, cells: list[int]
) -> None:
    assert share_out(counts, width) == cells


def test_the_bar_tells_tiers_apart_without_colour() -> None:
    mastery = TopicMastery("x", {Tier.MASTERED: 1, Tier.SEEN: 1, Tier.NEW: 2}, 0.5)
    assert mastery_bar(mastery, 8).plain == "██░░····"


def test_a_sparkline_scales_to_its_highest_day() -> None:
    assert sparkline([0, 1, 4, 8]).plain == "·▁▄█"
    assert sparkline([0, 0]).plain == "··"


async def test_every_screen_opens_though_an_answer_is_dated_years_ahead(
    core: Core, clock: Clock
) -> None:
    now = clock.now
    clock.forward(days=1000)
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    clock.now = now
    async with opened(core, size=(120, 90)) as pilot:
        assert "0 answered today" in shown(pilot)
        for key, place in (("f7", "true retention"), ("f5", "Which one is right?"), ("f3", "left")):
            await press(pilot, key)
            await finish(pilot)
            assert place in shown(pilot)


async def test_home_left_open_over_night_shows_the_new_day(core: Core, clock: Clock) -> None:
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    async with opened(core) as pilot:
        assert "0 due" in shown(pilot) and "1 answered today" in shown(pilot)
        clock.forward(days=30)
        assert isinstance(pilot.app.screen, HomeScreen)
        await pilot.app.screen.watch_day()  # as its timer does
        await settle(pilot)
        assert "1 due" in shown(pilot) and "0 answered today" in shown(pilot)


@pytest.mark.parametrize("width", [34, 50, 56, 74, 114, 194])
def test_no_topic_wraps_at_any_width(core: Core, width: int) -> None:
    [row, _] = overview(core).topics
    assert topic_line(row, *columns(width)).cell_length <= width
    assert heading(width).cell_length <= width


async def test_on_forty_by_ten_home_opens_at_its_top_with_topics_and_keys(core: Core) -> None:
    async with opened(core, size=(40, 10)) as pilot:
        await settle(pilot)
        lines = shown(pilot).splitlines()
        assert lines[0].strip().startswith("0 due · 8 new")
        assert any(line.strip().startswith("Alpha") for line in lines)
        assert "space study" in lines[-1] and "? help" in lines[-1]
        assert pilot.app.screen.max_scroll_y == 0


async def test_the_first_steps_go_on_below_themselves_where_they_wrap(core: Core) -> None:
    async with opened(core, size=(50, 30)) as pilot:
        lines = shown(pilot).splitlines()
        [place] = [n for n, line in enumerate(lines) if "asks the first question" in line]
        column = lines[place].index("asks")
        assert lines[place + 1][:column].strip() == ""
        assert lines[place + 1][column] != " "


async def test_home_says_that_an_interview_waits_until_it_is_given_up(make_core: Make) -> None:
    async with opened(make_core()) as pilot:
        assert "waits" not in shown(pilot)
        await press(pilot, "m", "space", "escape", "escape")
        assert "A mock interview waits: m goes back to it" in shown(pilot)
        await press(pilot, "m")
        assert "1 of 2" in shown(pilot)
    async with opened(make_core()) as pilot:
        assert "A mock interview waits: m goes back to it" in shown(pilot)
        await press(pilot, "m")
        assert "r resumes it" in shown(pilot)
        await press(pilot, "r", "escape", "a", "y")
        await finish(pilot)
        await press(pilot, "escape")
        assert "waits" not in shown(pilot)


async def test_a_topic_that_was_left_goes_on_at_its_card(core: Core) -> None:
    async with opened(core) as pilot:
        await press(pilot, "c")
        assert isinstance(pilot.app.screen, HomeScreen)
        await press(pilot, "down", "enter", "space", "escape")
        assert "Beta was left: c goes on" in shown(pilot)
        assert "c go on" in shown(pilot).splitlines()[-1]
        await press(pilot, "c")
        screen = study_screen(pilot)
        assert screen.studying.desk.scope.title == "Beta"
        assert screen.page.revealed
        await press(pilot, "escape", "space", "escape")
        assert "was left" not in shown(pilot)
