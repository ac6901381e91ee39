"""Models that the demos cannot use are refused in a sentence; odd ones are made to fit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from quizapp.demo.model_errors import model_problem
from tests.demos.running import run_demo
from tests.demos.small_models import ARCHITECTURES, SMALL, build, make_tokenizer

pytestmark = pytest.mark.torch


def refusal(folder: Path) -> str:
    import tinyworld

    with pytest.raises(tinyworld.UnfitModel) as caught:
        tinyworld.load(str(folder))
    return str(caught.value)


def configure(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_reads_texts_and_writes_what_it_knows(
    architecture: str, tmp_path: Path
) -> None:
    import tinyworld

    model, tokenizer = tinyworld.load(str(build(architecture, tmp_path)))
    known = tinyworld.familiar(model, tokenizer, 4, seed=0)
    assert all(1 < len(row) <= tinyworld.evaluate.SAMPLED + 1 for row in known)
    assert known == tinyworld.familiar(model, tokenizer, 4, seed=0)
    assert 0 < tinyworld.loss(model, tokenizer, known) < 10
    texts = tinyworld.documents("clinic", 3, seed=0)
    alone = [tinyworld.loss(model, tokenizer, [text]) for text in texts]
    together = tinyworld.loss(model, tokenizer, texts)  # padded
    assert min(alone) <= together <= max(alone)


def test_layers_that_the_weights_lack_are_not_left_random(tmp_path: Path) -> None:
    build("llama", tmp_path)
    configure(tmp_path, num_hidden_layers=2, layer_types=None)
    sentence = refusal(tmp_path)
    assert "lacks 9 of the weights" in sentence and "model.layers.1." in sentence


def test_a_masked_language_model_is_no_causal_one(tmp_path: Path) -> None:
    import transformers

    config = transformers.BertConfig(
        vocab_size=400,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
    )
    transformers.BertForMaskedLM(config).save_pretrained(tmp_path)
    make_tokenizer().save_pretrained(tmp_path)
    assert "looks at what comes after a token" in refusal(tmp_path)


def test_a_tokenizer_of_a_larger_model_is_refused(tmp_path: Path) -> None:
    build("llama", tmp_path, vocab_size=300)
    assert "has 397 tokens, the model only 300" in refusal(tmp_path)


def test_too_few_positions_are_refused(tmp_path: Path) -> None:
    build("gpt2", tmp_path, n_positions=32)
    assert "reads 32 tokens at most" in refusal(tmp_path)


def test_weights_that_give_no_number_are_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = build("llama", tmp_path) / "model.safetensors"
    weights = load_file(file)
    weights["model.norm.weight"] += float("nan")
    save_file(weights, file, metadata={"format": "pt"})
    assert "computes what is no number" in refusal(tmp_path)


def test_quantized_weights_are_refused(tmp_path: Path) -> None:
    build("llama", tmp_path)
    configure(tmp_path, quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True})
    assert "is quantized already (bitsandbytes)" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("architecture", "reason"),
    [
        ("falcon", "bitsandbytes finds no linear layer to quantize in FalconForCausalLM"),
        ("mamba", "MambaForCausalLM multiplies with weights itself, past the layers"),
        ("mixtral", "bitsandbytes leaves the fused experts of MixtralForCausalLM in full"),
    ],
)
def test_models_whose_layers_cannot_be_put_into_four_bits_are_refused(
    architecture: str, reason: str, tmp_path: Path
) -> None:
    """Falcon has a linear class of its own; Mamba and fused experts are used past their layers."""
    folder = str(build(architecture, tmp_path))
    with pytest.raises(ValueError) as caught:
        run_demo("qlora_finetune", model=folder, **SMALL["qlora_finetune"])
    sentence = model_problem(caught.value, folder, online=False)
    assert sentence is not None and sentence.startswith(reason)
    assert sentence.endswith("Choose another model.")


def test_a_gguf_file_is_not_quantized_a_second_time() -> None:
    import tinyworld
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(load_in_4bit=True)
    with pytest.raises(tinyworld.UnfitModel) as caught:
        tinyworld.load("small-Q8_0.gguf", quantization_config=config)
    assert str(caught.value) == (
        "small-Q8_0.gguf is quantized already, and this demo quantizes weights itself. "
        "Name the model that it was made from."
    )


def test_texts_longer_than_the_positions_are_cut(tmp_path: Path) -> None:
    import tinyworld

    model, tokenizer = tinyworld.load(str(build("gpt2", tmp_path, n_positions=64)))
    text = " ".join(tinyworld.documents("general", 5, seed=0))
    assert tinyworld.batch(tokenizer, [text])["input_ids"].shape == (1, 64)
    assert tinyworld.loss(model, tokenizer, [text]) > 0


@pytest.mark.parametrize("name", ["lora_finetune", "decoding", "length_bias"])
def test_a_tokenizer_without_end_and_padding_will_do(name: str, tmp_path: Path) -> None:
    folder = build("llama", tmp_path, end=None, eos_token_id=None)
    assert run_demo(name, model=str(folder), **SMALL[name]).measures


def test_a_padding_token_that_the_model_has_no_row_for_is_not_used(tmp_path: Path) -> None:
    import tinyworld

    build("llama", tmp_path)
    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens({"pad_token": "<pad>"})
    tokenizer.save_pretrained(tmp_path)
    model, tokenizer = tinyworld.load(str(tmp_path))
    assert tokenizer.pad_token == tokenizer.eos_token
    assert tinyworld.loss(model, tokenizer, ["A.", "A longer text."]) > 0


def test_what_peft_cannot_adapt_is_a_sentence(tmp_path: Path) -> None:
    folder = str(build("gpt2", tmp_path))
    with pytest.raises(ValueError) as caught:
        run_demo("lora_finetune", model=folder, targets="q_proj,v_proj", steps=5)
    sentence = model_problem(caught.value, folder, online=False)
    assert sentence is not None and sentence.startswith(f"peft cannot adapt {folder} so: ")
    assert "q_proj" in sentence and "Choose other targets" in sentence


def test_what_a_model_forgets_is_measured_on_its_own_texts(tmp_path: Path) -> None:
    import tinyworld

    trained = shutil.copytree(tinyworld.BASE, tmp_path / "copy")  # as a model of unknown reading
    found = run_demo("lora_finetune", model=str(trained), steps=30)
    assert found.claims["forgets-some"] == "holds"
    assert any(
        "it wrote itself before the training" in " ".join(note.split())
        for note in found.state.notes
    )
