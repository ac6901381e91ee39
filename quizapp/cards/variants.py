"""A card as it is asked this time: in its own words, or in those of a variant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from quizapp.cards.form import Value
from quizapp.cards.formula import compute
from quizapp.cards.kinds.number import Number
from quizapp.cards.model import Card, Variant
from quizapp.cards.numerals import number_text
from quizapp.cards.problems import Finding

PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
"""A place for a drawn value: {n}."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words and numbers in which a card is asked."""

    variant: int = 0
    """0: the card's own; n: its n-th variant."""
    seed: int = 0
    """What the values of a variant are drawn by, together with the card."""


OWN = Wording()


def asked(card: Card, times: int) -> Card:
    """Return a card as it is asked to a learner who has answered it `times` times.

    The first time it is asked as it stands, then each variant and the card itself come in turn.
    The values of a variant are drawn by card and time, so that the same question comes back when
    the card is shown again.
    """
    return worded(card, Wording(times % (len(card.variants) + 1), times))


def worded(card: Card, wording: Wording) -> Card:
    """Return a card in a wording; in its own where the card has no such variant."""
    if not 0 < wording.variant <= len(card.variants):
        return card
    variant = card.variants[wording.variant - 1]
    return _as_variant(card, variant, drawn(variant, f"{card.id}/{wording.seed}"))


def drawn(variant: Variant, seed: str) -> Mapping[str, Value]:
    """Draw a value for every place of a variant."""
    random = Random(seed)
    return {name: random.choice(values) for name, values in variant.where.items()}


def _as_variant(card: Card, variant: Variant, values: Mapping[str, Value]) -> Card:
    body = card.body
    if variant.value and isinstance(body, Number):
        body = replace(body, value=_computed(variant, values))
    return replace(
        card,
        question=_filled(variant.question, values),
        answer=_filled(variant.answer, values) or card.answer,
        body=body,
    )


def _computed(variant: Variant, values: Mapping[str, Value]) -> float:
    numbers = {name: v for name, v in values.items() if isinstance(v, int | float)}
    return compute(variant.value, numbers)


def _filled(text: str, values: Mapping[str, Value]) -> str:
    def shown(match: re.Match[str]) -> str:
        value = values.get(match[1], match[0])
        return value if isinstance(value, str) else number_text(float(value))

    return PLACE.sub(shown, text)


def variant_findings(card: Card) -> Iterator[Finding]:
    """Yield what is wrong with the variants of a card."""
    for index, variant in enumerate(card.variants):
        at = ("variants", index)
        asked_for = {*PLACE.findall(variant.question), *PLACE.findall(variant.answer)}
        for name in sorted(asked_for - variant.where.keys()):
            fix = f"add `where: {{{name}: [...]}}`"
            yield Finding("C220", f"no values to draw for {{{name}}}", fix, at)
        for name in sorted(variant.where.keys() - set(PLACE.findall(variant.question))):
            fix = f"write {{{name}}} where the value belongs, or leave it out"
            yield Finding("C220", f"the question has no place {{{name}}}", fix, at)
        number = isinstance(card.body, Number)
        if variant.value and not number:
            fix = "leave out `value`: only a number card has one"
            yield Finding(
                "C220", f"a card of the kind {card.kind} has no value", fix, (*at, "value")
            )
        elif number and variant.where and not variant.value:
            fix = "add `value:` with the formula"
            yield Finding("C220", "other numbers and no formula for the answer", fix, at)
        elif variant.value:
            yield from _formula_findings(variant, at)


def _formula_findings(variant: Variant, at: tuple[str | int, ...]) -> Iterator[Finding]:
    for seed in range(20):
        try:
            _computed(variant, drawn(variant, str(seed)))
        except (ValueError, IndexError) as error:
            fix = "use + - * / ** and the names of `where`"
            yield Finding("C220", str(error), fix, (*at, "value"))
            return
