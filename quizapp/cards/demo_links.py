"""Whether the demos that cards and lessons name exist and have what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from quizapp.cards.files import DeckFile
from quizapp.cards.form import Value
from quizapp.cards.kinds.code import Code
from quizapp.cards.lesson import DemoEmbed, parse_lesson
from quizapp.cards.model import Card, DemoLink
from quizapp.cards.problems import Finding, Path
from quizapp.cards.shows import places, stray_brace
from quizapp.text import closest

if TYPE_CHECKING:
    from quizapp.demo.spec import DemoSpec

Demos = Mapping[str, "DemoSpec"]


def demo_findings(file: DeckFile, demos: Demos) -> Iterator[Finding]:
    """Yield what is wrong with the demo links of a deck."""
    if file.deck is not None:
        yield from _lesson(file.deck.lesson, demos)
    for index, card in file.cards.items():
        for finding in _card(card, demos):
            yield finding.under(("cards", index))


def _lesson(text: str, demos: Demos) -> Iterator[Finding]:
    lines = text.split("\n")
    for segment in parse_lesson(text):
        if isinstance(segment, DemoEmbed):
            offset = sum(len(line) + 1 for line in lines[: segment.line])
            for found in _settings(segment.run, segment.with_, demos, ()):
                yield Finding(found.code, found.message, found.fix, ("lesson",), offset=offset)


def _card(card: Card, demos: Demos) -> Iterator[Finding]:
    if card.figure:
        yield from _settings(card.figure.run, card.figure.with_, demos, ("figure",))
    if card.demo:
        yield from _settings(card.demo.run, card.demo.with_, demos, ("demo",))
        if card.demo.run in demos:
            spec = demos[card.demo.run]
            yield from _expectations(card.demo, spec)
            yield from _shows(card.demo, spec)
            yield from _shown(card, card.demo, spec)
            if bool(spec.code) != (card.kind == "code"):
                is_one = "is an exercise" if spec.code else "is no exercise"
                fix = "a card of the kind code runs an exercise, and no other card does"
                yield Finding("C219", f"{spec.id} {is_one}", fix, ("demo", "run"))
    if isinstance(card.body, Code):
        if not card.demo:
            fix = "add `demo: {run: ID}`; `quizapp new exercise` starts one"
            yield Finding("C219", "a card of the kind code runs an exercise", fix, ("kind",))
        for index, name in enumerate(card.body.again):
            if name not in demos or not demos[name].code:
                exercises = [other for other, spec in demos.items() if spec.code]
                fix = _nearest(name, exercises) or "`quizapp demo list` shows them all"
                yield Finding("C219", f"there is no exercise {name}", fix, ("again", index))


def _settings(run: str, settings: Mapping[str, Value], demos: Demos, at: Path) -> Iterator[Finding]:
    if run not in demos:
        fix = _nearest(run, demos) or "`quizapp demo list` shows them all"
        yield Finding("C210", f"there is no demo {run}", fix, (*at, "run"))
        return
    params = demos[run].params
    for name, value in settings.items():
        place = (*at, "with", name)
        if name not in params:
            fix = _nearest(name, params) or f"it has {', '.join(params) or 'none'}"
            yield Finding("C211", f"{run} has no setting {name}", fix, place, key=True)
            continue
        try:
            params[name].check(value)
        except ValueError as error:
            yield Finding(
                "C211",
                f"the setting {name} of {run} {error}",
                f"its default is {params[name].default}",
                place,
            )


def _expectations(link: DemoLink, spec: DemoSpec) -> Iterator[Finding]:
    for index, expect in enumerate(link.expect):
        at = ("demo", "expect", index)
        if expect.claim:
            yield from _declared(expect.claim, "C213", spec.claims, spec, (*at, "claim"))
        elif expect.measure:
            yield from _declared(expect.measure, "C212", spec.measures, spec, (*at, "measure"))
            yield from _no_formula(expect.measure, spec, (*at, "measure"))


def _shows(link: DemoLink, spec: DemoSpec) -> Iterator[Finding]:
    at = ("demo", "shows")
    for place in places(link.shows):
        for found in _declared(place.name, "C212", spec.measures, spec, at):
            yield replace(found, offset=place.offset)
    if (offset := stray_brace(link.shows)) is not None:
        fix = "write {measure}, or {measure:%} for a share"
        yield Finding("C214", "a brace that names no measure", fix, at, offset=offset)


def _shown(card: Card, link: DemoLink, spec: DemoSpec) -> Iterator[Finding]:
    """Yield what is wrong with the points that the run is said to show."""
    stated = {expect.measure for expect in link.expect}
    for index, point in enumerate(card.key_points):
        at = ("key_points", index, "shown")
        if not point.shown or point.shown in spec.claims:
            continue
        known = {**spec.claims, **spec.measures}
        yield from _declared(point.shown, "C215", known, spec, at)
        yield from _no_formula(point.shown, spec, at)
        if point.shown in spec.measures and point.shown not in stated:
            fix = f"add {{measure: {point.shown}, ...}} to `demo.expect`"
            message = f"nothing is stated about {point.shown}, so no run can show the point"
            yield Finding("C216", message, fix, at)


_WORDS = {"C212": "measure", "C213": "claim", "C215": "claim or measure"}


def _declared(
    name: str, code: str, known: Iterable[str], spec: DemoSpec, at: Path
) -> Iterator[Finding]:
    known = [*known]
    if name not in known:
        fix = _nearest(name, known) or f"it declares {', '.join(known) or 'none'}"
        yield Finding(code, f"{spec.id} declares no {_WORDS[code]} {name}", fix, at)


def _no_formula(name: str, spec: DemoSpec, at: Path) -> Iterator[Finding]:
    if name in spec.formulas:
        yield Finding(
            "C217",
            f"{name} is a formula of {spec.id}: no run could come out otherwise",
            "state a measure or claim that the library or the data could change",
            at,
        )


def _nearest(word: str, words: Iterable[str]) -> str:
    near = closest(word, words)
    return f"did you mean {near}?" if near else ""
