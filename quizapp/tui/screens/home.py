"""Home: what is due, where am I weak, am I ready."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static

from quizapp.app.core import Core
from quizapp.app.editing import BrokenDeck, broken_decks, edit_file
from quizapp.app.overview import Overview, overview
from quizapp.study.readiness import NOT_ENOUGH, InterviewPlan
from quizapp.text import plural
from quizapp.tui.editor import edit_outside
from quizapp.tui.errors import shows_errors
from quizapp.tui.inline import QUIET
from quizapp.tui.screens.interview_date import InterviewDate
from quizapp.tui.screens.presets import Presets
from quizapp.tui.widgets.facts import Facts
from quizapp.tui.widgets.key_bar import KeyBar
from quizapp.tui.widgets.topic_list import TopicList, heading, legend

FIRST_STEPS = (
    ("space", "asks the first question; answer aloud, then Space shows the answer"),
    ("d", "proves the answer on this machine: predict, run, compare"),
    ("k", "skips what you know already: ten minutes of questions, and all can be taken back"),
    ("p", "picks the cards for the time you have: an evening, a week, two weeks"),
    ("v", "sets the day of the interview: cards come back sooner as it nears"),
    ("?", "shows every key of the screen you are on"),
)


class HomeScreen(Screen[None]):
    """The way in; every other place is one key away."""

    CSS_PATH = "home.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012 - as Textual has it
    HELP = """
Space studies everything that is due, mixed over the topics; Enter studies the topic under the
cursor. A topic or an interview that was left is named above them; `c` and `m` go back to it. The
bar of a topic shows how its cards were answered last: mastered means right without the hint, with
every must-have point, in time, on a later day, and still firm today. With a date for the interview
cards come back sooner as it nears, and each is asked once more before it.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space,s",
            "app.study",
            "Study",
            key_display="space",
            tooltip="Study everything that is due",
            id="home.study",
        ),
        Binding(
            "c",
            "continue",
            "Go on",
            tooltip="Go on with the topic or search that was left",
            id="home.continue",
        ),
        Binding(
            "enter",
            "topic",
            "This topic",
            tooltip="Study the topic under the cursor",
            id="home.topic",
        ),
        Binding("r", "read", "Read", tooltip="Read the lesson of the topic", id="home.read"),
        Binding("l", "app.go('lab')", "Lab", tooltip="All demos", id="home.lab"),
        Binding(
            "b,slash", "app.go('browse')", "Browse", tooltip="Search all cards", id="home.browse"
        ),
        Binding(
            "m", "app.go('interview')", "Mock", tooltip="A mock interview", id="home.interview"
        ),
        Binding(
            "k",
            "app.go('placement')",
            "Skip",
            show=False,
            tooltip="Ten minutes of questions that skip what you know",
            id="home.placement",
        ),
        Binding("t", "app.go('stats')", "Stats", tooltip="Statistics", id="home.stats"),
        Binding(
            "p",
            "presets",
            "Plan",
            tooltip="Presets: one evening, one week, two weeks",
            id="home.presets",
        ),
        Binding(
            "v",
            "interview_date",
            "Date",
            tooltip="The day of the interview",
            id="home.interview-date",
        ),
        Binding("e", "edit", "Repair", tooltip="Edit the deck that has a problem", id="home.edit"),
        Binding("u", "undo", "Undo", show=False, id="home.undo"),
        Binding("q", "app.quit", "Quit", show=False, id="home.quit"),
    ]

    topics = getters.query_one(TopicList)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._overview: Overview | None = None
        self._day = core.today
        self._broken: Sequence[BrokenDeck] = ()

    def compose(self) -> ComposeResult:
        """Today, the topics, the keys."""
        yield Static(id="today")
        yield Static(id="broken", markup=False)
        yield first_steps()
        yield Static(id="heading")
        yield TopicList()
        yield Static(legend(), id="legend")
        yield KeyBar()

    def on_mount(self) -> None:
        """Watch for the next study day: the app may stay open over night."""
        self.set_interval(30.0, self.watch_day)

    async def watch_day(self) -> None:
        """Look again when another study day has begun."""
        if self._day != self._core.today:
            await self.take_in_decks()

    @on(events.ScreenResume)
    @shows_errors
    def take_in_decks(self) -> None:
        """Compute the numbers anew: cards may have been answered since."""
        if not self.is_current:  # the app opens elsewhere
            return
        self._day = self._core.today
        self._overview = overview(self._core)
        self.topics.show(self._overview.topics)
        self._broken = broken_decks(self._core.library)
        notice = self.query_one("#broken", Static)
        notice.display = bool(self._broken)
        notice.update(broken_lines(self._broken))
        self.refresh_bindings()
        self.query_one("#today", Static).update(today_lines(self._overview))
        self.set_class(self._overview.first_run, "-first-run")
        self.set_focus(self.topics, scroll_visible=False)

    @on(events.Resize)
    def _share_width(self) -> None:
        self.call_after_refresh(self._place_heading)

    def _place_heading(self) -> None:
        width = self.topics.scrollable_content_region.width
        self.query_one("#heading", Static).update(heading(width))

    @on(OptionList.OptionSelected)
    async def action_topic(self) -> None:
        """Study the topic under the cursor."""
        if row := self.topics.topic:
            await self.app.run_action(f"app.study({row.id!r})")

    async def action_read(self) -> None:
        """Read the lesson of the topic under the cursor."""
        if row := self.topics.topic:
            await self.app.run_action(f"app.read({row.id!r})")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to repair a deck while one is broken, and to go on where something was left."""
        if action == "continue":
            return bool(self._core.sitting)
        return action != "edit" or bool(self._broken)

    async def action_continue(self) -> None:
        """Go on with the sitting that was left, at its card."""
        await self.app.run_action("app.go('study')")

    @shows_errors
    async def action_edit(self) -> None:
        """Edit the first deck that has a problem, there."""
        first = self._broken[0]
        await edit_outside(self, partial(edit_file, self._core, Path(first.path), first.line))

    @shows_errors
    async def action_undo(self) -> None:
        """Take back the last action, also one of an earlier day."""
        self.notify(self._core.undo(), markup=False, timeout=4)
        await self.take_in_decks()

    @work(exclusive=True, group="presets")
    async def action_presets(self) -> None:
        """Ask how much time there is, and study by that plan."""
        name = await self.app.push_screen_wait(
            Presets(self._core.interview_plan(self._core.states()))
        )
        if name is not None:
            await self.app.run_action(f"app.preset({name!r})")

    @work(exclusive=True, group="date")
    async def action_interview_date(self) -> None:
        """Ask for the day to be ready for."""
        chosen = await self.app.push_screen_wait(
            InterviewDate(self._core.interview_date, self._core.today)
        )
        if chosen is not None:
            self._core.set_interview_date(chosen.day)
            await self.take_in_decks()


def broken_lines(broken: Sequence[BrokenDeck]) -> str:
    """Return which decks cannot be used as they are, where and why."""
    if not broken:
        return ""
    others = plural(len(broken) - 1, "other file")
    more = f" `quizapp check` names the problems of {others}, too." if broken[1:] else ""
    return f"⚠ {broken[0]}. Cards that were good before are still asked; e opens the file.{more}"


def today_lines(view: Overview) -> Content:
    """Return the numbers of today and, with a date, how ready one would be."""
    due = [(f"{view.due} due", "bold $primary" if view.due else "bold")]
    parts = [
        Content.assemble(*due),
        Content(f"{view.new} new"),
        Content(f"{view.answered} answered today"),
        Content(f"{plural(view.streak, 'day')} in a row"),
        Content(f"{view.unseen} of {view.total} unseen"),
    ]
    lines = [Content(" · ").join(parts)]
    if view.days_left is not None and view.ready is not None:
        lines.append(interview_line(view.days_left, view))
    elif not view.first_run:
        hint = "p studies by a plan for the time you have · v sets the day of your interview"
        lines.append(Content.styled(hint, QUIET))
    if view.plan is not None and (plan := plan_line(view.plan)):
        lines.append(Content.styled(plan, QUIET))
    lines += left_lines(view)
    return Content("\n").join(lines)


def left_lines(view: Overview) -> Iterator[Content]:
    """Yield what was left and how to go on with it."""
    if view.sitting:
        yield Content.assemble(f"{view.sitting} was left: ", _key("c"), " goes on")
    if view.interview_waits:
        yield Content.assemble("A mock interview waits: ", _key("m"), " goes back to it")


def _key(key: str) -> tuple[str, str]:
    return key, "bold $accent"


def interview_line(days_left: int, view: Overview) -> Content:
    """Return the countdown with the readiness at the day, once there is evidence for it."""
    assert view.ready is not None
    when = {0: "today", 1: "tomorrow"}.get(days_left, f"in {days_left} days")
    countdown = Content.assemble("Interview ", (when, "bold $accent"), ": ")
    ready = view.ready
    if not ready.enough:
        return countdown.append(f"{NOT_ENOUGH} ({ready.answered} of {ready.needed} cards)")
    titles = {row.id: row.title for row in view.topics}
    low, high = round(100 * ready.interval.low), round(100 * ready.interval.high)
    least = titles[ready.topics[0].topic]
    known = f"Known from {plural(ready.answered, 'card')}, least in {least}. {ready.covers}"
    share = countdown.append(f"ready for {low}-{high} % of the cards' questions")
    return Content("\n").join([share, Content.styled(known.rstrip(), QUIET)])


def plan_line(plan: InterviewPlan) -> str:
    """Return what the last pass asks for, or what is left to see before it; empty if nothing."""
    if plan.days_left <= (plan.day - plan.last_pass_from).days:
        again = plural(len(plan.pass_today), "learned card is", "learned cards are")
        return f"Last pass: {again} asked once more today" if plan.pass_today else ""
    if not plan.unseen:
        return ""
    begins = f"the last pass on {plan.last_pass_from:%B} {plan.last_pass_from.day}"
    if not plan.cut:
        return f"{plan.new_a_day} new cards a day show them all before {begins}"
    new = f"At most {plural(plan.new_a_day, 'new card')} a day"
    return f"{new}: {len(plan.cut)} stay unseen, what fewest others build on"


def first_steps() -> Facts:
    """Return what to press at the first start."""
    keys = [(Content.styled(f"{key:>6}", "bold $primary"), text) for key, text in FIRST_STEPS]
    return Facts(keys, 8, id="first-steps")
