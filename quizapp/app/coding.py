"""Answering a card in code, without a screen: what is written, run, looked up and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.app.experiment import Experiment, open_experiment
from quizapp.app.hub import HubModel
from quizapp.app.proof import Proof, proof_here
from quizapp.app.run_phases import Done, Ended, Failed
from quizapp.app.solutions import ASKED, Attempt, Result, Solutions
from quizapp.app.work import Work
from quizapp.cards.kinds.code import Code
from quizapp.cards.model import Card
from quizapp.demo.params import Number
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.errors import EnvironmentProblem, QuizError

if TYPE_CHECKING:
    from quizapp.app.core import Core

KEPT = 3
"""Times that the card was asked of which that record says more than the attempts do: an undo, or
two, leads back to them."""


@dataclass(frozen=True)
class _Asked:
    """What was done for the card after so many answers."""

    exercise: str
    hints: int = 0
    looked: bool = False
    last: int = 0
    """Number of the last attempt that was run; 0 before one."""
    code: int = 0
    """Number of the attempt that holds the draft, once another one is open; 0 is the starter."""
    rated: bool = False


def starter_of(spec: DemoSpec) -> str:
    """Return what the editor shows first."""
    return spec.starter.strip("\n") + "\n"


def task_of(spec: DemoSpec) -> str:
    """Return what is to be written, in the words of the exercise: its formulas and rules too."""
    return spec.page.partition("**Exercise.**")[2].strip()


def has_passed(spec: DemoSpec, state: RunState) -> bool:
    """Whether a run came to its end and no claim failed."""
    states = [claim.state for claim in state.claims]
    return (
        state.status == "done"
        and len(states) == len(spec.claims)
        and "fails" not in states
        and "holds" in states
    )


def failing_lines(state: RunState) -> dict[int, str]:
    """Return the lines of the learner's code at fault, from 1, with what is wrong there."""
    lines = {
        claim.line: claim.evidence.removeprefix(f"line {claim.line} of your code: ")
        for claim in reversed(state.claims)
        if claim.line and claim.state == "fails"
    }
    error = state.error
    if error is not None and error.line:
        lines[error.line] = error.message
    return lines


class Coding:
    """A code card that is asked: its draft, its runs, the hints shown; all of it on disk."""

    def __init__(
        self,
        card: Card,
        solutions: Solutions,
        experiment: Experiment,
        now: Callable[[], datetime],
        *,
        reps: int = 0,
        back: bool = False,
    ) -> None:
        """Go on where the card was left, or begin anew if it was rated since.

        Args:
            card: the card, with the exercise that is asked as its demo.
            solutions: the files of the card.
            experiment: the exercise.
            now: gives the present instant.
            reps: how often the card was answered before.
            back: whether its rating was undone, so that it goes on where that was.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        self.card, self.solutions, self.experiment = card, solutions, experiment
        self.spec = experiment.spec
        self._now = now
        self._first: int | None = None
        """The first finished run since the card was asked, by its place on record."""
        self._reps = reps
        self._open, self._log = _read_log(solutions.read(ASKED))
        asked = self._log.get(reps)
        goes_on = asked is not None and asked.exercise == self.spec.id
        if asked is None or not goes_on or (asked.rated and not back):
            self._close()
            self._asked, self._text = _Asked(self.spec.id), starter_of(self.spec)
        else:
            self._asked, self._text = asked, solutions.draft or starter_of(self.spec)
            if asked.rated or self._open != reps:
                self._close()
                kept = solutions.attempt(asked.code).code if asked.code else ""
                self._asked, self._text = replace(asked, rated=False), kept or self._text
        self._on_disk: str | None = None
        self._write()
        self._remember()
        last = solutions.attempt(self._asked.last) if self._asked.last else None
        hints = min(self._asked.hints, len(self.hints))  # an edit may have removed some
        self.work = Work(hints, self._asked.looked, last)

    @property
    def text(self) -> str:
        """The code as it was kept last."""
        return self._text

    @property
    def task(self) -> str:
        """What is to be written, in the words of the exercise that is asked."""
        return task_of(self.spec)

    @property
    def hints(self) -> Sequence[str]:
        """All hints of the card, in steps."""
        return self.card.body.hints if isinstance(self.card.body, Code) else ()

    @property
    def proof(self) -> Proof:
        """What the last run shows of the card's key points."""
        link, result = self.card.demo, self.work.last.result if self.work.last else None
        if link is None or result is None:
            return Proof()
        proof = proof_here(self.card, link, {}, result.claims)
        # An exercise asked in the place of the card's own may have other claims.
        points = zip(self.card.key_points, proof.points, strict=True)
        shown = tuple(s if point.shown in self.spec.claims else None for point, s in points)
        return replace(proof, points=shown)

    def keep(self, text: str) -> None:
        """Keep the draft; called every second, it does not write again what is on disk.

        Raises:
            EnvironmentProblem: the folder cannot be written; once for each text, though every call
                tries again.
        """
        first, self._text = text != self._text, text
        try:
            self._write()
        except EnvironmentProblem:
            if first:
                raise

    def hand_out(self, text: str) -> Path:
        """Return the file of the draft, with this text in it, for an editor outside.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        self._text = text
        self._write()
        return self.solutions.draft_file

    def _write(self) -> None:
        if self._text != self._on_disk:
            self.solutions.draft = self._text
            self._on_disk = self._text

    @property
    def written_elsewhere(self) -> bool:
        """Whether another program wrote the draft since it was kept."""
        return self.solutions.draft not in (None, self._on_disk)

    def reload(self) -> str:
        """Return the draft as it is on disk, after an editor outside."""
        if draft := self.solutions.draft:
            self._text = self._on_disk = draft
        return self._text

    def next_hint(self) -> None:
        """Show one hint more; after the last, nothing changes."""
        if self.work.hints < len(self.hints):
            self._remember(hints=self.work.hints + 1)
            self.work = replace(self.work, hints=self.work.hints + 1)

    def look(self) -> None:
        """Take note that the solution is shown; after a success that takes nothing away."""
        if not self.work.passed and not self.work.looked:
            self._remember(looked=True)
            self.work = replace(self.work, looked=True)

    def rated(self) -> None:
        """The answer is complete: asked again, the card begins anew.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        self._write()
        self._remember(code=self._keep_draft(), rated=True)

    async def run(self, text: str, started: Callable[[], object]) -> Ended | None:
        """Run the code as the next attempt; return how it ended, None if nothing could be run.

        Its number is the seed, so that no two attempts see the same numbers. The first run since
        the card was asked lies under those after it. Cancelling the task kills the run.

        Raises:
            QuizError: the code is too long or cannot be kept, or another run is under way.
        """
        if "run" not in self.experiment.actions:
            return None
        self.keep(text)
        try:
            self.spec.solution(text)
        except ValueError as error:
            hint = "Remove what the exercise does not ask for."
            raise QuizError("Too much code", f"Your code {error}.", hint) from None
        number = self.solutions.add(text)
        at = self._now()
        self.experiment.change(self._settings(text, number), self.experiment.device)
        if self._first is not None and self._first not in self.experiment.earlier.marked:
            self.experiment.earlier.mark(self._first)
        before = self.experiment.shown
        try:
            return await self.experiment.run(_no_download, started)
        finally:
            shown = self.experiment.shown
            # A run that could not begin leaves the one before it on the screen.
            if isinstance(shown, Ended) and shown is not before:
                self._take(number, at, text, shown)

    def _settings(self, text: str, number: int) -> dict[str, Any]:
        chosen = dict(self.card.demo.with_) if self.card.demo else {}
        seed = self.spec.params.get("seed")
        if isinstance(seed, Number):
            low, high = int(seed.low), int(seed.high)
            chosen["seed"] = low + number % (high - low + 1)
        return self.spec.settings({**chosen, **self.spec.solution(text)})

    def _take(self, number: int, at: datetime, text: str, ended: Ended) -> None:
        """Keep what an attempt came to."""
        trouble = ""
        if isinstance(ended, Failed):
            trouble = ended.trouble.sentence
        elif not isinstance(ended, Done):
            trouble = "cancelled"
        result = Result(
            exercise=self.spec.id,
            at=at,
            claims={claim.id: claim.state for claim in ended.state.claims},
            passed=has_passed(self.spec, ended.state),
            trouble=trouble,
            hints=self.work.hints,
            looked=self.work.looked,
        )
        self.work = replace(self.work, last=Attempt(number, text, result))
        if isinstance(ended, Done) and self._first is None:
            self._first = ended.number
        self.solutions.finish(number, result)
        self._remember(last=number)

    def _close(self) -> None:
        """Keep the draft of another time as an attempt, before a new one takes its place."""
        code = self._keep_draft()
        if (before := self._log.get(self._open)) is not None and not before.rated:
            self._log[self._open] = replace(before, code=code)

    def _keep_draft(self) -> int:
        """Return the number of the attempt that holds the draft; 0 if that is the starter."""
        draft = self.solutions.draft or ""
        if not draft.strip() or draft == starter_of(self.spec):
            return 0
        same = (attempt.number for attempt in self.solutions.attempts if attempt.code == draft)
        return next(same, 0) or self.solutions.add(draft)

    def _remember(self, **changes: Any) -> None:
        """Take note of what was done, once it is on disk."""
        asked = replace(self._asked, **changes)
        self._open = self._reps
        self._log.pop(self._reps, None)  # the last that were touched stay, whatever their number
        self._log[self._reps] = asked
        log = {str(reps): asdict(one) for reps, one in [*self._log.items()][-KEPT:]}
        self.solutions.write(ASKED, {"open": self._open, "asked": log})
        self._asked = asked


async def _no_download(model: HubModel) -> bool:
    """Fetch nothing: exercises take no model."""
    return False


def _read_log(record: Any) -> tuple[int, dict[int, _Asked]]:
    """Return which time is open, and what was done each time; nothing of a damaged record."""
    try:
        log = {int(reps): _Asked(**asked) for reps, asked in record["asked"].items()}
        return int(record["open"]), log
    except (AttributeError, KeyError, TypeError, ValueError):
        return -1, {}


def open_coding(core: Core, card: Card, reps: int, folder: Path, *, back: bool = False) -> Coding:
    """Return the work at a code card, kept in a folder; the other arguments are those of `Coding`.

    Raises:
        QuizError: the exercise is missing or cannot be read, or the folder cannot be written.
    """
    assert card.demo is not None
    solutions = Solutions(folder)
    solutions.follow(card.aliases)
    return Coding(
        card,
        solutions,
        open_experiment(core, card.demo, where=card.id, card=card),
        lambda: core.now,
        reps=reps,
        back=back,
    )
