"""A kind of card is one file beside its siblings, and its name in the list of kinds."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from quizapp.cards import kinds
from quizapp.cards.check import check
from quizapp.cards.library import load
from quizapp.cards.schema import deck_schema
from quizapp.cards.skeleton import new_deck
from quizapp.exchange.anki import write_anki
from quizapp.exchange.forms import deck_text
from quizapp.exchange.markdown import write_markdown
from quizapp.exchange.table import read_table, write_table

VERDICT = '''
"""Cards answered with yes or no."""

from dataclasses import dataclass
from typing import ClassVar

from quizapp.cards.form import Markdown
from quizapp.cards.kinds.body import Body, Items, Mark
from quizapp.cards.problems import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Body):
    """A statement is true or false."""

    kind: ClassVar[str] = "verdict"
    example: ClassVar[str] = """\\
  statement: "Replace this: what is claimed of {words}"
  holds: true
"""

    statement: Markdown
    """What is claimed."""
    holds: bool
    """Whether it is true."""

    @property
    def right(self):
        return ("yes" if self.holds else "no",)

    def grade(self, answer):
        right = tuple(answer) == self.right
        return Mark(right, float(right), "Right." if right else "It is the other way round.")

    def task(self, gap):
        return Items((self.statement,))

    def solution(self):
        return f"**{self.right[0]}**"

    def faults(self):
        if "?" in self.statement:
            yield Finding("C103", "a statement asks nothing", "remove it", ("statement",))
'''
DECK = """\
deck: own
title: Own
cards:
- id: b-zero
  kind: verdict
  question: Is it so?
  difficulty: mid
  statement: B starts at *zero*.
  holds: true
  answer: It does, so ΔW = 0 at the start.
"""


@pytest.fixture(autouse=True)
def verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seventh kind, in a folder of its own beside those of the package."""
    folder = tmp_path / "kinds"
    folder.mkdir()
    (folder / "verdict.py").write_text(VERDICT, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(folder)])
    monkeypatch.setattr(kinds, "KINDS", (*kinds.KINDS, "verdict"))


def test_a_new_kind_is_read_graded_and_kept_in_the_cache(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "own.yaml").write_text(DECK, encoding="utf-8")
    for library in (load([content], tmp_path / "cache"), load([content], tmp_path / "cache")):
        assert library.problems == ()
        card = library.cards["b-zero"]
        assert (card.kind, library.heads["b-zero"].kind) == ("verdict", "verdict")
        assert [text for _, text in card.texts()][-1] == "B starts at *zero*."
        right, wrong = card.body.grade(("yes",)), card.body.grade(("no",))
        assert right is not None and wrong is not None
        assert (right.correct, wrong.correct) == (True, False)


def test_a_new_kind_is_checked_as_the_others_are(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        DECK.replace("*zero*.", "*zero*?")
        + DECK[DECK.index("- id") :]
        .replace("b-zero", "b-one")
        .replace("holds: true", "hold: 1")
        .replace("statement: B", "options: [B]\n  statement: A"),
        encoding="utf-8",
    )
    found = [(p.line, p.code, p.message) for p in check([path]).problems if p.code[0] == "C"]
    assert found == [
        (8, "C103", "a statement asks nothing"),
        (11, "C102", "`holds` is missing"),
        (15, "C112", "`options` is a key of choice and multi cards, not of verdict cards"),
        (17, "C101", "`hold` is not a key of a card of kind verdict"),
    ]


def test_a_new_kind_starts_from_its_example_and_is_in_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(new_deck("own", "verdict"), encoding="utf-8")
    assert {problem.code for problem in check([path]).problems} == {"L306"}
    schema = json.loads(deck_schema())["$defs"]["verdict card"]
    assert schema["properties"]["holds"] == {
        "description": "Whether it is true.",
        "type": "boolean",
    }
    assert {"statement", "holds", "question"} <= {*schema["required"]}


@pytest.mark.parametrize(("holds", "solution"), [("true", "yes"), ("false", "no")])
def test_a_new_kind_leaves_and_comes_back(tmp_path: Path, holds: str, solution: str) -> None:
    (tmp_path / "own.yaml").write_text(DECK.replace("true", holds), encoding="utf-8")
    library = load([tmp_path], tmp_path / "cache")
    card, deck = library.cards["b-zero"], library.decks["own"]
    assert f"**{solution}**\n\nIt does" in write_markdown([(deck, [card])])
    (note,) = csv.reader(io.StringIO(write_anki([(deck, [card])]).splitlines()[-1]), delimiter="\t")
    assert note[1] == "Basic"
    assert note[3] == "<p>Is it so?</p><ul><li>B starts at *zero*.</li></ul>"
    assert note[4].startswith(f"<p><strong>{solution}</strong></p><p>It does")
    (entry,) = read_table(write_table([card], ","), ",").cards
    form = entry.form
    assert form == card.form()
    again = tmp_path / "again"
    again.mkdir()
    (again / "own.yaml").write_text(deck_text("own", "Own", [form]), encoding="utf-8")
    assert load([again], tmp_path / "cache").cards["b-zero"] == card
