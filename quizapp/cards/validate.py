"""Checks the shape of a deck's data and says what is wrong in an author's words."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from quizapp.cards.form import (
    FORMS,
    CardForm,
    DeckHead,
    DemoForm,
    ExpectForm,
    FigureForm,
    Form,
    KeyPointForm,
    ReferenceForm,
)
from quizapp.cards.problems import Finding, Path
from quizapp.text import closest

_NESTED: dict[str, type[Form]] = {
    "key_points": KeyPointForm,
    "references": ReferenceForm,
    "demo": DemoForm,
    "figure": FigureForm,
    "expect": ExpectForm,
}
_MEANT = {
    "front": "question",
    "prompt": "question",
    "back": "answer",
    "explanation": "answer",
    "level": "difficulty",
    "type": "kind",
    "rubric": "key_points",
    "points": "key_points",
    "prerequisites": "requires",
    "depends": "requires",
    "sources": "references",
    "source": "references",
    "choices": "options",
    "required": "must",
    "params": "with",
    "demo_id": "run",
    "id": "deck",
    "name": "title",
}
_FormT = TypeVar("_FormT", bound=Form)


def check_deck(data: Any) -> tuple[DeckHead | None, list[Finding]]:
    """Check everything of a deck but its cards."""
    if not isinstance(data, dict):
        return None, [
            Finding(
                "C103",
                f"a deck is a mapping, not {_a(data)}",
                "start the file with `deck:` and `title:`",
            )
        ]
    head = {key: value for key, value in data.items() if key != "cards"}
    form, found = _check(DeckHead, head)
    cards = data.get("cards", [])
    if not isinstance(cards, list):
        found.append(_wrong_type("cards", cards, "a list").under(("cards",)))
    return form, found


def check_card(data: Any) -> tuple[CardForm | None, list[Finding]]:
    """Check the shape of one card."""
    if not isinstance(data, dict):
        return None, [
            Finding(
                "C103",
                f"a card is a mapping, not {_a(data)}",
                "write `- id: ...`, then its other keys below `id`",
            )
        ]
    kind = data.get("kind")
    if isinstance(kind, str) and kind in FORMS:
        return _check(FORMS[kind], data)
    kinds = ", ".join(FORMS)
    if "kind" not in data:
        return None, [Finding("C102", "`kind` is missing", f"add `kind:` with one of {kinds}")]
    near = closest(str(kind), FORMS)
    fix = f"did you mean {near}?" if near else f"use one of {kinds}"
    return None, [Finding("C104", f"{_shown(kind)} is no kind of card", fix, ("kind",))]


def _check(form: type[_FormT], data: dict[str, Any]) -> tuple[_FormT | None, list[Finding]]:
    try:
        return form.model_validate(data), []
    except ValidationError as error:
        return None, [_finding(form, detail) for detail in error.errors(include_url=False)]


def _finding(form: type[Form], error: ErrorDetails) -> Finding:
    at: Path = error["loc"]
    kind, value, limits = error["type"], error["input"], error.get("ctx", {})
    name = _name(at)
    if kind == "extra_forbidden":
        return _unknown_key(form, at)
    if kind == "missing":
        return Finding("C102", f"`{name}` is missing", f"add `{name}:`", at[:-1])
    if value is None or kind in ("C105", "string_too_short"):
        return Finding("C105", f"`{name}` is empty", "write something, or remove the line", at)
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", limits["expected"])
        near = closest(str(value), allowed)
        fix = f"did you mean {near}?" if near else f"use one of {', '.join(allowed)}"
        return Finding("C104", f"{_shown(value)} is not allowed for `{name}`", fix, at)
    if kind in ("string_pattern_mismatch", "string_too_long"):
        return Finding(
            "C106", f"`{name}` is not kebab-case: {_shown(value)}", f"write {_kebab(value)}", at
        )
    if kind in _RANGES:
        bound = " ".join([_RANGES[kind], *(f"{limit:g}" for limit in limits.values())])
        return Finding(
            "C107",
            f"`{name}` must be {bound}, not {_shown(value)}",
            "a share is written as a fraction: 0.05 is 5 %",
            at,
        )
    if kind == "C111":
        return Finding(
            "C111",
            f"{_shown(value)} is not a web address",
            "begin with https:// and leave no space",
            at,
        )
    if kind == "too_short":
        least = limits["min_length"]
        items = "one item" if least == 1 else f"{least} items"
        return Finding("C113", f"`{name}` needs at least {items}", "add more", at)
    return _wrong_type(name, value, _WANTED[kind if kind != "C103" else error["msg"]]).under(at)


_RANGES = {
    "greater_than": "larger than",
    "greater_than_equal": "at least",
    "less_than_equal": "at most",
    "finite_number": "a finite number",
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "scalar": "one text, number or truth value",
    "option": "an option's text or its index",
}

_EXAMPLES = {
    "key_points": "write {point: text} or {point: text, must: true}",
    "references": "write {title: name, where: place}",
    "demo": "write {run: demo_id} or its keys on lines of their own",
    "figure": "write {run: demo_id} or its keys on lines of their own",
    "with": "write {parameter: value}",
    "expect": "write {measure: name, about: 0.5, within: 0.02} or {claim: id}",
}


def _wrong_type(name: str, value: Any, wanted: str) -> Finding:
    if wanted == "text" and isinstance(value, int | float):
        fix = f"put quotes around it: {json.dumps(_shown(value))}"
    elif wanted == "a list":
        fix = "write the items on lines of their own that begin with `- `, or as [a, b]"
    elif wanted == "a mapping":
        fix = _EXAMPLES.get(name.partition("[")[0], "write `key: value` lines below it")
    elif wanted in ("a number", "a whole number", "true or false") and isinstance(value, str):
        fix = "write it without quotes and units"
    else:
        fix = f"write {wanted}"
    return Finding("C103", f"`{name}` must be {wanted}, not {_a(value)}", fix)


def _unknown_key(form: type[Form], at: Path) -> Finding:
    key = str(at[-1])
    parents = [part for part in at[:-1] if isinstance(part, str)]
    allowed = _keys(_NESTED[parents[-1]] if parents else form)
    owners = [kind for kind, card in FORMS.items() if key in _keys(card)]
    if issubclass(form, CardForm) and not parents and owners:
        belongs = f"`{key}` is a key of {' and '.join(owners)} cards, not of {_kind(form)} cards"
        return Finding("C112", belongs, "remove it or change `kind`", at, key=True)
    meant = _MEANT.get(key)
    near = meant if meant in allowed else closest(key, allowed)
    fix = f"did you mean `{near}`?" if near else f"the keys here are {', '.join(allowed)}"
    return Finding("C101", f"`{key}` is not a key {_of(form, parents)}", fix, at, key=True)


def _of(form: type[Form], parents: list[str]) -> str:
    if parents:
        return f"of `{parents[-1]}`"
    return "of a deck" if form is DeckHead else f"of a card of kind {_kind(form)}"


def _kind(form: type[Form]) -> str:
    return next(kind for kind, card in FORMS.items() if card is form)


def _keys(form: type[Form]) -> list[str]:
    keys = [field.alias or name for name, field in form.model_fields.items()]
    return [*keys, "cards"] if form is DeckHead else keys


def _name(at: Path) -> str:
    """Return how a path reads: `with.lr`, `options[2]`."""
    name = ""
    for part in at[-2:] if at and isinstance(at[-1], int) else at[-1:]:
        name += f"[{part}]" if isinstance(part, int) else f"{part}"
    return name


def _kebab(value: Any) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")[:80].strip("-")
    return words or "lower-case letters, digits and hyphens"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _a(value: Any) -> str:
    """Return what a value is, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the truth value {_shown(value)}"
    if isinstance(value, int | float):
        return f"the number {_shown(value)}"
    if isinstance(value, str):
        return f"the text {_shown(value)}"
    return "a list" if isinstance(value, list) else "a mapping"
