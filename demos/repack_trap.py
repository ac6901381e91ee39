"""The repack trap: evaluate, then merge.

**Question.** A QLoRA model is evaluated, then its adapter is merged with `merge_and_unload`. Why
can the merged model be garbage although nothing failed, and which way to merge is always safe?

**Idea.** On CPUs with AVX512-BF16, bitsandbytes 0.50 rearranges the 4-bit codes of a layer at its
first forward in eval mode, for a faster kernel. The layer knows the new order; `dequantize_4bit`,
which peft calls to merge, does not:

    merge:  W ← dequantize(codes) + (α/r)·B·A        codes in another order: W is scrambled

The safe way needs no luck: dequantize *before* any eval forward, add the product in float32, and
keep the sum unquantized.

    W = dequantize_4bit(codes) + get_delta_weight()        float32

**Watch** the loss through four stages. Where the CPU does not repack (most others, and every GPU),
the third bar is as low as the second; the table says which machine this is.

**Turn the knobs until a claim fails.** `before_merge=state_dict`: asking for the state dict puts
the codes back in order (it is written for saving), so the merge is right in spite of the repacking,
and the claim that ties the two fails on a CPU that repacks. `evaluate_first=False`: nothing is
repacked and nothing goes wrong. `steps=0`: without training the ordinary merge changes nothing
that matters, the scrambled one still destroys the base.

**Real scale.** This is a bug of one version on some CPUs, and the lesson outlives it: after a
merge, compare outputs before you ship. Even in order, `merge_and_unload` on a 4-bit layer
quantizes the sum again, and peft warns of rounding errors. Hardware decides whether you see the
trap; size does not.
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


@demo(
    topic="serving",
    claims={
        "safe-merge-is-exact": "Merged in float32 before any eval, no logit moves by over 0.001",
        "repacking-decides": "merge_and_unload ruins the model if, and only if, it was repacked",
        "eval-is-right": "The evaluation itself is right, with or without repacking",
    },
    measures={
        "repacked": "whether the eval forward rearranged the bytes of the 4-bit weights",
        "loss_adapted": "loss of the trained adapter on its quantized base, nats per token",
        "loss_eval": "the same in eval mode",
        "loss_safe": "loss merged in float32",
        "loss_merged": "loss after merge_and_unload",
        "safe_gap": "largest difference of a logit after the safe merge",
        "safe_is": "the safe merge",
    },
    predict=Predict(
        "Dequantized first, added in float32, never re-quantized: is this merge the same function?",
        options=("the same", "slightly different", "ruined"),
        measure="safe_is",
    ),
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
    trained = [p for p in adapted.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.0)
    texts = tinyworld.documents("clinic", 16 * max(steps, 1), seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    run.axes(x="step", y="training loss (nats per token)")
    for step in run.steps(steps):
        loss = adapted(**tinyworld.batch(tokenizer, texts[16 * step :][:16], run.device)).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        run.point(step, train=loss.item())

    losses: dict[str, float] = {}

    def enter(stage: str, value: float) -> None:
        losses[stage] = value
        run.bars("loss", losses, chart="stages")

    run.axes(chart="stages", title="loss on unseen texts", y="nats per token")
    enter("adapted", tinyworld.loss(adapted, tokenizer, unseen))  # keeps 4-bit layers from eval()
    ids = tinyworld.batch(tokenizer, unseen[:8], run.device)["input_ids"]  # (8, T)
    safe = merged_in_float(base, adapted)
    with torch.no_grad():
        gap = (safe(input_ids=ids).logits - adapted(input_ids=ids).logits).abs().max().item()
    enter("safe merge", tinyworld.loss(safe, tokenizer, unseen))

    weights = [p for p in adapted.parameters() if p.dtype == torch.uint8]
    before = [p.data.clone() for p in weights]
    rows = tinyworld.batch(tokenizer, unseen, run.device)
    if evaluate_first:
        adapted.eval()
    with torch.no_grad():
        enter("eval", adapted(**rows).loss.item())
    repacked = not all(torch.equal(a, p.data) for a, p in zip(before, weights, strict=True))
    if before_merge == "state_dict":
        adapted.state_dict()
    merged = adapted.merge_and_unload()
    enter("merge_and_unload", tinyworld.loss(merged, tokenizer, unseen))

    supported = run.device == "cpu" and bool(bnb.functional.has_avx512bf16())
    run.table(
        "this machine",
        [
            {
                "device": run.device,
                "AVX512-BF16": str(supported),
                "bytes rearranged by eval": str(repacked),
            }
        ],
    )
    if not repacked:
        run.note("Nothing was repacked in this run, so the trap itself is not tested here.")
    ruined = losses["merge_and_unload"] > losses["adapted"] + 1
    run.measure("repacked", "yes" if repacked else "no")
    for stage, name in zip(losses, ("adapted", "safe", "eval", "merged"), strict=True):
        run.measure(f"loss_{name}", losses[stage])
    run.measure("safe_gap", gap)
    some = "slightly different" if gap < 1 else "ruined"
    run.measure("safe_is", "the same" if gap < 1e-3 else some)
    run.claim("safe-merge-is-exact", gap < 1e-3, f"{gap:.1e}")
    shown = f"repacked: {repacked}; {losses['adapted']:.2f} became {losses['merge_and_unload']:.2f}"
    run.claim("repacking-decides", ruined == repacked, shown)
    moved = abs(losses["eval"] - losses["adapted"])
    run.claim("eval-is-right", moved < 0.05, f"{moved:.4f} nats apart")
