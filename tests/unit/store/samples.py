"""A store in a temporary folder, and actions to put into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from quizapp.settings import StudySettings
from quizapp.store import Store
from quizapp.study import actions
from quizapp.study.actions import Action
from quizapp.study.calendar import Calendar
from quizapp.study.model import Answer, CardState, Phase, Rating
from quizapp.study.schedule import Scheduler

NOW = datetime(2026, 1, 5, 18, 0, 0, 123456, tzinfo=UTC)
RULES = Scheduler(StudySettings(), Calendar(UTC))


def open_store(folder: Path, clock: Callable[[], datetime] = lambda: NOW) -> Store:
    """Open the database of a folder."""
    return Store(folder / "quizapp.sqlite", clock)


def rate(
    store: Store, card: str, rating: int = 3, at: datetime = NOW, answer: Answer | None = None
) -> Action:
    """Rate a card as it is now, and commit."""
    action = actions.rate(store.state(card), answer or Answer(Rating(rating)), at, RULES)
    return store.commit(action, RULES).action


def action_of(state: CardState, kind: str, number: int, now: datetime) -> Action:
    """Return an action of a kind."""
    makers: dict[str, Callable[[], Action]] = {
        "rate": lambda: actions.rate(state, Answer(Rating(1 + number % 4)), now, RULES),
        "bury": lambda: actions.bury(state, now, RULES),
        "unbury": lambda: actions.bring_back(state, now, RULES.calendar.day(now)),
        "suspend": lambda: actions.suspend(state, now),
        "unsuspend": lambda: actions.unsuspend(state, now),
        "tick": lambda: actions.tick(state, number % 3, now),
        "note": lambda: actions.note(state, f"note {number} → α", now),
    }
    return makers[kind]()


KINDS = ("rate", "bury", "unbury", "suspend", "unsuspend", "tick", "note")
steps = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.sampled_from((*KINDS, "undo", "redo", "undo", "redo"))
    ),
    max_size=40,
)

_days = st.dates(datetime(2000, 1, 1).date(), datetime(2090, 1, 1).date())
_instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
states = st.builds(
    CardState,
    card=st.text(min_size=1, max_size=8),
    phase=st.sampled_from(Phase),
    step=st.none() | st.integers(0, 5),
    stability=st.none() | st.floats(0.001, 36500),
    difficulty=st.none() | st.floats(1, 10),
    due=st.none() | _instants,
    due_day=st.none() | _days,
    interval=st.integers(0, 36500),
    last_review=st.none() | _instants,
    last_day=st.none() | _days,
    reps=st.integers(0, 999),
    lapses=st.integers(0, 999),
    suspended=st.booleans(),
    buried_until=st.none() | _days,
    ticked=st.lists(st.integers(0, 20), unique=True).map(lambda points: tuple(sorted(points))),
    note=st.text(max_size=20),
)


def minutes(number: int) -> datetime:
    """Return an instant some minutes after NOW."""
    return NOW + timedelta(minutes=number)
