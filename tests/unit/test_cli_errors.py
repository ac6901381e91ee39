"""What a user can get wrong on the command line, in a title, a sentence and a hint."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.command_line import run

has_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


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
            ["verify", "lora_finetune", "--exercises"],
            "No exercise",
            "None of what is named is an exercise.",
            "Name exercises, or leave the names out for all of them.",
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
