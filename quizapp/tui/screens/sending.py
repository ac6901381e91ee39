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
    """Shows the request. No letter sends it: text meant for an answer agrees to nothing."""

    DEFAULT_CSS = """
    Sending {
        & > .box { height: 90%; }
        & #sent { height: 1fr; margin: 1 0; background: $panel; scrollbar-size-vertical: 1; }
        & #sent > Static { padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", id="sending.send"),
        Binding("a", "toggle_always", "Always", id="sending.always"),
        Binding("escape,n", "refuse", "Do not send", id="sending.no"),
        Binding("j,down", "scroll(1)", "Scroll", show=False, id="sending.down"),
        Binding("k,up", "scroll(-1)", "Scroll up", show=False, id="sending.up"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, reader: SecondReader, endpoint: Endpoint, inquiry: Inquiry) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._inquiry = inquiry
        self._key = reader.key_name
        self._always = False

    def compose(self) -> ComposeResult:
        """Where it goes, what is sent, and the two choices."""
        with Vertical(classes="box") as box:
            box.border_title = "what is sent"
            yield Static(self._where(), id="where")
            with VerticalScroll(id="sent", can_focus=False):
                task, about = (message["content"] for message in self._inquiry.messages)
                yield Static(
                    f"{about}\n\nThe task, which is sent before this:\n{task}", markup=False
                )
            yield Static(id="agreed", classes="quiet", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Send (ctrl+s)", id="send", compact=True)
                yield Button("Do not send (n)", id="no", compact=True)

    def on_mount(self) -> None:
        """Say what sending agrees to."""
        super().on_mount()
        self._show_agreed()

    def _show_agreed(self) -> None:
        how_long = "always, to this address" if self._always else "until quizapp is closed"
        self.query_one("#agreed", Static).update(
            f"From then on m sends an answer at once: {how_long} (a changes that, M takes it back)."
        )

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
        if event.button.id == "send":
            self.action_send()
        else:
            self.action_refuse()

    def action_send(self) -> None:
        """Close with the agreement."""
        self.dismiss(Choice.ALWAYS if self._always else Choice.NOW)

    def action_refuse(self) -> None:
        """Close without."""
        self.dismiss(Choice.NO)

    def action_toggle_always(self) -> None:
        """Agree for this address, or until quizapp is closed."""
        self._always = not self._always
        self._show_agreed()

    def action_scroll(self, by: int) -> None:
        """Scroll what is sent."""
        self.query_one("#sent").scroll_relative(y=3 * by, animate=False)
