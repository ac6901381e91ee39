"""What a run over a model of one's own is said to take."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app.estimate import expectation, in_minutes, parameters
from quizapp.demo.params import ModelName, Number
from tests.unit.toys import make_record, make_spec

SPEC = replace(
    make_spec(),
    params={"steps": Number("int", 100, 5, 500), "model": ModelName()},
    token_passes=300_000,
)


def save(folder: Path, **shapes: list[int]) -> Path:
    """Write a safetensors file with only its header; the numbers do not matter here."""
    header = json.dumps(
        {"__metadata__": {"format": "pt"}}
        | {name: {"dtype": "F32", "shape": shape} for name, shape in shapes.items()}
    ).encode()
    file = folder / f"model-{len(list(folder.iterdir()))}.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header)
    return folder


def test_the_parameters_of_all_shards_are_counted(tmp_path: Path) -> None:
    save(save(tmp_path, a=[10, 20], b=[5]), c=[3, 3, 3])
    assert parameters(tmp_path) == 232


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, struct.pack("<Q", 4) + b"[1]\n"])
def test_a_damaged_file_has_no_parameters_to_count(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    assert parameters(tmp_path) is None


def test_the_bundled_model_needs_no_expectation() -> None:
    assert expectation(SPEC, {"steps": 100, "model": "tinyworld"}) == ""


def test_a_large_model_is_a_range_and_says_what_fewer_steps_take(tmp_path: Path) -> None:
    folder = str(save(tmp_path, w=[135_000, 1000]))
    text = expectation(SPEC, {"steps": 100, "model": folder})
    assert text == "23 min to 1.9 h on CPU cores (135 M parameters); steps=20: 5 min to 23 min"
    fewest = expectation(SPEC, {"steps": 5, "model": folder})
    assert fewest == "68 s to 6 min on CPU cores (135 M parameters)"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "0.1 M"),
        (999_400_000, "999 M"),
        (999_499_999, "999 M"),
        (999_500_000, "1.0 B"),
        (7_000_000_000, "7.0 B"),
    ],
)
def test_parameters_are_counted_in_millions_and_billions(
    count: int, words: str, tmp_path: Path
) -> None:
    text = expectation(SPEC, {"steps": 5, "model": str(save(tmp_path, w=[count]))})
    assert f"({words} parameters)" in text


def test_earlier_runs_over_the_same_model_say_it_better(tmp_path: Path) -> None:
    settings = {"steps": 100, "model": str(save(tmp_path, w=[1000, 1000]))}
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
