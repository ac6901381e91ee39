"""Everything else a run has: tables, samples, notes, log, and the demo's page and code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group
from textual import events, getters
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical, VerticalScroll
from textual.content import Content
from textual.highlight import highlight
from textual.widgets import Markdown, Static, TabbedContent, TabPane, Tabs

from quizapp.app.gallery import PAGE_LATER
from quizapp.demo.events import Sample
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.rich_table import rich_table
from quizapp.tui.widgets.runs_pane import RunsPane

EMPTY_AT_FIRST = ("tables", "samples", "notes", "log", "runs")


class Pane(TabPane):
    """A pane that stays behind its tab, whatever has the focus."""

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Do not come to the front: the focus may arrive after the next key has changed the tab."""
        event.prevent_default()


class Details(Vertical):
    """Tabs; those with nothing in them are hidden."""

    DEFAULT_CSS = """
    Details {
        height: 1fr; min-height: 6;
        & > TabbedContent { height: 1fr; }
        & ContentSwitcher { height: 1fr; }
        & TabPane { padding: 0 1; height: 1fr; }
        & Static { height: auto; }
        & ScrollableContainer, & VerticalScroll { scrollbar-size: 1 1; }
        & #code-text, & #tables-text { width: auto; }
        & Markdown { padding: 0; margin: 0; max-width: 96; background: transparent; }
    }
    """

    tabs = getters.query_one(TabbedContent)

    def __init__(self, spec: DemoSpec) -> None:
        super().__init__()
        self._spec = spec
        self._shown: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        """One pane for each kind of content."""
        with TabbedContent(initial="page"):
            with Pane("Table", id="tables"), ScrollableContainer():
                yield Static(id="tables-text")
            with Pane("Samples", id="samples"), VerticalScroll():
                yield Static(id="samples-text", markup=False)
            with Pane("Notes", id="notes"), VerticalScroll():
                yield Markdown(id="notes-text", open_links=False)
            with Pane("Runs", id="runs"):
                yield RunsPane()
            with Pane("Page", id="page"), VerticalScroll():
                yield Markdown(id="page-text", open_links=False)
            with Pane("Code", id="code"), ScrollableContainer():
                yield Static(id="code-text")
            with Pane("Log", id="log"), VerticalScroll():
                yield Static(id="log-text", markup=False)

    def on_mount(self) -> None:
        """Hide what is empty; tabs are reached by their keys, not by Tab."""
        self.query_one(Tabs).can_focus = False
        for name in EMPTY_AT_FIRST:
            self.tabs.hide_tab(name)

    @property
    def active(self) -> str:
        """The name of the tab in front."""
        return self.tabs.active

    def open(self, name: str) -> None:
        """Bring a tab to the front and scroll it by key from now on."""
        if name == "code":
            self._load_code()
        self.tabs.active = name
        pane = self.tabs.get_pane(name)
        for widget in pane.query("OptionList, ScrollableContainer, VerticalScroll"):
            if widget.focusable:
                widget.focus()
                return

    def step(self, by: int) -> None:
        """Go to the next tab that is not hidden."""
        names = [pane.id for pane in self.query(TabPane) if pane.id]
        seen = [name for name in names if self.tabs.get_tab(name).display]
        index = seen.index(self.active) if self.active in seen else 0
        self.open(seen[(index + by) % len(seen)])

    def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        """Load what is shown for the first time."""
        if self.active == "code":
            self._load_code()

    def show(self, state: RunState, log: str) -> None:
        """Show the results so far; unchanged parts cost nothing."""
        if self._is_new("tables", state.tables):
            self.query_one("#tables-text", Static).update(Group(*map(rich_table, state.tables)))
        if self._is_new("samples", state.samples):
            self.query_one("#samples-text", Static).update(_samples(state.samples))
        if self._is_new("notes", state.notes):
            self.query_one("#notes-text", Markdown).update("\n\n".join(state.notes))
        if self._is_new("log", log):
            self.query_one("#log-text", Static).update(log)

    def show_page(self, *, whole: bool) -> None:
        """Show the page, or only its question."""
        text = self._spec.page if whole else f"{self._spec.page_question}\n\n{PAGE_LATER}"
        if self._shown.get("page") != text:
            self._shown["page"] = text
            self.query_one("#page-text", Markdown).update(text)

    def _is_new(self, name: str, content: Sequence[Any]) -> bool:
        if self._shown.get(name, ()) == content:
            return False
        self._shown[name] = content
        self.tabs.show_tab(name) if content else self.tabs.hide_tab(name)
        return True

    def _load_code(self) -> None:
        text = self.query_one("#code-text", Static)
        if "code" not in self._shown:
            self._shown["code"] = True
            text.update(numbered(self._spec.path.read_text(encoding="utf-8")))


def numbered(code: str) -> Content:
    """Return Python code in colours, with line numbers."""
    lines = highlight(code.rstrip(), language="python").split("\n", allow_blank=True)
    width = len(str(len(lines)))
    return Content("\n").join(
        Content.assemble((f"{number:>{width}}  ", QUIET), line)
        for number, line in enumerate(lines, 1)
    )


def _samples(samples: Sequence[Sample]) -> Content:
    parts: list[tuple[str, str] | str] = []
    for sample in samples:
        parts += [(f"{sample.title}\n", "bold"), f"{sample.text}\n\n"]
    return Content.assemble(*parts)
