"""Asking how much time there is: the presets."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.study.presets import PRESETS, Preset
from quizapp.study.readiness import InterviewPlan
from quizapp.text import plural
from quizapp.tui.screens.dialog import Dialog


class Plans(OptionList):
    """The presets to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Start studying by it", id="presets.choose")
    ]


class Presets(Dialog[str | None]):
    """One preset a row; Enter starts it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="presets.cancel")
    ]

    def __init__(self, plan: InterviewPlan | None) -> None:
        """Take what the interview date asks of today."""
        super().__init__()
        self._plan = plan

    def compose(self) -> ComposeResult:
        """Show the box."""
        with Vertical(classes="box") as box:
            box.border_title = "study by a plan: how much time is there?"
            yield Plans(*(Option(_row(preset), preset.id) for preset in PRESETS))
            yield Static("⏎ asks the first card of the plan at once.", classes="quiet")
            if self._plan is not None:
                yield Static(
                    f"Space on Home fits the {plural(self._plan.days_left, 'day')} to the "
                    f"interview: {plural(self._plan.new_a_day, 'new card')} a day. A preset keeps "
                    "its own number; the interview cuts one that is longer, and what most other "
                    "cards build on stays.",
                    classes="quiet",
                )

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def _row(preset: Preset) -> Content:
    return Content.assemble(
        (preset.title, "bold"),
        f" · {preset.new_per_day} new cards a day, {plural(preset.days, 'day')}\n",
        (f"{preset.about}\n", "$text-muted"),
    )
