"""The core: what it is given, and what is as of today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.scope import Scope
from quizapp.errors import QuizError
from quizapp.study.model import Answer, Rating
from tests.conftest import Clock, Make


def test_the_date_of_the_settings_file_holds_until_one_is_set(make_core: Make) -> None:
    core = make_core(interview_date=date(2027, 3, 8))
    assert core.interview_date == date(2027, 3, 8)
    core.set_interview_date(date(2027, 4, 1))
    assert core.interview_date == date(2027, 4, 1)
    assert core.scheduler.settings.retention == 0.90


def test_near_the_interview_cards_come_back_sooner(make_core: Make) -> None:
    core = make_core(interview_date=date(2027, 3, 2))
    assert core.scheduler.settings.retention > 0.94


def test_after_the_interview_its_date_no_longer_cuts_a_plan(core: Core) -> None:
    core.set_interview_date(core.today - timedelta(days=1))
    assert core.days_to_interview is None
    core.set_interview_date(core.today)
    assert core.days_to_interview == 0


def test_an_app_left_open_schedules_as_one_that_is_opened_today(
    make_core: Make, clock: Clock
) -> None:
    core = make_core(interview_date=date(2027, 3, 20))
    before = core.scheduler.settings.retention
    clock.forward(days=15)
    assert before < core.scheduler.settings.retention
    assert core.scheduler.settings == make_core(interview_date=date(2027, 3, 20)).scheduler.settings


def test_a_new_interview_date_plans_anew(core: Core) -> None:
    assert core.scheduler.settings.retention == 0.90
    core.set_interview_date(core.today + timedelta(days=1))
    assert core.scheduler.settings.retention > 0.94
    core.set_interview_date(None)
    assert core.scheduler.settings.retention == 0.90


def test_what_the_interview_asks_of_a_day_stays_while_one_answers(make_core: Make) -> None:
    core = make_core(interview_date=date(2027, 3, 6), new_per_day=1)
    planned = core.scheduler.settings.new_per_day
    for card in ("a-open", "a-choice", "a-multi"):
        Sitting(core, Scope("", frozenset({card}))).rate(Answer(Rating.EASY))
    assert core.scheduler.settings.new_per_day == planned > 1


def test_undo_takes_back_the_last_action_and_names_it(core: Core) -> None:
    assert core.undo() == "Nothing to undo."
    Sitting(core, Scope("", frozenset({"a-open"}))).rate(Answer(Rating.EASY))
    assert core.undo() == "Undid: Easy on a-open"
    assert core.store.reviews() == []


def test_a_card_is_taken_out_of_study_and_brought_back(core: Core) -> None:
    core.toggle_suspended("a-open")
    assert core.store.state("a-open").suspended
    assert Sitting(core, Scope("", frozenset({"a-open"}))).card is None
    core.toggle_suspended("a-open")
    assert not core.store.state("a-open").suspended


def test_the_cards_and_the_demos_are_read_again(core: Core) -> None:
    (core.paths.content[0] / "beta.yaml").unlink()
    assert "toy" in core.demos.catalogue.demos
    (core.paths.demos[0] / "toy.py").rename(core.paths.demos[0] / "other.py")
    core.read_cards()
    assert [info.deck for info in core.infos] == ["alpha"] * 6
    assert set(core.demos.catalogue.demos) == {"other"}


def test_a_demo_that_declares_nothing_is_named(core: Core) -> None:
    assert core.demos.find("toy").title == "A toy"
    (core.paths.demos[0] / "toy.py").write_text("1 +\n", encoding="utf-8")
    with pytest.raises(QuizError, match=r"toy\.py:1:4: invalid syntax"):
        core.demos.find("toy")
    with pytest.raises(QuizError, match="There is no demo absent"):
        core.demos.find("absent")
