"""What can be wrong with a deck, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of a deck: `("cards", 3, "key_points", 0, "point")`."""

CODES = {
    "Y001": "a key is written twice in the same mapping",
    "Y002": "not YAML: a colon, a quote, a bracket or the indentation is wrong",
    "Y003": "the file is not UTF-8 text",
    "Y004": "the file is larger than 2 MiB",
    "Y005": "lists and mappings are nested more than 20 deep",
    "Y006": "an anchor (`&name`) or an alias (`*name`)",
    "Y007": "a tag (`!name`)",
    "Y008": "a control character, an escape sequence or an invisible direction mark",
    "Y009": "not exactly one YAML document, or a file without content",
    "Y010": "a number too long or too large to hold",
    "Y011": "a key that is not plain text",
    "Y012": "the file cannot be read",
    "C101": "an unknown key",
    "C102": "a required key is missing",
    "C103": "a value of the wrong type",
    "C104": "a word that is not one of the allowed ones",
    "C105": "an empty value",
    "C106": "an id that is not kebab-case",
    "C107": "a number out of its range",
    "C108": "`correct` names no option",
    "C109": "the gaps of a cloze card are not well-formed",
    "C110": "an expectation that does not say exactly one thing",
    "C111": "an address that is not http or https",
    "C112": "a key that belongs to another kind of card",
    "C113": "a list with too few items",
    "C114": "an item is in a list twice",
    "C201": "a card id is used twice",
    "C202": "a deck id is used twice",
    "C203": "a card requires a card that does not exist",
    "C204": "a follow-up that does not exist",
    "C205": "cards require each other in a circle",
    "C206": "an alias that is also an id, or an alias of two cards",
    "C207": "a reference to a card by its old id",
    "C208": "a lesson line in `{{...}}` that cannot be read",
    "C209": "a lesson lists a card that does not exist",
    "C210": "a demo that does not exist",
    "C211": "a setting that the demo does not have or does not allow",
    "C212": "a measure that the demo does not declare",
    "C213": "a claim that the demo does not declare",
    "C214": "a brace in `shows` that names no measure",
    "C215": "a point is `shown` by what the demo does not declare",
    "C216": "a point is `shown` by a measure about which nothing is stated",
    "C217": "a formula of the demo used as evidence",
    "C218": "a table of what is asked names a card or deck that does not exist",
    "C219": "a card of the kind code without an exercise, or another with one",
    "C220": "a variant whose places, values and formula do not fit",
    "C221": "a phrase against a point that the card itself says",
    "E401": "a statement that a recorded run does not meet",
    "E402": "a statement with less room than the recorded spread asks for",
    "E403": "a statement that any run would meet",
    "E404": "a claim that does not hold in every recorded run",
    "E405": "a record older than its demo",
    "E406": "a demo link whose settings are not recorded",
    "D100": "a Python file, in a folder of demos or named, that declares no demo",
    "D201": "an exercise without solutions beside it",
    "D202": "a cell of solutions that is neither right nor wrong, or names no claim",
    "D203": "an exercise with too few right or wrong solutions beside it",
    "D204": "a claim of an exercise that no wrong solution is meant to fail",
    "L301": "maths in TeX instead of Unicode",
    "L302": "a Markdown link that will not work",
    "L303": "an open card with fewer than 3 or more than 6 key points",
    "L304": "an open card without a must-have key point",
    "L305": "a question longer than 600 characters",
    "L306": "placeholder text, such as `quizapp new` writes",
    "L307": "the correct option is the longest one in every choice card of the deck",
    "L308": "a question that another card asks in nearly the same words",
    "L309": "an open card without a pitfall",
    "L310": "a card without a reference",
    "L311": "the file is not named after its deck",
    "L312": "a card without a demo that does not say why",
    "L313": "a card with a demo that says why it has none",
    "L314": "a deck file that does not end in .yaml",
    "L315": "a comment behind a text, where the text may have been meant to go on",
    "L316": "code, a list or a table in a text after `>`, which joins lines",
    "L317": "a demo whose run shows no key point",
    "L318": "a demo link that does not say what the run shows",
    "L319": "an answer that leans on the small model of the demos",
    "L320": "a sentence of a question with more than 30 words",
    "L321": "the right option stands at one place too often over all choice cards",
    "L322": "in most multi cards of the deck all options but one are right",
    "L323": "a phrase to accept that the question says already",
    "L324": "a phrase with too few words to decide anything",
    "L325": "a probe that says its point",
    "L326": "a sign of order without a word on both sides",
    "L327": "a phrase that asks for words which never count",
}
"""Every code and what it stands for. Y: not our YAML. C1: one card. C2: between cards, lessons
and demos. D: a demo file or an exercise. L: readable, but not good enough to ship. A code keeps its
meaning for ever."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to put right, at a place in a file."""

    file: str
    line: int
    """From 1."""
    col: int
    """From 1, in characters."""
    code: str
    """A key of CODES."""
    message: str
    fix: str
    """What to write instead."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}: {self.code} {self.message} ({self.fix})"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at a path of the data, before it is located in the file."""

    code: str
    message: str
    fix: str
    at: Path = ()
    key: bool = False
    """Point at the key of the value instead of the value."""
    offset: int = 0
    """Where in the text at that path, in characters."""

    def under(self, prefix: Path) -> Finding:
        """Return the finding with `prefix` put before its path."""
        return Finding(self.code, self.message, self.fix, prefix + self.at, self.key, self.offset)
