"""A list of cards that draws only the rows in sight, so that ten thousand cost no more than ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

KEPT_ROWS = 500
"""Several screens full."""


class CardList(ScrollView, can_focus=True):
    """One line per card; `line` says what it shows."""

    DEFAULT_CSS = """
    CardList {
        scrollbar-size-vertical: 1;
        & .row--cursor { background: $primary 15%; }
        &:focus .row--cursor { background: $primary 30%; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous card", show=False, id="cards.up"),
        Binding("down,j", "move(1)", "Next card", show=False, id="cards.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="cards.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="cards.page-down"),
        Binding("home,g", "end(-1)", "First card", show=False, id="cards.first"),
        Binding("end,G", "end(1)", "Last card", show=False, id="cards.last"),
    ]

    cursor = reactive(0)
    """Index of the chosen row."""

    @dataclass
    class Moved(Message):
        """Another card is under the cursor."""

        card: str | None

    def __init__(self, line: Callable[[str, int], Content], *, id: str | None = None) -> None:
        """`line` returns what to show of a card in so many columns."""
        super().__init__(id=id)
        self._line = line
        self._cards: Sequence[str] = ()
        self._drawn: LRUCache[tuple[str, int, Style], Strip] = LRUCache(KEPT_ROWS)
        """Rows as they were drawn: each letter of a search leaves many of them in sight."""

    @property
    def card(self) -> str | None:
        """The card under the cursor."""
        return self._cards[self.cursor] if self.cursor < len(self._cards) else None

    def forget(self) -> None:
        """Forget how rows were drawn: what `line` says of a card may have changed."""
        self._drawn.clear()

    def notify_style_update(self) -> None:
        """Forget the colours of another theme."""
        super().notify_style_update()
        self.forget()

    def show(self, cards: Sequence[str]) -> None:
        """Show these cards; the cursor stays on its card where that is still there."""
        before = self.card
        self._cards = cards
        self.virtual_size = Size(0, len(cards))
        place = cards.index(before) if before in cards else 0
        self.set_reactive(CardList.cursor, place)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.card))

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if index >= len(self._cards):
            return Strip.blank(width, self.rich_style)
        style = self.visual_style
        if index == self.cursor:
            style += self.get_visual_style("row--cursor")
        row = self._cards[index], width, style
        if (strip := self._drawn.get(row)) is None:
            line = self._line(row[0], width).truncate(width, ellipsis=True, pad=True)
            [strip] = Visual.to_strips(self, line, width, 1, style)
            self._drawn[row] = strip
        return strip

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self._cards) - 1))

    def watch_cursor(self) -> None:
        """Keep the row in sight and post which card it is."""
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.card))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row under the pointer."""
        index = self.scroll_offset.y + event.y
        if index < len(self._cards):
            self.cursor = index

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.cursor += by * max(self.scrollable_content_region.height - 1, 1)

    def action_end(self, way: int) -> None:
        """Move the cursor to an end."""
        self.cursor = 0 if way < 0 else len(self._cards) - 1

    def _keep_in_sight(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)
