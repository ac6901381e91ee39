"""The pipeline and its bubble.

**Question.** A network is cut into p stages, a batch into m micro-batches. What share of the time
does a stage wait, and what does it hold?

**Idea.** A stage can only work on what its neighbour has handed over: the first ones wait at the
end of the step, the last ones at its start. Where all pieces take equally long,

    rounds = 2·(m + p - 1),   waiting = (p - 1) / (m + p - 1)

Two orders: **all forward** first, then all backward (GPipe), or **one forward, one backward**
(1F1B): a stage goes backward as soon as it can.

**Watch** the heatmap: one row for each stage, one column for each round, forward, backward or
waiting. The network is trained for real: each piece is a forward or backward pass of autograd on a
micro-batch, done when its input is there. One process plays all stages by turns, so time is counted
in rounds and not in seconds.

**Try** `micro_batches = 1`: one stage works, all others wait. `order = "all forward"`: the same
bubble, but the first stage holds the activations of all micro-batches, and "holds-few" fails.

**At real scale.** GPipe, arXiv 1811.06965; 1F1B and interleaved stages: Megatron-LM, arXiv
2104.04473, section 2.2, which divides by the ideal time instead: (p - 1)/m. A backward piece takes
about twice as long as a forward one; the share stays the same. Real stages are never quite equal.
"""

import copy
from collections import deque

import torch
from torch import nn

from quizapp.demo import Choice, Int, Predict, Run, demo


class Stage:
    """Some layers, with what has arrived and what is held for backward."""

    def __init__(self, layers, warmup):
        self.layers, self.warmup = layers, warmup
        self.forward_inbox, self.backward_inbox = deque(), deque()
        self.held = {}  # micro-batch -> (input, output)
        self.most_held = self.done_forward = self.done_backward = 0

    def next_piece(self, count, order):
        """Return "forward" or "backward", whichever the order asks for; None is waiting."""
        all_forward = self.done_forward == count
        if order == "all forward":
            turn = "backward" if all_forward else "forward"
        else:  # as many forward passes ahead as there are stages below, then by turns
            ahead = self.done_forward - self.done_backward
            turn = "backward" if all_forward or ahead > self.warmup else "forward"
        inbox = self.backward_inbox if turn == "backward" else self.forward_inbox
        return turn if inbox else None

    def forward(self):
        i, x = self.forward_inbox.popleft()
        x = x.detach().requires_grad_()
        y = self.layers(x)
        self.held[i] = (x, y)
        self.most_held = max(self.most_held, len(self.held))
        self.done_forward += 1
        return i, y

    def backward(self):
        i, dy = self.backward_inbox.popleft()
        x, y = self.held.pop(i)
        y.backward(dy)
        self.done_backward += 1
        return i, x.grad


def run_rounds(stages, inputs, targets, order, after_round):
    """Train one step; return a row of 1, -1 and 0 per stage: forward, backward, waiting."""
    m, total = len(inputs), sum(target.numel() for target in targets)
    stages[0].forward_inbox.extend(enumerate(inputs))
    rows = [[] for _ in stages]
    while stages[0].done_backward < m:
        handed = []  # arrives in the next round
        for k, stage in enumerate(stages):
            piece = stage.next_piece(m, order)
            rows[k].append({"forward": 1, "backward": -1, None: 0}[piece])
            if piece == "forward":
                i, y = stage.forward()
                if stage is stages[-1]:  # gradient of the squared error
                    handed.append(
                        (stage.backward_inbox, (i, 2 * (y.detach() - targets[i]) / total))
                    )
                else:
                    handed.append((stages[k + 1].forward_inbox, (i, y)))
            elif piece == "backward":
                i, dx = stage.backward()
                if k:
                    handed.append((stages[k - 1].backward_inbox, (i, dx)))
        for inbox, what in handed:
            inbox.append(what)
        after_round(rows)
    return rows


@demo(
    topic="memory",
    claims={
        "bubble-is-small": "A stage waits for under a fifth of the rounds",
        "holds-few": "No stage holds more micro-batches than there are stages",
    },
    measures={
        "waiting": "share of the rounds in which a stage waits, mean over the stages",
        "waiting_percent": "the same, percent",
        "over_ideal": "rounds of waiting over rounds of work",
        "rounds": "rounds of the step",
        "most_held": "micro-batches held for backward at once, the most of any stage",
        "gradient_gap": "distance of the gradient from that of one piece, over its length",
        "formula": "the share by the formula",
    },
    predict=Predict(
        "What share of the time does a stage wait?",
        low=0,
        high=100,
        within=0.1,
        unit="percent",
        measure="waiting_percent",
    ),
    formulas=("formula",),
    budget_s=3,
)
def main(
    run: Run,
    stages: int = Choice(4, 2, 8, 16),
    micro_batches: int = Int(16, 1, 64, log=True),
    order: str = Choice("one forward, one backward", "all forward"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    width, rows, layers = 32, 4, 16
    whole = nn.Sequential(
        *(nn.Sequential(nn.Linear(width, width), nn.Tanh()) for _ in range(layers))
    ).to(run.device)
    inputs = list(torch.randn(micro_batches, rows, width, device=run.device))  # m of (rows, width)
    targets = list(torch.randn(micro_batches, rows, width, device=run.device))
    cut = layers // stages
    parts = [copy.deepcopy(whole[k * cut : (k + 1) * cut]) for k in range(stages)]
    line = [Stage(part, stages - 1 - k) for k, part in enumerate(parts)]
    run.axes(title=f"{order}: 1 forward, -1 backward, 0 waiting", x="round", y="stage")
    run.progress(2 * (micro_batches + stages - 1))

    def after_round(rows):
        run.step()
        run.heatmap("piece", rows, rows=range(stages), columns=range(len(rows[0])))

    rows_of = run_rounds(line, inputs, targets, order, after_round)
    pieces = torch.tensor(rows_of)  # (stages, rounds)
    waiting = (pieces == 0).float().mean().item()
    (whole(torch.cat(inputs)) - torch.cat(targets)).square().mean().backward()
    exact = torch.cat([p.grad.flatten() for p in whole.parameters()])
    ours = torch.cat([p.grad.flatten() for part in parts for p in part.parameters()])
    gap = ((ours - exact).norm() / exact.norm()).item()
    most = max(stage.most_held for stage in line)
    run.bars("held", {f"stage {k}": s.most_held for k, s in enumerate(line)}, chart="held")
    run.axes(chart="held", title="micro-batches held for backward, at most")
    run.measure(waiting=waiting, waiting_percent=100 * waiting, rounds=pieces.shape[1])
    run.measure(over_ideal=waiting / (1 - waiting), most_held=most, gradient_gap=gap)
    run.measure(formula=(stages - 1) / (micro_batches + stages - 1))
    run.claim("bubble-is-small", waiting < 0.2, f"{waiting:.1%} of the rounds")
    run.claim("holds-few", most <= stages, f"{most} of {micro_batches} micro-batches")
