"""The report of a mock interview: what it shows, saves, brings back and leads to."""

from __future__ import annotations

from quizapp.app.core import Core
from quizapp.study.actions import rate
from quizapp.study.model import Answer, CardState, Rating
from tests.conftest import Clock
from tests.tui.interviewing import INTERVIEW, answer_all
from tests.tui.look import opened, press, shown


def rate_another(core: Core) -> None:
    """Rate a card that the interview does not ask."""
    rules = core.scheduler
    action = rate(CardState("a-choice"), Answer(Rating.GOOD), core.now, rules)
    core.store.commit(action, rules)


async def test_an_interview_from_question_to_report(core: Core, clock: Clock) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        assert "1 of 2" in shown(pilot)
        assert "must" not in shown(pilot)
        await answer_all(pilot, clock, (30, 1200))
        text = shown(pilot)
        assert "2 questions, mid, 20:30 of 30:00." in text
        assert "Beta " in text
        assert "3 things to fix" in text
        assert "1. Say it: it is beta" in text
        assert "3. Be shorter: 1 answer took longer" in text
        assert "Missed something essential" in text
        assert text.count(" · 20:00, over time") == text.count(", over time") == 1


async def test_w_writes_the_report_and_names_the_files(core: Core, clock: Clock) -> None:
    async with opened(core, size=(120, 50), start=INTERVIEW) as pilot:
        await press(pilot, "w", "space")
        await answer_all(pilot, clock)
        assert not (core.paths.data / "reports").exists()
        await press(pilot, "w")
        assert "Saved" in shown(pilot)
        folder = core.paths.data / "reports"
        assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".md"]


async def test_u_takes_back_that_missed_cards_are_asked_today(core: Core, clock: Clock) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        await answer_all(pilot, clock)
        assert "are asked today" in shown(pilot)
        await press(pilot, "u")
        assert core.store.reviews() == []
        assert "They stay where they were." in shown(pilot)
        rate_another(core)
        await press(pilot, "u")
        assert [review.card for review in core.store.reviews()] == ["a-choice"]


async def test_an_undo_that_comes_too_late_is_refused_in_words(core: Core, clock: Clock) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        await answer_all(pilot, clock)
        rate_another(core)
        await press(pilot, "u")
        assert "Something was done after the interview" in " ".join(shown(pilot).split())
        assert "are asked today" in shown(pilot)


async def test_the_report_leads_to_the_earlier_ones_and_home_counts_what_comes_back(
    core: Core, clock: Clock
) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        await answer_all(pilot, clock)
        await press(pilot, "o")
        assert "Finished interviews" in shown(pilot)
        await press(pilot, "escape")
        assert "are asked today" in shown(pilot)
        await press(pilot, "escape")
        assert " 1 due" in shown(pilot)
