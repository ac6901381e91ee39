"""Gradient checkpointing: memory for time.

**Question.** What does gradient checkpointing save and cost, and does it change the result?

**Idea.** The backward pass needs the activations of the forward pass. Checkpointing keeps only the
input of each layer, and runs its forward pass again when the backward pass arrives there:

    kept: L·(all activations of a layer)    →    L·(input of a layer) + one layer in full

The price is one more forward pass. A backward pass costs about two, so a step grows from three to
four: a third more computation.

**Watch** the bars: bytes that autograd keeps for backward, counted with PyTorch's hooks for saved
tensors, each storage once, parameters left out. A count, not a peak: while a layer is recomputed,
its own activations come on top. Hooks note which layers run again during the backward pass, and a
count at half the tokens says how fast the bytes grow. The arithmetic of all matrix products is
counted by PyTorch too; the clock beside it depends on the machine and its load.

**Try** until a claim fails. `dropout = 0.5 keep_rng = False`: the recomputation draws other dropout
masks, so the gradients are another network's; by default PyTorch restores the random state.
`every = 3`: only each third layer: saves less, costs less. The saving grows with `tokens`.

**Real scale.** Chen et al. (arXiv 1604.06174) reach memory of √n layers for one more forward pass.
Gradient and extra pass are so in any model; the memory share depends on depth, width and length.
"""

import time
from statistics import median

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint
from torch.utils.flop_counter import FlopCounterMode

from quizapp.demo import Flag, Float, Int, Predict, Run, demo


def forward(
    stack: nn.ModuleList, h: torch.Tensor, every: int, keep_rng: bool = True
) -> torch.Tensor:
    """Return what the layers make of h, (batch, tokens, width); `every` = 0: no checkpoint."""
    for index, layer in enumerate(stack):
        if every and index % every == 0:
            h = checkpoint(layer, h, use_reentrant=True, preserve_rng_state=keep_rng)
        else:
            h = layer(h)
    return h


@demo(
    topic="memory",
    claims={
        "saves-memory": "Less than half of the bytes are kept for backward",
        "same-gradients": "No gradient differs by more than a millionth of the largest one",
        "costs-a-third": "A step computes a quarter to four tenths more",
        "last-layer-first": "During backward the layers run again, from the last to the first",
    },
    measures={
        "kept_mb": "kept for backward without checkpointing, MB",
        "kept_mb_checkpointed": "kept for backward with checkpointing, MB",
        "share": "the second over the first",
        "growth": "kept without checkpointing, over what half as many tokens keep",
        "growth_checkpointed": "kept with checkpointing, over what half as many tokens keep",
        "compute_ratio": "arithmetic of the matrix products of a step, with over without",
        "gradient_gap": "largest difference of a gradient, relative to the largest gradient",
        "gradients": "what happens to the gradients",
    },
    predict=Predict(
        "What does checkpointing do to the gradients?",
        options=("the same", "a little noisier", "quite different"),
        measure="gradients",
    ),
    budget_s=5,
)
def main(
    run: Run,
    layers: int = Int(6, 1, 24),
    tokens: int = Int(128, 16, 512, log=True, help="tokens per text"),
    every: int = Int(1, 1, 4, help="1: each layer, 2: each second one"),
    dropout: float = Float(0.1, 0, 0.9, step=0.1),
    keep_rng: bool = Flag(True, help="restore the random state when recomputing"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    stack = nn.ModuleList(
        nn.TransformerEncoderLayer(64, 4, 256, dropout, batch_first=True) for _ in range(layers)
    ).to(run.device)
    own = {p.untyped_storage().data_ptr() for p in stack.parameters()}
    x = torch.randn(8, tokens, 64, device=run.device)  # (batch, tokens, width)

    ran: list[int] = []  # numbers of the layers, as their forward passes begin
    for number, layer in enumerate(stack):
        layer.register_forward_pre_hook(lambda _, __, number=number: ran.append(number))

    def step(every: int, x: torch.Tensor = x) -> float:
        """Run forward and backward; return the MB kept in between."""
        kept: dict[int, int] = {}  # storage -> bytes

        def count(tensor: torch.Tensor) -> torch.Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own:
                kept[storage.data_ptr()] = storage.nbytes()
            return tensor

        stack.zero_grad()
        torch.manual_seed(seed)
        with saved_tensors_hooks(count, lambda tensor: tensor):
            h = forward(stack, x.clone().requires_grad_(), every, keep_rng)
        ran.clear()
        loss = h[..., 0].square().mean()
        loss.backward()
        loss.item()  # waits for a GPU, whose work the clock is to count
        return sum(kept.values()) / 1e6

    modes = {"all kept": 0, "checkpointed": every}
    memory, gradients, compute = {}, {}, {}  # by mode
    for name, interval in modes.items():
        with FlopCounterMode(display=False) as counter:
            memory[name] = step(interval)
        gradients[name] = torch.cat([p.grad.flatten() for p in stack.parameters()])
        compute[name] = counter.get_total_flops()
        again = ran.copy()  # of the last mode: what ran during its backward pass
        run.bars("kept for backward (MB)", memory, chart="memory")

    half = x[:, : tokens // 2]
    growth = {name: memory[name] / step(interval, half) for name, interval in modes.items()}
    backwards = [number for number in reversed(range(layers)) if number % every == 0]

    run.axes(title="time", x="round", y="ms per step")
    times = {name: [] for name in modes}
    for turn in run.steps(9):
        for name, interval in modes.items():
            started = time.perf_counter()
            step(interval)
            times[name].append(1000 * (time.perf_counter() - started))
            run.line_points(turn, {name: times[name][-1]})

    kept, checkpointed = memory.values()
    share = checkpointed / kept
    ratio = compute["checkpointed"] / compute["all kept"]
    clock = median(times["checkpointed"]) / median(times["all kept"])
    expected = gradients["all kept"]
    gap = ((gradients["checkpointed"] - expected).abs().max() / expected.abs().max()).item()
    verdict = "the same" if gap < 1e-6 else "a little noisier" if gap < 0.1 else "quite different"

    run.measure(kept_mb=kept, kept_mb_checkpointed=checkpointed, share=share, compute_ratio=ratio)
    run.measure(gradient_gap=gap, gradients=verdict)
    run.measure(growth=growth["all kept"], growth_checkpointed=growth["checkpointed"])
    run.claim("saves-memory", share < 0.5, f"{checkpointed:.1f} of {kept:.1f} MB")
    run.claim("same-gradients", gap < 1e-6, f"largest relative difference {gap:.1e}")
    run.claim("costs-a-third", 1.25 < ratio < 1.4, f"{ratio:.3f} times the arithmetic")
    run.claim("last-layer-first", again == backwards, f"run again: {again}")
    run.note(f"By the clock of this run a checkpointed step took {clock:.2f} times as long.")
