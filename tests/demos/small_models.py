"""Small untrained language models of many architectures, saved as the Hub holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LLAMA_LIKE = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
GPT_LIKE = {"n_embd": 32, "n_layer": 1, "n_head": 4, "n_positions": 256}

ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("LlamaConfig", LLAMA_LIKE),
    "gpt2": ("GPT2Config", GPT_LIKE),
    "qwen2": ("Qwen2Config", LLAMA_LIKE),
    "mistral": ("MistralConfig", LLAMA_LIKE),
    "phi3": ("Phi3Config", LLAMA_LIKE),
    "gemma": ("GemmaConfig", {**LLAMA_LIKE, "head_dim": 8}),
    "mixtral": ("MixtralConfig", {**LLAMA_LIKE, "num_local_experts": 2}),
    "opt": (
        "OPTConfig",
        {
            "hidden_size": 32,
            "word_embed_proj_dim": 32,
            "ffn_dim": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 4,
            "max_position_embeddings": 256,
        },
    ),
    "gpt_neox": (
        "GPTNeoXConfig",
        {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 4,
            "max_position_embeddings": 256,
        },
    ),
    "bloom": ("BloomConfig", {"hidden_size": 32, "n_layer": 1, "n_head": 4}),
    "falcon": (
        "FalconConfig",
        {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4},
    ),
    "mamba": (
        "MambaConfig",
        {"hidden_size": 32, "num_hidden_layers": 1, "state_size": 4, "use_mambapy": False},
    ),
}
"""The class of each configuration and its sizes."""


def build(
    architecture: str, folder: Path, *, end: str | None = "<|endoftext|>", **changes: Any
) -> Path:
    """Save a small untrained model with its own byte-level tokenizer in `folder`.

    Args:
        architecture: a name of `ARCHITECTURES`.
        folder: is made.
        end: the end token of the tokenizer, which has no other special token; None for none.
        changes: of the configuration.
    """
    import torch
    import transformers

    tokenizer = make_tokenizer(end)
    name, sizes = ARCHITECTURES[architecture]
    special = {"eos_token_id": 0, "bos_token_id": None, "pad_token_id": None}
    config = getattr(transformers, name)(
        **{**sizes, "vocab_size": len(tokenizer), **special, **changes}
    )
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_tokenizer(end: str | None = "<|endoftext|>") -> Any:
    """Return a byte-level tokenizer that has seen a little general text."""
    import tinyworld
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=[end] if end else [])
    core.train_from_iterator(tinyworld.documents("general", 200, seed=0), trainer)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=core, eos_token=end)
