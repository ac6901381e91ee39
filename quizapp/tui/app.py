"""The app: its places, its themes, its global keys."""

from __future__ import annotations

import asyncio
import gc
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual import events, on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen

from quizapp.app.core import Core, open_core
from quizapp.app.editing import broken_decks
from quizapp.app.scope import Scope, find_scope
from quizapp.errors import QuizError
from quizapp.paths import Paths
from quizapp.tui.errors import show_error, shows_errors
from quizapp.tui.messages import Read, Study
from quizapp.tui.theme import DARK, LIGHT, THEMES
from quizapp.tui.typing import Typing

if TYPE_CHECKING:
    from quizapp.study.interview import InterviewSpec

PLACES = {
    "home": "home:HomeScreen",
    "study": "study:StudyScreen",
    "lab": "lab:LabScreen",
    "browse": "browse:BrowseScreen",
    "interview": "interview:InterviewScreen",
    "placement": "placement:PlacementScreen",
    "stats": "stats:StatsScreen",
    "read": "read:ReadScreen",
}
"""Each place and where its screen lies in `quizapp.tui.screens`; imported on the first visit."""


LOOK_S = 1.0
"""Between two looks at the deck files: an edit shows within two seconds, its reading included."""


@runtime_checkable
class TakesInDecks(Protocol):
    """A screen that shows something of the decks."""

    async def take_in_decks(self) -> None:
        """Show what is on the screen as the decks are now."""


@dataclass(frozen=True)
class Start:
    """What the app opens with."""

    place: str = "home"
    scope: Scope = field(default_factory=Scope)
    interview: InterviewSpec | None = None


def _commands() -> type[Provider]:
    from quizapp.tui.palette import Commands

    return Commands


class QuizApp(App[int]):
    """Goes between the places; everything it knows comes from the core."""

    TITLE = "quizapp"
    CSS = """
    /* A line of a formula or a diagram goes on below where the page is too narrow for it. */
    MarkdownFence > Label { width: 1fr; padding: 1 1; }
    #task MarkdownFence > Label { padding: 0 1; }
    """
    COMMANDS = {_commands}  # noqa: RUF012 - Textual declares it so
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?", id="app.help"),
        Binding("g", "glossary", "Glossary", show=False, id="app.glossary"),
        Binding("f2", "go('home')", "Go home", show=False, id="app.home"),
        Binding("f3", "go('study')", "Go to studying", show=False, id="app.study"),
        Binding("f4", "go('lab')", "Go to the lab", show=False, id="app.lab"),
        Binding("f5", "go('browse')", "Go to the cards", show=False, id="app.browse"),
        Binding("f6", "go('interview')", "Go to the interview", show=False, id="app.interview"),
        Binding("f7", "go('stats')", "Go to the statistics", show=False, id="app.stats"),
        Binding("f8", "go('read')", "Go to the lessons", show=False, id="app.read"),
        Binding("ctrl+t", "toggle_theme", "Theme: light or dark", show=False, id="app.theme"),
        Binding("ctrl+q", "quit", "Quit", show=False, id="app.quit"),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, id="app.suspend"),
    ]

    def __init__(self, core: Core, start: Start | None = None) -> None:
        super().__init__()
        self.core = core
        self.typing = Typing(self)
        self._start = start or Start()
        self._broken = broken_decks(core.library)
        """What Home says of broken decks; each new one is said at once, too."""
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = core.theme if core.theme in self.available_themes else DARK.name
        self.set_keymap(core.settings.keys)
        for place in PLACES:
            self.add_mode(place, partial(self._screen, place))

    async def on_event(self, event: events.Event) -> None:
        """Let text go to the answer of a question before any key of it is a command."""
        if event.is_forwarded or not self.typing.take(event):
            await super().on_event(event)

    async def on_mount(self) -> None:
        """Go where the start asks; prepare demos once the first frame is out."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self._start.place == "study":
            await self.study(self._start.scope)
        else:
            await self.action_go(self._start.place)
        self.call_after_refresh(self.prepare)

    async def action_take_in_decks(self) -> None:
        """Show the decks as they are now on the screens in front; others look when they return."""
        broken = broken_decks(self.core.library)
        for deck in broken:
            if deck not in self._broken:
                self.notify(
                    str(deck), title="A deck has a problem", severity="warning", markup=False
                )
        self._broken = broken
        for screen in tuple(self.screen_stack):
            if isinstance(screen, TakesInDecks):
                await screen.take_in_decks()

    @work(group="decks")
    async def look_for_edits(self) -> None:
        """Read the decks again if a file was edited from outside, then look again in a second.

        Files are read in a thread: a slow disk holds up no key. The next look is planned at the
        end of this one, so that there is never more than one; the app's end cancels it.
        """
        try:
            if await asyncio.to_thread(self.core.decks_changed):
                before = self.core.library
                library = await asyncio.to_thread(self.core.load_cards)
                if self.core.library is before:  # no edit from the app came in between
                    self.core.use_cards(library)
                    await self.action_take_in_decks()
        except QuizError as error:
            show_error(self, error)
        finally:
            self.set_timer(LOOK_S, self.look_for_edits)

    def prepare(self) -> None:
        """Start what is needed soon but not for the first frame."""
        self.look_for_edits()
        gc.freeze()  # the library stays; no later collection looks through it again
        gc.enable()
        try:
            self.core.prepare()
        except QuizError as error:
            text = f"{error.message}\n{error.hint}"
            self.notify(text, title=error.title, severity="warning", timeout=10, markup=False)

    def _screen(self, place: str) -> Screen[Any]:
        module, _, name = PLACES[place].partition(":")
        made = getattr(importlib.import_module(f"quizapp.tui.screens.{module}"), name)
        # Proposed before the first frame: a key that comes early begins what was asked for.
        proposed = (self._start.interview,) if place == self._start.place == "interview" else ()
        screen: Screen[Any] = made(self.core, *proposed)
        return screen

    async def action_go(self, place: str) -> None:
        """Go to a place; what runs in the one left behind goes on."""
        if place == "study":
            await self.study(None)
        else:
            await self.switch_mode(place)

    async def action_study(self, topic: str = "") -> None:
        """Study everything that is due, or one topic."""
        decks = self.core.library.decks
        scope = Scope(decks[topic].title, frozenset(decks[topic].cards)) if topic else Scope()
        await self.study(scope)

    @shows_errors
    async def action_preset(self, name: str) -> None:
        """Study by a preset."""
        await self.study(find_scope(self.core, preset=name))

    async def study(self, scope: Scope | None) -> None:
        """Study the cards of a scope; None goes on where the learner was."""
        await self.switch_mode("study")
        await self._begin(scope)

    @on(Study)
    async def _study(self, request: Study) -> None:
        await self.study(request.scope)

    @on(Read)
    async def _read(self, request: Read) -> None:
        await self.action_read(request.deck)

    async def action_read(self, deck: str) -> None:
        """Read the lesson of a deck."""
        await self.switch_mode("read")
        from quizapp.tui.screens.read import ReadScreen

        assert isinstance(self.screen, ReadScreen)
        await self.screen.open(deck)

    @shows_errors
    async def _begin(self, scope: Scope | None) -> None:
        from quizapp.tui.screens.study import StudyScreen

        assert isinstance(self.screen, StudyScreen)
        await self.screen.begin(scope)

    def action_help(self) -> None:
        """Show the keys of the screen below."""
        from quizapp.tui.screens.help import Help

        self.push_screen(Help(self.screen))

    @shows_errors
    async def action_glossary(self) -> None:
        """Look up a term; those of the card on the screen come first."""
        from quizapp.app.glossary import read_terms
        from quizapp.tui.screens.card_screen import CardScreen
        from quizapp.tui.screens.glossary import Glossary

        terms = await asyncio.to_thread(read_terms, self.core.paths.content)
        text = self.screen.on_the_card if isinstance(self.screen, CardScreen) else ""
        self.push_screen(Glossary(terms, text))

    def action_toggle_theme(self) -> None:
        """Switch between light and dark."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def watch_theme(self, name: str) -> None:
        """Remember the theme."""
        if self.is_running:
            self.core.keep_theme(name)


def run(paths: Paths, begin: Callable[[Core], Start] | None = None) -> int:
    """Open the app and return its exit code; `begin` says with what, else home.

    Raises:
        QuizError: settings, database, topic, search or preset cannot be used.
    """
    core = open_core(paths)
    try:
        app = QuizApp(core, begin(core) if begin else Start())
        app.run()
        return app.return_code or 0
    finally:
        core.close()
