"""What would be sent to the model of the settings, word for word, before it is."""

from __future__ import annotations

from enum import Enum, auto
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from quizapp.app.endpoint import Endpoint
from quizapp.app.second_opinion import Inquiry, SecondReader
from quizapp.tui.screens.dialog import Dialog


class Choice(Enum):
    """What the learner says to it."""

    NO = auto()
    """Not now, and ask before each time."""
    NOW = auto()
    """Yes, and until the app ends."""
    ALWAYS = auto()
    """Yes, whenever it goes to this address."""


class Sending(Dialog[Choice]):
    """Shows the request; only y and a send it, and whatever has the keys, Enter does not."""

    DEFAULT_CSS = """
    Sending {
        & > .box { height: 90%; }
        & #sent { height: 1fr; margin: 1 0; background: $panel; scrollbar-size-vertical: 1; }
        & #sent > Static { padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('NOW')", "Send", id="sending.now"),
        Binding("a", "answer('ALWAYS')", "Always", id="sending.always"),
        Binding("n,escape", "answer('NO')", "Do not send", id="sending.no"),
        Binding("j,down", "scroll(1)", "Scroll", show=False, id="sending.down"),
        Binding("k,up", "scroll(-1)", "Scroll up", show=False, id="sending.up"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, reader: SecondReader, endpoint: Endpoint, inquiry: Inquiry) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._inquiry = inquiry
        self._key = reader.key_name

    def compose(self) -> ComposeResult:
        """Where it goes, all of it, the answers."""
        with Vertical(classes="box") as box:
            box.border_title = "what is sent"
            yield Static(self._where(), id="where")
            with VerticalScroll(id="sent", can_focus=False):
                task, about = (message["content"] for message in self._inquiry.messages)
                yield Static(f"{about}\n\nBefore it stands the task:\n{task}", markup=False)
            yield Static(
                "y sends it, and later ones without asking until quizapp is closed; a for as long "
                "as the address stays. M takes that back.",
                classes="quiet",
            )
            with Horizontal(classes="buttons"):
                yield Button("Send (y)", id="NOW", compact=True)
                yield Button("Always (a)", id="ALWAYS", compact=True)
                yield Button("Do not send (n)", id="NO", compact=True)

    def _where(self) -> Content:
        endpoint = self._endpoint
        key = f" With the key in {self._key}." if self._key else ""
        stays = "This machine's own address: it goes to the program that listens there."
        leaves = f"It leaves this machine, for {endpoint.host}."
        if not endpoint.encrypted:
            leaves += " It is not encrypted: others on the way can read it."
        return Content.assemble(
            f"To {endpoint.address}, model {endpoint.model}, temperature 0, with a schema of the "
            "reply.",
            f"{key}\n",
            (stays, "") if endpoint.stays_here else (leaves, "bold $warning"),
        )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(Choice[event.button.id or "NO"])

    def action_answer(self, choice: str) -> None:
        """Close with what was chosen."""
        self.dismiss(Choice[choice])

    def action_scroll(self, by: int) -> None:
        """Scroll what is sent."""
        self.query_one("#sent").scroll_relative(y=3 * by, animate=False)
