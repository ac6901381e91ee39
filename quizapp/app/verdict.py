"""Card says, you said, your machine says: one comparison after each run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from quizapp.cards.expect import Expect
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.demo.declare import Predict
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.plot.format import format_value

Guess = float | str

SIGNS = {"holds": "✓", "fails": "✗", "not tested": "–"}
"""How each state of a claim looks without its words."""


@dataclass(frozen=True)
class Comparison:
    """One measure or claim: what the card states, what was predicted, what this run found."""

    name: str
    text: str
    """The sentence of the measure or claim."""
    machine: str
    """What this run found, in words; "not measured" if it did not report it."""
    card: str = ""
    """What the card states; empty if it says nothing on this."""
    card_right: bool | None = None
    """None: nothing stated, or not measured."""
    you: str = ""
    """What was predicted; empty if nothing was."""
    you_right: bool | None = None


@dataclass(frozen=True)
class Verdict:
    """All comparisons of a run and one sentence on what they come to."""

    rows: tuple[Comparison, ...]
    sentence: str
    right: bool | None = None
    """Whether the prediction came true; None without one or without its measure."""


def read_guess(predict: Predict, text: str) -> Guess:
    """Return the guess that was typed: an option, its number from 1, or a number.

    Raises:
        ValueError: it is none of these, with a sentence.
    """
    text = text.strip()
    if predict.options:
        named = [option for option in predict.options if option.lower() == text.lower()]
        if named:
            return named[0]
        if text.isdecimal() and 1 <= int(text) <= len(predict.options):
            return predict.options[int(text) - 1]
        raise ValueError(f"Answer one of {', '.join(predict.options)}, or its number.")
    try:
        guess = float(text)
    except ValueError:
        raise ValueError(f"Answer a number, not {text!r}.") from None
    if not math.isfinite(guess):
        raise ValueError("Answer a finite number.")
    return guess


def judge(
    spec: DemoSpec,
    state: RunState,
    settings: Mapping[str, Any],
    *,
    guess: Guess | None = None,
    card: Card | None = None,
) -> Verdict:
    """Compare a finished run with the learner's prediction and with what the card expects.

    The card expects something at the settings of its link only; at others it is named, not judged.
    """
    stated = [link for link in (links(card) if card else ()) if link.run == spec.id]
    others = [differing(spec, settings, link.with_) for link in stated]
    link = next((link for link, other in zip(stated, others, strict=True) if not other), None)
    other = {} if link or not others else others[0]
    expects = link.expect if isinstance(link, DemoLink) else ()
    rows = [_expected(spec, state, expect) for expect in expects]
    right, sentences = None, []
    if guess is not None and spec.predict is not None:
        measured = state.measure(spec.predict.measure)
        right = None if measured is None else _is_right(spec.predict, guess, measured)
        sentences.append(_on_you(guess, measured, right))
        rows = _with_guess(spec, state, rows, guess, right)
    if state.status != "done":
        return Verdict(tuple(rows), "", right)
    sentences.append(_sentence(rows, other, settings))
    return Verdict(tuple(rows), " ".join(filter(None, sentences)), right)


def links(card: Card) -> list[DemoLink | Figure]:
    """Return the runs that a card names: its demo and its figure."""
    named: list[DemoLink | Figure | None] = [card.demo, card.figure]
    return [link for link in named if link is not None]


def differing(
    spec: DemoSpec, settings: Mapping[str, Any], stated: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the card's values of the settings that differ in this run."""
    wanted = {**spec.defaults, **stated}
    return {name: value for name, value in wanted.items() if settings.get(name, value) != value}


def _is_right(predict: Predict, guess: Guess, measured: Guess) -> bool:
    """Whether the guess came true: the option itself, or a number near enough."""
    if isinstance(guess, str) or isinstance(measured, str):
        return guess == measured
    return math.isclose(guess, measured, rel_tol=predict.within, abs_tol=1e-12)


def _expected(spec: DemoSpec, state: RunState, expect: Expect) -> Comparison:
    found: float | str | bool | None
    machine: str
    if expect.relation == "holds":
        text = spec.claims.get(expect.name, expect.name)
        claim = state.claim(expect.name)
        machine = claim.state if claim else "not tested"
        found = None if machine == "not tested" else machine == "holds"
    else:
        text = spec.measures.get(expect.name, expect.name)
        found = state.measure(expect.name)
        machine = "not measured" if found is None else format_value(found)
    right = None if found is None else expect.met(found)
    return Comparison(expect.name, text, machine, expect.wanted, right)


def _with_guess(
    spec: DemoSpec, state: RunState, rows: list[Comparison], guess: Guess, right: bool | None
) -> list[Comparison]:
    """Add the prediction to the row of its measure, in front of the others."""
    assert spec.predict is not None
    name = spec.predict.measure
    measured = state.measure(name)
    machine = "not measured" if measured is None else format_value(measured)
    new = Comparison(name, spec.measures.get(name, name), machine)
    old = next((row for row in rows if row.name == name), new)
    merged = replace(old, you=format_value(guess), you_right=right)
    return [merged, *(row for row in rows if row is not old)]


def _sentence(rows: list[Comparison], other: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    if not other:
        return _on_card(rows)
    stated = ", ".join(f"{name} {format_value(value)}" for name, value in other.items())
    here = ", ".join(f"{name} {format_value(settings[name])}" for name in other)
    return f"The card is about {stated}; this run had {here}."


def _on_you(guess: Guess, measured: Guess | None, right: bool | None) -> str:
    if measured is None or right is None:
        return "This run did not measure what you predicted."
    if right:
        return "Your prediction came true."
    if isinstance(guess, str) or isinstance(measured, str) or not guess * measured > 0:
        return "Your prediction did not come true."
    ratio = guess / measured
    way = f"{ratio:.2g} times" if ratio >= 2 else f"{100 * ratio:.0f} % of"
    return f"You expected {format_value(guess)}, {way} the {format_value(measured)} measured."


def _on_card(rows: list[Comparison]) -> str:
    stated = [row for row in rows if row.card]
    wrong = [row for row in stated if row.card_right is False]
    if wrong:
        first = wrong[0]
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return (
            f"This machine disagrees with the card on {first.name}: "
            f"{first.machine}, the card says {first.card}{more}."
        )
    if not stated or all(row.card_right is None for row in stated):
        return "This run did not measure what the card states." if stated else ""
    if any(row.card_right is None for row in stated):
        return "What could be measured here agrees with the card."
    return "This machine agrees with the card."
