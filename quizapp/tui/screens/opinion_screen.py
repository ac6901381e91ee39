"""Asking a model of the learner's own about the typed answer on the screen.

What the rules read is there at once; the model is asked in the background, only at a key, and
nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.widgets import Static
from textual.worker import Worker

from quizapp.errors import QuizError
from quizapp.study.opinion import Opinion
from quizapp.tui.errors import show_error
from quizapp.tui.typing import AnswerScreen
from quizapp.tui.widgets.card.key_points import KeyPoints

if TYPE_CHECKING:
    from quizapp.app.second_opinion import Inquiry, SecondReader


def opinion_keys(place: str) -> list[BindingType]:
    """Return the bindings of a screen that asks; `place` begins their ids."""
    return [
        Binding(
            "m",
            "second_opinion(False)",
            "Ask model",
            tooltip="Ask the model of the settings about this answer, or stop asking",
            id=f"{place}.ask-model",
        ),
        Binding(
            "M",
            "second_opinion(True)",
            "What is sent",
            show=False,
            tooltip="Show what is sent to the model, and agree or take that back",
            id=f"{place}.what-is-sent",
        ),
    ]


class OpinionLine(Static):
    """Says below the key points who can be asked, and what was agreed to."""

    DEFAULT_CSS = """
    OpinionLine { height: auto; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False, classes="bare")


class OpinionScreen(AnswerScreen):
    """A screen that shows a typed answer beside its key points."""

    _asking: Worker[None] | None = None

    @property
    def second_reader(self) -> SecondReader | None:
        """Who can be asked; None where the settings name nobody."""
        raise NotImplementedError

    @property
    def inquiry(self) -> Inquiry | None:
        """What would be sent of what is on the screen; None where nothing was typed."""
        raise NotImplementedError

    @property
    def opinions(self) -> Sequence[Opinion]:
        """The opinions on the answer that is shown."""
        raise NotImplementedError

    def keep_opinions(self, opinions: Sequence[Opinion]) -> None:
        """Keep opinions with the answer that is shown."""
        raise NotImplementedError

    async def offer_opinion(self) -> None:
        """Show below the key points who can be asked, and what was answered before."""
        points = self.query("#key-points")
        if self.second_reader is not None and self.inquiry is not None and points:
            await self.mount(OpinionLine(), after=points.first())
        self._show_opinions()

    def action_second_opinion(self, preview: bool) -> None:
        """Ask, after showing what is sent where that is due; stop if it is being asked."""
        if self._asking is not None and self._asking.is_running:
            self.stop_asking()
        else:
            self._asking = self._ask_model(preview)

    def stop_asking(self) -> None:
        """Close the connection; nobody waits for the answer any more."""
        if self._asking is not None:
            self._asking.cancel()

    @on(events.ScreenSuspend)
    def _leave_model(self) -> None:
        if self not in self.app.screen_stack:  # a dialog over the screen leaves nothing
            self.stop_asking()

    @work(group="second-opinion")
    async def _ask_model(self, preview: bool) -> None:
        reader, inquiry = self.second_reader, self.inquiry
        if reader is None or inquiry is None:
            return
        try:
            if (preview or not reader.agreed) and not await self._agrees(reader, inquiry):
                return
            self._say(f"{reader.model} is being asked. m stops that.")
            for points in self.query("#key-points"):  # the key was pressed to see what comes there
                points.scroll_visible(top=True, animate=False)
            opinions = await reader.ask(inquiry)
            if self.inquiry == inquiry:
                self.keep_opinions(opinions)
        except QuizError as error:
            show_error(self, error)
        finally:
            self._show_opinions()

    async def _agrees(self, reader: SecondReader, inquiry: Inquiry) -> bool:
        """Show what would be sent, and remember what the learner says to it."""
        from quizapp.tui.screens.sending import Choice, Sending

        choice = await self.app.push_screen_wait(Sending(reader, reader.endpoint(), inquiry))
        if choice is Choice.NO:
            reader.withdraw()
            return False
        reader.agree(always=choice is Choice.ALWAYS)
        return True

    def _show_opinions(self) -> None:
        """Show the opinions on the answer, and whether another would be sent for at once."""
        reader, opinions = self.second_reader, self.opinions
        for points in self.query("#key-points").results(KeyPoints):
            points.compare(opinions)
        if reader is not None:
            own = f"What {reader.model} says is its own: it ticks and scores nothing. "
            self._say((own if opinions else "") + reader.reminder)

    def _say(self, text: str) -> None:
        for line in self.query(OpinionLine):
            line.update(text)
