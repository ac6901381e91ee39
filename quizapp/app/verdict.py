"""Card says, you said, your machine says: one comparison after each run.

Where runs of other seeds and machines are recorded, this run is held against them. A run that comes
out unlike all of them may still be as the card states: then it is unusual, and the card not wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from quizapp.app.proof import SIGNS, alike, differing, links
from quizapp.cards.expect import Expect
from quizapp.cards.form import Value
from quizapp.cards.model import Card, DemoLink
from quizapp.demo.declare import Predict
from quizapp.demo.events import State
from quizapp.demo.evidence import ENOUGH, SEED, Distribution
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.plot.format import format_value

Guess = float | str

Look = Literal[State, "", "quiet", "own"]
"""How a part of a comparison looks: as a state of a claim, or as what this machine found."""


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
    recorded: str = ""
    """What recorded runs found: "1.8 to 3.3 (median 2.2, 60 runs)"; empty without a record."""
    usual: bool | None = None
    """Whether this run came out within them; None without a record, or not measured."""
    claim: bool = False
    """Whether this is a claim; else it is a measure."""
    you: str = ""
    """What was predicted; empty if nothing was."""
    you_right: bool | None = None

    def words(self) -> Iterator[tuple[str, Look]]:
        """Yield the comparison in words, in parts that look different.

        What the card states is left out where recorded runs stand for it, and it holds.
        """
        if self.card and (not self.recorded or (self.card_right is False and not self.claim)):
            yield f"card says {self.card}", ""
            yield from _sign(self.card_right)
            yield " · ", "quiet"
        if self.recorded:
            yield self.recorded if self.claim else f"recorded {self.recorded}", ""
            yield " · ", "quiet"
        if self.you:
            yield f"you said {self.you}", ""
            yield from _sign(self.you_right)
            yield " · ", "quiet"
        if not self.recorded:
            yield f"your machine says {self.machine}", "own"
        elif self.claim:
            yield f"here: {self.machine}", "own"
            yield from _sign(self.card_right)
        else:
            yield f"yours {self.machine}", "own"
            if self.usual and self.card_right is not False:
                yield " ✓ inside", "holds"
            elif self.usual is False:
                yield " unusual", "not tested"


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
    recorded: Distribution | None = None,
) -> Verdict:
    """Compare a finished run with the learner's prediction and with what the card expects.

    The card expects something at the settings of its link only; at others it is named, not judged.

    Args:
        spec: the demo.
        state: how the run ended.
        settings: all settings of the run.
        guess: what was predicted, if anything.
        card: the card that the run belongs to, if any.
        recorded: the recorded runs at these settings, if any.
    """
    stated = [link for link in (links(card) if card else ()) if link.run == spec.id]
    others = [differing(spec, settings, link.with_) for link in stated]
    link = next((link for link, other in zip(stated, others, strict=True) if not other), None)
    other = {} if link or not others else others[0]
    expects = link.expect if isinstance(link, DemoLink) else ()
    rows = [_expected(spec, state, expect, recorded) for expect in expects]
    right, sentences = None, []
    if guess is not None and spec.predict is not None:
        measured = state.measure(spec.predict.measure)
        right = None if measured is None else _is_right(spec.predict, guess, measured)
        sentences.append(_on_you(guess, measured, right))
        rows = _with_guess(spec, state, rows, guess, right, recorded)
    if state.status != "done":
        return Verdict(tuple(rows), "", right)
    sentences.append(_sentence(rows, other, settings, _advice(spec, link, recorded)))
    return Verdict(tuple(rows), " ".join(filter(None, sentences)), right)


def _sign(right: bool | None) -> Iterator[tuple[str, Look]]:
    if right is not None:
        state: State = "holds" if right else "fails"
        yield f" {SIGNS[state]}", state


def beside_recorded(spec: DemoSpec, state: RunState, recorded: Distribution) -> Verdict:
    """Hold all that a finished run found against the recorded runs at its settings."""
    rows = [
        _beside_recorded(
            Comparison(measure.id, measure.text, format_value(measure.value)),
            measure.value,
            recorded,
        )
        for measure in state.measures
    ]
    rows += [
        Comparison(
            claim.id,
            claim.text,
            claim.state,
            recorded=_counted(claim.id, recorded),
            claim=True,
        )
        for claim in state.claims
    ]
    means, try_ = _advice(spec, None, recorded)
    return Verdict(tuple(rows), _unusual(rows, means, try_))


def _is_right(predict: Predict, guess: Guess, measured: Guess) -> bool:
    """Whether the guess came true: the option itself, or a number near enough."""
    if isinstance(guess, str) or isinstance(measured, str):
        return guess == measured
    return math.isclose(guess, measured, rel_tol=predict.within, abs_tol=1e-12)


def _expected(
    spec: DemoSpec, state: RunState, expect: Expect, recorded: Distribution | None
) -> Comparison:
    if expect.relation == "holds":
        text = spec.claims.get(expect.name, expect.name)
        claim = state.claim(expect.name)
        machine = claim.state if claim else "not tested"
        held = None if machine == "not tested" else machine == "holds"
        runs = _counted(expect.name, recorded) if recorded else ""
        right = None if held is None else expect.met(held)
        return Comparison(expect.name, text, machine, expect.wanted, right, runs, claim=True)
    text = spec.measures.get(expect.name, expect.name)
    found = state.measure(expect.name)
    row = Comparison(expect.name, text, "not measured", expect.wanted)
    if found is not None:
        row = replace(row, machine=format_value(found), card_right=expect.met(found))
    return _beside_recorded(row, found, recorded) if recorded else row


def _counted(claim: str, recorded: Distribution) -> str:
    counted = recorded.claim(claim)
    return f"held in {counted.held} of {counted.tested} recorded runs" if counted else ""


def _beside_recorded(row: Comparison, found: Value | None, recorded: Distribution) -> Comparison:
    """Hold a measure of this run against those of recorded runs.

    What four digits cannot tell apart is the same: the last digits depend on the processor. Of few
    recorded runs one more may well lie outside: that is not unusual.
    """
    spread = recorded.measure(row.name)
    if spread is None:
        return row
    if isinstance(spread.median, str):
        everywhere = spread.low == spread.median
        words = f"{spread.median} in {'all' if everywhere else 'most of'} {spread.runs} runs"
        seen = {draw.value for draw in recorded.draws(row.name)}
        known = found is not None and (found in seen or spread.runs >= ENOUGH)
        return replace(row, recorded=words, usual=found in seen if known else None)
    values = [float(value) for value in (spread.low, spread.median, spread.high)]
    if found is None or isinstance(found, str):
        low, median, high = alike(*values)
        usual = None if found is None or spread.runs < ENOUGH else False
    else:
        low, median, high, here = alike(*values, float(found))
        inside = float(low) <= float(here) <= float(high)
        usual = inside if inside or spread.runs >= ENOUGH else None
        row = replace(row, machine=here)
    same = f"{low} in all {spread.runs} runs"
    words = same if low == high else f"{low} to {high} (median {median}, {spread.runs} runs)"
    return replace(row, recorded=words, usual=usual)


def _with_guess(
    spec: DemoSpec,
    state: RunState,
    rows: list[Comparison],
    guess: Guess,
    right: bool | None,
    recorded: Distribution | None,
) -> list[Comparison]:
    """Add the prediction to the row of its measure, in front of the others."""
    assert spec.predict is not None
    name = spec.predict.measure
    measured = state.measure(name)
    machine = "not measured" if measured is None else format_value(measured)
    new = Comparison(name, spec.measures.get(name, name), machine)
    new = _beside_recorded(new, measured, recorded) if recorded else new
    old = next((row for row in rows if row.name == name), new)
    merged = replace(old, you=format_value(guess), you_right=right)
    return [merged, *(row for row in rows if row is not old)]


def _advice(spec: DemoSpec, link: object, recorded: Distribution | None) -> tuple[str, str]:
    """Return what a run unlike all others means, and what to try about one."""
    varied = SEED in spec.params and not (isinstance(link, DemoLink) and SEED in link.with_)
    again = "Try another seed" if varied else "Run it once more"
    runs = recorded.count if recorded else 0
    stated = ", though as the card states" if isinstance(link, DemoLink) else ""
    cause = "Seed and processor" if varied else "The processor"
    return (
        f"outside of all {runs} recorded runs{stated}. {cause} can do that.",
        f"{again}; if it stays so, please report it with what `quizapp doctor` prints.",
    )


def _sentence(
    rows: list[Comparison],
    other: Mapping[str, Any],
    settings: Mapping[str, Any],
    advice: tuple[str, str],
) -> str:
    if not other:
        return _on_card(rows, *advice)
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


def _on_card(rows: list[Comparison], means: str, try_: str) -> str:
    stated = [row for row in rows if row.card]
    wrong = [row for row in stated if row.card_right is False]
    if wrong:
        first = wrong[0]
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return (
            f"This machine disagrees with the card on {first.name}: "
            f"{first.machine}, the card says {first.card}{more}. {try_}"
        )
    if unusual := _unusual(stated, means, try_):
        return unusual
    if not stated or all(row.card_right is None for row in stated):
        return "This run did not measure what the card states." if stated else ""
    if any(row.card_right is None for row in stated):
        return "What could be measured here agrees with the card."
    return "This machine agrees with the card."


def _unusual(rows: list[Comparison], means: str, try_: str) -> str:
    """Return the sentence on what came out unlike all recorded runs; nothing if nothing did."""
    names = ", ".join(f"{row.name} {row.machine}" for row in rows if row.usual is False)
    return f"Unusual: {names} is {means} {try_}" if names else ""
