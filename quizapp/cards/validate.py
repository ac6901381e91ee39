"""Checks the data of a deck file and says what is wrong in an author's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from quizapp.cards import kinds
from quizapp.cards.form import Form, FormT, Refusal, all_faults, keys
from quizapp.cards.ids import kebab
from quizapp.cards.kinds.body import Body
from quizapp.cards.model import Card, Common, DeckHead
from quizapp.cards.problems import Finding, Path
from quizapp.text import closest

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


def check_deck(data: Any) -> tuple[DeckHead | None, list[Finding]]:
    """Check everything of a deck but its cards."""
    if not isinstance(data, dict):
        fix = "start the file with `deck:` and `title:`"
        return None, [Finding("C103", f"a deck is a mapping, not {_a(data)}", fix)]
    own = [*keys(DeckHead), "cards"]
    found = [_unknown_key(key, own, "of a deck", ()) for key in data if key not in own]
    head = _check(DeckHead, data, found)
    readable = not found
    cards = data.get("cards", [])
    if not isinstance(cards, list):
        found.append(_wrong_type("cards", cards, "a list").under(("cards",)))
    return (head if readable else None), found


def check_table(form: type[FormT], data: Any) -> tuple[FormT | None, list[Finding]]:
    """Check a file that is no deck: the table of what is asked, or the glossary."""
    own = [*keys(form)]
    if not isinstance(data, dict):
        fix = f"start the file with `{own[0]}:`"
        return None, [Finding("C103", f"the table is a mapping, not {_a(data)}", fix)]
    found = [_unknown_key(key, own, "of the table", ()) for key in data if key not in own]
    table = _check(form, data, found)
    if table is not None and not found:
        found += all_faults(table)
    return (None if found else table), found


def check_card(data: Any, deck: str) -> tuple[Card | None, list[Finding]]:
    """Return the card that one item of a deck's `cards` describes, or what is wrong with it."""
    if not isinstance(data, dict):
        fix = "write `- id: ...`, then its other keys below `id`"
        return None, [Finding("C103", f"a card is a mapping, not {_a(data)}", fix)]
    found = [] if data.get("kind") in kinds.KINDS else [_unknown_kind(data)]
    kind = meant_kind(data)
    if kind is None:
        _check(Common, data, found)
        return None, found
    body = kinds.body_class(kind)
    found += [*_foreign_keys(data, body), *_needed(data, body.needs)]
    common, own = _check(Common, data, found), _check(body, data, found)
    if found or common is None or own is None:
        return None, found
    values = {key.field: getattr(common, key.field) for key in keys(Common).values()}
    card = Card(**values, deck=deck, body=own)
    found += [*all_faults(card), *all_faults(own)]
    return (None if found else card), found


def meant_kind(data: Mapping[str, Any]) -> str | None:
    """Return the kind of a card, or, where it names none, the one that is likely meant."""
    kind = data.get("kind")
    if isinstance(kind, str):
        return kind if kind in kinds.KINDS else closest(kind, kinds.KINDS)
    needed = {
        name: {key for key, own in keys(body).items() if own.default is MISSING}
        for name, body in kinds.bodies().items()
    }
    fitting = [name for name, own in needed.items() if own and own <= data.keys()]
    return fitting[0] if len(fitting) == 1 else None


def _unknown_kind(data: Mapping[str, Any]) -> Finding:
    known = ", ".join(kinds.KINDS)
    if "kind" not in data:
        return Finding("C102", "`kind` is missing", f"add `kind:` with one of {known}")
    kind = data["kind"]
    fix = _did_you_mean(str(kind), kinds.KINDS) or f"use one of {known}"
    return Finding("C104", f"{_shown(kind)} is no kind of card", fix, ("kind",))


def _foreign_keys(data: Mapping[str, Any], body: type[Body]) -> Iterator[Finding]:
    """Yield the keys that a card of this kind has not."""
    own = ["id", "kind", *(name for name in (*keys(Common), *keys(body)) if name != "id")]
    for key in data.keys() - own:
        owners = [kind for kind, other in kinds.bodies().items() if key in keys(other)]
        if owners:
            belongs = f"`{key}` is a key of {' and '.join(owners)} cards, not of {body.kind} cards"
            yield Finding("C112", belongs, "remove it or change `kind`", (key,), key=True)
        else:
            yield _unknown_key(key, own, f"of a card of kind {body.kind}", ())


def _needed(data: Mapping[str, Any], needs: Iterable[str]) -> Iterator[Finding]:
    for name in needs:
        if name not in data:
            yield _missing(name, ())
        elif data[name] == []:
            yield _too_few(name, 1, (name,))


_ADAPTERS: dict[type[Form], TypeAdapter[Any]] = {}


def _adapter(form: type[FormT]) -> TypeAdapter[FormT]:
    if form not in _ADAPTERS:
        _ADAPTERS[form] = TypeAdapter(form)
    return _ADAPTERS[form]


def _check(form: type[FormT], data: Mapping[str, Any], found: list[Finding]) -> FormT | None:
    """Return the form in some keys of a mapping, or add what is wrong with them."""
    own = {name: value for name, value in data.items() if name in keys(form)}
    faults = [_empty(path) for path in _nulls(own)]
    checked = None
    try:
        # strict dataclasses are built from JSON, not from Python's mappings
        checked = _adapter(form).validate_json(json.dumps(own))
    except ValidationError as error:
        faults += filter(None, (_finding(form, each) for each in error.errors(include_url=False)))
    found += dict.fromkeys(faults)
    return checked


def _nulls(value: Any) -> Iterator[Path]:
    """Yield the paths of keys and items without a value: a slip, though None is a default."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for part, item in items:
        if item is None:
            yield (part,)
        elif isinstance(item, dict | list):
            yield from ((part, *path) for path in _nulls(item))


def _finding(form: type[Form], error: ErrorDetails) -> Finding | None:
    at: Path = error["loc"]
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    name = _name(at)
    if value is None:
        return _empty(at)
    if kind == "unexpected_keyword_argument":
        allowed = [*keys(_type_at(form, at[:-1]))]
        parent = next(part for part in reversed(at[:-1]) if isinstance(part, str))
        return _unknown_key(str(at[-1]), allowed, f"of `{parent}`", at[:-1])
    if kind == "missing":
        return _missing(name, at[:-1])
    if kind in ("literal_error", "enum"):
        words = _type_at(form, at)
        allowed = [*(get_args(words) or words)]
        fix = _did_you_mean(str(value), allowed) or f"use one of {', '.join(allowed)}"
        return Finding("C104", f"{_shown(value)} is not allowed for `{name}`", fix, at)
    if kind in _RANGES:
        bound = " ".join([_RANGES[kind], *(f"{limit:g}" for limit in context.values())])
        return _out_of_range(name, bound, value, at)
    if kind == "too_short":
        least = context["min_length"]
        # items that are wrong themselves are not counted
        return _too_few(name, least, at) if len(value) < least else None
    if kind == "value_error":
        return _refused(context["error"], name, value, at)
    return _wrong_type(name, value, _WANTED[kind]).under(at)


def _refused(refusal: Refusal, name: str, value: Any, at: Path) -> Finding:
    match refusal.code:
        case "C105":
            return _empty(at)
        case "C106":
            fix = f"write {kebab(value) or 'lower-case letters, digits and hyphens'}"
            return Finding("C106", f"`{name}` is not kebab-case: {_shown(value)}", fix, at)
        case "C107":
            return _out_of_range(name, refusal.wanted, value, at)
        case "C111":
            fix = "begin with https:// and leave no space"
            return Finding("C111", f"{_shown(value)} is not a web address", fix, at)
    return _wrong_type(name, value, refusal.wanted).under(at)


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
    "tuple_type": "a list",
    "dataclass_type": "a mapping",
    "dict_type": "a mapping",
}

_EXAMPLES = {
    "key_points": "write {point: text} or {point: text, must: true}",
    "references": "write {title: name, where: place}",
    "demo": "write {run: demo_id} or its keys on lines of their own",
    "figure": "write {run: demo_id} or its keys on lines of their own",
    "with": "write {parameter: value}",
    "expect": "write {measure: name, about: 0.5, within: 0.02} or {claim: id}",
}


def _missing(name: str, at: Path) -> Finding:
    return Finding("C102", f"`{name}` is missing", f"add `{name}:`", at)


def _empty(at: Path) -> Finding:
    return Finding("C105", f"`{_name(at)}` is empty", "write something, or remove the line", at)


def _too_few(name: str, least: int, at: Path) -> Finding:
    items = "one item" if least == 1 else f"{least} items"
    return Finding("C113", f"`{name}` needs at least {items}", "add more", at)


def _out_of_range(name: str, bound: str, value: Any, at: Path) -> Finding:
    fix = "a share is written as a fraction: 0.05 is 5 %"
    return Finding("C107", f"`{name}` must be {bound}, not {_shown(value)}", fix, at)


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


def _unknown_key(key: str, allowed: list[str], of: str, at: Path) -> Finding:
    meant = _MEANT.get(key)
    near = meant if meant in allowed else closest(key, allowed)
    fix = f"did you mean `{near}`?" if near else f"the keys here are {', '.join(allowed)}"
    return Finding("C101", f"`{key}` is not a key {of}", fix, (*at, key), key=True)


def _type_at(form: type[Form], path: Path) -> Any:
    """Return the type of what stands at a path."""
    found: Any = form
    for part in path:
        found = get_args(found)[0] if isinstance(part, int) else keys(found)[part].type
    return found


def _did_you_mean(word: str, words: Iterable[str]) -> str | None:
    near = closest(word, words)
    return f"did you mean {near}?" if near else None


def _name(at: Path) -> str:
    """Return how a path reads: `with.lr`, `options[2]`."""
    name = ""
    for part in at[-2:] if at and isinstance(at[-1], int) else at[-1:]:
        name += f"[{part}]" if isinstance(part, int) else f"{part}"
    return name


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
