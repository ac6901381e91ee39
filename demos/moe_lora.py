"""LoRA on a mixture of experts.

**Question.** In a mixture of experts, where do adapters go, and what happens to the router?

**Idea.** The MLP of each block is replaced by E experts and a router. Each token goes to the k
experts with the highest router score, so a token computes little, but every expert is in memory:

    h ← h + Σ p_e(h) · expert_e(h)        over the k best e,   p = softmax(W_router · h)

A balance loss punishes routers that send most tokens to few experts. A Mixtral is made from its
configuration, trained briefly with it on general texts and the old guideline, and then tuned on the
new one with LoRA on attention, on the experts too, or on all linear layers, the router among them.

**Watch** the routes: the share of tokens whose first expert is another one after the fine-tune. The
router's input moves with the layers before it, so tokens change expert even where it is frozen.

**Try** `learning_rate = 1e-4`: next to nothing moves, and the claim on the routes fails.

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


def first_experts(model: torch.nn.Module, batch: dict) -> torch.Tensor:
    """Return the expert with the highest score for each token and layer, (layers, tokens)."""
    with tinyworld.evaluating(model):
        scores = model(**batch, output_router_logits=True).router_logits
    real = batch["attention_mask"].flatten().bool()  # (texts·T,)
    return torch.stack([layer[real].argmax(-1) for layer in scores])  # layer: (texts·T, experts)


def busiest(routes: torch.Tensor) -> float:
    """Return the share of tokens that the busiest expert of a layer gets, a mean over layers."""
    return sum(torch.bincount(layer).max().item() / len(layer) for layer in routes) / len(routes)


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
        "routes-move": "With a frozen router over 5 % of tokens change their first expert",
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
        "moved_frozen": "share of tokens with another first expert, router frozen",
        "moved_router": "the same with the router trained",
        "load_before": "share of the busiest expert on clinic texts, before",
        "load_frozen": "the same after tuning attention and experts, router frozen",
        "load_router": "the same after tuning all linear layers",
        "routers": "router layers that all-linear adapts",
        "routes": "what tokens do when attention and experts are tuned, the router frozen",
    },
    predict=Predict(
        "The router is frozen, attention and experts are tuned. Do tokens keep their experts?",
        options=("all keep them", "some change"),
        measure="routes",
    ),
    budget_s=8,
)
def main(
    run: Run,
    learning_rate: float = Float(1e-2, 1e-5, 0.1, log=True, help="of the fine-tunes"),
    rank: int = Int(4, 1, 32, log=True),
    steps: int = Int(24, 5, 200),
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
        router_aux_loss_coef=0.02,
    )
    base = MixtralForCausalLM(config).to(run.device)
    weights = dict(base.named_parameters())
    total = sum(p.numel() for p in weights.values())
    experts = sum(p.numel() for name, p in weights.items() if "experts" in name)
    used = total - experts * (1 - config.num_experts_per_tok / config.num_local_experts)

    first = 50
    pairs = zip(
        tinyworld.documents("general", 4 * first, seed=seed),
        tinyworld.documents("clinic", 4 * first, seed=seed, guideline="old"),
        strict=True,
    )
    known = [text for pair in pairs for text in pair]
    texts = tinyworld.documents("clinic", 6 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
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
    routes = first_experts(base, probe)
    load, moved, ends, numbers = {"before": busiest(routes)}, {}, {}, {}

    for name, where in placements(rank).items():
        torch.manual_seed(seed)
        model = get_peft_model(copy.deepcopy(base), where)
        trained = {key: p.numel() for key, p in model.named_parameters() if p.requires_grad}
        numbers[name] = sum(trained.values())
        routers = sum("gate.lora_A" in key for key in trained)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(model, tokenizer, unseen)
        now = first_experts(model, probe)
        load[name], moved[name] = busiest(now), (now != routes).float().mean().item()
        run.bars("share of the busiest expert", load, chart="load")
        run.bars("tokens with another first expert", moved, chart="moved")

    run.measure(experts_share=experts / total, used_share=used / total, routers=routers)
    run.measure(numbers_attention=numbers["attention"], numbers_experts=numbers["and experts"])
    run.measure(loss_before=loss_before, loss_attention=ends["attention"])
    run.measure(loss_experts=ends["and experts"], loss_all=ends["all-linear"])
    run.measure(moved_frozen=moved["and experts"], moved_router=moved["all-linear"])
    run.measure(load_before=load["before"], load_frozen=load["and experts"])
    run.measure(load_router=load["all-linear"])
    run.measure(routes="some change" if moved["and experts"] > 0 else "all keep them")
    run.claim("experts-hold-most", experts > total / 2, f"{experts / total:.0%}")
    run.claim("few-are-used", used < 0.6 * total, f"{used / total:.0%}")
    run.claim("all-linear-takes-router", routers > 0, f"{routers} routers")
    twice = numbers["and experts"] > 2 * numbers["attention"]
    run.claim("experts-cost-more", twice, f"{numbers}")
    shown = ", ".join(f"{name} {share:.0%}" for name, share in moved.items())
    run.claim("routes-move", moved["and experts"] > 0.05, shown)
