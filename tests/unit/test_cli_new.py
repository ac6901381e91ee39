"""`quizapp new`: what it writes, and that it leaves everything as it was where it refuses."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from quizapp.demo.spec import read_spec
from tests.unit.cards.decks import card, write
from tests.unit.command_line import run


def refused(*arguments: str | Path, code: int = 2) -> str:
    """Run a command that must fail and return what it says."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    return result.stderr


@pytest.mark.parametrize(
    "raw", [b"", b"deck: own\ntitle: \xc4\n", b"deck: own\ntitle: Own\ncards: [{id: x}]\n"]
)
def test_a_deck_to_which_no_card_can_be_added_is_left_as_it_is(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(raw)
    assert "nothing was written" in refused("new", "card", "own", "one", "--into", tmp_path)
    assert [(path, path.read_bytes()) for path in tmp_path.iterdir()] == [(file, raw)]


def test_an_id_in_a_folder_that_the_app_does_not_read_is_seen(tmp_path: Path) -> None:
    file = write(tmp_path, "own", card("one"))
    told = refused("new", "card", "own", "one", "--into", tmp_path)
    assert told == f"Card exists: {file} has a card one already.\nChoose another id.\n"


def test_a_card_is_added_through_a_link_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file = write(tmp_path / "real", "own", card("one"))
    file.chmod(0o640)
    link = tmp_path / "own.yaml"
    link.symlink_to(file)
    assert run("new", "card", "own", "two", "--into", tmp_path).stdout == f"{link}\n"
    assert link.is_symlink()
    assert "- id: two\n" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (Path("/proc/none"), tmp_path / "file" / "sub", tmp_path / ("x" * 300)):
        for what in (["deck", "own"], ["demo", "mine"]):
            told = refused("new", *what, "--into", folder, code=3)
            assert told.startswith(f"Cannot write: {folder}/"), told
            assert told.endswith("Check the folder and its permissions, or name another place.\n")
    told = refused("new", "card", "own", "one", "--into", tmp_path / ("x" * 300), code=3)
    assert "File name too long." in told


def test_the_deck_of_a_new_card_must_be_ones_own(tmp_path: Path) -> None:
    built_in = refused("new", "card", "lora", "one")
    assert built_in == (
        "Not your deck: lora is built in.\nStart a deck of your own: `quizapp new deck my-lora`.\n"
    )
    file = write(tmp_path, "elsewhere", card("one"))
    told = refused("--content", tmp_path, "new", "card", "elsewhere", "two")
    assert f"; the deck elsewhere is in {file}.\nGive its folder with --into" in told


@pytest.mark.parametrize("name", ["123", "1e5", "0x1f", "true", "null", "no", "9" * 70])
def test_an_id_that_looks_like_a_number_or_a_word_of_yaml_is_text(
    name: str, tmp_path: Path
) -> None:
    assert run("new", "deck", name, "--into", tmp_path).exit_code == 0
    assert run("new", "card", name, "42", "--into", tmp_path).exit_code == 0
    assert run("new", "card", name, "null", "--into", tmp_path).exit_code == 0
    codes = {line.split()[1] for line in run("check", tmp_path).stdout.splitlines()}
    assert codes <= {"L306"}


def test_a_name_at_the_limit_passes_and_a_longer_one_is_refused(tmp_path: Path) -> None:
    for what, longest in (["deck"], 74), (["card", "d" * 74], 80), (["demo"], 80):
        name = "d" * longest
        assert run("new", *what, name, "--into", tmp_path).exit_code == 0
        assert refused("new", *what, f"{name}d", "--into", tmp_path) == (
            f"Bad name: The name of this {what[0]} has {longest + 1} characters.\n"
            f"Use {longest} at most.\n"
        )
    codes = {
        line.split()[1]
        for line in run("check", tmp_path / ("d" * 74 + ".yaml")).stdout.splitlines()
    }
    assert codes <= {"L306"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nf4_error"], "Demo exists: There is a demo nf4_error already."),
        (
            ["torch"],
            "Bad name: torch is a Python package: a demo of that name hides it.\n"
            "Choose another name, such as my_torch.",
        ),
        (["json"], "Bad name: json is a Python package"),
        (["class"], "Bad name: class cannot name a demo."),
        (["mine", "--topic", 'a"b'], 'Bad name: a"b cannot name a topic.'),
    ],
)
def test_a_demo_whose_name_would_do_harm_is_refused(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    assert told in refused("new", "demo", *arguments, "--into", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_that_runs_a_new_demo_can_be_pasted(tmp_path: Path) -> None:
    folder = tmp_path / "my demos & more"
    says = run("new", "demo", "mine", "--into", folder).stderr
    command = shlex.split(says.removeprefix("Run it: "))
    assert command == ["quizapp", "--demos", str(folder), "demo", "run", "mine"]


def test_a_new_deck_and_card_are_where_the_app_reads_them_and_pass_the_check(home: Path) -> None:
    file = Path(run("new", "deck", "own").stdout.strip())
    assert file == home / "content" / "own.yaml"
    for kind in ("choice", "multi", "order", "number", "cloze"):
        assert run("new", "card", "own", f"own-{kind}", "--kind", kind).exit_code == 0
    printed = json.loads(run("check", file, "--json").stdout)
    assert printed["cards"] == 6
    assert {problem["code"] for problem in printed["problems"]} == {"L306"}  # placeholder text


def test_new_never_writes_over_something() -> None:
    assert run("new", "deck", "own").exit_code == 0
    again = run("new", "deck", "own")
    assert (again.exit_code, again.stderr.startswith("Deck exists: ")) == (2, True)
    assert run("new", "card", "own", "own-first").stderr.startswith("Card exists: ")


def test_a_new_demo_declares_itself_and_is_listed(tmp_path: Path) -> None:
    file = Path(run("new", "demo", "rank_sweep", "--into", tmp_path).stdout.strip())
    assert read_spec(file).title == "Rank sweep"
    assert "rank_sweep" in run("--demos", tmp_path, "demo", "list").stdout
    assert run("new", "demo", "rank_sweep", "--into", tmp_path).stderr.startswith("File exists: ")


def test_a_new_exercise_passes_the_check_with_its_solutions(tmp_path: Path) -> None:
    folder = tmp_path / "my exercises"
    result = run("new", "exercise", "write_mean", "--topic", "own-deck", "--into", folder)
    file, solutions = map(Path, result.stdout.splitlines())
    assert (file, solutions) == (folder / "write_mean.py", folder / "solutions" / "write_mean.py")
    command = shlex.split(result.stderr.removeprefix("Judge it: "))
    assert command == ["quizapp", "--demos", str(folder), "verify", "write_mean", "--exercises"]
    spec = read_spec(file)
    assert (spec.title, spec.topic, spec.code) == ("Write mean", "own-deck", "solution")
    whole = run("--demos", folder, "check", folder)
    assert (whole.exit_code, whole.stdout) == (0, "")


def test_a_new_exercise_never_writes_over_something(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    kept = tmp_path / "solutions" / "write_mean.py"
    kept.write_text("mine", encoding="utf-8")
    told = refused("new", "exercise", "write_mean", "--into", tmp_path)
    assert told.startswith(f"File exists: {kept} is there already.")
    assert not (tmp_path / "write_mean.py").exists()
    assert kept.read_text(encoding="utf-8") == "mine"
    told = refused("new", "exercise", "write_lora_forward", "--into", tmp_path)
    assert told.startswith("Exercise exists: There is a demo write_lora_forward already.")
