"""What a run over a model of one's own is said to take."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app.estimate import expectation, in_minutes, memory_needed, memory_warning
from quizapp.app.model_size import ModelSize
from quizapp.demo.params import ModelName, Number
from tests.unit.app.model_files import safetensors
from tests.unit.toys import make_record, make_spec

SPEC = replace(
    make_spec(),
    params={"steps": Number("int", 100, 5, 500), "model": ModelName()},
    token_passes=300_000,
)


def test_the_bundled_model_needs_no_expectation() -> None:
    assert expectation(SPEC, {"steps": 100, "model": "tinyworld"}) == ""


def save(folder: Path) -> str:
    """Save a model of SmolLM2-135M's sizes, which has 134.5 million parameters."""
    sizes = {"hidden_size": 576, "num_hidden_layers": 30, "vocab_size": 49_152}
    (folder / "config.json").write_text(json.dumps(sizes))
    return str(safetensors(folder, w=[134_515, 1000]))


def test_a_large_model_is_a_range_and_says_what_fewer_steps_take(tmp_path: Path) -> None:
    folder = save(tmp_path)
    text = expectation(SPEC, {"steps": 100, "model": folder})
    assert text == ("22 min to 1.9 h, 2.1 GB on CPU; steps=20: 4 min to 22 min")
    fewest = expectation(SPEC, {"steps": 5, "model": folder})
    assert fewest == "67 s to 6 min, 2.1 GB on CPU"


def test_a_demo_that_only_reads_weights_says_what_memory_they_take(tmp_path: Path) -> None:
    spec = replace(SPEC, token_passes=0, model_copies=2)
    text = expectation(spec, {"steps": 100, "model": save(tmp_path)})
    assert text == "1.7 GB on CPU"  # 0.6 + 2 · 4 · 0.1345


def test_training_needs_the_weights_what_the_layers_keep_and_the_logits() -> None:
    """Of 16 texts of 80 tokens, in GB: libraries, weights twice, activations, four logits."""
    size = ModelSize(134_515_000, 576, 30, 49_152)
    spec = replace(SPEC, model_copies=2, trained_texts=16)
    parts = (0.6, 2 * 4 * 0.134515, 1280 * 576 * 30 * 124 / 1e9, 4 * 4 * 1280 * 49_152 / 1e9)
    assert memory_needed(spec, size) == pytest.approx(1e9 * sum(parts))


def test_more_memory_than_there_is_is_a_warning(tmp_path: Path) -> None:
    settings = {"steps": 100, "model": save(tmp_path)}
    spec = replace(SPEC, model_copies=5, trained_texts=8)
    assert memory_warning(spec, settings, free=lambda: 64_000_000_000) is None
    assert memory_warning(spec, settings, free=lambda: None) is None
    assert memory_warning(spec, settings, "cuda", lambda: 4_000_000_000) is None
    warning = memory_warning(spec, settings, free=lambda: 4_000_000_000)
    assert warning is not None
    assert warning.sentence == (
        "On the CPU this run needs about 5.7 GB of memory, and 4.0 GB are free: "
        "the system may end it."
    )
    assert warning.hint.startswith("Choose a smaller model")


def test_the_bundled_model_and_one_of_unknown_size_give_no_warning() -> None:
    for model in ("tinyworld", "org/name"):
        assert memory_warning(SPEC, {"steps": 100, "model": model}, free=lambda: 1) is None


def test_earlier_runs_over_the_same_model_say_it_better(tmp_path: Path) -> None:
    settings = {"steps": 100, "model": save(tmp_path)}
    runs = [make_record(settings=settings, wall_s=s) for s in (60.0, 720.0, 800.0)]
    assert expectation(SPEC, settings, runs) == "about 12 min, as the last time here"


def test_a_model_whose_size_is_not_known_promises_nothing() -> None:
    text = expectation(SPEC, {"steps": 100, "model": "org/name"})
    assert "depends on the model" in text and "after the first step" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (89, "about 89 s"),
        (90, "about 2 min"),
        (720, "about 12 min"),
        (5399, "about 90 min"),
        (5400, "about 1.5 h"),
        (342_200, "about 95.1 h"),
    ],
)
def test_times_are_as_coarse_as_one_plans(seconds: float, words: str) -> None:
    assert in_minutes(seconds) == words
