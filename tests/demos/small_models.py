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


SMALL: dict[str, dict[str, Any]] = {
    "batch_extremes": {"epochs": 1},
    "data_size": {"steps": 10},
    "decoding": {"runs": 5},
    "early_stopping": {"steps": 20, "documents": 4, "val_texts": 2},
    "full_vs_lora": {"steps": 10, "rank": 2},
    "grad_accumulation": {"texts": 16},
    "gradient_noise": {"repeats": 4, "train_steps": 0},
    "learning_rate": {"steps": 10},
    "length_bias": {"pairs": 64},
    "lora_alpha": {"steps": 5},
    "lora_finetune": {"steps": 8},
    "lora_init": {"steps": 5},
    "lora_merge": {"steps": 3, "rounds": 10},
    "lora_plus": {"steps": 10},
    "lora_shapes": {},
    "many_adapters": {"steps": 10},
    "perplexity_tokenizers": {"steps": 20},
    "qlora_finetune": {"steps": 5},
}
"""Settings at which each demo over any model ends soon."""

UNIVERSAL = {
    "a-waits",
    "base-is-frozen",
    "base-unchanged",
    "bf16-rounds",
    "count-is-formula",
    "entropy-rises",
    "equal-lengths-hide-it",
    "mixed-batch-is-exact",
    "no-gradient-on-codes",
    "nothing-left",
    "shapes",
    "sum-prefers-short",
    "switching-is-exact",
    "weighted-is-equal",
    "zero-b-is-base",
    "zero-never-learns",
}
"""Claims that hold on every model, trained or not."""

FLATTENS = {"opt", "mixtral"}
"""Their layers see a batch as one row, so peft cannot give each row its own adapter."""

REFUSED = [("lora_finetune", "mamba"), ("lora_shapes", "mamba"), ("many_adapters", "mixtral")]
"""peft adapts no output layer of Mamba, and adds up no adapters of fused experts."""

COVERING = [
    *(("lora_shapes", name) for name in ARCHITECTURES if name != "mamba"),
    ("batch_extremes", "mistral"),
    ("data_size", "bloom"),
    ("decoding", "mistral"),
    ("decoding", "gemma"),
    ("early_stopping", "falcon"),
    ("full_vs_lora", "gpt_neox"),
    ("grad_accumulation", "gpt2"),
    ("grad_accumulation", "opt"),
    ("gradient_noise", "qwen2"),
    ("learning_rate", "phi3"),
    ("length_bias", "qwen2"),
    ("length_bias", "mamba"),
    ("lora_alpha", "gpt2"),
    ("lora_finetune", "bloom"),
    ("lora_finetune", "mixtral"),
    ("lora_init", "opt"),
    ("lora_init", "gpt2"),
    ("lora_merge", "falcon"),
    ("lora_merge", "gpt2"),
    ("lora_plus", "gemma"),
    ("many_adapters", "gpt2"),
    ("many_adapters", "opt"),
    ("perplexity_tokenizers", "mistral"),
    ("qlora_finetune", "gpt2"),
    ("qlora_finetune", "opt"),
]
"""Pairs of a demo and an architecture: every demo, every architecture, and every pair in which a
layer is of another kind than in the bundled model. `tools/own_models.py` runs all pairs."""


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
