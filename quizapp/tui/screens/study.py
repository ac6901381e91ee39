"""Studying: a question, an answer, a rating, the next card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input

from quizapp.app.core import Core
from quizapp.app.desk import Cram, Sitting
from quizapp.app.scope import Scope
from quizapp.app.stopwatch import Stopwatch
from quizapp.study.model import Answer, CardState, Rating
from quizapp.tui.errors import shows_errors
from quizapp.tui.screens.card_screen import CARD_KEYS, CardScreen
from quizapp.tui.widgets.card.bench import Bench, make_panel
from quizapp.tui.widgets.card.card_line import CardLine, clock_text
from quizapp.tui.widgets.card.key_points import KeyPoints
from quizapp.tui.widgets.card.page import CardPage
from quizapp.tui.widgets.card.rating_bar import RatingBar
from quizapp.tui.widgets.card.summary import Summary, summary
from quizapp.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel

WIDE = 110
"""Columns from which the demo stands beside the card."""


class StudyScreen(CardScreen):
    """Asks the cards of one sitting."""

    CSS_PATH = "study.tcss"
    AUTO_FOCUS = ""  # a box that took the focus by itself would swallow the keys
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual has it
    HELP = """
Answer first: aloud, or typed after `t`. Space shows the answer. Then tick what you said, and
rate yourself: Again when it was wrong or something essential was missing, Hard when it was right
with doubt, Good when it was right, Easy when it took no effort. Space is Good.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "reveal", "Show answer", id="study.reveal"),
        Binding("enter", "reveal", "Show answer", show=False, id="study.reveal-enter"),
        Binding("space,enter", "rate(3)", "Good", show=False, id="study.good"),
        Binding("1", "rate(1)", "Again", show=False, id="study.again"),
        Binding("2", "rate(2)", "Hard", show=False, id="study.hard"),
        Binding("3", "rate(3)", "Good", show=False, id="study.good-3"),
        Binding("4", "rate(4)", "Easy", show=False, id="study.easy"),
        Binding("space", "go_on", "Go on", id="study.go-on"),
        Binding(
            "x",
            "cram",
            "Cram these",
            tooltip="Ask each card once, without the schedule",
            id="study.cram",
        ),
        Binding("h", "hint", "Hint", tooltip="Show the hint; Good becomes Hard", id="study.hint"),
        Binding("t", "type", "Type", tooltip="Type the answer", id="study.type"),
        *CARD_KEYS,
        Binding("u", "undo", "Undo", id="study.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="study.redo"),
        Binding(
            "minus", "bury", "Bury", key_display="-", tooltip="Not before tomorrow", id="study.bury"
        ),
        Binding(
            "at",
            "suspend",
            "Suspend",
            key_display="@",
            tooltip="Take it out of study",
            id="study.suspend",
        ),
        Binding("n", "note", "Note", tooltip="Your own note on this card", id="study.note"),
        Binding("slash", "app.go('browse')", "Search", show=False, id="study.search"),
        Binding("escape", "back", "Back", show=False, id="study.back"),
    ]

    card_line = getters.query_one(CardLine)
    ratings = getters.query_one(RatingBar)
    summary = getters.query_one(Summary)

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._sitting: Sitting | Cram | None = None
        self._watch = Stopwatch(core.monotonic)
        self._figure: DemoPanel | None = None
        self._confidence: int | None = None
        self._asking = False
        """Whether the learner is asked how sure they are."""

    def compose(self) -> ComposeResult:
        """The line above, the card with its demo, the ratings, the keys."""
        yield CardLine()
        with Container(id="desk"):
            yield CardPage()
            yield Summary()
            yield Bench(self.core, self._copy_result)
        yield RatingBar()
        yield KeyBar()

    def on_mount(self) -> None:
        """Watch the time."""
        self.set_interval(1.0, self._tick)

    @property
    def sitting(self) -> Sitting | Cram:
        """The sitting under way."""
        assert self._sitting is not None
        return self._sitting

    @property
    def figure(self) -> DemoPanel | None:
        """The run shown in the question, once its answer is there."""
        return self._figure if self.page.revealed else None

    @shows_errors
    async def begin(self, scope: Scope | None) -> None:
        """Start a sitting, or go on with the one under way if it has the same scope.

        None goes on with any sitting; without one, everything due is studied.
        """
        sitting = self._sitting
        if sitting is not None and sitting.card is not None and scope in (None, sitting.scope):
            return
        await self.leave(lambda: self._start(scope or Scope()))

    async def _start(self, scope: Scope) -> None:
        make = Cram if scope.cram else Sitting
        self._sitting = make(self.core, scope)
        await self._show_card()

    async def _show_card(self, message: str = "") -> None:
        """Show the card that is next, or the summary; `message` says what was done last."""
        self.card_line.message = message
        await self.bench.clear()
        card = self.sitting.card
        self._confidence, self._asking = None, False
        self.ratings.display = False
        self.page.display, self.summary.display = card is not None, card is None
        if card is None:
            self._figure = None
            await self.page.clear()  # no figure of the last card runs on
            self._summarise()
        else:
            state = self.sitting.state
            self._figure = None
            if card.figure is not None:
                self._figure = make_panel(self.core, card.figure, card=card, hidden=True)
            await self.page.show(card, f"{card.id}/{state.reps}", state.ticked, self._figure)
            if self._figure is not None:
                self._figure.begin()
            deck = self.core.library.decks[card.deck]
            self.card_line.place = f"{deck.title} · {card.difficulty} · {card.kind}"
        self._watch.start()
        self._tick()
        self.refresh_bindings()

    def _summarise(self) -> None:
        self.set_focus(None)
        self.card_line.place = self.sitting.scope.title or "Studying"
        questions = {name: head.question for name, head in self.core.library.heads.items()}
        given = self.sitting.given()
        page = summary(
            given,
            questions,
            self.sitting.next_step(),
            self.core.now,
            self.sitting.over_limit,
            self.sitting.waiting,
        )
        self.summary.show(page)

    def _tick(self) -> None:
        """Show the time, the progress and the run."""
        if self._sitting is None:
            return
        answered, left = len(self.sitting.given()), len(self.sitting.left)
        self.card_line.progress = f"{answered} answered · {left} left" if answered or left else ""
        showing = self.sitting.card is not None
        self.card_line.clock = clock_text(self._watch.seconds) if showing else ""
        self.card_line.run_state = self.bench.run_state

    @on(events.ScreenSuspend)
    def _leave_desk(self) -> None:
        self._watch.pause()

    @on(events.ScreenResume)
    def _return_to_desk(self) -> None:
        self._watch.resume()

    def on_demo_panel_finished(self) -> None:
        """Say at once that the run has ended."""
        self._tick()

    def on_demo_panel_closed(self) -> None:
        """Give the keys back to the card: a figure stays where it is."""
        self.page.focus_answer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what makes sense now."""
        if self._sitting is None or (card := self.page.card) is None or not self.page.display:
            if action == "cram":
                return self._sitting is not None and bool(self._sitting.waiting)
            return action in ("go_on", "undo", "redo", "back", "app.go")
        revealed = self.page.revealed
        match action:
            case "reveal":
                return not revealed
            case "rate":
                return revealed or (self._asking and parameters != (4,))
            case "go_on" | "cram":
                return False
            case "hint":
                return bool(card.hint) and not revealed and not self.page.hint_used
            case "type":
                return card.kind == "open" and not revealed
            case "demo" | "predict" | "code":
                return card.demo is not None or self.figure is not None
            case "follow_ups":
                return revealed and bool(card.follow_ups)
            case "references":
                return revealed and bool(card.references)
            case "bury" | "suspend" | "note":
                return not self.sitting.scope.cram
        return True

    @on(Input.Submitted)
    async def action_reveal(self) -> None:
        """Show the answer; first ask how sure the learner is, if they want to be asked."""
        if self.core.settings.study.confidence and not self._asking:
            self._asking = True
            self.set_focus(None)
            self.ratings.ask_confidence()
            self.refresh_bindings()
            return
        await self._reveal()

    async def _reveal(self) -> None:
        self._asking = False
        heads = self.core.library.heads
        assert self.page.card is not None
        titles = {name: heads[name].question for name in self.page.card.follow_ups}
        if not await self.page.reveal(self.sitting.state.note, titles):
            self.ratings.display = False
            self.page.focus_answer()
            return
        if self._figure is not None:
            self._figure.reveal()
        if self.has_class("-narrow"):
            self.bench.hide()  # the answer needs the rows; d brings the demo back
        self._suggest()
        self.refresh_bindings()

    def _suggest(self) -> None:
        """Show the buttons with the suggestion; key points suggest once one is ticked."""
        grade = self.page.grade
        intervals = self.sitting.preview() if self.core.settings.study.intervals else {}
        if grade is not None:
            said = grade.message
            if not said.endswith("suggested."):
                said += f" {grade.suggested.label} suggested."
            self.ratings.show(intervals, grade.suggested, said)
        elif self.page.all_musts is not None:
            self.ratings.show(intervals, None, "Tick what you said; that suggests a rating.")
        else:
            self.ratings.show(intervals, None, "Compare with the answer and rate yourself.")

    @on(KeyPoints.Ticked)
    @shows_errors
    def _ticked(self, event: KeyPoints.Ticked) -> None:
        self.sitting.tick(event.point)
        self.page.tick(self.sitting.state.ticked)
        self._suggest()

    @shows_errors
    async def action_rate(self, number: int) -> None:
        """Commit a rating and show the next card; before the reveal, take the confidence."""
        if self._asking:
            self._confidence = number
            await self._reveal()
        else:
            await self.leave(lambda: self._rate(Rating(number)))

    async def _rate(self, rating: Rating) -> None:
        answer = Answer(
            rating=rating,
            elapsed_ms=round(1000 * self._watch.seconds),
            hint_used=self.page.hint_used,
            confidence=self._confidence,
            all_musts=self.page.all_musts,
            prediction=self.bench.prediction,
            prediction_right=self.bench.prediction_right,
            response=self.page.response,
        )
        if said := self.sitting.rate(answer):
            self.notify(said, title="A leech", severity="warning", markup=False)
        await self._show_card()

    async def action_hint(self) -> None:
        """Show the hint."""
        await self.page.show_hint()
        self.refresh_bindings()

    def action_type(self) -> None:
        """Move the keys into the box."""
        self.page.type_answer()

    @shows_errors
    async def action_bury(self) -> None:
        """Put the card off until tomorrow."""
        await self.leave(lambda: self._put_away("bury"))

    @shows_errors
    async def action_suspend(self) -> None:
        """Take the card out of study."""
        await self.leave(lambda: self._put_away("suspend"))

    async def _put_away(self, how: str) -> None:
        assert isinstance(self.sitting, Sitting)
        name = self.sitting.state.card
        if how == "bury":
            self.sitting.bury()
        else:
            self.sitting.suspend()
        words = {"bury": "rests until tomorrow", "suspend": "is out of study"}
        await self._show_card(f"{name} {words[how]}")

    @shows_errors
    async def action_undo(self) -> None:
        """Take back the last deed."""
        await self.leave(lambda: self._step(self.sitting.undo, "Nothing to undo."))

    @shows_errors
    async def action_redo(self) -> None:
        """Bring back the deed undone last."""
        await self.leave(lambda: self._step(self.sitting.redo, "Nothing to redo."))

    async def _step(self, step: Callable[[], str | None], nothing: str) -> None:
        before = self.sitting.state if self.sitting.card is not None else None
        name = step()
        if name is None:
            self.card_line.message = nothing
        elif before is not None and self.sitting.card is not None and self._only_marks(before):
            self.card_line.message = name
            self.page.tick(self.sitting.state.ticked)
            self.page.show_note(self.sitting.state.note)
            if self.page.revealed:
                self._suggest()
        else:
            await self._show_card(name)

    def _only_marks(self, before: CardState) -> bool:
        """Whether nothing but ticks or the note of the card on the screen has changed."""
        now = self.sitting.state
        return replace(before, ticked=now.ticked, note=now.note) == now != before

    async def action_go_on(self) -> None:
        """Ask a card that has become due since."""
        self.sitting.advance()
        await self._show_card()

    @shows_errors
    async def action_cram(self) -> None:
        """Ask all cards of the sitting, those too that wait for others to be learned."""
        scope = self.sitting.scope
        title = f"{scope.title or 'All cards'} (cram)"
        await self.begin(replace(scope, title=title, cram=True))

    @work(exclusive=True, group="note")
    async def action_note(self) -> None:
        """Write a note on the card."""
        from quizapp.tui.screens.note import NoteEditor

        old = self.sitting.state.note
        text = await self.app.push_screen_wait(NoteEditor(old))
        if text is not None and text != old:
            await self._keep_note(text)

    @shows_errors
    async def _copy_result(self, text: str) -> None:
        """Add the result of a run to the card's note."""
        if self.sitting.scope.cram:
            self.app.copy_to_clipboard(text)
            self.notify("The result is on the clipboard: cramming writes no notes.")
            return
        note = self.sitting.state.note
        await self._keep_note(f"{note}\n\n{text}" if note else text)
        self.notify("The result stands in the card's note. u takes it back.")

    @shows_errors
    def _keep_note(self, text: str) -> None:
        assert isinstance(self.sitting, Sitting)
        self.sitting.note(text)
        self.page.show_note(text)

    async def reloaded(self, gone: frozenset[str]) -> None:
        """Show the card as it is now; start again if a card of this sitting is gone."""
        if gone:
            scope, self._sitting = self.sitting.scope, None
            await self.begin(scope)
        elif self.page.card != self.sitting.card:
            await self._show_card()

    async def action_back(self) -> None:
        """Give the demo's room back to the card, or go home."""
        if self.bench.display:
            self.bench.hide()
            self.page.focus_answer()
        else:
            await self.app.run_action("go('home')")
