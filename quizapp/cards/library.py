"""The library: every readable card of the deck folders, ready at once.

A compiled copy in the cache folder makes a start independent of YAML and of the number of cards;
it is rebuilt when a deck file, or the code that reads them, changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from quizapp.cards.cache import CardHead, Compiled, decode
from quizapp.cards.files import Stamp, deck_files
from quizapp.cards.model import Card, Deck
from quizapp.cards.problems import Problem

_TICK_NS = 50_000_000
"""A deck saved so shortly before the cache was written may have been saved again with the same
time: file times advance in ticks."""


class Cards(Mapping[str, Card]):
    """Cards by id, each read when it is first asked for."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._read: dict[str, Card] = {}

    def __getitem__(self, name: str) -> Card:
        if name not in self._read:
            self._read[name] = self._card(self._compiled.heads[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled.heads)

    def __len__(self) -> int:
        return len(self._compiled.heads)

    def __contains__(self, name: object) -> bool:
        return name in self._compiled.heads

    def _card(self, head: CardHead) -> Card:
        """Read a card and let it refer only to cards that exist, by their present ids."""
        card = self._compiled.card(head)
        aliases = self._compiled.aliases
        present = (aliases.get(name, name) for name in card.follow_ups)
        follow_ups = tuple(name for name in present if name in self and name != card.id)
        if (card.requires, card.follow_ups) == (head.requires, follow_ups):
            return card
        return replace(card, requires=head.requires, follow_ups=follow_ups)


@dataclass(frozen=True)
class Library:
    """All decks and cards, every reference valid."""

    compiled: Compiled

    @cached_property
    def cards(self) -> Cards:
        """Whole cards by id, each read from the cache when it is first asked for."""
        return Cards(self.compiled)

    @property
    def heads(self) -> Mapping[str, CardHead]:
        """What lists, queues and searches need of each card, by id, in study order."""
        return self.compiled.heads

    @property
    def decks(self) -> Mapping[str, Deck]:
        """Decks by id, in the order in which they are listed."""
        return self.compiled.decks

    @property
    def aliases(self) -> Mapping[str, str]:
        """Present id by old id, for progress that was made under the old one."""
        return self.compiled.aliases

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the deck files, sorted; the cards concerned are left out."""
        return self.compiled.problems

    @property
    def order(self) -> tuple[str, ...]:
        """Ids in study order: decks in turn, each card after the cards it requires."""
        return tuple(self.compiled.heads)


def load(folders: Iterable[Path], cache_dir: Path) -> Library:
    """Return the library of the decks in `folders`.

    A bad deck or card is left out and reported in the library's problems. A cache that cannot be
    read is rebuilt; one that cannot be written is done without.
    """
    places = [folder.absolute() for folder in folders]
    stamps, rules = deck_files(places), _rules()
    target = cache_dir / f"library-{zlib.crc32(os.pathsep.join(map(str, places)).encode()):08x}.bin"
    known = _read(target)
    if known and known.rules != rules:
        known = None
    if known and known.stamps == stamps:
        return Library(known)
    data = _compile(stamps, rules, known)
    _write(target, data)
    return Library(decode(data))


def _compile(stamps: list[Stamp], rules: int, known: Compiled | None) -> bytes:
    """Read what changed, link everything, and return the compiled library."""
    from quizapp.cards.compile import compile_deck, read_deck
    from quizapp.cards.encode import encode
    from quizapp.cards.graph import link

    old = known.deck_files() if known else {}
    unchanged = set(known.stamps) if known else set()
    files = [
        old[stamp[0]] if stamp in unchanged else compile_deck(read_deck(stamp[0]))
        for stamp in stamps
    ]
    graph = link(files)
    problems = [problem for file in files for problem in file.problems]
    for path in {path for path, _ in graph.findings}:
        source = read_deck(path)
        problems += [source.locate(found) for at, found in graph.findings if at == path]
    return encode(stamps, rules, files, graph, sorted(problems))


def _rules() -> int:
    """Return a fingerprint of the code that reads decks: its files' sizes and times."""
    with os.scandir(Path(__file__).parent) as entries:
        files = sorted(
            (e.name, e.stat().st_size, e.stat().st_mtime_ns)
            for e in entries
            if e.name.endswith(".py")
        )
    return zlib.crc32(json.dumps(files).encode())


def _read(target: Path) -> Compiled | None:
    """Return the compiled library, without the stamps that may hide a change."""
    try:
        written = target.stat().st_mtime_ns
        compiled = decode(target.read_bytes())
    except (OSError, ValueError, LookupError, TypeError):
        return None
    sure = [stamp for stamp in compiled.stamps if abs(written - stamp[2]) > _TICK_NS]
    return replace(compiled, stamps=sure)


def _write(target: Path, data: bytes) -> None:
    """Replace the file in one step, so that another start never reads half of it."""
    draft = target.with_suffix(f".{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
