"""Sittings and home over a real database: what was not written has not happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from quizapp.app.core import Core
from quizapp.app.desk import Sitting
from quizapp.app.overview import overview
from quizapp.app.scope import Scope
from quizapp.errors import QuizError
from quizapp.paths import Paths
from quizapp.settings import Settings
from quizapp.study.model import Answer, Rating

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def deck(*cards: str) -> str:
    """Return the text of a deck."""
    lines = ["deck: alpha", "title: Alpha", "cards:"]
    for card in cards:
        name, _, alias = card.partition(" was ")
        lines += [f"- id: {name}", "  kind: open", "  question: What?", "  answer: That."]
        lines += ["  difficulty: mid", "  key_points: [{point: it is, must: true}]"]
        lines += [f"  aliases: [{alias}]"] if alias else []
    return "\n".join(lines)


@dataclass
class Clock:
    """Time that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def opened(home: Path, *cards: str, clock: Callable[[], datetime] = lambda: NOW) -> Core:
    """Open the app over a deck of these cards."""
    (home / "decks").mkdir(exist_ok=True)
    (home / "decks" / "alpha.yaml").write_text(deck(*cards), encoding="utf-8")
    return Core(
        paths=Paths(home, home / "cache", home, (home / "decks",), ()),
        settings=Settings(),
        clock=clock,
        monotonic=lambda: 0.0,
        tz=UTC,
        random=Random(0),
    )


ACTIONS: dict[str, Callable[[Sitting], object]] = {
    "rate": lambda sitting: sitting.rate(Answer(Rating.EASY)),
    "bury": Sitting.bury,
    "suspend": Sitting.suspend,
    "tick": lambda sitting: sitting.tick(0),
    "note": lambda sitting: sitting.note("mine"),
    "undo": Sitting.undo,
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_that_cannot_be_written_has_not_happened(tmp_path: Path, name: str) -> None:
    core = opened(tmp_path, "a", "b", "c")
    sitting = Sitting(core, Scope())
    sitting.rate(Answer(Rating.EASY))
    before = (sitting.card, sitting.state, sitting.left, sitting.answered)
    core.store.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(QuizError, match="cannot be used"):
        ACTIONS[name](sitting)
    assert (sitting.card, sitting.state, sitting.left, sitting.answered) == before
    core.store.connection.execute("PRAGMA query_only = OFF")
    ACTIONS[name](sitting)
    assert (sitting.card, sitting.state, sitting.left, sitting.answered) != before
    core.close()


def test_a_card_stays_while_it_is_ticked_though_a_step_has_become_due(tmp_path: Path) -> None:
    clock = Clock()
    core = opened(tmp_path, "a", "b", clock=clock)
    sitting = Sitting(core, Scope())
    first = sitting.card
    sitting.rate(Answer(Rating.AGAIN))
    second = sitting.card
    assert first is not None and second is not None and first.id != second.id
    clock.now += timedelta(minutes=5)
    sitting.tick(0)
    sitting.note("mine")
    assert sitting.card == second and sitting.state.ticked == (0,)
    sitting.rate(Answer(Rating.EASY))
    assert sitting.card == first
    core.close()


def test_every_answer_of_a_day_is_counted_on_home(tmp_path: Path) -> None:
    clock = Clock(NOW - timedelta(days=13))
    core = opened(tmp_path, "a", clock=clock)
    sitting = Sitting(core, Scope())
    for _ in range(2):
        sitting.rate(Answer(Rating.AGAIN))
        clock.now += timedelta(minutes=2)
        sitting.advance()
    clock.now = NOW
    [row] = overview(core).topics
    assert row.activity == (2, *[0] * 13)
    clock.now += timedelta(days=1)
    assert sum(overview(core).topics[0].activity) == 0
    core.close()


def test_a_renamed_card_is_adopted_when_the_cards_are_read_and_not_by_a_look(
    tmp_path: Path,
) -> None:
    core = opened(tmp_path, "a", "b")
    sitting = Sitting(core, Scope("", frozenset({"a"})))
    sitting.rate(Answer(Rating.EASY))
    core.close()
    core = opened(tmp_path, "new was a", "b")
    assert core.library.aliases == {"a": "new"}
    core.store.connection.execute("PRAGMA query_only = ON")
    assert core.states()["new"].reps == 1
    assert core.store.aliases() == {"a": "new"}
    core.store.connection.execute("PRAGMA query_only = OFF")
    opened(tmp_path, "newer was new", "b").close()
    core.read_cards()
    assert set(core.states()) == {"newer"} and core.states()["newer"].reps == 1
    core.close()


def test_another_window_that_rated_the_card_meanwhile_is_followed(tmp_path: Path) -> None:
    core, other = opened(tmp_path, "a", "b"), opened(tmp_path, "a", "b")
    only = Scope("", frozenset({"a"}))
    sitting, elsewhere = Sitting(core, only), Sitting(other, only)
    assert elsewhere.rate(Answer(Rating.GOOD)) == ""
    assert sitting.rate(Answer(Rating.GOOD)) == (
        "a was answered in another window too; both answers count."
    )
    assert core.store.state("a").reps == 2
    assert sitting.card is None and sitting.answered == 2
    core.close()
    other.close()
