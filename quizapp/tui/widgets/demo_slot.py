"""A demo inside a lesson: one line until it is opened, then the panel in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from quizapp.demo.spec import DemoSpec
from quizapp.tui.inline import QUIET

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel


class DemoSlot(Vertical, can_focus=True):
    """Opens with Enter, `d` or a click; closing the panel brings the line back."""

    DEFAULT_CSS = """
    DemoSlot {
        height: auto;
        margin: 1 0;
        border-left: thick $primary 40%;
        padding: 0 1;
        &:focus { border-left: thick $primary; }
        &.-open { height: 26; max-height: 90vh; padding: 0; }
        &.-open > #slot-line { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,d", "open", "Open the demo", key_display="d", id="read.demo"),
    ]

    def __init__(self, spec: DemoSpec, make: Callable[[], DemoPanel]) -> None:
        """`make` returns the panel; it may raise QuizError."""
        super().__init__()
        self._spec = spec
        self._make = make
        self.panel: DemoPanel | None = None

    def compose(self) -> ComposeResult:
        """The line that stands for the demo."""
        yield Static(
            Content.assemble(
                ("▶ ", "bold $primary"),
                (self._spec.title, "bold"),
                (f" · {self._spec.id} · d runs it here", QUIET),
            ),
            id="slot-line",
        )

    async def on_click(self, event: events.Click) -> None:
        """Open the demo."""
        if self.panel is None:
            event.stop()
            await self.action_open()

    async def action_open(self) -> None:
        """Show the panel in place of the line."""
        if self.panel is None:
            self.panel = self._make()
            self.add_class("-open")
            await self.mount(self.panel)
        self.panel.open()
        self.call_after_refresh(self.scroll_visible, animate=False, top=True)

    async def on_demo_panel_closed(self) -> None:
        """Bring the line back; the panel stops its run."""
        if self.panel is not None:
            panel, self.panel = self.panel, None
            await panel.remove()
            self.remove_class("-open")
            self.focus()
