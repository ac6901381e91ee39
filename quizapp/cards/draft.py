"""A deck as far as it can be used, so that one round of checking finds everything.

A wrong value must not hide what else is wrong with its card. So a stand-in of the right type takes
its place, and what is then found at the stand-in counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, replace
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from yaml.events import CollectionStartEvent

from quizapp.cards.files import DeckFile
from quizapp.cards.form import Form, FormT, all_faults, keys
from quizapp.cards.kinds import body_class
from quizapp.cards.kinds.open import Open
from quizapp.cards.model import Card, Deck
from quizapp.cards.problems import Finding, Path
from quizapp.cards.source import Source
from quizapp.cards.validate import check_card, check_deck, meant_kind

_UNUSABLE = ("C103", "C104", "C105")
"""Codes of values that are not of the type that the rest of the checks rely on."""


@dataclass(frozen=True, slots=True)
class _AnyBody(Open):
    """Stands for a body whose kind is not known."""

    spoken: ClassVar[bool] = False


@dataclass
class Draft:
    """A deck file with a stand-in for each value that cannot be used."""

    file: DeckFile
    stand_ins: set[Path] = field(default_factory=set)

    def counts(self, finding: Finding) -> bool:
        """Whether a finding is about what the author wrote, not about a stand-in."""
        at = finding.at
        return not any(at[: len(path)] == path for path in self.stand_ins)

    def faults(self) -> Iterator[Finding]:
        """Yield the faults of the cards, but for forms in which something stands in."""
        for index, card in self.file.cards.items():
            place: Path = ("cards", index)
            for fault in (*all_faults(card), *self._body_faults(card, place)):
                found = fault.under(place)
                if not any(path[: len(found.at)] == found.at for path in self.stand_ins):
                    yield found

    def _body_faults(self, card: Card, place: Path) -> Iterator[Finding]:
        own = {(*place, name) for name in keys(type(card.body))}
        if not any(path[:3] in own for path in self.stand_ins):
            yield from all_faults(card.body)


def draft_deck(source: Source, file: DeckFile) -> Draft:
    """Return the draft of a deck file that was read and compiled."""
    draft = Draft(file)
    if not isinstance(source.data, dict):
        return draft
    filler = _Filler(draft.stand_ins, set(_unreadable(source)))
    name = file.deck.id if file.deck else source.data.get("deck")
    deck, listed, cards = str(name or source.file), source.data.get("cards"), dict(file.cards)
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        if index in source.lost:
            item = {"id": source.lost[index]}  # others may refer to it
            draft.stand_ins.add(("cards", index))
        if index not in cards and isinstance(item, dict):
            cards[index] = _card(filler, item, ("cards", index), deck)
    head = file.deck or _head(filler, source)
    draft.file = replace(file, deck=head, cards=dict(sorted(cards.items())))
    return draft


def _unreadable(source: Source) -> Iterator[Path]:
    """Yield the values that YAML could not give; a key written twice leaves its mapping usable."""
    for path in source.bad:
        if not isinstance(source.values.get(path), CollectionStartEvent):
            yield path


def _head(filler: _Filler, source: Source) -> Deck:
    _, findings = check_deck(source.data)
    filler.reject(findings, ())
    deck = filler.form(Deck, source.data, (), path=source.file)
    return deck if ("deck",) not in filler.stand_ins else replace(deck, id=source.file)


def _card(filler: _Filler, data: Mapping[str, Any], at: Path, deck: str) -> Card:
    _, findings = check_card(data, deck)
    filler.reject(findings, at)
    kind = meant_kind(data)
    body = filler.form(body_class(kind), data, at) if kind else _AnyBody()
    card = filler.form(Card, data, at, deck=deck, body=body)
    # two stand-ins are no id used twice
    return card if (*at, "id") not in filler.stand_ins else replace(card, id=f"card {at[-1]}")


@dataclass
class _Filler:
    """Builds forms from data of which some values cannot be used."""

    stand_ins: set[Path]
    unusable: set[Path]

    def reject(self, findings: list[Finding], at: Path) -> None:
        """Take note of the values that were found to be of a wrong type."""
        self.unusable.update((*at, *f.at) for f in findings if f.code in _UNUSABLE)

    def form(self, form: type[FormT], data: Mapping[str, Any], at: Path, **others: Any) -> FormT:
        """Return the form in a mapping; `others` are the fields that the file does not write."""
        values = {}
        for name, key in keys(form).items():
            place = (*at, name)
            if name in data and data[name] is None and key.default is None:
                continue  # an empty `demo:` is none
            if name in data and place not in self.unusable:
                values[key.field] = self._value(key.type, data[name], place)
            elif name in data or key.default is MISSING:
                values[key.field] = self._stand_in(key.type, place)
        return form(**values, **others)

    def _value(self, kind: Any, value: Any, at: Path) -> Any:
        if at in self.unusable:
            return self._stand_in(kind, at)
        if isinstance(value, list):
            item = get_args(kind)[0]
            return tuple(self._value(item, each, (*at, n)) for n, each in enumerate(value))
        if get_origin(kind) is dict:
            self.stand_ins.update((*at, name) for name in value if (*at, name) in self.unusable)
            return {name: each for name, each in value.items() if (*at, name) not in self.unusable}
        if isinstance(kind, type) and issubclass(kind, Form):
            return self.form(kind, value, at)
        return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value

    def _stand_in(self, kind: Any, at: Path) -> Any:
        self.stand_ins.add(at)
        origin = get_origin(kind)
        if origin is Annotated:
            return self._stand_in(get_args(kind)[0], at)
        if origin is tuple:
            return (self._stand_in(get_args(kind)[0], at),)
        if origin is Literal:
            return get_args(kind)[0]
        if origin is dict:
            return {}
        if isinstance(kind, type):
            if issubclass(kind, Form):
                return self.form(kind, {}, at)
            if issubclass(kind, Enum):
                return next(iter(kind))
            if issubclass(kind, int | float):
                return kind(1)  # for `must`, true: no card lacks a must-have point by a stand-in
        return "…"
