"""A LoRA fine-tune, from base model to new skill.

**Question.** What does LoRA train, what does it learn, and what does it forget?

**Idea.** Freeze every weight W of the base. Beside each linear layer train two thin matrices:

    h = W·x + (α/r)·B·A·x        A: r × in,  B: out × r,  r ≪ in, out

The base has read general English and a clinic's *old* guideline. The fine-tuning texts state the
*new* one: the same words, another rule. Their loss falls towards the entropy of the texts, which
no model can remove, and the model starts to answer by the new rule.

**Watch** the second line: loss on *general* text, which is not in the training data. The base is
frozen and still the adapted model drifts there: "LoRA cannot forget" is false.

**Try** `steps = 20`: too short, the claim on the new guideline fails. `learning_rate = 0.1`: the
steps overshoot. No question is answered by the new rule, and the loss on general text soars.

**At real scale.** Hu et al. (arXiv 2106.09685) adapt GPT-3 175B with 0.01 % of its parameters. Here
the share is several percent, because small matrices have few weights: r·(in + out) carries over,
the share does not. Biderman et al. (arXiv 2405.09673) measure learning and forgetting at 7B.
"""

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Choice, Float, Int, Model, Predict, Run, demo


def with_adapters(base: torch.nn.Module, rank: int, alpha: int, targets: str) -> PeftModel:
    """Return the base, frozen, with a trainable A (r, in) and B (out, r) beside its layers."""
    names = targets if targets == "all-linear" else targets.split(",")
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=names, task_type="CAUSAL_LM")
    return get_peft_model(base, config)


def holds_still(frozen: dict[str, torch.Tensor], adapted: PeftModel) -> bool:
    """Say whether the weights of the base are, bit by bit, what they were."""
    weights = {name.replace(".base_layer", ""): p for name, p in adapted.named_parameters()}
    return all(torch.equal(weights[f"base_model.model.{n}"], w) for n, w in frozen.items())


@demo(
    topic="lora",
    claims={
        "learns-the-new": "Afterwards 90 % or more of the questions are answered by the new rule",
        "forgets-some": "Loss on general text rises, although every base weight is frozen",
        "base-is-frozen": "No base weight has changed",
        "removal-restores": "With the adapter switched off the loss on general text is the old one",
    },
    measures={
        "accuracy_before": "share of questions answered by the new guideline, before",
        "accuracy_after": "share of questions answered by the new guideline, after",
        "loss_before": "loss on unseen new-guideline text before, nats per token",
        "loss_after": "loss on unseen new-guideline text after, nats per token",
        "general_before": "loss on general text before, nats per token",
        "general_after": "loss on general text after, nats per token",
        "trainable": "trainable parameters",
        "share": "trainable share of all parameters, percent",
        "general_without": "loss on general text with the adapter switched off, nats per token",
        "general_moved": "what happened to the loss on general text",
    },
    predict=Predict(
        "Only adapters are trained, on clinic text. What happens to the loss on general text?",
        options=("falls", "stays within 1 %", "rises"),
        measure="general_moved",
    ),
    budget_s=8,
    token_passes=260_000,
    model_copies=2,
    trained_texts=16,
    bundled_claims=("learns-the-new",),
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True, help="r, the inner dimension of B·A"),
    alpha: int = Int(16, 1, 128, log=True, help="the update is scaled by alpha / r"),
    learning_rate: float = Float(1e-2, 1e-5, 0.3, log=True),
    steps: int = Int(100, 5, 500),
    targets: str = Choice("all-linear", "q_proj,v_proj"),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(model, run.device)
    train = tinyworld.documents("clinic", 400, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general = tinyworld.familiar(base, tokenizer, 32, seed=2000 + seed)
    bundled = tinyworld.is_bundled(base)
    if not bundled:
        run.note(
            "Only what the bundled model has read is known. For this one *general text* means "
            "texts that it wrote itself before the training, sampled from its own distribution."
        )
    cases = tinyworld.cases("clinic")
    prompt = cases[0].prompt

    accuracy_before = tinyworld.accuracy(base, tokenizer, cases)
    loss_before = tinyworld.loss(base, tokenizer, unseen)
    general_before = tinyworld.loss(base, tokenizer, general)
    run.sample("before", tinyworld.generate(base, tokenizer, prompt, max_new_tokens=16))

    frozen = {name: p.detach().clone() for name, p in base.named_parameters()}
    adapted = with_adapters(base, rank, alpha, targets)
    trainable, total = adapted.get_nb_trainable_parameters()

    run.axes(x="step", y="loss (nats per token)")
    texts = [train[i % len(train)] for i in range(16 * steps)]
    batches = list(tinyworld.batches(tokenizer, texts, 16, run.device))  # input_ids: (16, T)
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(adapted, batches, learning_rate)):
        run.step()
        run.tokens(batches[step]["input_ids"].numel())
        run.point(step, train=loss)
        if step % 10 == 9:
            run.point(step, general=tinyworld.loss(adapted, tokenizer, general))

    accuracy_after = tinyworld.accuracy(adapted, tokenizer, cases)
    loss_after = tinyworld.loss(adapted, tokenizer, unseen)
    general_after = tinyworld.loss(adapted, tokenizer, general)
    run.sample("after", tinyworld.generate(adapted, tokenizer, prompt, max_new_tokens=16))

    with adapted.disable_adapter():
        general_without = tinyworld.loss(adapted, tokenizer, general)
    same = holds_still(frozen, adapted)
    change = general_after / general_before - 1
    moved = "rises" if change > 0.01 else "stays within 1 %"
    # Of its own samples any change raises the expected loss; under 1 % the sample cannot tell.
    tells = bundled or abs(change) > 0.01
    if change <= -0.01:
        moved = "falls"

    run.measure(accuracy_before=accuracy_before, accuracy_after=accuracy_after)
    run.measure(loss_before=loss_before, loss_after=loss_after)
    run.measure(general_before=general_before, general_after=general_after, general_moved=moved)
    run.measure(general_without=general_without)
    run.measure(trainable=trainable, share=100 * trainable / total)
    shown = f"{accuracy_after:.0%} of {len(cases)} questions"
    run.claim("learns-the-new", accuracy_after >= 0.9, shown)
    shown = f"{general_before:.3f} to {general_after:.3f} nats per token"
    run.claim("forgets-some", change > 0.01 if tells else None, shown)
    shown = f"{general_without:.6f} and {general_before:.6f}"
    run.claim("removal-restores", general_without == general_before, shown)
    run.claim("base-is-frozen", same, f"{len(frozen)} tensors compared bit by bit")
