"""Six operations per parameter and token.

**Question.** How much computing does a fine-tune take, and what do gradient checkpointing and LoRA
change about it?

**Idea.** A linear layer multiplies and adds once per weight and token: 2 operations. Backward does
it twice more, once for the gradient of the input and once for that of the weight:

    full                 2 + 2 + 2 = 6·N·D
    with checkpointing   2 + 2 + 2 + 2 = 8·N·D     forward again, but for each layer's last product
    LoRA                 2 + 2 = 4·N·D             the gradient of a frozen weight is not needed

Nothing is typed in here: Llama 2 7B is built from its published configuration on torch's `meta`
device, one training step is taken there, and torch's `FlopCounterMode` counts its matrix products.

**Watch** how close the counts come to 6, 8 and 4. What is above them is attention, which grows with
the length of the text; the embedding is a look-up and costs nothing.

**Try** `length=4096`: attention is no longer small, and "six" fails. `layers=1`: neither is the
embedding, which no product touches. `rank=256`: the adapter is no longer free, and "two-thirds"
fails.

**At real scale.** This is real scale, on paper: hours = operations / (peak · utilisation). An A100
has a peak of 312 TFLOP/s in bf16; 40 % of it is a good run. Kaplan et al. (arXiv 2001.08361,
section 2.1) derive 6·N·D. LoRA's two thirds are of computing, not of time.
"""

import torch
from peft import LoraConfig, get_peft_model
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForCausalLM, LlamaConfig

from quizapp.demo import Int, Predict, Run, demo

LLAMA_2_7B = {  # published config.json
    "vocab_size": 32_000,
    "hidden_size": 4096,
    "intermediate_size": 11_008,
    "num_attention_heads": 32,
    "tie_word_embeddings": False,
}


def operations(way, layers, length, rank):
    """Return (operations of one training step on one text, parameters of the base)."""
    with torch.device("meta"):  # shapes without memory
        config = LlamaConfig(num_hidden_layers=layers, **LLAMA_2_7B)
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
        parameters = model.num_parameters()
        if way == "LoRA":
            adapter = LoraConfig(r=rank, target_modules="all-linear", task_type="CAUSAL_LM")
            model = get_peft_model(model, adapter)
        if way == "checkpointing":
            model.gradient_checkpointing_enable({"use_reentrant": False})
        model.train()
        ids = torch.zeros(1, length, dtype=torch.long)  # (1, T)
        mask = torch.zeros(1, 1, length, length)  # given, so that no value must be looked at
        with FlopCounterMode(display=False) as counter:
            model(ids, attention_mask=mask, labels=ids, use_cache=False).loss.backward()
    return counter.get_total_flops(), parameters


@demo(
    topic="fundamentals",
    claims={
        "six": "A full step takes 6 operations per parameter and token, within 10 %",
        "eight": "With checkpointing it takes 8, within 10 %",
        "two-thirds": "LoRA takes 60 to 75 % of the operations of the full step",
    },
    measures={
        "full": "operations per parameter and token, full fine-tuning",
        "checkpointing": "operations per parameter and token, full with gradient checkpointing",
        "lora": "operations per parameter and token, LoRA on all linear layers",
        "lora_share": "operations of LoRA, share of full fine-tuning",
        "hours": "hours of one A100 at 40 % of 312 TFLOP/s for 60 million tokens, full",
        "hours_checkpointing": "the same with gradient checkpointing",
    },
    predict=Predict(
        "How many operations per parameter and token does a full training step take?",
        measure="full",
        low=1,
        high=20,
        unit="operations",
        within=0.15,
    ),
    budget_s=10,
)
def main(
    run: Run,
    layers: int = Int(32, 1, 80),
    length: int = Int(512, 64, 4096, log=True, help="tokens of the text"),
    rank: int = Int(16, 1, 256, log=True),
) -> None:
    run.axes(title="Llama 2 7B", y="operations per parameter and token")
    ways = ("full", "checkpointing", "LoRA")
    found, total = {}, {}  # by way
    for way, _ in zip(ways, run.steps(len(ways)), strict=True):
        total[way], parameters = operations(way, layers, length, rank)
        found[way] = total[way] / parameters / length
        run.bars("counted", found)

    tokens = 60e6  # 20 million, three epochs
    hours = {way: n / length * tokens / (0.4 * 312e12) / 3600 for way, n in total.items()}
    rows = [{"way": w, "per parameter and token": found[w], "hours": hours[w]} for w in ways]
    run.table(f"{parameters / 1e9:.2f} billion parameters, 60 million tokens", rows)
    share = total["LoRA"] / total["full"]
    run.measure(full=found["full"], checkpointing=found["checkpointing"], lora=found["LoRA"])
    run.measure(lora_share=share, hours=hours["full"], hours_checkpointing=hours["checkpointing"])
    run.claim("six", abs(found["full"] / 6 - 1) < 0.1, f"{found['full']:.2f}")
    run.claim("eight", abs(found["checkpointing"] / 8 - 1) < 0.1, f"{found['checkpointing']:.2f}")
    run.claim("two-thirds", 0.6 <= share <= 0.75, f"{share:.0%}")
