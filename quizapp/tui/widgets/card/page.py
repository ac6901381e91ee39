"""One card on the screen: the question, the learner's answer, and then the card's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.grading import Grade, grade_answer, grade_points
from quizapp.tui.widgets.card.answer import AnswerSections, CardText
from quizapp.tui.widgets.card.answer_widget import AnswerWidget
from quizapp.tui.widgets.card.answering import answer_widget
from quizapp.tui.widgets.card.key_points import KeyPoints


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
        & > #problem { height: auto; color: $error; display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="page")
        self.card: Card | None = None
        self.revealed = False
        self.hint_used = False
        self._answer: AnswerWidget | None = None
        self._grade: Grade | None = None
        self._ticked: Sequence[int] = ()

    async def show(
        self, card: Card, seed: str, ticked: Sequence[int], figure: Widget | None = None
    ) -> None:
        """Show a question; `figure` stands below it."""
        self.card, self.revealed, self.hint_used = card, False, False
        self._grade, self._ticked = None, tuple(ticked)
        self._answer = answer_widget(card.body, seed)
        parts = [CardText(card.question, id="question"), *([figure] if figure else [])]
        with self.app.batch_update():
            await self.remove_children()
            problem = Static(id="problem", markup=False)
            await self.mount_all([*parts, self._answer, problem])
        self.scroll_home(animate=False)
        self.focus_answer()

    async def preview(self, card: Card, note: str, titles: Mapping[str, str]) -> None:
        """Show question and answer at once; nothing is asked."""
        self.card, self.revealed, self._answer = card, True, None
        answer = answer_widget(card.body, card.id)
        sections = AnswerSections(card, (), "", note, titles)
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all([CardText(card.question, id="question"), answer, sections])
            answer.given = card.body.right
            answer.locked = True
        self.scroll_home(animate=False)

    async def clear(self) -> None:
        """Show nothing."""
        self.card = None
        await self.remove_children()

    def focus_answer(self) -> None:
        """Focus what takes the answer.

        Once the answer is there, the key points take it: options would swallow the rating keys.
        """
        if self.revealed:
            points = self.query(KeyPoints)
            self.screen.set_focus(points.first() if points else None, scroll_visible=False)
        elif self._answer is not None:
            self._answer.take_focus()
        else:
            self.screen.set_focus(None)

    def type_answer(self) -> None:
        """Move the keys into the box of an open answer."""
        if self._answer is not None and not self.revealed:
            self._answer.focus()

    async def show_hint(self) -> bool:
        """Show the hint; return whether there was one to show."""
        if self.card is None or not self.card.hint or self.hint_used:
            return False
        self.hint_used = True
        hint = Static(f"Hint: {self.card.hint}", id="hint", markup=False)
        await self.mount(hint, after="#question")
        hint.scroll_visible(animate=False)
        return True

    async def reveal(self, note: str, titles: Mapping[str, str]) -> bool:
        """Fix the learner's answer and show the card's; return whether that was possible.

        What was typed may be no number; then the page says so, and the learner corrects it.
        """
        if self.card is None or self._answer is None or self.revealed:
            return False
        problem = self.query_one("#problem", Static)
        try:
            given = self._answer.given
            self._grade = grade_answer(self.card.body, given, hint_used=self.hint_used)
        except QuizError as error:
            problem.update(f"{error.message} {error.hint}")
            problem.display = True
            return False
        problem.display = False
        self.revealed = True
        self._answer.locked = True
        verdict = ""
        if self._grade is not None:
            verdict = f"{'✓' if self._grade.correct else '✗'} {self._grade.message}"
        sections = AnswerSections(self.card, self._ticked, verdict, note, titles)
        await self.mount(sections)
        self.focus_answer()
        top = sections.virtual_region.y
        self.call_after_refresh(self.scroll_to_answer, top)
        return True

    def scroll_to_answer(self, top: int) -> None:
        """Bring the beginning of the answer up if the page is too short for all of it."""
        if self.max_scroll_y:
            self.scroll_to(y=max(0, top - self.size.height // 3), animate=False)

    def tick(self, ticked: Sequence[int]) -> None:
        """Show the ticked key points."""
        self._ticked = tuple(ticked)
        for points in self.query(KeyPoints):
            points.show(self._ticked)

    def show_note(self, note: str) -> None:
        """Show the learner's note with the answer."""
        for sections in self.query(AnswerSections):
            sections.show_note(note)

    @property
    def response(self) -> str:
        """What the learner answered, as text."""
        return " | ".join(self._answer.given) if self._answer is not None else ""

    @property
    def grade(self) -> Grade | None:
        """What the answer is worth: the graded answer, else the key points once one is ticked."""
        if self._grade is not None or self.card is None or not self._ticked:
            return self._grade
        musts = [point.must for point in self.card.key_points]
        return grade_points(self._ticked, musts, hint_used=self.hint_used)

    @property
    def all_musts(self) -> bool | None:
        """Whether every must-have point is ticked; None for a card without key points."""
        if self.card is None or not self.card.key_points:
            return None
        points = enumerate(self.card.key_points)
        return all(index in self._ticked for index, point in points if point.must)
