"""Warmup lets you be brave.

**Question.** Why start with a tiny learning rate, when the loss is largest at the start?

**Idea.** For W steps the rate rises linearly to its peak, η = peak · t / W. Two things are bad
early on. Adam divides by √v, and v is estimated from a handful of gradients, so first steps have
nearly full size in every weight, whatever the gradient. And the curvature at a random start is
high: a step is stable only while η < 2/λ, and λ falls as training proceeds.

**Watch** two runs of a fresh four-layer model with the same brave peak. The one without warmup is
thrown off in its first steps and does not recover within the run.

**Try** `peak = 0.0003`: nothing has to be rescued, warmup only loses time, and the claim fails.

**At real scale.** Liu et al. (RAdam, arXiv 1908.03265) blame the variance of the adaptive rate.
Kalra and Barkeshli (arXiv 2406.09405) find that warmup mainly lets the model move to where larger
rates are stable. Goyal et al. (arXiv 1706.02677) use it for very large batches. Training from
scratch shows it best. Xiong et al. (arXiv 2002.04745): with layer norm after each block, as in the
first transformers, it is needed; with the norm before each block, as here, modest rates do without.
"""

from collections.abc import Iterator

import tinyworld
import torch
from transformers import LlamaForCausalLM, get_cosine_schedule_with_warmup

from quizapp.demo import Float, Int, Predict, Run, demo


def train(model, batches: list, peak: float, warmup: int) -> Iterator[tuple[float, float]]:
    """Take a step per batch, the rate rising for `warmup` steps; give the rate and the loss."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=0.0)
    schedule = get_cosine_schedule_with_warmup(optimizer, warmup, len(batches))
    for batch in batches:
        rate = schedule.get_last_lr()[0]
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        yield rate, loss.item()


@demo(
    topic="optimisation",
    claims={
        "warmup-rescues": "At a brave peak the run with warmup ends lower",
    },
    measures={
        "without": "loss on unseen text, no warmup, nats per token",
        "with": "loss on unseen text, with warmup",
        "gain": "what warmup gains, nats per token",
        "best": "which run ends lower",
    },
    predict=Predict(
        "Same peak, same data, same steps. Which run ends lower?",
        options=("without warmup", "with warmup"),
        measure="best",
    ),
    budget_s=10,
)
def main(
    run: Run,
    peak: float = Float(3.5e-2, 1e-4, 0.1, log=True),
    warmup: float = Float(0.4, 0.02, 0.5, help="share of the steps"),
    steps: int = Int(100, 20, 300, step=20),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("general", 16 * steps, seed=seed)
    unseen = tinyworld.documents("general", 48, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 16, run.device))  # input_ids: (16, T)
    config = base.config
    config.num_hidden_layers = 4
    run.axes(x="step", y="training loss (nats per token)", log_y=True)
    run.axes(chart="rate", x="step", y="learning rate")
    run.reference("floor", tinyworld.floor("general"))

    ends = {}
    run.progress(2 * steps)
    for name, rising in {"without": 0, "with": round(warmup * steps)}.items():
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config).to(run.device).train()  # random weights
        for step, (rate, loss) in enumerate(train(model, batches, peak, rising)):
            run.step()
            run.line_points(step, {name: rate}, chart="rate")
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(model, tokenizer, unseen)

    gain = ends["without"] - ends["with"]
    best = "with warmup" if gain > 0 else "without warmup"

    run.measure(**ends, gain=gain, best=best)
    run.claim("warmup-rescues", gain > 0, f"{ends['without']:.3f} to {ends['with']:.3f}")
