"""Studying: what undo takes back, and what an edit of the cards changes under a sitting."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quizapp.app.core import Core
from quizapp.app.phases import Question, Revealed, Summary
from quizapp.app.studying import Change, Outcome, Studying
from quizapp.study.model import Phase, Rating
from tests.conftest import Clock, Make
from tests.unit.app.answering import answer, begin, card, rated, revealed


def test_undo_asks_the_card_again_and_redo_rates_it(core: Core) -> None:
    studying = begin(core, "a-open", "a-choice")
    first = card(studying)
    answer(studying, Rating.EASY)
    undone = studying.undo()
    assert undone == Outcome(Change.CARD, f"Undid: Easy on {first}")
    assert card(studying) == first
    assert isinstance(studying.phase, Question)
    assert rated(core) == []
    assert studying.redo() == Outcome(Change.CARD, f"Redid: Easy on {first}")
    assert rated(core) == [(first, Rating.EASY)]


def test_undoing_a_tick_or_a_note_leaves_the_answer_where_it_is(core: Core) -> None:
    studying = begin(core, "a-open")
    studying.reveal(("my words",))
    studying.tick(0)
    studying.tick(1)
    assert studying.undo().change is Change.MARKS
    assert isinstance(studying.phase, Revealed)
    assert (studying.phase.response, studying.phase.state.ticked) == ("my words", (0,))
    assert studying.redo().change is Change.MARKS
    assert studying.phase.state.ticked == (0, 1)
    studying.note("ask why")
    assert studying.undo().message == "Undid: Note on a-open"
    assert studying.phase.state.note == ""


def test_where_nothing_was_done_nothing_is_undone(core: Core) -> None:
    studying = begin(core, "a-open")
    assert studying.undo() == Outcome(Change.NOTHING, "Nothing to undo.")
    assert studying.redo() == Outcome(Change.NOTHING, "Nothing to redo.")


def test_undo_works_on_the_summary_and_after_a_restart(make_core: Make, clock: Clock) -> None:
    core = make_core()
    answer(begin(core, "a-open"), Rating.EASY)
    core.close()
    clock.forward(minutes=1)
    again = make_core()
    studying = begin(again, "a-open")
    assert isinstance(studying.phase, Summary)
    assert studying.phase.actions == {"go_on", "undo", "redo"}
    assert studying.undo().change is Change.CARD
    assert card(studying) == "a-open"
    assert again.store.state("a-open").phase is Phase.NEW


@pytest.mark.parametrize(
    ("put_away", "says"),
    [
        (Studying.bury, "a-open rests until tomorrow"),
        (Studying.suspend, "a-open is out of study"),
    ],
)
def test_a_card_that_is_put_away_is_not_asked_and_undo_brings_it_back(
    core: Core, put_away: Callable[[Studying], Outcome], says: str
) -> None:
    studying = begin(core, "a-open")
    assert put_away(studying) == Outcome(Change.CARD, says)
    state = core.store.state("a-open")
    assert state.suspended or state.is_buried(core.today)
    assert card(studying) is None
    studying.undo()
    assert card(studying) == "a-open"


def test_an_edit_shows_the_card_as_it_is_and_leaves_one_that_is_the_same(core: Core) -> None:
    studying = begin(core, "a-open")
    shown = revealed(studying)
    core.read_cards()
    assert studying.after_edit(frozenset()) == Outcome(Change.NOTHING)
    assert studying.phase is shown
    deck = core.paths.content[0] / "alpha.yaml"
    deck.write_text(deck.read_text().replace("zero at the start", "so small"), encoding="utf-8")
    core.read_cards()
    assert studying.after_edit(frozenset()).change is Change.CARD
    assert isinstance(studying.phase, Question)
    assert studying.phase.card.question == "Why is `B` so small?"


def test_a_card_that_an_edit_removed_is_asked_no_more(core: Core) -> None:
    studying = begin(core, "b-open")
    deck = core.paths.content[0] / "beta.yaml"
    deck.write_text(deck.read_text().replace("id: b-open", "id: b-other"), encoding="utf-8")
    core.read_cards()
    assert studying.after_edit(frozenset({"b-open"})).change is Change.CARD
    assert isinstance(studying.phase, Summary)


def test_an_answer_of_the_evening_can_be_taken_back_in_the_morning(
    core: Core, clock: Clock
) -> None:
    studying = begin(core, "a-open", "a-choice")
    first = card(studying)
    answer(studying, Rating.EASY)
    clock.forward(days=1)
    assert studying.undo().message == f"Undid: Easy on {first}"
    assert card(studying) == first
