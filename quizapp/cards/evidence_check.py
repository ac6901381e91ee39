"""Whether what cards state holds in every recorded run, with room for the next one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from quizapp.cards.demo_links import Demos
from quizapp.cards.expect import Expect
from quizapp.cards.files import DeckFile
from quizapp.cards.model import Card, DemoLink
from quizapp.cards.problems import Finding, Path
from quizapp.demo.evidence import ENOUGH, Distribution, Evidence, Spread

if TYPE_CHECKING:
    from quizapp.demo.spec import DemoSpec

Records: TypeAlias = Callable[["DemoSpec"], Evidence | None]

MARGIN = 1 / 3
"""A statement must hold on the recorded range and this share of its width on both sides.

Of 60 draws of a normal distribution the range is 4.6 standard deviations wide on average (Tippett
1925), so that a third of it on each side leaves about one draw in ten thousand outside.
"""

FAR = 4.0
"""A limit so many times beyond all recorded values says nothing, unless other settings cross it."""

NIL = 0.02
"""Values below this are nil for what a limit from above is about: a rounding error, no share."""


def evidence_findings(file: DeckFile, demos: Demos, records: Records) -> Iterator[Finding]:
    """Yield the statements of a deck that its records do not bear out."""
    for index, card in file.cards.items():
        if card.demo is None or card.demo.run not in demos:
            continue
        spec = demos[card.demo.run]
        record = records(spec)
        if record is None:
            continue
        for finding in _card(card, card.demo, spec, record):
            yield finding.under(("cards", index))


def _card(card: Card, link: DemoLink, spec: DemoSpec, record: Evidence) -> Iterator[Finding]:
    try:
        settings = spec.settings(link.with_)
    except ValueError:
        return  # the link's own fault
    here = record.at(spec, settings)
    if here is None:
        yield Finding(
            "E406",
            f"nothing is recorded of {spec.id} at these settings",
            f"`quizapp verify {spec.id} --record`",
            ("demo",),
            key=True,
        )
        return
    others = [found for found in record.distributions() if found.runs != here.runs]
    for number, expect in enumerate(link.expect):
        at = ("demo", "expect", number)
        if expect.claim:
            yield from _claim(expect.claim, spec, here, at)
        else:
            yield from _statement(expect, here, others, at)
    for number, point in enumerate(card.key_points):
        if point.shown in spec.claims:
            yield from _claim(point.shown, spec, here, ("key_points", number, "shown"))


def _claim(name: str, spec: DemoSpec, here: Distribution, at: Path) -> Iterator[Finding]:
    counted = here.claim(name)
    if counted is None:
        if name not in spec.cuda_claims:
            yield Finding("E404", f"{name} was tested in no recorded run", "show another claim", at)
    elif counted.held < counted.tested:
        failed = next(draw for draw in here.states(name) if draw.value == "fails")
        yield Finding(
            "E404",
            f"{name} held in {counted.held} of {counted.tested} recorded runs, "
            f"not at seed {failed.seed} on {failed.machine}",
            "make the demo show it at every seed, or state less",
            at,
        )


def _statement(
    expect: Expect, here: Distribution, others: Iterable[Distribution], at: Path
) -> Iterator[Finding]:
    draws = here.draws(expect.measure)
    if not draws:
        yield Finding(
            "E401", f"{expect.measure} was reported by no recorded run", "state another", at
        )
        return
    if wrong := next((draw for draw in draws if not expect.met(draw.value)), None):
        met = sum(expect.met(draw.value) for draw in draws)
        yield Finding(
            "E401",
            f"{expect.measure} {expect.wanted} held in {met} of {len(draws)} recorded runs, "
            f"not at seed {wrong.seed} on {wrong.machine}: {_short(wrong.value)}",
            "state what holds in every run, or make the demo less noisy",
            at,
        )
        return
    spread = here.measure(expect.measure)
    if spread is None or isinstance(spread.low, str) or isinstance(spread.high, str):
        return
    if expect.relation == "equals":
        return
    room = MARGIN * (spread.high - spread.low)
    low, high = expect.bounds
    if spread.low - room < low or spread.high + room > high:
        yield Finding(
            "E402",
            f"{expect.measure} {expect.wanted} is too close to the recorded "
            f"{_short(spread.low)} to {_short(spread.high)}",
            f"leave {_short(room)} of room on both sides",
            at,
        )
    elif len(draws) >= ENOUGH and is_empty(expect, spread) and not _crossed(expect, others):
        yield Finding(
            "E403",
            f"{expect.measure} {expect.wanted} says nothing: it was "
            f"{_short(spread.low)} to {_short(spread.high)} in every recorded run",
            "state a limit that a wrong answer would cross",
            at,
        )


def is_empty(expect: Expect, spread: Spread) -> bool:
    """Return whether a limit is so far from all recorded values that any run would keep it.

    The rule stands in content/README.md, "What a statement must be".
    """
    low, high = float(spread.low), float(spread.high)
    match expect.relation:
        case "above":
            limit = expect.bounds[0]
            return limit < (low / FAR if low > 0 else -FAR * max(high, -low))
        case "below":
            limit = expect.bounds[1]
            return max(abs(low), abs(high)) >= NIL and limit > FAR * max(high, -low)
        case "about" | "between":
            first, last = expect.bounds
            wide = last - first
            return wide > 2 * FAR * max(high - low, abs(high) / FAR, NIL)
    return False


def _crossed(expect: Expect, others: Iterable[Distribution]) -> bool:
    """Whether the statement fails somewhere at other recorded settings of the demo."""
    return any(
        not expect.met(draw.value) for found in others for draw in found.draws(expect.measure)
    )


def _short(value: object) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.4g}"
    return str(value)
