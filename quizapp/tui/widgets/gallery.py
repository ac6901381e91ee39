"""The list of demos with a search line above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.app.gallery import Exhibit, by_topic
from quizapp.demo.spec import DemoSpec
from quizapp.tui.inline import QUIET


class Exhibits(OptionList):
    """The demos to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", id="gallery.open"),
    ]


class Gallery(Vertical):
    """Demos by topic: two lines each, what it is and what it asks or proves."""

    DEFAULT_CSS = """
    Gallery {
        & > Input { margin: 0 1; }
        & > OptionList {
            height: 1fr; background: transparent; border: none;
            scrollbar-gutter: stable; scrollbar-size-vertical: 1;
            &:focus { background-tint: $foreground 0%; }
            &:focus > .option-list--option-highlighted {
                color: $foreground; background: $primary 25%;
            }
        }
        & > #gallery-problems { height: auto; max-height: 6; padding: 0 2; color: $text-warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "into_list", "To the list", show=False, id="gallery.list"),
    ]

    @dataclass
    class Seen(Message):
        """Another demo is under the cursor."""

        exhibit: Exhibit

    @dataclass
    class Chosen(Message):
        """A demo is to be opened."""

        spec: DemoSpec

    def __init__(self) -> None:
        super().__init__()
        self._exhibits: Sequence[Exhibit] = ()
        self._titles: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """Search, list, files that could not be read."""
        yield Input(placeholder="/ search by name, topic, claim", compact=True)
        yield Exhibits(compact=True)
        yield Static(id="gallery-problems", markup=False)

    def show(
        self, shown: Sequence[Exhibit], titles: Mapping[str, str], problems: Sequence[str]
    ) -> None:
        """List these demos under the titles of their topics, and name the broken files."""
        self._exhibits, self._titles = shown, titles
        broken = self.query_one("#gallery-problems", Static)
        broken.display = bool(problems)
        broken.update("\n".join(problems))
        self._fill()

    @property
    def exhibit(self) -> Exhibit | None:
        """The demo under the cursor."""
        option = self.query_one(OptionList).highlighted_option
        return next((e for e in self._exhibits if option and e.spec.id == option.id), None)

    def search(self) -> None:
        """Give the search line the focus."""
        self.query_one(Input).focus()

    def enter(self) -> None:
        """Give the list the focus."""
        self.query_one(OptionList).focus()

    @property
    def searching(self) -> bool:
        """Whether the search line has the focus or holds text."""
        line = self.query_one(Input)
        return line.has_focus or bool(line.value)

    def clear(self) -> None:
        """End the search."""
        self.query_one(Input).value = ""
        self.enter()

    def action_into_list(self) -> None:
        """Go from the search line to what it found."""
        self.enter()

    def on_resize(self, event: events.Resize) -> None:
        """Fit the lines to the new width."""
        self._fill()

    @on(Input.Changed)
    def _narrow(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def _leave_search(self) -> None:
        self.enter()

    @on(OptionList.OptionHighlighted)
    def _see(self) -> None:
        if (exhibit := self.exhibit) is not None:
            self.post_message(self.Seen(exhibit))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (exhibit := self.exhibit) is not None:
            self.post_message(self.Chosen(exhibit.spec))

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        width = options.scrollable_content_region.width
        if width <= 0:
            return
        wanted = options.highlighted_option.id if options.highlighted_option else None
        text = self.query_one(Input).value
        found = [exhibit for exhibit in self._exhibits if exhibit.matches(text)]
        options.clear_options()
        for title, group in by_topic(found, self._titles):
            options.add_option(Option(Content.styled(f" {title}", "bold $primary"), disabled=True))
            options.add_options(Option(lines(e, width), id=e.spec.id) for e in group)
        if not found:
            options.add_option(Option(f"No demo has “{text}” in it.", disabled=True))
            return
        ids = [option.id for option in options.options]
        first = next(index for index, name in enumerate(ids) if name)
        options.highlighted = ids.index(wanted) if wanted and wanted in ids else first


def lines(exhibit: Exhibit, width: int) -> Content:
    """Return name and time, then id and what it asks or proves."""
    spec = exhibit.spec
    time = "needs CUDA" if spec.needs_cuda else exhibit.time
    name = Content(spec.title).truncate(max(width - len(time) - 4, 8), ellipsis=True, pad=True)
    proof = Content(f"{spec.id} · {exhibit.line}").truncate(max(width - 2, 8), ellipsis=True)
    return Content.assemble(
        "  ", name.stylize("bold"), " ", (time, QUIET), "\n  ", proof.stylize(QUIET)
    )
