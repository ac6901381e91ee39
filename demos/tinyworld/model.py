"""Load a causal language model: the bundled base, a local folder or file, or one from the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinyworld.fitness import (
    UnfitModel,
    fit,
    see_that_it_computes,
    see_that_it_is_causal,
    whole,
)

BASE = Path(__file__).parent / "base"
"""The bundled model in the standard `from_pretrained` layout."""

PLAIN_CHAT = (
    "{% for m in messages %}{{ m['role'] | capitalize }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""The chat format of a model whose tokenizer brings none."""


def load(name: str = "tinyworld", device: str = "cpu", **from_pretrained: Any) -> tuple[Any, Any]:
    """Return (model, tokenizer) of the bundled base, a local folder, a GGUF file or a Hub id.

    Weights are read from safetensors or GGUF only and no code of the model's repository is run. A
    model that is not the bundled one is loaded in bfloat16 on CUDA, in float32 elsewhere; `dtype`,
    `quantization_config` and other arguments of `from_pretrained` override. The model is in eval
    mode. The tokenizer has a token to pad with, and cuts texts to what the model has positions for.

    Raises:
        OSError, ValueError: there is no such model, or it holds no safetensors weights.
        UnfitModel: it is incomplete, no causal language model, or quantized.
    """
    import torch
    import transformers
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # its fragments would bury a failed run's log
    bundled = name == "tinyworld"
    source = str(BASE) if bundled else name
    half = device == "cuda" and not bundled
    from_pretrained.setdefault("dtype", torch.bfloat16 if half else torch.float32)
    quantizes = "quantization_config" in from_pretrained
    if quantizes:
        from_pretrained.setdefault("device_map", {"": device})
    # Without an explicit no, transformers asks on the terminal whether to run a model's own code.
    careful: dict[str, Any] = {"local_files_only": bundled, "trust_remote_code": False}
    if source.endswith(".gguf"):
        if "quantization_config" in from_pretrained:
            raise UnfitModel(
                f"{name} is quantized already, and this demo quantizes weights itself. "
                "Name the model that it was made from."
            )
        file = Path(source)
        source, careful["gguf_file"] = str(file.parent), file.name
        from_pretrained["quantization_config"] = transformers.GgufConfig(dequantize=True)
    tokenizer = transformers.AutoTokenizer.from_pretrained(source, **careful)
    if not bundled:
        whole(source, careful, name)
    weights = {} if "gguf_file" in careful else {"use_safetensors": True}
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        source, output_loading_info=True, **weights, **careful, **from_pretrained
    )
    if report["missing_keys"]:
        missing = sorted(report["missing_keys"])
        raise UnfitModel(
            f"{name} lacks {len(missing)} of the weights that its config.json speaks of, "
            f"{missing[0]} among them: they would be random. Copy the whole model."
        )
    if not quantizes:
        model = model.to(device)
    model = model.eval()
    if not bundled:
        fit(model, tokenizer, name)
        if "device_map" in from_pretrained and "gguf_file" not in careful:
            see_that_it_computes(model, name)
        else:
            see_that_it_is_causal(model, name)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_CHAT
    return model, tokenizer


def is_bundled(model: Any) -> bool:
    """Whether `load` returned this model, which may carry adapters, for the bundled base."""
    return str(model.config.name_or_path) == str(BASE)
