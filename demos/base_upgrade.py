"""The base moved: does the adapter come along?

**Question.** The base is replaced by a later version of the same architecture. Does an adapter of
the old one still fit?

**Idea.** B·A was fitted as a correction of one W. On another W it adds the same numbers to another
function. Shapes and names agree, so nothing complains:

    old:  W·x  + s·B·A·x      B, A fitted here
    new:  W'·x + s·B·A·x      loads without an error; nobody has trained this sum

How much is lost depends on how far W' is from W. Only a test on the task tells, and what is kept to
repeat the training, data and recipe, decides what the answer costs.

**Watch** the bars: the loss on the adapter's own task on the old base, on the new one, and after
the adapter was trained again there.

**Try** `moved = 5`: a light further training leaves the adapter nearly as good as it was, and the
claim that it suffers fails.

**At real scale** a new release has seen trillions of tokens more, or was trained anew: hardly any
fit is left. Another width is the harmless case, since loading then fails.
"""

import copy
import tempfile
from pathlib import Path

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, PreTrainedModel

from quizapp.demo import Float, Int, Predict, Run, demo


def loads_on_another_width(base: PreTrainedModel, folder: Path) -> bool:
    """Say whether the adapter in a folder loads on a model that is twice as wide."""
    config = copy.deepcopy(base.config)
    config.hidden_size, config.intermediate_size = 2 * config.hidden_size, 512
    config.head_dim = config.hidden_size // config.num_attention_heads
    try:
        PeftModel.from_pretrained(AutoModelForCausalLM.from_config(config), folder)
    except RuntimeError:  # size mismatch for ...lora_A.default.weight
        return False
    return True


@demo(
    topic="serving",
    claims={
        "loads-silently": "The adapter loads on the new base without an error, every tensor of it",
        "carried-over-suffers": "On the new base it is over 0.1 nats worse on its own task",
        "training-again-repairs": "Trained again on the new base, it is within 0.05 nats of before",
        "other-width-is-refused": "On a base of another width the adapter does not load",
    },
    measures={
        "old_alone": "loss of the old base alone on the task, nats per token",
        "new_alone": "loss of the new base alone on the task, nats per token",
        "old_adapted": "loss of the adapter on its own base, nats per token",
        "carried_over": "loss of the adapter on the new base, nats per token",
        "trained_again": "loss of an adapter trained anew on the new base, nats per token",
        "loss_times": "loss on the new base over the loss on its own base",
        "fit": "the adapter on the new base, compared with before",
    },
    predict=Predict(
        "The base is trained on with other texts. How good is the old adapter on it?",
        options=("as good as before", "worse on its own task", "it does not load"),
        measure="fit",
    ),
    budget_s=8,
)
def main(
    run: Run,
    moved: int = Int(60, 1, 300, help="steps by which the new base is ahead of the old one"),
    base_rate: float = Float(2e-3, 1e-5, 1e-2, log=True, help="learning rate of these steps"),
    rank: int = Int(8, 1, 64, log=True),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    steps: int = Int(60, 10, 300),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    old, tokenizer = tinyworld.load("tinyworld", run.device)
    new = copy.deepcopy(old)
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    unseen = tinyworld.documents("clinic", 48, seed=1000 + seed)
    run.axes(x="step", y="training loss (nats per token)")
    run.progress(2 * steps + moved)

    def show(name: str, model: torch.nn.Module, texts: list[str], rate: float) -> None:
        batches = tinyworld.batches(tokenizer, texts, 16, run.device)  # (16, T)
        for step, loss in enumerate(tinyworld.train(model, batches, rate)):
            run.step()
            run.line_points(step, {name: loss})

    # the next version of the base has read other texts, with all of its weights
    show("the new base", new, tinyworld.documents("bank", 16 * moved, seed=seed), base_rate)
    alone = {
        "old base": tinyworld.loss(old, tokenizer, unseen),
        "new base": tinyworld.loss(new, tokenizer, unseen),
    }

    texts = tinyworld.documents("clinic", 16 * steps, seed=seed)
    adapted = get_peft_model(copy.deepcopy(old), config)
    show("adapter, old base", adapted, texts, learning_rate)
    before = tinyworld.loss(adapted, tokenizer, unseen)
    with tempfile.TemporaryDirectory() as folder:
        adapted.save_pretrained(folder)
        carried = PeftModel.from_pretrained(copy.deepcopy(new), folder)
        other_width = loads_on_another_width(old, Path(folder))
    kept = carried.state_dict()
    same = [torch.equal(kept[k], v) for k, v in adapted.state_dict().items() if "lora_" in k]
    after = tinyworld.loss(carried, tokenizer, unseen)

    again = get_peft_model(copy.deepcopy(new), config)
    show("adapter, new base", again, texts, learning_rate)
    retrained = tinyworld.loss(again, tokenizer, unseen)

    bars = {"its own base": before, "the new base": after, "trained again": retrained}
    run.axes(chart="task", title="loss on the adapter's own task", y="nats per token")
    run.bars("loss", bars, chart="task")
    fit = "worse on its own task" if after > before + 0.1 else "as good as before"
    run.measure(old_alone=alone["old base"], new_alone=alone["new base"])
    run.measure(old_adapted=before, carried_over=after, trained_again=retrained)
    run.measure(loss_times=after / before, fit=fit)
    run.claim("loads-silently", all(same), f"{sum(same)} of {len(same)} tensors as saved")
    run.claim("carried-over-suffers", after > before + 0.1, f"{before:.3f} and {after:.3f}")
    near = abs(retrained - before) < 0.05
    run.claim("training-again-repairs", near, f"{before:.3f} and {retrained:.3f}")
    shown = "size mismatch" if not other_width else "it loaded"
    run.claim("other-width-is-refused", not other_width, shown)
