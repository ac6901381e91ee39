"""The phases of a mock interview: what each knows, what it allows, and where it leads.

A phase is never changed. What the learner does returns the phase that follows, so one that could
not be remembered has not happened: the screen keeps showing the phase before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, TypeAlias, TypeVar

from quizapp.cards.variants import OWN, Wording
from quizapp.errors import QuizError
from quizapp.study.adaptive import next_question, shares
from quizapp.study.given import Check, Given, Structure
from quizapp.study.interview import (
    LEVELS,
    WAYS,
    InterviewSpec,
    Part,
    Question,
    Slot,
    in_time,
    plan_interview_questions,
)
from quizapp.study.interviewer import Heard, Probe, Reply, ask_back, grounds, next_probe
from quizapp.study.opinion import Opinion
from quizapp.study.report import InterviewReport
from quizapp.study.scoring import score_interview

Listen: TypeAlias = Callable[[Question, str], Heard]
"""Reads what was typed to a question."""

CHOICES: Mapping[str, tuple[Any, ...]] = {
    "level": LEVELS,
    "count": (3, 4, 5, 6, 8, 10, 12, 15),
    "minutes": (5, 10, 15, 20, 30, 45, 60, 90),
    "way": WAYS,
    "coding": (None, 0, 1, 2, 3),
}
"""What the set-up offers for each field of an `InterviewSpec`."""

AnsweringT = TypeVar("AnsweringT", bound="_Answering")

KEEP_EVERY_S = 5.0
"""Seconds of a question that a kill may take from its clock."""

CODING = frozenset({"run_code", "results", "outside"})
"""Actions of a question that is answered in code."""

ACTIONS = CODING | {
    "resume",
    "earlier",
    "go_on",
    "done",
    "type",
    "write",
    "undo",
    "again",
    "second_opinion",
}
"""Every action that only some phases allow."""


@dataclass(frozen=True)
class Interview:
    """An interview under way, as it is remembered."""

    spec: InterviewSpec
    plan: tuple[Slot, ...]
    given: Mapping[str, Given] = field(default_factory=dict)
    """What was answered, by question."""
    index: int = 0
    """The place of the open question in the plan."""
    draft: str = ""
    """What was typed to it so far."""
    spent_s: float = 0.0
    """Seconds spent on it so far."""
    probe: Probe | None = None
    """The follow-up that is open, once the question was answered."""
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    """The questions that are asked in other words or numbers than those of their cards."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Choosing level, number of questions, minutes and topics."""

    titles: Mapping[str, str]
    """The topics to choose from, by id."""
    spec: InterviewSpec
    """What is chosen; no topic is all of them."""
    proposed: InterviewSpec = field(default_factory=InterviewSpec)
    """What was asked for on the command line; its numbers are among the choices."""
    problem: str = ""
    """Why the interview that was left cannot go on."""
    earlier: bool = False
    """Whether there are finished interviews to open."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done beside choosing."""
        return frozenset({"earlier"} if self.earlier else ())

    def propose(self, spec: InterviewSpec) -> Setup:
        """Choose what was asked for; topics come in the order of the decks."""
        topics = tuple(topic for topic in self.titles if topic in spec.topics)
        return replace(self, spec=replace(spec, topics=topics), proposed=spec)

    def change(self, name: str, by: int) -> Setup:
        """Take a neighbouring value of a field; at either end it stays."""
        choices, proposed = CHOICES[name], getattr(self.proposed, name)
        if proposed not in choices:
            choices = tuple(sorted((*choices, proposed)))
        place = choices.index(getattr(self.spec, name)) + by
        value = choices[max(0, min(place, len(choices) - 1))]
        return replace(self, spec=replace(self.spec, **{name: value}))

    def toggle(self, topic: str) -> Setup:
        """Choose a topic, or leave it out again."""
        chosen = {*self.spec.topics} ^ {topic}
        topics = tuple(known for known in self.titles if known in chosen)
        return replace(self, spec=replace(self.spec, topics=topics))

    def begin(self, questions: Mapping[str, Question]) -> Asking:
        """Plan the interview and ask its first question.

        Raises:
            QuizError: no question fits what was chosen.
        """
        plan = plan_interview_questions(self.spec, list(questions.values()))
        wordings = {name: q.wording for name, q in questions.items() if q.wording != OWN}
        return Asking(Interview(self.spec, plan, wordings=wordings), questions)


@dataclass(frozen=True, kw_only=True)
class Waiting(Setup):
    """A set-up while an interview that was left waits; a new one takes its place."""

    left: Left
    """Where it goes on."""

    @property
    def actions(self) -> frozenset[str]:
        """The interview that was left can go on."""
        return super().actions | {"resume"}


@dataclass(frozen=True)
class _AtQuestion:
    """What the phases of an interview under way have in common."""

    interview: Interview
    questions: Mapping[str, Question]

    @property
    def slot(self) -> Slot:
        """The open question's place in the plan."""
        return self.interview.plan[self.interview.index]

    @property
    def question(self) -> Question:
        """Its text and rubric."""
        return self.questions[self.slot.question]

    @property
    def given(self) -> Given:
        """What was answered to it so far."""
        return self.interview.given.get(self.slot.question, Given())

    @property
    def place(self) -> str:
        """Which question it is: "3 of 8"."""
        return f"{self.interview.index + 1} of {len(self.interview.plan)}"

    def _with_given(self, given: Given) -> Interview:
        answers = {**self.interview.given, self.slot.question: given}
        return replace(self.interview, given=answers, draft="", spent_s=0.0, probe=None)

    def _lead_on(self, given: Given) -> Probing | Rubric:
        """Ask the next follow-up to an answer, or show the rubric."""
        here = self._with_given(given)
        earlier = [reply for one in self.interview.given.values() for reply in one.replies]
        otherwise = grounds(earlier, computed=self.question.computed)
        probe = next_probe(self.question.points, given.heard, given.replies, otherwise)
        if probe is None:
            return Rubric(here, self.questions)
        return Probing(replace(here, probe=probe), self.questions)

    def _next_question(self, now: datetime) -> Asking | Report:
        here = self.interview
        place = here.index + 1
        if place < len(here.plan):
            plan = (*here.plan[:place], *self._adapted(here.plan[place:]))
            return Asking(replace(here, index=place, plan=plan), self.questions)
        report = score_interview(now, here.spec, here.plan, self.questions, here.given)
        return Report(report, again=report.comes_back)

    def _adapted(self, left: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Return the slots that are left, the first with what follows from the answers so far.

        They keep their number, their time, of which the first takes what its question asks for,
        the rounds in code, and which of them are calculations.
        """
        here, (first, *later) = self.interview, left
        if here.spec.way != "adaptive" or first.part is Part.CODE:
            return left
        aloud = {name: q for name, q in self.questions.items() if not q.exercise}
        so_far = shares(here.given, self.questions)
        computed = self.questions[first.question].computed
        name = next_question(here.spec, aloud, so_far, computed=computed)
        if name is None:
            return left
        code = [slot for slot in later if slot.part is Part.CODE]
        spoken = [replace(first, question=name, part=Part.CORE, follows=None)]
        spoken += [slot for slot in later if slot.part is not Part.CODE]
        seconds = sum(slot.seconds for slot in left) - sum(slot.seconds for slot in code)
        return (*in_time(spoken, self.questions, seconds), *code)


@dataclass(frozen=True)
class _Answering(_AtQuestion):
    """Something is asked and the clock runs."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now."""
        coding = CODING if self.question.exercise else frozenset()
        return frozenset({"go_on", "done", "type", "again"}) | coding

    def with_draft(self: AnsweringT, draft: str, seconds: float) -> AnsweringT:
        """Take what is typed so far and how long it took; the same phase if that can wait."""
        here = self.interview
        if draft == here.draft and seconds < here.spent_s + KEEP_EVERY_S:
            return self
        return replace(self, interview=replace(here, draft=draft, spent_s=seconds))


@dataclass(frozen=True)
class Asking(_Answering):
    """A question is asked."""

    asked_back: str = ""
    """What the interviewer said to an answer that may not be one."""

    def answer(
        self, response: str, seconds: float, listen: Listen, *, aloud: bool = False
    ) -> Asking | Probing | Rubric:
        """End the answer: a follow-up or the rubric comes.

        An answer of a few words, or of none that has to do with the question, is asked back about
        once and stays in the box. One given `aloud` may be empty.
        """
        heard = listen(self.question, response)
        back = "" if self.asked_back or (aloud and not response) else ask_back(response, heard)
        if back:
            here = replace(self.interview, draft=response, spent_s=seconds)
            return replace(self, interview=here, asked_back=back)
        spoken = aloud and not response
        given = Given(elapsed_s=seconds, response=response, aloud=spoken, heard=heard)
        return self._lead_on(given)

    def answer_in_code(
        self, code: str, checks: Sequence[Check], came_to: str, seconds: float
    ) -> Coded:
        """End the answer with code, and with what its last run came to."""
        given = Given(elapsed_s=seconds, response=came_to, code=code, checks=tuple(checks))
        return Coded(self._with_given(given), self.questions)


@dataclass(frozen=True)
class Probing(_Answering):
    """A follow-up to the answer is asked, before the rubric is shown."""

    @property
    def probe(self) -> Probe:
        """What is asked."""
        assert self.interview.probe is not None
        return self.interview.probe

    def reply(
        self, text: str, seconds: float, listen: Listen, *, aloud: bool = False
    ) -> Probing | Rubric:
        """End the reply: it is read with the answer, and another probe or the rubric comes."""
        given = self.given
        replies = (*given.replies, Reply(self.probe, text, aloud=aloud and not text))
        given = replace(given, replies=replies, elapsed_s=given.elapsed_s + seconds)
        heard = listen(self.question, given.text)
        if not given.response:  # an answer given aloud is not heard, and not hollow for its reply
            heard = replace(heard, hollow=False)
        return self._lead_on(replace(given, heard=heard))


@dataclass(frozen=True)
class Coded(_AtQuestion):
    """Code was judged by its run; a solution is shown beside it."""

    actions: ClassVar[frozenset[str]] = frozenset({"go_on", "again"})

    def next(self, now: datetime) -> Asking | Report:
        """Go on to the next question, or to the report after the last."""
        return self._next_question(now)


@dataclass(frozen=True)
class Rubric(_AtQuestion):
    """The answer is compared with the key points and the structure checklist."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done beside ticking; only what was typed can be shown to a model."""
        typed = {"second_opinion"} if self.given.text.strip() else set[str]()
        return frozenset({"go_on", "again"} | typed)

    @property
    def structure_ticked(self) -> tuple[int, ...]:
        """Which items of the structure checklist are ticked, as indices."""
        return tuple(n for n, item in enumerate(Structure) if item in self.given.structure)

    def tick_point(self, index: int) -> Rubric:
        """Tick or untick a key point."""
        ticked = tuple(sorted({*self.given.ticked} ^ {index}))
        return self._compared(replace(self.given, ticked=ticked))

    def tick_structure(self, index: int) -> Rubric:
        """Tick or untick an item of the structure checklist."""
        ticked = {*self.structure_ticked} ^ {index}
        structure = tuple(item for n, item in enumerate(Structure) if n in ticked)
        return self._compared(replace(self.given, structure=structure))

    def next(self, now: datetime) -> Asking | Report:
        """Go on to the next question, or to the report after the last."""
        return self._next_question(now)

    def with_opinions(self, opinions: Sequence[Opinion]) -> Rubric:
        """Keep with the answer what a model says of each point; it ticks nothing."""
        return self._compared(replace(self.given, opinions=tuple(opinions)))

    def _compared(self, given: Given) -> Rubric:
        return replace(self, interview=self._with_given(given))


@dataclass(frozen=True)
class Report:
    """The interview is over and scored."""

    report: InterviewReport
    again: tuple[str, ...]
    """Cards that it rated Again; empty once that was taken back."""

    @property
    def actions(self) -> frozenset[str]:
        """Undo is there as long as there is something to take back."""
        always = {"write", "again", "earlier"}
        return frozenset(always | {"undo"} if self.again else always)


Phase = Setup | Asking | Probing | Coded | Rubric | Report


Left: TypeAlias = Asking | Probing | Coded | Rubric
"""Where an interview can be left."""


def resume_interview(interview: Interview, questions: Mapping[str, Question]) -> Left:
    """Return the phase at which an interview that was left goes on.

    Raises:
        QuizError: a question of it is gone, or it stands at none.
    """
    gone = [slot.question for slot in interview.plan if slot.question not in questions]
    if gone or interview.index not in range(len(interview.plan)):
        raise QuizError(
            "The interview cannot go on",
            f"The card {gone[0]} cannot be asked any more."
            if gone
            else f"It has no question {interview.index + 1}.",
            "Begin a new one; it takes its place.",
        )
    asking = Asking(interview, questions)
    answered = asking.slot.question in interview.given
    if not answered:
        return asking
    if asking.question.exercise:
        return Coded(interview, questions)
    here = Rubric if interview.probe is None else Probing
    return here(interview, questions)
