"""Repair a slow tuning run.

**Exercise.** The recipe that tunes all weights of this model works. Now only an adapter is to be
tuned, with the rest of the recipe as it was. The curve falls so slowly that a week would not be
enough. Repair the script: the same number of steps, the same adapter, the base left as it is.

The judge looks at texts that were not trained on, and at the configuration of the adapter.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    """Tune the model with the adapter, one step per batch, and return it.

    model:   a causal language model of transformers
    config:  peft's LoraConfig, as serving expects it
    batches: list of dicts with input_ids, attention_mask, labels: model(**batch).loss
    log:     log(step, loss) draws the curve
    """
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model
'''


def tune(model, config, batches, log):
    """Tune the model with the adapter, one step per batch, and return it."""
    model = get_peft_model(model, config)
    # an adapter wants a rate ten to a few hundred times that of full fine-tuning
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


@demo(
    topic="repair-training",
    claims={
        "learns": "On texts not trained on, the loss falls by more than 1.3 nats per token",
        "same-steps": "Each batch is used for one step",
        "same-adapter": "The adapter that comes back has the configuration's rank and scale",
        "base-stays": "The base's weights are those that it came with",
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
    rank, alpha = 8, 16
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
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules="all-linear")
    tuned, used = None, 0
    with run.judge("learns") as judge:
        tuned = solution(given, config, batches, log)
        used = passes
        fall = before - tinyworld.loss(tuned, tokenizer, new)
        run.measure(fall=fall)
        judge.that(fall > 0, f"the loss on new texts rises by {-fall:.3f}: is the rate too large?")
        judge.that(
            fall > 1.3,
            f"the loss on new texts falls by {fall:.3f} only: B starts at zero, so how far does it "
            "get at this rate?",
        )

    with run.judge("same-steps") as judge:
        judge.that(used, "the model was never called")
        judge.that(
            used <= len(batches), f"{used} forward passes to train for {len(batches)} batches"
        )

    with run.judge("same-adapter") as judge:
        judge.that(tuned is not None, "no model came back")
        layers = [m for m in tuned.modules() if hasattr(m, "lora_A") and m.lora_A]
        judge.that(layers, "the model that came back has no adapter of peft")
        for layer in layers:
            judge.equal(layer.r["default"], rank, within=0, by="the configuration", of="rank")
            scale = layer.scaling["default"]
            judge.equal(scale, alpha / rank, within=0, by="the configuration", of="scale α/r")

    with run.judge("base-stays") as judge:
        judge.that(tuned is not None, "no model came back")
        now = {
            name.replace("base_model.model.", "").replace(".base_layer", ""): weight
            for name, weight in tuned.named_parameters()
        }
        moved = [n for n, w in base.named_parameters() if not torch.equal(w, now.get(n, w[:0]))]
        judge.that(
            not moved,
            f"{len(moved)} weights of the base changed, {', '.join(moved[:1])} among them",
        )
