"""What can be done with the card on the screen, wherever it is shown.

Dialogs are imported when they are opened: the first card does not wait for them.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from textual import events, getters, on, work
from textual.binding import Binding, BindingType
from textual.widgets import Markdown

from quizapp.app.core import Core
from quizapp.app.editing import edit_card
from quizapp.app.facts import card_facts
from quizapp.app.proof import proof_of
from quizapp.cards.model import Reference
from quizapp.tui.editor import edit_outside
from quizapp.tui.errors import shows_errors
from quizapp.tui.typing import AnswerScreen
from quizapp.tui.widgets.card.bench import Bench
from quizapp.tui.widgets.card.page import CardPage

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel

CARD_KEYS: list[BindingType] = [
    Binding("d", "demo", "Demo", tooltip="Run the demo of this card", id="study.demo"),
    Binding("f", "follow_ups", "Follow-up", tooltip="What is asked next", id="study.follow-up"),
    Binding("r", "references", "Read on", tooltip="Open a reference", id="study.references"),
    Binding("i", "info", "Info", tooltip="History of this card", id="study.info"),
    Binding(
        "p",
        "predict",
        "Predict",
        show=False,
        tooltip="Predict what the demo will show",
        id="study.predict",
    ),
    Binding("c", "code", "Code", show=False, tooltip="Show the code of the demo", id="study.code"),
    Binding("j", "scroll(1)", "Scroll down", show=False, id="study.down"),
    Binding("k", "scroll(-1)", "Scroll up", show=False, id="study.up"),
    Binding("e", "edit", "Edit", tooltip="Edit this card in $EDITOR", id="study.edit"),
    Binding("pagedown", "page(1)", "Page down", show=False, id="study.page-down"),
    Binding("pageup", "page(-1)", "Page up", show=False, id="study.page-up"),
]
"""Bindings of every screen with a card; each screen places them among its own."""


P = ParamSpec("P")
OnScreen = TypeVar("OnScreen", bound="CardScreen")


def leaves_card(
    action: Callable[Concatenate[OnScreen, P], Awaitable[None]],
) -> Callable[Concatenate[OnScreen, P], Coroutine[Any, Any, None]]:
    """Let an action leave the card, once a run may be stopped, and show the errors it raises."""
    shown = shows_errors(action)

    @functools.wraps(action)
    async def wrapped(self: OnScreen, /, *args: P.args, **kwargs: P.kwargs) -> None:
        if self.bench.running:
            self.stop_and(functools.partial(shown, self, *args, **kwargs))
        else:
            await shown(self, *args, **kwargs)

    return wrapped


class CardScreen(AnswerScreen):
    """A screen with a card on a page and room for its demo."""

    page = getters.query_one(CardPage)
    bench = getters.query_one(Bench)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self.core = core
        self._library = core.library
        """What the card was shown from."""

    @property
    def figure(self) -> DemoPanel | None:
        """The run shown in the question, once nothing of it is hidden."""
        return None

    @property
    def on_the_card(self) -> str:
        """What can be read of the card now: its answer only once it is shown."""
        card = self.page.card
        if card is None:
            return ""
        return f"{card.question}\n{card.answer}" if self.page.revealed else card.question

    @work(group="leave")
    async def stop_and(self, go: Callable[[], Awaitable[None]]) -> None:
        """Ask whether the run under way may be stopped, and then go."""
        from quizapp.tui.screens.confirm import Confirm

        question = "The demo is still running. Stop it and go on?"
        if await self.app.push_screen_wait(Confirm(question, "Stop it", "Let it run")):
            await go()

    @shows_errors
    async def action_demo(self) -> None:
        """Show the demo of the card, or the figure in its question, and give it the keys."""
        if self.page.card and (panel := await self.bench.open(self.page.card) or self.figure):
            panel.open()

    def on_demo_panel_finished(self) -> None:
        """Mark what the run has shown of the answer."""
        if self.page.card and self.page.revealed:
            self.page.show_proof(proof_of(self.core, self.page.card))

    async def action_predict(self) -> None:
        """Show the demo, where it asks for a prediction first."""
        await self.action_demo()

    @shows_errors
    async def action_code(self) -> None:
        """Show the code of the demo."""
        if self.page.card and (panel := await self.bench.open(self.page.card) or self.figure):
            panel.focus()
            panel.action_code()

    @on(Bench.Left)
    def _back_to_card(self) -> None:
        self.page.focus_answer()

    async def action_back(self) -> None:
        """Give the demo's room back, or go home."""
        if self.bench.display:
            self.bench.hide()
            self.take_keys_back()
        else:
            await self.app.run_action("app.go('home')")

    def take_keys_back(self) -> None:
        """Give the keys to what had them before the demo."""
        self.page.focus_answer()

    def action_references(self) -> None:
        """List the references."""
        if self.page.card:
            self._list_references(self.page.card.references)

    @on(Markdown.LinkClicked)
    def _confirm_link(self, event: Markdown.LinkClicked) -> None:
        self._list_references([Reference("Link in the text", event.href, event.href)])

    def _list_references(self, references: Sequence[Reference]) -> None:
        from quizapp.tui.screens.references import References

        self.app.push_screen(References(references))

    def action_follow_ups(self) -> None:
        """Show what an interviewer would ask next."""
        from quizapp.tui.screens.follow_ups import FollowUps

        if self.page.card:
            self.app.push_screen(FollowUps(self.core, self.page.card.follow_ups, self.exposed))

    async def exposed(self, card: str) -> None:
        """Take note that the answer to another card was seen."""

    @shows_errors
    def action_info(self) -> None:
        """Show what is known of the card."""
        from quizapp.tui.screens.card_info import CardInfoScreen

        if self.page.card:
            self.app.push_screen(
                CardInfoScreen(self.page.card.id, card_facts(self.core, self.page.card))
            )

    def action_scroll(self, by: int) -> None:
        """Scroll the card."""
        self.page.scroll_relative(y=3 * by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll the card by a page."""
        height = self.page.scrollable_content_region.height
        self.page.scroll_relative(y=by * max(height - 2, 1), animate=False)

    @shows_errors
    async def action_edit(self) -> None:
        """Edit the card, then read the decks again."""
        if self.page.card is not None:
            await edit_outside(self, partial(edit_card, self.core, self.page.card.id))

    @on(events.ScreenResume)
    @shows_errors
    async def take_in_decks(self) -> None:
        """Show the card anew if the decks are others than those it was shown from."""
        before, self._library = self._library, self.core.library
        if before is not self._library:
            await self.reloaded(frozenset(before.heads.keys() - self._library.heads.keys()))

    async def reloaded(self, gone: frozenset[str]) -> None:
        """Show the card anew after an edit; `gone` are the cards that are no more."""
