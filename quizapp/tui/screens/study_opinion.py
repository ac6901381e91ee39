"""Asking a model about the typed answer to a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quizapp.app import phases
from quizapp.app.core import Core
from quizapp.app.studying import Studying
from quizapp.study.opinion import Opinion
from quizapp.tui.screens.opinion_screen import OpinionScreen

if TYPE_CHECKING:
    from quizapp.app.second_opinion import Inquiry, SecondReader


class StudyOpinion(OpinionScreen):
    """A screen that asks cards, and a model about the answers."""

    core: Core
    studying: Studying

    @property
    def second_reader(self) -> SecondReader | None:
        """Who can be asked about a typed answer."""
        return self.core.second_reader

    @property
    def inquiry(self) -> Inquiry | None:
        """What would be sent of the typed answer that is shown."""
        from quizapp.app.second_opinion import inquiry_about  # few ask for one

        match self.studying.phase:
            case phases.Revealed(card=card, response=response) as phase if phase.readings:
                return inquiry_about(card.question, card.key_points, response)
        return None

    @property
    def opinions(self) -> Sequence[Opinion]:
        """What a model says of the answer that is shown."""
        phase = self.studying.phase
        return phase.opinions if isinstance(phase, phases.Revealed) else ()

    def keep_opinions(self, opinions: Sequence[Opinion]) -> None:
        """Keep opinions until the answer is rated, and then with it."""
        self.studying.take_opinions(opinions)
