"""Files of models with their headers only; the numbers do not matter here."""

from __future__ import annotations

import json
import struct
from pathlib import Path


def safetensors(folder: Path, **shapes: list[int]) -> Path:
    """Add a safetensors file to a folder; return the folder."""
    header = json.dumps(
        {"__metadata__": {"format": "pt"}}
        | {name: {"dtype": "F32", "shape": shape} for name, shape in shapes.items()}
    ).encode()
    file = folder / f"model-{len(list(folder.iterdir()))}.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header)
    return folder


def gguf(file: Path, *, width: int, layers: int, vocabulary: int, **shapes: list[int]) -> Path:
    """Write the header of a GGUF file of version 3, with values of several types; return it."""
    facts = [
        _text("general.architecture") + struct.pack("<I", 8) + _text("llama"),
        _text("llama.embedding_length") + struct.pack("<II", 4, width),
        _text("llama.block_count") + struct.pack("<II", 4, layers),
        _text("llama.attention.layer_norm_rms_epsilon") + struct.pack("<If", 6, 1e-5),
        _text("tokenizer.ggml.add_bos_token") + struct.pack("<I?", 7, True),
        _text("tokenizer.ggml.token_type")
        + struct.pack(f"<IIQ{vocabulary}i", 9, 5, vocabulary, *range(vocabulary)),
        _text("tokenizer.ggml.tokens")
        + struct.pack("<IIQ", 9, 8, vocabulary)
        + b"".join(_text(f"<{number}>") for number in range(vocabulary)),
    ]
    tensors = [
        _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, 0)
        for name, shape in shapes.items()
    ]
    counts = struct.pack("<IQQ", 3, len(tensors), len(facts))
    file.write_bytes(b"GGUF" + counts + b"".join(facts + tensors))
    return file


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()
