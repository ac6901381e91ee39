"""The kinds of cards, one module each.

The kind `choice` is the class `Choice` of the module `choice`, which is imported when the first
card of the kind is read.
"""

from __future__ import annotations

from importlib import import_module

from quizapp.cards.kinds.body import Body

KINDS: tuple[str, ...] = ("open", "choice", "multi", "order", "number", "cloze", "code")
"""In the order in which they are listed."""


def body_class(kind: str) -> type[Body]:
    """Return the body of the cards of a kind."""
    body: type[Body] = getattr(import_module(f"{__name__}.{kind}"), kind.capitalize())
    return body


def bodies() -> dict[str, type[Body]]:
    """Return the bodies of all kinds."""
    return {kind: body_class(kind) for kind in KINDS}
