"""The library: every readable card of the deck folders, ready at once.

A compiled copy in the cache folder makes a start independent of YAML and of the number of cards;
it is rebuilt when a deck file, or the code that reads them, changed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from quizapp.cards.cache import Compiled, compiled, open_copy
from quizapp.cards.files import DeckFile, Stamp, is_table, library_files
from quizapp.cards.model import Card, CardHead, Deck
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
            self._read[name] = self._compiled.card(self._compiled.heads[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled.heads)

    def __len__(self) -> int:
        return len(self._compiled.heads)

    def __contains__(self, name: object) -> bool:
        return name in self._compiled.heads


class Library:
    """All decks and cards, every reference valid."""

    def __init__(self, compiled: Compiled) -> None:
        self.cards = Cards(compiled)
        """Whole cards by id."""
        self.heads: Mapping[str, CardHead] = compiled.heads
        """What lists, queues and searches need of each card, by id, in study order."""
        self.decks: Mapping[str, Deck] = compiled.decks
        """Decks by id, in the order in which they are listed."""
        self.aliases: Mapping[str, str] = compiled.aliases
        """Present id by old id, for progress that was made under the old one."""
        self.coverage = compiled.coverage
        """How much of what interviewers ask the cards answer; None where no table says it."""
        self.problems: tuple[Problem, ...] = compiled.problems
        """What is wrong in the deck files, sorted.

        A card that cannot be read stands as it was read last, or is left out.
        """
        self.stamps = compiled.stamps
        """The deck files it was read from, as they were then."""

    @property
    def order(self) -> tuple[str, ...]:
        """Ids in study order: decks in turn, each card after the cards it requires."""
        return tuple(self.heads)


def load(folders: Iterable[Path], cache_dir: Path) -> Library:
    """Return the library of the decks in `folders`.

    What is bad is reported in the library's problems; a deck or card that was good before stands
    as it was then, any other is left out. A cache that cannot be read is rebuilt; one that cannot
    be written is done without.
    """
    places = [folder.absolute() for folder in folders]
    stamps, rules = library_files(places), _rules()
    target = compiled_copy(places, cache_dir)
    known = open_copy(target)
    if known and known.rules != rules:
        known = None
    unchanged = _unchanged(known, target) if known else set()
    if known and known.stamps == stamps and unchanged.issuperset(stamps):
        return Library(known)
    fresh = _compile(stamps, rules, known.deck_files() if known else {}, unchanged)
    fresh.save(target)
    return Library(fresh)


def compiled_copy(folders: Iterable[Path], cache_dir: Path) -> Path:
    """Return where the decks of some folders, in this order, are kept once they were read."""
    places = os.pathsep.join(str(folder.absolute()) for folder in folders)
    return cache_dir / f"library-{zlib.crc32(places.encode()):08x}.sqlite"


def _compile(
    stamps: list[Stamp], rules: int, old: Mapping[str, DeckFile], unchanged: Collection[Stamp]
) -> Compiled:
    """Read what changed and link everything."""
    from quizapp.cards.asked import asked_findings
    from quizapp.cards.compile import compile_asked, compile_deck, read_deck
    from quizapp.cards.graph import link

    files = [
        old[stamp[0]]
        if stamp in unchanged
        else _with_last_good(compile_deck(read_deck(stamp[0])), old.get(stamp[0]))
        for stamp in stamps
        if not is_table(stamp[0])
    ]
    graph = link(files)
    problems = [problem for file in files for problem in file.problems]
    tables = []
    for source in (read_deck(stamp[0]) for stamp in stamps if is_table(stamp[0])):
        table, own = compile_asked(source)
        problems += own
        if table is not None:
            tables.append(table)
            found = asked_findings(table, graph.cards, graph.aliases, graph.decks)
            problems += map(source.locate, found)
    for path in {path for path, _ in graph.findings}:
        source = read_deck(path)
        problems += [source.locate(found) for at, found in graph.findings if at == path]
    return compiled(stamps, rules, files, graph, tables, sorted(problems))


def _with_last_good(file: DeckFile, before: DeckFile | None) -> DeckFile:
    """Return the file with what it cannot say any more as it was read before."""
    if before is None or before.deck is None:
        return file
    if file.deck is None or "" in file.left_out.values():
        return replace(file, deck=before.deck, cards=before.cards)
    good = {card.id: card for card in before.cards.values()}
    kept = {index: good[name] for index, name in file.left_out.items() if name in good}
    cards = dict(sorted({**file.cards, **kept}.items()))
    names = tuple(card.id for card in cards.values())
    return replace(file, deck=replace(file.deck, cards=names), cards=cards)


def _unchanged(known: Compiled, target: Path) -> set[Stamp]:
    """Return the stamps of a compiled copy that cannot hide a change.

    A file that could not be read may be readable by a change that its stamp does not show.
    """
    written = target.stat().st_mtime_ns
    unread = {problem.file for problem in known.problems if problem.code == "Y012"}
    settled = (stamp for stamp in known.stamps if stamp[0] not in unread)
    return {stamp for stamp in settled if abs(written - stamp[2]) > _TICK_NS}


def _rules() -> int:
    """Return a fingerprint of what reads decks: our code, and the versions of the parsers.

    Their modules name their versions; asking importlib.metadata for them takes 10 ms.
    """
    folder = Path(__file__).parent
    sources = sorted((*folder.glob("*.py"), *folder.glob("kinds/*.py")))
    found = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sources]
    fingerprint = zlib.crc32(json.dumps(found).encode())
    for package, file in (("pydantic", "version.py"), ("yaml", "__init__.py")):
        spec = importlib.util.find_spec(package)
        assert spec is not None and spec.origin is not None
        fingerprint = zlib.crc32(Path(spec.origin).with_name(file).read_bytes(), fingerprint)
    return fingerprint
