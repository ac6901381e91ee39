"""Card texts on the screen say all that they say in the file."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets.markdown import MarkdownBlock

from quizapp.tui.widgets.card.answer import CardText


class Host(App[None]):
    """An app with one text."""

    def compose(self) -> ComposeResult:
        yield CardText("What is List<int>, <b>bold</b>?")


async def test_what_looks_like_html_is_shown() -> None:
    async with Host().run_test() as pilot:
        await pilot.pause()
        shown = "".join(str(block.render()) for block in pilot.app.query(MarkdownBlock))
    assert shown == "What is List<int>, <b>bold</b>?"
