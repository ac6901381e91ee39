"""Memory ledger: weights, gradients, states.

**Question.** Where does the memory of fine-tuning go, and what do an 8-bit optimizer, LoRA and
QLoRA each take off the bill?

**Idea.** Four accounts per parameter, before any activation:

    bytes = weights + gradient + optimizer states (+ fp32 copy of the weights)

AdamW keeps two states, m and v, in the type of the parameter it updates. Full fine-tuning in fp32
is 4 + 4 + (4 + 4) = 16 bytes. Mixed precision is 2 + 2 + (4 + 8) = 16 too: it buys speed and small
activations. LoRA freezes W, so gradients and states exist for the adapter alone; QLoRA then stores
the frozen weights in 4 bits. Activations are counted apart: LoRA needs no input of a frozen layer
for ∂W, but keeps extra copies where its fp32 adapters meet a bf16 base.

**Watch** the bars grow: each regime takes one real step on a small Llama, then every tensor is
counted. Blocks of 8-bit states carry a 32-bit scale each, hence a little more than 2 bytes. The
table *computes* the bill of a large Llama: measured bytes per parameter, times parameters counted
on the empty architecture. Nothing of that size is run here.

**Try** until a claim fails.
- `width=32`: bitsandbytes keeps tensors below 4096 elements in 32 bits, so nothing is saved.
- `precision=bfloat16`: states of 2 + 2 bytes, but small updates are lost (demo `low_precision`).
- `rank=128`: an adapter this wide on a layer this narrow has states of its own worth counting.

**Real scale.** ZeRO counts 16 bytes too (arXiv 1910.02054, section 3.1). 8-bit states: Dettmers et
al., arXiv 2110.02861. QLoRA fine-tunes 65 B on one 48 GB GPU (arXiv 2305.14314, abstract).
Activations, temporary buffers and the CUDA context come on top.
"""

from collections.abc import Callable

import bitsandbytes as bnb
import torch
from peft import LoraConfig, get_peft_model
from torch import optim
from torch.autograd.graph import saved_tensors_hooks
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Choice, Int, Predict, Run, demo


def size_of(tensors: list[torch.Tensor]) -> int:
    """Return the bytes of the tensors, shared memory counted once."""
    storages = [tensor.untyped_storage() for tensor in tensors]
    return sum({s.data_ptr(): s.nbytes() for s in storages}.values())


def bytes_after_step(
    model: torch.nn.Module, ids: torch.Tensor, build: Callable[..., optim.Optimizer], mixed: bool
) -> dict[str, int]:
    """Take one step on ids (batch, T), then count all tensors that training keeps."""
    model.zero_grad()
    model(input_ids=ids, labels=ids).loss.backward()
    graded = [p for p in model.parameters() if p.grad is not None]
    updated = graded
    if mixed:  # computes in 16 bits, updates an fp32 copy
        updated = [torch.nn.Parameter(p.detach().float()) for p in graded]
        for copied, p in zip(updated, graded, strict=True):
            copied.grad = p.grad.float()  # for the update alone: not on the bill
    optimizer = build(updated, lr=1e-3)
    optimizer.step()
    kept = [t for s in optimizer.state.values() for t in s.values() if torch.is_tensor(t)]
    return {
        "weights": size_of([*model.parameters(), *updated]),
        "gradients": size_of([p.grad for p in graded]),
        "states": size_of(kept),
    }


def kept_for_backward(model: torch.nn.Module, ids: torch.Tensor) -> int:
    """Return the bytes that a forward pass over ids (batch, T) keeps, parameters left out."""
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    kept: dict[int, int] = {}  # storage -> bytes

    def count(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with saved_tensors_hooks(count, lambda tensor: tensor):
        loss = model(input_ids=ids, labels=ids).loss
    assert loss.requires_grad  # and holds what was kept until all is counted
    return sum(kept.values())


def llama(width: int, inner: int, layers: int, vocab: int, key_heads: int | None = None):
    config = LlamaConfig(
        hidden_size=width,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=width // 128 or 1,
        num_key_value_heads=key_heads,
        vocab_size=vocab,
    )
    return LlamaForCausalLM(config)


def parameters_of(size: str, rank: int) -> tuple[int, int, int]:
    """Return the parameters of linear layers, all others, and an adapter of a large Llama."""
    with torch.device("meta"):  # shapes without memory
        large = llama(*SHAPES[size])
        linear = sum(p.numel() for name, p in large.named_parameters() if "proj" in name)
        other = sum(p.numel() for p in large.parameters()) - linear
        adapted = get_peft_model(large, LoraConfig(r=rank, target_modules="all-linear"))
        adapter, _ = adapted.get_nb_trainable_parameters()
    return linear, other, adapter


# Llama 2: width, inner width, layers, vocabulary, key and value heads
SHAPES = {"7B": (4096, 11008, 32, 32000, 32), "70B": (8192, 28672, 80, 32000, 8)}


@demo(
    topic="memory",
    claims={
        "adam-keeps-eight": "AdamW keeps 8 bytes of states per parameter",
        "eight-bit-quarters": "AdamW8bit keeps less than 2.3 bytes per parameter",
        "mixed-saves-none": "Mixed precision takes as many bytes per parameter as fp32",
        "lora-cuts-states": "LoRA's states take less than a tenth of AdamW's on all weights",
        "lora-cuts-gradients": "LoRA's gradients take less than a tenth of those of all weights",
        "adapter-is-small": "At the large size the adapter takes under 1 % of the model's bytes",
    },
    measures={
        "states_sgd": "states of SGD, bytes per parameter",
        "states_momentum": "states of SGD with momentum, bytes per parameter",
        "states_adafactor": "states of Adafactor, bytes per parameter",
        "states_adamw8bit": "states of bitsandbytes' AdamW8bit, bytes per parameter",
        "states_adamw": "states of AdamW, bytes per parameter",
        "mixed_bytes": "mixed precision: weights, gradients, fp32 copy and states, bytes",
        "mixed_weights": "mixed precision: the 16-bit weights alone, bytes per parameter",
        "mixed_copy": "mixed precision: the fp32 copy of the weights, bytes per parameter",
        "mixed_optimizer": "mixed precision: fp32 copy and states, bytes per parameter",
        "lora_share": "LoRA's states over AdamW's on all weights",
        "gradient_share": "LoRA's gradients over those of all weights",
        "model_gb": "16-bit weights of the large model, GB",
        "adapter_gb": "its adapter in 16 bits, GB",
        "activations_lora": "kept for backward in fp32, LoRA over full fine-tuning",
        "activations_lora_bf16": "kept for backward on a bf16 base with peft's fp32 adapters, over "
        "full fine-tuning in bf16",
        "bytes_4bit": "bytes per weight in NF4 with double quantization",
        "adapter_millions": "adapter parameters at the large size, counted, millions",
        "computed_full_gb": "computed: full fine-tuning, mixed precision, GB",
        "computed_full_8bit_gb": "computed: full fine-tuning, mixed precision with 8-bit states, "
        "GB",
        "computed_lora_gb": "computed: LoRA on 16-bit weights, GB",
        "computed_qlora_gb": "computed: QLoRA, GB",
    },
    predict=Predict(
        "Full fine-tuning with AdamW in mixed precision, no activations: how many GB?",
        low=1,
        high=5000,
        within=0.1,
        unit="GB",
        measure="computed_full_gb",
    ),
    budget_s=6,
)
def main(
    run: Run,
    size: str = Choice("7B", "70B", help="of the computed bill"),
    width: int = Choice(512, 256, 64, 32, help="of the small Llama that is measured"),
    precision: str = Choice("float32", "bfloat16", help="of the small Llama"),
    rank: int = Int(16, 1, 256, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    dtype = getattr(torch, precision)
    base = llama(width, 3 * width, 2, 512).to(run.device, dtype)
    mixed = llama(width, 3 * width, 2, 512).to(run.device, torch.bfloat16)
    adapted = llama(width, 3 * width, 2, 512).to(run.device, dtype)
    adapted = get_peft_model(adapted, LoraConfig(r=rank, target_modules="all-linear"))
    regimes = {
        "SGD": (base, optim.SGD),
        "momentum": (base, lambda p, lr: optim.SGD(p, lr, momentum=0.9)),
        "Adafactor": (base, optim.Adafactor),
        "AdamW8bit": (base, bnb.optim.AdamW8bit),
        "AdamW": (base, optim.AdamW),
        "mixed": (mixed, optim.AdamW),
        "LoRA": (adapted, optim.AdamW),
    }
    count = sum(p.numel() for p in base.parameters())
    ids = torch.randint(0, 512, (2, 16), device=run.device)  # (batch, T)
    bill: dict[str, dict[str, float]] = {"weights": {}, "gradients": {}, "states": {}}
    run.axes(title="measured after one step", y="bytes per parameter of the base")
    run.progress(len(regimes))
    for name, (model, build) in regimes.items():
        run.step()
        for account, size_now in bytes_after_step(model, ids, build, name == "mixed").items():
            bill[account][name] = size_now / count
            run.bars(account, bill[account])

    states = bill["states"]
    adam = states["AdamW"]
    small = states["AdamW8bit"]
    full_fp32 = sum(account["AdamW"] for account in bill.values())
    full_mixed = sum(account["mixed"] for account in bill.values())
    saved = full_fp32 - full_mixed
    sixteen_bit = size_of([*mixed.parameters()]) / count
    fp32_copy = bill["weights"]["mixed"] - sixteen_bit
    share = states["LoRA"] / adam
    gradient_share = bill["gradients"]["LoRA"] / bill["gradients"]["AdamW"]
    W = torch.randn(4096, 4096, device=run.device)
    codes, scales = bnb.functional.quantize_nf4(W, compress_statistics=True)
    in_4_bits = size_of([codes, scales.absmax, scales.state2.absmax]) / W.numel()

    text = torch.randint(0, 512, (2, 128), device=run.device)  # (batch, T)
    in_bf16 = llama(width, 3 * width, 2, 512).to(run.device, torch.bfloat16)
    in_bf16 = get_peft_model(in_bf16, LoraConfig(r=rank, target_modules="all-linear"))
    activations = kept_for_backward(adapted, text) / kept_for_backward(base, text)
    activations_bf16 = kept_for_backward(in_bf16, text) / kept_for_backward(mixed, text)

    linear, other, adapter = parameters_of(size, rank)
    total = linear + other
    of_adapter = adapter * (4 + 4 + adam)  # fp32 weights and gradients
    full_gb = full_mixed * total / 1e9
    full_8bit_gb = (full_mixed - adam + small) * total / 1e9
    lora_gb = (2 * total + of_adapter) / 1e9
    qlora_gb = (in_4_bits * linear + 2 * other + of_adapter) / 1e9

    gb = {"full": full_gb, "full_8bit": full_8bit_gb, "lora": lora_gb, "qlora": qlora_gb}
    rows = [{"regime": name, "GB": round(each, 1)} for name, each in gb.items()]
    run.table(f"computed: {total / 1e9:.2f} B parameters, no activations", rows)
    run.measure(states_sgd=states["SGD"], states_momentum=states["momentum"])
    run.measure(states_adafactor=states["Adafactor"], states_adamw8bit=small, states_adamw=adam)
    run.measure(mixed_bytes=full_mixed, lora_share=share, bytes_4bit=in_4_bits)
    run.measure(adapter_millions=adapter / 1e6, gradient_share=gradient_share)
    run.measure(mixed_weights=sixteen_bit, mixed_copy=fp32_copy)
    run.measure(mixed_optimizer=fp32_copy + states["mixed"])
    run.measure(model_gb=2 * total / 1e9, adapter_gb=2 * adapter / 1e9)
    run.measure(activations_lora=activations, activations_lora_bf16=activations_bf16)
    run.measure(**{f"computed_{name}_gb": each for name, each in gb.items()})
    run.claim("adam-keeps-eight", abs(adam - 8) < 0.01, f"{adam:.4f} bytes")
    run.claim("eight-bit-quarters", small < 2.3, f"{small:.3f} bytes")
    run.claim("mixed-saves-none", abs(saved) < 0.1, f"{saved:.2f} bytes saved")
    run.claim("lora-cuts-states", share < 0.1, f"{100 * share:.1f} %")
    shown = f"{100 * gradient_share:.1f} %"
    run.claim("lora-cuts-gradients", gradient_share < 0.1, shown)
    run.claim("adapter-is-small", adapter < total / 100, f"{100 * adapter / total:.2f} %")
