"""Attention or MLP?

**Question.** Which layers should carry the adapters?

**Idea.** A block has attention projections (q, k, v, o) and MLP projections (gate, up, down). At
the same rank more targets means more parameters, so "all layers are better" may only say that
more parameters are better. A fair comparison gives both sides about the same number.

    parameters = r·(in + out) summed over the targets

**Watch** five curves. The first three share one rank. The last two share one parameter budget.

**Try** `steps = 300`: all sets learn this small task, and the claims on order fail.

**At real scale.** The LoRA paper adapted attention only (arXiv 2106.09685, section 4.2). QLoRA
found that adapters on all linear layers are needed to match full fine-tuning (arXiv 2305.14314,
section 4). "LoRA Without Regret" (Schulman et al., 2025) finds attention-only worse even at matched
parameter counts. The MLP stores much of what a model knows, and this task is to change stored
facts; another task may weigh differently.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo


def matching_rank(rank: int, hidden: int, inner: int) -> int:
    """Return the rank at which the MLP trains as much as attention does at `rank`."""
    of_attention = rank * 4 * (hidden + hidden)  # q, k, v, o: all square
    return max(1, of_attention // (3 * (hidden + inner)))  # gate, up, down


ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
MLP = ["gate_proj", "up_proj", "down_proj"]


@demo(
    topic="lora",
    claims={
        "more-targets-more": "At one rank the loss falls from q,v to attention to all layers",
        "mlp-beats-attention": "At about equal parameters the MLP ends below attention",
    },
    measures={
        "qv": "loss with adapters on q and v, nats per token",
        "attention": "loss with adapters on q, k, v and o",
        "all": "loss with adapters on all linear layers",
        "attention_matched": "loss of attention at twice the rank",
        "mlp_matched": "loss of the MLP at the same number of parameters",
        "parameters_attention": "parameters of the matched attention adapters",
        "parameters_mlp": "parameters of the matched MLP adapters",
        "winner": "the better place at about equal parameters",
    },
    predict=Predict(
        "The same number of trained parameters in attention or in the MLP: which learns the rule?",
        options=("attention", "MLP", "about equal"),
        measure="winner",
    ),
    budget_s=8,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 32, log=True),
    learning_rate: float = Float(5e-3, 1e-4, 0.1, log=True),
    steps: int = Int(60, 10, 400),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    narrow = matching_rank(2 * rank, base.config.hidden_size, base.config.intermediate_size)
    sets = {  # name -> (targets, rank)
        "q, v": (["q_proj", "v_proj"], rank),
        "attention": (ATTENTION, rank),
        "all linear": ([*ATTENTION, *MLP], rank),
        "attention, matched": (ATTENTION, 2 * rank),
        "MLP, matched": (MLP, narrow),
    }
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="ends", y="loss on unseen texts (nats per token)")

    ends, counts, rows = {}, {}, []
    run.progress(len(sets) * steps)
    for name, (targets, r) in sets.items():
        torch.manual_seed(seed)
        config = LoraConfig(r=r, lora_alpha=2 * r, target_modules=targets)  # scale 2 for all
        model = get_peft_model(copy.deepcopy(base), config)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(model, tokenizer, unseen)
        counts[name], _ = model.get_nb_trainable_parameters()
        row = {"targets": name, "rank": r, "parameters": counts[name], "loss": ends[name]}
        rows.append(row)
        run.bars("after the last step", ends, chart="ends")
        run.table("Targets", rows)

    attention = ends["attention, matched"]
    mlp = ends["MLP, matched"]
    winner = "MLP" if mlp < attention else "attention"
    if abs(mlp - attention) < 0.01:
        winner = "about equal"

    run.measure(qv=ends["q, v"], attention=ends["attention"], all=ends["all linear"])
    run.measure(attention_matched=attention, mlp_matched=mlp, winner=winner)
    run.measure(parameters_attention=counts["attention, matched"])
    run.measure(parameters_mlp=counts["MLP, matched"])
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    ordered = ends["q, v"] > ends["attention"] > ends["all linear"]
    run.claim("more-targets-more", ordered, shown)
    run.claim("mlp-beats-attention", mlp < attention - 0.01, f"{mlp:.3f} and {attention:.3f}")
