"""Load a causal language model: the bundled base, a local folder, or one from the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BASE = Path(__file__).parent / "base"
"""The bundled model in the standard `from_pretrained` layout."""

PLAIN_CHAT = (
    "{% for m in messages %}{{ m['role'] | capitalize }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""The chat format of a model whose tokenizer brings none."""


def load(name: str = "tinyworld", device: str = "cpu", **from_pretrained: Any) -> tuple[Any, Any]:
    """Return (model, tokenizer) of the bundled base, a local folder or a Hub id.

    Weights are read from safetensors only and no code of the model's repository is run. A model
    that is not the bundled one is loaded in bfloat16 on CUDA, in float32 elsewhere; `dtype`,
    `quantization_config` and other arguments of `from_pretrained` override. The model is in eval
    mode. A tokenizer without pad token pads with its end token.

    Raises:
        OSError, ValueError: there is no such model, or it holds no safetensors weights.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    bundled = name == "tinyworld"
    if bundled:
        disable_progress_bar()  # twenty small tensors need none
    source = str(BASE) if bundled else name
    half = device == "cuda" and not bundled
    from_pretrained.setdefault("dtype", torch.bfloat16 if half else torch.float32)
    if "quantization_config" in from_pretrained:
        from_pretrained.setdefault("device_map", {"": device})
    # Without an explicit no, transformers asks on the terminal whether to run a model's own code.
    careful: dict[str, Any] = {"local_files_only": bundled, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(source, **careful)
    model = AutoModelForCausalLM.from_pretrained(
        source, use_safetensors=True, **careful, **from_pretrained
    )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_CHAT
    if "device_map" not in from_pretrained:
        model = model.to(device)
    return model.eval(), tokenizer
