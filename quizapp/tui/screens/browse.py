"""Browsing: search all cards, look at one, study what was found."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input, Static

from quizapp.app.core import Core
from quizapp.app.proof import proof_of
from quizapp.app.scope import Scope
from quizapp.app.search_index import SearchIndex
from quizapp.cards.model import Card
from quizapp.study.model import CardState, Phase
from quizapp.study.search import SearchError
from quizapp.text import plural
from quizapp.tui.errors import shows_errors
from quizapp.tui.inline import QUIET, inline
from quizapp.tui.latest import Latest
from quizapp.tui.messages import Study
from quizapp.tui.screens.card_screen import CARD_KEYS, CardScreen
from quizapp.tui.typing_pause import TypingPause
from quizapp.tui.widgets.card.bench import Bench
from quizapp.tui.widgets.card.page import CardPage
from quizapp.tui.widgets.card.written import NAMED
from quizapp.tui.widgets.card_list import CardList
from quizapp.tui.widgets.key_bar import KeyBar

HINT = "words, or tag:lora  is:due  prop:r<0.9  rated:7:1  topic:  kind:  has:demo  -x  or  ( )"


class SearchField(Input):
    """The search; Enter and Down go to what was found, Esc too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,down,escape", "to_list", "To the cards", key_display="⏎", id="browse.to-list"
        ),
    ]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key types something here."""
        return super().check_consume_key(key, character) or key in NAMED

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of a paste as one; Input would keep the first only."""
        event.text = " ".join(event.text.splitlines())

    def action_to_list(self) -> None:
        """Give the keys to the list."""
        self.screen.query_one(CardList).focus()


class BrowseScreen(CardScreen):
    """A search field over the list of cards, beside the card under the cursor."""

    CSS_PATH = "browse.tcss"
    AUTO_FOCUS = "SearchField"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual has it
    HELP = """
Type to search, also while the list has the keys: a word typed at once is a query, a single letter
a command. The list follows each letter. A term such as tag:lora, is:due, prop:r<0.9,
rated:7:1, topic:qlora, difficulty:senior or has:demo narrows it; -x leaves out, or and ( )
combine. Studying what was found follows the schedule; cramming asks every card once and leaves
the schedule alone.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="browse.search"),
        Binding(
            "space",
            "reveal",
            "Show answer",
            tooltip="Show the answer of a card that was not studied yet",
            id="browse.reveal",
        ),
        Binding(
            "s",
            "study",
            "Study these",
            tooltip="Study the due cards among these",
            id="browse.study",
        ),
        Binding(
            "x",
            "cram",
            "Cram these",
            tooltip="Ask each card once, without the schedule",
            id="browse.cram",
        ),
        Binding(
            "at",
            "suspend",
            "Suspend",
            key_display="@",
            tooltip="Suspend, or bring back",
            id="browse.suspend",
        ),
        *CARD_KEYS,
        Binding("u", "undo", "Undo", show=False, id="browse.undo"),
        Binding("escape", "back", "Back", show=False, id="browse.back"),
    ]

    field = getters.query_one(SearchField)
    found = getters.query_one(CardList)

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._index = SearchIndex(core)
        self._states: Mapping[str, CardState] = {}
        self._previewed: tuple[Card, str, bool] | None = None
        """The card on the page, its note, and whether its answer is shown."""
        self._revealed: set[str] = set()
        """The cards not studied yet whose answers were asked for."""
        self._asked = ""
        self._cards: list[str] = []
        self._shows = Latest(self._show_now)
        self._typing = TypingPause(self, lambda: self._show(self.found.card))

    def compose(self) -> ComposeResult:
        """Search, list, card, demo, keys."""
        field = SearchField(placeholder=HINT, compact=True)
        field.cursor_blink = False
        yield field
        yield Static(id="count", markup=False)
        with Container(id="desk"):
            yield CardList(self._line, id="found")
            yield CardPage()
            yield Bench(self.core)
        yield KeyBar()

    @on(events.ScreenResume)
    @shows_errors
    def _look_again(self) -> None:
        """Search the cards as they are now."""
        self._states = self.core.states()
        self.found.forget()
        self._index.refresh()
        self._search()
        if not self._index.complete:
            self._read_cards()

    @work(thread=True, exclusive=True, group="index")
    def _read_cards(self) -> None:
        self._index.read_cards()
        self.app.call_from_thread(self._refresh_index)

    def _refresh_index(self) -> None:
        self._index.refresh()
        self._search()
        gc.freeze()  # the records stay; a collection through thousands of them holds a letter up

    @on(Input.Changed, "SearchField")
    async def _follow(self, event: Input.Changed) -> None:
        if event.value == self._asked:
            return  # the field posts its value when it is mounted, too
        self._typing.letter()
        self._search()
        # Now the list asks to be drawn: it comes with the letter, not a frame or two later.
        await asyncio.sleep(0)

    def _search(self) -> None:
        """Show what the query finds; while it cannot be read, what the last one found."""
        label = self.query_one("#count", Static)
        self._asked = self.field.value
        try:
            self._cards = self._index.find(self._asked)
        except SearchError as error:
            label.update(f"{error.message} {error.hint}")
            return
        found = plural(len(self._cards), "card")
        label.update(
            found if self._cards else f"{found} match all of this: leave a part out", layout=False
        )
        self.found.show(self._cards)

    @on(CardList.Moved)
    def _preview(self, event: CardList.Moved) -> None:
        if not self._typing.holds:
            self.call_after_refresh(self._show, event.card)  # the list is drawn first

    @on(events.DescendantFocus, "CardList")
    def _preview_now(self) -> None:
        """Show the card that keys act on from now."""
        self._typing.end()

    @on(events.ScreenSuspend)
    def _stop_typing(self) -> None:
        self._typing.cancel()

    @work(group="preview")
    async def _show(self, name: str | None) -> None:
        await self._shows(name)

    async def _show_now(self, name: str | None) -> None:
        if self.page.card is not None and self.page.card.id != name:
            await self.bench.clear()
        if name is None:
            self._previewed = None
            await self.page.clear()
        else:
            card = self.core.library.cards[name]
            state = self._states.get(name) or CardState(name)
            shown = state.phase is not Phase.NEW or name in self._revealed
            if self._previewed == (card, state.note, shown):
                return  # each letter of a search moves the cursor, often to the same card
            self._previewed = (card, state.note, shown)
            if shown:
                heads = self.core.library.heads
                titles = {other: heads[other].question for other in card.follow_ups}
                await self.page.preview(card, state.note, titles, proof_of(self.core, card))
            else:
                await self.page.withhold(card)
        self.refresh_bindings()

    def _line(self, name: str, width: int) -> Content:
        """Return one row: state, question, topic, when it is due."""
        head = self.core.library.heads[name]
        state = self._states.get(name) or CardState(name)
        sign, style = state_sign(state, self.core.today)
        when = due_text(state, self.core.today)
        room = max(width - 2 - 8 - 2 - 10, 10)
        question = inline(head.question.partition("\n")[0])
        return Content.assemble(
            (f"{sign} ", style),
            question.truncate(room, ellipsis=True, pad=True),
            "  ",
            Content.styled(head.deck, QUIET).truncate(10, ellipsis=True, pad=True),
            (f"{when:>8}", QUIET),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the card under the cursor has."""
        card = self.page.card if self.is_mounted else None
        match action:
            case "reveal":
                return card is not None and not self.page.revealed
            case "demo" | "predict" | "code":
                return card is not None and card.demo is not None
            case "follow_ups":
                return card is not None and self.page.revealed and bool(card.follow_ups)
            case "references":
                return card is not None and self.page.revealed and bool(card.references)
            case "info" | "edit" | "suspend":
                return card is not None
            case "study" | "cram":
                return bool(self._cards)
        return True

    @property
    def text_target(self) -> SearchField | None:
        """The search, while the list has the keys: text over it begins a new query."""
        return self.field if self.focused is self.found else None

    def action_search(self) -> None:
        """Go to the search field; what is typed next replaces the query."""
        self.field.focus()

    def action_reveal(self) -> None:
        """Show the answer of a card that was not studied yet."""
        if self.page.card is not None:
            self._revealed.add(self.page.card.id)
            self._show(self.page.card.id)

    def action_study(self) -> None:
        """Study the due cards among those found."""
        self._begin(cram=False)

    def action_cram(self) -> None:
        """Ask every card found, without touching the schedule."""
        self._begin(cram=True)

    def _begin(self, *, cram: bool) -> None:
        title = self.field.value.strip() or "All cards"
        scope = Scope(f"{title} (cram)" if cram else title, frozenset(self._cards), cram)
        self.post_message(Study(scope))

    @shows_errors
    async def action_suspend(self) -> None:
        """Take the card out of study, or bring it back."""
        if self.page.card is not None:
            self.core.toggle_suspended(self.page.card.id)
            await self._look_again()

    @shows_errors
    async def action_undo(self) -> None:
        """Take back the last action."""
        self.notify(self.core.undo(), markup=False, timeout=4)
        await self._look_again()

    async def reloaded(self, gone: frozenset[str]) -> None:
        """Search the cards as they are after an edit."""
        await self._look_again()

    def take_keys_back(self) -> None:
        """Give the keys to the list."""
        self.found.focus()


def state_sign(state: CardState, today: date) -> tuple[str, str]:
    """Return the sign and the colour of a card's state."""
    if state.suspended:
        return "⏸", QUIET
    if state.phase is Phase.NEW:
        return "·", QUIET
    if state.in_steps:
        return "◐", "$accent"
    due = state.due_day is not None and state.due_day <= today
    return ("●", "$primary") if due else ("✓", "$success")


def due_text(state: CardState, today: date) -> str:
    """Return when a card is due, in a few letters."""
    if state.suspended:
        return "out"
    if state.phase is Phase.NEW:
        return "new"
    if state.due_day is None:
        return "today"
    days = (state.due_day - today).days
    return "today" if days <= 0 else f"in {days} d"
