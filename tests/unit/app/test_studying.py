"""Studying without a screen: phases, what each allows, and what each action leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import KEPT
from quizapp.app.phases import Confidence, Idle, OnCard, Question, Revealed, Summary
from quizapp.app.scope import Scope
from quizapp.app.studying import Change, Outcome, Studying
from quizapp.errors import QuizError
from quizapp.study.model import Phase, Rating
from tests.conftest import LATER, Clock, Make


def begin(core: Core, *cards: str, cram: bool = False) -> Studying:
    """Begin a sitting over some cards."""
    studying = Studying(core)
    studying.start(Scope("some cards", frozenset(cards), cram))
    return studying


def card(studying: Studying) -> str | None:
    """Return the id of the card that is asked; None on the summary."""
    return studying.phase.card.id if isinstance(studying.phase, OnCard) else None


def revealed(studying: Studying) -> Revealed:
    """Show the answer; return the phase after it."""
    studying.reveal(())
    assert isinstance(studying.phase, Revealed)
    return studying.phase


def answer(studying: Studying, *ratings: Rating) -> Outcome:
    """Reveal and rate one card after another."""
    for rating in ratings:
        studying.reveal(())
        outcome = studying.rate(rating)
    return outcome


def rated(core: Core) -> list[tuple[str, Rating]]:
    """Return the ratings of the log."""
    return [(review.card, review.rating) for review in core.store.reviews()]


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
    assert studying.phase == asked


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


def test_cramming_keeps_no_notes_and_puts_no_card_away(core: Core) -> None:
    studying = begin(core, "a-open", cram=True)
    for change in (studying.bury, studying.suspend, lambda: studying.note("ask why")):
        with pytest.raises(QuizError, match="leaves the cards and their schedule as they are"):
            change()
    assert core.store.states() == {}


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


def test_an_answer_of_the_evening_can_be_taken_back_in_the_morning(
    core: Core, clock: Clock
) -> None:
    studying = begin(core, "a-open", "a-choice")
    first = card(studying)
    answer(studying, Rating.EASY)
    clock.forward(days=1)
    assert studying.undo().message == f"Undid: Easy on {first}"
    assert card(studying) == first


def test_no_night_ends_a_cram(core: Core, clock: Clock) -> None:
    studying = begin(core, "a-open", "a-choice", cram=True)
    answer(studying, Rating.GOOD)
    clock.forward(days=1)
    assert studying.goes_on(None)
    assert answer(studying, Rating.GOOD).message == ""
