"""Turns checked forms into cards and checks what a shape cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quizapp.cards import cloze, lesson
from quizapp.cards.form import (
    CardForm,
    ChoiceCard,
    ClozeCard,
    ExpectForm,
    MultiCard,
    NumberCard,
    OrderCard,
)
from quizapp.cards.model import Card, DemoLink, Expect, Figure, KeyPoint, Reference
from quizapp.cards.problems import Finding, Path


def build_card(form: CardForm, deck: str) -> tuple[Card | None, list[Finding]]:
    """Return the card of a form, or None and what is wrong with it."""
    found = [
        *_twice(form.tags, ("tags",)),
        *_twice(form.requires, ("requires",)),
        *_twice(form.follow_ups, ("follow_ups",)),
        *_twice(form.aliases, ("aliases",)),
    ]
    own = _own(form, found)
    expect = _expectations(form, found)
    if found:
        return None, found
    demo = figure = None
    if form.demo:
        demo = DemoLink(form.demo.run, form.demo.with_, expect)
    if form.figure:
        figure = Figure(form.figure.run, form.figure.with_, tuple(form.figure.show))
    return Card(
        id=form.id,
        deck=deck,
        kind=form.kind,  # type: ignore[arg-type]  # each form's Literal narrowed it
        question=form.question.rstrip(),
        difficulty=form.difficulty,
        answer=form.answer.rstrip(),
        tags=tuple(form.tags),
        requires=tuple(form.requires),
        hint=form.hint.rstrip(),
        key_points=tuple(KeyPoint(item.point, item.must) for item in form.key_points),
        pitfall=form.pitfall.rstrip(),
        follow_ups=tuple(form.follow_ups),
        references=tuple(Reference(r.title, r.where, r.url, r.checked) for r in form.references),
        demo=demo,
        figure=figure,
        no_demo=form.no_demo.rstrip(),
        aliases=tuple(form.aliases),
        **own,
    ), []


def lesson_findings(text: str) -> list[Finding]:
    """Return the lines of a lesson that look like a demo or a card list and are neither."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return [
        Finding("C208", message, fix, ("lesson",), offset=starts[line])
        for line, message, fix in lesson.faults(text)
    ]


def _own(form: CardForm, found: list[Finding]) -> dict[str, Any]:
    """Return the fields that only this kind has."""
    if isinstance(form, ChoiceCard):
        found += _twice(form.options, ("options",))
        correct = _correct(form.options, [form.correct], [("correct",)], found)
        return {"options": tuple(form.options), "correct": correct}
    if isinstance(form, MultiCard):
        found += _twice(form.options, ("options",))
        paths: list[Path] = [("correct", index) for index in range(len(form.correct))]
        correct = _correct(form.options, form.correct, paths, found)
        return {"options": tuple(form.options), "correct": correct}
    if isinstance(form, OrderCard):
        found += _twice(form.steps, ("steps",))
        return {"steps": tuple(form.steps)}
    if isinstance(form, NumberCard):
        found += _tolerance(form)
        return {
            "value": form.value,
            "tolerance": form.tolerance,
            "absolute": form.absolute,
            "unit": form.unit,
        }
    if isinstance(form, ClozeCard):
        found += [
            Finding("C109", message, fix, ("text",), offset=offset)
            for offset, message, fix in cloze.faults(form.text)
        ]
        return {"text": form.text.rstrip()}
    return {}


def _correct(
    options: list[str], chosen: list[str | int], paths: list[Path], found: list[Finding]
) -> tuple[int, ...]:
    indices: list[int] = []
    for choice, at in zip(chosen, paths, strict=True):
        index = options.index(choice) if choice in options else choice
        if not isinstance(index, int):
            found.append(
                Finding(
                    "C108",
                    f"no option reads {choice}",
                    "copy the text of the option, or give its index",
                    at,
                )
            )
        elif not 0 <= index < len(options):
            found.append(
                Finding(
                    "C108",
                    f"there is no option {index}",
                    f"options are counted from 0: use 0 to {len(options) - 1}",
                    at,
                )
            )
        elif index in indices:
            found.append(Finding("C114", f"`correct` names option {index} twice", "keep one", at))
        else:
            indices.append(index)
    return tuple(sorted(indices))


def _tolerance(form: NumberCard) -> list[Finding]:
    if form.absolute:
        return []
    if form.tolerance >= 1:
        return [
            Finding(
                "C107",
                f"a tolerance of {form.tolerance:g} accepts any number near zero",
                "write a share (0.05 is 5 %), or add `absolute: true` if it is in "
                "the unit of the value",
                ("tolerance",),
            )
        ]
    if form.value == 0 and form.tolerance > 0:
        return [
            Finding(
                "C107",
                "a share of 0 is 0: no deviation would be accepted",
                "add `absolute: true` and give the tolerance in the unit of the value",
                ("tolerance",),
            )
        ]
    return []


def _expectations(form: CardForm, found: list[Finding]) -> tuple[Expect, ...]:
    expectations = []
    for index, item in enumerate(form.demo.expect if form.demo else []):
        expect = _expectation(item)
        if isinstance(expect, Expect):
            expectations.append(expect)
        else:
            found.append(expect.under(("demo", "expect", index)))
    return tuple(expectations)


def _expectation(form: ExpectForm) -> Expect | Finding:
    relations = {
        name: value
        for name in ("about", "above", "below", "equals")
        if (value := getattr(form, name)) is not None
    }
    if form.claim:
        if form.measure or relations or form.within is not None:
            return Finding("C110", "a claim stands alone", "move the measure to its own item")
        return Expect(form.claim, "holds")
    if not form.measure:
        return Finding(
            "C110",
            "neither a measure nor a claim is named",
            "add `measure: name` or write {claim: id}",
        )
    if len(relations) != 1:
        return Finding(
            "C110",
            f"{len(relations)} comparisons for one measure",
            "give exactly one of about, above, below, equals per item",
        )
    ((relation, value),) = relations.items()
    if (form.within is None) == (relation == "about"):
        return Finding(
            "C110",
            "`about` and `within` go together",
            "write {measure: name, about: 0.5, within: 0.02}",
        )
    if relation == "about" and value == 0:
        return Finding("C110", "nothing is within a share of 0", "use above and below, or equals")
    return Expect(form.measure, relation, value, form.within or 0.0)  # type: ignore[arg-type]


def _twice(items: Sequence[str], at: Path) -> list[Finding]:
    return [
        Finding("C114", f"{item} is in `{at[-1]}` twice", "keep one", (*at, index))
        for index, item in enumerate(items)
        if item in items[:index]
    ]
