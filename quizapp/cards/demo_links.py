"""Whether the demos that cards and lessons name exist and have what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from quizapp.cards.files import DeckFile
from quizapp.cards.form import Value
from quizapp.cards.lesson import DemoEmbed, parse_lesson
from quizapp.cards.model import Card, DemoLink
from quizapp.cards.problems import Finding, Path
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
            yield from _expectations(card.demo, demos[card.demo.run])


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
        if not expect.name:
            continue  # the card's own fault
        claim = bool(expect.claim)
        known = spec.claims if claim else spec.measures
        if expect.name not in known:
            code, word, key = (
                ("C213", "claim", "claim") if claim else ("C212", "measure", "measure")
            )
            fix = _nearest(expect.name, known) or f"it declares {', '.join(known) or 'none'}"
            yield Finding(
                code,
                f"{spec.id} declares no {word} {expect.name}",
                fix,
                ("demo", "expect", index, key),
            )


def _nearest(word: str, words: Iterable[str]) -> str:
    near = closest(word, words)
    return f"did you mean {near}?" if near else ""
