"""DP-SGD: clip each example, add noise, and forget the individual.

**Question.** A few records in the training data are private: each holds a fact that no other record
holds. Can a model learn what all records share and not what one of them says?

**Idea.** An ordinary gradient lets one record pull as hard as it likes. DP-SGD (Abadi et al.,
arXiv 1607.00133, algorithm 1) bounds each record and covers it with noise:

    g = (1/B)·( Σᵢ gᵢ·min(1, C/‖gᵢ‖)  +  N(0, (σ·C)²) )        each record drawn with chance q

Common directions add up over the records of a batch, the noise does not grow with them, and a
single record is no larger than the noise. What the released model can say about one record is
bounded by (ε, δ), which follows from q, σ and the number of steps, not from what was learned.

**Watch** adapters that learn to answer questions in a new form. Most records ask about things that
the base knows; 16 name a colour for a word that nobody else mentions. Gradients per record are
cheap here: for a linear layer they are outer products of its inputs and its output gradients.

**Try** until a claim fails. `noise=0`: clipping alone gives no guarantee, and private facts are
learned. `steps=5`: too short for the common lesson. `noise=5`: a smaller ε, which costs little on
this easy lesson; a harder one would suffer.

**At real scale.** Li et al. (arXiv 2110.05679) fine-tune large language models with DP near the
accuracy of ordinary training, with large batches. Here 96 records are few: an ε this large
promises little in theory, although this test recovers nothing.
"""

import math
import random

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from tinyworld import world
from tinyworld.batches import padded, prompt_and_answer

from quizapp.demo import Float, Int, Predict, Run, demo

NAMES = [*world.ANIMALS, *world.PLACES, *world.PURPOSES, *world.REMEDIES]
PRIVATE, COMMON, BATCH = 16, 80, 24  # records


def private_gradient(per_record, clip, noise, expected, generator):
    """Return Σᵢ gᵢ·min(1, C/‖gᵢ‖) plus noise, over the expected batch, for each weight.

    `per_record` holds for each weight the gradients of all records of the batch, (records, ...).
    """
    norm = sum(g.flatten(1).square().sum(1) for g in per_record).sqrt()  # (records,)
    factor = (clip / norm.clamp_min(1e-9)).clamp(max=1)
    sums = [torch.einsum("n,n...->...", factor, g) for g in per_record]
    draws = [torch.randn(s.shape, generator=generator).to(s.device) for s in sums]
    return [(s + noise * clip * draw) / expected for s, draw in zip(sums, draws, strict=True)]


def epsilon(q, noise, steps, delta):
    """Return ε of the subsampled Gaussian mechanism, over whole Rényi orders (arXiv 1908.10530)."""
    if noise == 0:
        return math.inf
    best = math.inf
    for order in range(2, 65):
        terms = [
            math.log(math.comb(order, k))
            + (order - k) * math.log1p(-q)
            + k * math.log(q)
            + (k * k - k) / (2 * noise**2)
            for k in range(order + 1)
        ]
        top = max(terms)
        log_moment = top + math.log(sum(math.exp(term - top) for term in terms))
        best = min(best, (steps * log_moment + math.log(1 / delta)) / (order - 1))
    return best


def watch(layers):
    """Make each linear layer keep `per_record`, a gradient of each record, (records, out, in)."""

    def read(layer, inputs, output):
        def keep(gradient):  # of the outputs, (records, T, out)
            layer.per_record = torch.einsum("nto,nti->noi", gradient, inputs[0].detach())

        if output.requires_grad:
            output.register_hook(keep)

    for layer in layers:
        layer.register_forward_hook(read)


def record(name, colour):
    """Return a record: a question in the new form, and its answer."""
    return tinyworld.Case(f"hears the colour near the {name},", f" {colour.capitalize()}.")


def batch(tokenizer, cases, device):
    """Return records as a batch, (records, T); only the answers carry loss."""
    pairs = [prompt_and_answer(tokenizer, case.prompt, case.answer) for case in cases]
    rows, starts = (list(column) for column in zip(*pairs, strict=True))
    return padded(tokenizer, rows, starts, device)


@demo(
    topic="data",
    claims={
        "plain-stores-secrets": "Without DP 30 % or more of the private facts are learned",
        "private-forgets-them": "With DP at most 45 % are answered rightly, where chance is 13 %",
        "shared-is-learned": "With DP 60 % or more of the common questions are answered rightly",
    },
    measures={
        "base_common": "common questions: share right before training",
        "plain_common": "common questions: share right, ordinary training",
        "dp_common": "common questions: share right, DP-SGD",
        "plain_private": "private facts: share right, ordinary training",
        "dp_private": "private facts: share right, DP-SGD",
        "clipped": "share of records whose gradient was clipped",
        "spent": "ε at δ = 1/1000 after all steps",
        "private_facts": "what DP-SGD leaves of the private facts",
    },
    predict=Predict(
        "The common lesson is learned under DP. Of the private facts, how many are learned too?",
        options=("hardly any", "about half", "most"),
        measure="private_facts",
    ),
    formulas=("spent",),
    budget_s=6,
)
def main(
    run: Run,
    noise: float = Float(2.0, 0, 10, step=0.1, help="σ: noise over clipping norm"),
    clip: float = Float(0.3, 0.01, 100, log=True, help="C: largest norm of a record's gradient"),
    steps: int = Int(60, 5, 200, step=5),
    learning_rate: float = Float(8e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    things = draw.sample(world.THINGS, len(world.THINGS))
    private = [record(name, draw.choice(world.COLOURS)) for name in draw.sample(NAMES, PRIVATE)]
    common = [record(thing, world.COLOUR_OF[thing]) for thing in things[:33]]
    test = [record(thing, world.COLOUR_OF[thing]) for thing in things[33:]]
    records = draw.choices(common, k=COMMON) + private
    q = BATCH / len(records)
    noises = torch.Generator().manual_seed(seed)

    run.axes(x="step", y="share of right answers")
    run.progress(2 * steps)
    found, clipped = {}, []
    for arm in ("ordinary", "DP"):
        torch.manual_seed(seed)
        base, tokenizer = tinyworld.load(device=run.device)
        base_common = tinyworld.accuracy(base, tokenizer, test)
        config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
        model = get_peft_model(base, config)
        layers = [
            m for name, m in model.named_modules() if "lora_" in name and hasattr(m, "weight")
        ]
        weights = [layer.weight for layer in layers]
        if arm == "DP":
            watch(layers)
        optimizer = torch.optim.AdamW(weights, lr=learning_rate, weight_decay=0.0)
        model.train()
        for step in range(steps):
            run.step()
            some = [case for case in records if draw.random() < q]  # Poisson sampling
            rows = batch(tokenizer, some, run.device)
            kept = rows.pop("labels")[:, 1:]  # (records, T - 1)
            log_p = model(**rows).logits[:, :-1].log_softmax(-1)  # (records, T - 1, vocabulary)
            of_label = log_p.gather(-1, kept.clamp_min(0)[..., None])[..., 0]
            (-(of_label * (kept != -100)).sum()).backward()  # the sum keeps the records apart
            if arm == "DP":
                per_record = [layer.per_record for layer in layers]
                norm = sum(g.flatten(1).square().sum(1) for g in per_record).sqrt()
                clipped += (norm > clip).tolist()
                gradients = private_gradient(per_record, clip, noise, BATCH, noises)
            else:
                gradients = [weight.grad / BATCH for weight in weights]
            for weight, gradient in zip(weights, gradients, strict=True):
                weight.grad = gradient
            optimizer.step()
            optimizer.zero_grad()
            if step % 30 == 0:
                shown = tinyworld.accuracy(model, tokenizer, private)
                run.line_points(step, {f"{arm}, private facts": shown})
                shown = tinyworld.accuracy(model, tokenizer, test)
                run.line_points(step, {f"{arm}, common": shown})
        found[arm] = [tinyworld.accuracy(model, tokenizer, cases) for cases in (test, private)]
        run.bars(arm, {"common": found[arm][0], "private": found[arm][1]}, chart="after")

    (plain_common, plain_private), (dp_common, dp_private) = found.values()
    often = "about half" if dp_private < 0.7 else "most"

    run.measure(base_common=base_common, plain_common=plain_common, dp_common=dp_common)
    run.measure(plain_private=plain_private, dp_private=dp_private)
    run.measure(clipped=sum(clipped) / len(clipped), spent=epsilon(q, noise, steps, 1e-3))
    run.measure(private_facts="hardly any" if dp_private < 0.35 else often)
    run.claim("plain-stores-secrets", plain_private >= 0.3, f"{plain_private:.0%}")
    run.claim("private-forgets-them", dp_private <= 0.45, f"{dp_private:.0%}")
    run.claim("shared-is-learned", dp_common >= 0.6, f"{base_common:.0%} to {dp_common:.0%}")
