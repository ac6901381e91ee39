"""`quizapp demo` with names, models and files that are not as they should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizapp.cli import main
from tests.unit.app.model_files import safetensors
from tests.unit.app.running import TOYS

LACKING = '''"""It lacks a package."""

import a_package

from quizapp.demo import Run, demo


@demo(topic="own", claims={"c": "It runs"}, measures={"m": "nothing"})
def main(run: Run) -> None:
    run.measure("m", a_package.answer)
    run.claim("c", True)
'''


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


def test_what_a_run_over_a_model_takes_stands_before_its_results(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    model = safetensors(tmp_path, w=[1_000_000, 1_000_000])
    result = run("--demos", TOYS, "demo", "run", "toy_number", "--model", model, "--no-predict")
    assert result.exit_code == 0
    before, _, after = " ".join(result.stdout.split()).partition("twice the size")
    assert "4000.6 GB on CPU" in before
    assert "On the CPU this run needs about 4000.6 GB of memory, and" in before
    assert "The number is even" in after


def test_what_a_card_may_expect_of_a_demo_is_shown() -> None:
    result = run("demo", "show", "nf4_error")
    spec = json.loads(run("demo", "show", "nf4_error", "--json").stdout)
    words = " ".join(result.stdout.split())
    for kind in ("params", "measures", "claims"):
        assert spec[kind]
        assert all(name in words for name in spec[kind])
    for text in spec["measures"].values():
        assert text.split()[0] in words


def test_a_package_that_is_missing_is_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "lacking.py").write_text(LACKING, encoding="utf-8")
    result = run("--demos", tmp_path, "demo", "run", "lacking", "--no-predict")
    assert result.exit_code == 3
    assert "The run failed (lacking.py:3): No module named 'a_package'." in result.stderr
    assert "`quizapp doctor` lists what quizapp itself needs." in result.stderr
    assert "Traceback" not in result.stderr
