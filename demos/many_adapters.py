"""One base, many adapters.

**Question.** Can one base serve two tasks at once, and can their adapters be added up?

**Idea.** An adapter is a pair (A, B) per layer beside the same frozen W. Switching is choosing
which pair to add. In one batch each row may use another, since the update is computed per row:

    row i:  h_i = W·x_i + s·B_j·A_j·x_i,   j = adapter of row i

**Adding** two updates is another matter: s₁·B₁·A₁ + s₂·B₂·A₂ is neither adapter. Each was fitted on
its own, and where both change the same directions the sum is off for both.

**Watch** the matrix of loss by adapter and task: good on the diagonal, bad beside it. Below it the
last row, the sum of both.

**Try** `learning_rate = 3e-4`: the updates are tiny and add up almost freely. The claim on the sum
fails.

**At real scale.** Servers keep thousands of adapters on one base and batch over them with grouped
kernels (Punica, arXiv 2310.18547; S-LoRA, arXiv 2311.03285). peft shows the same semantics with
`set_adapter` and `adapter_names`. Merging methods such as TIES (arXiv 2306.01708) repair part of
the interference of sums.
"""

import contextlib

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def mixed_against_separate(
    adapted: PeftModel, rows: dict[str, torch.Tensor], names: list[str]
) -> float:
    """Return the largest difference of a logit if each row of a batch has its own adapter."""
    gaps = []
    with torch.no_grad():
        mixed = adapted(**rows, adapter_names=names).logits  # (rows, T, vocabulary)
        for i, name in enumerate(names):
            adapted.set_adapter(name)
            separate = adapted(**rows).logits  # all rows with the adapter of row i
            gaps.append((mixed[i] - separate[i]).abs().max().item())
    return max(gaps)


TASKS = ("clinic", "bank")


@demo(
    topic="serving",
    claims={
        "switching-is-exact": "After training another adapter the first one's loss is unchanged",
        "mixed-batch-is-exact": "In a mixed batch each row gets the logits of its own adapter",
        "own-task-only": "Each adapter is better on its own task than the other one",
        "sum-hurts": "The sum of both is over 0.05 nats worse on some task than its own adapter",
    },
    measures={
        "clinic_on_clinic": "loss of the clinic adapter on clinic texts, nats per token",
        "bank_on_clinic": "loss of the bank adapter on clinic texts, nats per token",
        "bank_on_bank": "loss of the bank adapter on bank texts, nats per token",
        "clinic_on_bank": "loss of the clinic adapter on bank texts, nats per token",
        "sum_on_clinic": "loss of the sum on clinic texts, nats per token",
        "sum_on_bank": "loss of the sum on bank texts, nats per token",
        "mixed_difference": "largest difference of logits, mixed batch against separate",
        "the_sum": "the sum of both adapters, compared with each on its own task",
    },
    predict=Predict(
        "You add up both adapters. How good is the sum on the two tasks?",
        options=("as good as each own adapter", "worse on at least one"),
        measure="the_sum",
        bundled=True,
    ),
    budget_s=6,
    token_passes=210_000,
    trained_texts=8,
    bundled_claims=("own-task-only", "sum-hurts"),
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    steps: int = Int(80, 10, 300),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(model, run.device)
    unseen = {task: tinyworld.documents(task, 32, seed=1000 + seed) for task in TASKS}
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    adapted = get_peft_model(base, config, adapter_name="clinic")
    adapted.add_adapter("bank", config)
    run.axes(x="step", y="training loss (nats per token)")

    def losses(adapter: str) -> dict[str, float]:
        adapted.set_adapter(adapter)
        return {task: tinyworld.loss(adapted, tokenizer, unseen[task]) for task in TASKS}

    first = {}  # task -> loss of its adapter right after training
    run.progress(len(TASKS) * steps)
    for task in TASKS:
        adapted.set_adapter(task)  # freezes the other adapter
        texts = tinyworld.documents(task, 8 * steps, seed=seed)
        batches = tinyworld.batches(tokenizer, texts, 8, run.device)  # (8, T)
        for step, loss in enumerate(tinyworld.train(adapted, batches, learning_rate)):
            run.step()
            run.line_points(step, {task: loss})
        first[task] = losses(task)[task]

    adapted.add_weighted_adapter(list(TASKS), [1.0, 1.0], "sum", combination_type="cat")
    clinic = losses("clinic")
    bank = losses("bank")
    both = losses("sum")
    matrix = [list(row.values()) for row in (clinic, bank, both)]
    run.axes(chart="matrix", title="loss on unseen texts", x="texts", y="adapter")
    run.heatmap("nats per token", matrix, rows=[*TASKS, "sum"], columns=TASKS, chart="matrix")

    adapted.eval()
    rows = tinyworld.batch(tokenizer, unseen["clinic"][:2] + unseen["bank"][:2], run.device)
    del rows["labels"]  # input_ids and attention_mask, each (4, T)
    with torch.no_grad():
        size = adapted(**rows).logits.abs().max().item()
    gap = None
    with contextlib.suppress(ValueError):  # a model that flattens its batch hides whose a row is
        gap = mixed_against_separate(adapted, rows, ["clinic", "bank", "bank", "clinic"])
    worse = max(both["clinic"] - clinic["clinic"], both["bank"] - bank["bank"])
    the_sum = "worse on at least one" if worse > 0.05 else "as good as each own adapter"

    run.measure(clinic_on_clinic=clinic["clinic"], clinic_on_bank=clinic["bank"])
    run.measure(bank_on_clinic=bank["clinic"], bank_on_bank=bank["bank"])
    run.measure(sum_on_clinic=both["clinic"], sum_on_bank=both["bank"], the_sum=the_sum)
    if gap is not None:
        run.measure(mixed_difference=gap)
        run.claim("mixed-batch-is-exact", gap < 1e-4 * max(1, size), f"{gap:.1e}")
    else:
        shown = "layers of this model see all tokens of the batch as one row: peft cannot mix"
        run.claim("mixed-batch-is-exact", None, shown)
    same = first["clinic"] == clinic["clinic"]
    shown = f"{first['clinic']:.4f}, {clinic['clinic']:.4f}"
    run.claim("switching-is-exact", same, shown)
    own = clinic["clinic"] < bank["clinic"] and bank["bank"] < clinic["bank"]
    run.claim("own-task-only", own, f"{clinic} and {bank}")
    run.claim("sum-hurts", worse > 0.05, f"{worse:.2f} nats worse")
