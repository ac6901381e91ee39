"""Cards of another program as a new deck: ids, tags and texts that a deck file can hold."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quizapp.cards import lesson
from quizapp.cards.check import same_questions
from quizapp.cards.files import DeckFile
from quizapp.cards.graph import link
from quizapp.cards.ids import kebab
from quizapp.cards.lint import lint_deck
from quizapp.cards.model import Card, Deck
from quizapp.cards.problems import Finding
from quizapp.cards.source import MAX_BYTES, read_source
from quizapp.cards.validate import check_card, check_deck
from quizapp.errors import QuizError
from quizapp.exchange.forms import Form, complete, deck_text, fingerprint, hashed, slug, subject
from quizapp.exchange.reading import Entry, Place, Reading


@dataclass(frozen=True)
class NewDeck:
    """A deck that was read from another format and is not written yet."""

    text: str
    """Its file."""
    cards: int
    bad: tuple[Place, ...]
    """Cards with a fault, which are not in it."""
    lost: tuple[Place, ...]
    """What else of the file is not in it."""
    changed: tuple[Place, ...]
    """What is in it, but otherwise than in the file."""
    to_do: Mapping[str, int]
    """How often `check` asks for what, by its code: what a card should have and need not have."""


def new_deck(
    reading: Reading,
    name: str,
    title: str,
    *,
    beside: Iterable[DeckFile],
    cards: Mapping[str, Card],
    aliases: Collection[str] = (),
) -> NewDeck:
    """Return the deck of all good cards of a file.

    Args:
        reading: what the file holds.
        name: the deck's id.
        title: its name on the screen; the id if it is empty.
        beside: the decks there are, to which cards may refer.
        cards: the cards there are.
        aliases: other ids that are taken.

    Raises:
        QuizError: the deck cannot be one, or has not a single card.
    """
    others = [*beside]
    _refuse_wrong_head(name, title, others)
    for entry in reading.cards:
        _tidy(entry, reading)
    _identify(reading, cards, aliases)
    title = reading.clean(" ".join(title.split()), 1) or name
    file = DeckFile(f"{name}.yaml", Deck(id=name, title=title, path=f"{name}.yaml"))
    _check(file, reading, others)
    explainer = _without_commands(reading, file, others)
    good = [reading.cards[index].form for index in file.cards]
    text = deck_text(name, title, good, explainer)
    _refuse_unreadable(text)
    asked = [finding for _, finding in same_questions([file])]
    return NewDeck(
        text,
        len(good),
        tuple(sorted(reading.bad)),
        tuple(sorted(reading.lost)),
        tuple(sorted(reading.changed)),
        Counter(finding.code for finding in (*lint_deck(file), *asked)),
    )


def _refuse_wrong_head(name: str, title: str, beside: Iterable[DeckFile]) -> None:
    _, found = check_deck({"deck": name, "title": title or name})
    if found:
        raise QuizError("No name for a deck", f"{_capital(found[0].message)}.", found[0].fix)
    if there := [file.path for file in beside if file.deck and file.deck.id == name]:
        raise QuizError("Deck exists", f"{there[0]} is there already.", "Choose another --deck.")


def _tidy(entry: Entry, reading: Reading) -> None:
    """Give a card all keys, texts that a deck can hold, and tags that are some.

    A card of another deck than the whole file keeps that deck's name as a tag.
    """

    def clean(text: str) -> str:
        return reading.clean(text, entry.line)

    if entry.deck not in ("", reading.title):
        entry.form = {**entry.form, "tags": [*entry.form.get("tags", []), entry.deck]}
    entry.form = complete(_mapped(entry.form, clean))
    tags = entry.form.get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        entry.form["tags"] = list(dict.fromkeys(filter(None, map(_tag, tags))))
        reading.lost += [
            Place(entry.line, "tags in other letters than Latin ones", tag)
            for tag in tags
            if not _tag(tag)
        ]
    if not entry.form.get("tags", True):
        del entry.form["tags"]


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return a value with each text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): _mapped(item, change) for key, item in value.items()}
    return value


def _tag(text: str) -> str:
    """Return a text as a tag; nothing if letters would be lost."""
    plain = unicodedata.normalize("NFKD", text)
    if any(letter.isalnum() and not letter.isascii() for letter in plain):
        return ""
    return kebab("".join(letter for letter in plain if not unicodedata.combining(letter)))


def _identify(reading: Reading, cards: Mapping[str, Card], aliases: Collection[str]) -> None:
    """Give each card an id that follows from its text, wherever in the file it stands.

    Cards that are in the file twice, or in the library, are left out.
    """
    reading.cards = [*_once(reading)]
    given = Counter(entry.form["id"] for entry in reading.cards if entry.form["id"])
    named = [entry for entry in reading.cards if not entry.form["id"]]
    ways: list[Callable[[Form], str]] = [
        lambda form: slug(subject(form)),
        lambda form: hashed(subject(form), subject(form)),
        lambda form: hashed(subject(form), fingerprint(form)),
    ]
    counts = [given + Counter(way(entry.form) for entry in named) for way in ways]
    kept = []
    for entry in reading.cards:
        form, own = entry.form, str(entry.form["id"])
        names = [own] if own else [way(form) for way in ways]
        if there := next((name for name in names if _is_there(cards.get(name), form)), None):
            what = "cards that your decks have already"
            reading.lost.append(Place(entry.line, what, f"{there}: {subject(form)}"))
            continue
        taken = [name in cards or name in aliases for name in names]
        if own and taken[0]:
            reason = f"there is a card {own} already: give this one another id"
            reading.bad.append(Place(entry.line, reason, _whole(form)))
            continue
        if not own:
            free = [
                not used and count[name] == 1
                for name, used, count in zip(names, taken, counts, strict=True)
            ]
            form["id"] = names[free.index(True)] if any(free) else names[-1]
        kept.append(entry)
    reading.cards = kept


def _once(reading: Reading) -> Iterator[Entry]:
    """Yield the cards without repetitions, of a card or of an id."""
    lines: dict[str, int] = {}
    for entry in reading.cards:
        form = entry.form
        own = str(form["id"])
        whole = own + fingerprint(form)
        if whole in lines:
            what = "repeated cards"
            reading.lost.append(Place(entry.line, what, f"as line {lines[whole]}: {subject(form)}"))
        elif own and own in lines:
            reason = f"the id {own} is on line {lines[own]} too: give one of them another id"
            reading.bad.append(Place(entry.line, reason, _whole(form)))
        else:
            lines[whole] = lines[own] = entry.line
            yield entry


def _whole(form: Form) -> str:
    """Return a card as one text, its question first."""
    return "\n".join((subject(form), *_texts({**form, "text": ""})))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _texts(item)


def _is_there(card: Card | None, form: Form) -> bool:
    """Whether a card asks and answers the same as an imported one."""
    return (
        card is not None
        and card.body.asks(card.question) == subject(form).rstrip()
        and card.answer == str(form.get("answer", "")).rstrip()
    )


def _check(file: DeckFile, reading: Reading, beside: Sequence[DeckFile]) -> None:
    """Put the good cards into the deck, and the others among the bad ones."""
    assert file.deck is not None
    faults: dict[int, list[Finding]] = {}
    for index, entry in enumerate(reading.cards):
        card, found = check_card(entry.form, file.deck.id)
        if card:
            file.cards[index] = card
        else:
            faults[index] = found
    while broken := _broken(file, beside):
        # a card that is left out may be required by another one
        for index, found in broken.items():
            faults[index] = found
            del file.cards[index]
    for index, found in faults.items():
        entry = reading.cards[index]
        missing = [key for key in ("question", "answer") if not entry.form.get(key)]
        reason = "; ".join(f"{fault.message} ({fault.fix})" for fault in found)
        if missing:
            reason = f"no {' and no '.join(missing)}"
        reading.bad.append(Place(entry.line, reason, _whole(entry.form)))


def _broken(file: DeckFile, beside: Sequence[DeckFile]) -> dict[int, list[Finding]]:
    """Return what is wrong with the references of cards, by their index."""
    broken: dict[int, list[Finding]] = {}
    for path, finding in link([*beside, file]).findings:
        index = finding.at[1] if len(finding.at) > 1 else None
        # an old id still leads to its card
        if path == file.path and isinstance(index, int) and finding.code != "C207":
            broken.setdefault(index, []).append(finding)
    return broken


def _without_commands(reading: Reading, file: DeckFile, beside: Sequence[DeckFile]) -> str:
    """Return the lesson with lines in `{{ }}` as text where they run and list nothing."""
    assert file.deck is not None
    lines = _mapped(reading.lesson, lambda text: reading.clean(text, 1)).split("\n")
    wrong = {number for number, _, _ in lesson.faults("\n".join(lines))}
    text = "\n".join(lines)
    file.deck = replace(file.deck, lesson=text)
    for path, finding in link([*beside, file]).findings:
        if path == file.path and finding.at == ("lesson",):
            wrong.add(text.count("\n", 0, finding.offset))
    for number in sorted(wrong):
        what = "lines of the lesson that would run nothing, now plain text"
        reading.changed.append(Place(1, what, lines[number].strip()))
        lines[number] = lines[number].replace("{{", r"\{{", 1)
    return "\n".join(lines).rstrip()


def _refuse_unreadable(text: str) -> None:
    raw = text.encode()
    if len(raw) > MAX_BYTES:
        raise QuizError(
            "Too much for one deck",
            f"The deck would have {len(raw) / 1024 / 1024:.1f} MiB; 2 MiB is the limit.",
            "Split the file and import its parts.",
        )
    if problems := read_source("", raw).problems:
        problem = problems[0]
        line = text.split("\n")[problem.line - 1].strip()[:60]
        raise QuizError("Nothing was imported", f"{_capital(problem.message)}: {line}", problem.fix)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
