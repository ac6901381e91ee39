"""Cramming: cards are asked whatever their schedule, and keep it."""

from __future__ import annotations

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import KEPT
from quizapp.app.phases import Question, Summary
from quizapp.app.scope import Scope
from quizapp.app.studying import Change, Outcome
from quizapp.errors import QuizError
from quizapp.study.model import Rating
from tests.conftest import LATER, Clock
from tests.unit.app.answering import answer, begin, card, rated, revealed


def test_cards_that_wait_for_others_are_named_and_can_be_crammed(core: Core) -> None:
    (core.paths.content[0] / "later.yaml").write_text(LATER, encoding="utf-8")
    core.read_cards()
    studying = begin(core, "z-later")
    assert isinstance(studying.phase, Summary)
    assert studying.phase.waiting == {"z-later": ("a-open",)}
    assert "cram" in studying.phase.actions
    studying.cram()
    assert card(studying) == "z-later"
    assert studying.desk.scope == Scope("some cards (cram)", frozenset({"z-later"}), cram=True)


def test_cramming_asks_each_card_once_and_the_missed_ones_again(core: Core) -> None:
    studying = begin(core, "a-open", "b-open", cram=True)
    first = card(studying)
    assert not studying.phase.actions & KEPT
    revealed(studying)
    studying.tick(0)
    studying.rate(Rating.AGAIN)
    assert card(studying) not in (first, None)
    answer(studying, Rating.GOOD)
    assert studying.undo().message.startswith("Undid: Good on")
    answer(studying, Rating.GOOD)
    assert card(studying) == first
    assert isinstance(studying.phase, Question)
    assert studying.phase.state.ticked == ()
    answer(studying, Rating.GOOD)
    assert isinstance(studying.phase, Summary)
    assert len(studying.phase.given) == 3
    assert rated(core) == []
    assert core.store.states() == {}


def test_an_answer_of_a_cram_is_taken_back_and_given_again(core: Core) -> None:
    studying = begin(core, "a-open", cram=True)
    answer(studying, Rating.AGAIN)
    assert studying.undo().message == "Undid: Again on a-open"
    assert (studying.desk.answered, len(studying.desk.left)) == (0, 1)
    assert studying.redo().message == "Redid: Again on a-open"
    assert (studying.desk.answered, len(studying.desk.left)) == (1, 1)
    assert studying.redo() == Outcome(Change.NOTHING, "Nothing to redo.")
    studying.undo()
    answer(studying, Rating.GOOD)  # the repeat that Again had asked for is taken back with it
    assert isinstance(studying.phase, Summary)


def test_cramming_keeps_no_notes_and_puts_no_card_away(core: Core) -> None:
    studying = begin(core, "a-open", cram=True)
    for change in (studying.bury, studying.suspend, lambda: studying.note("ask why")):
        with pytest.raises(QuizError, match="leaves the cards and their schedule as they are"):
            change()
    assert core.store.states() == {}


def test_no_night_ends_a_cram(core: Core, clock: Clock) -> None:
    studying = begin(core, "a-open", "a-choice", cram=True)
    answer(studying, Rating.GOOD)
    clock.forward(days=1)
    assert studying.goes_on(None)
    assert answer(studying, Rating.GOOD).message == ""
