"""Repair an adapter that reaches too little of the model.

**Exercise.** A LoRA script that served another model well is used on this one, which has the blocks
of Llama. There is no error, the loss falls a little more slowly than it should, and it ends too
high. The file of the adapter is far smaller than the one of the other model. Repair the script: an
adapter on every linear layer of every block, rank and rate as they are.

The judge looks at which layers carry an adapter, and at texts that were not trained on.
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
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["query", "key", "value", "o_proj", "fc_in", "fc_out"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
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
    # names that match nothing are passed over as long as one matches
    config = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear")
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


def adapted(model: torch.nn.Module) -> dict[str, torch.nn.Module]:
    """Return the layers with an adapter that has moved, by a name without peft's parts."""
    return {
        name.replace("base_model.model.", ""): layer
        for name, layer in model.named_modules()
        if hasattr(layer, "lora_B") and any(part.weight.any() for part in layer.lora_B.values())
    }


@demo(
    topic="repair-training",
    claims={
        "all-layers": "Every linear layer of every block carries an adapter that has moved",
        "learns": "On texts not trained on, the loss falls by more than 1.5 nats per token",
        "same-rank": "Every adapter has rank 4 and scale 2, and there is one step per batch",
        "base-stays": "The base's weights are those that it came with",
    },
    measures={
        "fall": "Fall of the loss on new texts, nats per token",
        "layers": "Linear layers of the blocks that carry an adapter",
    },
    budget_s=3,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load()
    wanted = [
        name
        for name, layer in base.named_modules()
        if isinstance(layer, torch.nn.Linear) and ".layers." in name
    ]
    texts = tinyworld.documents("clinic", 8 * 20, seed=seed)
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
        judge.that(
            fall > 1.5,
            f"the loss on new texts falls by {fall:.2f} only: how much of the model can move?",
        )

    with run.judge("all-layers") as judge:
        judge.that(tuned is not None, "no model came back")
        found = adapted(tuned)
        missing = [name for name in wanted if name not in found]
        run.measure(layers=len(wanted) - len(missing))
        judge.that(
            not missing,
            f"{len(missing)} of {len(wanted)} linear layers have no adapter that moved, "
            f"{', '.join(missing[:1])} among them",
        )

    with run.judge("same-rank") as judge:
        judge.that(tuned is not None, "no model came back")
        for layer in adapted(tuned).values():
            judge.equal(layer.r["default"], 4, within=0, by="the task", of="rank")
            judge.equal(layer.scaling["default"], 2, within=0, by="the task", of="scale")
        judge.that(
            used <= len(batches), f"{used} forward passes to train for {len(batches)} batches"
        )

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
