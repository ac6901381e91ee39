"""Memory ledger: weights, gradients, states.

**Question.** Where does the memory of fine-tuning go, and what do an 8-bit optimizer, LoRA and
QLoRA each take off the bill?

**Idea.** Four accounts per parameter, before any activation:

    bytes = weights + gradient + optimizer states (+ fp32 copy of the weights)

AdamW keeps two states, m and v, in the type of the parameter it updates: 4 + 4 bytes in fp32.
Full fine-tuning in fp32 is 4 + 4 + 8 = 16 bytes. Mixed precision is 2 + 2 + (4 + 8) = 16 too: it
buys speed and smaller activations, not smaller states. LoRA freezes W, so gradients and states
exist for the adapter alone; QLoRA then stores the frozen weights in 4 bits.

**Watch** the bars grow: each regime takes one real step on a small Llama, then every tensor is
counted. Blocks of 8-bit states carry a 32-bit scale each, hence a little more than 2 bytes.
The table below *computes* the bill of a large Llama: measured bytes per parameter, times parameters
counted on the empty architecture. Nothing of that size is run here.

**Turn the knobs until a claim fails.**
- `width=32`: bitsandbytes keeps tensors below 4096 elements in 32 bits, so nothing is saved.
- `precision=bfloat16`: AdamW's states follow the type of the weights, 2 + 2 bytes. Cheap, but
  small updates are lost in rounding (see the demo `low_precision`).
- `rank=128`: an adapter this wide on a layer this narrow has states of its own worth counting.

**Real scale.** 16 bytes per parameter is the count of ZeRO (Rajbhandari et al., arXiv 1910.02054,
section 3.1). 8-bit states: Dettmers et al., arXiv 2110.02861. QLoRA fine-tunes 65 B on one 48 GB
GPU (arXiv 2305.14314, abstract). The bytes per parameter hold at any size; activations, temporary
buffers and the CUDA context come on top and are not in this ledger.
"""

import copy
from collections.abc import Iterable

import bitsandbytes as bnb
import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Choice, Int, Predict, Run, demo

# Llama 2: width, inner width, layers, heads, key heads
SHAPES = {
    "7B": (4096, 11008, 32, 32, 32),
    "13B": (5120, 13824, 40, 40, 40),
    "70B": (8192, 28672, 80, 64, 8),
}
OPTIMIZERS = {
    "SGD": torch.optim.SGD,
    "momentum": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9),
    "Adafactor": torch.optim.Adafactor,
    "AdamW8bit": bnb.optim.AdamW8bit,
    "AdamW": torch.optim.AdamW,
}


def llama(width: int, inner: int, layers: int, heads: int, key_heads: int, vocab: int):
    return LlamaForCausalLM(LlamaConfig(
        hidden_size=width, intermediate_size=inner, num_hidden_layers=layers, vocab_size=vocab,
        num_attention_heads=heads, num_key_value_heads=key_heads, tie_word_embeddings=False,
    ))  # fmt: skip


def size_of(tensors: Iterable[torch.Tensor]) -> int:
    """Return the bytes of the tensors, shared memory counted once."""
    return sum({s.data_ptr(): s.nbytes() for s in (t.untyped_storage() for t in tensors)}.values())


def state_bytes(optimizer: torch.optim.Optimizer) -> int:
    kept = [t for state in optimizer.state.values() for t in state.values()]
    return size_of(t for t in kept if torch.is_tensor(t))


@demo(
    topic="memory",
    claims={
        "adam-keeps-eight": "AdamW keeps 8 bytes of states per parameter",
        "eight-bit-quarters": "AdamW8bit keeps less than 2.3 bytes per parameter",
        "mixed-saves-no-state": "Mixed precision takes as many bytes per parameter as fp32",
        "lora-cuts-states": "LoRA's states take less than a tenth of AdamW's on all weights",
        "only-adapters-have-gradients": "With LoRA no base weight has a gradient",
    },
    measures={
        "states_sgd": "states of SGD, bytes per parameter",
        "states_momentum": "states of SGD with momentum, bytes per parameter",
        "states_adafactor": "states of Adafactor, bytes per parameter",
        "states_adamw8bit": "states of bitsandbytes' AdamW8bit, bytes per parameter",
        "states_adamw": "states of AdamW, bytes per parameter",
        "mixed_bytes": "mixed precision in all: weights, gradients, fp32 copy, states, bytes",
        "lora_share": "LoRA's states over AdamW's on all weights",
        "bytes_4bit": "bytes per weight in NF4 with double quantization",
        "adapter_millions": "adapter parameters at the large size, counted, millions",
        "computed_full_gb": "computed: full fine-tuning, mixed precision, GB",
        "computed_full_8bit_gb": "computed: the same with 8-bit states, GB",
        "computed_lora_gb": "computed: LoRA on 16-bit weights, GB",
        "computed_qlora_gb": "computed: QLoRA, GB",
    },
    predict=Predict(
        "Weights, gradients and AdamW states of full fine-tuning in mixed precision: how many GB?",
        low=1, high=5000, within=0.1, unit="GB", measure="computed_full_gb",
    ),
    budget_s=6,
)  # fmt: skip
def main(
    run: Run,
    size: str = Choice("7B", "13B", "70B", help="of the computed bill"),
    width: int = Choice(512, 256, 64, 32, help="of the small Llama that is measured"),
    precision: str = Choice("float32", "bfloat16", help="of the small Llama"),
    rank: int = Int(16, 1, 256, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base = llama(width, 3 * width, 2, 4, 4, 512).to(run.device, getattr(torch, precision))
    count = sum(p.numel() for p in base.parameters())
    ids = torch.randint(0, 512, (2, 16), device=run.device)  # (batch, T)
    shown: dict[str, dict[str, float]] = {"weights": {}, "gradients": {}, "states": {}}

    def enter(name: str, model: torch.nn.Module, states: int) -> list[float]:
        """Draw one regime, and return its bytes per parameter of the base."""
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        held = [size_of(model.parameters()), size_of(gradients), states]
        for account, each in zip(shown, held, strict=True):
            shown[account][name] = each / count
            run.bars(account, shown[account])
        return [each / count for each in held]

    run.axes(title="measured after one step", y="bytes per parameter of the base")
    states: dict[str, float] = {}
    for _, name in zip(run.steps(len(OPTIMIZERS)), OPTIMIZERS, strict=True):
        model = copy.deepcopy(base)
        optimizer = OPTIMIZERS[name](model.parameters(), lr=1e-3)
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        states[name] = enter(name, model, state_bytes(optimizer))[2]
        run.measure(f"states_{name.lower()}", states[name])
    plain = sum(shown[account]["AdamW"] for account in shown)

    model = copy.deepcopy(base).bfloat16()  # mixed precision: bf16 to compute, fp32 to update
    master = [p.detach().float().clone() for p in model.parameters()]
    model(input_ids=ids, labels=ids).loss.backward()
    for copied, p in zip(master, model.parameters(), strict=True):
        copied.grad = p.grad.float()
    optimizer = torch.optim.AdamW(master, lr=1e-3)
    optimizer.step()
    mixed = sum(enter("mixed", model, state_bytes(optimizer) + size_of(master)))

    adapted = get_peft_model(copy.deepcopy(base), LoraConfig(r=rank, target_modules="all-linear"))
    trained = {name: p for name, p in adapted.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(trained.values(), lr=1e-3)
    adapted(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    lora_states = enter("LoRA", adapted, state_bytes(optimizer))[2]
    graded = {name for name, p in adapted.named_parameters() if p.grad is not None}

    weights = torch.randn(4096, 4096, device=run.device)
    codes, scales = bnb.functional.quantize_4bit(
        weights, quant_type="nf4", compress_statistics=True
    )
    of_scales = [scales.absmax, scales.state2.absmax, scales.state2.code]
    nf4 = size_of([codes, *of_scales]) / weights.numel()

    with torch.device("meta"):  # shapes without memory
        large = llama(*SHAPES[size], 32000)
        linear = sum(p.numel() for name, p in large.named_parameters() if "proj" in name)
        total = sum(p.numel() for p in large.parameters())
        large = get_peft_model(large, LoraConfig(r=rank, target_modules="all-linear"))
        adapter = sum(p.numel() for p in large.parameters() if p.requires_grad)
    adapter_gb = adapter * (4 + 4 + states["AdamW"]) / 1e9  # fp32 weights and gradients
    gb = {
        "full": total * mixed / 1e9,
        "full_8bit": total * (mixed - states["AdamW"] + states["AdamW8bit"]) / 1e9,
        "lora": 2 * total / 1e9 + adapter_gb,
        "qlora": (nf4 * linear + 2 * (total - linear)) / 1e9 + adapter_gb,
    }
    rows = [{"regime": name, "GB": round(each, 1)} for name, each in gb.items()]
    run.table(f"computed for {size}: {total / 1e9:.2f} B parameters, without activations", rows)

    run.measure("mixed_bytes", mixed)
    run.measure("lora_share", lora_states / states["AdamW"])
    run.measure("bytes_4bit", nf4)
    run.measure("adapter_millions", adapter / 1e6)
    for name, each in gb.items():
        run.measure(f"computed_{name}_gb", each)
    adam, small = states["AdamW"], states["AdamW8bit"]
    run.claim("adam-keeps-eight", abs(adam - 8) < 0.01, f"{adam:.4f} bytes")
    run.claim("eight-bit-quarters", small < 2.3, f"{small:.3f} bytes")
    run.claim("mixed-saves-no-state", abs(mixed - plain) < 0.1, f"{mixed:.2f} and {plain:.2f}")
    share = lora_states / adam
    run.claim("lora-cuts-states", share < 0.1, f"{100 * share:.1f} %")
    run.claim("only-adapters-have-gradients", graded == set(trained), f"{len(graded)} tensors")
