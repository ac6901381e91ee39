"""How cards hang together across decks: unique ids, references, the order to learn them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quizapp.cards.asked import Asked, tier, weights
from quizapp.cards.files import DeckFile
from quizapp.cards.lesson import CardList, parse_lesson
from quizapp.cards.model import Card, CardHead, Deck
from quizapp.cards.problems import Finding, Path
from quizapp.text import closest


@dataclass
class Graph:
    """All decks together, with every reference valid."""

    decks: dict[str, Deck] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    """In the order of decks and files."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Old id to present id."""
    requires: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each card requires: only cards that exist, without circles."""
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    """File and what is wrong in it."""

    def heads(self, tables: Sequence[Asked] = ()) -> list[CardHead]:
        """Return the heads of the cards in study order.

        Decks come in turn, and in each the cards that are asked more than most before the others;
        craft comes last. A card comes after the cards it requires all the same.
        """
        decks = {deck.id: deck.cards for deck in self.decks.values()}
        weight = weights(tables, decks)
        asked = [
            name
            for cards in decks.values()
            for name in sorted(cards, key=lambda n: tier(weight[n]))
        ]
        ordered = study_order({card: self.requires[card] for card in asked})
        return [
            _head(self.cards[name], self.requires[name], place, weight[name])
            for place, name in enumerate(ordered)
        ]


def _head(card: Card, requires: tuple[str, ...], place: int, weight: float) -> CardHead:
    return CardHead(
        id=card.id,
        deck=card.deck,
        difficulty=str(card.difficulty),
        tags=card.tags,
        requires=requires,
        order=place,
        kind=card.kind,
        question=card.question,
        demo=card.demo.run if card.demo else "",
        figure=card.figure.run if card.figure else "",
        weight=weight,
    )


@dataclass(frozen=True)
class _Place:
    file: str
    at: Path
    card: Card


def link(files: Sequence[DeckFile]) -> Graph:
    """Put the decks together; of two equal ids the first wins."""
    graph = Graph()
    kept: list[tuple[DeckFile, Deck]] = []
    seen: dict[str, str] = {}
    for file in files:
        if file.deck is None:
            continue
        if file.deck.id in seen:
            taken = f"the deck id {file.deck.id} is also in {seen[file.deck.id]}"
            _note(graph, file.path, "C202", taken, "give one of the decks another id", ("deck",))
            continue
        seen[file.deck.id] = file.path
        kept.append((file, file.deck))
    kept.sort(key=lambda pair: (pair[1].order, pair[1].id))
    places = _unique(graph, kept)
    _aliases(graph, places)
    for place in places.values():
        _references(graph, place)
    for file, deck in kept:
        _lesson(graph, file.path, deck)
    _break_circles(graph, places)
    return graph


def study_order(requires: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the ids with every card after the cards it requires, else in the given order."""
    ordered: dict[str, None] = {}
    for start in requires:
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(requires[start]))]
        while stack:
            card, needs = stack[-1]
            missing = next((need for need in needs if need not in ordered), None)
            if missing is None:
                ordered.setdefault(card)
                stack.pop()
            else:
                stack.append((missing, iter(requires[missing])))
    return list(ordered)


def _note(graph: Graph, file: str, code: str, message: str, fix: str, at: Path) -> None:
    graph.findings.append((file, Finding(code, message, fix, at)))


def _unique(graph: Graph, kept: list[tuple[DeckFile, Deck]]) -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    for file, deck in kept:
        ids = []
        for index, card in file.cards.items():
            at: Path = ("cards", index)
            if card.id in places:
                _note(
                    graph,
                    file.path,
                    "C201",
                    f"the id {card.id} is also in {places[card.id].file}",
                    "give one of the cards another id",
                    (*at, "id"),
                )
                continue
            places[card.id] = _Place(file.path, at, card)
            graph.cards[card.id] = card
            ids.append(card.id)
        graph.decks[deck.id] = replace(deck, cards=tuple(ids))
    return places


def _aliases(graph: Graph, places: Mapping[str, _Place]) -> None:
    for place in places.values():
        for index, alias in enumerate(place.card.aliases):
            owner = alias if alias in graph.cards else graph.aliases.get(alias)
            if owner is not None:
                _note(
                    graph,
                    place.file,
                    "C206",
                    f"{alias} already belongs to the card {owner}",
                    "remove the alias",
                    (*place.at, "aliases", index),
                )
            else:
                graph.aliases[alias] = place.card.id


def _references(graph: Graph, place: _Place) -> None:
    card = place.card
    requires = []
    for index, name in enumerate(card.requires):
        at: Path = (*place.at, "requires", index)
        if need := _find(graph, place.file, name, "C203", f"requires {name}", at):
            if need == card.id:
                _note(graph, place.file, "C205", f"{need} requires itself", "remove it", at)
            else:
                requires.append(need)
    graph.requires[card.id] = tuple(requires)
    for index, name in enumerate(card.follow_ups):
        at = (*place.at, "follow_ups", index)
        if _find(graph, place.file, name, "C204", f"the follow-up {name}", at) == card.id:
            _note(graph, place.file, "C204", f"{name} follows itself", "remove it", at)


def _lesson(graph: Graph, file: str, deck: Deck) -> None:
    lines = deck.lesson.split("\n")
    for segment in parse_lesson(deck.lesson):
        if isinstance(segment, CardList):
            offset = sum(len(line) + 1 for line in lines[: segment.line])
            for name in segment.ids:
                place = offset + lines[segment.line].index(name)
                _find(graph, file, name, "C209", f"the lesson lists {name}", ("lesson",), place)


def _find(
    graph: Graph, file: str, name: str, code: str, what: str, at: Path, offset: int = 0
) -> str | None:
    """Return the present id of a card, or note that there is none."""
    if name in graph.cards:
        return name
    if name in graph.aliases:
        present = graph.aliases[name]
        finding = Finding(
            "C207", f"{name} is the old id of {present}", f"write {present}", at, offset=offset
        )
        graph.findings.append((file, finding))
        return present
    near = closest(name, graph.cards, 0.75)  # the ids of a deck share their first words
    fix = f"did you mean {near}?" if near else "write that card, or remove the id"
    message = f"{what}, but there is no such card"
    graph.findings.append((file, Finding(code, message, fix, at, offset=offset)))
    return None


def _break_circles(graph: Graph, places: Mapping[str, _Place]) -> None:
    """Note each requirement that closes a circle, and leave it out."""
    done: set[str] = set()
    for start in graph.cards:
        trail: dict[str, Iterator[str]] = {}
        if start not in done:
            trail[start] = iter(graph.requires[start])
        while trail:
            card = next(reversed(trail))
            need = next(trail[card], None)
            if need is None:
                done.add(card)
                del trail[card]
            elif need in trail:
                circle = [*trail][[*trail].index(need) :]
                place = places[card]
                names = [graph.aliases.get(name, name) for name in place.card.requires]
                _note(
                    graph,
                    place.file,
                    "C205",
                    "cards require each other in a circle: " + " → ".join([*circle, need]),
                    "remove one of these requirements",
                    (*place.at, "requires", names.index(need)),
                )
                graph.requires[card] = tuple(n for n in graph.requires[card] if n != need)
            elif need not in done:
                trail[need] = iter(graph.requires[need])
