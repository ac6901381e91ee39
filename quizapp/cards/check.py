"""Everything `quizapp check` reports about deck files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.cards import glossary
from quizapp.cards.asked import asked_findings
from quizapp.cards.compile import compile_asked, compile_deck, compile_glossary, read_deck
from quizapp.cards.demo_links import demo_findings
from quizapp.cards.draft import draft_deck
from quizapp.cards.evidence_check import Records, evidence_findings
from quizapp.cards.files import TABLES, DeckFile, deck_files, is_table, tables
from quizapp.cards.giveaway import right_places
from quizapp.cards.graph import Graph, link
from quizapp.cards.lint import has_placeholder, lint_deck, lint_source
from quizapp.cards.problems import Finding, Problem
from quizapp.cards.similar import similar_pairs
from quizapp.cards.source import Source
from quizapp.errors import QuizError

if TYPE_CHECKING:
    from quizapp.demo.spec import DemoSpec


@dataclass(frozen=True)
class Report:
    """What a check found."""

    files: int
    cards: int
    """Cards that could be read."""
    problems: tuple[Problem, ...]
    """By file, line and column."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as `check --json` prints it, but for its version."""
        return asdict(self)


def check(
    paths: Sequence[Path],
    demos: Mapping[str, DemoSpec] | None = None,
    beside: Iterable[Path] = (),
    records: Records = lambda spec: None,
) -> Report:
    """Check deck files and folders of them.

    Args:
        paths: what to check.
        demos: the demos that cards may link to; None: links are not checked.
        records: what runs of a demo came to; None: its statements are not held against anything.
        beside: folders whose decks the checked ones may refer to; nothing is reported of them.

    Raises:
        QuizError: a path does not exist.
    """
    chosen: dict[str, None] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise QuizError(
                "No such file",
                f"{path} does not exist.",
                "Name a deck, a demo or a folder of them.",
            )
        inside = [stamp[0] for stamp in deck_files([path])] if path.is_dir() else [str(path)]
        chosen.update(dict.fromkeys(inside))
    beside_decks = [path for path in chosen if is_table(path)]
    for name in TABLES:
        beside_decks += tables((path for path in paths if path.is_dir()), name)
    chosen = {path: None for path in chosen if path not in beside_decks}
    # Path.resolve would raise an error for a link to itself
    own = {os.path.realpath(path) for path in chosen}
    others = [stamp[0] for stamp in deck_files(beside) if os.path.realpath(stamp[0]) not in own]
    sources = {path: read_deck(path) for path in chosen}
    files = [compile_deck(source) for source in sources.values()]
    context = [compile_deck(read_deck(path)) for path in others]
    drafts = {
        path: draft_deck(sources[path], file) for path, file in zip(chosen, files, strict=True)
    }
    graph = link([*context, *(draft.file for draft in drafts.values())])
    findings = graph.findings
    for name, draft in drafts.items():
        found = [*draft.faults(), *lint_deck(draft.file), *lint_source(sources[name])]
        if demos is not None:
            found += demo_findings(draft.file, demos)
            found += evidence_findings(draft.file, demos, records)
        findings += ((name, finding) for finding in found)
    findings += same_questions(draft.file for draft in drafts.values())
    findings += right_places(draft.file for draft in drafts.values())
    problems = [problem for file in files for problem in file.problems]
    problems += [
        sources[name].locate(finding)
        for name, finding in findings
        if name in drafts and drafts[name].counts(finding)
    ]
    problems += _wrong_suffix(paths)
    problems += (problem for path in beside_decks for problem in _table_problems(path, graph))
    return Report(len(files), sum(len(file.cards) for file in files), tuple(sorted(set(problems))))


def _table_problems(path: str, graph: Graph) -> list[Problem]:
    """Return what is wrong with a file that is no deck."""
    source = read_deck(path)
    if Path(path).name == glossary.FILE:
        return compile_glossary(source)[1]
    table, problems = compile_asked(source)
    if table is not None:
        found = asked_findings(table, graph.cards, graph.aliases, graph.decks)
        problems += map(source.locate, found)
    return problems


def same_questions(files: Iterable[DeckFile]) -> list[tuple[str, Finding]]:
    """Return the cards that ask nearly the same as one before them, each with its file."""
    places = {
        (file.path, index): card
        for file in files
        for index, card in file.cards.items()
        if card.figure is None
    }
    texts = {place: card.body.asks(card.question) for place, card in places.items()}
    asked = {place: text for place, text in texts.items() if not has_placeholder(text)}
    return [
        (
            later[0],
            Finding(
                "L308",
                f"the card {places[first].id} asks nearly the same",
                "merge the two, or say what differs",
                ("cards", later[1], "question"),
            ),
        )
        for later, first in similar_pairs(asked)
    ]


def _wrong_suffix(paths: Iterable[Path]) -> list[Problem]:
    folders = [path for path in paths if path.is_dir()]
    found = Finding("L314", "a deck file that is not read", "rename it to end in .yaml")
    names = (stamp[0] for stamp in deck_files(folders, ".yml"))
    return [Source(name).locate(found) for name in names if name.endswith(".yml")]
