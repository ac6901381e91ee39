"""The command line: what goes to stdout and stderr, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizapp.cli import COMMANDS, main
from quizapp.demo.spec import read_spec
from quizapp.paths import built_in, find_paths
from quizapp.store import Store
from quizapp.study.presets import PRESETS
from tests.unit.cards.decks import card, write
from tests.unit.store.samples import rate

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
            "zzz is not a demo, deck or card.",
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


def test_no_width_cuts_the_id_of_a_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [demo["id"] for demo in json.loads(run("demo", "list", "--json").stdout)["demos"]]
    monkeypatch.setenv("COLUMNS", "20")
    words = run("demo", "list").stdout.split()
    assert set(ids) <= set(words)


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


def test_stats_count_the_first_day_as_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")  # as in the sample scheduler
    database = find_paths({"QUIZAPP_HOME": str(home)}).database
    with Store(database, lambda: datetime.now(UTC)) as store:
        rate(store, "lora-what", at=store.clock())
    assert "answered today 1 · 1 day in a row · " in run("stats").stdout


@pytest.mark.slow
def test_doctor_shows_versions_folders_and_the_device_of_demos(home: Path) -> None:
    (home / "settings.toml").write_text("[lab]\nthreads = 3\n", encoding="utf-8")
    result = run("doctor", "--json")
    printed = json.loads(result.stdout)
    assert result.exit_code == 0, printed["problems"]
    assert printed["device"]["device"] in ("cpu", "cuda", "mps")
    if printed["device"]["device"] == "cpu":
        assert printed["device"]["name"] == "cpu, 3 threads"  # as many as a run takes
    assert printed["versions"]["torch"].startswith("2.")
    assert printed["folders"]["data"] == str(home)


@pytest.mark.slow
def test_doctor_exits_with_3_and_names_what_is_broken(home: Path, tmp_path: Path) -> None:
    (home / "quizapp.sqlite").write_bytes(b"not a database" * 100)
    (tmp_path / "bad.py").write_text("1 +\n", encoding="utf-8")
    (home / "settings.toml").write_text("[study\n", encoding="utf-8")
    result = run("--demos", tmp_path, "doctor")
    assert result.exit_code == 3
    assert f"{home / 'settings.toml'}" in result.stdout
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
