"""Names with a text beside each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widgets import Static


class Facts(VerticalGroup):
    """A line for each name; a text that is too long for it goes on below itself."""

    def __init__(
        self,
        facts: Sequence[tuple[str | Content, str]],
        names: int,
        *,
        id: str | None = None,
    ) -> None:
        """`names` is how many columns the names take."""
        super().__init__(id=id)
        self._facts = facts
        self._names = names

    def compose(self) -> ComposeResult:
        """The lines."""
        for name, text in self._facts:
            with HorizontalGroup():
                label = Static(name)
                label.styles.width = self._names
                yield label
                beside = Static(text, markup=False)
                beside.styles.width = "1fr"
                yield beside
