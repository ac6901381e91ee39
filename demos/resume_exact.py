"""Resuming: what a checkpoint must hold.

**Question.** A run is cut off and goes on from a checkpoint. What must the checkpoint hold so that
it ends where it would have ended?

**Idea.** The next step is a function of a state. All of it is saved, or the run becomes another:

    state = weights · Adam's m and v · step of the schedule · place in the data · random numbers

The check is a test, not an opinion: train through, train half, save, load into a new model,
train the rest, and compare the weights bit for bit.

**Watch** the loss after the break for a checkpoint that lacks one piece. The plot says little:
curves look alike. The distance of the final weights says it.

**Try** `dropout = 0`: no random numbers are drawn in training, so leaving them out does no harm,
and "each-piece-matters" fails. `forgotten = "optimizer"`: the whole state lacks a piece.

**At real scale.** transformers' Trainer saves all these (optimizer.pt, scheduler.pt, rng_state.pth,
trainer_state.json) unless `save_only_model` is set, and skips the batches that were seen. With a
sharded run each process saves its shard, its random state and its place. Bit-for-bit equality then
also needs the same number of processes and deterministic kernels.
"""

import copy
import random
import tempfile
from pathlib import Path

import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from transformers import get_cosine_schedule_with_warmup

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


class Training:
    """All that the next step depends on."""

    def __init__(self, model, steps, rate):
        self.model = model.train()
        trained = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=rate)
        self.schedule = get_cosine_schedule_with_warmup(self.optimizer, 4, steps)
        self.place = 0  # in the data
        device = next(model.parameters()).device.type
        self.generators = torch if device == "cpu" else getattr(torch, device)

    def step(self, batches):
        loss = self.model(**batches[self.place]).loss
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.schedule.step()
        self.place += 1
        return loss.item()

    def save(self, path):
        """Write to another name first: a run cut off in between leaves the old checkpoint."""
        part = path.with_suffix(".part")
        adapter = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        state = {"weights": adapter, "optimizer": self.optimizer.state_dict()}
        state |= {"schedule": self.schedule.state_dict(), "place": self.place}
        torch.save({**state, "random": self.generators.get_rng_state()}, part)
        part.replace(path)

    def load(self, path, without):
        """Take over the state in the file, except the piece that is named."""
        # since torch 2.6 this reads tensors and plain values only, and runs no code of the file
        state = torch.load(path)
        self.model.load_state_dict(state["weights"], strict=False)
        if without != "optimizer":
            self.optimizer.load_state_dict(state["optimizer"])
        if without != "schedule":
            self.schedule.load_state_dict(state["schedule"])
            for group, rate in zip(
                self.optimizer.param_groups, self.schedule.get_last_lr(), strict=True
            ):
                group["lr"] = rate
        if without != "place":
            self.place = state["place"]
        if without != "random":
            self.generators.set_rng_state(state["random"])


def flat(model):
    """Return all trained numbers of a model in one row."""
    return torch.cat([p.detach().flatten() for p in model.parameters() if p.requires_grad])


PIECES = ("optimizer", "schedule", "place", "random")


@demo(
    topic="optimisation",
    claims={
        "all-is-exact": "With the whole state the resumed run ends at the very same weights",
        "each-piece-matters": "Without any one piece it ends elsewhere, by over 1 % of the way",
    },
    measures={
        "away_all": "distance of the end from that of the unbroken run, over how far training "
        "moved the weights; whole state saved",
        "away_optimizer": "the same without Adam's m and v",
        "away_schedule": "the same without the step of the schedule",
        "away_place": "the same without the place in the data",
        "away_random": "the same without the state of the random numbers",
        "seen_twice": "batches that were seen twice without the place in the data",
        "worst": "the piece whose absence leads furthest away",
    },
    predict=Predict(
        "Which missing piece leads furthest away from the run without a break?",
        options=("optimizer", "schedule", "place", "random"),
        measure="worst",
    ),
    budget_s=4,
)
def main(
    run: Run,
    steps: int = Int(16, 8, 200, step=2),
    dropout: float = Float(0.1, 0.0, 0.5, help="of the adapter"),
    forgotten: str = Choice("nothing", "optimizer", "schedule", "place", "random"),
    rank: int = Choice(8, 2, 32),
    rate: float = Float(1e-2, 1e-4, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    config = LoraConfig(r=rank, lora_dropout=dropout, target_modules="all-linear")
    fresh = get_peft_model(base, config)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    random.Random(seed).shuffle(texts)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    run.axes(x="step", y="training loss (nats per token)")
    run.reference("break", steps / 2, axis="x")
    run.progress(steps + (1 + len(PIECES)) * (steps // 2))

    def go_on(training, name, first, last):
        for step in range(first, last):
            run.step()
            run.line_points(step, {name: training.step(batches)})

    through = Training(copy.deepcopy(fresh), steps, rate)
    start = flat(through.model)
    ends = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "checkpoint.pt")
        go_on(through, "no break", 0, steps // 2)
        through.save(path)
        go_on(through, "no break", steps // 2, steps)
        for without in (None, *PIECES):
            torch.manual_seed(seed + 1)  # a new process starts elsewhere
            resumed = Training(copy.deepcopy(fresh), steps, rate)
            resumed.load(path, without or forgotten)
            begun_at = resumed.place
            go_on(resumed, f"without {without}" if without else "whole state", steps // 2, steps)
            ends[without] = flat(resumed.model)
            if without == "place":
                run.measure(seen_twice=steps // 2 - begun_at)

    end = flat(through.model)
    moved = (end - start).norm()
    away = {without: ((its - end).norm() / moved).item() for without, its in ends.items()}
    lacking = {piece: away[piece] for piece in PIECES}
    run.bars("over the movement of the weights", lacking, chart="away")
    run.axes(chart="away", title="distance of the end, one piece missing")
    run.measure(away_all=away[None], **{f"away_{piece}": far for piece, far in lacking.items()})
    run.measure(worst=max(lacking, key=lambda piece: lacking[piece]))
    run.claim("all-is-exact", torch.equal(ends[None], end), f"{away[None]:.1e} of the movement")
    shown = ", ".join(f"{piece} {far:.3f}" for piece, far in lacking.items())
    run.claim("each-piece-matters", min(lacking.values()) > 0.01, shown)
