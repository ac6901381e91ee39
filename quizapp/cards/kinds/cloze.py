"""Cards with gaps in a text: `LoRA adds {{B·A|BA}} to the frozen weight.`"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from quizapp.cards.form import Markdown
from quizapp.cards.kinds.body import Body, GapWriter, Mark
from quizapp.cards.problems import Finding
from quizapp.cards.spelling import slip_of

_GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in the text and the words that fill it; the first is the one shown."""

    answers: tuple[str, ...]

    def takes(self, typed: str) -> bool:
        """Whether a text fills the gap."""
        return slip_of(typed, self.answers) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Body):
    """Gaps in a text are filled."""

    kind: ClassVar[str] = "cloze"
    written: ClassVar[bool] = True
    example: ClassVar[str] = """\
  text: "Replace this: a sentence about {words} with a {{{{gap|other spelling}}}}."
"""

    text: Markdown
    """The text with its gaps: {{answer}} or {{answer|another spelling}}."""

    @property
    def parts(self) -> tuple[str | Gap, ...]:
        """What stands between the gaps, and the gaps."""
        parts: list[str | Gap] = []
        for index, piece in enumerate(_GAP.split(self.text)):
            if index % 2:
                parts.append(Gap(tuple(word.strip() for word in piece.split("|"))))
            elif piece:
                parts.append(piece)
        return tuple(parts)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps from first to last."""
        return tuple(part for part in self.parts if isinstance(part, Gap))

    @property
    def right(self) -> tuple[str, ...]:
        """The words that are shown in the gaps."""
        return tuple(gap.answers[0] for gap in self.gaps)

    def grade(self, answer: Sequence[str]) -> Mark:
        """Grade the words typed into the gaps.

        Case, spaces, hyphens and one typing slip in a longer word are forgiven; see `slip_of`.
        """
        slips = [slip_of(typed, gap.answers) for typed, gap in zip(answer, self.gaps, strict=True)]
        wrong = [right for right, slip in zip(self.right, slips, strict=True) if slip is None]
        if wrong:
            return Mark(False, 1 - len(wrong) / len(slips), f"Expected: {', '.join(wrong)}.")
        spelled = ", ".join(slip for slip in slips if slip)
        return Mark(True, 1.0, f"Right; spelled {spelled}." if spelled else "Right.")

    def task(self, gap: GapWriter) -> str:
        """Return the text with its gaps as `gap` writes them."""
        numbers = count(1)
        return "".join(
            gap(next(numbers), part.answers[0]) if isinstance(part, Gap) else part
            for part in self.parts
        )

    def solution(self) -> str:
        """Return the text with its gaps filled."""
        return self.task(lambda _, answer: answer)

    def asks(self, question: str) -> str:
        """Return the text: the questions of such cards are much the same."""
        return self.text

    def faults(self) -> Iterator[Finding]:
        """Yield what is wrong with the gaps."""
        found: list[tuple[int, str, str]] = []
        gaps = list(_GAP.finditer(self.text))
        for gap in gaps:
            words = [word.strip() for word in gap[1].split("|")]
            if "{{" in gap[1] or "\n" in gap[1]:
                message = "a gap is opened and not closed on its line"
                found.append((gap.start(), message, "close it with }}"))
            elif not all(words):
                fix = "write {{answer}} or {{answer|another spelling}}"
                found.append((gap.start(), f"the gap {gap[0]} has an empty answer", fix))
        rest = _GAP.sub(lambda gap: " " * len(gap[0]), self.text)
        for half in re.finditer(r"\{\{|\}\}", rest):
            found.append((half.start(), f"{half[0]} without its partner", "write {{answer}}"))
        if not found and not gaps:
            message = "a cloze text needs at least one gap"
            found.append((0, message, "put {{ and }} around a word"))
        for offset, message, fix in found:
            yield Finding("C109", message, fix, ("text",), offset=offset)
