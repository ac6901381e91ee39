"""The files of a card's code: draft and attempts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizapp.app.solutions import Attempt, Result, Solutions
from quizapp.errors import EnvironmentProblem

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_nothing_is_there_before_the_first_draft(tmp_path: Path) -> None:
    solutions = Solutions(tmp_path / "card")
    assert solutions.draft is None
    assert solutions.attempts == []
    assert solutions.read("asked") is None
    assert not solutions.folder.exists()


def test_the_draft_is_a_real_file(tmp_path: Path) -> None:
    solutions = Solutions(tmp_path / "card")
    solutions.draft = "x = 1\n"
    assert (tmp_path / "card" / "draft.py").read_text() == "x = 1\n"
    (tmp_path / "card" / "draft.py").write_text("x = 2\n")
    assert solutions.draft == "x = 2\n"


def test_attempts_are_numbered_and_read_newest_first(tmp_path: Path) -> None:
    solutions = Solutions(tmp_path)
    assert [solutions.add("a"), solutions.add("b")] == [1, 2]
    result = Result("write_mean", AT, {"equals": "holds"}, True, hints=1)
    solutions.finish(2, result)
    assert Solutions(tmp_path).attempts == [Attempt(2, "b", result), Attempt(1, "a", None)]


def test_other_files_in_the_folder_are_no_attempts(tmp_path: Path) -> None:
    solutions = Solutions(tmp_path)
    solutions.draft = "a"
    (tmp_path / "notes.py").write_text("")
    assert solutions.numbers == []


@pytest.mark.parametrize("text", ["{", "[]", '{"exercise": "x"}', '{"at": "yesterday"}'])
def test_a_damaged_result_leaves_the_code(tmp_path: Path, text: str) -> None:
    solutions = Solutions(tmp_path)
    solutions.add("a")
    (tmp_path / "1.json").write_text(text)
    assert solutions.attempts == [Attempt(1, "a", None)]


def test_a_summary_says_how_many_claims_hold_or_why_none(tmp_path: Path) -> None:
    claims = {"a": "holds", "b": "fails", "c": "not tested"}
    assert Result("x", AT, claims).summary == "1 of 3 claims hold"
    assert Result("x", AT, trouble="It hung.").summary == "It hung."


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    solutions = Solutions(tmp_path / "file" / "card")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        solutions.draft = "x"
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        solutions.add("x")
