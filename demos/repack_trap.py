"""The repack trap: evaluate, then merge.

**Question.** A QLoRA model is evaluated, then its adapter is merged with `merge_and_unload`. Why
can the merged model be garbage although nothing failed, and which way to merge is always safe?

**Idea.** On CPUs with AVX512-BF16, bitsandbytes 0.50 rearranges the 4-bit codes of a layer at its
first forward in eval mode, for a faster kernel. The layer knows the new order; `dequantize_4bit`,
which peft calls to merge, does not:

    merge:  W ← dequantize(codes) + (α/r)·B·A        codes in another order: W is scrambled

The safe way: dequantize *before* any eval forward, and keep the sum in float32.

    W = dequantize_4bit(codes) + get_delta_weight()        float32

**Watch** the loss through four stages. Where the CPU does not repack (most others, and every GPU),
the third bar is as low as the second; the table says which machine this is.

**Try** until a claim fails. `before_merge=state_dict`: asking for the state dict puts the codes
back in order (it is written for saving), so the merge is right in spite of the repacking, and the
claim of ruin fails on a CPU that repacks. `evaluate_first=False`: nothing goes wrong or is tested.
`steps=0`: the ordinary merge changes nothing that matters, the scrambled one destroys the base.

**Real scale.** This is a bug of one version on some CPUs; hardware decides whether you see it, size
does not. The lesson outlives it: after a merge, compare outputs before you ship. Even in order,
`merge_and_unload` on a 4-bit layer quantizes the sum again, and peft warns of rounding errors.
"""

import copy

import bitsandbytes as bnb
import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from transformers import BitsAndBytesConfig

from quizapp.demo import Choice, Flag, Int, Predict, Run, demo


def merged_in_float(base: torch.nn.Module, adapted: torch.nn.Module) -> torch.nn.Module:
    """Return an unquantized model with every 4-bit weight dequantized and its adapter added."""
    merged = copy.deepcopy(base)  # float32, with the same names
    for name, layer in adapted.base_model.model.named_modules():
        if hasattr(layer, "lora_A"):
            codes = layer.base_layer.weight
            stored = bnb.functional.dequantize_4bit(codes.data, codes.quant_state).float()
            with torch.no_grad():
                merged.get_submodule(name).weight.copy_(stored + layer.get_delta_weight("default"))
    return merged


def packed_bytes(model: torch.nn.Module) -> list[torch.Tensor]:
    """Return a copy of the bytes of all 4-bit weights."""
    return [p.data.clone() for p in model.parameters() if p.dtype == torch.uint8]


@demo(
    topic="serving",
    claims={
        "safe-merge-is-exact": "Merged in float32 before any eval, no logit moves by over 0.001",
        "repacking-decides": "Once the bytes were rearranged, merge_and_unload ruins the model",
        "eval-is-right": "The evaluation itself is right, with or without repacking",
    },
    measures={
        "repacked": "whether the eval forward rearranged the bytes of the 4-bit weights",
        "loss_adapted": "loss of the trained adapter on its quantized base, nats per token",
        "loss_eval": "loss of the trained adapter in eval mode, nats per token",
        "loss_safe": "loss after the merge in float32, nats per token",
        "loss_merged": "loss after merge_and_unload, nats per token",
        "safe_gap": "largest difference of a logit after the safe merge",
        "safe_is": "what the safe merge is to the trained model",
    },
    predict=Predict(
        "Dequantized first, added in float32, never re-quantized: is this merge the same function?",
        options=("the same", "slightly different", "ruined"),
        measure="safe_is",
    ),
    elsewhere_claims=("repacking-decides",),
    budget_s=6,
)
def main(
    run: Run,
    steps: int = Int(60, 0, 200, help="training steps of the adapter"),
    evaluate_first: bool = Flag(True, help="one eval forward before merge_and_unload"),
    before_merge: str = Choice("nothing", "state_dict", help="done just before the merge"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.float32,
    )
    base, tokenizer = tinyworld.load(device=run.device)
    quantized, _ = tinyworld.load(device=run.device, quantization_config=config)
    adapted = get_peft_model(quantized.train(), LoraConfig(r=8, target_modules="all-linear"))
    texts = tinyworld.documents("clinic", 16 * max(steps, 1), seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="stages", title="loss on unseen texts", y="nats per token")
    batches = tinyworld.batches(tokenizer, texts[: 16 * steps], 16, run.device)  # (16, T)
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(adapted, batches, 1e-2)):
        run.step()
        run.point(step, train=loss)

    # tinyworld.loss keeps 4-bit layers from eval mode, so nothing is rearranged so far.
    loss_adapted = tinyworld.loss(adapted, tokenizer, unseen)
    ids = tinyworld.batch(tokenizer, unseen[:8], run.device)["input_ids"]  # (8, T)
    safe = merged_in_float(base, adapted)
    with torch.no_grad():
        gap = (safe(input_ids=ids).logits - adapted(input_ids=ids).logits).abs().max().item()
    loss_safe = tinyworld.loss(safe, tokenizer, unseen)

    rows = tinyworld.batch(tokenizer, unseen, run.device)  # input_ids: (32, T)
    before = packed_bytes(adapted)
    if evaluate_first:
        adapted.eval()
    with torch.no_grad():
        loss_eval = adapted(**rows).loss.item()
    repacked = not all(map(torch.equal, before, packed_bytes(adapted)))
    if before_merge == "state_dict":
        adapted.state_dict()
    merged = adapted.merge_and_unload()
    loss_merged = tinyworld.loss(merged, tokenizer, unseen)

    supported = run.device == "cpu" and bool(bnb.functional.has_avx512bf16())
    ruined = loss_merged > loss_adapted + 1
    moved = abs(loss_eval - loss_adapted)
    safe_is = "slightly different" if gap < 1 else "ruined"
    if gap < 1e-3:
        safe_is = "the same"

    stages = {"adapted": loss_adapted, "safe merge": loss_safe, "eval": loss_eval}
    run.bars("loss", stages | {"merge_and_unload": loss_merged}, chart="stages")
    machine = {"device": run.device, "AVX512-BF16": str(supported)}
    run.table("this machine", [machine | {"bytes rearranged by eval": str(repacked)}])
    if not repacked:
        run.note("Nothing was repacked in this run, so the trap itself is not tested here.")
    run.measure(repacked="yes" if repacked else "no", safe_gap=gap, safe_is=safe_is)
    run.measure(loss_adapted=loss_adapted, loss_eval=loss_eval)
    run.measure(loss_safe=loss_safe, loss_merged=loss_merged)
    run.claim("safe-merge-is-exact", gap < 1e-3, f"{gap:.1e}")
    shown = f"repacked: {repacked}; {loss_adapted:.2f} became {loss_merged:.2f}"
    run.claim("repacking-decides", ruined if repacked else None, shown)
    run.claim("eval-is-right", moved < 0.05, f"{moved:.4f} nats apart")
