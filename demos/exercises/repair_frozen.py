"""Repair the second stage of a tuning run.

**Exercise.** Yesterday an adapter was tuned and saved. Today it is loaded and tuned further on new
texts. There is no error and the optimizer has parameters, but the loss of today's run does not
fall. Repair the script. Today's run has to go on from yesterday's adapter, and the base model
has to stay as it is.

The judge compares the first point of the curve with yesterday's adapter, and what moved with what
was allowed to move.
"""

import copy
import tempfile

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    """Tune a saved adapter further, one step per batch, and return model and adapter.

    model:   the causal language model that the adapter was tuned on
    folder:  what save_pretrained of peft wrote yesterday
    batches: list of dicts with input_ids, attention_mask, labels: model(**batch).loss
    log:     log(step, loss) draws the curve
    """
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model
'''


def resume(model, folder, batches, log):
    """Tune a saved adapter further, one step per batch, and return model and adapter."""
    model.enable_input_require_grads()
    model = PeftModel.from_pretrained(model, folder, is_trainable=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


def matrices(model: torch.nn.Module, adapter: bool) -> dict[str, torch.Tensor]:
    """Return the adapter's matrices, or the base's weights, by a name without peft's parts."""
    return {
        name.replace("base_model.model.", "").replace(".base_layer", "").replace(".default", ""): w
        for name, w in model.named_parameters()
        if ("lora_" in name) == adapter
    }


@demo(
    topic="repair-training",
    claims={
        "goes-on": "The first loss is that of yesterday's adapter on today's first batch",
        "learns": "On new texts the loss ends below a third of yesterday's",
        "all-move": "Every matrix of the adapter has moved since yesterday",
        "base-stays": "The base's weights are those that it came with",
    },
    measures={"left": "Loss on new texts as a share of yesterday's"},
    budget_s=3,
)
def main(
    run: Run,
    solution: Solution = Code(entry="resume", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load()
    texts = tinyworld.documents("clinic", 8 * 28, seed=seed)
    early, *batches = tinyworld.batches(tokenizer, texts, 8, "cpu")
    new = tinyworld.documents("clinic", 16, seed=1000 + seed)
    yesterday = get_peft_model(
        copy.deepcopy(base), LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    )
    list(tinyworld.train(yesterday, [early] * 2, 5e-3))
    before = tinyworld.loss(yesterday, tokenizer, new)
    yesterday.eval()
    first = yesterday(**batches[0]).loss.item()
    bare = base(**batches[0]).loss.item()
    run.axes(x="step", y="training loss (nats per token)")
    run.reference("yesterday", before)
    run.progress(len(batches))
    logged = []

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)
        logged.append(value)

    tuned = None
    with tempfile.TemporaryDirectory() as folder:
        yesterday.save_pretrained(folder)
        with run.judge("goes-on") as judge:
            tuned = solution(copy.deepcopy(base), folder, batches, log)
            judge.that(logged, "nothing was logged")
            judge.equal(
                logged[0],
                first,
                within=0.01,
                by="yesterday's adapter",
                of="first loss",
                mistakes={"is this the base without what was learned yesterday?": bare},
            )

    with run.judge("learns") as judge:
        judge.that(tuned is not None, "no model came back")
        left = tinyworld.loss(tuned, tokenizer, new) / before
        run.measure(left=left)
        judge.that(left < 1 / 3, f"the loss on new texts is {left:.2f} of yesterday's: what moved?")

    with run.judge("all-move") as judge:
        judge.that(tuned is not None, "no model came back")
        old, now = matrices(yesterday, adapter=True), matrices(tuned, adapter=True)
        judge.that(now, "the model that came back has no adapter of peft")
        still = [name for name, w in old.items() if name in now and torch.equal(w, now[name])]
        judge.that(
            not still,
            f"{len(still)} of {len(old)} matrices are those of yesterday, "
            f"{', '.join(still[:1])} among them: do they ask for a gradient?",
        )

    with run.judge("base-stays") as judge:
        judge.that(tuned is not None, "no model came back")
        now = matrices(tuned, adapter=False)
        moved = [n for n, w in base.named_parameters() if not torch.equal(w, now.get(n, w[:0]))]
        judge.that(
            not moved,
            f"{len(moved)} weights of the base changed, {', '.join(moved[:1])} among them",
        )
