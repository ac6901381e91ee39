"""Why a folder or a file is no model, in a sentence, before any library is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizapp.demo.model_errors import describe, folder_problem


def test_a_folder_of_an_adapter_names_its_base(tmp_path: Path) -> None:
    text = json.dumps({"base_model_name_or_path": "org/base", "peft_type": "LORA"})
    (tmp_path / "adapter_config.json").write_text(text)
    problem = folder_problem(str(tmp_path))
    assert "holds a PEFT adapter" in problem and "org/base" in problem
    assert "merge_and_unload" in problem
    (tmp_path / "adapter_config.json").write_text("{")
    assert "its base model" in folder_problem(str(tmp_path))


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    files = [f"model-0000{n}-of-00003.safetensors" for n in (1, 2, 3)]
    weights = {"weight_map": {f"layer.{n}": files[n % 3] for n in range(9)}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(weights))
    for file in files:
        (tmp_path / file).touch()
    assert folder_problem(str(tmp_path)) == ""
    (tmp_path / files[1]).unlink()
    problem = folder_problem(str(tmp_path))
    assert "lacks 1 of the 3 files" in problem and files[1] in problem
    assert "Pickle" not in problem


@pytest.mark.parametrize("index", ["{", "[]", "{}", '{"weight_map": 3}'])
def test_a_broken_list_of_shards_is_left_to_the_library(index: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors.index.json").write_text(index)
    assert folder_problem(str(tmp_path)) == ""


def test_a_gguf_file_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "small-Q8_0.gguf"
    file.touch()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "`pip install gguf`" in folder_problem(str(file))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert folder_problem(str(file)) == ""
    assert str(file) in folder_problem(str(tmp_path))


def test_another_file_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.touch()
    assert "Name the folder" in folder_problem(str(file))


def test_a_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "config.json").write_text("{}")
    assert folder_problem("~/m") == ""
    assert "There is no folder ~/n" in folder_problem("~/n")


def test_sizes_that_do_not_fit_are_not_the_learners_setting(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    error = RuntimeError("You set `ignore_mismatched_sizes` to `False`, thus raising an error.")
    sentence = describe(error, str(tmp_path), online=False)
    assert "other sizes than its config.json says" in sentence and "ignore" not in sentence
