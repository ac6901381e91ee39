"""A mock interview: quiet questions, a clock, the rubric after each, a report at the end."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from quizapp.app.interviews import Interviews
from quizapp.app.mock import Mock, begin, go_on_with
from quizapp.app.core import Core
from quizapp.app.stopwatch import Stopwatch
from quizapp.cards.model import KeyPoint
from quizapp.errors import QuizError
from quizapp.study.interview import InterviewSpec
from quizapp.study.scoring import InterviewReport, Structure
from quizapp.tui.errors import show_error, shows_errors
from quizapp.tui.interview_page import report_page, waiting_line
from quizapp.tui.screens.confirm import Confirm
from quizapp.tui.widgets.card.answer import CardText
from quizapp.tui.widgets.card.bench import make_panel
from quizapp.tui.widgets.card.card_line import CardLine, clock_text
from quizapp.tui.widgets.card.key_points import KeyPoints
from quizapp.tui.widgets.card.written import Draft
from quizapp.tui.widgets.interview_setup import InterviewSetup
from quizapp.tui.widgets.key_bar import KeyBar

KEEP_EVERY_S = 5.0
"""Seconds of a question that a kill may take from its clock."""

STRUCTURE = tuple(KeyPoint(str(item)) for item in Structure)


class InterviewScreen(Screen[None]):
    """Goes through its phases: setup, question, rubric, follow-up, report."""

    CSS_PATH = "interview.tcss"
    AUTO_FOCUS = ""
    HELP = """
Answer each question as you would in the room: aloud, or typed after `t`. Space ends the answer
and shows the rubric; tick what you said and how you told it. A follow-up asks for what you
missed. The report at the end is scored by must-have points, other points and structure. Questions
without an essential point are rated Again, so that they are asked today. An interview that you
leave waits, also when the app or the terminal is closed.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "go_on", "Go on", key_display="space", id="interview.go-on"),
        Binding(
            "r",
            "resume",
            "Resume",
            tooltip="Go on with the interview that was left",
            id="interview.resume",
        ),
        Binding("t", "type", "Type", tooltip="Type the answer", id="interview.type"),
        Binding(
            "w",
            "write",
            "Save report",
            tooltip="Write the report as Markdown and HTML",
            id="interview.write",
        ),
        Binding(
            "u",
            "undo",
            "Undo",
            tooltip="Take back that missed questions come back",
            id="interview.undo",
        ),
        Binding("a", "again", "New interview", id="interview.again"),
        Binding("pagedown,j", "scroll(1)", "Scroll down", show=False, id="interview.down"),
        Binding("pageup,k", "scroll(-1)", "Scroll up", show=False, id="interview.up"),
        Binding("escape", "back", "Back", show=False, id="interview.back"),
    ]

    page = getters.query_one("#interview", VerticalScroll)
    line = getters.query_one(CardLine)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._interviews = Interviews(core)
        self._mock: Mock | None = None
        self._phase = "setup"
        self._watch = Stopwatch(core.monotonic)
        self._report: InterviewReport | None = None
        self._left: dict[str, Any] | None = None
        """The interview that waits."""
        self._seed: int | None = None
        """Of the interview that was asked for; None draws one."""
        self._brought: tuple[str, ...] = ()
        """Cards that the report rated Again."""

    def compose(self) -> ComposeResult:
        """The line above, one page, the keys."""
        yield CardLine()
        yield VerticalScroll(id="interview", can_focus=False)
        yield KeyBar()

    async def on_mount(self) -> None:
        """Begin with the setup."""
        await self._set_up()
        self.set_interval(1.0, self._tick)

    def propose(self, spec: InterviewSpec) -> None:
        """Set up a certain interview; it begins when the learner says so."""
        self._seed = spec.seed
        self.query_one(InterviewSetup).propose(spec)

    async def _set_up(self) -> None:
        self._mock = self._report = self._seed = None
        self._brought = ()
        self.line.place, self.line.progress, self.line.clock = "Mock interview", "", ""
        setup = InterviewSetup(list(self._core.library.decks.values()))
        self._left = self._interviews.left
        waits = [Static(waiting_line(self._left), id="waits")] if self._left else []
        await self._turn("setup", *waits, setup)
        setup.focus(scroll_visible=False)

    async def _turn(self, phase: str, *parts: Widget) -> None:
        """Show the page of a phase."""
        self._phase = phase
        self.set_focus(None)
        with self.app.batch_update():
            await self.page.remove_children()
            await self.page.mount_all(parts)
        self.page.scroll_home(animate=False)
        self.refresh_bindings()

    @on(InterviewSetup.Begin)
    @shows_errors
    async def _begin(self, event: InterviewSetup.Begin) -> None:
        seed = self._core.random.randrange(10_000) if self._seed is None else self._seed
        self._mock = begin(event.spec(seed), self._interviews.questions())
        await self._ask()

    def _keep(self) -> None:
        """Remember where the interview is: nothing that was answered is lost."""
        assert self._mock is not None
        self._interviews.keep_open(self._mock.to_record())

    async def _ask(self) -> None:
        assert self._mock is not None
        self._keep()
        draft = Draft("Answer aloud, or press t to type. Space when you are done.")
        draft.text = self._mock.draft
        card = self._core.library.cards[self._mock.question.id]
        figure = None
        if card.figure is not None:
            figure = make_panel(self._core, card.figure, card=card, hidden=True)
        parts = [CardText(self._mock.question.prompt), *([figure] if figure else []), draft]
        await self._turn("question", *parts)
        if figure is not None:
            figure.begin()
        self._watch.start(self._mock.spent_s)
        self._tick()

    async def _compare(self) -> None:
        """Show rubric, checklist and the card's answer."""
        assert self._mock is not None
        question = self._mock.question
        card = self._core.library.cards[question.id]
        rubric = KeyPoints(card.key_points, self._mock.answer.ticked)
        told_how = KeyPoints(STRUCTURE, self._mock.structure_ticked, id="structure")
        told_how.border_title = " how you told it "
        said = Static(self._mock.answer.response, markup=False, classes="said")
        answer = CardText(card.answer)
        answer.border_title = " answer "
        await self._turn("rubric", CardText(question.prompt), said, rubric, told_how, answer)
        rubric.focus()

    @on(KeyPoints.Ticked)
    @shows_errors
    def _ticked(self, event: KeyPoints.Ticked) -> None:
        assert self._mock is not None
        if event.points.id == "structure":
            self._mock.check(list(Structure)[event.point])
            event.points.show(self._mock.structure_ticked)
        else:
            self._mock.tick(event.point)
            event.points.show(self._mock.answer.ticked)
        self._keep()

    async def _follow_up(self, text: str) -> None:
        heading = Static("Follow-up", classes="heading")
        draft = Draft("Answer aloud, or press t to type. It is not scored. Space goes on.")
        await self._turn("follow-up", heading, Static(text, markup=False), draft)

    async def _next(self) -> None:
        assert self._mock is not None
        if self._mock.go_on():
            await self._ask()
            return
        self._report = self._mock.report(self._core.now)
        self._brought = self._interviews.finish(self._report)
        await self._show_report(self._report)

    async def _show_report(self, report: InterviewReport) -> None:
        titles = {deck.id: deck.title for deck in self._core.library.decks.values()}
        self.line.place, self.line.clock, self.line.progress = "Mock interview · report", "", ""
        await self._turn("report", Static(report_page(report, titles, len(self._brought))))

    def _tick(self) -> None:
        """Show where we are; the clock says how long is left, without shouting."""
        if self._mock is None or self._phase == "report":
            return
        slot = self._mock.slot
        self.line.place = f"Mock interview · {slot.part}"
        self.line.progress = self._mock.place
        if self._phase == "question":
            spent, allowed = clock_text(self._watch.seconds), clock_text(slot.seconds)
            self.line.clock = f"{spent} of {allowed}"
            self._keep_draft()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what belongs to the phase."""
        if action == "go_on":
            return self._phase in ("question", "rubric", "follow-up")
        if action == "type":
            return self._phase in ("question", "follow-up")
        if action == "resume":
            return self._phase == "setup" and self._left is not None
        if action == "again":
            return self._phase != "setup"
        if action == "write":
            return self._phase == "report"
        if action == "undo":
            return self._phase == "report" and bool(self._brought)
        return True

    def _keep_draft(self) -> None:
        """Remember what is typed, and now and then how long the question has taken."""
        assert self._mock is not None
        draft, seconds = self.query_one(Draft).text, self._watch.seconds
        if draft != self._mock.draft or seconds >= self._mock.spent_s + KEEP_EVERY_S:
            self._mock.draft, self._mock.spent_s = draft, seconds
            try:
                self._keep()
            except QuizError as error:
                show_error(self, error)

    @shows_errors
    async def action_go_on(self) -> None:
        """End the answer, leave the rubric, leave the follow-up."""
        assert self._mock is not None
        if self._phase == "question":
            self._mock.take(self.query_one(Draft).response, self._watch.seconds)
            self._keep()
            await self._compare()
        elif self._phase == "rubric" and (text := self._mock.follow_up()):
            await self._follow_up(text)
        else:
            await self._next()

    def action_type(self) -> None:
        """Move the keys into the box."""
        self.query_one(Draft).focus()

    @shows_errors
    def action_write(self) -> None:
        """Write the report as Markdown and as HTML."""
        if self._report is not None:
            paths = self._interviews.write(self._report)
            text = "\n".join(str(path) for path in paths)
            self.notify(text, title="Saved", markup=False, timeout=10)

    @shows_errors
    async def action_undo(self) -> None:
        """Take back the ratings that the report made."""
        if self._report is not None:
            self._interviews.take_back(self._brought)
            self._brought = ()
            await self._show_report(self._report)

    @work(group="leave")
    async def action_again(self) -> None:
        """Set up another interview; one under way is given up only after asking."""
        if self._phase != "report":
            question = "Give up this interview? Nothing of it is kept."
            if not await self.app.push_screen_wait(Confirm(question, "Give up", "Go on")):
                return
        await self._forget()

    @shows_errors
    async def _forget(self) -> None:
        self._interviews.forget_open()
        await self._set_up()

    @shows_errors
    async def action_resume(self) -> None:
        """Go on with the interview that was left: its question is asked, or its rubric shown."""
        assert self._left is not None
        self._mock = go_on_with(self._left, self._interviews.questions())
        if self._mock.answered:
            await self._compare()
        else:
            await self._ask()

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
        """Go home; an interview under way waits."""
        await self.app.run_action("app.go('home')")
