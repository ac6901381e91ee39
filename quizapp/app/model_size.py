"""How large a language model on disk is, read from the headers of its files."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

LARGEST_HEADER = 100_000_000
"""Bytes of JSON; safetensors refuses longer headers too."""

WIDTHS = ("hidden_size", "n_embd", "d_model")
LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
"""Keys of config.json by which architectures name the same thing."""


@dataclass(frozen=True)
class ModelSize:
    """The sizes from which time and memory of a run follow; 0 where the files do not say."""

    parameters: int
    width: int = 0
    """Numbers in a token's hidden state."""
    layers: int = 0
    vocabulary: int = 0


def model_size(place: Path) -> ModelSize | None:
    """Return the size of the model in a folder or GGUF file; None if that cannot be read."""
    try:
        found = _gguf(place) if place.suffix == ".gguf" else _safetensors(place)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, struct.error):
        return None
    return found if found.parameters else None


def _safetensors(folder: Path) -> ModelSize:
    count = sum(map(_numbers, folder.glob("*.safetensors")))
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config = config.get("text_config", config)  # of a model that also sees or hears
        sizes = [_first(config, names) for names in (WIDTHS, LAYERS, ("vocab_size",))]
    except (OSError, ValueError, AttributeError):
        return ModelSize(count)
    return ModelSize(count, *sizes)


def _first(config: Mapping[str, Any], names: tuple[str, ...]) -> int:
    return next((v for name in names if isinstance(v := config.get(name), int)), 0)


def _numbers(file: Path) -> int:
    """Return how many numbers a file holds: its header is a length in eight bytes, then JSON."""
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(min(length, LARGEST_HEADER)))
    return sum(prod(t["shape"]) for name, t in header.items() if name != "__metadata__")


_SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
_TEXT, _ARRAY = 8, 9
"""Types of values in a GGUF file: ggml-org/ggml, docs/gguf.md, `gguf_metadata_value_type`."""


def _gguf(file: Path) -> ModelSize:
    """Read the header of a GGUF file: magic, version, two counts, metadata, tensors.

    The package gguf reads it too, but imports numpy.
    """
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        header = _Header(data)
        if data[:4] != b"GGUF" or header.numbers("4xI")[0] < 2:
            raise ValueError("no GGUF file of version 2 or later")
        tensors, pairs = header.numbers("QQ")
        facts = {header.text(): header.value(*header.numbers("I")) for _ in range(pairs)}
        count = sum(header.tensor() for _ in range(tensors))
    kind = facts["general.architecture"]
    width, layers = facts[f"{kind}.embedding_length"], facts[f"{kind}.block_count"]
    return ModelSize(count, width, layers, facts["tokenizer.ggml.tokens"])


class _Header:
    """The header of a GGUF file, read from front to end."""

    def __init__(self, data: mmap) -> None:
        self._data = data
        self._at = 0

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{kinds}", self._data, self._at)
        self._at += struct.calcsize(f"<{kinds}")
        return found

    def text(self) -> str:
        start, end = self._skip()
        return self._data[start:end].decode()

    def _skip(self) -> tuple[int, int]:
        """Pass a text; return where it begins and ends."""
        (length,) = self.numbers("Q")
        start, self._at = self._at, self._at + length
        return start, self._at

    def value(self, kind: int) -> Any:
        """Return a value of metadata; of an array, how long it is."""
        if kind == _TEXT:
            return self.text()
        if kind != _ARRAY:
            return self.numbers(_SCALARS[kind])[0]
        inner, length = self.numbers("IQ")
        if inner in _SCALARS:
            self._at += length * struct.calcsize(f"<{_SCALARS[inner]}")
        else:
            for _ in range(length):
                self._skip() if inner == _TEXT else self.value(inner)
        return length

    def tensor(self) -> int:
        """Return how many numbers a tensor holds; its type and its place in the file follow."""
        self.text()
        (dimensions,) = self.numbers("I")
        shape = self.numbers(f"{dimensions}Q")
        self.numbers("IQ")
        return prod(shape)
