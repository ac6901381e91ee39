"""Muon: one size for all directions of a matrix.

**Question.** What does Muon do with a gradient, to which weights, and what does it need for that?

**Idea.** Momentum is a matrix M = U·S·Vᵀ, and a few singular values in S are far larger than the
rest: a step along M moves the weights in a few directions only. Muon steps along

    O = U·Vᵀ        (all singular values 1)

and finds it without an SVD: five Newton-Schulz rounds X ← a·X + b·(XXᵀ)X + c·(XXᵀ)²X, matrix
products in bfloat16, bring all singular values near 1. It makes sense for matrices that map a
hidden state to another. Embeddings, the output layer and norms stay with AdamW. It keeps one state
per weight, AdamW two.

**Watch** the singular values of a real gradient before and after, then a small model that trains
from nothing with AdamW, with Muon for its hidden matrices, and with plain SGD: equal steps and
batches, each at the better of two rates.

**Try** `rounds=1`: one round leaves the singular values far apart.

**At real scale.** Jordan's note (kellerjordan.github.io/posts/muon) introduces it; Liu et al.
(arXiv 2502.16982) add weight decay and match the size of its update to AdamW's, so that AdamW's
rate can be kept, and report twice the compute efficiency in training language models. What you see
here is the step; how much it gains is not to be read off a model of 0.1 M weights.
"""

import tinyworld
import torch
from transformers import LlamaForCausalLM

from quizapp.demo import Int, Predict, Run, demo


def hidden_matrices(model):
    """Return the weights for Muon, and those that stay with AdamW."""
    muon, rest = [], []
    for name, weight in model.named_parameters():
        inside = weight.ndim == 2 and ".layers." in name  # no embedding, no output layer, no norm
        (muon if inside else rest).append(weight)
    return muon, rest


def optimizers(kind, model, rate, rounds=5):
    """Return the optimizers that train all weights of the model once."""
    if kind == "SGD":
        return [torch.optim.SGD(model.parameters(), lr=25 * rate, momentum=0.9)]
    if kind == "AdamW":
        return [torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)]
    muon, rest = hidden_matrices(model)
    settings = {"lr": rate, "weight_decay": 0.0, "ns_steps": rounds}
    return [
        torch.optim.Muon(muon, adjust_lr_fn="match_rms_adamw", **settings),
        torch.optim.AdamW(rest, lr=rate, weight_decay=0.0),
    ]


def spread(matrix):
    """Return the largest singular value over the one that three quarters of them exceed."""
    values = torch.linalg.svdvals(matrix.float())
    return (values[0] / values[3 * len(values) // 4]).item()


def bytes_per_weight(made):
    """Return the bytes of all states of optimizers, per weight that they train."""
    states = [s for o in made for state in o.state.values() for s in state.values()]
    weights = sum(p.numel() for o in made for group in o.param_groups for p in group["params"])
    return sum(s.numel() * s.element_size() for s in states if s.ndim) / weights


RATES = (4e-3, 1.2e-2)


@demo(
    topic="optimisation",
    claims={
        "gradient-is-lopsided": "The gradient's singular values differ by more than 5 times",
        "muon-evens-out": "Those of Muon's update differ by less than a third as much",
        "learns-as-fast": "With Muon the loss ends no more than 0.1 nats above AdamW's",
        "sgd-falls-behind": "SGD ends more than 0.3 nats above AdamW",
        "half-the-states": "Muon keeps under 5 bytes of states per hidden weight, AdamW 8",
    },
    measures={
        "spread_gradient": "singular values of the gradient, the largest over the lower quartile",
        "spread_muon": "singular values of Muon's update, the largest over the lower quartile",
        "spread_adam": "singular values of Adam's first update, the largest over the quartile",
        "loss_adamw": "loss on unseen texts, AdamW, nats per token",
        "loss_muon": "loss on unseen texts, Muon and AdamW, nats per token",
        "loss_sgd": "loss on unseen texts, SGD with momentum, nats per token",
        "bytes_muon": "states of Muon, bytes per hidden weight",
        "bytes_adamw": "states of AdamW, bytes per weight",
        "muon_share": "share of the weights that Muon trains",
        "evens": "what Muon does to the singular values",
    },
    predict=Predict(
        "A few singular values of the gradient are large. What are they in Muon's update?",
        options=("all near one size", "as different as before", "only the largest is left"),
        measure="evens",
    ),
    budget_s=5,
)
def main(
    run: Run,
    rounds: int = Int(5, 1, 10, help="Newton-Schulz rounds"),
    steps: int = Int(20, 10, 200, step=10),
    batch: int = Int(4, 1, 32, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("general", batch * steps, seed=seed)
    batches = list(tinyworld.batches(tokenizer, train, batch, run.device))  # (batch, T) each
    unseen = tinyworld.documents("general", 24, seed=1000 + seed)

    def fresh():
        torch.manual_seed(seed)
        return LlamaForCausalLM(base.config).to(run.device).train()

    model = fresh()
    model(**batches[0]).loss.backward()
    weight = model.model.layers[0].mlp.up_proj.weight  # (192, 64)
    gradient, before = weight.grad.clone(), weight.detach().clone()
    torch.optim.Muon([weight], lr=1.0, weight_decay=0.0, ns_steps=rounds).step()
    update = before - weight.detach()
    spreads = spread(gradient), spread(update), spread(gradient.sign())
    run.axes(title="Singular values over the largest", x="number", y="share of the largest")
    for name, matrix in (("gradient", gradient), ("Muon's update", update)):
        values = torch.linalg.svdvals(matrix.float())
        for number, value in enumerate((values / values[0]).tolist(), 1):
            run.line_points(number, {name: value})

    run.axes(chart="loss", title="From nothing, better of two rates", x="step", y="training loss")
    losses, kept = {}, {}
    run.progress(3 * len(RATES) * steps)
    for kind in ("AdamW", "Muon", "SGD"):
        for rate in RATES:
            model = fresh()
            made = optimizers(kind, model, rate, rounds)
            for step, rows in enumerate(batches):
                run.step()
                loss = model(**rows).loss
                loss.backward()
                for optimizer in made:
                    optimizer.step()
                model.zero_grad()
                if step % 5 == 4:
                    run.line_points(step + 1, {f"{kind} {rate:g}": loss.item()}, chart="loss")
            end = tinyworld.loss(model, tokenizer, unseen)
            losses[kind] = min(losses.get(kind, end), end)
        kept[kind] = bytes_per_weight(made[:1])

    muon, rest = hidden_matrices(model)
    trained = sum(w.numel() for w in muon)
    share = trained / (trained + sum(w.numel() for w in rest))
    evens = "all near one size" if spreads[1] < spreads[0] / 3 else "as different as before"
    run.measure(spread_gradient=spreads[0], spread_muon=spreads[1], spread_adam=spreads[2])
    run.measure(loss_adamw=losses["AdamW"], loss_muon=losses["Muon"], loss_sgd=losses["SGD"])
    run.measure(bytes_muon=kept["Muon"], bytes_adamw=kept["AdamW"], muon_share=share, evens=evens)
    shown = f"{spreads[0]:.1f} times"
    run.claim("gradient-is-lopsided", spreads[0] > 5, shown)
    shown = f"{spreads[0]:.1f} times, then {spreads[1]:.1f}"
    run.claim("muon-evens-out", spreads[1] < spreads[0] / 3, shown)
    shown = ", ".join(f"{kind} {loss:.2f}" for kind, loss in losses.items())
    run.claim("learns-as-fast", losses["Muon"] < losses["AdamW"] + 0.1, shown)
    run.claim("sgd-falls-behind", losses["SGD"] > losses["AdamW"] + 0.3, shown)
    half = kept["Muon"] < 5 and kept["AdamW"] > 7.9
    run.claim("half-the-states", half, f"{kept['Muon']:.2f} and {kept['AdamW']:.2f} bytes")
