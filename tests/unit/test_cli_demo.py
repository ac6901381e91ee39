"""`quizapp demo` with names, models and files that are not as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizapp.cli import main


def run(*arguments: str | Path) -> Result:
    """Run `quizapp demo` in this process; an exception that is no user's error fails the test."""
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.mark.parametrize("model", ["", " "])
def test_an_empty_model_is_a_bad_setting(model: str) -> None:
    result = run("demo", "run", "lora_finetune", "--model", model)
    assert result.exit_code == 2
    assert result.stderr == run("demo", "run", "lora_finetune", "--set", f"model={model}").stderr
    assert "Bad setting: model must be tinyworld, a folder, or a Hub id" in result.stderr


@pytest.mark.parametrize("command", ["run", "show"])
def test_a_demo_whose_file_is_no_python_is_told_by_line_and_column(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "syn.py").write_text("def main(:\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("1 +\n", encoding="utf-8")
    result = run("--demos", tmp_path, "demo", command, "syn")
    assert result.exit_code == 2
    assert f"Broken demo: {tmp_path / 'syn.py'}:1:10: invalid syntax." in result.stderr
    assert "other.py" not in result.stderr


def test_a_demo_is_shown_without_a_word_on_the_files_of_others(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("1 +\n", encoding="utf-8")
    result = run("--demos", tmp_path, "demo", "show", "lora_finetune")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "other.py:1:" in run("--demos", tmp_path, "demo", "list").stderr


def test_a_broken_file_is_told_in_place_of_the_demo_it_would_replace(tmp_path: Path) -> None:
    (tmp_path / "lora_finetune.py").write_text("1 +\n", encoding="utf-8")
    result = run("--demos", tmp_path, "demo", "show", "lora_finetune")
    assert "Broken demo: " in result.stderr


@pytest.mark.parametrize("name", ["/nope", "./nope", "~/nope", "a b"])
@pytest.mark.parametrize("way", ["--model", "--set"])
def test_a_model_that_is_no_hub_id_is_a_folder_that_is_missing(name: str, way: str) -> None:
    value = name if way == "--model" else f"model={name}"
    result = run("demo", "run", "lora_finetune", way, value)
    assert result.exit_code == 3
    assert result.stdout == ""
    place = Path(name).expanduser() if name.startswith("~") else name
    assert f"No model: There is no folder {place}. Check its path" in result.stderr


def test_a_folder_without_a_model_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    result = run("demo", "run", "lora_finetune", "--model", tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"No model: {tmp_path} has no config.json." in result.stderr
