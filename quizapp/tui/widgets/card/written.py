"""Answering in writing: a text, a number, or the words in the gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from quizapp.tui.inline import inline
from quizapp.tui.widgets.card.answer_widget import AnswerWidget

if TYPE_CHECKING:
    from quizapp.cards.kinds.cloze import Cloze, Gap
    from quizapp.cards.kinds.number import Number

NAMED = {"minus", "at", "slash"}
"""Keys that type a character although Textual knows them by a name only."""


class Draft(TextArea, AnswerWidget):
    """The box for a written answer; Esc leaves it, and then keys are commands again."""

    DEFAULT_CSS = """
    Draft {
        height: auto;
        min-height: 3;
        max-height: 10;
        border: round $border;
        padding: 0 1;
        background: transparent;
        &:focus { border: round $primary; background-tint: $foreground 0%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Done typing", id="answer.leave")
    ]

    WRITING = "Type your answer; Ctrl+D shows the card's. Esc gives the keys back."
    """What to do while the box has the keys."""

    def __init__(self, placeholder: str) -> None:
        """`placeholder` says what to do while the box does not have the keys."""
        super().__init__(id="answer", placeholder=placeholder)
        self._aside = placeholder
        self.cursor_blink = False
        self.highlight_cursor_line = False

    @property
    def locked(self) -> bool:
        """Whether the text is fixed: after the reveal."""
        return self.read_only

    @locked.setter
    def locked(self, locked: bool) -> None:
        self.read_only = locked
        self.can_focus = not locked
        self.display = not locked or bool(self.text.strip())

    @property
    def response(self) -> str:
        """What was typed."""
        return self.text.strip()

    @property
    def given(self) -> tuple[str, ...]:
        """What was typed."""
        return (self.response,) if self.response else ()

    @given.setter
    def given(self, texts: Sequence[str]) -> None:
        self.text = "".join(texts)
        self.move_cursor(self.document.end)

    @property
    def text_box(self) -> Draft:
        """The box itself."""
        return self

    def on_focus(self) -> None:
        """Say how to leave the box."""
        self.placeholder = self.WRITING

    def on_blur(self) -> None:
        """Say how to come back."""
        self.placeholder = self._aside

    def take_focus(self) -> None:
        """Leave the keys to the screen: the answer may be spoken, so the box waits for `t`."""
        self.screen.set_focus(None)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Return whether a key types something here."""
        typed = key in NAMED or key == "enter"
        return super().check_consume_key(key, character) or (typed and not self.read_only)

    def action_leave(self) -> None:
        """Give the keys back to the screen."""
        self.screen.set_focus(None)


class InterviewDraft(Draft):
    """The box of an interview: it has the keys from the start, and every key types."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Aloud", id="answer.aloud")]

    WRITING = "Type your answer; Ctrl+D ends it. Esc to answer aloud."

    def __init__(self, text: str) -> None:
        """`text` is what was typed before."""
        super().__init__("Answer aloud; Space ends it. Or type.")
        self.text = text
        self.move_cursor(self.document.end)


class Field(Input):
    """A one-line answer; Esc leaves it, Enter submits it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Next", id="answer.submit"),
        Binding("escape", "leave", "Done typing", id="answer.leave-field"),
    ]

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key types something here."""
        return super().check_consume_key(key, character) or key in NAMED

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of a paste as one; Input would keep the first only."""
        event.text = " ".join(event.text.splitlines())

    def action_leave(self) -> None:
        """Give the keys back to the screen."""
        self.screen.set_focus(None)


class LastField(Field):
    """The field after which the answer is complete."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", id="answer.submit-last")
    ]


class NumberField(Field):
    """Takes what numbers are written with, then letters of a unit.

    A space is a command unless the number goes on at once.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Space, which the line of keys names, does the same.
        Binding("enter", "submit", "Done", show=False, id="answer.submit-number")
    ]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key belongs to a number such as 1e-4, 3/4, 4.2M, 10^6 or 5.6h."""
        if character is None:
            return key in ("minus", "slash")
        begins = re.fullmatch(r"[0-9.,+\-−/*x^_eEkKMBGT%$]", character)
        goes_on = self.value and (character.isalpha() or character in "·×|")
        return bool(begins or goes_on)

    @property
    def awaits_unit(self) -> bool:
        """Whether a number stands here that may go on after a space."""
        return bool(self.value.strip()) and not self.value.endswith(" ")

    async def _on_key(self, event: events.Key) -> None:
        if not self.check_consume_key(event.key, event.character):
            event.prevent_default()  # Input would take any printable key


class NumberAnswer(HorizontalGroup, AnswerWidget):
    """A number and its unit."""

    DEFAULT_CSS = """
    NumberAnswer {
        height: 1;
        Input { width: 24; }
        Static { width: 1fr; padding: 0 1; color: $text-muted; }
    }
    """

    def __init__(self, body: Number) -> None:
        super().__init__(id="answer")
        self._unit = body.unit
        self._field = NumberField("a number")

    def compose(self) -> ComposeResult:
        """The field and the unit."""
        yield self._field
        yield Static(self._unit, markup=False)

    @property
    def locked(self) -> bool:
        """Whether the number is fixed: after the reveal."""
        return self._field.disabled

    @locked.setter
    def locked(self, locked: bool) -> None:
        self._field.disabled = locked

    @property
    def given(self) -> tuple[str, ...]:
        """What was typed."""
        return tuple(filter(None, [self._field.value.strip()]))

    @given.setter
    def given(self, texts: Sequence[str]) -> None:
        self._field.value = "".join(texts)
        self._field.action_end()

    @property
    def text_box(self) -> Field:
        """The field."""
        return self._field

    @on(Input.Changed)
    def _offer_keys(self) -> None:
        """Letters are commands only while the field is empty."""
        self.screen.refresh_bindings()

    def take_focus(self) -> None:
        """Give the keys to the field."""
        self._field.focus()


class ClozeAnswer(VerticalGroup, AnswerWidget):
    """A text with gaps, filled as the learner types."""

    DEFAULT_CSS = """
    ClozeAnswer {
        Input { width: 1fr; max-width: 48; }
        HorizontalGroup { height: 1; }
        HorizontalGroup > Static { width: 4; color: $primary; }
        .text { margin-bottom: 1; }
    }
    """

    def __init__(self, body: Cloze) -> None:
        super().__init__(id="answer")
        self._parts, self._gaps = body.parts, body.gaps
        self._locked = False

    def compose(self) -> ComposeResult:
        """The text, then one field per gap."""
        yield Static(self._filled([""] * len(self._gaps)), classes="text")
        for number in range(1, len(self._gaps) + 1):
            with HorizontalGroup():
                yield Static(f"({number})", markup=False)
                yield (LastField if number == len(self._gaps) else Field)("")

    @property
    def texts(self) -> tuple[str, ...]:
        """What was typed into each gap."""
        return tuple(field.value for field in self.query(Field))

    @property
    def given(self) -> tuple[str, ...]:
        """What was typed into each gap; nothing while all are empty."""
        return self.texts if any(self.texts) else ()

    @given.setter
    def given(self, words: Sequence[str]) -> None:
        for field, word in zip(self.query(Field), words, strict=False):  # an edit may remove gaps
            field.value = word
            field.action_end()

    @property
    def text_box(self) -> Field:
        """The gap that has the keys, else the first."""
        fields = self.query(Field)
        return next((field for field in fields if field.has_focus), fields.first())

    def take_focus(self) -> None:
        """Give the keys to the first gap."""
        self.query(Field).first().focus()

    @property
    def locked(self) -> bool:
        """Whether the words are fixed: after the reveal."""
        return self._locked

    @locked.setter
    def locked(self, locked: bool) -> None:
        self._locked = locked
        self.query_one(".text", Static).update(self._filled(self.texts))
        for row in self.query(HorizontalGroup):
            row.display = not locked

    @on(Input.Changed)
    def _fill(self) -> None:
        self.query_one(".text", Static).update(self._filled(self.texts))

    @on(Input.Submitted)
    def _next_gap(self, event: Input.Submitted) -> None:
        """Enter goes to the next gap; in the last one it is left to the screen: the reveal."""
        fields = list(self.query(Field))
        place = fields.index(event.input) if isinstance(event.input, Field) else len(fields)
        if place + 1 < len(fields):
            event.stop()
            fields[place + 1].focus()

    def _filled(self, typed: Sequence[str]) -> Content:
        words = iter(zip(range(1, len(self._gaps) + 1), typed, strict=True))
        return Content.assemble(
            *(
                inline(part) if isinstance(part, str) else self._gap(part, *next(words))
                for part in self._parts
            )
        )

    def _gap(self, gap: Gap, number: int, typed: str) -> Content:
        """Return a gap as it is filled; once locked, with what belongs there.

        As among several options, ! marks what was missed, unless nothing was typed at all.
        """
        word = typed.strip()
        if not self._locked:
            return Content.assemble((f" {word or f'({number}) ____'} ", "$primary underline"))
        if gap.takes(word):
            return Content.assemble((f" ✓ {word} ", "$success"))
        if not word:
            missed = "! " if self.given else ""
            return Content.styled(f" {missed}{gap.answers[0]} ", "bold $warning")
        return Content.assemble((f" ✗ {word} ", "$error"), (f"{gap.answers[0]} ", "bold $success"))
