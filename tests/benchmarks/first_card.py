"""Show a first card and say so: `first_card.py app HOME` or `first_card.py hard-coded`.

Both programs draw the same widgets; the first opens the library, the store and the queue, the
second holds the card in its source.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from pathlib import Path

ANSWER = "The update is zero at the start, so the adapted model is the base model."


async def app(home: Path) -> None:
    gc.disable()  # as quizapp.opening does
    from quizapp.app.core import open_core
    from quizapp.paths import find_paths
    from quizapp.tui.app import QuizApp, Start
    from quizapp.tui.widgets.card.page import CardPage

    paths = find_paths({"QUIZAPP_HOME": str(home), "QUIZAPP_CONTENT": str(home / "many")})
    core = open_core(paths)
    core.preload = False
    shown = QuizApp(core, Start("study"))
    async with shown.run_test(size=(120, 40)) as pilot:
        while not any(page.card for page in shown.screen.query(CardPage)):
            await pilot.pause()
        done()


async def hard_coded() -> None:
    from textual.app import App, ComposeResult
    from textual.containers import Container

    from quizapp.cards.kinds.open import Open
    from quizapp.cards.model import Card, Difficulty, KeyPoint
    from quizapp.tui.theme import DARK, THEMES
    from quizapp.tui.widgets.card.card_line import CardLine
    from quizapp.tui.widgets.card.page import CardPage
    from quizapp.tui.widgets.card.rating_bar import RatingBar
    from quizapp.tui.widgets.card.summary import Summary
    from quizapp.tui.widgets.key_bar import KeyBar

    class Plain(App[None]):
        CSS_PATH = str(
            Path(sys.modules["quizapp.tui"].__file__ or "").parent / "screens/study.tcss"
        )

        def __init__(self) -> None:
            super().__init__()
            self.animation_level = "none"
            for theme in THEMES:
                self.register_theme(theme)
            self.theme = DARK.name

        def compose(self) -> ComposeResult:
            yield CardLine()
            with Container(id="desk"):
                yield CardPage()
                yield Summary()
            yield RatingBar()
            yield KeyBar()

        async def on_mount(self) -> None:
            points = (KeyPoint("the update is zero", True), KeyPoint("B moves first", True))
            card = Card(
                id="c-0",
                deck="many",
                question="Why is B zero at the start?",
                difficulty=Difficulty.MID,
                answer=ANSWER,
                key_points=points,
                body=Open(),
            )
            await self.query_one(CardPage).show(card, "c-0/0")
            self.query_one(CardLine).place = "Many · mid · open"

    shown = Plain()
    async with shown.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        done()


def done() -> None:
    """The card is on the screen: tell, and leave without tidying up."""
    sys.stdout.write("shown\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(app(Path(sys.argv[2])) if sys.argv[1] == "app" else hard_coded())
