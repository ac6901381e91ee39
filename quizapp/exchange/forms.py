"""Imported cards in the shape of a deck file, and deck files as text."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml

from quizapp.cards.ids import LONGEST, kebab
from quizapp.cards.kinds.body import Items
from quizapp.cards.kinds.options import Options
from quizapp.cards.model import Card
from quizapp.cards.shuffle import shuffled

Form = dict[str, Any]
"""One card as its deck file writes it."""

_WORDS_OF_AN_ID = 8
_LIST_MARK = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+|#+\s+|>\s*")


SHOWN = "Shown by a run: "
"""Begins what recorded runs have shown of an answer, in texts to read."""


def shown_by_a_run(shows: str) -> str:
    """Return the paragraph, on one line, that says what recorded runs have shown."""
    return SHOWN + " ".join(shows.split())


def in_any_order(card: Card, items: Items) -> Items:
    """Return the options of a card in an order that depends on its id alone; steps keep theirs."""
    if not isinstance(card.body, Options):
        return items
    texts = [items.texts[index] for index in shuffled(len(items.texts), card.id)]
    right = items.ticked
    return replace(items, texts=texts, ticked=right and [t for t in texts if t in right])


def complete(form: Mapping[str, Any]) -> Form:
    """Return an imported card with what every card must have, where it has none.

    The difficulty is mid, and an open card without key points gets one: the first sentence of its
    answer.
    """
    full: Form = {"id": "", "kind": "open", "difficulty": "mid", **form}
    point = first_sentence(full.get("answer", ""))
    if full["kind"] == "open" and not full.get("key_points") and point:
        full["key_points"] = [{"point": point, "must": True}]
    return full


def subject(form: Form) -> str:
    """Return the text that tells a card from others: the questions of cloze cards are all alike."""
    return str(form.get("text") or form.get("question", ""))


def slug(text: str, empty: str = "card") -> str:
    """Return up to eight words of a text as an id.

    Where letters other than Latin ones carry part of the meaning, the id ends in a hash of the
    text, so that other texts have other ids.

    Args:
        text: what the id is made from.
        empty: what the id begins with if the text has no Latin letters.
    """
    plain = unicodedata.normalize("NFKD", text)
    foreign = any(letter.isalnum() and not letter.isascii() for letter in plain)
    name = _latin(plain)
    return name if name and not foreign else hashed(text, text, empty)


def hashed(text: str, unique: str, empty: str = "card") -> str:
    """Return up to eight words of a text with a short hash of another one."""
    mark = hashlib.sha256(unique.encode()).hexdigest()[:8]
    name = _latin(unicodedata.normalize("NFKD", text))[: LONGEST - len(mark) - 1].rstrip("-")
    return f"{name or empty}-{mark}"


def _latin(plain: str) -> str:
    return kebab(" ".join(re.findall(r"[A-Za-z0-9]+", plain)[:_WORDS_OF_AN_ID]))


def fingerprint(form: Form) -> str:
    """Return a text that is the same for equal cards, whatever their ids."""
    return json.dumps({**form, "id": ""}, sort_keys=True, ensure_ascii=False)


def first_sentence(text: str) -> str:
    """Return the first sentence of a Markdown text, on one line; the first item of a list."""
    lines = [line for line in text.split("\n") if not re.match(r"\s*(`{3}|~{3})", line)]
    paragraph = re.split(r"\n\s*\n", "\n".join(lines).strip(), maxsplit=1)[0].split("\n")
    found = [_LIST_MARK.match(line) for line in paragraph]
    marks = [mark.end() if mark else 0 for mark in found]
    until = next((at for at, mark in enumerate(marks) if mark and at), len(paragraph))
    line = " ".join(" ".join(paragraph[:until])[marks[0] :].split())
    return re.split(r"(?<=[.!?])\s|(?<=[。！？])", line, maxsplit=1)[0]


def deck_text(deck: str, title: str, forms: Iterable[Form], lesson: str = "") -> str:
    """Return a deck file: every text quoted or a block, so that it reads back as it was."""
    head: Form = {"deck": deck, "title": title, **({"lesson": lesson} if lesson else {})}
    whole = {**head, "cards": list(forms)}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


class _Dumper(yaml.CSafeDumper):
    """Writes what the deck reader reads: no aliases, no text that looks like another type."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    lines = text.split("\n")
    block = len(lines) > 1 and all(line == line.rstrip() and line.isprintable() for line in lines)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else '"')


def _key_or_text(dumper: _Dumper, data: Mapping[str, Any]) -> yaml.MappingNode:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", data)
    for key, _ in node.value:
        key.style = None
    return node


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _key_or_text)
