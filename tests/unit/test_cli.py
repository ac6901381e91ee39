"""The command line: what goes to stdout and stderr, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizapp.cli import COMMANDS, main
from quizapp.demo.spec import read_spec
from quizapp.paths import built_in
from quizapp.study.presets import PRESETS
from tests.unit.cards.decks import card, write

has_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    """Run a command in this process; an exception that is not a user's error fails the test."""
    return CliRunner().invoke(
        main, [str(a) for a in arguments], input=stdin, catch_exceptions=False
    )


def test_help_names_every_command_and_the_global_options_first() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for word in (
        *COMMANDS,
        "--content",
        "--demos",
        "QUIZAPP_HOME",
        "Exit codes: 0 fine, 1 findings",
    ):
        assert word in result.stdout, word


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: quizapp")


@pytest.mark.parametrize(
    ("arguments", "title", "sentence", "hint"),
    [
        (
            ["demo", "show", "lora_finetun"],
            "No such demo",
            "There is no demo lora_finetun.",
            "Did you mean lora_finetune?",
        ),
        (
            ["demo", "show", "zzz"],
            "No such demo",
            "There is no demo zzz.",
            "`quizapp demo list` shows them all.",
        ),
        (
            ["demo", "run", "lora_finetune", "--set", "x"],
            "Bad setting",
            "--set x is not of the form name=value.",
            "For example: --set ",
        ),
        (
            ["demo", "run", "lora_finetune", "--set", "x=1"],
            "No such parameter",
            "lora_finetune has no parameter x.",
            "Its parameters: ",
        ),
        (
            ["demo", "run", "lora_finetune", "--set", "seed=one"],
            "Bad setting",
            "seed must be a whole number, not 'one'.",
            "`quizapp demo show lora_finetune`",
        ),
        (
            ["demo", "run", "auc_ranking", "--model", "gpt2"],
            "No model to choose",
            "auc_ranking does not load a language model.",
            "Leave --model out.",
        ),
        (
            ["--content", "/nowhere", "check"],
            "No such folder",
            "/nowhere is not a folder.",
            "Check --content, --demos, QUIZAPP_CONTENT and QUIZAPP_DEMOS.",
        ),
        (
            ["check", "/nowhere.yaml"],
            "No such file",
            "/nowhere.yaml does not exist.",
            "Name a deck, a demo or a folder of them.",
        ),
        (
            ["verify", "zzz"],
            "Unknown name",
            "zzz is no demo, deck or card.",
            "`quizapp demo list` shows the demos.",
        ),
        (
            ["new", "deck", "My Deck"],
            "Bad name",
            "My Deck cannot name a deck.",
            "Use small letters, digits and -, such as lora-rank.",
        ),
        (
            ["new", "card", "nope", "a-card"],
            "No such deck",
            "There is no ",
            "`quizapp new deck nope` starts one.",
        ),
        (
            ["new", "demo", "Bad-Name", "--into", "."],
            "Bad name",
            "Bad-Name cannot name a demo.",
            "Use small letters, digits and _, such as rank_sweep.",
        ),
        (
            ["export", "notebook", "-"],
            "Which demo?",
            "A notebook holds one demo.",
            "Name it with --demo ID.",
        ),
        (
            ["export", "csv", "-", "--topic", "zzz"],
            "No such deck",
            "There is no deck zzz.",
            "The decks: ",
        ),
        (
            ["path", "--preset", "one-weak"],
            "No such preset",
            "There is no preset one-weak.",
            "Did you mean one-week?",
        ),
        (
            ["export", "csv", "-", "--demo", "nf4_error"],
            "Option without effect",
            "--demo does not apply to csv.",
            "Leave it out, or choose script or notebook.",
        ),
        (
            ["export", "anki", "-", "--set", "a=1"],
            "Option without effect",
            "--set does not apply to anki.",
            "Leave it out, or choose script or notebook.",
        ),
        (
            ["export", "progress", "-", "--topic", "lora"],
            "Option without effect",
            "--topic does not apply to progress.",
            "Leave it out, or choose csv, tsv, markdown or anki.",
        ),
        (
            ["export", "script", "-", "--topic", "lora"],
            "Option without effect",
            "--topic does not apply to script.",
            "Leave it out, or choose csv, ",
        ),
        (
            ["import", "progress", "-", "--deck", "own"],
            "Option without effect",
            "--deck does not apply to progress.",
            "Leave it out, or choose csv, ",
        ),
        (
            ["import", "csv", "/nowhere.csv"],
            "No such file",
            "/nowhere.csv: No such file",
            "Check the name.",
        ),
    ],
)
def test_an_error_of_the_user_is_a_title_a_sentence_and_a_hint_on_stderr(
    arguments: list[str], title: str, sentence: str, hint: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{title}: {sentence}" in result.stderr
    assert f"\n{hint}" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("/proc/none/out.csv", "No such file or directory"),
        pytest.param("/dev/full", "No space left on device", marks=has_full_device),
    ],
)
def test_an_export_that_cannot_be_written_is_the_environments_fault(
    place: str, reason: str
) -> None:
    result = run("export", "csv", place)
    assert result.exit_code == 3
    assert result.stderr == (
        f"Cannot write: {place}: {reason}.\n"
        "Check the folder and its permissions, or name another place.\n"
    )


@has_full_device
@pytest.mark.parametrize("command", [["export", "csv", "-"], ["demo", "list"]])
def test_output_for_which_there_is_no_space_is_named(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "quizapp", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 3
    assert ended.stderr == (
        "No space left: The disk or your share of it is full.\nFree some space and try again.\n"
    )


@pytest.mark.parametrize("command", [[], ["study"], ["interview", "--seed", "1"]])
def test_the_app_does_not_open_without_a_terminal(command: list[str]) -> None:
    result = run(*command)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        "Not a terminal: The app needs a terminal for its keys and its screen.\n"
        "`quizapp stats`, `quizapp path` and `quizapp demo list` print plain text.\n"
    )


def test_a_cell_that_is_too_long_is_named() -> None:
    table = f"question,answer\nWhat?,{'x' * 131_073}\n"
    result = run("import", "csv", "-", "--deck", "own", stdin=table)
    assert result.exit_code == 2
    assert result.stderr.startswith("A row cannot be read: Line 2: field larger than field limit")
    assert result.stderr.endswith("Correct the cell and import again.\n")


@pytest.mark.parametrize("arguments", [["demo", "fly"], ["nonsense"], ["verify", "--seeds", "0"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_demo_list_as_json_declares_every_demo_without_running_it() -> None:
    result = run("demo", "list", "--json")
    listed = json.loads(result.stdout)
    assert listed["version"] == 1
    assert {demo["id"] for demo in listed["demos"]} >= {"lora_finetune", "auc_ranking"}
    for demo in listed["demos"]:
        assert set(demo) == {
            "id",
            "title",
            "topic",
            "params",
            "claims",
            "measures",
            "predict",
            "budget_s",
            "needs_cuda",
        }
        assert all({"kind", "default"} <= set(param) for param in demo["params"].values())


def test_demo_list_shows_one_topic() -> None:
    every, some = run("demo", "list").stdout, run("demo", "list", "--topic", "lora").stdout
    assert "lora_finetune" in some and "auc_ranking" not in some
    assert "auc_ranking" in every


def test_demo_show_prints_page_parameters_claims_and_code() -> None:
    page = run("demo", "show", "lora_finetune").stdout
    spec = read_spec(built_in("demos") / "lora_finetune.py")
    assert spec.title in page
    assert all(name in page for name in (*spec.params, *spec.claims))
    assert run("demo", "show", "lora_finetune", "--code").stdout == spec.path.read_text()
    shown = json.loads(run("demo", "show", "lora_finetune", "--json").stdout)
    assert shown["page"] == spec.page


def test_study_names_every_preset_in_its_help() -> None:
    printed = run("study", "--help").stdout
    assert all(preset.id in printed for preset in PRESETS)


def test_path_lists_every_card_after_the_cards_it_requires() -> None:
    steps = json.loads(run("path", "--json").stdout)["steps"]
    place = {step["card"]: number for number, step in enumerate(steps)}
    assert all(place[need] < place[step["card"]] for step in steps for need in step["requires"])
    assert set(steps[0]) == {"card", "topic", "difficulty", "requires", "carries", "stage"}
    words = run("path", "--preset", "one-evening").stdout
    assert 0 < len(words.splitlines()) < len(run("path").stdout.splitlines())
    assert "  → " in words


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
    assert run("check", tmp_path).exit_code == 0


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


def test_folders_come_from_the_environment_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("new", "demo", "mine", "--into", tmp_path).exit_code == 0
    monkeypatch.setenv("QUIZAPP_DEMOS", os.pathsep.join([str(tmp_path), str(tmp_path)]))
    assert "mine" in run("demo", "list").stdout


def test_cards_leave_and_come_back_through_the_commands(home: Path, tmp_path: Path) -> None:
    bare = "question,answer\nWhat?,That.\n"
    written = run("import", "csv", "-", "--deck", "own", stdin=bare).stdout
    assert written == f"{home / 'content' / 'own.yaml'}\n"
    table = tmp_path / "own.tsv"
    assert run("export", "tsv", table, "--topic", "own").exit_code == 0
    assert "What?" in table.read_text(encoding="utf-8")
    refused = run("import", "tsv", table, "--deck", "other")
    assert refused.exit_code == 2
    assert "Nothing was imported: There is a card what already." in refused.stderr
    assert not (home / "content" / "other.yaml").exists()


def test_a_deck_with_an_error_is_not_imported(home: Path) -> None:
    table = "id,question,answer\nNot Kebab,What?,That.\n"
    refused = run("import", "csv", "-", "--deck", "own", stdin=table)
    assert refused.exit_code == 2
    assert "C106" in refused.stderr
    assert "Nothing was imported: Of the problems above, 1 are errors." in refused.stderr
    assert not (home / "content" / "own.yaml").exists()


def test_progress_leaves_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "progress.json"
    assert run("export", "progress", file).exit_code == 0
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "new"))
    assert run("import", "progress", file).stderr == "no steps of the log imported\n"
    assert run("import", "progress", "-", stdin="{}").stderr.startswith("Not a quizapp export: ")


def test_stats_before_the_first_answer_count_the_cards_and_claim_nothing() -> None:
    printed = json.loads(run("stats", "--json").stdout)
    assert (printed["version"], printed["answers"], printed["interview"]) == (1, 0, None)
    assert printed["retention"]["all"] == {
        "passed": 0,
        "total": 0,
        "rate": None,
        "low": 0.0,
        "high": 1.0,
    }
    (lora,) = (topic for topic in printed["topics"] if topic["topic"] == "lora")
    assert lora["tiers"] == {"new": lora["cards"]}
    assert "LoRA" in run("stats").stdout


@pytest.mark.slow
def test_doctor_shows_versions_folders_and_the_device_of_demos(home: Path) -> None:
    result = run("doctor", "--json")
    printed = json.loads(result.stdout)
    assert result.exit_code == 0, printed["problems"]
    assert printed["device"]["device"] in ("cpu", "cuda", "mps")
    assert printed["versions"]["torch"].startswith("2.")
    assert printed["folders"]["data"] == str(home)


@pytest.mark.slow
def test_doctor_exits_with_3_and_names_what_is_broken(home: Path, tmp_path: Path) -> None:
    (home / "quizapp.sqlite").write_bytes(b"not a database" * 100)
    (tmp_path / "bad.py").write_text("1 +\n", encoding="utf-8")
    result = run("--demos", tmp_path, "doctor")
    assert result.exit_code == 3
    assert f"Problem: {tmp_path / 'bad.py'}:1:" in result.stdout
    assert "quizapp.sqlite" in result.stdout


def test_a_notebook_holds_the_chosen_settings() -> None:
    text = run("export", "notebook", "-", "--demo", "lora_finetune", "--set", "seed=3").stdout
    assert "seed=3" in text
    assert json.loads(text)["nbformat"] == 4


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_locale_without_the_signs_ends_no_command() -> None:
    """Latin-1 has no bars and no arrows: a pipe gets UTF-8, a terminal what it can show."""
    command = [sys.executable, "-m", "quizapp", "path", "--topic", "lora"]
    env = {**os.environ, "PYTHONIOENCODING": "iso-8859-1"}
    piped = subprocess.run(command, env=env, capture_output=True, check=True)
    assert "  → " in piped.stdout.decode("utf-8")
    ours, theirs = os.openpty()
    with subprocess.Popen(command, env=env, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        printed = b""
        try:
            while part := os.read(ours, 4096):
                printed += part
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0
    assert "  ? " in printed.decode("iso-8859-1")
