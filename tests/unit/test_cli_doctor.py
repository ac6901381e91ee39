"""`quizapp doctor` on the database: counts, repairs that are ran, backups that come back."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quizapp.lab.probe import Machine
from quizapp.paths import find_paths
from quizapp.store import Store
from quizapp.store.backup import back_up
from tests.unit.app.model_server import never, serving
from tests.unit.command_line import run
from tests.unit.store.samples import NOW, rate


@pytest.fixture
def database(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of two ratings with a backup after the first; the machine is not probed."""
    monkeypatch.setattr("quizapp.lab.probe.probe", lambda threads: Machine("cpu", "a test"))
    paths = find_paths({"QUIZAPP_HOME": str(home)})
    with Store(paths.database, lambda: NOW) as store:
        rate(store, "lora-what")
        back_up(store, paths.backups)
        rate(store, "lora-why")
    return paths.database


def test_it_counts_what_is_kept(database: Path) -> None:
    ran = run("doctor").stdout
    for line in ("ratings that stand       2", "backups                  1"):
        assert line in ran


def test_a_repair_is_named(database: Path) -> None:
    with sqlite3.connect(database) as db:
        db.execute("UPDATE state SET reps = 99")
    broken = run("doctor")
    assert broken.exit_code == 3
    assert "differs from its log. `quizapp doctor --repair` can repair it." in broken.stdout
    mended = run("doctor", "--repair")
    assert mended.exit_code == 0
    assert "Rebuilt 2 card states from the log." in mended.stdout


def test_the_latest_backup_comes_back_and_nothing_is_deleted(home: Path, database: Path) -> None:
    database.write_bytes(b"not a database" * 100)
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    assert "`quizapp doctor --restore latest`" in run("doctor").stdout
    ran = run("doctor", "--restore", "latest")
    assert ran.exit_code == 0
    assert "ratings that stand       1" in ran.stdout
    (aside,) = home.glob("quizapp.sqlite.replaced-*")
    assert aside.read_bytes().startswith(b"not a database")


def test_without_a_backup_nothing_is_restored(home: Path) -> None:
    ran = run("doctor", "--restore", "latest")
    assert (ran.exit_code, ran.stderr.startswith("No backup: ")) == (3, True)
    ran = run("doctor", "--restore", home / "absent.sqlite")
    assert ran.stderr.startswith("No such backup: ")


def test_a_damaged_row_is_told_by_every_command_and_mended_by_the_doctor(database: Path) -> None:
    with sqlite3.connect(database) as db:
        db.execute("UPDATE state SET phase = 'zzz' WHERE card = 'lora-why'")
    ran = run("stats")
    assert ran.exit_code == 3
    assert "The state of lora-why is damaged" in ran.stderr and "quizapp doctor" in ran.stderr
    ran = run("doctor")
    assert ran.exit_code == 3
    assert "lora-why is damaged. `quizapp doctor --repair` can repair it." in ran.stdout
    assert run("doctor", "--repair").exit_code == 0
    assert run("stats").exit_code == 0


def test_values_and_tables_that_are_damaged_end_no_command_in_a_traceback(database: Path) -> None:
    with sqlite3.connect(database) as db:
        db.execute("INSERT INTO meta VALUES ('interview_date', '\"garbage\"'), ('fsrs', '{x')")
    assert run("stats").exit_code == 0
    assert "The value of fsrs cannot be used and is ignored." in run("doctor").stdout
    with sqlite3.connect(database) as db:
        db.execute("DROP TABLE meta")
        db.execute("DROP VIEW undone")
    ran = run("stats")
    assert ran.exit_code == 3 and ran.stderr.startswith("The database is incomplete: ")
    ran = run("doctor")
    assert ran.exit_code == 3
    assert "The table meta is missing. `quizapp doctor --repair` can repair it." in ran.stdout
    assert run("doctor", "--repair").exit_code == 0
    assert run("stats").exit_code == 0


def test_a_database_without_content_is_told_where_backups_exist(database: Path) -> None:
    database.write_bytes(b"")
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    for _ in range(2):
        ran = run("doctor")
        assert ran.exit_code == 3
        says = "The database is empty; 1 backup exists: `quizapp doctor --restore latest`."
        assert says in ran.stdout
    database.unlink()
    assert "The database is gone; 1 backup exists" in run("doctor").stdout
    assert "ratings that stand       1" in run("doctor", "--restore", "latest").stdout


def test_before_the_first_start_nothing_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.lab.probe.probe", lambda threads: Machine("cpu", "a test"))
    assert "The database" not in run("doctor").stdout


@pytest.mark.parametrize(
    ("pragma", "says", "restore"),
    [
        ("user_version = 7", "Upgrade quizapp, or set QUIZAPP_HOME to another folder.", False),
        ("application_id = 77", "Move the file away, or set QUIZAPP_HOME", False),
        ("user_version = 0", "holds tables of quizapp, but says it has format 0", True),
        ("user_version = -1", "holds tables of quizapp, but says it has format -1", True),
    ],
)
def test_only_a_damaged_database_points_to_the_backups(
    database: Path, pragma: str, says: str, restore: bool
) -> None:
    with sqlite3.connect(database) as db:
        db.execute(f"PRAGMA {pragma}")
    ran = run("doctor").stdout
    assert says in ran and ran.count("--restore latest") == restore
    assert says in run("stats").stderr


def test_an_answer_of_a_day_far_ahead_ends_no_command_and_its_card_is_brought_back(
    database: Path,
) -> None:
    ahead = datetime.now(UTC).replace(hour=12) + timedelta(days=1000)
    with Store(database, lambda: ahead) as store:
        rate(store, "lora-rank", 4, at=ahead)
    for command in (["stats"], ["path", "--preset", "one-week"], ["stats", "--json"]):
        assert run(*command).exit_code == 0
    assert "Too few reviews to fit" in run("optimize").stderr
    found = run("doctor")
    assert found.exit_code == 3
    assert f"1 answer is dated after today, up to {ahead.date()}" in found.stdout
    assert "Problem: 1 card was put off while the clock was ahead" in found.stdout
    mended = run("doctor", "--repair")
    assert mended.exit_code == 0
    assert "Brought 1 card back to today." in mended.stdout


def test_a_broken_deck_is_named_by_doctor_and_stats_until_it_is_mended(
    home: Path, database: Path
) -> None:
    (home / "content").mkdir()
    deck = home / "content" / "own.yaml"
    deck.write_text("deck: own\ntitle: Own: mine\ncards: []\n", encoding="utf-8")
    says = f"Problem: {deck}:2: a colon followed by a space inside a text that is not quoted"
    for _ in range(2):
        ran = run("doctor")
        assert (ran.exit_code, says in ran.stdout) == (3, True)
        assert says in run("stats").stdout
        assert f"{deck}:2:" in json.loads(run("stats", "--json").stdout)["problems"][0]
    deck.write_text("deck: own\ntitle: Own\ncards: []\n", encoding="utf-8")
    assert run("doctor").exit_code == 0
    assert json.loads(run("stats", "--json").stdout)["problems"] == []


def test_it_names_the_reader_endpoint_and_contacts_nobody(
    home: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "reader endpoint          off" in run("doctor").stdout
    with serving(never) as server:
        (home / "settings.toml").write_text(
            f'[reader]\nurl = "{server.url}"\nmodel = "llama3"\nkey_env = "READER_KEY"\n',
            encoding="utf-8",
        )
        line = f"reader endpoint          llama3 at {server.url}, its key in READER_KEY, which is"
        assert f"{line} not set; not contacted" in run("doctor").stdout
        monkeypatch.setenv("READER_KEY", "sk-Very-Secret-123")
        ran = run("doctor").stdout
        assert f"{line} set; not contacted" in ran and "Secret" not in ran
    assert server.requests == []


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
