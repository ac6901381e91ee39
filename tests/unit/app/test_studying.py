"""Studying without a screen: phases, what each allows, and what each action leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import KEPT
from quizapp.app.phases import Confidence, Idle, OnCard, Question, Revealed, Summary
from quizapp.app.scope import Scope
from quizapp.app.studying import Change, Outcome, Studying
from quizapp.errors import QuizError
from quizapp.study.model import Phase, Rating
from tests.conftest import Clock, Make
from tests.unit.app.answering import answer, begin, card, rated, revealed


def test_before_the_first_sitting_nothing_can_be_done(core: Core) -> None:
    assert Studying(core).phase == Idle()
    assert Idle().actions == frozenset()


def test_a_sitting_goes_on_with_its_scope_or_with_any(core: Core) -> None:
    studying = Studying(core)
    assert not studying.goes_on(None)
    studying.start(Scope("one", frozenset({"a-open"})))
    assert studying.goes_on(None)
    assert studying.goes_on(Scope("one", frozenset({"a-open"})))
    assert not studying.goes_on(Scope())
    answer(studying, Rating.EASY)
    assert not studying.goes_on(None)


def test_the_hidden_answer_can_be_revealed_but_not_rated(core: Core) -> None:
    studying = begin(core, "a-open")
    asked = studying.phase
    assert isinstance(asked, Question)
    assert asked.actions >= {"reveal", "hint", "type", "demo", "edit", "info", "undo", *KEPT}
    assert not asked.actions & {"rate", "tick", "sure", "follow_ups", "references", "go_on"}
    assert studying.rate(Rating.GOOD) == Outcome(Change.NOTHING)
    assert studying.phase is asked
    assert rated(core) == []


def test_a_question_offers_what_its_card_has(core: Core) -> None:
    choice = begin(core, "a-choice").phase
    assert "hint" in choice.actions
    assert not choice.actions & {"type", "demo", "predict", "code"}
    assert all("type" in begin(core, f"a-{kind}").phase.actions for kind in ("number", "cloze"))
    figure = begin(core, "b-curve")
    assert not figure.phase.actions & {"hint", "demo"}
    assert revealed(figure).actions >= {"demo", "predict", "code"}  # it would tell before


def test_the_answer_can_be_rated_and_followed_up(core: Core) -> None:
    studying = begin(core, "a-open")
    shown = revealed(studying)
    assert shown.actions >= {"rate", "tick", "follow_ups", "references", "demo", *KEPT}
    assert not shown.actions & {"reveal", "hint", "type"}
    assert studying.reveal(()) == Outcome(Change.NOTHING)
    assert studying.hint() == Outcome(Change.NOTHING)
    assert studying.phase is shown
    assert not revealed(begin(core, "a-choice")).actions & {"follow_ups", "references", "demo"}


def test_a_rating_is_in_the_log_before_the_next_card_shows(core: Core) -> None:
    studying = begin(core, "a-open", "a-choice")
    first = card(studying)
    assert answer(studying, Rating.EASY).change is Change.CARD
    assert rated(core) == [(first, Rating.EASY)]
    assert card(studying) not in (first, None)


def test_what_the_learner_did_is_kept_with_the_rating(core: Core, clock: Clock) -> None:
    studying = begin(core, "a-open")
    clock.forward(seconds=30)
    assert studying.hint().change is Change.HINT
    studying.reveal(("d1 h",))
    studying.tick(0)
    studying.watch.pause()
    clock.forward(seconds=60)
    studying.watch.resume()
    clock.forward(seconds=11)
    studying.rate(Rating.HARD, "2", True)
    [review] = core.store.reviews()
    kept = review.answer
    assert (kept.response, kept.hint_used, kept.elapsed_ms) == ("d1 h", True, 41_000)
    assert (kept.prediction, kept.prediction_right) == ("2", True)
    assert (kept.all_musts, review.ticked) == (True, (0,))
    assert core.store.state("a-open").ticked == ()


def test_the_clock_begins_anew_with_each_card(core: Core, clock: Clock) -> None:
    studying = begin(core, "a-open", "a-choice")
    clock.forward(seconds=30)
    answer(studying, Rating.EASY)
    clock.forward(seconds=5)
    answer(studying, Rating.EASY)
    assert [review.answer.elapsed_ms for review in core.store.reviews()] == [30_000, 5_000]


def test_ticks_suggest_the_rating(core: Core) -> None:
    studying = begin(core, "a-open")
    shown = revealed(studying)
    assert (shown.suggested, shown.all_musts) == (None, False)
    assert shown.advice == "Tick what you said; that suggests a rating."
    assert studying.tick(1) == Outcome(Change.MARKS)
    assert isinstance(studying.phase, Revealed)
    assert (studying.phase.suggested, studying.phase.all_musts) == (Rating.AGAIN, False)
    assert studying.phase.advice == "A must-have point is missing. Again suggested."
    assert core.store.state("a-open").ticked == (1,)
    studying.tick(0)
    assert (studying.phase.suggested, studying.phase.all_musts) == (Rating.GOOD, True)
    assert studying.phase.advice == "2 of 2 key points. Good suggested."


def test_the_hint_turns_a_full_rubric_into_hard(core: Core) -> None:
    studying = begin(core, "a-open")
    studying.hint()
    assert "hint" not in studying.phase.actions
    revealed(studying)
    studying.tick(0)
    studying.tick(1)
    assert isinstance(studying.phase, Revealed)
    assert studying.phase.suggested is Rating.HARD
    assert studying.phase.advice == "2 of 2 key points. The hint was used. Hard suggested."


def test_a_graded_answer_suggests_its_rating_and_an_ungraded_one_none(core: Core) -> None:
    studying = begin(core, "a-choice")
    studying.reveal(("the first",))
    assert isinstance(studying.phase, Revealed)
    assert studying.phase.suggested is Rating.AGAIN
    assert studying.phase.advice == "Another option. Again suggested."
    aloud = revealed(begin(core, "a-choice"))
    assert (aloud.suggested, aloud.all_musts) == (None, None)
    assert aloud.advice == "Compare with the answer and rate yourself."


def test_what_cannot_be_graded_leaves_the_question_open(make_core: Make) -> None:
    studying = begin(make_core(confidence=True), "a-number")
    asked = studying.phase
    studying.reveal(("3,2",))
    assert isinstance(studying.phase, Confidence)
    with pytest.raises(QuizError, match="comma"):
        studying.sure(("3,2",), 2)
    assert isinstance(asked, Question)
    still: object = studying.phase
    assert still == replace(asked, refused=("3,2",))


def test_words_for_a_number_show_the_answer_the_second_time_and_the_learner_judges(
    core: Core,
) -> None:
    studying = begin(core, "a-number")
    for words in ("about thirty", "thirty-two"):
        with pytest.raises(QuizError, match="is not a number"):
            studying.reveal((words,))
    assert studying.reveal(("thirty-two",)).change is Change.ANSWER
    shown = studying.phase
    assert isinstance(shown, Revealed)
    assert (shown.response, shown.grade, shown.suggested) == ("thirty-two", None, None)


def test_the_confidence_is_asked_before_the_reveal_if_wanted(make_core: Make) -> None:
    core = make_core(confidence=True)
    studying = begin(core, "a-open", "a-choice")
    assert studying.reveal(()).change is Change.CONFIDENCE
    assert studying.phase.actions >= {"sure", "reveal"}
    assert "rate" not in studying.phase.actions
    assert studying.sure((), 2).change is Change.ANSWER
    studying.rate(Rating.EASY)
    studying.reveal(())
    assert studying.reveal(()).change is Change.ANSWER  # leaves it open
    studying.rate(Rating.EASY)
    assert [review.answer.confidence for review in core.store.reviews()] == [2, None]


def test_the_intervals_are_shown_unless_the_settings_hide_them(make_core: Make) -> None:
    shown = revealed(begin(make_core(), "a-open"))
    assert shown.intervals[Rating.AGAIN] == timedelta(minutes=1)
    assert shown.intervals[Rating.GOOD] == timedelta(minutes=10)
    assert revealed(begin(make_core(intervals=False), "a-open")).intervals == {}


def test_the_summary_holds_the_answers_that_stand(core: Core) -> None:
    studying = begin(core, "a-open")
    answer(studying, Rating.EASY)
    assert isinstance(studying.phase, Summary)
    assert studying.phase.title == "some cards"
    assert [(name, given.rating) for name, given in studying.phase.given] == [
        ("a-open", Rating.EASY)
    ]
    assert studying.phase.next_step is None


def test_progress_counts_answers_and_the_cards_still_to_come(core: Core) -> None:
    studying = begin(core, "a-open", "a-choice")

    def progress() -> tuple[int, int]:
        return studying.desk.answered, len(studying.desk.left)

    seen = [progress()]
    answer(studying, Rating.GOOD)  # comes back in ten minutes: still to come
    seen.append(progress())
    answer(studying, Rating.EASY)
    seen.append(progress())
    studying.undo()
    seen.append(progress())
    studying.redo()
    seen.append(progress())
    assert seen == [(0, 2), (1, 2), (2, 1), (1, 2), (2, 1)]


def test_a_learning_step_is_asked_ahead_and_then_the_card_is_learned(core: Core) -> None:
    studying = begin(core, "a-open")
    answer(studying, Rating.GOOD)
    assert card(studying) == "a-open"  # ten minutes are within the learn-ahead limit
    answer(studying, Rating.GOOD)
    assert card(studying) is None
    assert core.store.state("a-open").phase is Phase.REVIEW


def test_going_on_asks_a_card_that_has_become_due(make_core: Make, clock: Clock) -> None:
    core = make_core(learn_ahead=timedelta(0))
    studying = begin(core, "a-open")
    answer(studying, Rating.GOOD)
    assert isinstance(studying.phase, Summary)
    assert studying.phase.next_step == clock.now + timedelta(minutes=10)
    studying.advance()
    assert card(studying) is None
    clock.forward(minutes=10)
    studying.advance()
    assert card(studying) == "a-open"


def test_a_note_is_kept_and_a_result_is_put_below_it(core: Core) -> None:
    studying = begin(core, "a-open")
    studying.add_to_note("first")
    studying.add_to_note("second")
    assert core.store.state("a-open").note == "first\n\nsecond"
    assert isinstance(studying.phase, OnCard)
    assert studying.phase.state.note == "first\n\nsecond"


def test_a_card_that_is_forgotten_again_and_again_is_called_a_leech(
    make_core: Make, clock: Clock
) -> None:
    core = make_core(leech_at=1)
    answer(begin(core, "a-open"), Rating.EASY)
    clock.forward(days=60)
    outcome = answer(begin(core, "a-open"), Rating.AGAIN)
    assert outcome.warning == "a-open is a leech: lapsed 1 time. Rewrite it, or suspend it."


def test_a_rating_that_cannot_be_written_has_not_happened(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    studying = begin(core, "a-open", "a-choice")
    shown = revealed(studying)
    core.store.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(QuizError):
        studying.rate(Rating.GOOD)
    assert studying.phase is shown
    core.store.connection.execute("PRAGMA query_only = OFF")
    assert studying.rate(Rating.GOOD).change is Change.CARD
    assert rated(core) == [(shown.card.id, Rating.GOOD)]


def test_a_sitting_left_open_over_night_begins_anew_with_the_new_day(
    make_core: Make, clock: Clock
) -> None:
    core = make_core(new_per_day=2)
    studying = Studying(core)
    studying.start(Scope())
    answer(studying, Rating.EASY)
    assert (studying.desk.answered, len(studying.desk.left)) == (1, 1)
    assert studying.goes_on(None)
    clock.forward(days=15)
    assert not studying.goes_on(None)
    assert not studying.goes_on(Scope())
    assert studying.scope == Scope()
    left = card(studying)
    outcome = answer(studying, Rating.EASY)  # the card of that evening is still on the screen
    assert outcome.message == "A new study day"
    assert rated(core)[-1] == (left, Rating.EASY)
    assert studying.desk.answered == 0
    assert len(studying.desk.left) == 1 + 1  # the first card is due; one new card is left today
    assert core.store.day_counts(core.today).new == 1
