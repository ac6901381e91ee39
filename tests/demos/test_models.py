"""Demos over models that are not the bundled one, of twelve architectures, built here."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from quizapp.demo.model_errors import model_problem
from tests.demos.running import load, run_demo
from tests.demos.small_models import COVERING, FLATTENS, REFUSED, SMALL, UNIVERSAL, build

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "qwen2"])
def test_the_command_fine_tunes_any_causal_model(architecture: str, tmp_path: Path) -> None:
    """`quizapp demo run lora_finetune --model DIR`: the whole path from command to last event."""
    folder = build(architecture, tmp_path / "model")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "quizapp",
            "demo",
            "run",
            "lora_finetune",
            "--model",
            folder,
            "--set",
            "steps=8",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QUIZAPP_HOME": str(tmp_path)},
    )
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert events[-1]["t"] == "done", ran.stderr
    measures = {event["id"]: event["value"] for event in events if event["t"] == "measure"}
    claims = {event["id"]: event["state"] for event in events if event["t"] == "claim"}
    assert measures["loss_after"] < measures["loss_before"]
    assert claims["base-is-frozen"] == "holds"
    assert claims["learns-the-new"] == "not tested"
    assert any(event["t"] == "note" and "bundled" in event["text"] for event in events)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return the folder of a model of an architecture, which is built once."""
    return functools.cache(lambda name: str(build(name, tmp_path_factory.mktemp(name))))


@pytest.mark.parametrize(("name", "architecture"), COVERING)
def test_demos_run_on_a_model_of_another_architecture(
    name: str, architecture: str, models: Callable[[str], str]
) -> None:
    """What is stated for the bundled model only is then not tested; the rest is."""
    found = run_demo(name, model=models(architecture), **SMALL[name])
    declared = load(name)
    refused = {"mixed_difference"} if architecture in FLATTENS else set()
    assert set(found.measures) == set(declared.measures) - refused
    assert all(found.claims[claim] == "not tested" for claim in declared.bundled_claims)
    exact = UNIVERSAL & set(found.claims) - ({"mixed-batch-is-exact"} if refused else set())
    assert [claim for claim in exact if found.claims[claim] != "holds"] == []
    assert found.claims.get("forgets-some") != "fails"  # few steps may change too little to tell


@pytest.mark.parametrize(("name", "architecture"), REFUSED)
def test_what_a_library_cannot_do_with_an_architecture_is_a_sentence(
    name: str, architecture: str, models: Callable[[str], str]
) -> None:
    folder = models(architecture)
    with pytest.raises(ValueError) as caught:
        run_demo(name, model=folder, **SMALL[name])
    sentence = model_problem(caught.value, folder, online=False)
    assert sentence is not None and "\n" not in sentence
    assert sentence.endswith("Choose other targets or a model.")


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    folder = build("llama", tmp_path)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(Exception, match="safetensors"):
        run_demo("lora_finetune", model=str(folder), steps=5)
