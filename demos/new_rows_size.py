"""What new words cost in a saved adapter.

**Question.** An adapter with a dozen new tokens: how large is the file if the embedding and the
output layer are saved whole, and if only the new rows are?

**Idea.** Both matrices have one row per token of the vocabulary:

    whole    matrices · tokens · width · bytes
    rows     matrices · new tokens · width · bytes

The models are built from their published configurations on torch's `meta` device, where tensors
have shapes and no memory. peft adds the adapter, `get_peft_model_state_dict` gives what it would
save, and its bytes are counted, in 16 bit.

**Watch** the three bars: LoRA of a modest rank, with the new rows, with whole matrices. The last
one is larger than many whole models.

**Try** `model=Qwen2.5 0.5B` or another model with *tied* weights: one matrix does both jobs.

**At real scale.** This is real scale. Llama 3 keeps some 250 reserved tokens in its vocabulary:
rows that can be trained without a resize. After a resize peft may save the whole embedding although
only rows were trained; `save_embedding_layers=False` prevents it (PEFT documentation, "Trainable
Tokens").
"""

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config

from quizapp.demo import Choice, Int, Predict, Run, demo

MODELS = {  # published config.json of each model
    "Llama 3 8B": LlamaConfig(
        vocab_size=128_256,
        hidden_size=4096,
        intermediate_size=14_336,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=8,
        tie_word_embeddings=False,
    ),
    "Llama 2 7B": LlamaConfig(
        vocab_size=32_000,
        hidden_size=4096,
        intermediate_size=11_008,
        num_hidden_layers=32,
        num_attention_heads=32,
        tie_word_embeddings=False,
    ),
    "Qwen2.5 0.5B": Qwen2Config(
        vocab_size=151_936,
        hidden_size=896,
        intermediate_size=4864,
        num_hidden_layers=24,
        num_attention_heads=14,
        num_key_value_heads=2,
        tie_word_embeddings=True,
    ),
}


def saved_bytes(config, adapter):
    """Return the bytes of what peft saves for an adapter on a model of this configuration."""
    with torch.device("meta"):  # shapes without memory
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
        model = get_peft_model(model, adapter, autocast_adapter_dtype=False)
        saved = get_peft_model_state_dict(model, save_embedding_layers=False)
    return sum(tensor.numel() * tensor.element_size() for tensor in saved.values())


@demo(
    topic="sft",
    claims={
        "matrices-dwarf-lora": "Whole matrices make the file over ten times as large as LoRA alone",
        "rows-are-small": "The new rows add less than a twentieth of LoRA's bytes",
    },
    measures={
        "lora_mb": "bytes of LoRA alone, MB",
        "rows_mb": "bytes that the new rows add, MB",
        "whole_gb": "bytes that the whole matrices add, GB",
        "times": "file with whole matrices, times the file of LoRA alone",
    },
    predict=Predict(
        "Embedding and lm_head of Llama 3 8B saved whole, in 16 bit: how many GB?",
        measure="whole_gb",
        low=0,
        high=20,
        unit="GB",
        within=0.25,
    ),
    budget_s=6,
)
def main(
    run: Run,
    model: str = Choice("Llama 3 8B", "Llama 2 7B", "Qwen2.5 0.5B"),
    rank: int = Int(16, 1, 256, log=True),
    new: int = Int(12, 1, 256, log=True, help="new tokens"),
) -> None:
    config = MODELS[model]
    matrices = ["embed_tokens"] if config.tie_word_embeddings else ["embed_tokens", "lm_head"]
    ids = list(range(config.vocab_size - new, config.vocab_size))
    ways = {
        "LoRA": {},
        "LoRA and new rows": {"trainable_token_indices": {name: ids for name in matrices}},
        "LoRA and matrices": {"modules_to_save": matrices},
    }
    run.axes(title=model, y="saved (MB)", log_y=True)
    size, bars = {}, {}
    for name, _ in zip(ways, run.steps(len(ways)), strict=True):
        adapter = LoraConfig(
            r=rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM", **ways[name]
        )
        size[name] = saved_bytes(config, adapter)
        bars[name] = size[name] / 1e6
        run.bars("in 16 bit", bars)

    lora, rows, whole = size.values()
    run.measure(lora_mb=lora / 1e6, rows_mb=(rows - lora) / 1e6, whole_gb=(whole - lora) / 1e9)
    run.measure(times=whole / lora)
    run.claim("matrices-dwarf-lora", whole > 10 * lora, f"{whole / lora:.0f} times")
    run.claim("rows-are-small", rows - lora < 0.05 * lora, f"{(rows - lora) / 1e6:.2f} MB")
