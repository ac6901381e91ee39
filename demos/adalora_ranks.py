"""AdaLoRA moves the rank.

**Question.** Why does AdaLoRA write the update with three factors?

**Idea.** ΔW = P·Λ·Q with a diagonal Λ, like a singular value decomposition. An entry of Λ is one
direction: set it to zero and that direction is gone, and the others stay as they are. So while it
trains, AdaLoRA ranks all entries of all layers by importance and keeps the best ones within a
total budget. A penalty keeps P and Q near orthogonal, so that directions do not overlap.

Every layer starts with rank 8. The budget falls to 4 per layer on average; where the 4 go is
decided by the data.

**Watch** the map of ranks: rows are blocks, columns are projections.

**Try** `learning_rate = 1e-4`: the budget is kept, but nothing is learned, so importance says
little, and the claim on the loss fails.

**At real scale.** Zhang et al. (arXiv 2303.10512) find gains over LoRA at small budgets, and more
rank in the MLP and the upper layers of DeBERTa. Two blocks of a small model cannot say which
layers deserve it in yours.
"""

import tinyworld
import torch
from peft import AdaLoraConfig, PeftModel, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo

START = 8  # rank of every layer before anything is pruned


def adapted(base: torch.nn.Module, target: int, steps: int) -> PeftModel:
    """Return the base with AdaLoRA, which prunes between a sixth and two thirds of the run."""
    config = AdaLoraConfig(
        init_r=START,
        target_r=target,
        tinit=steps // 6,
        tfinal=steps // 3,
        deltaT=2,
        total_step=steps,
        lora_alpha=16,
        target_modules=[
            "q_proj",
            "k_proj",
            "v_proj",
            "o_proj",
            "gate_proj",
            "up_proj",
            "down_proj",
        ],
        task_type="CAUSAL_LM",
    )
    return get_peft_model(base, config)


def ranks(model: PeftModel) -> dict[str, int]:
    """Return how many entries of Λ are left in each layer."""
    return {
        name.split(".lora_E")[0]: int((weight != 0).sum())
        for name, weight in model.named_parameters()
        if "lora_E" in name
    }


@demo(
    topic="lora-variants",
    claims={
        "budget-kept": "The ranks of all layers add up to the budget",
        "ranks-differ": "The layer with most rank keeps at least 3 more than the one with least",
        "learns": "With the ranks cut the loss is over 1 nat below the base's",
    },
    measures={
        "total": "sum of the ranks of all layers at the end",
        "budget": "target rank times layers",
        "highest": "highest rank of a layer",
        "lowest": "lowest rank of a layer",
        "loss_base": "loss of the base, nats per token",
        "loss": "loss after training, nats per token",
        "spread": "how the budget is spread over the layers",
    },
    predict=Predict(
        "The budget is 4 directions per layer on average. How does AdaLoRA spread it?",
        options=("4 in every layer", "unevenly"),
        measure="spread",
    ),
    budget_s=4,
)
def main(
    run: Run,
    target: int = Int(4, 1, 7, help="average rank that is left"),
    learning_rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    steps: int = Int(90, 30, 300),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    loss_base = tinyworld.loss(base, tokenizer, unseen)
    model = adapted(base, target, steps).train()
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="total", x="step", y="sum of all ranks")
    run.axes(chart="ranks", x="projection", y="block", title="rank left")
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=0.0)
    batches = tinyworld.batches(tokenizer, texts, 8, run.device)  # input_ids: (8, T)
    run.progress(steps)
    for step, batch in enumerate(batches):
        run.step()
        loss = model(**batch).loss  # with the penalty that keeps P and Q near orthogonal
        loss.backward()
        optimizer.step()
        model.base_model.update_and_allocate(step)  # scores, then sets entries of Λ to zero
        optimizer.zero_grad()
        run.point(step, train=loss.item())
        run.point(step, chart="total", kept=sum(ranks(model).values()))

    left = ranks(model)
    names = [name.split(".")[-1] for name in left][:7]
    rows = [list(left.values())[i : i + 7] for i in range(0, len(left), 7)]
    run.heatmap("rank", rows, rows=[str(i) for i in range(len(rows))], columns=names, chart="ranks")
    loss_end = tinyworld.loss(model, tokenizer, unseen)
    total, budget = sum(left.values()), target * len(left)
    highest, lowest = max(left.values()), min(left.values())

    run.measure(total=total, budget=budget, highest=highest, lowest=lowest)
    run.measure(loss_base=loss_base, loss=loss_end)
    run.measure(spread="unevenly" if highest > lowest else "4 in every layer")
    run.claim("budget-kept", total == budget, f"{total} of {budget}")
    run.claim("ranks-differ", highest >= lowest + 3, f"{lowest} to {highest}")
    run.claim("learns", loss_end < loss_base - 1, f"{loss_base:.2f} to {loss_end:.2f}")
