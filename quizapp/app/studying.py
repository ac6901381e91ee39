"""Studying without a screen: each action leads from one phase to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from quizapp.app.core import NOTHING_TO_UNDO, Core
from quizapp.app.desk import Cram, Desk, Sitting
from quizapp.app.drafts import Drafts
from quizapp.app.phases import (
    Confidence,
    Hidden,
    Idle,
    OnCard,
    Phase,
    Question,
    Revealed,
    Summary,
)
from quizapp.app.scope import Scope
from quizapp.app.stopwatch import Stopwatch
from quizapp.app.work import card_in_turn
from quizapp.cards.kinds.code import Code
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.grading import Grade, grade_answer
from quizapp.study.model import Answer, CardState, Rating
from quizapp.study.opinion import Opinion
from quizapp.study.reading import Reading

if TYPE_CHECKING:
    from quizapp.app.coding import Coding


class Change(Enum):
    """What an action has changed of what the learner sees."""

    NOTHING = auto()
    HINT = auto()
    CONFIDENCE = auto()
    """How sure the learner is, is asked."""
    ANSWER = auto()
    MARKS = auto()
    """Ticks or note of the card, which stays as it is."""
    WORK = auto()
    """What was run, or that the solution is shown."""
    CARD = auto()
    """The next card is asked, or the summary shown."""


@dataclass(frozen=True)
class Outcome:
    """What an action has come to."""

    change: Change
    message: str = ""
    """What was done: "Undid: Good on lora-rank"."""
    warning: str = ""
    """What the learner should know of the card: that it is a leech."""


class Studying:
    """A learner at the desk; `phase` is what there is to see and to do.

    Every action that writes raises QuizError if the database does not take it; then nothing has
    changed.
    """

    desk: Desk
    """The sitting under way, from the first `start` on."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.phase: Phase = Idle()
        self.watch = Stopwatch(core.monotonic)
        """Runs while a card is looked at."""
        self._drafts = Drafts(core.store)
        self.coding: Coding | None = None
        """The work at the card that is asked, if it is answered in code."""

    @property
    def scope(self) -> Scope:
        """The scope of the sitting under way; everything due, if no card is asked."""
        return self.desk.scope if isinstance(self.phase, OnCard) else Scope()

    @property
    def typed(self) -> tuple[str, ...]:
        """What was typed to the card that is asked before the app ended, for each box."""
        if self.coding is not None:
            return (self.coding.text,)
        return self._drafts.of(self.phase.state) if isinstance(self.phase, OnCard) else ()

    def keep_typed(self, texts: Sequence[str]) -> None:
        """Remember what is typed so far to the card that is asked, until it is rated."""
        if isinstance(self.phase, Hidden) and self.coding is not None:
            self.coding.keep("".join(texts))
        elif isinstance(self.phase, Hidden):
            self._drafts.keep(self.phase.state, texts)

    def goes_on(self, scope: Scope | None, *, given: Sequence[str] = ()) -> bool:
        """Whether a card of such a sitting is asked already; None is any sitting.

        With a new study day a sitting begins anew, but not before what was `given` to its card
        is rated: nothing typed is lost.
        """
        if not isinstance(self.phase, OnCard) or scope not in (None, self.desk.scope):
            return False
        return not self.desk.over or any(text.strip() for text in given)

    def start(self, scope: Scope) -> Outcome:
        """Begin a sitting."""
        self.desk = self._desk(scope)
        return self._turn()

    def _begin_anew(self) -> str:
        """Begin a sitting of yesterday again, with what today asks; return what to show."""
        if not self.desk.over:
            return ""
        self.desk = self._desk(self.desk.scope)
        return "A new study day"

    def _desk(self, scope: Scope) -> Desk:
        return (Cram if scope.cram else Sitting)(self._core, scope)

    def advance(self) -> Outcome:
        """Ask a card that has become due since."""
        self.desk.advance()
        waits = isinstance(self.desk.ask(), Summary)
        return self._turn("Nothing is due yet" if waits else "")

    def cram(self) -> Outcome:
        """Ask all cards of the sitting, those too that wait for others to be learned."""
        scope = self.desk.scope
        return self.start(replace(scope, title=f"{scope.title or 'All cards'} (cram)", cram=True))

    def after_edit(self, gone: frozenset[str]) -> Outcome:
        """Ask the card as it is now; begin again, with it, if a card of the library is gone."""
        if isinstance(self.phase, Idle):
            return Outcome(Change.NOTHING)
        if gone:
            self.desk = self._desk(self.desk.scope)
            if isinstance(self.phase, OnCard) and self.phase.card.id not in gone:
                self.desk.ask_next(self.phase.card.id)
        match self.phase, self._asked():
            case OnCard(card=shown), Question(card=card) if card == shown:
                return Outcome(Change.NOTHING)
        return self._turn()

    def hint(self) -> Outcome:
        """Show the hint, or the next of several; a right answer then counts as one with doubt."""
        if not isinstance(self.phase, Hidden):
            return Outcome(Change.NOTHING)
        if self.coding is not None:
            self.coding.next_hint()
            self.phase = replace(self.phase, hint_used=True, work=self.coding.work)
            return Outcome(Change.HINT)
        self.phase = replace(self.phase, hint_used=True)
        return Outcome(Change.HINT)

    def look(self) -> Outcome:
        """Show the solution of a code card; what passes afterwards is not the learner's own."""
        if self.coding is None or not isinstance(self.phase, OnCard):
            return Outcome(Change.NOTHING)
        if isinstance(self.phase, Hidden):
            self.coding.look()
        return self.ran()

    def ran(self) -> Outcome:
        """Take in what a run of the code has come to."""
        if self.coding is None or not isinstance(self.phase, OnCard):
            return Outcome(Change.NOTHING)
        if isinstance(self.phase, Hidden):
            self.phase = replace(self.phase, work=self.coding.work)
        return Outcome(Change.WORK)

    def reveal(self, given: Sequence[str]) -> Outcome:
        """Show the answer beside what was given; first ask how sure the learner is, if wanted.

        Raises:
            QuizError: what was typed cannot be graded; the learner corrects it.
        """
        if isinstance(self.phase, Question) and self._core.settings.study.confidence:
            self.phase = Confidence(**vars(self.phase))
            return Outcome(Change.CONFIDENCE)
        return self.sure(given, None)

    def sure(self, given: Sequence[str], confidence: int | None) -> Outcome:
        """Show the answer beside that of a learner who is so sure of it, 1 to 3.

        Raises:
            QuizError: what was typed cannot be graded; the learner corrects it, or shows the answer
                all the same with the same words.
        """
        if not isinstance(self.phase, Hidden):
            return Outcome(Change.NOTHING)
        hidden, work = vars(self.phase), self.phase.work
        self.phase = Question(**hidden)
        card = self.phase.card
        grade: Grade | None
        if work is not None:
            grade, response = work.grade, work.response
        else:
            response, grade = " | ".join(given), self._grade(self.phase, given)
        self.phase = Revealed(
            **hidden,
            response=response,
            grade=grade,
            confidence=confidence,
            intervals=self.desk.preview() if self._core.settings.study.intervals else {},
            readings=self._read(card, given),
        )
        return Outcome(Change.ANSWER)

    def _grade(self, question: Question, given: Sequence[str]) -> Grade | None:
        """Return what an answer is worth; one that stays as it was refused, the learner judges."""
        typed = tuple(given)
        if typed and typed == question.refused:
            return None
        try:
            return grade_answer(question.card.body, typed, hint_used=question.hint_used)
        except QuizError:
            self.phase = replace(question, refused=typed)
            raise

    def _read(self, card: Card, given: Sequence[str]) -> tuple[Reading, ...]:
        """Return what a written answer says of each key point; options were not written."""
        if not card.body.spoken:
            return ()
        return self._core.listener.read(card.question, card.key_points, "\n".join(given))

    def rate(
        self, rating: Rating, prediction: str | None = None, prediction_right: bool | None = None
    ) -> Outcome:
        """Commit a rating and ask the next card; before the reveal nothing is rated.

        The prediction is that of the card's demo, if it was run.
        """
        if not isinstance(self.phase, Revealed):
            return Outcome(Change.NOTHING)
        answer = Answer(
            rating=rating,
            elapsed_ms=round(1000 * self.watch.seconds),
            hint_used=self.phase.hint_used,
            confidence=self.phase.confidence,
            all_musts=self.phase.all_musts,
            prediction=prediction,
            prediction_right=prediction_right,
            response=self.phase.response,
            opinions=self.phase.opinions,
        )
        warning = self.desk.rate(answer)
        self._drafts.drop(self.phase.state)
        if self.coding is not None:
            try:
                self.coding.rated()
            except QuizError as error:  # the rating is in the log all the same
                warning = _and(warning, error)
        return self._turn(warning=warning)

    def take_opinions(self, opinions: Sequence[Opinion]) -> None:
        """Keep with the answer what a model says of each key point; it ticks nothing."""
        if isinstance(self.phase, Revealed):
            self.phase = replace(self.phase, opinions=tuple(opinions))

    def tick(self, point: int) -> Outcome:
        """Tick or untick a key point."""
        self.desk.tick(point)
        return self._mark()

    def note(self, text: str) -> Outcome:
        """Replace the note on the card."""
        self.desk.note(text)
        return self._mark()

    def add_to_note(self, text: str) -> Outcome:
        """Put a paragraph at the end of the note on the card."""
        note = self.phase.state.note if isinstance(self.phase, OnCard) else ""
        return self.note(f"{note}\n\n{text}" if note else text)

    def bury(self) -> Outcome:
        """Put the card off until tomorrow."""
        return self._turn(self.desk.bury())

    def suspend(self) -> Outcome:
        """Take the card out of study."""
        return self._turn(self.desk.suspend())

    def expose(self, card: str) -> None:
        """Put off a card whose answer was seen as that of a follow-up."""
        self.desk.expose(card)

    def undo(self) -> Outcome:
        """Take back the last action."""
        self._begin_anew()
        return self._step(self.desk.undo(), NOTHING_TO_UNDO)

    def redo(self) -> Outcome:
        """Bring back the action undone last."""
        self._begin_anew()
        return self._step(self.desk.redo(), "Nothing to redo.")

    def _asked(self) -> Question | Summary:
        """Return what the desk asks, with the exercise whose turn it is."""
        asked = self.desk.ask()
        if isinstance(asked, Question):
            return replace(asked, card=card_in_turn(self._core, asked.card, asked.state))
        return asked

    def _turn(self, message: str = "", warning: str = "", *, back: bool = False) -> Outcome:
        """Go to the card that the desk asks, or to the summary; `back` is after an undo."""
        message = self._begin_anew() or message
        asked, self.coding = self._asked(), None
        if isinstance(asked, Question) and isinstance(asked.card.body, Code):
            from quizapp.app.coding import open_coding  # it needs all that runs need

            try:
                card, reps = asked.card, asked.state.reps
                folder = self._core.paths.solutions / card.id
                self.coding = open_coding(self._core, card, reps, folder, back=back)
            except QuizError as error:  # without its exercise it is a question like any other
                warning = _and(warning, error)
            else:
                work = self.coding.work
                asked = replace(asked, work=work, hint_used=work.hints > 0)
        self.phase = asked
        self._core.sitting = self.scope.title
        self.watch.start()
        return Outcome(Change.CARD, message, warning)

    def _mark(self, message: str = "") -> Outcome:
        """Stay where the learner is; ticks or note of the card may have changed."""
        asked = self.desk.ask()
        if isinstance(self.phase, OnCard) and isinstance(asked, Question):
            self.phase = replace(self.phase, state=asked.state)
        return Outcome(Change.MARKS, message)

    def _step(self, name: str | None, nothing: str) -> Outcome:
        if name is None:
            return Outcome(Change.NOTHING, nothing)
        match self.phase, self.desk.ask():
            case OnCard(state=before), Question(state=now) if _differ_in_marks(before, now):
                return self._mark(name)
        return self._turn(name, back=True)


def _and(warning: str, error: QuizError) -> str:
    """Return a warning, followed by an error that stops nothing."""
    return " ".join(filter(None, (warning, error.message, error.hint)))


def _differ_in_marks(before: CardState, now: CardState) -> bool:
    """Whether nothing but ticks or note of a card has changed."""
    return replace(before, ticked=now.ticked, note=now.note) == now != before
