"""The earlier attempts at a card: read, and taken back into the editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quizapp.app.solutions import Attempt
from quizapp.text import plural
from quizapp.tui.inline import QUIET
from quizapp.tui.screens.dialog import Dialog
from quizapp.tui.widgets.card.code_editor import Highlighted


class Numbers(OptionList):
    """The attempts, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Take it into the editor", id="attempts.take")
    ]


class Attempts(Dialog[str | None]):
    """A list over the code of the attempt under the cursor; the result is the code to take."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,a", "dismiss", "Close", id="attempts.close"),
        Binding("pagedown,j", "scroll_code(8)", "Code down", show=False, id="attempts.down"),
        Binding("pageup,k", "scroll_code(-8)", "Code up", show=False, id="attempts.up"),
    ]

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        super().__init__()
        self._attempts = attempts

    def compose(self) -> ComposeResult:
        """The list above, the code below."""
        with Vertical(classes="box", id="attempts") as box:
            box.border_title = "attempts"
            yield Numbers(*[Option(_prompt(attempt)) for attempt in self._attempts])
            code = Highlighted(self._attempts[0].code, read_only=True)
            code.can_focus = False
            yield code

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one(Highlighted).load_text(self._attempts[event.option_index].code)

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._attempts[event.option_index].code)

    def action_scroll_code(self, rows: int) -> None:
        """Scroll the code."""
        self.query_one(Highlighted).scroll_relative(y=rows, animate=False)


def _prompt(attempt: Attempt) -> Content:
    result = attempt.result
    if result is None:
        return Content.assemble((f"{attempt.number:>3}  ", "bold"), ("not run", QUIET))
    sign, style = ("✓ ", "$text-success") if result.passed else ("✗ ", "$text-error")
    facts = [result.at.astimezone().strftime("%d %b %H:%M")]
    facts += [plural(result.hints, "hint")] if result.hints else []
    facts += ["solution shown"] if result.looked else []
    return Content.assemble(
        (f"{attempt.number:>3}  ", "bold"),
        (sign, style),
        result.summary,
        (f"  {', '.join(facts)}", QUIET),
    )
