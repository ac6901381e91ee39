"""Shards: what each process holds and sends.

**Question.** Two processes train one network. What does each hold, and what does it send per step,
under DDP, ZeRO stages 1 to 3 and a layer split by columns?

**Idea.** Processes stand in a ring and hand chunks to the next one. N - 1 handovers of 1/N leave
each with the sum of one chunk (reduce-scatter); N - 1 more spread the chunks (all-gather). Both
together are an all-reduce, so of a tensor of S bytes each process sends

    all-reduce = 2·(N - 1)/N · S,    reduce-scatter = all-gather = (N - 1)/N · S

- **DDP** holds everything and all-reduces the gradients.
- **ZeRO-1** shards Adam's states: reduce-scatter the gradients, update a shard, all-gather weights.
- **ZeRO-2** does that layer by layer during backward and drops the rest of each gradient.
- **ZeRO-3** (FSDP) also shards the weights: gathered per layer, in forward and again in backward.
- **columns** (tensor parallel): A is split by columns, B by rows; activations are summed instead.

**Watch** the bytes held fall from stage to stage, and the bytes sent rise with stage 3 only. All
tensors are counted where they are held and handed over, between real processes on this machine.

**Try** `rows = 1536`: activations outgrow the weights and the split by columns sends the most.
`mistake = "loss summed"` with AdamW, then SGD: gradients N times too large, which Adam hides.

**At real scale.** ZeRO: arXiv 1910.02054, sections 5 and 7; FSDP: 2304.11277; tensor parallel:
Megatron-LM, 1909.08053, section 3. Real systems hide part of the sending behind the computing and
hold 16-bit weights. Here everything is fp32 on the CPU, whatever the machine has, and no time is
measured.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist

from quizapp.demo import Choice, Int, Predict, Run, demo


class Ring:
    """Processes in a ring: each hands tensors to the next and counts the bytes."""

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size, self.sent = rank, size, 0

    def hand_on(self, mine):
        """Give a tensor to the next process and return that of the previous one."""
        got = torch.empty_like(mine)
        give = dist.P2POp(dist.isend, mine.contiguous(), (self.rank + 1) % self.size)
        take = dist.P2POp(dist.irecv, got, (self.rank - 1) % self.size)
        for work in dist.batch_isend_irecv([give, take]):
            work.wait()
        self.sent += mine.nbytes
        return got

    def reduce_scatter(self, whole):
        """Return this process's chunk of the sum over all processes, (n / N,)."""
        chunks = list(whole.flatten().chunk(self.size))
        for k in range(1, self.size):
            i = (self.rank - k) % self.size  # after N - 1 handovers the own chunk is complete
            chunks[i - 1] = chunks[i - 1] + self.hand_on(chunks[i])
        return chunks[self.rank]

    def all_gather(self, own):
        """Return the chunks of all processes in one row, (n,)."""
        chunks = [own] * self.size
        for k in range(self.size - 1):
            i = (self.rank - k) % self.size
            chunks[i - 1] = self.hand_on(chunks[i])
        return torch.cat(chunks)

    def all_reduce(self, whole):
        return self.all_gather(self.reduce_scatter(whole)).view_as(whole)


class Gathered(torch.autograd.Function):
    """x·Wᵀ where each process holds a shard of W: ZeRO-3."""

    @staticmethod
    def forward(ctx, x, shard, ring, shape):
        ctx.save_for_backward(x, shard)
        ctx.ring, ctx.shape = ring, shape
        return x @ ring.all_gather(shard).view(shape).T  # W is freed right after

    @staticmethod
    def backward(ctx, dy):
        x, shard = ctx.saved_tensors
        W = ctx.ring.all_gather(shard).view(ctx.shape)
        return dy @ W, ctx.ring.reduce_scatter(dy.T @ x) / ctx.ring.size, None, None


class Copied(torch.autograd.Function):
    """Into layers split by columns: backward adds up what each part sends down."""

    @staticmethod
    def forward(ctx, x, ring):
        ctx.ring = ring
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dy):
        return ctx.ring.all_reduce(dy), None


class Summed(torch.autograd.Function):
    """Out of layers split by rows: forward adds up the parts."""

    @staticmethod
    def forward(ctx, x, ring):
        return ring.all_reduce(x)

    @staticmethod
    def backward(ctx, dy):
        return dy, None


def network(x, weights, ring, regime, shapes):
    """Return x + tanh(x·Aᵀ)·Bᵀ, (rows, width)."""
    if regime == "columns":
        A, B = weights
        return x + Summed.apply(torch.tanh(Copied.apply(x, ring) @ A.T) @ B.T, ring)
    if regime == "ZeRO-3":
        hidden = torch.tanh(Gathered.apply(x, weights[0], ring, shapes[0]))
        return x + Gathered.apply(hidden, weights[1], ring, shapes[1])
    A, B = weights
    return x + torch.tanh(x @ A.T) @ B.T


def share(W, i, ring, regime):
    """Return what this process keeps of weight number i."""
    if regime == "columns":  # outputs of A, inputs of B
        return W.chunk(ring.size, dim=i % 2)[ring.rank].clone()
    return W.flatten().chunk(ring.size)[ring.rank].clone() if regime == "ZeRO-3" else W.clone()


def whole(part, W, i, ring, regime):
    """Put the parts that the processes hold of weight number i together again."""
    if part.numel() == W.numel():
        return part.detach()
    parts = ring.all_gather(part.detach().flatten()).chunk(ring.size)
    if regime == "columns":
        return torch.cat([p.view(part.shape) for p in parts], dim=i % 2)
    return torch.cat(parts).view_as(W)


def size_of(tensors):
    """Return the bytes of the tensors, shared memory counted once."""
    storages = [t.untyped_storage() for t in tensors]
    return sum({s.data_ptr(): s.nbytes() for s in storages}.values())


def train(ring, regime, chosen, after_step=lambda: None):
    """Train on this process's part; return what it held and sent, gradient and change in full."""
    torch.manual_seed(chosen["seed"])
    N, rows = ring.size, chosen["rows"]
    shapes = [(4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH)]
    start = [torch.randn(shape) / shape[1] ** 0.5 for shape in shapes]
    x = torch.randn(rows, WIDTH)
    y = torch.tanh(x @ torch.randn(WIDTH, WIDTH))
    if regime != "columns":  # where layers are split, every process sees all rows
        x, y = x.chunk(N)[ring.rank], y.chunk(N)[ring.rank]
    x.requires_grad_()  # as if more layers lay below
    weights = [share(W, i, ring, regime).requires_grad_() for i, W in enumerate(start)]
    updated = weights
    if regime in ("ZeRO-1", "ZeRO-2"):  # views into the whole weights
        updated = [w.detach().view(-1).chunk(N)[ring.rank].requires_grad_() for w in weights]
    rate = {"AdamW": 1e-3, "SGD": 0.1}[chosen["optimizer"]]
    optimizer = getattr(torch.optim, chosen["optimizer"])(updated, lr=rate)

    def reduce(w, own):
        if regime == "DDP":
            w.grad = ring.all_reduce(w.grad) / N
        elif regime == "ZeRO-1":  # its chunk of the gradient, which stays whole
            own.grad = w.grad.view(-1).chunk(N)[ring.rank].copy_(ring.reduce_scatter(w.grad) / N)
        elif regime == "ZeRO-2":
            own.grad, w.grad = ring.reduce_scatter(w.grad) / N, None

    for w, own in zip(weights, updated, strict=True):  # as soon as backward has its gradient
        w.register_post_accumulate_grad_hook(lambda w, own=own: reduce(w, own))
    for step in range(chosen["steps"]):
        for t in [*weights, *updated]:
            t.grad = None
        loss = (network(x, weights, ring, regime, shapes) - y).square().mean()
        if chosen["mistake"] == "loss summed":
            loss = loss * N  # what backward sees of a sum over the processes
        loss.backward()
        if step == 0:
            gradient = [own.grad.clone() for own in updated]
        optimizer.step()
        if updated is not weights:
            for w, own in zip(weights, updated, strict=True):
                w.detach().copy_(ring.all_gather(own.detach()).view_as(w))
        after_step()
    parameters = sum(W.numel() for W in start)
    sent = ring.sent / chosen["steps"] / (4 * parameters)
    held = {
        "weights": size_of(weights),
        "gradients": size_of([t.grad for t in [*weights, *updated] if t.grad is not None]),
        "states": size_of([t for s in optimizer.state.values() for t in s.values()]),
    }
    gradient = [
        whole(g, W, i, ring, regime) for i, (g, W) in enumerate(zip(gradient, start, strict=True))
    ]
    ended = [
        whole(w, W, i, ring, regime) for i, (w, W) in enumerate(zip(weights, start, strict=True))
    ]
    flat = [torch.cat([t.flatten() for t in ts]) for ts in (gradient, ended, start)]
    bill = {account: size / parameters for account, size in held.items()}
    return bill, sent, flat[0].view(-1), flat[1] - flat[2]


WIDTH = 96
REGIMES = ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3", "columns")


def join(folder, rank, size):
    """Meet the other processes of this machine through a file in the folder."""
    names = [name for _, name in socket.if_nameindex() if name.startswith("lo")]
    if names:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", names[0])
    store = dist.FileStore(f"{folder}/store", size)
    wait = timedelta(seconds=60)
    dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=wait)


def start_others(folder, chosen):
    """Start one more process, which forks the rest."""
    command = [sys.executable, __file__, folder, json.dumps(chosen)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)


def wait_for(others, run, folder):
    """Wait until the other process has imported torch."""
    while not Path(folder, "ready").exists():
        if others.poll() is not None:
            raise RuntimeError(f"the second process ended with status {others.returncode}")
        run.check()
        # no signal to wait for: what the other does first is to import torch, for seconds
        time.sleep(0.02)


def end(others):
    """End the others, wherever they are: they wait for the end of their input."""
    others.stdin.close()
    try:
        others.wait(timeout=10)
    except subprocess.TimeoutExpired:
        others.kill()
        others.wait()


def be_another(folder, chosen):
    """Take part as the processes 1 to N - 1, and end when the first one is gone."""
    Path(folder, "ready").touch()
    size = chosen["processes"]
    rank = next((rank for rank in range(2, size) if os.fork() == 0), 1)
    threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
    torch.set_num_threads(1)
    join(folder, rank, size)
    for regime in REGIMES:
        train(Ring(rank, size), regime, chosen)
    dist.barrier()
    os._exit(0)


@demo(
    topic="memory",
    claims={
        "gradients-agree": "In every regime the gradient is that of one process, to 0.01 %",
        "training-agrees": "In every regime training moves the weights as one process does, to 1 %",
        "columns-send-less": "The layer split by columns sends less than DDP",
    },
    measures={
        "held_ddp": "DDP: weights, gradients and states held, bytes per parameter",
        "held_zero1": "ZeRO-1: the same",
        "held_zero2": "ZeRO-2: the same",
        "held_zero3": "ZeRO-3: the same",
        "held_columns": "split by columns: the same",
        "sent_ddp": "DDP: bytes sent per process and step, over those of all gradients",
        "sent_zero1": "ZeRO-1: the same",
        "sent_zero2": "ZeRO-2: the same",
        "sent_zero3": "ZeRO-3: the same",
        "sent_columns": "split by columns: the same",
        "zero3_over_ddp": "bytes sent, ZeRO-3 over DDP",
        "gradient_gap": "largest distance of a gradient from that of one process, over its length",
        "gradient_times": "length of DDP's gradient over that of one process",
        "moved_times": "how far DDP moves the weights, over how far one process does",
        "moved_gap": "largest difference from the movement of one process, over that movement",
        "zero3_sends": "what ZeRO-3 sends, compared with DDP",
    },
    predict=Predict(
        "ZeRO-3 shards everything. How much does a process send per step, compared with DDP?",
        options=("as much", "half as much again", "three times as much"),
        measure="zero3_sends",
    ),
    budget_s=5,
)
def main(
    run: Run,
    processes: int = Choice(2, 3, 4),
    rows: int = Int(48, 12, 1536, log=True, step=12, help="of all processes together"),
    optimizer: str = Choice("AdamW", "SGD"),
    mistake: str = Choice("none", "loss summed", help="over the processes, before backward"),
    steps: int = Int(2, 1, 50),
    seed: int = Int(0, 0, 999),
) -> None:
    chosen = {"processes": processes, "rows": rows, "optimizer": optimizer}
    chosen |= {"mistake": mistake, "steps": steps, "seed": seed}
    run.axes(title="held after a step", y="bytes per parameter")
    run.axes(chart="sent", title="sent per process and step", y="times the bytes of all gradients")
    run.progress(len(REGIMES) * steps)
    bill: dict[str, dict[str, float]] = {"weights": {}, "gradients": {}, "states": {}}
    sent, gradient_gaps, moved_gaps = {}, {}, {}
    right = {**chosen, "mistake": "none"}
    accounts, _, g, moved = train(Ring(0, 1), "one process", right)
    for account, size in accounts.items():
        bill[account]["one"] = size
        run.bars(account, bill[account])
    with tempfile.TemporaryDirectory() as folder:
        others = start_others(folder, chosen)
        try:
            wait_for(others, run, folder)
            join(folder, 0, processes)
            for regime in REGIMES:
                ring = Ring(0, processes)
                accounts, sent[regime], its_g, its_moved = train(ring, regime, chosen, run.step)
                for account, size in accounts.items():
                    bill[account][regime] = size
                    run.bars(account, bill[account])
                run.bars("sent", sent, chart="sent")
                gradient_gaps[regime] = ((its_g - g).norm() / g.norm()).item()
                moved_gaps[regime] = ((its_moved - moved).norm() / moved.norm()).item()
                if regime == "DDP":
                    run.measure(gradient_times=(its_g.norm() / g.norm()).item())
                    run.measure(moved_times=(its_moved.norm() / moved.norm()).item())
            dist.barrier()
        finally:
            end(others)
            if dist.is_initialized():
                dist.destroy_process_group()

    held = {regime: sum(account[regime] for account in bill.values()) for regime in REGIMES}
    ratio = sent["ZeRO-3"] / sent["DDP"]
    words = (
        "as much" if ratio < 1.2 else "half as much again" if ratio < 2 else "three times as much"
    )
    for regime, name in zip(REGIMES, ("ddp", "zero1", "zero2", "zero3", "columns"), strict=True):
        run.measure(**{f"held_{name}": held[regime], f"sent_{name}": sent[regime]})
    gradient_gap, moved_gap = max(gradient_gaps.values()), max(moved_gaps.values())
    run.measure(zero3_over_ddp=ratio, zero3_sends=words)
    run.measure(gradient_gap=gradient_gap, moved_gap=moved_gap)
    run.claim("gradients-agree", gradient_gap < 1e-4, f"{gradient_gap:.1e} at most")
    run.claim("training-agrees", moved_gap < 0.01, f"{moved_gap:.1e} at most")
    shown = f"{sent['columns']:.2f} and {sent['DDP']:.2f} times the gradients"
    run.claim("columns-send-less", sent["columns"] < sent["DDP"], shown)


if __name__ == "__main__":
    be_another(sys.argv[1], json.loads(sys.argv[2]))
