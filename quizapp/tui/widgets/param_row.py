"""One parameter of a demo on one line: its name, its value and a way to change it by one key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from quizapp.demo.params import Choices, Number, Param, Switch
from quizapp.plot.format import format_value, short
from quizapp.plot.scale import Scale
from quizapp.tui.inline import QUIET

TRACK = 14
"""Cells of a slider at most."""

NUMBER = 7
"""Columns of a number."""


Piece = Content | tuple[str, str]
"""A part of the line: text with its style."""


class ParamRow(Widget, can_focus=True):
    """A stepper: arrow keys and mouse move it, typed digits replace it."""

    DEFAULT_CSS = """
    ParamRow {
        height: auto; width: 1fr; padding: 0 1 0 0;
        &:focus { background: $block-cursor-blurred-background; }
        &:disabled { opacity: 60%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "nudge(-1)", "Less", show=False, id="param.less"),
        Binding("right", "nudge(1)", "More", show=False, id="param.more"),
        Binding("shift+left", "nudge(-5)", "Much less", show=False, id="param.much-less"),
        Binding("shift+right", "nudge(5)", "Much more", show=False, id="param.much-more"),
    ]

    auto_links = False  # what can be clicked looks like the rest of the row
    value: reactive[Any] = reactive(None)
    typed: reactive[str | None] = reactive(None)
    """What is being typed in place of the value; None: nothing."""
    problem: reactive[str] = reactive("", layout=True)
    """Why the typed value cannot be used."""
    base: reactive[Any] = reactive(None)
    """The value that reset returns to."""

    class Changed(Message):
        """The value is another one now."""

    def __init__(
        self,
        name: str,
        param: Param,
        value: Any,
        *,
        base_name: str = "default",
        name_width: int = 0,
    ) -> None:
        super().__init__(id=f"param-{name}")
        self.key = name
        self.param = param
        self.base_name = base_name
        self._name_width = max(name_width, len(name))
        self.set_reactive(ParamRow.value, value)
        self.set_reactive(ParamRow.base, value)

    @property
    def help_text(self) -> str:
        """The parameter in one sentence: what it is and what it takes."""
        match self.param:
            case Number(low=low, high=high):
                takes = f"{short(low)} to {short(high)}"
            case Choices(options=options):
                takes = ", ".join(map(format_value, options))
            case _:
                takes = ""
        default = f"default {self._format(self.param.default)}"
        return " · ".join(filter(None, (self.param.help, takes, default)))

    def set_value(self, value: Any) -> None:
        """Show another value and notify the form."""
        self.typed, self.problem = None, ""
        if value != self.value:
            self.value = value
            self.post_message(self.Changed())

    def commit(self) -> bool:
        """Take over what was typed; return False and show why if it is not valid."""
        if self.typed is None:
            return not self.problem
        try:
            self.set_value(self.param.parse(self.typed))
        except ValueError as error:
            self.problem = f"{self.key} {error}"
            return False
        return True

    def action_nudge(self, steps: int) -> None:
        """Move to the neighbour value."""
        if self.commit():
            self.set_value(self.param.nudge(self.value, steps))

    def on_key(self, event: events.Key) -> None:
        """Type a number in place; Enter takes it over, Escape drops it."""
        if isinstance(self.param, Switch) and event.key == "space":
            self.set_value(not self.value)
            event.stop()
        if not isinstance(self.param, Number):
            return
        typing = self.typed is not None
        character = event.character or ""
        if character.isdigit() or character in tuple("-+.") or (typing and character == "e"):
            self.typed = (self.typed or "") + character
        elif event.key == "backspace":
            # From a value at rest, deleting starts with its text.
            self.typed = (self.typed if self.typed is not None else short(self.value, 6))[:-1]
        elif typing and event.key == "enter":
            self.commit()
        elif typing and event.key == "escape":
            self.typed, self.problem = None, ""
        else:
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        """Leaving the row takes over what was typed."""
        self.commit()

    def action_put(self, value: Any) -> None:
        """Set what was clicked."""
        self.set_value(value)

    def render(self) -> Content:
        """Return the line, and below it what is wrong."""
        name = self.key.ljust(self._name_width)
        cursor, style = ("› ", "bold") if self.has_focus else ("  ", "")
        start = Content.assemble((cursor[0], "bold"), (name, style), " ")
        line = Content.assemble(start, *self._control(self.size.width - start.cell_length))
        rests = self.value == self.base
        mark = self.base_name if rests else f"{self.base_name} {self._format(self.base)}"
        if line.cell_length + 2 + len(mark) <= self.size.width:
            line = Content.assemble(line, (f"  {mark}", QUIET if rests else ""))
        return Content.assemble(line, (f"\n {self.problem}" if self.problem else "", "$text-error"))

    def _format(self, value: Any) -> str:
        """Return a value in the words of the row."""
        if isinstance(self.param, Switch):
            return "on" if value else "off"
        return format_value(value)

    def _control(self, room: int) -> Iterator[Piece]:
        match self.param:
            case Number():
                yield from self._slider(room, self.param)
            case Choices(options=options):
                if sum(len(format_value(option)) + 3 for option in options) <= room:
                    yield from self._inline(options)
                else:
                    yield from self._cycle(room - 5, format_value(self.value))
            case Switch():
                box = "[x]" if self.value else "[ ]"
                style = "bold" if self.value else ""
                yield _button(f"{box} {self._format(self.value)}", style, not self.value)
            case _:
                yield format_value(self.value), ""

    def _slider(self, room: int, param: Number) -> Iterator[Piece]:
        text = self.typed + "▏" if self.typed is not None else short(self.value, 5)
        text = text.ljust(NUMBER)
        yield text, "bold" if self.typed is None else "underline"
        track = min(TRACK, room - len(text) - 4)
        if track < 4:
            return
        scale = Scale(param.low, max(param.high, param.low + 1e-12), param.log and param.low > 0)
        knob = round((scale.place(self.value) or 0) * (track - 1))
        yield _button("◂ ", QUIET, param.nudge(self.value, -1))
        for cell in range(track):
            value = _rounded(param, scale.value(cell / (track - 1)))
            if cell == knob:
                yield _button("●", "bold $text-primary", value)
            else:
                yield _button(*(("━", "$text-primary") if cell < knob else ("─", QUIET)), value)
        yield _button(" ▸", QUIET, param.nudge(self.value, 1))

    def _inline(self, options: tuple[Any, ...]) -> Iterator[Piece]:
        for option in options:
            if option == self.value:
                yield f"[{format_value(option)}]", "bold $text-primary"
            else:
                yield _button(f" {format_value(option)} ", "", option)

    def _cycle(self, room: int, text: str) -> Iterator[Piece]:
        room = max(room, 4)
        yield _button("◂ ", QUIET, self.param.nudge(self.value, -1))
        yield text if len(text) <= room else text[: room - 1] + "…", "bold"
        yield _button(" ▸", QUIET, self.param.nudge(self.value, 1))


def _button(text: str, style: str, value: Any) -> Content:
    """Return text that sets a value when it is clicked."""
    click = Style.from_meta({"@click": ("put", (value,))})
    return Content.styled(text, style).stylize(click)


def _rounded(param: Number, value: float) -> float:
    """A place on the slider as a value of the parameter."""
    whole = round(value) if param.kind == "int" else float(f"{value:.2g}")
    return param.check(min(max(whole, param.low), param.high))
