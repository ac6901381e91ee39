"""Studying: a question, an answer, a rating, the next card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input

from quizapp.app import phases
from quizapp.app.core import Core
from quizapp.app.proof import proof_of
from quizapp.app.scope import Scope
from quizapp.app.studying import Change, Outcome
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.model import CardState, Rating
from quizapp.text import minutes
from quizapp.tui.errors import shows_errors
from quizapp.tui.screens.card_screen import CARD_KEYS, leaves_card
from quizapp.tui.screens.code_screen import CODE_KEYS, WHILE, WIDE
from quizapp.tui.screens.opinion_screen import opinion_keys
from quizapp.tui.screens.study_note import StudyNote
from quizapp.tui.screens.study_opinion import StudyOpinion
from quizapp.tui.screens.written_answer import WRITING, WRITING_KEYS, WrittenAnswer
from quizapp.tui.widgets.card.bench import Bench, draw_figure
from quizapp.tui.widgets.card.card_line import CardLine
from quizapp.tui.widgets.card.key_points import KeyPoints
from quizapp.tui.widgets.card.page import CardPage
from quizapp.tui.widgets.card.rating_bar import RatingBar
from quizapp.tui.widgets.card.summary import Summary, summary
from quizapp.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel

ALWAYS = frozenset({"scroll", "page", "back", "leave_code", "scroll_results"})
"""Actions that change only what is in sight."""


class StudyScreen(StudyNote, StudyOpinion, WrittenAnswer):
    """Asks the cards of one sitting."""

    CSS_PATH = "study.tcss"
    AUTO_FOCUS = ""  # a box that had the focus from the start would swallow the keys
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - as Textual has it
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual has it
    HELP = """
Answer first: aloud, or in writing. `t` moves the keys into the box, and so does text that comes
fast or begins with a capital. Ctrl+D shows the answer from there, Space from the card. Then tick
what you said, and rate yourself: Again when it was wrong or something essential was missing, Hard
when it was right with doubt, Good when it was right, Easy when it took no effort. Space is Good,
also where another rating is suggested. Code is written in an editor: Enter begins, Esc gives the
keys back to commands. Ctrl+J runs it, as does Ctrl+Enter where the terminal sends it. Every run is
kept as an attempt. When all claims hold, Good is suggested; after a hint Hard; after a look at the
solution Again.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "reveal", "Show answer", id="study.reveal"),
        Binding("enter", "enter", "Show answer", show=False, id="study.reveal-enter"),
        Binding("space,enter", "rate(3)", "Good", show=False, id="study.good"),
        Binding("1", "rate(1)", "Again", show=False, id="study.again"),
        Binding("2", "rate(2)", "Hard", show=False, id="study.hard"),
        Binding("3", "rate(3)", "Good", show=False, id="study.good-3"),
        Binding("4", "rate(4)", "Easy", show=False, id="study.easy"),
        Binding("1", "sure(1)", "Guessing", show=False, id="study.guessing"),
        Binding("2", "sure(2)", "Fairly sure", show=False, id="study.fairly-sure"),
        Binding("3", "sure(3)", "Certain", show=False, id="study.certain"),
        Binding("space", "go_on", "Go on", id="study.go-on"),
        Binding(
            "x",
            "cram",
            "Cram these",
            tooltip="Ask each card once, without the schedule",
            id="study.cram",
        ),
        Binding("h", "hint", "Hint", tooltip="Show the hint; Good becomes Hard", id="study.hint"),
        *opinion_keys("study"),
        *WRITING_KEYS,
        Binding(
            "v",
            "chart",
            "Next chart",
            tooltip="Show the next chart of the question",
            id="study.chart",
        ),
        *CODE_KEYS,
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

    ratings = getters.query_one(RatingBar)
    summary = getters.query_one(Summary)

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._figure: DemoPanel | None = None

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
        self.set_interval(1.0, self.keep_typed)

    async def work_changed(self, *, looked: bool = False) -> None:
        """Take in what a run came to, or that the solution is looked at."""
        await self._show(self.studying.look() if looked else self.studying.ran())

    @property
    def figure(self) -> DemoPanel | None:
        """The run shown in the question, once its answer is there."""
        return self._figure if isinstance(self.studying.phase, phases.Revealed) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the phase allows."""
        if action in WHILE:
            return self.offers(action)
        if action == "second_opinion" and self.second_reader is None:
            return False
        if action in WRITING:
            return action in self.studying.phase.actions and self.can_write(action)
        if action == "chart":
            return self._figure is not None and self._figure.turns_charts
        return action in ALWAYS or action in self.studying.phase.actions

    async def begin(self, scope: Scope | None) -> None:
        """Start a sitting, or go on with the one under way if it has the same scope.

        None goes on with any sitting; without one, everything due is studied.
        """
        await self.keep_typed()
        if not self.studying.goes_on(scope, given=self.given):
            await self._begin(scope or self.studying.scope)

    @leaves_card
    async def _begin(self, scope: Scope) -> None:
        await self._show(self.studying.start(scope))

    async def _show(self, outcome: Outcome) -> None:
        """Show what an action has come to."""
        self.card_line.message = outcome.message
        if outcome.warning:
            self.notify(outcome.warning, severity="warning", markup=False)
        match outcome.change, self.studying.phase:
            case Change.CARD, phase:
                await self._turn(phase)
            case Change.HINT, phases.Hidden(card=card):
                if self.coding is None:
                    await self.page.show_hint(card.hint)
                else:
                    await self.show_code_hint()
            case Change.CONFIDENCE, _:
                self.set_focus(None)
                self.ratings.ask_confidence()
            case Change.ANSWER, phases.Revealed() as phase:
                await self._show_answer(phase)
            case Change.MARKS, phases.OnCard() as phase:
                self.page.mark(phase.state)
                self._suggest(phase)
        self._tick()
        self.refresh_bindings()

    async def _turn(self, phase: phases.Phase) -> None:
        """Show the card that is asked, or the summary."""
        self._asked = False
        self.stop_asking()
        self.set_class(self.coding is not None, "-code")
        await self.bench.clear()
        self._figure = None
        self.ratings.display = False
        asked = isinstance(phase, phases.OnCard)
        self.page.display, self.summary.display = asked, not asked
        match phase:
            case phases.OnCard(card=card, state=state):
                await self._ask(card, state)
                self._asked = True
            case phases.Summary():
                await self.page.clear()  # no figure of the last card runs on
                self.set_focus(None)
                self.card_line.place = phase.title or "Studying"
                questions = {name: head.question for name, head in self.core.library.heads.items()}
                self.summary.show(summary(phase, questions, self.core.now))

    async def _ask(self, card: Card, state: CardState) -> None:
        self._figure = draw_figure(self, self.core, card)
        if self.coding is not None:
            await self.ask_code(card)
        else:
            await self.page.show(card, f"{card.id}/{state.reps}", self._figure)
            if typed := self.studying.typed:
                self.page.answer.given = typed
        if self._figure is not None:
            self._figure.begin()
        library = self.core.library
        anew = ", in other words" if card.question != library.heads[card.id].question else ""
        place = f"{library.decks[card.deck].title} · {card.difficulty} · {card.kind}{anew}"
        self.card_line.place = place

    @on(events.Resize)
    def _fit_ratings(self) -> None:
        """Leave the intervals out where the window has become too narrow for them."""
        if isinstance(self.studying.phase, phases.OnCard):
            self.call_after_refresh(self._suggest, self.studying.phase)
            self.call_after_refresh(self.arrange_code)

    def _suggest(self, phase: phases.OnCard) -> None:
        """Show the ratings, with what the answer or the ticks suggest."""
        if isinstance(phase, phases.Revealed):
            self.ratings.show(phase.intervals, phase.suggested, phase.advice)

    def _tick(self) -> None:
        """Show the time, the progress and the run."""
        studying = self.studying
        if isinstance(studying.phase, phases.Idle):
            return
        desk = studying.desk
        answered, left, again = desk.answered, len(desk.left), desk.again
        progress = f"{answered} answered · {left} left" + (f", {again} again" if again else "")
        self.card_line.progress = progress if answered or left else ""
        asked = isinstance(studying.phase, phases.OnCard)
        passed = int(studying.watch.seconds)  # a clock shows a second when it is over
        self.card_line.clock = minutes(passed) if asked else ""
        self.card_line.run_state = self.bench.run_state

    @on(events.ScreenSuspend)
    def _leave_desk(self) -> None:
        self.studying.watch.pause()

    @on(events.ScreenResume)
    def _return_to_desk(self) -> None:
        self.studying.watch.resume()

    def on_demo_panel_finished(self) -> None:
        """Say at once that the run has ended."""
        self._tick()

    def on_demo_panel_closed(self) -> None:
        """Give the keys back to the card: a figure stays where it is."""
        self.page.focus_answer()

    @on(Input.Submitted)
    async def action_reveal(self) -> None:
        """Show the answer; first ask how sure the learner is, if they want to be asked."""
        if self.gives_up:
            self.ask_to_give_up(self._reveal_now)
        else:
            await self._reveal_now()

    async def _reveal_now(self) -> None:
        await self._reveal(self.studying.reveal)

    def action_done(self) -> None:
        """Show the answer, from the box."""
        self.after_typing(self.action_reveal)

    def action_chart(self) -> None:
        """Show the next chart of the question, where they are shown one at a time."""
        if self._figure is not None:
            self._figure.action_chart()

    async def action_enter(self) -> None:
        """Go on writing code; on any other card, show the answer."""
        if self.coding is None:
            await self.action_reveal()
        else:
            self.action_type()

    async def action_sure(self, confidence: int) -> None:
        """Show the answer to a learner who is so sure of theirs."""
        await self._reveal(partial(self.studying.sure, confidence=confidence))

    async def _reveal(self, reveal: Callable[[Sequence[str]], Outcome]) -> None:
        await self.keep_typed()
        try:
            await self._show(reveal(self.page.answer.given))
        except QuizError as error:  # what was typed is no number
            self.ratings.display = False
            self.page.show_problem(error, "Space again shows the answer.")
            self.refresh_bindings()

    async def _show_answer(self, phase: phases.Revealed) -> None:
        heads = self.core.library.heads
        titles = {name: heads[name].question for name in phase.card.follow_ups}
        coding = self.coding
        proof = coding.proof if coding else proof_of(self.core, phase.card)
        solution = coding.spec.reference if coding else ""
        await self.page.reveal(phase, titles, proof, solution=solution)
        await self.offer_opinion()
        if self._figure is not None:
            self._figure.reveal()
        if self.has_class("-narrow"):
            self.show_results(False)
            self.bench.hide()  # the answer needs the rows; d brings the demo back
        self._suggest(phase)

    @on(KeyPoints.Ticked)
    @shows_errors
    async def _ticked(self, event: KeyPoints.Ticked) -> None:
        await self._show(self.studying.tick(event.point))

    @leaves_card
    async def action_rate(self, number: int) -> None:
        """Commit a rating and show the next card."""
        bench = self.bench
        outcome = self.studying.rate(Rating(number), bench.prediction, bench.prediction_right)
        await self._show(outcome)

    async def action_hint(self) -> None:
        """Show the hint."""
        await self._show(self.studying.hint())

    @shows_errors
    async def exposed(self, card: str) -> None:
        """Ask a card whose answer was seen not before tomorrow."""
        self.studying.expose(card)
        self._tick()

    @leaves_card
    async def action_bury(self) -> None:
        """Put the card off until tomorrow."""
        await self._show(self.studying.bury())

    @leaves_card
    async def action_suspend(self) -> None:
        """Take the card out of study."""
        await self._show(self.studying.suspend())

    @leaves_card
    async def action_undo(self) -> None:
        """Take back the last action."""
        await self._show(self.studying.undo())

    @leaves_card
    async def action_redo(self) -> None:
        """Bring back the action undone last."""
        await self._show(self.studying.redo())

    async def action_go_on(self) -> None:
        """Ask a card that has become due since."""
        await self._show(self.studying.advance())

    @leaves_card
    async def action_cram(self) -> None:
        """Ask all cards of the sitting, those too that wait for others to be learned."""
        await self._show(self.studying.cram())

    async def reloaded(self, gone: frozenset[str]) -> None:
        """Show the card as it is now, with what was typed; ask another if this one is gone."""
        before, typed = self.page.card, self.page.answer.given
        await self._show(self.studying.after_edit(gone))
        after = self.page.card
        if typed and before and after and (before.id, before.body) == (after.id, after.body):
            self.page.answer.given = typed
