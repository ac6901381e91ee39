"""Write grouped-query attention.

**Exercise.** Return what causal attention gives where several query heads share one head of keys
and values. With H query heads and G heads of keys, G divides H: query heads 0 … H/G − 1 read head
0 of the keys, the next H/G read head 1, and so on.

    softmax(Q_h K_gᵀ / √d + mask) V_g        with g = ⌊h / (H/G)⌋

There may be more keys than queries: the queries are the last ones. The judge is torch's
F.scaled_dot_product_attention(enable_gqa=True); by hand means without it.
"""

import torch
import torch.nn.functional as F

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def grouped_attention(q, k, v):
    """Return the output of causal attention, (batch, H, queries, d).

    q: (batch, H, queries, d)
    k: (batch, G, keys, d)      G divides H; keys >= queries: the queries are the last ones
    v: (batch, G, keys, d)
    """
    return q
'''


def grouped_attention(q, k, v):
    """Return the output of causal attention, (batch, H, queries, d)."""
    shared = q.shape[1] // k.shape[1]
    # 0 0 1 1, not 0 1 0 1: neighbours share
    k, v = k.repeat_interleave(shared, dim=1), v.repeat_interleave(shared, dim=1)
    queries, keys = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(queries, keys, dtype=torch.bool, device=q.device).tril(keys - queries)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


def by_torch(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Return the output of torch, the mask set so that the last query sees all keys."""
    seen = torch.ones(q.shape[-2], k.shape[-2]).tril(k.shape[-2] - q.shape[-2]).bool()
    return F.scaled_dot_product_attention(q, k, v, attn_mask=seen, enable_gqa=True)


def mistakes(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return what common mistakes come to, by the question that leads on."""
    shared = q.shape[1] // k.shape[1]
    tiled = k.repeat(1, shared, 1, 1), v.repeat(1, shared, 1, 1)
    first = k[:, :1].expand_as(q), v[:, :1].expand_as(q)
    one = k.repeat_interleave(shared, 1), tiled[1]
    raw = q * q.shape[-1] ** 0.5
    full = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    return {
        "which query heads share, neighbours or every G-th?": by_torch(q, *tiled),
        "do all read the first head of the keys?": by_torch(q, *first),
        "are keys and values shared out in the same way?": by_torch(q, *one),
        "is the scale 1/√d left out?": by_torch(raw, k, v),
        "is the mask left out?": full,
        "is it the mean of the heads of keys?": by_torch(
            q, k.mean(1, True).expand_as(q), v.mean(1, True).expand_as(q)
        ),
    }


@demo(
    topic="write-training",
    claims={
        "equals-torch": "Your output is torch's, with 6 query heads on 2 or 3 heads of keys",
        "one-or-all": "One head of keys for all, and one for each query head, work as well",
        "cached-keys": "Fewer queries than keys: they are the last ones",
        "gradients": "Shared keys and values get the gradients of all heads that read them",
    },
    measures={"error": "Largest difference from torch's output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="grouped_attention", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, heads, length, d = 2, 6, 7 + seed % 3, 5 + seed % 4

    def drawn(groups: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return q, k and v with so many heads of keys and values."""
        q = torch.randn(batch, heads, length, d)
        return q, torch.randn(batch, groups, length, d), torch.randn(batch, groups, length, d)

    with run.judge("equals-torch") as judge:
        for groups in (2, 3):
            q, k, v = drawn(groups)
            with judge.unchanged(q=q, k=k, v=v):
                yours = solution(q, k, v)
            theirs = by_torch(q, k, v)
            judge.equal(yours, theirs, by="torch", of=f"G = {groups}", mistakes=mistakes(q, k, v))
            run.measure(error=(yours - theirs).abs().max())

    with run.judge("one-or-all") as judge:
        for groups in (1, heads):
            q, k, v = drawn(groups)
            judge.equal(solution(q, k, v), by_torch(q, k, v), by="torch", of=f"G = {groups}")

    with run.judge("cached-keys") as judge:
        q, k, v = drawn(2)
        for queries in (1, 3):
            last = q[:, :, -queries:]
            top = torch.ones(queries, length).tril().bool()
            first = F.scaled_dot_product_attention(last, k, v, attn_mask=top, enable_gqa=True)
            hints = {"are these the first queries, or the last?": first}
            yours = solution(last.clone(), k.clone(), v.clone())
            of = f"{queries} of {length} queries"
            judge.equal(yours, by_torch(last, k, v), by="torch", of=of, mistakes=hints)

    with run.judge("gradients") as judge:
        given = drawn(2)
        mine = [t.clone().requires_grad_() for t in given]
        right = [t.clone().requires_grad_() for t in given]
        by_torch(*right).square().sum().backward()
        yours = solution(*mine)
        judge.that(yours.requires_grad, "your output has no gradient: is something detached?")
        yours.square().sum().backward()
        for name, one, other in zip("qkv", mine, right, strict=True):
            judge.that(one.grad is not None, f"{name} gets no gradient: is it detached?")
            judge.equal(one.grad, other.grad, by="torch", of=f"gradient of {name}")
