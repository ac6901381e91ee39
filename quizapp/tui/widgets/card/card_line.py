"""The line above a card: where it belongs, how far the sitting is, the time."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class CardLine(Widget):
    """Topic and kind on the left; progress, run and time on the right; repaints in place."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    CardLine {
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $text-muted;
    }
    """

    place = reactive("")
    """Topic, difficulty and kind."""
    message = reactive("")
    """What was done last: "Undid: Good on lora-rank"."""
    progress = reactive("")
    run_state = reactive("")
    """What the demo of this card is doing."""
    clock = reactive("")
    """Time on this card."""

    def render(self) -> Content:
        """Return the line; what does not fit on the left is cut, the place before the message."""
        width = self.content_size.width
        right = Content.assemble(
            (f"{self.run_state}   " if self.run_state else "", "$primary"),
            " · ".join(filter(None, (self.progress, self.clock))),
        )
        message = Content.styled(f"   {self.message}" if self.message else "", "bold $accent")
        room = max(width - right.cell_length - 2, 0)
        place = Content(self.place).truncate(max(room - message.cell_length, 0), ellipsis=True)
        left = Content.assemble(place, message).truncate(room, ellipsis=True)
        gap = max(width - left.cell_length - right.cell_length, 1)
        return Content.assemble(left, " " * gap, right)
