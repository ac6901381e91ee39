"""Finished interviews: listed, opened again, compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from textual.pilot import Pilot

from quizapp.app.core import Core
from quizapp.app.interviews import to_record
from quizapp.cards.variants import Wording
from quizapp.study.interview import InterviewSpec, Part
from quizapp.study.model import Rating
from quizapp.study.reading import Lead
from quizapp.study.report import InterviewReport, Judged, Result
from quizapp.tui.app import Start
from quizapp.tui.screens.interview import InterviewScreen
from quizapp.tui.screens.past_interviews import PastInterviews
from tests.tui.look import opened, press, shown

INTERVIEW = Start("interview")
AT = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)


def result(topic: str, score: float, *, made: bool) -> Result:
    """Return one question about a topic."""
    point = f"the point of {topic}"
    return Result(
        question=f"{topic[0]}-open",
        topic=topic,
        difficulty="mid",
        prompt=f"What is {topic}?",
        part=Part.CORE,
        score=score,
        missed_musts=() if made else (point,),
        missed_others=(),
        structure=(),
        elapsed_s=65.0,
        allowed_s=300.0,
        response="some words",
        suggested=Rating.GOOD if made else Rating.AGAIN,
        points=(Judged(point, must=True, ticked=made),),
        lead=Lead(12, 80) if made else None,
    )


def keep(core: Core, *results: Result, days: int = 0) -> InterviewReport:
    """Write a finished interview to the store."""
    spec = InterviewSpec(count=len(results), minutes=10, seed=7)
    report = InterviewReport(AT + timedelta(days=days), spec, results)
    core.store.add_interview(report.at, to_record(report))
    return report


def keep_two(core: Core) -> None:
    """Write two interviews: alpha was asked in both."""
    keep(core, result("alpha", 0.25, made=False), result("beta", 0.5, made=True))
    keep(core, result("alpha", 0.75, made=True), days=3)


def words(pilot: Pilot[Any]) -> str:
    """Return what is shown, with single spaces."""
    return " ".join(shown(pilot).split())


async def test_without_a_finished_interview_there_is_nothing_to_open(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        assert "earlier" not in shown(pilot)
        await press(pilot, "o")
        assert isinstance(pilot.app.screen, InterviewScreen)


async def test_o_lists_the_finished_interviews_newest_first(core: Core) -> None:
    keep_two(core)
    async with opened(core, start=INTERVIEW) as pilot:
        assert "o earlier ones" in shown(pilot).splitlines()[-1]
        await press(pilot, "o")
        page = words(pilot)
        assert page.index("2026-01-08") < page.index("2026-01-05")
        assert "mid, 1 question 75% (12 to 99 %)" in page
        assert "checked 0%, own ticks 50%, held: " in page
        assert "w save report" not in page
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, InterviewScreen)
        assert "none: all topics" in shown(pilot)


async def test_enter_opens_a_report_as_it_was_shown(core: Core) -> None:
    keep_two(core)
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "o", "down", "enter")
        page = shown(pilot)
        assert "Mock interview of 2026-01-05" in page
        assert "2 questions, mid, 2:10 of 10:00." in page
        assert "Missed something essential" in page
        assert "takes that back" not in page and "stay where they were" not in page
        assert "core · 1:05 · to the point after 12 of 80 words" in page
        assert "undo" not in page.splitlines()[-1]
        await press(pilot, "u")
        assert core.store.reviews() == []
        await press(pilot, "w")
        assert "Saved" in shown(pilot)
        folder = core.paths.data / "reports"
        assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".md"]
        (written,) = folder.glob("*.md")
        assert "to the point after 12 of 80 words" in written.read_text(encoding="utf-8")
        await press(pilot, "escape")
        assert "2 interviews" in shown(pilot).splitlines()[0]


async def test_two_marked_reports_are_compared_the_earlier_one_first(core: Core) -> None:
    keep_two(core)
    async with opened(core, size=(80, 40), start=INTERVIEW) as pilot:
        await press(pilot, "o", "x")
        assert "x on another compares" in shown(pilot)
        assert shown(pilot).count("[x]") == 1
        await press(pilot, "down", "x")
        page = words(pilot)
        assert "2026-01-05 2026-01-08 difference score 38% 75% +37" in page
        assert "The intervals overlap: no difference shown." in page
        assert "by your own ticks 50% 100% +50" in page
        assert "Level held: " in page
        assert "Alpha 25% 75% +50 Beta 50% -" in page
        assert "1 question asked in both 1. What is alpha? 25% in 1:05, then 75% in 1:05" in page
        assert "made this time: the point of alpha" in page
        await press(pilot, "w")
        assert not (core.paths.data / "reports").exists()
        await press(pilot, "escape")
        assert "[x]" not in shown(pilot)
        assert "2 interviews" in shown(pilot).splitlines()[0]


async def test_a_second_press_on_the_same_report_unmarks_it(core: Core) -> None:
    keep_two(core)
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "o", "x", "x")
        assert "[x]" not in shown(pilot)
        assert "x on another" not in shown(pilot)


async def test_interviews_with_no_question_in_common_say_so(core: Core) -> None:
    keep(core, result("alpha", 0.5, made=True))
    keep(core, result("beta", 0.5, made=True), days=1)
    async with opened(core, size=(80, 40), start=INTERVIEW) as pilot:
        await press(pilot, "o", "x", "down", "x")
        assert "No question was asked in both." in shown(pilot)


async def test_a_damaged_record_is_named_and_hides_no_other(core: Core) -> None:
    keep_two(core)
    broken = to_record(keep(core, result("beta", 0.5, made=True), days=5))
    core.store.connection.execute("UPDATE interview SET record = 'x' WHERE id = 3")
    core.store.add_interview(AT + timedelta(days=6), {**broken, "results": [{}]})
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "o")
        page = words(pilot)
        assert "2026-01-11" in page
        assert "cannot be read results.0.question is damaged: field required." in page
        assert "unknown date cannot be read Row 3 of interview is damaged." in page
        assert "4 interviews" in page
        await press(pilot, "enter")
        assert "Mock interview of 2026-01-08" in shown(pilot)


async def test_damaged_records_alone_can_be_neither_opened_nor_marked(core: Core) -> None:
    core.store.add_interview(AT, {"version": 2})
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "o", "enter", "x")
        assert "Its version 2 is unknown." in shown(pilot)
        assert isinstance(pilot.app.screen, PastInterviews)


async def test_an_interview_that_just_ended_can_be_opened_again(core: Core) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space", *["escape", "space", "space"] * 2)
        report = shown(pilot)
        assert "things to fix" in report
        await press(pilot, "a", "o", "enter")
        again = shown(pilot)
        assert "Question by question" in again
        page = [line for line in again.splitlines()[1:-1] if line.strip()]
        assert set(page) <= set(report.splitlines())


async def test_a_question_that_was_put_otherwise_shows_both_wordings(core: Core) -> None:
    keep(core, result("alpha", 0.25, made=False))
    varied = replace(
        result("alpha", 0.75, made=True), prompt="And how do you put alpha?", wording=Wording(1, 7)
    )
    keep(core, varied, days=3)
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "o", "x", "down", "x")
        assert "1. And how do you put alpha?" in shown(pilot)
        assert "before in other words: What is alpha?" in shown(pilot)
        await press(pilot, "escape", "home", "enter")
        assert "in other words than the card's own" in " ".join(shown(pilot).split())
