"""A PiSSA adapter on the wrong base.

**Question.** PiSSA starts an adapter from W itself. Why does the model begin unchanged, and what
happens when the adapter is loaded on the original base?

**Idea.** PiSSA puts the r largest singular directions of W into s·B₀·A₀ and freezes the rest:

    W = (W − s·B₀·A₀) + s·B₀·A₀           the sum is W, so the start is the base model

Both factors are large at the start, so both get a gradient at once. After training the adapter fits
the *residual* base. On the original W the principal part is counted twice. What was learned is
s·(B·A − B₀·A₀), an ordinary LoRA of rank 2r on the original base: peft converts it on saving.

**Watch** the loss of three ways to load the same training: on its own residual base, on the
original base as it is, and converted.

**Try** `learning_rate = 1e-5`: the adapter stays what it was at the start, which is nothing but
W's own part, and the claim that it learned the new texts fails.

**At real scale.** Meng et al. (arXiv 2404.02948) report faster convergence than LoRA's at equal
settings. Loaded by peft with its own configuration, a PiSSA adapter repeats the decomposition and
so changes the base under every other adapter.
"""

import copy
import tempfile
from pathlib import Path

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo


def adapted(base: torch.nn.Module, rank: int, start: str | bool) -> PeftModel:
    config = LoraConfig(
        r=rank, lora_alpha=rank, target_modules="all-linear", init_lora_weights=start
    )
    return get_peft_model(copy.deepcopy(base), config)


def loaded(base: torch.nn.Module, folder: str) -> PeftModel:
    """Return the adapter of a folder on a copy of the base, loaded as an ordinary LoRA."""
    config = LoraConfig.from_pretrained(folder)
    config.init_lora_weights = True  # nothing is decomposed
    return PeftModel.from_pretrained(copy.deepcopy(base), folder, config=config)


def gradients(model: PeftModel, batch: dict) -> tuple[float, float]:
    """Return the norms of the gradients of all A and of all B on a batch."""
    model(**batch).loss.backward()
    norms = []
    for factor in ("lora_A", "lora_B"):
        parts = [p.grad.flatten() for n, p in model.named_parameters() if factor in n]
        norms.append(torch.cat(parts).norm().item())
    model.zero_grad()
    return norms[0], norms[1]


def base_moved(model: PeftModel, base: torch.nn.Module) -> float:
    """Return the size of the change of the frozen weights, over their size."""
    moved = total = 0.0
    for name, layer in model.named_modules():
        if hasattr(layer, "lora_A"):
            W = base.get_submodule(name.removeprefix("base_model.model.")).weight  # (out, in)
            moved += (layer.base_layer.weight - W).square().sum().item()
            total += W.square().sum().item()
    return (moved / total) ** 0.5


@demo(
    topic="lora-variants",
    claims={
        "starts-as-base": "Before training no logit differs from the base by more than 0.001",
        "principal-part": "The frozen rest is W without its r largest singular directions",
        "both-move-at-once": "At the first step the gradients of A and of B are both above zero",
        "learns": "Trained, the loss on the new texts is over 1 nat below the base's",
        "original-base-breaks": "On the original base the adapter ends over 0.3 nats worse",
        "converted-fits": "Converted, it gives the same loss on the original base within 0.01 nats",
        "rank-doubles": "The converted adapter has twice the rank",
        "peft-changes-the-base": "Loaded by peft as PiSSA it changes the frozen weights again",
    },
    measures={
        "gap_start": "largest difference of a logit to the base before training",
        "grad_a": "norm of the gradient of A at the first step",
        "grad_b": "norm of the gradient of B at the first step",
        "base_moved": "change of the frozen weights over their size",
        "loss_base": "loss of the base on the new texts, nats per token",
        "loss_trained": "loss after training, on the residual base",
        "loss_original": "loss of the unconverted adapter on the original base",
        "general_trained": "loss on general text after training, on the residual base",
        "general_original": "loss on general text, unconverted on the original base",
        "loss_converted": "loss of the converted adapter on the original base",
        "rank_converted": "rank of the converted adapter",
        "lands": "the unconverted adapter on the original base",
    },
    predict=Predict(
        "A PiSSA adapter is saved without conversion and loaded on the original base. It ...",
        options=("works as trained", "gives worse text", "raises an error"),
        measure="lands",
    ),
    budget_s=5,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 32, log=True),
    learning_rate: float = Float(3e-3, 1e-5, 0.03, log=True),
    steps: int = Int(60, 5, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    loss_base = tinyworld.loss(base, tokenizer, unseen)
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="loaded", y="loss on unseen texts (nats per token)")

    model = adapted(base, rank, "pissa")
    with torch.no_grad():
        gap = (model(**batches[0]).logits - base(**batches[0]).logits).abs().max().item()
    moved = base_moved(model, base)
    name, layer = next((n, m) for n, m in model.named_modules() if hasattr(m, "lora_A"))
    W = base.get_submodule(name.removeprefix("base_model.model.")).weight
    spectrum = torch.linalg.svdvals(W.detach())  # (64,), largest first
    rest = torch.linalg.svdvals(layer.base_layer.weight.detach())
    principal = torch.allclose(rest[:-rank], spectrum[rank:], atol=1e-4)
    grad_a, grad_b = gradients(model, batches[0])

    with tempfile.TemporaryDirectory() as folder:
        begun, plain, converted = (str(Path(folder) / n) for n in ("begun", "plain", "converted"))
        model.peft_config["default"].init_lora_weights = True
        model.save_pretrained(begun)  # B₀ and A₀: the conversion needs them
        model.peft_config["default"].init_lora_weights = "pissa"
        run.progress(steps)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            run.point(step, train=loss)
        model.save_pretrained(plain)
        model.save_pretrained(converted, path_initial_model_for_weight_conversion=begun)
        on_original, fits = loaded(base, plain), loaded(base, converted)
        again = PeftModel.from_pretrained(copy.deepcopy(base), plain)  # decomposes once more

    loss_trained = tinyworld.loss(model, tokenizer, unseen)
    loss_original = tinyworld.loss(on_original, tokenizer, unseen)
    loss_converted = tinyworld.loss(fits, tokenizer, unseen)
    general_trained = tinyworld.loss(model, tokenizer, general)
    general_original = tinyworld.loss(on_original, tokenizer, general)
    ends = {
        "base": loss_base,
        "residual base": loss_trained,
        "original base": loss_original,
        "converted": loss_converted,
    }
    run.bars("the same training, loaded", ends, chart="loaded")
    rank_converted = fits.peft_config["default"].r
    lands = "gives worse text" if loss_original > loss_trained + 0.05 else "works as trained"

    run.measure(gap_start=gap, grad_a=grad_a, grad_b=grad_b, base_moved=moved)
    run.measure(loss_base=loss_base, loss_trained=loss_trained, loss_original=loss_original)
    run.measure(loss_converted=loss_converted, rank_converted=rank_converted, lands=lands)
    run.measure(general_trained=general_trained, general_original=general_original)
    run.claim("starts-as-base", gap < 1e-3, f"largest difference {gap:.1e}")
    run.claim("principal-part", principal, f"singular values of {name.split('.')[-1]} compared")
    run.claim("both-move-at-once", min(grad_a, grad_b) > 0, f"A {grad_a:.3g}, B {grad_b:.3g}")
    run.claim("learns", loss_trained < loss_base - 1, f"{loss_base:.2f} to {loss_trained:.2f}")
    worse = loss_original > loss_trained + 0.3
    run.claim("original-base-breaks", worse, f"{loss_original:.2f} and {loss_trained:.2f}")
    same = abs(loss_converted - loss_trained) < 0.01
    run.claim("converted-fits", same, f"{loss_converted:.3f} and {loss_trained:.3f}")
    run.claim("rank-doubles", rank_converted == 2 * rank, f"rank {rank_converted}")
    changed = base_moved(again, base)
    run.claim("peft-changes-the-base", changed > 0.01, f"{changed:.1%} of their size")
