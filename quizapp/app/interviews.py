"""What is remembered of mock interviews: the one under way, those finished, what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from quizapp.app.core import Core
from quizapp.app.mock import questions_of
from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.study.actions import rate
from quizapp.study.interview import Question
from quizapp.study.model import Answer, Rating
from quizapp.study.scoring import InterviewReport, to_record

_OPEN = "open_interview"
"""Where the store remembers the interview under way."""


class Interviews:
    """The learner's interviews, joined to the store and the library."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._store = core.store

    def questions(self) -> dict[str, Question]:
        """Return what can be asked, by card."""
        library = self._core.library
        return questions_of(
            library.cards[name] for name, head in library.heads.items() if head.kind == "open"
        )

    @property
    def left(self) -> dict[str, Any] | None:
        """Where an interview was left; None when none is under way."""
        record: dict[str, Any] | None = self._store.get_meta(_OPEN)
        return record

    def keep_open(self, record: Mapping[str, Any]) -> None:
        """Remember where an interview is, in place of any other."""
        self._store.set_meta(_OPEN, record)

    def forget_open(self) -> None:
        """Give up the interview under way."""
        self._store.set_meta(_OPEN, None)

    def finish(self, report: InterviewReport) -> tuple[str, ...]:
        """Remember a finished interview, and rate Again what lacked something essential.

        Those cards, which are returned, are asked today.
        """
        self._store.add_interview(report.at, to_record(report))
        self.forget_open()
        missed = [result for result in report.results if result.suggested is Rating.AGAIN]
        scheduler = self._core.scheduler
        for result in missed:
            answer = Answer(
                Rating.AGAIN,
                elapsed_ms=round(1000 * result.elapsed_s),
                all_musts=False,
                response=result.response,
            )
            state = self._store.state(result.question)
            self._store.commit(rate(state, answer, self._core.now, scheduler), scheduler)
        return tuple(result.question for result in missed)

    def take_back(self, brought: Sequence[str]) -> None:
        """Undo the ratings that `finish` made.

        Raises:
            QuizError: something was done since; undo would take that back instead.
        """
        for card in reversed(brought):
            if self._store.next_undo() != f"{Rating.AGAIN.label} on {card}":
                raise QuizError(
                    "Not undone",
                    "Something was done after the interview; undo takes back the last deed first.",
                    "Undo that in Study with u, or leave the cards in the queue.",
                )
            self._store.undo()

    def write(self, report: InterviewReport) -> list[Path]:
        """Write a report as Markdown and as HTML; return the files.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        from quizapp.exchange.interview_report import to_html, to_markdown

        local = replace(report, at=report.at.astimezone(self._core.tz))
        stem = f"interview-{local.at:%Y-%m-%d-%H%M%S}"
        folder = self._core.paths.data / "reports"
        written = [folder / f"{stem}.md", folder / f"{stem}.html"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written[0].write_text(to_markdown(local), encoding="utf-8")
            written[1].write_text(to_html(local), encoding="utf-8")
        except OSError as error:
            raise EnvironmentProblem(
                "The report cannot be written",
                f"{folder}: {error.strerror}.",
                "Free some space, or set QUIZAPP_HOME to another folder.",
            ) from error
        return written
