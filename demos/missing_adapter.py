"""An adapter that is not there.

**Question.** Validation loss was good, and the served model answers like the base. Where did the
update go?

**Idea.** A LoRA layer computes W·x + (α/r)·B·A·x. The second part can be missing altogether: no
request activates the adapter, or the code wraps the base afresh, and then B = 0. Missing is not
the same as wrong:

    KL(base ‖ served) = 0      missing: the answers are the base's, word for word
    KL(base ‖ served) > 0      the update acts, whatever else is wrong

**Watch** the distance from the base for five ways to serve one trained adapter. Two are zero to the
last bit. Another template gives worse answers, and not those of the base.

**Try** `steps = 5`: an adapter that has learned little differs little, but it differs.

**At real scale.** The PEFT documentation (troubleshooting) names the same causes.
`get_model_status()` tells which adapters are active, and one fixed prompt with and without adapter
is a test for every deployment. It is the same at any size.
"""

import copy
import tempfile

import tinyworld
import torch
from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo


@demo(
    topic="debugging",
    claims={
        "loaded-differs": "The trained adapter, loaded from its folder, changes what is said",
        "switched-off-is-the-base": "With the adapter switched off the outputs equal the base's",
        "fresh-is-the-base": "A fresh adapter from the saved config equals the base",
        "template-is-not-the-base": "Under another template the trained model differs from it",
        "status-names-it": "The status lists an active adapter when loaded, and none switched off",
    },
    measures={
        "loaded": "KL from the base to the loaded adapter, nats per token",
        "off": "KL from the base to the model with the adapter switched off",
        "fresh": "KL from the base to a fresh adapter of the saved config",
        "template": "KL from the base to the loaded adapter, in a template it was not trained on",
        "changed": "share of tokens at which the loaded adapter says something else",
        "fresh_is": "what a fresh adapter of the saved config answers",
    },
    predict=Predict(
        "get_peft_model(base, saved_config) in the serving code. What does the model answer?",
        options=("what was trained", "what the base answers", "noise"),
        measure="fresh_is",
    ),
    budget_s=4,
)
def main(
    run: Run,
    steps: int = Int(40, 5, 200, step=5),
    rank: int = Int(8, 1, 64, log=True),
    learning_rate: float = Float(1e-2, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 16 * steps, seed=seed)
    asked = tinyworld.documents("clinic", 32, seed=1000 + seed)
    chats = [
        tokenizer.apply_chat_template(chat, tokenize=False)
        for chat in tinyworld.chats("clinic", 32, seed=1000 + seed)
    ]
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="distance", x="how it is served", y="KL from the base (nats per token)")

    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    tuned = get_peft_model(copy.deepcopy(base), config)
    batches = tinyworld.batches(tokenizer, texts, 16, run.device)  # input_ids: (16, T)
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(tuned, batches, learning_rate)):
        run.step()
        run.point(step, train=loss)

    with tempfile.TemporaryDirectory() as folder:
        tuned.save_pretrained(folder)
        loaded = PeftModel.from_pretrained(copy.deepcopy(base), folder)
        fresh = get_peft_model(copy.deepcopy(base), PeftConfig.from_pretrained(folder))
    on = loaded.get_model_status().active_adapters
    distance = {}
    distance["loaded"], changed = tinyworld.divergence(loaded, base, tokenizer, asked)
    distance["template"], _ = tinyworld.divergence(loaded, base, tokenizer, chats)
    distance["fresh"], _ = tinyworld.divergence(fresh, base, tokenizer, asked)
    with loaded.disable_adapter():
        distance["off"], _ = tinyworld.divergence(loaded, base, tokenizer, asked)
        enabled = loaded.get_model_status().enabled
    run.bars("KL", distance, chart="distance")

    fresh_is = "what was trained"
    if distance["fresh"] < 1e-6:
        fresh_is = "what the base answers"
    elif distance["fresh"] > 2 * distance["loaded"]:
        fresh_is = "noise"
    run.measure(**distance, changed=changed, fresh_is=fresh_is)
    run.claim("loaded-differs", distance["loaded"] > 0.01, f"{distance['loaded']:.3f}")
    run.claim("switched-off-is-the-base", distance["off"] == 0, f"{distance['off']:g}")
    run.claim("fresh-is-the-base", distance["fresh"] == 0, f"{distance['fresh']:g}")
    run.claim(
        "template-is-not-the-base", distance["template"] > 0.01, f"{distance['template']:.3f}"
    )
    named = on == ["default"] and not enabled
    run.claim("status-names-it", named, f"active {on}, enabled when switched off: {enabled}")
