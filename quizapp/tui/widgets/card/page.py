"""One card on the screen: the question, the learner's answer, and then the card's."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events, on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from quizapp.app.phases import Revealed
from quizapp.app.proof import Proof
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.model import CardState
from quizapp.tui.inline import inline
from quizapp.tui.widgets.card.answer import AnswerSections, CardText
from quizapp.tui.widgets.card.answer_widget import AnswerWidget
from quizapp.tui.widgets.card.answering import answer_widget
from quizapp.tui.widgets.card.key_points import KeyPoints

LOW = 9
"""Rows below which a page shows nothing of the question above the answer."""

ROOM_FOR_BOTH = 14
"""Rows from which the curve of a question stays above its answer while that is scrolled."""


class CardPage(VerticalScroll, can_focus=False):
    """Shows one card at a time; `revealed` says whether its answer is on the page."""

    DEFAULT_CSS = """
    CardPage {
        padding: 1 2 0 2;
        scrollbar-size-vertical: 1;
        & > * { max-width: 104; }
        & > #question { margin-bottom: 1; }
        & > #hint { margin-top: 1; color: $accent; height: auto; }
        & > #answer { margin-bottom: 1; }
        & > #task { margin-bottom: 1; color: $foreground 85%; }
        & > CodeEditor#answer { margin-bottom: 0; max-width: 120; }
        & > #unseen { height: auto; color: $text-muted; }
        & > DemoPanel:focus-within { height: 100%; }
        & > DemoPanel.-hidden { height: 1fr; min-height: 12; }
        & > .-docked { dock: top; height: 50%; min-height: 8; margin-bottom: 1; }
        & > #problem { height: auto; color: $error; display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="page")
        self.card: Card | None = None
        self.revealed = False
        self._figure: Widget | None = None
        self._read_to = 0.0
        """How far the answer was scrolled when the figure took the page."""
        self.answer: AnswerWidget = AnswerWidget()
        """Where the learner answers."""

    async def show(
        self,
        card: Card,
        seed: str,
        figure: Widget | None = None,
        *,
        task: str = "",
        answer: AnswerWidget | None = None,
    ) -> None:
        """Show a question.

        Args:
            card: whose question it is.
            seed: decides how options are shuffled.
            figure: stands below the question.
            task: what is to be done, in a paragraph below the question.
            answer: what takes the answer, where that is not the same for all cards of the kind.
        """
        self.card, self.revealed, self._figure = card, False, figure
        self._read_to = 0.0
        self.answer = answer or answer_widget(card.body, seed)
        parts: list[Widget] = [CardText(card.question, id="question")]
        parts += [CardText(task, id="task")] if task else []
        parts += [figure] if figure else []
        with self.app.batch_update():
            await self.remove_children()
            problem = Static(id="problem", markup=False)
            await self.mount_all([*parts, self.answer, problem])
        self.scroll_home(animate=False)
        self.focus_answer()

    async def preview(self, card: Card, note: str, titles: Mapping[str, str], proof: Proof) -> None:
        """Show question and answer at once; nothing is asked."""
        self.card, self.revealed, self._figure = card, True, None
        self.answer = answer = answer_widget(card.body, card.id)
        sections = AnswerSections(card, (), "", note, titles, proof, asked=False)
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all([CardText(card.question, id="question"), answer, sections])
            answer.given = card.body.right
            answer.locked = True
        self.scroll_home(animate=False)

    async def withhold(self, card: Card) -> None:
        """Show a question that was never asked, without its answer."""
        self.card, self.revealed, self._figure = card, False, None
        self.answer = answer = answer_widget(card.body, card.id)
        answer.disabled = True
        answer.display = not card.body.spoken
        unseen = Static("Not studied yet. Space shows the answer.", id="unseen")
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all([CardText(card.question, id="question"), answer, unseen])
        self.scroll_home(animate=False)

    async def clear(self) -> None:
        """Show nothing."""
        self.card = None
        await self.remove_children()

    def focus_answer(self) -> None:
        """Focus what takes the answer; an open answer may be spoken, so its box waits for `t`.

        Once the answer is there, the key points take it: options would swallow the rating keys.
        """
        if self.revealed:
            points = self.query(KeyPoints)
            self.screen.set_focus(points.first() if points else None, scroll_visible=False)
        else:
            self.answer.take_focus()

    def type_answer(self) -> None:
        """Move the keys into the box of an answer that is typed."""
        if not self.revealed:
            (self.answer.text_box or self.answer).focus()

    async def show_hint(self, text: str, title: str = "Hint") -> None:
        """Show the hint, in the place of one before it."""
        await self.query("#hint").remove()
        hint = Static(Content.assemble(f"{title}: ", inline(text)), id="hint")
        await self.mount(hint, before=self.answer)
        hint.scroll_visible(animate=False)

    def show_problem(self, error: QuizError, way_on: str = "") -> None:
        """Say why what was typed cannot be graded; the learner corrects it, or takes `way_on`."""
        problem = self.query_one("#problem", Static)
        problem.update(" ".join(filter(None, (error.message, error.hint, way_on))))
        problem.display = True
        self.focus_answer()

    async def reveal(
        self, phase: Revealed, titles: Mapping[str, str], proof: Proof, *, solution: str = ""
    ) -> None:
        """Fix the learner's answer and show the card's.

        `titles` names the follow-ups, `proof` is what runs have shown so far, `solution` is code
        that solves the exercise.
        """
        self.query_one("#problem", Static).display = False
        self.revealed = True
        self.answer.locked = True
        verdict = ""
        if phase.grade is not None:
            verdict = f"{'✓' if phase.grade.correct else '✗'} {phase.grade.message}"
        state = phase.state
        sections = AnswerSections(
            phase.card,
            state.ticked,
            verdict,
            state.note,
            titles,
            proof,
            response=phase.response,
            readings=phase.readings,
            solution=solution,
        )
        if phase.readings:
            self.answer.display = False  # it stands below, with its words marked
        await self.mount(sections)
        self.focus_answer()
        self._dock()
        self.call_after_refresh(self.scroll_to_answer, sections)

    @on(events.Resize)
    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _dock(self) -> None:
        """Keep the curve in sight beside the answer that speaks of it.

        With the keys it is a demo as any other, in the flow of the page.
        """
        figure = self._figure
        room = self.revealed and self.size.height >= ROOM_FOR_BOTH
        if figure is None or figure.has_class("-docked") == (room and not figure.has_focus_within):
            return
        if figure.has_class("-docked"):
            self._read_to = self.scroll_y
            self.call_after_refresh(self.scroll_to_widget, figure, top=True, animate=False)
        else:
            self.call_after_refresh(self.scroll_to, y=self._read_to, animate=False)
        figure.toggle_class("-docked")

    def scroll_to_answer(self, sections: AnswerSections) -> None:
        """Bring the beginning of the answer up if the page is too short for all of it."""
        if self._figure is not None and self._figure.has_class("-docked"):
            self.scroll_to_widget(sections, top=True, animate=False)
        elif self._figure is not None and self.max_scroll_y:
            curve = self._figure.query("ChartArea").first()  # the answer speaks of what it shows
            self.scroll_to(y=self.scroll_y + curve.region.y - self.region.y, animate=False)
        elif self.max_scroll_y:
            above = 1 if self.size.height < LOW else self.size.height // 3
            self.scroll_to(y=max(0, sections.virtual_region.y - above), animate=False)

    def show_proof(self, proof: Proof) -> None:
        """Show what a run has shown of the answer, if that is on the page."""
        for sections in self.query(AnswerSections):
            sections.show_proof(proof)

    def mark(self, state: CardState) -> None:
        """Show the ticks and the note as they are now."""
        for points in self.query(KeyPoints):
            points.show(state.ticked)
        for sections in self.query(AnswerSections):
            sections.show_note(state.note)
