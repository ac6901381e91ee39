"""Code in a text: what does not fit into a line goes on below, further in than it began."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Label
from textual.widgets.markdown import MarkdownFence

from quizapp.tui.code_keys import indentation

HANG = 6
"""Columns that the rest of a line stands further in: no level of code is as deep."""


class CodeFence(MarkdownFence):
    """A fenced block; in Python the column says what belongs together, so no rest starts at 0."""

    def compose(self) -> ComposeResult:
        """Yield the lines."""
        label = HangingLabel if self.lexer else Label
        yield label(self._highlighted_code, id="code-content", expand=True)


class HangingLabel(Label):
    """Lines that are wrapped with a hanging indent."""

    DEFAULT_CSS = """
    HangingLabel { width: 1fr; }
    """
    _lines = Content()

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show other lines."""
        assert isinstance(content, Content)
        self._lines = content
        super().update(hung(content, self.content_size.width), layout=layout)

    def on_mount(self) -> None:
        """Take the lines it was made with as those to wrap."""
        assert isinstance(self.content, Content)
        self._lines = self.content

    def on_resize(self) -> None:
        """Wrap for the new width."""
        super().update(hung(self._lines, self.content_size.width))


def hung(lines: Content, width: int) -> Content:
    """Return lines that fit into a width of so many columns; the rest of one hangs below it."""
    return Content("\n").join(
        part for line in lines.split(allow_blank=True) for part in _hung_line(line, width)
    )


def _hung_line(line: Content, width: int) -> Iterator[Content]:
    start = len(indentation(line.plain))
    room = width - start - HANG
    if line.cell_length <= width or room < HANG:
        yield line
        return
    first, *rest = line[start:].wrap(room)
    yield first.pad_left(start)
    for part in rest:
        yield part.pad_left(start + HANG)
