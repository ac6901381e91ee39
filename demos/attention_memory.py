"""Attention without its score matrix.

**Question.** FlashAttention computes the same attention in less memory. What does it leave out, and
is the result exact?

**Idea.** Written out, attention makes a matrix of T × T scores for every head and keeps its softmax
for the backward pass. But a softmax can be taken in pieces. Go over the keys in tiles and hold, for
each row, the largest score so far m, the sum ℓ and the weighted sum of the values o:

    m' = max(m, scores of the tile),   ℓ' = ℓ·exp(m - m') + Σ exp(s - m'),   o' likewise

At the end o/ℓ is the softmax times V, and no tensor was larger than T × tile. For backward, m and ℓ
are enough to compute a tile of scores again.

**Watch** what each way keeps for backward as the texts grow: fourfold per doubling where scores are
kept, twofold where they are not.

**Try** `rescale = false`: sums of earlier tiles keep their old maximum, and the result is wrong.
`tokens = 32`: a score matrix no wider than a head, and there is nothing to save.
`precision = "bfloat16"`: exact means up to rounding, and here rounding is coarse.

**At real scale.** FlashAttention, arXiv 2205.14135: exact, with tiles that fit into the fast memory
of the GPU, which is where its speed comes from. PyTorch's scaled_dot_product_attention chooses such
a kernel by itself where there is one, on CPUs too. Times are not compared here: they are about the
memory of a GPU.
"""

import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.functional import scaled_dot_product_attention
from torch.utils._python_dispatch import TorchDispatchMode

from quizapp.demo import Choice, Flag, Int, Predict, Run, demo


def tiled_attention(q, k, v, tile, rescale=True):
    """Return softmax(q·kᵀ/√d)·v, causal, over tiles of keys; all (heads, T, d)."""
    T, d = q.shape[-2:]
    m = torch.full_like(q[..., :1], -torch.inf)  # (heads, T, 1)
    total, out = torch.zeros_like(m), torch.zeros_like(v)
    position = torch.arange(T, device=q.device)
    for first in range(0, T, tile):
        keys = slice(first, first + tile)
        s = q @ k[:, keys].transpose(-1, -2) / d**0.5  # (heads, T, tile)
        s = s.masked_fill(position[keys] > position[:, None], -torch.inf)
        m_new = torch.maximum(m, s.amax(-1, keepdim=True))
        old = (
            (m - m_new).exp() if rescale else torch.ones_like(m)
        )  # sums so far, at the new maximum
        p = (s - m_new).exp()
        total = total * old + p.sum(-1, keepdim=True)
        out = out * old + p @ v[:, keys]
        m = m_new
    return out / total


def written_out(q, k, v):
    """Return the same with the whole score matrix, (heads, T, T)."""
    T, d = q.shape[-2:]
    later = torch.ones(T, T, dtype=torch.bool, device=q.device).triu(1)
    scores = (q @ k.transpose(-1, -2) / d**0.5).masked_fill(later, -torch.inf)
    return scores.softmax(-1) @ v


def library(q, k, v):
    return scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]


class Largest(TorchDispatchMode):
    """Watches all operations and remembers the largest tensor that one of them made."""

    numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        if isinstance(made, torch.Tensor):
            self.numbers = max(self.numbers, made.numel())
        return made


def kept_for_backward(attention, q, k, v):
    """Return the bytes that a forward pass keeps, its inputs included."""
    kept = {}  # storage -> bytes

    def count(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with saved_tensors_hooks(count, lambda tensor: tensor):
        out = attention(q, k, v)
    assert out.requires_grad  # and holds what was kept until all is counted
    return sum(kept.values())


def gap(ours, exact):
    return ((ours - exact).norm() / exact.norm()).item()


@demo(
    topic="memory",
    claims={
        "tiles-are-exact": "Attention over tiles differs from the written-out one by under 0.001 %",
        "library-is-exact": "So does the library's, and so do its gradients",
        "library-keeps-less": "For backward the library keeps under half of what writing out keeps",
        "tiles-stay-small": "Over tiles no tensor reaches half the size of the score matrix",
    },
    measures={
        "tiled_gap": "distance of the tiled result from the written-out one, over its length",
        "library_gap": "the same of the library's result",
        "gradient_gap": "the same of the library's gradients, the largest of q, k and v",
        "kept_written_mb": "kept for backward when written out, MB",
        "kept_library_mb": "kept for backward by the library, MB",
        "written_growth": "kept when written out, over that of half as many tokens",
        "library_growth": "kept by the library, over that of half as many tokens",
        "largest_share": "largest tensor over tiles, as a share of the score matrix",
        "doubling": "what the library keeps if the text doubles",
    },
    predict=Predict(
        "The text doubles. What does the library's attention keep for backward?",
        options=("as much", "twice as much", "four times as much"),
        measure="doubling",
    ),
    budget_s=2,
)
def main(
    run: Run,
    tokens: int = Int(1024, 32, 2048, log=True, help="of one text"),
    heads: int = Int(4, 1, 16, log=True),
    tile: int = Choice(128, 32, 512, help="keys at a time"),
    precision: str = Choice("float32", "bfloat16"),
    rescale: bool = Flag(True, help="old sums when the maximum rises"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    d = 32
    lengths = [tokens // 8, tokens // 4, tokens // 2, tokens]
    kept: dict[str, list[int]] = {"written out": [], "library": []}
    run.axes(x="tokens", y="MB kept for backward", log_y=True)
    run.progress(len(lengths) + 3)
    for T in lengths:
        run.step()
        random = torch.randn(3, heads, T, d, device=run.device).to(getattr(torch, precision))
        q, k, v = random.unbind()  # (heads, T, d)
        q, k, v = (t.clone().requires_grad_() for t in (q, k, v))
        for name, attention in (("written out", written_out), ("library", library)):
            kept[name].append(kept_for_backward(attention, q, k, v))
            run.line_points(T, {name: kept[name][-1] / 1e6})

    exact = written_out(q, k, v)
    way = torch.randn_like(exact)
    gradients = torch.autograd.grad(exact, (q, k, v), way)
    run.step()
    ours = library(q, k, v)
    its_gradients = torch.autograd.grad(ours, (q, k, v), way)
    run.step()
    with torch.no_grad(), Largest() as largest:
        tiled = tiled_attention(q, k, v, tile, rescale)
    run.step()
    share = largest.numbers / (heads * tokens * tokens)
    tiled_gap, library_gap = gap(tiled, exact), gap(ours, exact)
    gradient_gap = max(gap(a, b) for a, b in zip(its_gradients, gradients, strict=True))
    less = kept["library"][-1] / kept["written out"][-1]
    growth = {name: sizes[-1] / sizes[-2] for name, sizes in kept.items()}
    words = {1: "as much", 2: "twice as much", 4: "four times as much"}
    doubling = words[min(words, key=lambda times: abs(times - growth["library"]))]
    run.measure(tiled_gap=tiled_gap, library_gap=library_gap, gradient_gap=gradient_gap)
    run.measure(kept_written_mb=kept["written out"][-1] / 1e6)
    run.measure(kept_library_mb=kept["library"][-1] / 1e6, largest_share=share)
    run.measure(written_growth=growth["written out"], library_growth=growth["library"])
    run.measure(doubling=doubling)
    run.claim("tiles-are-exact", tiled_gap < 1e-5, f"{tiled_gap:.1e}")
    both = max(library_gap, gradient_gap)
    run.claim("library-is-exact", both < 1e-5, f"{library_gap:.1e} and {gradient_gap:.1e}")
    run.claim("library-keeps-less", less < 0.5, f"{less:.2f} of it")
    run.claim("tiles-stay-small", share < 0.5, f"{share:.3f} of it")
