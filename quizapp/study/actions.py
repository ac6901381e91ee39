"""What a learner does to a card, as values: each knows the state before and after, and its name.

An action is computed from the state the learner saw. If another window changed the card in the
meantime, `rebase` computes the same action again from the state as it is now, so neither is
lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from quizapp.study.model import Answer, CardState, Review
from quizapp.study.schedule import Scheduler


class Kind(StrEnum):
    """What was done."""

    RATE = "rate"
    BURY = "bury"
    UNBURY = "unbury"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    TICK = "tick"
    NOTE = "note"


_CHANGES = {
    Kind.BURY: ("buried_until",),
    Kind.UNBURY: ("buried_until", "due", "due_day", "last_review", "last_day"),
    Kind.SUSPEND: ("suspended",),
    Kind.UNSUSPEND: ("suspended",),
    Kind.TICK: ("ticked",),
    Kind.NOTE: ("note",),
}
"""The fields of the state that each kind but RATE sets."""


@dataclass(frozen=True, slots=True)
class Action:
    """What undo takes back as one step, ready to be stored."""

    kind: Kind
    name: str
    """What the learner reads: "Good on lora-rank"."""
    at: datetime
    """UTC."""
    before: CardState
    after: CardState
    review: Review | None = None
    """The row of the review log; only of RATE."""

    @property
    def card(self) -> str:
        """The card it was done to."""
        return self.after.card


def rate(state: CardState, answer: Answer, now: datetime, scheduler: Scheduler) -> Action:
    """Return the action that rates a card."""
    after = scheduler.review(state, answer.rating, now)
    calendar = scheduler.calendar
    review = Review(
        card=state.card,
        at=now.astimezone(UTC),
        day=calendar.day(now),
        tz_offset=calendar.offset_minutes(now),
        phase=state.phase,
        interval=state.interval,
        answer=answer,
        ticked=state.ticked,
    )
    name = f"{answer.rating.label} on {state.card}"
    return Action(Kind.RATE, name, review.at, state, after, review)


def bury(state: CardState, now: datetime, scheduler: Scheduler) -> Action:
    """Return the action that puts a card off until the next study day."""
    tomorrow = scheduler.calendar.day(now) + timedelta(days=1)
    return _change(Kind.BURY, "Bury", state, now, buried_until=tomorrow)


def bring_back(state: CardState, now: datetime, today: date) -> Action:
    """Return the action that asks a card today which was put off while the clock was ahead."""
    at = now.astimezone(UTC)
    return _change(
        Kind.UNBURY,
        "Bring back",
        state,
        now,
        buried_until=None,
        due=None if state.due is None else min(state.due, at),
        due_day=None if state.due_day is None else min(state.due_day, today),
        last_review=None if state.last_review is None else min(state.last_review, at),
        last_day=None if state.last_day is None else min(state.last_day, today),
    )


def suspend(state: CardState, now: datetime) -> Action:
    """Return the action that takes a card out of study until it is unsuspended."""
    return _change(Kind.SUSPEND, "Suspend", state, now, suspended=True)


def unsuspend(state: CardState, now: datetime) -> Action:
    """Return the action that brings a suspended card back."""
    return _change(Kind.UNSUSPEND, "Unsuspend", state, now, suspended=False)


def tick(state: CardState, point: int, now: datetime) -> Action:
    """Return the action that ticks a key point of the answer in progress, or unticks it."""
    had = point in state.ticked
    ticked = {*state.ticked} ^ {point}
    verb = "Untick" if had else "Tick"
    return _change(Kind.TICK, f"{verb} point {point + 1}", state, now, ticked=tuple(sorted(ticked)))


def note(state: CardState, text: str, now: datetime) -> Action:
    """Return the action that replaces the learner's note on a card."""
    return _change(Kind.NOTE, "Note", state, now, note=text)


def rebase(action: Action, current: CardState, scheduler: Scheduler) -> Action:
    """Return the same action on the card as it is now.

    Ticks made for the answer stay with it, wherever the other window's ticks stand.
    """
    if action.review is not None:
        again = rate(current, action.review.answer, action.at, scheduler)
        assert again.review is not None
        return replace(again, review=replace(again.review, ticked=action.review.ticked))
    fields = {field: getattr(action.after, field) for field in _CHANGES[action.kind]}
    after = replace(current, **fields)
    return replace(action, before=current, after=after)


def _change(kind: Kind, verb: str, state: CardState, now: datetime, **fields: object) -> Action:
    after = replace(state, **fields)  # type: ignore[arg-type]  # one known field per kind
    return Action(kind, f"{verb} on {state.card}", now.astimezone(UTC), state, after)
