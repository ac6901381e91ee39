"""What all widgets have in common that take an answer."""

from __future__ import annotations

from textual.widget import Widget


class AnswerWidget(Widget):
    """Takes the answer to one card, in the words that the card's body grades."""

    given: tuple[str, ...]
    """The answer; nothing while there is none. Setting it shows it."""
    locked: bool
    """Whether the answer is fixed, as after the reveal; then what was right is shown."""

    @property
    def text_box(self) -> Widget | None:
        """What takes text; None where the answer is chosen."""
        return None

    def take_focus(self) -> None:
        """Give the keys to what takes the answer."""
        self.focus()


class NoAnswer(AnswerWidget):
    """Stands where nothing can be answered."""

    DEFAULT_CSS = "NoAnswer { height: 0; }"

    given = ()
    locked = True

    def render(self) -> str:
        """Return nothing."""
        return ""

    def take_focus(self) -> None:
        """Leave the keys to the screen."""
        self.screen.set_focus(None)
