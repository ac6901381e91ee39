"""The phases of studying; each carries what it shows and the actions it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quizapp.app.work import Work
from quizapp.cards.kinds.code import Code
from quizapp.cards.model import Card
from quizapp.study.grading import Grade, grade_points
from quizapp.study.model import Answer, CardState, Rating
from quizapp.study.opinion import Opinion
from quizapp.study.reading import Reading

ON_A_CARD = frozenset({"edit", "info", "undo", "redo"})
DEMO = frozenset({"demo", "predict", "code"})
CODING = frozenset({"run_code", "solution", "attempts", "results", "outside", "start_over"})


@dataclass(frozen=True)
class Idle:
    """Nothing was asked yet."""

    actions = frozenset[str]()


@dataclass(frozen=True)
class OnCard:
    """A card is asked."""

    card: Card
    state: CardState
    """What is remembered of it, with the ticks and the note as they are."""
    desk_allows: frozenset[str]
    """What can be done to the card beside answering it."""
    hint_used: bool = False
    work: Work | None = None
    """What was done for a card that is answered in code; None for any other."""
    refused: tuple[str, ...] = ()
    """What was typed last that cannot be graded: words for a number."""


@dataclass(frozen=True)
class Hidden(OnCard):
    """The answer is hidden."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now."""
        card = self.card
        always = ON_A_CARD | self.desk_allows | {"reveal", "enter", "done"}
        if self.work is not None:
            return always | CODING | {"type", "hint"}
        has = {
            "hint": bool(card.hint) and not self.hint_used,
            "type": card.body.written,
            **dict.fromkeys(DEMO, card.demo is not None and not isinstance(card.body, Code)),
        }
        return always | _there(has)


@dataclass(frozen=True)
class Question(Hidden):
    """The learner answers."""


@dataclass(frozen=True)
class Confidence(Hidden):
    """The learner is asked how sure they are; revealing leaves that open."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now."""
        return super().actions | {"sure"}


@dataclass(frozen=True, kw_only=True)
class Revealed(OnCard):
    """The answer is shown; the learner compares and rates."""

    response: str
    """What was typed or chosen."""
    grade: Grade | None
    """What that is worth; None where the learner judges it."""
    confidence: int | None
    """1 to 3, if it was asked."""
    intervals: Mapping[Rating, timedelta]
    """When each rating would ask the card again, where that is shown."""
    readings: tuple[Reading, ...] = ()
    """What a typed answer says of each key point; nothing where none was typed."""
    opinions: tuple[Opinion, ...] = ()
    """What a model of the learner's own says of each key point, once it was asked."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now."""
        card = self.card
        has = {
            "follow_ups": bool(card.follow_ups),
            "references": bool(card.references),
            "second_opinion": bool(self.readings),
            **dict.fromkeys(DEMO, card.demo is not None or card.figure is not None),
            **dict.fromkeys(DEMO if self.work else (), False),
            **dict.fromkeys(("solution", "attempts", "results"), self.work is not None),
        }
        return ON_A_CARD | self.desk_allows | {"rate", "tick"} | _there(has)

    @property
    def suggested(self) -> Rating | None:
        """The rating that the answer, or the ticked key points, suggest."""
        judged = self._judged
        return None if judged is None else judged.suggested

    @property
    def advice(self) -> str:
        """The sentence beside the ratings."""
        if self._judged is not None:
            return self._judged.advice
        if self.card.key_points:
            return "Tick what you said; that suggests a rating."
        return "Compare with the answer and rate yourself."

    @property
    def all_musts(self) -> bool | None:
        """Whether every must-have point is ticked; None for a card without key points."""
        points = self.card.key_points
        musts = {index for index, point in enumerate(points) if point.must}
        return musts <= {*self.state.ticked} if points else None

    @property
    def _judged(self) -> Grade | None:
        """The grade of the answer, else that of the key points once one is ticked."""
        if self.grade is not None or not self.state.ticked:
            return self.grade
        musts = [point.must for point in self.card.key_points]
        return grade_points(self.state.ticked, musts, hint_used=self.hint_used)


@dataclass(frozen=True)
class Summary:
    """No card can be asked now: what the sitting has come to."""

    title: str
    """Of the scope; empty for everything due."""
    given: Sequence[tuple[str, Answer]]
    """Card and answer, oldest first."""
    next_step: datetime | None = None
    """When the soonest learning step is due."""
    over_limit: int = 0
    """Due reviews beyond the day's limit."""
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """New cards that stay out today, with the cards they still require."""

    @property
    def actions(self) -> frozenset[str]:
        """What can be done now; cards that wait for others can be asked out of turn."""
        return frozenset({"go_on", "undo", "redo"}) | _there({"cram": bool(self.waiting)})


Phase = Idle | Question | Confidence | Revealed | Summary


def _there(has: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(name for name, there in has.items() if there)
