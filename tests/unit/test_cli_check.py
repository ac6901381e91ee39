"""`quizapp check`: decks and demo files, each problem with its place."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cards.decks import card, write
from tests.unit.command_line import run


def test_check_reports_each_problem_with_its_place_and_exits_with_1(tmp_path: Path) -> None:
    deck = tmp_path / "bad.yaml"
    deck.write_text("deck: bad\ntitel: Bad\ncards: []\n", encoding="utf-8")
    result = run("check", deck)
    assert result.exit_code == 1
    assert f"{deck}:2:1: C101 " in result.stdout
    assert "title" in result.stdout
    printed = json.loads(run("check", deck, "--json").stdout)
    assert (printed["version"], printed["files"]) == (1, 1)
    assert set(printed["problems"][0]) == {"file", "line", "col", "code", "message", "fix"}


def test_check_names_demo_files_that_declare_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text('"""Nothing."""\n', encoding="utf-8")
    result = run("--demos", tmp_path, "check")
    assert result.exit_code == 1
    assert f"{tmp_path / 'empty.py'}:1:1: D100 no function is decorated" in result.stdout


def test_check_reads_demo_files_and_folders_that_are_named_as_demos(tmp_path: Path) -> None:
    good = Path(run("new", "demo", "good", "--into", tmp_path).stdout.strip())
    whole = run("check", good)
    assert (whole.exit_code, whole.stdout) == (0, "")
    assert whole.stderr == "no cards in no files, 1 demo: no problems\n"
    bad = tmp_path / "bad.py"
    bad.write_text("1 +\n", encoding="utf-8")
    for places in ([bad], [tmp_path], [tmp_path, bad]):
        result = run("check", *places)
        assert result.exit_code == 1
        assert result.stdout == f"{bad}:1:4: D100 invalid syntax (see demos/README.md)\n"
    absent = run("check", tmp_path / "absent.py")
    assert (absent.exit_code, absent.stderr.split(":")[0]) == (2, "No such file")


def test_check_lets_cards_link_to_the_demos_that_are_checked_with_them(tmp_path: Path) -> None:
    run("new", "demo", "beside", "--into", tmp_path)
    file = write(tmp_path, "own", card("own-1", "", "demo: {run: beside}"))
    assert "C210 there is no demo beside" in run("check", file).stdout
    assert "C2" not in run("check", tmp_path).stdout


def test_check_reads_the_solutions_beside_an_exercise(tmp_path: Path) -> None:
    exercise, solutions = map(
        Path, run("new", "exercise", "write_mean", "--into", tmp_path).stdout.splitlines()
    )
    text = solutions.read_text(encoding="utf-8")
    cells = text.split("# %% ")
    few = "# %% ".join(cells[:3] + cells[4:13] + ["wrong: nothing"])
    solutions.write_text(few.replace("-> none-kept", "-> equals-torch"), encoding="utf-8")
    assert run("check", exercise).stdout == (
        f"{solutions}:61:1: D202 the cell is not `right: name` or `wrong: name -> claim` "
        "(`# %% right: name` or `# %% wrong: name -> claim`)\n"
        f"{solutions}:1:1: D203 write_mean keeps 9 wrong solutions, fewer than 10 "
        "(add what people really write)\n"
        f"{solutions}:1:1: D204 no wrong solution is meant to fail none-kept "
        "(add one that only this claim can fail)\n"
    )
    solutions.write_bytes(text.replace("# %% right", "# \xe9\n# %% right", 1).encode("latin-1"))
    assert (
        run("check", exercise).stdout
        == f"{solutions}:1:1: D202 is not UTF-8 text (save it as UTF-8)\n"
    )
    solutions.unlink()
    assert run("check", exercise).stdout == (
        f"{solutions}:1:1: D201 no solutions are kept beside write_mean "
        "(write right and wrong ones; see demos/README.md)\n"
    )
