"""`quizapp export` and `quizapp import`: cards, progress and demos leave and come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.command_line import run


def test_cards_leave_and_come_back_through_the_commands(home: Path, tmp_path: Path) -> None:
    bare = "question,answer\nWhat?,That.\n"
    written = run("import", "csv", "-", "--deck", "own", stdin=bare)
    assert written.exit_code == 0
    assert written.stdout == f"{home / 'content' / 'own.yaml'}\n"
    assert written.stderr == (
        "1 card imported\n"
        "Still to write; `quizapp check` names each place:\n"
        "  L303 an open card with fewer than 3 or more than 6 key points: 1\n"
        "  L309 an open card without a pitfall: 1\n"
        "  L310 a card without a reference: 1\n"
        "  L312 a card without a demo that does not say why: 1\n"
    )
    table = tmp_path / "own.tsv"
    assert run("export", "tsv", table, "--topic", "own").exit_code == 0
    assert "What?" in table.read_text(encoding="utf-8")
    again = run("import", "tsv", table, "--deck", "other")
    assert again.exit_code == 2
    assert again.stderr == (
        "Not taken:\n  cards that your decks have already: 1 (line 2): what: What?\n"
        "Nothing was imported: There is no new card.\n"
        "Below the row that names the columns, each row is a card.\n"
    )
    assert not (home / "content" / "other.yaml").exists()


def test_a_table_for_excel_says_that_it_is_unicode(tmp_path: Path) -> None:
    for kind, mark in (("csv", b"\xef\xbb\xbfid,"), ("tsv", b"id\t")):
        file = tmp_path / f"cards.{kind}"
        assert run("export", kind, file, "--topic", "lora").exit_code == 0
        assert file.read_bytes().startswith(mark)


TABLE = "question,answer,Topic\nOne?,1,Basics\nTwo?,2, or 3,x\nThree?,3,Basics\n"


LISTED = (
    "Cards with a fault:\n"
    "  more cells than the 3 columns: quote a text with ',': 1 (line 3): Two?,2, or 3,x\n"
    "Not taken:\n"
    "  unknown columns: 1 (line 1): Topic\n"
    "  cells of the column topic: 2 (lines 2, 4): Basics; Basics\n"
)


def test_nothing_is_imported_from_a_table_with_a_fault_unless_asked(home: Path) -> None:
    refused = run("import", "csv", "-", "--deck", "own", stdin=TABLE)
    assert refused.exit_code == 2
    assert refused.stderr == LISTED + (
        "Nothing was imported: Of 3 cards, 1 has a fault.\n"
        "Correct the file and import again, or import the good cards with --skip-bad.\n"
    )
    assert not (home / "content" / "own.yaml").exists()
    taken = run("import", "csv", "-", "--deck", "own", "--skip-bad", stdin=TABLE)
    assert taken.exit_code == 1
    assert taken.stderr.startswith(f"{LISTED}2 cards imported\n")
    assert (home / "content" / "own.yaml").exists()


def test_a_dry_run_lists_everything_and_writes_nothing(home: Path) -> None:
    tried = run("import", "csv", "-", "--deck", "own", "--dry-run", stdin=TABLE)
    assert (tried.exit_code, tried.stdout) == (1, f"{home / 'content' / 'own.yaml'}\n")
    assert tried.stderr.startswith(f"{LISTED}2 cards to import\n")
    assert not (home / "content" / "own.yaml").exists()


def test_a_second_chinese_file_is_imported_beside_the_first(home: Path, tmp_path: Path) -> None:
    for name, question in (("题库", "什么是过拟合？"), ("题库二", "什么是欠拟合？")):
        file = tmp_path / f"{name}.csv"
        file.write_text(f"question,answer\n{question},答案。\n", encoding="utf-8")
        assert run("import", "csv", file).exit_code == 0
    decks = [path.read_text(encoding="utf-8") for path in (home / "content").glob("*.yaml")]
    assert len(decks) == 2
    assert run("check", home / "content").exit_code == 1  # pitfalls and references are missing
    assert "C201" not in run("check", home / "content").stdout


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_a_mark_tells_the_encoding_of_a_file(home: Path, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "tabelle.csv"
    file.write_bytes("\ufeffquestion\tanswer\r\nWas heißt α?\tDie Stärke.\r\n".encode(encoding))
    assert run("import", "csv", file).exit_code == 0
    [deck] = (home / "content").glob("*.yaml")
    assert "Was heißt α?" in deck.read_text(encoding="utf-8")
    assert "Die Stärke." in deck.read_text(encoding="utf-8")


@pytest.mark.parametrize("raw", ["Stärke".encode("latin-1"), b"\xff\xfea"])
def test_text_in_another_encoding_is_refused_in_words(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(raw)
    refused = run("import", "csv", file)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("Not Unicode text: ")
    assert "neither UTF-8 nor UTF-16 with a byte order mark" in refused.stderr
    assert "Save it as UTF-8" in refused.stderr


def test_a_file_without_cards_says_how_one_looks() -> None:
    for kind, hint in (("markdown", "starts with `## `"), ("anki", "“Notes in Plain Text”")):
        refused = run("import", kind, "-", "--deck", "own", stdin="")
        assert refused.exit_code == 2
        assert refused.stderr.startswith("Nothing was imported: There is no new card.\n")
        assert hint in refused.stderr


def test_long_lists_are_cut_and_counted(home: Path) -> None:
    rows = "".join(f"Question {n}?,1,{'x' * 70}\n" for n in range(9))
    result = run("import", "csv", "-", "--deck", "own", stdin=f"question,answer,Topic\n{rows}")
    cell = f"{'x' * 59}…"
    listed = f"  cells of the column topic: 9 (lines 2-10): {'; '.join([cell] * 5)}; …\n"
    assert listed in result.stderr


def test_progress_leaves_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "progress.json"
    assert run("export", "progress", file).exit_code == 0
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "new"))
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert run("import", "progress", file).stderr == "no steps of the log imported\n"
    assert run("import", "progress", "-", stdin="{}").stderr.startswith("Not a quizapp export: ")


def test_a_notebook_holds_the_chosen_settings() -> None:
    text = run("export", "notebook", "-", "--demo", "lora_finetune", "--set", "seed=3").stdout
    assert "seed=3" in text
    assert json.loads(text)["nbformat"] == 4


def test_a_code_card_leaves_with_its_starter(tmp_path: Path) -> None:
    for kind in ("markdown", "anki"):
        file = tmp_path / kind
        assert run("export", kind, file, "--topic", "write-adapters").exit_code == 0
        starter = "def lora_forward(x, weight, a, b, alpha):"
        assert starter in file.read_text(encoding="utf-8")
