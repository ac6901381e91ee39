"""What the learner did with one question of a mock interview."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from quizapp.demo.events import State
from quizapp.study.interviewer import Heard, Reply
from quizapp.study.opinion import Opinion


class Structure(StrEnum):
    """The checklist for how an answer is built."""

    POINT_FIRST = "point first"
    MECHANISM = "mechanism"
    EXAMPLE = "example or number"
    TRADE_OFF = "trade-off"


@dataclass(frozen=True, slots=True)
class Check:
    """A claim about code, and whether it held in the last run."""

    claim: str
    """What must hold, in a sentence."""
    holds: bool

    @property
    def state(self) -> State:
        """Whether it holds, as a run says it."""
        return "holds" if self.holds else "fails"


@dataclass(frozen=True, slots=True)
class Given:
    """What the learner did with one question of the interview."""

    ticked: tuple[int, ...] = ()
    """Key points made."""
    structure: tuple[Structure, ...] = ()
    elapsed_s: float = 0.0
    response: str = ""
    """What was typed, if anything; of code, which attempt it was and what that came to."""
    aloud: bool = False
    """Whether it was answered aloud, with nothing typed."""
    code: str = ""
    """What was written, where code was asked for."""
    checks: tuple[Check, ...] = ()
    """What the run of the code came to: it is the score."""
    replies: tuple[Reply, ...] = ()
    """The follow-ups, and what was said to them."""
    heard: Heard = field(default_factory=Heard)
    """How the answer was read, with what was said to the follow-ups."""
    opinions: tuple[Opinion, ...] = ()
    """What a model of the learner's own says of each point, if it was asked; it scores nothing."""

    @property
    def text(self) -> str:
        """All that was typed: the answer, then the replies."""
        return "\n".join(filter(None, (self.response, *(reply.text for reply in self.replies))))
