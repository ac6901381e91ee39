"""Lab: the gallery of demos and the one that is open."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Markdown

from quizapp.app.core import Core
from quizapp.app.gallery import Exhibit, exhibits
from quizapp.app.run_phases import Done
from quizapp.app.runs import RunStore
from quizapp.cards.model import DemoLink
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError
from quizapp.tui.errors import show_error
from quizapp.tui.latest import Latest
from quizapp.tui.screens.confirm import Confirm
from quizapp.tui.widgets.card.bench import make_panel
from quizapp.tui.widgets.demo_panel import DemoPanel
from quizapp.tui.widgets.gallery import Gallery
from quizapp.tui.widgets.key_bar import KeyBar

NARROW = 110
"""Below this many columns the gallery and the demo take turns."""

TIMED = 1000
"""Last runs of all demos from which the gallery learns how long each takes."""


class LabScreen(Screen[None]):
    """Every demo is two keys away: find it, open it."""

    CSS_PATH = "lab.tcss"
    HELP = """
Choose a demo with the arrow keys or search with /, and open it with Enter. In a demo, d runs it,
the arrow keys turn its knobs, o lays the last run under the plot, and t goes through tables,
samples, earlier runs, page, code and log. Esc goes back to the gallery.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", id="lab.search"),
        Binding("escape", "back", "Back", key_display="esc", id="lab.back"),
    ]

    gallery = getters.query_one(Gallery)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._previews = Latest(self._fill_preview)
        self._openings = Latest(self._open_chosen)

    def compose(self) -> ComposeResult:
        """Gallery, demo, keys."""
        with Container(id="lab"):
            yield Gallery()
            with Vertical(id="place"), VerticalScroll(id="preview", can_focus=False):
                yield Markdown(open_links=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill the gallery."""
        self._list()
        self.gallery.enter()

    def on_resize(self, event: events.Resize) -> None:
        """Arrange for the new size."""
        self.set_class(event.size.width < NARROW, "-narrow")

    @property
    def panel(self) -> DemoPanel | None:
        """The demo that is open."""
        return next(iter(self.query(DemoPanel)), None)

    async def open(self, spec: DemoSpec) -> None:
        """Open a demo in place of the one before; a run of that one ends."""
        panel = make_panel(self._core, DemoLink(spec.id), where=spec.id)
        await self._close()
        self.query_one("#preview").display = False
        self.set_class(True, "-open")
        await self.query_one("#place").mount(panel)
        panel.open()

    async def _close(self) -> None:
        if self.panel is not None:
            self.panel.stop()
            await self.panel.remove()

    def _list(self) -> None:
        core = self._core
        catalogue = core.demos.catalogue
        records = RunStore(core.store, core.paths).last(limit=TIMED)
        titles = {deck.id: deck.title for deck in core.library.decks.values()}
        self.gallery.show(
            exhibits(catalogue.demos.values(), records), titles, [*map(str, catalogue.problems)]
        )

    @on(Gallery.Seen)
    def _show_preview(self, event: Gallery.Seen) -> None:
        if self.panel is None:
            self._preview(event.exhibit)

    @work(group="preview")
    async def _preview(self, exhibit: Exhibit) -> None:
        await self._previews(exhibit)

    async def _fill_preview(self, exhibit: Exhibit) -> None:
        await self.query_one(Markdown).update(exhibit.preview)

    @on(Gallery.Chosen)
    @work(group="open")
    async def _choose(self, event: Gallery.Chosen) -> None:
        await self._openings(event.spec)

    async def _open_chosen(self, spec: DemoSpec) -> None:
        panel = self.panel
        if panel is not None and panel.experiment.spec == spec:
            self.set_class(True, "-open")
            panel.open()
            return
        if panel is not None and panel.experiment.running:
            question = f"{panel.experiment.spec.title} is still running. Stop it and go on?"
            if not await self.app.push_screen_wait(Confirm(question, "Stop it", "Let it run")):
                return
        try:
            await self.open(spec)
        except QuizError as error:
            show_error(self, error)

    @on(DemoPanel.Closed)
    def _to_gallery(self) -> None:
        self.set_class(False, "-open")
        self.gallery.enter()

    @on(DemoPanel.Finished)
    def _learn_time(self, event: DemoPanel.Finished) -> None:
        if isinstance(event.run, Done):
            self._list()

    def action_search(self) -> None:
        """Find a demo by its words."""
        self.set_class(False, "-open")
        self.gallery.search()

    async def action_back(self) -> None:
        """End the search, or leave the lab."""
        if self.gallery.searching:
            self.gallery.clear()
        else:
            await self.app.run_action("app.go('home')")
