"""The command line: help, lists and figures that go to stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizapp.cli import COMMANDS
from quizapp.demo.spec import read_spec
from quizapp.paths import built_in, find_paths
from quizapp.store import Store
from quizapp.study.presets import PRESETS
from tests.unit.command_line import run
from tests.unit.store.samples import rate


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


def test_folders_come_from_the_environment_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("new", "demo", "mine", "--into", tmp_path).exit_code == 0
    monkeypatch.setenv("QUIZAPP_DEMOS", os.pathsep.join([str(tmp_path), str(tmp_path)]))
    assert "mine" in run("demo", "list").stdout


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
