"""What cards have in common whose answer is chosen from options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from quizapp.cards.form import Markdown
from quizapp.cards.kinds.body import Body, GapWriter, Items
from quizapp.cards.problems import Finding, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Body):
    """Some of the options are right."""

    # described here because pydantic reads the docstrings of fields only of the class itself
    options: tuple[Markdown, ...] = field(
        metadata={"min_length": 2, "description": "The options; the app shuffles them."}
    )

    def task(self, gap: GapWriter) -> Items:
        """Return the options."""
        return Items(self.options)

    def solution(self) -> Items:
        """Return the options with the right ones ticked."""
        return Items(self.options, ticked=self.right)

    def text_of(self, named: str | int) -> str | int:
        """Return the text of the option that a text or an index names; what names none stays."""
        if isinstance(named, int) and 0 <= named < len(self.options):
            return self.options[named]
        return named

    def unknown(self, named: str | int, at: Path) -> Iterator[Finding]:
        """Yield that a text or an index names no option, if so."""
        if named in self.options:
            return
        if isinstance(named, str):
            fix = "copy the text of the option, or give its index"
            yield Finding("C108", f"no option reads {named}", fix, at)
        else:
            fix = f"options are counted from 0: use 0 to {len(self.options) - 1}"
            yield Finding("C108", f"there is no option {named}", fix, at)
