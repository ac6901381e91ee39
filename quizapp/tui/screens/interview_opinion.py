"""Asking a model about the typed answer to a question of an interview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quizapp.app.core import Core
from quizapp.app.interview import Phase, Rubric
from quizapp.app.interviews import Interviews
from quizapp.study.opinion import Opinion
from quizapp.tui.screens.opinion_screen import OpinionScreen

if TYPE_CHECKING:
    from quizapp.app.second_opinion import Inquiry, SecondReader


class InterviewOpinion(OpinionScreen):
    """A screen of an interview that asks a model."""

    _core: Core
    _interviews: Interviews
    phase: Phase

    @property
    def second_reader(self) -> SecondReader | None:
        """Who can be asked about a typed answer."""
        return self._core.second_reader

    @property
    def inquiry(self) -> Inquiry | None:
        """What would be sent of the answer beside the rubric."""
        from quizapp.app.second_opinion import inquiry_about  # few ask for one

        if not isinstance(self.phase, Rubric) or not self.phase.given.text.strip():
            return None
        question = self.phase.question
        return inquiry_about(question.prompt, question.points, self.phase.given.text)

    @property
    def opinions(self) -> Sequence[Opinion]:
        """What a model says of the answer beside the rubric."""
        return self.phase.given.opinions if isinstance(self.phase, Rubric) else ()

    def keep_opinions(self, opinions: Sequence[Opinion]) -> None:
        """Keep opinions with the answer, and what was ticked since it was asked about."""
        if isinstance(self.phase, Rubric):
            phase = self.phase.with_opinions(opinions)
            self._interviews.keep(phase)
            self.phase = phase
