"""Every kind of mistake in a deck, and what its author is told.

`malformed/expected.txt` holds what `quizapp check` prints for the decks beside it. After a change
that is meant, write it anew with QUIZAPP_WRITE_EXPECTED=1 and read the difference.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from quizapp.cards.check import check
from quizapp.cards.problems import CODES
from quizapp.cards.source import MAX_BYTES
from quizapp.demo.spec import DemoSpec

FOLDER = Path(__file__).parent / "malformed"
EXPECTED = FOLDER / "expected.txt"


def test_each_mistake_is_told_with_place_code_and_fix(demos: Mapping[str, DemoSpec]) -> None:
    report = check([FOLDER], demos)
    lines = "".join(f"{problem}\n" for problem in report.problems).replace(f"{FOLDER}/", "")
    if os.environ.get("QUIZAPP_WRITE_EXPECTED"):
        EXPECTED.write_text(lines, encoding="utf-8")
    assert lines.splitlines() == EXPECTED.read_text(encoding="utf-8").splitlines()


def test_each_mistake_is_found_in_the_file_named_after_its_code() -> None:
    found: dict[str, set[str]] = {}
    for line in EXPECTED.read_text(encoding="utf-8").splitlines():
        file, _, _, message = line.split(":", maxsplit=3)
        found.setdefault(file, set()).add(message.split()[0])
    for path in FOLDER.glob("*.y*ml"):
        if path.name != "c202-deck-id.yaml":
            assert path.name[:4].upper() in found[path.name], path.name


def test_each_code_has_an_example_or_a_test_here() -> None:
    shown = {line.split(": ")[1].split()[0] for line in EXPECTED.read_text("utf-8").splitlines()}
    about_records = {code for code in CODES if code.startswith("E4")}  # test_evidence_check
    about_exercises = {code for code in CODES if code.startswith("D2")}  # test_cli_check
    elsewhere = about_records | about_exercises
    assert set(CODES) - shown - elsewhere == {"Y004", "Y012", "C218", "D100"}


def test_words_of_the_validator_never_reach_the_author() -> None:
    text = EXPECTED.read_text(encoding="utf-8").lower()
    for jargon in (
        "input",
        "field",
        "valid ",
        "instance",
        "extra",
        "pydantic",
        "boolean",
        "dict",
        "string",
        "literal",
        "traceback",
        "exception",
        "node",
        "token",
    ):
        assert jargon not in text, jargon


def test_a_file_over_two_mebibytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    (problem,) = check([tmp_path]).problems
    assert str(problem).endswith(
        "large.yaml:1:1: Y004 the file has 2.0 MiB; 2 MiB is the limit "
        "(split it into several decks)"
    )


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (problem,) = check([tmp_path]).problems
    assert (problem.code, problem.line, problem.col) == ("Y012", 1, 1)


@pytest.mark.parametrize("name", ["y006-bomb", "y005-nesting"])
def test_a_bomb_does_not_go_off(name: str) -> None:
    assert check([FOLDER / f"{name}.yaml"]).problems
