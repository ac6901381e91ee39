"""LoRA on a mixture of experts.

**Question.** In a mixture of experts, where do adapters go, and what happens to the router?

**Idea.** The MLP of each block is replaced by E experts and a router. Each token goes to the k
experts with the highest router score, so a token computes little, but every expert is in memory:

    h ← h + Σ p_e(h) · expert_e(h)        over the k best e,   p = softmax(W_router · h)

A balance loss punishes routers that send most tokens to few experts. A Mixtral is made from its
configuration, trained briefly on general texts and the old guideline, and then tuned on the new one
with LoRA on attention, on the experts too, or on all linear layers, the router among them.

**Watch** the loads: the share of tokens of the busiest expert, before and after. The router's
input moves with the layers before it, so the loads shift even where the router is frozen.

**Try** `balance = 0`: the loads of the first training are left to themselves, and the claim that
the balance loss evens them out is not tested.

**At real scale.** Switch (arXiv 2101.03961) has the balance loss; ESFT (2407.01906) trains only the
experts that a task uses. transformers 5 stores all experts of a layer as one 3-D parameter, so peft
0.21 reaches them by `target_parameters`. Sizes and losses here are a toy's.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from transformers import MixtralConfig, MixtralForCausalLM

from quizapp.demo import Float, Int, Predict, Run, demo

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
EXPERTS = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]


def busiest(model: torch.nn.Module, batch: dict) -> float:
    """Return the share of tokens that the busiest expert of a layer gets, a mean over layers."""
    with tinyworld.evaluating(model):
        scores = model(**batch, output_router_logits=True).router_logits
    real = batch["attention_mask"].flatten().bool()  # (texts·T,)
    shares = []
    for layer in scores:  # (texts·T, experts)
        chosen = layer[real].argmax(-1)  # (tokens,)
        shares.append(torch.bincount(chosen).max().item() / len(chosen))
    return sum(shares) / len(shares)


def placements(rank: int) -> dict[str, LoraConfig]:
    """Return where adapters sit in each run."""
    scale = {"r": rank, "lora_alpha": 2 * rank}
    return {
        "attention": LoraConfig(**scale, target_modules=ATTENTION),
        "and experts": LoraConfig(**scale, target_modules=ATTENTION, target_parameters=EXPERTS),
        "all-linear": LoraConfig(**scale, target_modules="all-linear"),
    }


@demo(
    topic="lora",
    claims={
        "experts-hold-most": "Over half of the weights are experts",
        "few-are-used": "A token uses less than 60 % of the weights",
        "all-linear-takes-router": "all-linear puts an adapter on the router",
        "experts-cost-more": "Adapters in every expert train over twice the numbers",
        "experts-reach-further": "With experts adapted the loss ends 0.1 nats lower",
        "loads-shift": "With a frozen router the busiest expert's share changes by over 0.03",
    },
    measures={
        "experts_share": "share of the weights that are experts",
        "used_share": "share of the weights that one token uses",
        "numbers_attention": "numbers trained with LoRA on attention",
        "numbers_experts": "numbers trained with LoRA on attention and experts",
        "loss_before": "loss on the new guideline before the fine-tune, nats per token",
        "loss_attention": "loss with LoRA on attention",
        "loss_experts": "loss with LoRA on attention and experts",
        "loss_all": "loss with LoRA on all linear layers, router included",
        "load_general": "share of the busiest expert on general texts, before",
        "load_before": "share of the busiest expert on clinic texts, before",
        "load_frozen": "the same after tuning attention and experts, router frozen",
        "load_router": "the same after tuning all linear layers",
        "shift": "largest change of that share with a frozen router",
        "routers": "router layers that all-linear adapts",
        "lowest": "the placement with the lowest loss",
    },
    predict=Predict(
        "Same rank and steps: which placement of adapters ends lowest?",
        options=("attention", "and experts", "all-linear"),
        measure="lowest",
    ),
    budget_s=8,
)
def main(
    run: Run,
    balance: float = Float(0.02, 0, 1, help="weight of the balance loss in the first training"),
    rank: int = Int(4, 1, 32, log=True),
    steps: int = Int(30, 5, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    like, tokenizer = tinyworld.load(device=run.device)
    config = MixtralConfig(
        vocab_size=like.config.vocab_size,
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        num_local_experts=4,
        num_experts_per_tok=1,
        router_aux_loss_coef=balance,
    )
    base = MixtralForCausalLM(config).to(run.device)
    weights = dict(base.named_parameters())
    total = sum(p.numel() for p in weights.values())
    experts = sum(p.numel() for name, p in weights.items() if "experts" in name)
    used = total - experts * (1 - config.num_experts_per_tok / config.num_local_experts)

    first = 60
    half = zip(
        tinyworld.documents("general", 4 * first, seed=seed),
        tinyworld.documents("clinic", 4 * first, seed=seed, guideline="old"),
        strict=True,
    )
    known = [text for pair in half for text in pair]
    texts = tinyworld.documents("clinic", 6 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general = tinyworld.documents("general", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 6, run.device))  # input_ids: (6, T)
    probe = tinyworld.batch(tokenizer, unseen, run.device)  # (32, T)
    run.axes(x="step", y="training loss (nats per token)")
    run.progress(first + 3 * steps)

    base.config.output_router_logits = True  # adds the balance loss to the loss
    learned = tinyworld.train(base, tinyworld.batches(tokenizer, known, 8, run.device), 1e-2)
    for step, loss in enumerate(learned):
        run.step()
        run.line_points(step - first, {"first training": loss})
    base.config.output_router_logits = False
    loss_before = tinyworld.loss(base, tokenizer, unseen)
    load_general = busiest(base, tinyworld.batch(tokenizer, general, run.device))
    load = {"before": busiest(base, probe)}

    ends, numbers, routers = {}, {}, 0
    for name, where in placements(rank).items():
        torch.manual_seed(seed)
        model = get_peft_model(copy.deepcopy(base), where)
        trained = {key: p.numel() for key, p in model.named_parameters() if p.requires_grad}
        numbers[name] = sum(trained.values())
        routers = sum("gate.lora_A" in key for key in trained)
        for step, loss in enumerate(tinyworld.train(model, batches, 1e-2)):
            run.step()
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(model, tokenizer, unseen)
        load[name] = busiest(model, probe)
        run.bars("share of the busiest expert", load, chart="load")

    shift = max(abs(load[name] - load["before"]) for name in ("attention", "and experts"))
    run.measure(experts_share=experts / total, used_share=used / total, routers=routers)
    run.measure(numbers_attention=numbers["attention"], numbers_experts=numbers["and experts"])
    run.measure(loss_before=loss_before, loss_attention=ends["attention"])
    run.measure(loss_experts=ends["and experts"], loss_all=ends["all-linear"])
    run.measure(load_general=load_general, load_before=load["before"], shift=shift)
    run.measure(load_frozen=load["and experts"], load_router=load["all-linear"])
    run.measure(lowest=min(ends, key=lambda name: ends[name]))
    run.claim("experts-hold-most", experts > total / 2, f"{experts / total:.0%}")
    run.claim("few-are-used", used < 0.6 * total, f"{used / total:.0%}")
    run.claim("all-linear-takes-router", routers > 0, f"{routers} routers")
    twice = numbers["and experts"] > 2 * numbers["attention"]
    run.claim("experts-cost-more", twice, f"{numbers}")
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    run.claim("experts-reach-further", ends["and experts"] < ends["attention"] - 0.1, shown)
    shown = ", ".join(f"{name} {share:.2f}" for name, share in load.items())
    run.claim("loads-shift", shift > 0.03, shown)
