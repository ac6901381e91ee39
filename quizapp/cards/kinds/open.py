"""Cards that are answered aloud or in free words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from quizapp.cards.kinds.body import Body, Mark


@dataclass(frozen=True, slots=True)
class Open(Body):
    """Answered aloud or in writing, judged by its key points."""

    kind: ClassVar[str] = "open"
    example: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ("key_points",)
    spoken: ClassVar[bool] = True
    written: ClassVar[bool] = True

    @property
    def right(self) -> tuple[str, ...]:
        """Many answers are right."""
        return ()

    def grade(self, answer: Sequence[str]) -> Mark | None:
        """Leave it to the learner, who compares with the key points."""
        return None

    def solution(self) -> str:
        """The card's answer says it all."""
        return ""
