"""The learner's mock interviews: the one under way, those finished, what comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from quizapp.app.core import OPEN_INTERVIEW, Core
from quizapp.app.interview import (
    Asking,
    Coded,
    Interview,
    Phase,
    Probing,
    Report,
    Rubric,
    Setup,
    Waiting,
    resume_interview,
)
from quizapp.app.listening import read_number
from quizapp.app.solutions import begin_anew
from quizapp.cards.kinds.body import Body
from quizapp.cards.kinds.code import Code
from quizapp.cards.kinds.number import Number
from quizapp.cards.model import Card, KeyPoint
from quizapp.cards.variants import OWN, Wording, worded
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.store.codec import UnreadableRow
from quizapp.store.runs import Recorded
from quizapp.study.actions import rate
from quizapp.study.comparison import Comparison
from quizapp.study.given import Check
from quizapp.study.interview import RESULT, InterviewSpec, Question
from quizapp.study.interviewer import Heard
from quizapp.study.model import Answer, Rating
from quizapp.study.report import InterviewReport
from quizapp.study.schedule import Scheduler
from quizapp.study.wording import choose_wording

if TYPE_CHECKING:
    from quizapp.app.coding import Coding

RECORD_VERSION = 1

Kept = TypeVar("Kept", Interview, InterviewReport)


@dataclass(frozen=True)
class Damaged:
    """A finished interview whose record cannot be read."""

    at: datetime | None
    """When it ended, where that much is known."""
    problem: str
    """What is wrong with it, in a sentence."""


class Interviews:
    """Joins the phases of an interview to the store and the library."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._store = core.store

    @property
    def titles(self) -> dict[str, str]:
        """The topics by id."""
        return {deck.id: deck.title for deck in self._core.library.decks.values()}

    def begin(self, setup: Setup) -> Asking:
        """Plan an interview and ask its first question.

        A card that was asked before, in study or in an interview, is asked in another wording
        where it has one; that is settled here, so that the interview asks the same after a pause.

        Raises:
            QuizError: no question fits what was chosen.
        """
        seed, states = setup.spec.seed, self._core.progress.states
        today = self._core.library.aliases
        before: defaultdict[str, list[int]] = defaultdict(list)
        for report in reversed(self.finished()):
            for result in report.results if isinstance(report, InterviewReport) else ():
                name = today.get(result.question, result.question)
                before[name].append(result.wording.variant)
        wordings = {}
        for card in self._core.library.cards.values():
            state = states.get(card.id)
            wordings[card.id] = choose_wording(
                card.id,
                len(card.variants),
                studied=state.reps if state else 0,
                interviews=before[card.id],
                seed=seed,
            )
        asking = setup.begin(self.questions(wordings))
        begin_anew(self._code)
        return asking

    def questions(self, wordings: Mapping[str, Wording] | None = None) -> dict[str, Question]:
        """Return what can be asked aloud and compared with a rubric, by id.

        Those are the cards with key points whose question stands alone: open ones and numbers, and
        those that are answered in code. Without a wording a card is asked as it stands.
        """
        found = {}
        for name, card in self._core.library.cards.items():
            if card.key_points and not card.body.task(lambda number, answer: "_"):
                wording = (wordings or {}).get(name, OWN)
                if wording.variant > len(card.variants):  # the card was edited since
                    wording = OWN
                weight = self._core.library.heads[name].weight
                found[name] = _question(worded(card, wording), wording, weight)
        return found

    def card(self, question: Question) -> Card | None:
        """Return the card of a question as it is asked; None if it is in no deck any more."""
        card = self._core.library.cards.get(question.id)
        return None if card is None else worded(card, question.wording)

    def listen(self, question: Question, text: str) -> Heard:
        """Return how a typed answer reads; a number in it is graded as the card grades it."""
        if not text.strip():
            return Heard()
        reader = self._core.listener.reader(question.prompt, question.points)
        readings = reader.read(text)
        card = self.card(question)
        if card is not None and isinstance(card.body, Number):
            readings[0] = read_number(card.body, text)
        decided = any(reading.decided for reading in readings)
        return Heard(tuple(readings), hollow=not decided and reader.is_hollow(text))

    def set_up(self) -> Setup:
        """Return the set-up, which may be `Waiting`, with a seed drawn for a new interview."""
        spec = InterviewSpec(seed=self._core.random.randrange(10_000))
        setup = Setup(titles=self.titles, spec=spec, earlier=self._store.has_interviews())
        record = self._store.get_meta(OPEN_INTERVIEW)
        if record is None:
            return setup
        try:
            interview = from_record(Interview, record)
            left = resume_interview(interview, self.questions(interview.wordings))
        except QuizError as error:
            problem = f"The interview that was left cannot go on: {error.message}"
            return replace(setup, problem=f"{problem} A new one takes its place.")
        return Waiting(titles=setup.titles, spec=spec, earlier=setup.earlier, left=left)

    def keep(self, phase: Phase) -> None:
        """Remember a phase before it is shown: nothing that was answered is lost.

        A report ends the interview, and rates Again what lacked something essential, so that it
        is asked today: all of that, or the interview still waits.
        """
        match phase:
            case Asking() | Probing() | Coded() | Rubric():
                self._store.set_meta(OPEN_INTERVIEW, to_record(phase.interview))
            case Report():
                scheduler = self._core.scheduler  # may read the log, so before anything is written
                with self._store.writing():
                    self._store.add_interview(phase.report.at, to_record(phase.report))
                    self._store.set_meta(OPEN_INTERVIEW, None)
                    self._rate(phase, scheduler)

    def coding(self, phase: Asking) -> Coding:
        """Return the work at a question that is answered in code, apart from that of studying.

        Raises:
            QuizError: its exercise is missing or cannot be read, or the folder cannot be written.
        """
        from quizapp.app.coding import open_coding  # it needs all that runs need

        card = self._core.library.cards[phase.question.id]
        return open_coding(self._core, card, phase.interview.spec.seed, self._code / card.id)

    @property
    def _code(self) -> Path:
        """Where the code of interviews lies, a folder for each card."""
        return self._core.paths.solutions / "interviews"

    def give_up(self) -> Setup:
        """Forget the interview under way and return the set-up for another."""
        self._store.set_meta(OPEN_INTERVIEW, None)
        return self.set_up()

    def undo(self, phase: Report) -> Report:
        """Take back the ratings that a report made.

        Raises:
            QuizError: something was done since; undo would take that back instead.
        """
        with self._store.writing():
            for card in reversed(phase.again):
                if self._store.next_undo() != f"{Rating.AGAIN.label} on {card}":
                    raise QuizError(
                        "Not undone",
                        "Something was done after the interview; undo takes back the last action "
                        "first.",
                        "Undo that in Study with u, or leave the cards in the queue.",
                    )
                self._store.undo()
        return replace(phase, again=())

    def finished(self) -> list[InterviewReport | Damaged]:
        """Return the reports of all interviews, newest first."""
        return [_finished(found) for found in self._store.interviews()]

    def compare(self, one: InterviewReport, other: InterviewReport) -> Comparison:
        """Return two reports side by side, the earlier first, with their topics by title."""
        first, second = sorted((one, other), key=lambda report: report.at)
        return Comparison(first.with_titles(self.titles), second.with_titles(self.titles))

    def write(self, report: InterviewReport) -> list[Path]:
        """Write a report as Markdown and as HTML; return the files.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        from quizapp.exchange.interview_report import to_html, to_markdown

        at = report.at.astimezone(self._core.tz)
        local = replace(report.with_titles(self.titles), at=at)
        stem = f"interview-{at:%Y-%m-%d-%H%M%S}"
        folder = self._core.paths.data / "reports"
        texts = {".md": to_markdown(local), ".html": to_html(local)}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for suffix, text in texts.items():
                (folder / f"{stem}{suffix}").write_text(text, encoding="utf-8")
        except OSError as error:
            raise EnvironmentProblem(
                "The report cannot be written",
                f"{folder}: {error.strerror}.",
                "Free some space, or set QUIZAPP_HOME to another folder.",
            ) from error
        return [folder / f"{stem}{suffix}" for suffix in texts]

    def _rate(self, phase: Report, scheduler: Scheduler) -> None:
        results = {result.question: result for result in phase.report.results}
        for card in phase.again:
            answer = Answer(
                Rating.AGAIN,
                elapsed_ms=round(1000 * results[card].elapsed_s),
                all_musts=False,
                response=results[card].response,
            )
            action = rate(self._store.state(card), answer, self._core.now, scheduler)
            self._store.commit(action, scheduler)


def _finished(found: Recorded) -> InterviewReport | Damaged:
    if isinstance(found, UnreadableRow):
        return Damaged(None, f"{found.what} is damaged.")
    at, record = found
    try:
        return from_record(InterviewReport, record)
    except QuizError as error:
        return Damaged(at, error.message)


def _question(card: Card, wording: Wording, weight: float) -> Question:
    """Return what an interviewer needs of a card that is asked in this wording."""
    return Question(
        id=card.id,
        topic=card.deck,
        difficulty=card.difficulty,
        prompt=card.question,
        points=(*_result(card.body), *card.key_points),
        follow_ups=card.follow_ups,
        computed=not card.body.spoken and not isinstance(card.body, Code),
        weight=weight,
        exercise=_exercise(card),
        wording=wording,
    )


def _exercise(card: Card) -> str:
    """Return the exercise that judges the answer to a card; nothing where there is none."""
    return card.demo.run if isinstance(card.body, Code) and card.demo else ""


def checks_of(coding: Coding) -> list[Check]:
    """Return what the last run of the code came to; without one nothing holds."""
    result = coding.work.last.result if coding.work.last else None
    states = result.claims if result else {}
    return [
        Check(text, states.get(name) in ("holds", "not tested"))
        for name, text in coding.spec.claims.items()
    ]


def _result(body: Body) -> Iterator[KeyPoint]:
    """Yield the result that an answer comes to, where there is one."""
    if body.right:
        yield KeyPoint(f"{RESULT}{body.solution()}", must=True)


def to_record(value: Interview | InterviewReport) -> dict[str, Any]:
    """Return an interview or its report as values that JSON can carry."""
    fields = {
        name: field.isoformat() if isinstance(field, datetime) else field
        for name, field in asdict(value).items()
    }
    return {"version": RECORD_VERSION, **fields}


def from_record(kind: type[Kept], record: Mapping[str, Any]) -> Kept:
    """Return the interview or the report that `to_record` wrote.

    Raises:
        QuizError: the record is damaged or of another version.
    """
    from pydantic import TypeAdapter, ValidationError  # slow to import, and seldom needed

    hint = "Other interviews are not affected."
    if record.get("version") != RECORD_VERSION:
        message = f"Its version {record.get('version')} is unknown."
        raise QuizError("The record of an interview cannot be read", message, hint)
    try:
        return TypeAdapter(kind).validate_python(record)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"{where} is damaged: {first['msg'][:1].lower()}{first['msg'][1:]}."
        raise QuizError("The record of an interview cannot be read", message, hint) from error
