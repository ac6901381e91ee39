"""What a placement assumes is studied as if it had been learned, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.app.overview import overview
from quizapp.app.placement import Placing
from quizapp.cards.kinds.body import Body
from quizapp.errors import QuizError
from quizapp.study.model import Phase, Rating
from quizapp.study.placement import CHECK_AFTER, CHECK_OVER
from tests.conftest import Clock, Make
from tests.unit.app.answering import begin, revealed
from tests.unit.app.placing import FACTS, only_facts


@pytest.fixture
def placed(decks: Path, make_core: Make) -> Core:
    """A learner who answered everything right in a placement over one deck."""
    core = only_facts(decks, make_core)
    placing = Placing(core)
    while (card := placing.card) is not None:
        body: Body = card.body
        assert placing.answer(body.right)
    placing.finish()
    assert len(placing.cards) >= 4
    return core


def test_an_assumed_card_is_scheduled_as_its_buttons_say(placed: Core, clock: Clock) -> None:
    card = Placing(placed).cards[0]
    clock.forward(days=CHECK_AFTER + CHECK_OVER)
    studying = begin(placed, card)
    studying.tick(0)
    wait = revealed(studying).intervals[Rating.GOOD]
    assert wait > timedelta(days=30)
    studying.rate(Rating.GOOD)
    state = placed.store.state(card)
    assert (state.phase, state.due_day) == (Phase.REVIEW, placed.today + wait)
    studying.undo()
    assert placed.store.state(card).phase is Phase.NEW
    assert revealed(studying).intervals[Rating.GOOD] == wait


def test_what_cannot_be_written_was_not_answered_and_not_assumed(
    decks: Path, make_core: Make
) -> None:
    core = make_core()
    placing = Placing(core)
    before = placing.card
    assert before is not None
    core.store.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(QuizError):
        placing.answer(before.body.right)
    with pytest.raises(QuizError):
        placing.finish()
    assert (placing.asked, placing.card, placing.made) == (0, before, False)
    core.store.connection.execute("PRAGMA query_only = OFF")
    placing.answer(before.body.right)
    assert placing.asked == 1


def test_home_counts_what_study_will_ask(placed: Core, clock: Clock) -> None:
    assumed = len(Placing(placed).cards)
    found = overview(placed)
    assert (found.due, found.unseen) == (0, len(placed.library.cards) - assumed)
    clock.forward(days=CHECK_AFTER + CHECK_OVER)
    assert overview(placed).due == assumed


def test_an_assumed_card_may_be_renamed(placed: Core, decks: Path) -> None:
    card = Placing(placed).cards[0]
    text = FACTS.replace(f"id: {card}\n", f"id: renamed\n  aliases: [{card}]\n")
    (decks / "facts.yaml").write_text(text, encoding="utf-8")
    placed.read_cards()
    assert placed.states()["renamed"].learned
    assert "renamed" in Placing(placed).cards
