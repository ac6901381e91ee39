"""The kinds of cards, one module each."""

from __future__ import annotations

from quizapp.cards.kinds.body import Body
from quizapp.cards.kinds.choice import Choice
from quizapp.cards.kinds.cloze import Cloze
from quizapp.cards.kinds.multi import Multi
from quizapp.cards.kinds.number import Number
from quizapp.cards.kinds.open import Open
from quizapp.cards.kinds.order import Order

KINDS: dict[str, type[Body]] = {
    body.kind: body for body in (Open, Choice, Multi, Order, Number, Cloze)
}
"""By their names in files, in the order in which they are listed."""
