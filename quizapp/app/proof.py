"""What runs show of a card's answer: the sentence of its demo link, and its key points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quizapp.cards.expect import Expect
from quizapp.cards.form import Value
from quizapp.cards.model import Card, DemoLink, Figure
from quizapp.cards.shows import Place, fill, fill_values
from quizapp.demo.events import State
from quizapp.demo.evidence import SEED, Distribution, Spread
from quizapp.demo.spec import DemoSpec
from quizapp.errors import QuizError
from quizapp.plot.format import format_value, short

if TYPE_CHECKING:
    from quizapp.app.core import Core
    from quizapp.app.demos import Demos

LOOKED_AT = 200
"""Last runs of a demo among which one at a card's settings is looked for at each answer."""

NOT_RECORDED = "[run it to see]"
"""Stands for a measure of which no run is known."""

SIGNS: Mapping[State, str] = {"holds": "✓", "fails": "✗", "not tested": "–"}
"""How each state of a claim looks without its words."""

WORDS: Mapping[State, str] = {
    "holds": "shown here",
    "fails": "not on this machine",
    "not tested": "not tested",
}
"""What a run on this machine says of a key point."""


@dataclass(frozen=True)
class Proof:
    """What runs show of a card's answer."""

    shows: str = ""
    """The sentence of its demo link, filled; empty without one."""
    here: bool = False
    """Whether a run on this machine fills it; else recorded runs do."""
    points: tuple[State | None, ...] = ()
    """What that run says of each key point; None: nothing, or the demo does not show it."""


def proof_of(core: Core, card: Card) -> Proof:
    """Return what the last run on this machine at the settings of a card's link shows.

    Without such a run, the recorded ones fill the sentence. A run before the demo was last edited
    does not count, nor does one at other settings.
    """
    link = card.demo
    if link is None or not (link.shows or any(point.shown for point in card.key_points)):
        return Proof()
    with suppress(QuizError, OSError):  # a missing demo is reported where it is run
        spec = core.demos.find(link.run)
        edited = spec.path.stat().st_mtime
        for run in core.store.runs(demo=spec.id, limit=LOOKED_AT):
            if run.at.timestamp() > edited and not differing(spec, run.settings, link.with_):
                return proof_here(card, link, run.measures, run.claims)
        return Proof(recorded_sentence(link.shows, _recorded(core.demos, spec, link)))
    return Proof()


def recorded_shows(demos: Demos, cards: Iterable[Card]) -> dict[str, str]:
    """Return by card what recorded runs have shown; cards without recorded runs are left out."""
    found = {}
    for card in cards:
        if card.demo is not None and card.demo.shows:
            with suppress(QuizError):  # `quizapp check` reports a missing demo
                spec = demos.find(card.demo.run)
                if runs := _recorded(demos, spec, card.demo):
                    found[card.id] = recorded_sentence(card.demo.shows, runs)
    return found


def _recorded(demos: Demos, spec: DemoSpec, link: DemoLink) -> Distribution | None:
    evidence = demos.evidence(spec)
    return evidence.at(spec, link.with_) if evidence else None


def proof_here(
    card: Card, link: DemoLink, measures: Mapping[str, Value], claims: Mapping[str, str]
) -> Proof:
    """Return what a finished run at the settings of a link shows.

    Args:
        card: whose key points are marked.
        link: the demo link of that card.
        measures: what the run measured, by id.
        claims: the state of each claim, by id.
    """
    points = tuple(
        _point(point.shown, link.expect, measures, claims) if point.shown else None
        for point in card.key_points
    )
    return Proof(fill_values(link.shows, measures, format_value), True, points)


def _point(
    shown: str,
    expects: Iterable[Expect],
    measures: Mapping[str, Value],
    claims: Mapping[str, str],
) -> State:
    """Return what a run says of a key point that a claim or a measure shows."""
    if shown in claims:
        return next(state for state in WORDS if state == claims[shown])
    stated = [expect for expect in expects if expect.measure == shown]
    if shown not in measures or not stated:
        return "not tested"
    return "holds" if all(expect.met(measures[shown]) for expect in stated) else "fails"


def recorded_sentence(text: str, found: Distribution | None) -> str:
    """Return a `shows` text filled with recorded medians and ranges: "0.092 (0.091 to 0.093)"."""

    def value(place: Place) -> str:
        spread = found.measure(place.name) if found else None
        return NOT_RECORDED if spread is None else _in_brackets(spread, place)

    return fill(text, value)


def _in_brackets(spread: Spread, place: Place) -> str:
    if isinstance(spread.median, str):
        return spread.median if spread.low == spread.median else f"{spread.median} in most runs"
    if spread.low == spread.high and not place.percent:
        return format_value(spread.median)
    factor, unit = (100, " %") if place.percent else (1, "")
    numbers = [factor * float(value) for value in (spread.median, spread.low, spread.high)]
    median, low, high = alike(*numbers)
    return f"{median}{unit}" if low == high else f"{median}{unit} ({low} to {high}{unit})"


def alike(*numbers: float) -> list[str]:
    """Return numbers to be compared, as short as keeps those apart that four digits do."""
    rough, fine = ([short(number, digits) for number in numbers] for digits in (3, 4))
    return rough if 1 < len({*rough}) == len({*fine}) else fine


def links(card: Card) -> list[DemoLink | Figure]:
    """Return the runs that a card names: its demo and its figure."""
    named: list[DemoLink | Figure | None] = [card.demo, card.figure]
    return [link for link in named if link is not None]


def differing(
    spec: DemoSpec, settings: Mapping[str, Any], stated: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the card's values of the settings that differ in this run.

    A card speaks of any seed, unless it names one, and of any code that a learner writes.
    """
    wanted = {**spec.defaults, **stated}
    return {
        name: value
        for name, value in wanted.items()
        if settings.get(name, value) != value
        and (name != SEED or SEED in stated)
        and name != spec.code
    }
