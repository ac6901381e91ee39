"""Choosing a mock interview: level, number of questions, minutes, topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from quizapp.app.interview import Setup
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.row_list import RowList

FIELDS = {
    "level": "level",
    "count": "questions",
    "minutes": "minutes",
    "coding": "in code",
    "way": "way",
}
"""The fields of an `InterviewSpec` in the order of their rows, with their labels."""
NAMES = tuple(FIELDS)
WAYS = {
    "adaptive": "adaptive: each question follows from your answers",
    "fixed": "fixed: the same questions again for the same seed",
}


class InterviewSetup(RowList):
    """Rows to change with left and right; topics to tick; Enter begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "begin", "Begin", key_display="space", id="interview.begin"),
        Binding("left", "change(-1)", "Less", key_display="←", id="interview.less"),
        Binding("right", "change(1)", "More", key_display="→", id="interview.more"),
        Binding("x", "tick", "Tick topic", id="interview.topic"),
    ]

    @dataclass
    class Begin(Message):
        """The learner wants to begin."""

        setup: Setup

    def __init__(self, setup: Setup) -> None:
        super().__init__(len(FIELDS) + len(setup.titles), id="interview-setup")
        self._setup = setup
        self._topics = tuple(setup.titles)

    def row(self, index: int) -> tuple[Content, Content]:
        """Return a value with its arrows, or a topic with its box."""
        if index < len(FIELDS):
            name = NAMES[index]
            chosen = getattr(self._setup.spec, name)
            if name == "way":
                text = WAYS[chosen]
            elif name == "coding" and chosen is None:
                text = "1 from 45 minutes on"
            else:
                text = chosen if isinstance(chosen, str) else f"{chosen:g}"
            value = Content.assemble(("◂ ", QUIET), text, (" ▸", QUIET))
            return Content(f"{FIELDS[name]:<12}"), value
        topic = self._topics[index - len(FIELDS)]
        chosen_topics = self._setup.spec.topics
        box = "[x] " if topic in chosen_topics else "[ ] "
        first = "topics      " if index == len(FIELDS) else " " * 12
        every = "  none: all topics" if index == len(FIELDS) and not chosen_topics else ""
        return Content(first + box), Content.assemble(self._setup.titles[topic], (every, QUIET))

    def choose(self, index: int) -> None:
        """A click takes the next value, or ticks the topic."""
        if index < len(FIELDS):
            self.action_change(1)
        else:
            self.action_tick()

    def action_change(self, by: int) -> None:
        """Take the neighbouring value."""
        if self.cursor < len(FIELDS):
            self._show(self._setup.change(NAMES[self.cursor], by))

    def action_tick(self) -> None:
        """Tick or untick the topic under the cursor."""
        if self.cursor >= len(FIELDS):
            self._show(self._setup.toggle(self._topics[self.cursor - len(FIELDS)]))

    def action_begin(self) -> None:
        """Ask the screen to begin."""
        self.post_message(self.Begin(self._setup))

    def _show(self, setup: Setup) -> None:
        self._setup = setup
        self.update_rows()
