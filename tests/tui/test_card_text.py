"""Card texts on the screen say all that they say in the file."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Label
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


class Code(App[None]):
    """An app with code that is wider than its window."""

    def compose(self) -> ComposeResult:
        yield CardText(f"```python\n{CODE}\n```")


CODE = "def f(x):\n    return first_of(x) + second_of(x) + third_of(x)\n\n\nf(1)"


async def test_a_long_line_of_code_goes_on_further_in_than_it_began() -> None:
    async with Code().run_test(size=(40, 14)) as pilot:
        await pilot.pause()
        assert code_lines(pilot) == [
            "def f(x):",
            "    return first_of(x) +",
            "          second_of(x) + third_of(x)",
            "",
            "",
            "f(1)",
        ]
        await pilot.resize_terminal(80, 14)
        await pilot.pause()
        assert code_lines(pilot) == CODE.split("\n")


def code_lines(pilot: Pilot[None]) -> list[str]:
    """Return the code as it is laid out."""
    return str(pilot.app.query_one("#code-content", Label).content).split("\n")
