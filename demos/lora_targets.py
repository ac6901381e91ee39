"""Attention or MLP?

**Question.** Which layers should carry the adapters?

**Idea.** A block has attention projections (q, k, v, o) and MLP projections (gate, up, down). At
the same rank more targets means more parameters, so "all layers are better" may only say that
more parameters are better. A fair comparison gives both sides about the same number.

    parameters = r·(in + out) summed over the targets

And the best learning rate is another one for each set, so each is run at three and judged at its
best.

**Watch** the bars. The first three share one rank; the next two share one parameter budget; the
last two set a rank of 1 in all layers against a rank of 64 in one.

**Try** `steps = 150`: attention and MLP both learn this small task, and the claim on the order
fails.

**At real scale.** The LoRA paper adapted attention only (arXiv 2106.09685, section 4.2). QLoRA
found that adapters on all linear layers are needed to match full fine-tuning (arXiv 2305.14314,
section 4). "LoRA Without Regret" (Schulman et al., 2025) finds attention-only worse even at matched
parameter counts, and MLP-only about as good as all layers. The MLP stores much of what a model
knows, and this task is to change stored facts; another task may need other layers.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Int, Predict, Run, demo


def matching_rank(rank: int, hidden: int, inner: int) -> int:
    """Return the rank at which the MLP trains as much as attention does at `rank`."""
    of_attention = rank * 4 * (hidden + hidden)  # q, k, v, o: all square
    return max(1, of_attention // (3 * (hidden + inner)))  # gate, up, down


ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
MLP = ["gate_proj", "up_proj", "down_proj"]


RATES = (3e-3, 1e-2, 3e-2)


@demo(
    topic="lora",
    claims={
        "all-layers-lead": "At one rank all layers end over 0.1 nats below q, v and attention",
        "mlp-beats-attention": "At about equal parameters the MLP ends over 0.05 nats lower",
        "mlp-is-nearly-all": "The MLP alone comes within 0.1 nats of all layers",
        "place-beats-rank": "Rank 1 in all layers ends over 0.3 nats below rank 64 in q_proj",
    },
    measures={
        "qv": "loss with adapters on q and v, nats per token",
        "attention": "loss with adapters on q, k, v and o",
        "all": "loss with adapters on all linear layers",
        "attention_matched": "loss of attention at twice the rank",
        "mlp_matched": "loss of the MLP at the same number of parameters",
        "all_rank_1": "loss of rank 1 on all linear layers",
        "q_rank_64": "loss of rank 64 on q_proj alone",
        "parameters_attention": "parameters of the matched attention adapters",
        "parameters_mlp": "parameters of the matched MLP adapters",
        "parameters_rank_1": "parameters of rank 1 on all linear layers",
        "parameters_rank_64": "parameters of rank 64 on q_proj",
        "winner": "the better place at about equal parameters",
    },
    predict=Predict(
        "The same number of trained parameters in attention or in the MLP: which learns the rule?",
        options=("attention", "MLP", "about equal"),
        measure="winner",
    ),
    budget_s=12,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 32, log=True),
    steps: int = Int(30, 10, 200),
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
        "all linear, r = 1": ([*ATTENTION, *MLP], 1),
        "q, r = 64": (["q_proj"], 64),
    }
    run.axes(x="learning rate", y="loss on unseen texts (nats per token)", log_x=True)
    run.axes(chart="ends", y="loss on unseen texts (nats per token)")

    ends, counts, rows = {}, {}, []
    run.progress(len(sets) * len(RATES) * steps)
    for name, (targets, r) in sets.items():
        losses = {}
        for rate in RATES:
            torch.manual_seed(seed)
            config = LoraConfig(r=r, lora_alpha=2 * r, target_modules=targets)  # scale 2 for all
            model = get_peft_model(copy.deepcopy(base), config)
            for _ in tinyworld.train(model, batches, rate):
                run.step()
            losses[rate] = tinyworld.loss(model, tokenizer, unseen)
            run.line_points(rate, {name: losses[rate]})
        best = min(losses, key=losses.__getitem__)
        ends[name] = losses[best]
        counts[name], _ = model.get_nb_trainable_parameters()
        row = {"targets": name, "rank": r, "parameters": counts[name], "best rate": best}
        rows.append(row | {"loss": ends[name]})
        run.bars("each at its best rate", ends, chart="ends")
        run.table("Targets", rows)

    attention = ends["attention, matched"]
    mlp = ends["MLP, matched"]
    winner = "MLP" if mlp < attention else "attention"
    if abs(mlp - attention) < 0.01:
        winner = "about equal"
    rank_1, rank_64 = ends["all linear, r = 1"], ends["q, r = 64"]

    run.measure(qv=ends["q, v"], attention=ends["attention"], all=ends["all linear"])
    run.measure(attention_matched=attention, mlp_matched=mlp, winner=winner)
    run.measure(all_rank_1=rank_1, q_rank_64=rank_64)
    run.measure(parameters_attention=counts["attention, matched"])
    run.measure(parameters_mlp=counts["MLP, matched"])
    run.measure(parameters_rank_1=counts["all linear, r = 1"])
    run.measure(parameters_rank_64=counts["q, r = 64"])
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    leads = ends["all linear"] < min(ends["q, v"], ends["attention"]) - 0.1
    run.claim("all-layers-lead", leads, shown)
    run.claim("mlp-beats-attention", mlp < attention - 0.05, f"{mlp:.3f} and {attention:.3f}")
    near = mlp < ends["all linear"] + 0.1
    run.claim("mlp-is-nearly-all", near, f"{mlp:.3f} and {ends['all linear']:.3f}")
    run.claim("place-beats-rank", rank_1 < rank_64 - 0.3, f"{rank_1:.2f} and {rank_64:.2f}")
