"""Cards in the shape of a deck file, and deck files as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import yaml

from quizapp.cards.model import Card, DemoLink, Expect, Figure, Reference

Form = dict[str, Any]
"""One card as its deck file writes it."""


def card_form(card: Card) -> Form:
    """Return a card as its deck file would say it; what is empty is left out."""
    form: Form = {
        "id": card.id,
        "kind": card.kind,
        "question": card.question,
        "difficulty": card.difficulty,
        "tags": list(card.tags),
        "requires": list(card.requires),
        "hint": card.hint,
        **_own(card),
        "answer": card.answer,
        "key_points": [
            {"point": p.point, **({"must": True} if p.must else {})} for p in card.key_points
        ],
        "pitfall": card.pitfall,
        "follow_ups": list(card.follow_ups),
        "references": [_reference(reference) for reference in card.references],
        "demo": _demo(card.demo) if card.demo else None,
        "figure": _figure(card.figure) if card.figure else None,
        "no_demo": card.no_demo,
        "aliases": list(card.aliases),
    }
    return {key: value for key, value in form.items() if value not in ("", [], None)}


def _reference(reference: Reference) -> Form:
    return {name: value for name, value in asdict(reference).items() if value}


def _own(card: Card) -> Form:
    match card.kind:
        case "choice":
            return {"options": list(card.options), "correct": card.options[card.correct[0]]}
        case "multi":
            correct = [card.options[index] for index in card.correct]
            return {"options": list(card.options), "correct": correct}
        case "order":
            return {"steps": list(card.steps)}
        case "number":
            form: Form = {"value": card.value, "tolerance": card.tolerance, "unit": card.unit}
            return {**form, "absolute": True} if card.absolute else form
        case "cloze":
            return {"text": card.text}
    return {}


def _demo(link: DemoLink) -> Form:
    expect = [_expect(each) for each in link.expect]
    return _filled({"run": link.run, "with": dict(link.with_), "expect": expect})


def _figure(figure: Figure) -> Form:
    shown = {"run": figure.run, "with": dict(figure.with_), "show": list(figure.show)}
    return _filled(shown)


def _expect(expect: Expect) -> Form:
    if expect.relation == "holds":
        return {"claim": expect.name}
    form: Form = {"measure": expect.name, expect.relation: expect.value}
    return {**form, "within": expect.within} if expect.relation == "about" else form


def _filled(form: Form) -> Form:
    return {key: value for key, value in form.items() if value not in ([], {})}


def named(form: Mapping[str, Any], taken: Iterable[str] = ()) -> Form:
    """Return an imported card with what every card must have, where it has none.

    The id comes from the question, the difficulty is mid, and an open card without key points
    gets one: the first sentence of its answer.
    """
    full: Form = {
        "id": _unique(slug(form.get("question", "")), set(taken)),
        "kind": "open",
        "difficulty": "mid",
        **form,
    }
    if full["kind"] == "open" and not full.get("key_points"):
        full["key_points"] = [{"point": first_sentence(full.get("answer", "")), "must": True}]
    return full


def slug(text: str) -> str:
    """Return up to eight words of a text as an id."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words[:8])[:80].strip("-") or "card"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, on one line."""
    line = " ".join(text.split())
    return re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0]


def _unique(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def deck_text(deck: str, title: str, forms: Iterable[Form], lesson: str = "") -> str:
    """Return a deck file: every text quoted or a block, so that it reads back as it was."""
    head: Form = {"deck": deck, "title": title, **({"lesson": lesson} if lesson else {})}
    whole = {**head, "cards": list(forms)}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


class _Dumper(yaml.SafeDumper):
    """Writes what the deck reader reads: no aliases, no text that looks like another type."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.split("\n")
    block = len(lines) > 1 and all(line == line.rstrip() and line.isprintable() for line in lines)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else '"')


def _key_or_text(dumper: yaml.SafeDumper, data: Mapping[str, Any]) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", data)
    for key, _ in node.value:
        key.style = None
    return node


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _key_or_text)
