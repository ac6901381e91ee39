"""DoRA: length and direction.

**Question.** What does DoRA add to LoRA, and what does it cost?

**Idea.** Each output feature of W is a row with a length and a direction. LoRA changes the row;
DoRA gives the length a trained number of its own:

    W' = m·(W + s·B·A)/‖W + s·B·A‖        m starts as ‖W‖, B at zero, so W' = W at the start

m is one number per output feature. But each step needs the norm of W + s·B·A, so B·A is multiplied
out, and more is kept for the backward pass.

**Watch** the bars: arithmetic of a forward pass and what is kept for the backward pass, both over
LoRA's; and the losses of the two at several rates.

**Try** `learning_rate = 1e-5`: nothing moves, and the claim that directions do fails.

**At real scale.** Liu et al. (arXiv 2402.09353) find that DoRA imitates how full fine-tuning
changes length and direction, and report gains over LoRA on LLaMA. This easy task shows none once
both rates are tuned. The factor of what is kept is larger here than for long texts, since a part
of it does not grow with the tokens.
"""

import copy
import math
import weakref

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.utils.flop_counter import FlopCounterMode

from quizapp.demo import Float, Int, Predict, Run, demo


def adapted(base: torch.nn.Module, rank: int, dora: bool) -> PeftModel:
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", use_dora=dora)
    return get_peft_model(copy.deepcopy(base), config)


def lengths(model: PeftModel) -> dict[str, torch.Tensor]:
    """Return the trained m, one number per output feature, of each layer by its name."""
    end = ".lora_magnitude_vector.default.weight"
    start = "base_model.model."
    return {
        name.removesuffix(end).removeprefix(start): p.detach().flatten().clone()
        for name, p in model.named_parameters()
        if name.endswith(end)
    }


class Kept:
    """A tensor kept for the backward pass; it goes when the graph lets go of it."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor


def kept_bytes(model: torch.nn.Module, batch: dict) -> int:
    """Return the bytes kept for the backward pass, the model's own parameters left out."""
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    kept = weakref.WeakSet()

    def keep(tensor: torch.Tensor) -> Kept:
        kept.add(held := Kept(tensor))
        return held

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda held: held.tensor):
        loss = model(**batch).loss
    storages = [held.tensor.untyped_storage() for held in kept]
    sizes = {storage.data_ptr(): storage.nbytes() for storage in storages}  # shared ones once
    loss.backward()
    model.zero_grad()
    return sum(size for start, size in sizes.items() if start not in own)


def operations(model: torch.nn.Module, batch: dict) -> int:
    """Return the arithmetic of one forward pass, as PyTorch counts it."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(**batch)
    return counter.get_total_flops()


@demo(
    topic="lora-variants",
    claims={
        "starts-as-base": "Before training no logit differs from the base by more than 0.001",
        "m-is-the-length": "After merging each row of W' is as long as its trained m, within 0.1 %",
        "direction-moves": "After training rows point in other directions than those of W",
        "merges": "Merged and unmerged logits agree within 0.001",
        "few-more-numbers": "DoRA trains under a tenth more numbers than LoRA",
        "computes-more": "A forward pass of DoRA computes over 1 % more than LoRA's",
        "keeps-more": "DoRA keeps over 5 % more for the backward pass than LoRA",
        "tie-when-tuned": "Each at its best rate, the two end within 0.02 nats of each other",
    },
    measures={
        "gap_start": "largest difference of a logit to the base before training",
        "gap_length": "largest relative difference of a row's length and its m after merging",
        "cosine": "mean cosine between the rows of W' and of W after training",
        "gap_merged": "largest difference of a logit, merged and unmerged",
        "extra_numbers": "share of LoRA's numbers that DoRA adds",
        "compute_ratio": "arithmetic of a forward pass over LoRA's",
        "kept_ratio": "bytes kept for the backward pass over LoRA's",
        "lora": "loss of LoRA at its best rate, nats per token",
        "dora": "loss of DoRA at its best rate, nats per token",
        "gain": "loss of LoRA minus that of DoRA, each at its best rate",
        "outcome": "DoRA compared with LoRA, each at its best rate",
    },
    predict=Predict(
        "DoRA and LoRA, each at its best of three rates, on an easy task. DoRA ends ...",
        options=("over 0.02 nats lower", "within 0.02 nats", "over 0.02 nats higher"),
        measure="outcome",
    ),
    budget_s=12,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 32, log=True),
    learning_rate: float = Float(1e-2, 1e-5, 0.1, log=True, help="the middle one of three"),
    steps: int = Int(60, 5, 300),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    run.axes(x="learning rate", y=f"loss after {steps} steps (nats per token)", log_x=True)
    run.axes(chart="train", x="step", y="training loss (nats per token)")
    run.axes(chart="cost", y="DoRA over LoRA")

    rates = (learning_rate / 2, learning_rate, 2 * learning_rate)
    ends, models = {}, {}
    run.progress(2 * len(rates) * steps)
    for rate in rates:
        for name in ("LoRA", "DoRA"):
            torch.manual_seed(seed)
            model = adapted(base, rank, dora=name == "DoRA")
            for step, loss in enumerate(tinyworld.train(model, batches, rate)):
                run.step()
                run.line_points(step, {f"{name} {rate:g}": loss}, chart="train")
            ends[name, rate] = tinyworld.loss(model, tokenizer, unseen)
            models[name, rate] = model.eval()
            run.line_points(rate, {name: ends[name, rate]})
    lora = min(ends["LoRA", rate] for rate in rates)
    dora = min(ends["DoRA", rate] for rate in rates)

    torch.manual_seed(seed)
    fresh = {name: adapted(base, rank, dora=name == "DoRA").eval() for name in ("LoRA", "DoRA")}
    numbers = {
        n: sum(p.numel() for p in m.parameters() if p.requires_grad) for n, m in fresh.items()
    }
    kept = {name: kept_bytes(model, batches[0]) for name, model in fresh.items()}
    computed = {name: operations(model, batches[0]) for name, model in fresh.items()}
    cost = {
        "trained numbers": numbers["DoRA"] / numbers["LoRA"],
        "arithmetic": computed["DoRA"] / computed["LoRA"],
        "kept for backward": kept["DoRA"] / kept["LoRA"],
    }
    run.bars("DoRA over LoRA", cost, chart="cost")

    tuned = models["DoRA", learning_rate]
    m = lengths(tuned)
    merged = copy.deepcopy(tuned).merge_and_unload()
    with torch.no_grad():
        start = fresh["DoRA"](**batches[0]).logits - base(**batches[0]).logits
        after = tuned(**batches[0]).logits - merged(**batches[0]).logits
    gap_length, cosines = 0.0, []
    for name, length in m.items():
        W, new = base.get_submodule(name).weight, merged.get_submodule(name).weight  # (out, in)
        gap_length = max(gap_length, (new.norm(dim=1) / length - 1).abs().max().item())
        cosines.append(torch.cosine_similarity(W, new, dim=1).mean().item())
    gap_start, gap_merged = start.abs().max().item(), after.abs().max().item()
    cosine = sum(cosines) / len(cosines)
    gain = lora - dora
    outcome = "within 0.02 nats" if abs(gain) <= 0.02 else "over 0.02 nats lower"
    if gain < -0.02:
        outcome = "over 0.02 nats higher"

    run.measure(gap_start=gap_start, gap_length=gap_length, cosine=cosine, gap_merged=gap_merged)
    run.measure(extra_numbers=cost["trained numbers"] - 1, compute_ratio=cost["arithmetic"])
    run.measure(kept_ratio=cost["kept for backward"])
    run.measure(lora=lora, dora=dora, gain=gain, outcome=outcome)
    run.claim("starts-as-base", gap_start < 1e-3, f"largest difference {gap_start:.1e}")
    right = bool(m) and gap_length < 1e-3
    run.claim("m-is-the-length", right, f"{len(m)} layers, {gap_length:.1e} at most")
    run.claim("direction-moves", not math.isclose(cosine, 1, abs_tol=1e-4), f"cosine {cosine:.4f}")
    run.claim("merges", gap_merged < 1e-3, f"largest difference {gap_merged:.1e}")
    run.claim("few-more-numbers", 1 < cost["trained numbers"] < 1.1, f"{numbers}")
    run.claim("computes-more", cost["arithmetic"] > 1.01, f"{cost['arithmetic']:.2f} times")
    run.claim(
        "keeps-more", cost["kept for backward"] > 1.05, f"{cost['kept for backward']:.2f} times"
    )
    run.claim("tie-when-tuned", abs(gain) <= 0.02, f"{lora:.3f} and {dora:.3f}")
