"""Imported cards in the shape of a deck file, and deck files as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from quizapp.cards.ids import kebab

Form = dict[str, Any]
"""One card as its deck file writes it."""


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
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return kebab(" ".join(re.findall(r"[A-Za-z0-9]+", plain)[:8])) or "card"


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
