"""The place of the demo beside or below a card."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.dom import DOMNode
from textual.message import Message

from quizapp.app.core import Core
from quizapp.cards.lesson import DemoEmbed
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.errors import QuizError
from quizapp.tui.errors import show_error

if TYPE_CHECKING:
    from quizapp.app.coding import Coding
    from quizapp.tui.widgets.card.code_panel import CodePanel
    from quizapp.tui.widgets.demo_panel import DemoPanel


class Bench(Vertical):
    """Holds at most one panel, of a demo or of the learner's code; hidden, its run goes on."""

    DEFAULT_CSS = """
    Bench { display: none; }
    """

    @dataclass
    class Left(Message):
        """The learner went back from the demo to the card."""

    def __init__(self, core: Core, copy: Callable[[str], Awaitable[None]] | None = None) -> None:
        """`copy` takes a result as text; without it the clipboard does."""
        super().__init__(id="bench")
        self._core = core
        self._copy = copy
        self.panel: DemoPanel | None = None
        self.code: CodePanel | None = None
        """The runs of a code card, in place of a demo."""
        self.prediction: str | None = None
        """What the learner predicted of the last finished run."""
        self.prediction_right: bool | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way, shown or not."""
        return any(panel.experiment.running for panel in self._panels)

    @property
    def _panels(self) -> list[DemoPanel | CodePanel]:
        return [panel for panel in (self.panel, self.code) if panel is not None]

    @property
    def run_state(self) -> str:
        """The run in a few words, for the line above the card."""
        experiment = next((p.experiment for p in self._panels if p.experiment.running), None)
        if experiment is None:
            return ""
        state = experiment.shown.state
        steps = f" {state.done}/{state.total}" if state.total else ""
        return f"▶ {experiment.spec.id}{steps}"

    async def open(self, card: Card) -> DemoPanel | None:
        """Show the demo of a card, with the card's settings; its panel is made once.

        Raises:
            QuizError: the demo is missing or cannot be read.
        """
        if card.demo is None:
            return None
        if self.panel is None:
            self.panel = make_panel(self._core, card.demo, card=card, copy=self._copy)
            await self.mount(self.panel)
        self.display = True
        return self.panel

    async def open_code(self, coding: Coding) -> CodePanel:
        """Make the panel for the runs of a code card."""
        from quizapp.tui.widgets.card.code_panel import CodePanel  # not before the first such card

        self.code = CodePanel(coding)
        await self.mount(self.code)
        return self.code

    def hide(self) -> None:
        """Give the room back to the card; a run goes on."""
        self.display = False

    async def clear(self) -> None:
        """Stop the run, if any, and remove the panel."""
        self.display = False
        self.prediction = self.prediction_right = None
        panels, self.panel, self.code = self._panels, None, None
        for panel in panels:
            panel.stop()
            await panel.remove()

    def on_demo_panel_finished(self, event: DemoPanel.Finished) -> None:
        """Keep the first prediction: later ones have seen the outcome."""
        if self.prediction is None and event.run.guess is not None:
            self.prediction = str(event.run.guess)
            self.prediction_right = event.run.verdict.right

    def on_demo_panel_closed(self) -> None:
        """Give the room back to the card."""
        self.hide()
        self.post_message(self.Left())


def make_panel(
    core: Core,
    link: DemoLink | Figure | DemoEmbed,
    *,
    where: str = "",
    card: Card | None = None,
    hidden: bool = False,
    copy: Callable[[str], Awaitable[None]] | None = None,
) -> DemoPanel:
    """Return the panel of a demo, at the settings of what links to it: a card or `where`.

    Raises:
        QuizError: the demo is missing, cannot be read or does not take the settings.
    """
    # Neither the plot nor the runs are needed before.
    from quizapp.app.experiment import open_experiment
    from quizapp.tui.widgets.demo_panel import DemoPanel

    where = card.id if card else where
    return DemoPanel(open_experiment(core, link, where=where, card=card, hidden=hidden), copy)


def draw_figure(node: DOMNode, core: Core, card: Card) -> DemoPanel | None:
    """Return the curve that a question is about, if it has one.

    One that cannot be run is done without; `node` says why.
    """
    try:
        if card.figure is not None:
            return make_panel(core, card.figure, card=card, hidden=True)
    except QuizError as error:
        show_error(node, error)
    return None
