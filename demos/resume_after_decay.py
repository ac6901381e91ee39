"""Going on after the schedule has ended.

**Question.** A cosine has taken the rate to zero, and the loss would still fall. How do you spend
twenty per cent more steps?

**Idea.** At the end of a cosine η ≈ 0, so further steps move nothing. There are two ways on:

    rewarm   raise η to a share of the peak, then decay again
    go back  to a checkpoint with a high η, go on from there, decay at the end

The second needs such a checkpoint. Warmup-stable-decay always has one: its plateau.

**Watch** the end of the plot. One line stays level, the others fall.

**Try** `peak = 0.03`: so large a rate first undoes what the decay had settled, and the claims can
fail.

**At real scale.** Ibrahim et al. (arXiv 2403.08763) continue pre-training at 405M and 10B
parameters by re-warming and re-decaying the rate; the loss first rises, and replay of old data
limits what is lost. Hu et al. (MiniCPM, arXiv 2404.06395, section 4.3) go on from the plateau. A
miniature that is far from its minimum shows the gain of more steps, and hardly the rise.
"""

import copy
from collections.abc import Iterable

import tinyworld
import torch
from transformers import get_cosine_schedule_with_warmup, get_wsd_schedule

from quizapp.demo import Float, Int, Predict, Run, demo


class Training:
    """A model, its Adam states and its texts, which can be copied and gone on with."""

    def __init__(self, model: torch.nn.Module, peak: float) -> None:
        self.model = model.train()
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=0.0)

    def steps(self, batches: Iterable, rates: list[float]) -> None:
        """Take one step per batch at the rate given for it."""
        for batch, rate in zip(batches, rates, strict=True):
            self.optimizer.param_groups[0]["lr"] = rate
            self.model(**batch).loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()


def rates_of(schedule, peak: float, steps: int, *lengths: int) -> list[float]:
    """Return the rates of the first steps under a schedule of transformers."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler = schedule(optimizer, *lengths)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@demo(
    topic="optimisation",
    claims={
        "zero-rate-stands-still": "Further steps at the last rate change the loss by under 0.1 %",
        "rewarming-gains": "Warming up again and decaying lowers the loss by more than 1 %",
        "plateau-gains": "Going on from the plateau and decaying ends lower than the finished run",
        "rises-past-its-end": "The cosine of transformers, stepped past its end, rises again",
    },
    measures={
        "finished": "loss on unseen texts after the cosine, nats per token",
        "stood_still": "loss after more steps at the last rate",
        "rewarmed": "loss after warming up again and a second decay",
        "from_plateau": "loss after going on from the plateau, with a decay at the end",
        "past_end": "rate after 20 % more steps of the same cosine, as a share of the peak",
        "still": "what more steps at the last rate do to the loss",
    },
    predict=Predict(
        "After a cosine to zero the loop just goes on, at the last rate. The loss ...",
        options=("falls further", "stays", "rises"),
        measure="still",
    ),
    budget_s=7,
)
def main(
    run: Run,
    peak: float = Float(1e-3, 1e-5, 0.1, log=True),
    again: float = Float(0.5, 0.05, 1.0, help="second peak, as a share of the first"),
    steps: int = Int(60, 20, 200, step=20),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    warmup, decay, more = steps // 10, steps // 5, steps // 5
    texts = tinyworld.documents("clinic", 16 * (steps + more), seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 16, run.device))  # input_ids: (16, T)
    cosine = rates_of(get_cosine_schedule_with_warmup, peak, steps + more, warmup, steps)
    second = rates_of(get_cosine_schedule_with_warmup, again * peak, more, more // 4, more)
    plateau = [*rates_of(get_wsd_schedule, peak, steps + more, warmup, decay, steps + more)]
    run.axes(x="step", y="loss on unseen texts (nats per token)", log_y=True)
    run.reference("end of the cosine", steps, axis="x")
    run.progress((2 * steps + 4 * more) // 4)

    def go_on(name: str, training: Training, rates: list[float], first: int) -> float:
        """Train from step `first` at these rates, and return the loss on unseen texts."""
        for step in range(0, len(rates), 4):
            some = rates[step : step + 4]
            run.step()
            training.steps(batches[first + step :][: len(some)], some)
            loss = tinyworld.loss(training.model, tokenizer, unseen)
            run.line_points(first + step + len(some), {name: loss})
        return loss

    first = Training(copy.deepcopy(base), peak)
    finished = go_on("cosine", first, cosine[:steps], 0)
    stood = go_on("last rate", copy.deepcopy(first), [cosine[steps]] * more, steps)
    rewarmed = go_on("warmed up again", copy.deepcopy(first), second, steps)
    stable = Training(copy.deepcopy(base), peak)
    from_plateau = go_on("from the plateau", stable, plateau, 0)

    change = stood / finished - 1
    still = "stays" if abs(change) < 0.001 else "falls further" if change < 0 else "rises"
    past = cosine[-1] / peak
    run.measure(finished=finished, stood_still=stood, rewarmed=rewarmed, still=still)
    run.measure(from_plateau=from_plateau, past_end=past)
    run.claim("zero-rate-stands-still", abs(change) < 0.001, f"{change:+.2%}")
    run.claim("rewarming-gains", rewarmed < 0.99 * finished, f"{finished:.3f} to {rewarmed:.3f}")
    shown = f"{finished:.3f} finished, {from_plateau:.3f} from the plateau"
    run.claim("plateau-gains", from_plateau < finished, shown)
    run.claim("rises-past-its-end", past > cosine[steps] / peak, f"{past:.1%} of the peak")
