"""A short list of texts with a cursor: options, lines to order, key points."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget


class Row(Widget):
    """One text of the list behind its mark; lines that wrap are indented below the text."""

    DEFAULT_CSS = """
    Row { height: auto; }
    """

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index
        self._mark = Content("")
        self._text = Content("")

    def show(self, mark: Content, text: Content) -> None:
        """Show a mark and a text."""
        self._mark, self._text = mark, text
        self.refresh(layout=True)

    def render(self) -> Content:
        """Return the lines."""
        indent = Content("\n" + " " * self._mark.cell_length)
        return Content.assemble(self._mark, indent.join(self._lines(self.content_size.width)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines at a width."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        return self._text.wrap(max(width - self._mark.cell_length, 8)) or [self._text]


class RowList(VerticalGroup, can_focus=True):
    """Rows that wrap; subclasses say what a row shows and what choosing it does."""

    DEFAULT_CSS = """
    RowList {
        &:focus > .-cursor { background: $primary 18%; }
        & > Row { padding: 0 1; }
        & > Row:hover { background: $primary 10%; }
        & > .-right { color: $success; }
        & > .-wrong { color: $error; }
        & > .-missed { color: $warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Previous row", show=False, id="list.up"),
        Binding("down", "move(1)", "Next row", show=False, id="list.down"),
    ]

    cursor = reactive(0)
    """Index of the row that keys act on."""
    locked = reactive(False)
    """Whether the answer is fixed: after the reveal."""

    def __init__(self, count: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows = [Row(index) for index in range(count)]

    def compose(self) -> ComposeResult:
        """Yield the rows."""
        yield from self._rows

    def on_mount(self) -> None:
        """Fill the rows."""
        self.update_rows()

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the mark and the text of a row."""
        raise NotImplementedError

    def row_class(self, index: int) -> str:
        """Return the class that colours a row: -right, -wrong, -missed or nothing."""
        return ""

    def choose(self, index: int) -> None:
        """Act on a row: it was clicked, or its number pressed."""

    def update_rows(self) -> None:
        """Show all rows anew."""
        for index, row in enumerate(self._rows):
            row.show(*self.row(index))
            row.set_classes(self.row_class(index))
            row.set_class(index == self.cursor, "-cursor")

    def row_at(self, event: events.Click) -> Row | None:
        """Return the row under the pointer."""
        at = event.screen_offset
        return next((row for row in self._rows if row.region.contains_point(at)), None)

    def on_click(self, event: events.Click) -> None:
        """Act on the row under the pointer."""
        if row := self.row_at(event):
            self.cursor = row.index
            if not self.locked:
                self.choose(row.index)

    def action_move(self, by: int) -> None:
        """Move the cursor; while its row is out of sight, and at either end, scroll instead."""
        page = self.scrollable_parent
        row = self._rows[self.cursor]
        seen = page is None or page.content_region.contains_region(row.region)
        if seen and 0 <= self.cursor + by < len(self._rows):
            self.cursor += by
            self._rows[self.cursor].scroll_visible(animate=False)
        elif page is not None:
            page.scroll_relative(y=by, animate=False)

    @property
    def scrollable_parent(self) -> Widget | None:
        """The page that the list stands on."""
        return next((node for node in self.ancestors if isinstance(node, VerticalScroll)), None)

    def watch_cursor(self, old: int, new: int) -> None:
        """Mark the row of the cursor."""
        for index in (old, new):
            if index < len(self._rows):
                self._rows[index].set_class(index == new, "-cursor")

    def watch_locked(self) -> None:
        """Show what was right."""
        if self.is_mounted:
            self.update_rows()
