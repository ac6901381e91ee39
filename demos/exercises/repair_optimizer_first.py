"""Repair a tuning run in which nothing moves.

**Exercise.** A language model is tuned with LoRA on texts about clinics. There is no error, the
rate is one at which others learn these texts, and the loss wavers around where it began. Repair
the script. The base model has to stay as it is: only the adapter may be trained, in one pass over
the batches.

The judge looks at peft's matrices, at the base's weights and at texts that were not trained on.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    """Tune the model with LoRA, one step per batch, and return it with its adapter.

    model:   a causal language model of transformers
    batches: list of dicts with input_ids, attention_mask, labels: model(**batch).loss
    log:     log(step, loss) draws the curve
    """
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    model = get_peft_model(model, config)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model
'''


def tune(model, batches, log):
    """Tune the model with LoRA, one step per batch, and return it with its adapter."""
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    # made after the adapter, so that it knows the adapter's matrices
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


def base_weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights that are not the adapter's, by the name they have without it."""
    return {
        name.replace("base_model.model.", "").replace(".base_layer", ""): weight.detach()
        for name, weight in model.named_parameters()
        if "lora_" not in name
    }


@demo(
    topic="repair-training",
    claims={
        "learns": "On texts not trained on, the loss falls by more than 1.5 nats per token",
        "adapter-moves": "Every matrix B of the adapter has left zero, beside every A",
        "base-stays": "The base's weights are those that it came with",
        "one-pass": "Each batch is used for one step",
    },
    measures={"fall": "Fall of the loss on new texts, nats per token"},
    budget_s=3,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load()
    texts = tinyworld.documents("clinic", 8 * 24, seed=seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, "cpu"))
    new = tinyworld.documents("clinic", 16, seed=1000 + seed)
    before = tinyworld.loss(base, tokenizer, new)
    run.axes(x="step", y="training loss (nats per token)")
    run.reference("before", before)
    run.progress(len(batches))
    passes = 0

    def count(module: torch.nn.Module, args: tuple, kwargs: dict) -> None:
        nonlocal passes
        passes += torch.is_grad_enabled()

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    given = copy.deepcopy(base)
    given.register_forward_pre_hook(count, with_kwargs=True)
    tuned, used = None, 0
    with run.judge("learns") as judge:
        tuned = solution(given, batches, log)
        used = passes
        fall = before - tinyworld.loss(tuned, tokenizer, new)
        run.measure(fall=fall)
        judge.that(fall > 1.5, f"the loss on new texts falls by {fall:.3f} only")

    with run.judge("adapter-moves") as judge:
        judge.that(tuned is not None, "no model came back")
        b = [w.detach() for name, w in tuned.named_parameters() if "lora_B" in name]
        judge.that(b, "the model that came back has no adapter of peft")
        still = sum(not w.any() for w in b)
        judge.that(not still, f"{still} of {len(b)} matrices B are zero as at the start")

    with run.judge("base-stays") as judge:
        judge.that(tuned is not None, "no model came back")
        found = base_weights(tuned)
        moved = [n for n, w in base.named_parameters() if not torch.equal(w, found.get(n, w[:0]))]
        judge.that(not moved, f"{len(moved)} weights of the base changed, {moved[:1]} among them")

    with run.judge("one-pass") as judge:
        judge.that(used, "the model was never called")
        judge.that(
            used <= len(batches), f"{used} forward passes to train for {len(batches)} batches"
        )
