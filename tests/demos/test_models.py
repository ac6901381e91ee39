"""Demos over models that are not the bundled one: three architectures, built here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch

ARCHITECTURES = ("llama", "gpt2", "qwen2")


def build(architecture: str, folder: Path) -> Path:
    """Save a small untrained model with its own byte-level tokenizer, as the Hub holds them."""
    import tinyworld
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<|endoftext|>"])
    core.train_from_iterator(tinyworld.documents("general", 200, seed=0), trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=core, eos_token="<|endoftext|>"
    )
    sizes: dict[str, Any] = {"vocab_size": len(tokenizer), "eos_token_id": 0, "bos_token_id": None}
    config: Any
    if architecture == "gpt2":
        config = transformers.GPT2Config(n_embd=64, n_layer=1, n_head=4, n_positions=256, **sizes)
    else:
        name = {"llama": "LlamaConfig", "qwen2": "Qwen2Config"}[architecture]
        config = getattr(transformers, name)(
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=1,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=256,
            **sizes,
        )
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("architecture", ARCHITECTURES)
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


SMALL: dict[str, dict[str, Any]] = {
    "batch_extremes": {"epochs": 1},
    "data_size": {"steps": 50},
    "early_stopping": {"steps": 20, "documents": 4, "val_texts": 2},
    "full_vs_lora": {"steps": 10, "rank": 2},
    "gradient_noise": {"repeats": 4, "train_steps": 0},
    "lora_alpha": {"steps": 5},
    "lora_init": {"steps": 5},
    "lora_plus": {"steps": 10},
    "many_adapters": {"steps": 10},
}
"""Settings at which a demo over any model ends soon."""


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build("gpt2", tmp_path_factory.mktemp("gpt2")))


@pytest.mark.parametrize("name", SMALL)
def test_demos_run_on_a_model_of_another_architecture(name: str, gpt2: str) -> None:
    """What is stated for the bundled model only is then not tested; the rest is."""
    found = run_demo(name, model=gpt2, **SMALL[name])
    declared = load(name)
    assert set(found.measures) == set(declared.measures)
    assert all(found.claims[claim] == "not tested" for claim in declared.bundled_claims)
    assert all(
        found.claims[claim] == "holds"
        for claim in (
            "zero-b-is-base",
            "a-waits",
            "zero-never-learns",
            "mixed-batch-is-exact",
            "switching-is-exact",
        )
        if claim in found.claims
    )


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    folder = build("llama", tmp_path)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(Exception, match="safetensors"):
        run_demo("lora_finetune", model=str(folder), steps=5)
