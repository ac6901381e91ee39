"""Choosing a mock interview: level, number of questions, minutes, topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from quizapp.cards.model import Deck
from quizapp.study.interview import LEVELS, InterviewSpec
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.row_list import RowList

COUNTS = (3, 4, 5, 6, 8, 10, 12, 15)
MINUTES = (5, 10, 15, 20, 30, 45, 60, 90)
CHOICES: dict[str, Sequence[str | float]] = {
    "level": LEVELS,
    "questions": COUNTS,
    "minutes": MINUTES,
}
NAMES = tuple(CHOICES)


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

        topics: tuple[str, ...]
        level: str
        count: int
        minutes: float

        def spec(self, seed: int) -> InterviewSpec:
            """Return the order for an interview."""
            return InterviewSpec(self.topics, self.level, self.count, self.minutes, seed)

    def __init__(self, decks: Sequence[Deck]) -> None:
        super().__init__(len(CHOICES) + len(decks), id="interview-setup")
        self._decks = decks
        self._choices = dict(CHOICES)
        self._places = {"level": 1, "questions": 4, "minutes": 4}
        self._topics: set[str] = set()

    def propose(self, spec: InterviewSpec) -> None:
        """Set the rows to an order; a number that is no choice yet becomes one."""
        wanted: dict[str, str | float] = {
            "level": spec.level,
            "questions": spec.count,
            "minutes": spec.minutes,
        }
        for name, value in wanted.items():
            choices = CHOICES[name]
            self._choices[name] = (
                choices if value in choices else sorted([*choices, value], key=float)
            )
            self._places[name] = list(self._choices[name]).index(value)
        self._topics = set(spec.topics)
        self.update_rows()

    def row(self, index: int) -> tuple[Content, Content]:
        """Return a value with its arrows, or a topic with its box."""
        if index < len(CHOICES):
            name = NAMES[index]
            chosen = self._choices[name][self._places[name]]
            value = Content.assemble(("◂ ", QUIET), _text(chosen), (" ▸", QUIET))
            return Content(f"{name:<12}"), value
        deck = self._decks[index - len(CHOICES)]
        box = "[x] " if deck.id in self._topics else "[ ] "
        first = "topics      " if index == len(CHOICES) else " " * 12
        every = "  none: all topics" if index == len(CHOICES) and not self._topics else ""
        return Content(first + box), Content.assemble(deck.title, (every, QUIET))

    def choose(self, index: int) -> None:
        """A click takes the next value, or ticks the topic."""
        if index < len(CHOICES):
            self.action_change(1)
        else:
            self.action_tick()

    def action_change(self, by: int) -> None:
        """Take the neighbouring value."""
        if self.cursor < len(CHOICES):
            name = NAMES[self.cursor]
            place = self._places[name] + by
            self._places[name] = max(0, min(place, len(self._choices[name]) - 1))
            self.update_rows()

    def action_tick(self) -> None:
        """Tick or untick the topic under the cursor."""
        if self.cursor >= len(CHOICES):
            self._topics ^= {self._decks[self.cursor - len(CHOICES)].id}
            self.update_rows()

    def action_begin(self) -> None:
        """Tell the screen to begin."""
        topics = tuple(deck.id for deck in self._decks if deck.id in self._topics)
        level, count, minutes = (self._choices[name][self._places[name]] for name in NAMES)
        self.post_message(self.Begin(topics, str(level), int(count), float(minutes)))


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
