"""The QLoRA merge trap: into which base do you merge?

**Question.** The adapter was trained on a 4-bit base. To serve one matrix you merge it. Into the
dequantized 4-bit weights, into the original 16-bit checkpoint, or back into 4 bits?

**Idea.** The adapter has learned the task *and* the repair of this base's rounding error:

    trained:    h = (dequant(W₄) + s·B·A)·x
    a)          W = dequant(W₄) + s·B·A             the same function, stored in 16 or 32 bits
    b)          W = W_original + s·B·A              another base: W_original ≠ dequant(W₄)
    c)          W = quantize(dequant(W₄) + s·B·A)   rounded a second time

Only (a) is what was trained. (b) and (c) are *other* functions, and usually nearly as good ones:
that is why the trap is noticed late.

**Watch** both charts. Logits move by whole units in (b) and (c), while the loss hardly moves.
Evaluations agree, single answers do not: test the model that you ship.

**Try** until a claim fails. `steps=5`: halfway down, the loss is steep and shows the difference
that it hides in a finished run. `dtype=bfloat16`: (a) stored in 16 bits is no longer exact.
`code=fp4`: a coarser code, more answers change.

**Real scale.** peft's documentation warns that merging into a 4-bit layer "may get different
generations due to rounding errors". At 7B the loss in quality of (b) and (c) is small as well, but
not zero: measure it on your task.
"""

import copy

import bitsandbytes as bnb
import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from transformers import BitsAndBytesConfig

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def merges(layer: torch.nn.Module, original: torch.Tensor, code: str) -> dict[str, torch.Tensor]:
    """Return the weight of a 4-bit layer with its adapter, merged three ways, each (out, in)."""
    codes = layer.base_layer.weight
    W4 = bnb.functional.dequantize_4bit(codes.data, codes.quant_state).float()
    update = layer.get_delta_weight("default")  # s·B·A
    return {
        "dequantized": W4 + update,
        "original": original + update,
        "requantized": requantized(W4 + update, code),
    }


def requantized(weight: torch.Tensor, code: str) -> torch.Tensor:
    """Return a weight as it is after another trip through 4 bits, (out, in)."""
    codes, state = bnb.functional.quantize_4bit(weight, blocksize=64, quant_type=code)
    return bnb.functional.dequantize_4bit(codes, state)


@demo(
    topic="quantization",
    claims={
        "dequantized-is-exact": "Merged into the dequantized base no logit moves by over 0.001",
        "others-move": "Merged into the original base, or re-quantized, a logit moves by over 0.1",
        "loss-hides-it": "The loss of the other two stays within 0.01 nats of the adapter's",
        "storage-moves-less": "In bfloat16 the exact merge moves logits under a fifth as far",
    },
    measures={
        "loss_adapter": "loss of the adapter on its 4-bit base, nats per token",
        "loss_dequantized": "loss after the merge into the dequantized base, nats per token",
        "loss_original": "loss after the merge into the original base, nats per token",
        "loss_requantized": "loss after the merge back into 4 bits, nats per token",
        "moved_dequantized": "largest difference of a logit, merged into the dequantized base",
        "moved_original": "largest difference of a logit, merged into the original base",
        "moved_requantized": "largest difference of a logit, merged back into 4 bits",
        "moved_16_bits": "largest difference of a logit, merged into the dequantized base and "
        "stored in bfloat16",
        "changed_original": "share of positions with another most likely token, merged into the "
        "original base",
        "changed_requantized": "share of positions with another most likely token, merged back "
        "into 4 bits",
        "exact": "which merges leave the function as it was trained",
    },
    predict=Predict(
        "Which merge gives the function that was trained?",
        options=("dequantized base", "original base", "all three", "none"),
        measure="exact",
    ),
    budget_s=8,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    steps: int = Int(70, 5, 300),
    code: str = Choice("nf4", "fp4"),
    dtype: str = Choice("float32", "bfloat16", help="type in which the merged weights are stored"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    run.axes(x="step", y="training loss (nats per token)")
    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=code,
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.float32,
    )
    original, tokenizer = tinyworld.load(device=run.device)
    small, _ = tinyworld.load(device=run.device, quantization_config=config)
    lora = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    adapted = get_peft_model(small, lora)
    texts = tinyworld.documents("clinic", 16 * steps, seed=seed)
    batches = tinyworld.batches(tokenizer, texts, 16, run.device)  # (16, T)
    # The model stays in training mode, never eval(): see the demo repack_trap.
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(adapted, batches, learning_rate)):
        run.step()
        run.point(step, train=loss)

    merged = {
        "dequantized": copy.deepcopy(original),
        "original": copy.deepcopy(original),
        "requantized": copy.deepcopy(original),
    }
    sixteen = copy.deepcopy(original)  # the dequantized merge, stored in bfloat16
    with torch.no_grad():
        for name, layer in adapted.base_model.model.named_modules():
            if not hasattr(layer, "lora_A"):
                continue
            W = original.get_submodule(name).weight  # (out, in)
            for way, weight in merges(layer, W, code).items():
                stored = weight.to(getattr(torch, dtype)).float()
                merged[way].get_submodule(name).weight.copy_(stored)
            exact_merge = merged["dequantized"].get_submodule(name).weight  # (out, in)
            sixteen.get_submodule(name).weight.copy_(exact_merge.bfloat16())

    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    ids = tinyworld.batch(tokenizer, unseen, run.device)["input_ids"]  # (32, T)
    with torch.no_grad():
        logits = adapted(input_ids=ids).logits  # (32, T, vocabulary)
    losses = {"adapter": tinyworld.loss(adapted, tokenizer, unseen)}
    moved, changed = {}, {}  # by way of merging
    for way, model in merged.items():
        with torch.no_grad():
            moved[way] = (model(input_ids=ids).logits - logits).abs().max().item()
        _, changed[way] = tinyworld.divergence(model, adapted, tokenizer, unseen)
        losses[way] = tinyworld.loss(model, tokenizer, unseen)
    with torch.no_grad():
        moved_16_bits = (sixteen(input_ids=ids).logits - logits).abs().max().item()

    off_original = abs(losses["original"] - losses["adapter"])
    off_requantized = abs(losses["requantized"] - losses["adapter"])
    worst = max(off_original, off_requantized)
    least = min(moved["original"], moved["requantized"])
    same = [way for way, value in moved.items() if value < 1e-3]
    exact = "dequantized base" if same else "none"
    if len(same) == 3:
        exact = "all three"

    run.bars("largest difference of a logit", moved, chart="logits")
    run.bars("loss on unseen texts (nats per token)", losses, chart="losses")
    run.measure(**{f"loss_{name}": value for name, value in losses.items()})
    run.measure(**{f"moved_{way}": value for way, value in moved.items()}, exact=exact)
    run.measure(moved_16_bits=moved_16_bits)
    run.measure(changed_original=changed["original"], changed_requantized=changed["requantized"])
    run.claim("dequantized-is-exact", moved["dequantized"] < 1e-3, f"{moved['dequantized']:.1e}")
    shown = f"{moved['original']:.2f}, {moved['requantized']:.2f}"
    run.claim("others-move", least > 0.1, shown)
    run.claim("loss-hides-it", worst < 0.01, f"at most {worst:.4f} nats")
    shown = f"{moved_16_bits:.3f} against {least:.2f}"
    run.claim("storage-moves-less", moved_16_bits < least / 5, shown)
