"""A code card at the desk and in an interview: what becomes of the rating and of the files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app.core import Core
from quizapp.app.interviews import Interviews
from quizapp.app.studying import Change
from quizapp.study.interview import InterviewSpec
from quizapp.study.model import Rating
from tests.conftest import Make
from tests.unit.app.answering import begin, card, rated, revealed
from tests.unit.app.code_card import DECK, add_exercises


@pytest.fixture
def code_core(tmp_path: Path, decks: Path, make_core: Make) -> Core:
    """A core with a code card."""
    add_exercises(decks, tmp_path / "demos")
    return make_core()


def test_a_folder_that_cannot_be_written_does_not_rate_a_card_twice(code_core: Core) -> None:
    studying = begin(code_core, "code-mean", "a-open")
    while card(studying) != "code-mean":
        studying.bury()
    revealed(studying)
    folder = code_core.paths.solutions
    folder.rename(folder.with_name("away"))
    folder.write_text("")  # a file in its place: nothing can be written
    outcome = studying.rate(Rating.AGAIN)
    assert outcome.change is Change.CARD
    assert "cannot be written" in outcome.warning
    assert rated(code_core) == [("code-mean", Rating.AGAIN)]


def test_the_code_follows_a_card_to_its_new_name(code_core: Core, decks: Path) -> None:
    begin(code_core, "code-mean").keep_typed(["# begun\n"])
    text = DECK.replace("- id: code-mean", "- id: code-average\n  aliases: [code-mean]")
    (decks / "code.yaml").write_text(text, encoding="utf-8")
    code_core.read_cards()
    studying = begin(code_core, "code-average")
    assert studying.typed == ("# begun\n",)
    assert not (code_core.paths.solutions / "code-mean").exists()


def test_an_interview_that_was_left_has_its_code_and_a_new_one_does_not(
    code_core: Core,
) -> None:
    interviews = Interviews(code_core)
    spec = InterviewSpec(("code",), count=1, minutes=45, seed=7)
    setup = replace(interviews.set_up(), spec=spec)
    phase = interviews.begin(setup)
    interviews.keep(phase)
    starter = interviews.coding(phase).text
    interviews.coding(phase).keep("# begun\n")
    assert interviews.coding(phase).text == "# begun\n"
    assert interviews.coding(interviews.begin(setup)).text == starter
