"""What is remembered of mock interviews: the one under way, those finished, what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quizapp.errors import EnvironmentProblem
from quizapp.study.actions import rate
from quizapp.study.interview import Question
from quizapp.study.model import Answer, Rating
from quizapp.study.scoring import InterviewReport, to_record
from quizapp.tui.mock import questions_of
from quizapp.tui.services import Services

_OPEN = "open_interview"
"""Where the store remembers the interview under way."""


class Interviews:
    """The learner's interviews, joined to the store and the library."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def questions(self) -> dict[str, Question]:
        """Return what can be asked, by card."""
        library = self._services.library
        return questions_of(library.cards[name] for name, head in library.heads.items()
                            if head.kind == "open")  # fmt: skip

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

    def finish(self, report: InterviewReport) -> int:
        """Remember a finished interview, and rate Again what lacked something essential.

        Those cards are asked today. Returns how many they are.
        """
        self._store.add_interview(report.at, to_record(report))
        self.forget_open()
        missed = [result for result in report.results if result.suggested is Rating.AGAIN]
        scheduler = self._services.scheduler
        for result in missed:
            answer = Answer(
                Rating.AGAIN,
                elapsed_ms=round(1000 * result.elapsed_s),
                all_musts=False,
                response=result.response,
            )
            state = self._store.state(result.question)
            self._store.commit(rate(state, answer, self._services.now, scheduler), scheduler)
        return len(missed)

    def write(self, report: InterviewReport) -> list[Path]:
        """Write a report as Markdown and as HTML; return the files.

        Raises:
            EnvironmentProblem: the folder cannot be written.
        """
        from quizapp.exchange.interview_report import to_html, to_markdown

        stem = f"interview-{report.at.astimezone(self._services.tz):%Y-%m-%d-%H%M%S}"
        folder = self._services.paths.data / "reports"
        written = [folder / f"{stem}.md", folder / f"{stem}.html"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written[0].write_text(to_markdown(report), encoding="utf-8")
            written[1].write_text(to_html(report), encoding="utf-8")
        except OSError as error:
            raise EnvironmentProblem(
                "The report cannot be written",
                f"{folder}: {error.strerror}.",
                "Free some space, or set QUIZAPP_HOME to another folder.",
            ) from error
        return written
