"""Asking for the day to be ready for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from quizapp.tui.screens.dialog import Dialog


@dataclass(frozen=True)
class Chosen:
    """The day that was set; None removes it."""

    day: date | None


class DayField(Input):
    """Where the day is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Set it", id="interview-date.set")
    ]


class InterviewDate(Dialog[Chosen | None]):
    """One line to type a date or a number of days in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="interview-date.cancel")
    ]

    def __init__(self, day: date | None, today: date) -> None:
        super().__init__()
        self._day = day
        self._today = today

    def compose(self) -> ComposeResult:
        """Show the box."""
        with Vertical(classes="box small") as box:
            box.border_title = "interview date"
            yield Static(
                "When is it? A date such as 2027-03-01, or a number of days. "
                "Leave the line empty to remove the date.",
                classes="space",
            )
            day = "" if self._day is None else self._day.isoformat()
            field = DayField(day, compact=True)
            field.cursor_blink = False
            yield field
            yield Static("", id="problem", classes="quiet", markup=False)

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(Chosen(read_day(event.value, self._today)))
        except ValueError as error:
            self.query_one("#problem", Static).update(str(error))


def read_day(text: str, today: date) -> date | None:
    """Return the day that was typed; None for nothing.

    Raises:
        ValueError: it is not a date or lies before today, with a sentence.
    """
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,4}", text):
        return today + timedelta(days=int(text))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a date; write it like {today.isoformat()}.") from None
    if day < today:
        raise ValueError(f"{day.isoformat()} has passed.")
    return day
