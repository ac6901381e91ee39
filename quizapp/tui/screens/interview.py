"""A mock interview: quiet questions, a clock, the rubric after each, a report at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from quizapp.app.core import Core
from quizapp.app.interview import (
    ACTIONS,
    Asking,
    Coded,
    Phase,
    Probing,
    Report,
    Rubric,
    Setup,
    Waiting,
)
from quizapp.app.interviews import Interviews, checks_of
from quizapp.app.stopwatch import Stopwatch
from quizapp.errors import QuizError
from quizapp.study.interview import InterviewSpec
from quizapp.tui.errors import show_error, shows_errors
from quizapp.tui.interview_page import report_parts
from quizapp.tui.interview_parts import (
    asking_parts,
    place_of,
    probing_parts,
    rubric_parts,
    setup_parts,
)
from quizapp.tui.screens.code_round import CodeRound
from quizapp.tui.screens.confirm import Confirm
from quizapp.tui.screens.interview_keys import INTERVIEW_KEYS
from quizapp.tui.screens.interview_opinion import InterviewOpinion
from quizapp.tui.widgets.card.answer import CardText
from quizapp.tui.widgets.card.bench import draw_figure
from quizapp.tui.widgets.card.card_line import CardLine
from quizapp.tui.widgets.card.key_points import KeyPoints
from quizapp.tui.widgets.card.written import InterviewDraft
from quizapp.tui.widgets.demo_panel import DemoPanel
from quizapp.tui.widgets.interview_setup import InterviewSetup
from quizapp.tui.widgets.key_bar import KeyBar
from quizapp.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from quizapp.tui.widgets.card.code_desk import CodeDesk
    from quizapp.tui.widgets.card.code_panel import CodePanel


class InterviewScreen(InterviewOpinion, CodeRound):
    """Goes through its phases: setup, question, follow-ups, rubric, report."""

    CSS_PATH = "interview.tcss"
    AUTO_FOCUS = ""
    HELP = """
Answer each question as you would in the room. The box has the keys: type, Enter makes a new line,
Ctrl+D ends the answer. Or press Esc and answer aloud; then Space ends it. Up to two follow-ups ask
for what was missed, before the rubric is shown. Beside each point stand your own closest words:
tick what you said, and how it was structured. Code is written in an editor: Ctrl+J runs it, and the
claims that hold in its last run are its score. Esc shows its task again, Enter goes back to
writing, and Space or Ctrl+D ends the answer. The report keeps what the app could check apart from
your ticks; what a rule confirmed counts without one. A card that you have answered before comes in
other words or numbers where it has them. Questions without an essential point are rated Again, so
that they are asked today. An interview that you leave waits, also when the app or the terminal is
closed; the reports of those that ended open again from the set-up with o.
"""
    BINDINGS: ClassVar[list[BindingType]] = INTERVIEW_KEYS

    page = getters.query_one("#interview", VerticalScroll)
    line = getters.query_one(CardLine)

    def __init__(self, core: Core, proposed: InterviewSpec | None = None) -> None:
        """`proposed` is the interview to set up first; it begins when the learner asks for it."""
        super().__init__(core)
        self._interviews = Interviews(core)
        set_up = self._interviews.set_up()
        self.phase: Phase = set_up if proposed is None else set_up.propose(proposed)
        """What is on the page."""
        self._watch = Stopwatch(core.monotonic)
        self._draft: InterviewDraft
        """The answer box of the question, kept here because the clock ticks between pages too."""
        self._curve: DemoPanel | None = None
        """The curve that the open question is about."""

    def compose(self) -> ComposeResult:
        """The line above, one page, the keys."""
        yield CardLine()
        yield VerticalScroll(id="interview", can_focus=False)
        yield KeyBar()

    async def on_mount(self) -> None:
        """Begin with the set-up."""
        await self._show(self.phase)
        self.set_interval(1.0, self._tick)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the phase allows."""
        if action == "results" and (self._desk is None or not self._desk.one_at_a_time):
            return False
        if action == "second_opinion" and self.second_reader is None:
            return False
        if action == "chart":
            curve = self._curve
            return curve is not None and curve.is_attached and curve.turns_charts
        return action in self.phase.actions or action not in ACTIONS

    async def _enter(self, phase: Phase) -> None:
        """Remember a phase, then show it."""
        self._interviews.keep(phase)
        await self._show(phase)

    async def _show(self, phase: Phase) -> None:
        self.stop_asking()
        self.phase, self._desk, self._ends = phase, None, False
        if isinstance(phase, Asking | Probing):
            self._watch.start(phase.interview.spent_s)
        parts = self._parts(phase)
        self._show_line()
        self.set_focus(None)
        curve = self._curve if self._curve in parts else None
        kept = curve if curve is not None and curve.is_mounted else None
        with self.app.batch_update():
            await self.page.remove_children([old for old in self.page.children if old is not kept])
            if kept is None:
                await self.page.mount_all(parts)
            else:
                place = parts.index(kept)
                await self.page.mount_all(parts[:place], before=kept)
                await self.page.mount_all(parts[place + 1 :], after=kept)
        await self.offer_opinion()
        self.page.scroll_home(animate=False)
        self.refresh_bindings()
        if curve is not None and isinstance(phase, Rubric):
            curve.reveal()
        if curve is not None:
            curve.set_class(isinstance(phase, Rubric), "-revealed")
            if kept is None:
                curve.begin()
        if rows := next((part for part in parts if isinstance(part, RowList)), None):
            rows.focus(scroll_visible=False)
        aloud = isinstance(phase, Probing) and phase.given.aloud
        if (box := self.text_target) is not None and not aloud:
            self.set_focus(box, scroll_visible=False)
        if box is not None and self._desk is None:
            self.call_after_refresh(box.scroll_visible, animate=False)

    @property
    def text_target(self) -> Widget | None:
        """The box or the editor in which a question or a follow-up is answered."""
        if self._desk is not None:
            return self._desk.editor
        return self._draft if isinstance(self.phase, Asking | Probing) else None

    def _parts(self, phase: Phase) -> list[Widget]:
        """Return what the page of a phase shows, from the top."""
        match phase:
            case Setup():
                return setup_parts(phase)
            case Asking() if phase.question.exercise and (desk := self._make_desk(phase)):
                task = CardText(desk.coding.task, id="task")
                return [CardText(phase.question.prompt), task, desk]
            case Asking():
                self._draft = InterviewDraft(phase.interview.draft)
                return asking_parts(phase, self._figure(phase), self._draft)
            case Probing():
                self._draft = InterviewDraft(phase.interview.draft)
                return probing_parts(phase, self._figure(phase), self._draft)
            case Rubric():
                card = self._interviews.card(phase.question)
                return rubric_parts(self._core, phase, card, self._figure(phase))
            case Coded():
                return self._coded(phase)
            case Report():
                report = phase.report.with_titles(self._interviews.titles)
                return report_parts(report, comes_back=bool(phase.again))

    def _make_desk(self, phase: Asking) -> CodeDesk | None:
        """Return where the question is answered in code; without its exercise it is spoken."""
        from quizapp.tui.widgets.card.code_desk import CodeDesk

        try:
            self._desk = CodeDesk(self._interviews.coding(phase))
            self._desk.editor.reading = True
        except QuizError as error:
            show_error(self, error)
        return self._desk

    def _figure(self, phase: Asking | Probing | Rubric) -> list[Widget]:
        """Return the curve that the question is about; one that cannot run is done without.

        It stays while its question is talked about: a run is not made again for each page.
        """
        card = self._core.library.cards.get(phase.question.id)
        if self._curve is None or isinstance(phase, Asking):
            self._curve = None if card is None else draw_figure(self, self._core, card)
        return [] if self._curve is None else [self._curve]

    def _show_line(self) -> None:
        """Show where we are; the clock says how long is left, without shouting."""
        place, self.line.progress, self.line.clock = place_of(self.phase, self._watch.seconds)
        self.line.place = f"Mock interview{place}"

    def _tick(self) -> None:
        """Show the time, and remember what is typed and now and then how long it took."""
        self._show_line()
        if isinstance(self.phase, Asking | Probing):
            before = self.phase
            try:
                if self._desk is None:
                    text = self._draft.text
                else:
                    text = ""  # the code has a file of its own
                    self._desk.coding.keep(self._desk.editor.text)
                self.phase = before.with_draft(text, self._watch.seconds)
                if self.phase is not before:
                    self._interviews.keep(self.phase)
            except QuizError as error:
                show_error(self, error)

    @on(InterviewSetup.Begin)
    @work(group="begin", exclusive=True)
    async def _begin(self, event: InterviewSetup.Begin) -> None:
        if not isinstance(self.phase, Waiting) or await self._gives_up():
            await self._enter_new(event.setup)

    @shows_errors
    async def _enter_new(self, setup: Setup) -> None:
        await self._enter(self._interviews.begin(setup))

    async def _gives_up(self) -> bool:
        """Ask whether the interview that is under way, or waits, is given up."""
        question = "Give up the interview under way? Nothing of it is kept."
        agreed = await self.app.push_screen_wait(Confirm(question, "Give up", "Keep it"))
        return bool(agreed)

    @on(KeyPoints.Ticked)
    @shows_errors
    def _ticked(self, event: KeyPoints.Ticked) -> None:
        if isinstance(self.phase, Rubric):
            if structure := event.points.id == "structure":
                phase = self.phase.tick_structure(event.point)
            else:
                phase = self.phase.tick_point(event.point)
            self._interviews.keep(phase)
            self.phase = phase
            event.points.show(phase.structure_ticked if structure else phase.given.ticked)

    @shows_errors
    async def action_go_on(self) -> None:
        """End an answer given aloud, or leave the rubric."""
        await self._go_on(aloud=True)

    async def action_enter(self) -> None:
        """Go on writing code; anywhere else, go on."""
        if self._desk is None:
            await self.action_go_on()
        else:
            self.action_type()

    def action_done(self) -> None:
        """End an answer that was typed."""
        self.after_typing(self._end_typed)

    @shows_errors
    async def _end_typed(self) -> None:
        await self._go_on(aloud=False)

    async def _go_on(self, *, aloud: bool) -> None:
        listen, seconds = self._interviews.listen, self._watch.seconds
        match self.phase:
            case Asking() if self._desk is not None:
                await self._end_code(self._desk)
            case Asking() as phase:
                said = self._draft.response
                await self._enter(phase.answer(said, seconds, listen, aloud=aloud))
            case Probing() as phase:
                await self._enter(phase.reply(self._draft.response, seconds, listen, aloud=aloud))
            case Rubric() | Coded() as phase if aloud:
                await self._enter(phase.next(self._core.now))

    async def _end_code(self, desk: CodeDesk) -> None:
        """End an answer in code; what was not run as it stands is run before."""
        if not desk.ran_as_it_is:
            self.action_run_code()
            self._ends = True
        elif isinstance(self.phase, Asking):
            coding = desk.coding
            code, came_to = desk.editor.text, coding.work.response
            checks, seconds = checks_of(coding), self._watch.seconds
            coding.rated()
            await self._enter(self.phase.answer_in_code(code, checks, came_to, seconds))

    @shows_errors
    async def on_code_panel_finished(self, event: CodePanel.Finished) -> None:
        """Go on if the answer was ended and only its run was missing, unless that was cancelled."""
        self.refresh_bindings()
        ends, self._ends = self._ends, False
        if ends and self._desk is not None and not event.cancelled:
            await self._end_code(self._desk)

    def action_type(self) -> None:
        """Move the keys into the box."""
        if self._desk is not None:
            self._desk.write()
        else:
            self._draft.focus()

    def action_chart(self) -> None:
        """Show the next chart of the question, where they are shown one at a time."""
        if self._curve is not None:
            self._curve.action_chart()

    @shows_errors
    def action_write(self) -> None:
        """Write the report as Markdown and as HTML."""
        if isinstance(self.phase, Report):
            paths = self._interviews.write(self.phase.report)
            text = "\n".join(str(path) for path in paths)
            self.notify(text, title="Saved", markup=False, timeout=10)

    @shows_errors
    async def action_undo(self) -> None:
        """Take back the ratings that the report made."""
        if isinstance(self.phase, Report):
            await self._show(self._interviews.undo(self.phase))

    @work(group="leave")
    async def action_again(self) -> None:
        """Set up another interview; one under way is given up only after asking."""
        if isinstance(self.phase, Report) or await self._gives_up():
            await self._give_up()

    @shows_errors
    async def _give_up(self) -> None:
        await self._show(self._interviews.give_up())

    @shows_errors
    async def action_resume(self) -> None:
        """Go on with the interview that was left: its question is asked, or its rubric shown."""
        if isinstance(self.phase, Waiting):
            await self._enter(self.phase.left)

    @shows_errors
    async def action_earlier(self) -> None:
        """List the finished interviews."""
        from quizapp.tui.screens.past_interviews import PastInterviews  # few visits need it

        await self.app.push_screen(PastInterviews(self._interviews, self._core.tz))

    def action_scroll(self, by: int) -> None:
        """Scroll the page."""
        self.page.scroll_relative(y=by * max(self.page.size.height - 2, 1), animate=False)

    @on(events.ScreenSuspend)
    def _pause(self) -> None:
        self._watch.pause()

    @on(events.ScreenResume)
    def _resume(self) -> None:
        self._watch.resume()

    async def action_back(self) -> None:
        """Go home; an interview under way waits. From results, go back to the code first."""
        if self._desk is not None and self._desk.results_shown and self._desk.one_at_a_time:
            self._desk.write()
            return
        await self.app.run_action("app.go('home')")
