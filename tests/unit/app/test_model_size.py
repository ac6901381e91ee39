"""How large a model is, from the headers of its files."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from quizapp.app.model_size import ModelSize, model_size
from tests.unit.app.model_files import gguf, safetensors


def test_the_parameters_of_all_shards_are_counted(tmp_path: Path) -> None:
    safetensors(safetensors(tmp_path, a=[10, 20], b=[5]), c=[3, 3, 3])
    assert model_size(tmp_path) == ModelSize(232)


@pytest.mark.parametrize(
    "config",
    [
        {"hidden_size": 576, "num_hidden_layers": 30, "vocab_size": 49152},
        {"n_embd": 576, "n_layer": 30, "vocab_size": 49152},
        {"text_config": {"hidden_size": 576, "num_hidden_layers": 30, "vocab_size": 49152}},
    ],
)
def test_architectures_name_their_sizes_in_their_own_words(
    config: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert model_size(safetensors(tmp_path, a=[7])) == ModelSize(7, 576, 30, 49152)


@pytest.mark.parametrize("config", ["{", "[]", '{"text_config": 3}', '{"hidden_size": "many"}'])
def test_a_strange_configuration_leaves_the_parameters(config: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(config)
    assert model_size(safetensors(tmp_path, a=[7])) == ModelSize(7)


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, struct.pack("<Q", 4) + b"[1]\n"])
def test_a_damaged_file_has_no_parameters_to_count(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    assert model_size(tmp_path) is None


def test_a_folder_without_weights_has_no_size(tmp_path: Path) -> None:
    assert model_size(tmp_path) is None
    assert model_size(tmp_path / "missing") is None
    assert model_size(Path("org/name")) is None


def test_a_gguf_file_says_its_sizes(tmp_path: Path) -> None:
    file = gguf(tmp_path / "m.gguf", width=64, layers=2, vocabulary=5, w=[64, 128], v=[5, 64])
    assert model_size(file) == ModelSize(64 * 128 + 5 * 64, 64, 2, 5)


def test_a_gguf_file_that_is_cut_off_or_something_else_has_no_size(tmp_path: Path) -> None:
    whole = gguf(tmp_path / "m.gguf", width=64, layers=2, vocabulary=5, w=[64, 128]).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut.gguf").write_bytes(whole[:length])
        assert model_size(tmp_path / "cut.gguf") is None
    (tmp_path / "cut.gguf").write_bytes(b"GGML" + whole[4:])
    assert model_size(tmp_path / "cut.gguf") is None
