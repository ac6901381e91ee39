"""Write causal attention.

**Exercise.** Return what attention gives for queries, keys and values of several heads:

    softmax(Q Kᵀ / √d + mask) V          query i sees key j only if j is not in its future

With a cache there are more keys than queries: the queries are the *last* ones, so the last query
sees every key. The judge is F.scaled_dot_product_attention; by hand means without it.
"""

import torch
import torch.nn.functional as F

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def attention(q, k, v):
    """Return the output of causal attention, (batch, heads, queries, width of v).

    q: (batch, heads, queries, d)
    k: (batch, heads, keys, d)          keys >= queries: the queries are the last ones
    v: (batch, heads, keys, width of v)
    """
    return q @ k.transpose(-2, -1) @ v
'''


def attention(q, k, v):
    """Return the output of causal attention, (batch, heads, queries, width of v)."""
    queries, keys = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5  # (batch, heads, queries, keys)
    # query i stands at place keys - queries + i
    seen = torch.ones(queries, keys, dtype=torch.bool, device=q.device).tril(keys - queries)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


def by_torch(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Return the output of torch, the mask set so that the last query sees all keys."""
    seen = torch.ones(q.shape[-2], k.shape[-2]).tril(k.shape[-2] - q.shape[-2]).bool()
    return F.scaled_dot_product_attention(q, k, v, attn_mask=seen)


def mistakes(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return what common mistakes come to, by the question that leads on."""
    d, n = q.shape[-1], q.shape[-2]
    raw = q @ k.transpose(-2, -1)
    seen = torch.ones(n, k.shape[-2]).tril(k.shape[-2] - n).bool()

    def masked(scores: torch.Tensor, mask: torch.Tensor = seen) -> torch.Tensor:
        return scores.masked_fill(~mask, float("-inf"))

    later = (raw / d**0.5).softmax(-1) * seen
    return {
        "is the mask left out?": (raw / d**0.5).softmax(-1) @ v,
        "is the scale 1/√d left out?": masked(raw).softmax(-1) @ v,
        "is it divided by d instead of √d?": masked(raw / d).softmax(-1) @ v,
        "over which axis runs the softmax?": masked(raw / d**0.5).softmax(-2).nan_to_num() @ v,
        "is the mask set after the softmax? what do the weights of a query sum to?": later @ v,
        "are hidden scores set to 0 instead of -∞?": (raw / d**0.5 * seen).softmax(-1) @ v,
        "may a query see its own key?": masked(raw / d**0.5, seen.tril(k.shape[-2] - n - 1))
        .softmax(-1)
        .nan_to_num()
        @ v,
        "is the softmax left out?": (raw / d**0.5 * seen) @ v,
        "is the mask turned round?": masked(raw / d**0.5, ~seen.tril(-1)).softmax(-1) @ v,
    }


@demo(
    topic="write-training",
    claims={
        "equals-torch": "Your output is torch's, with another width of v than of q",
        "future-hidden": "What comes later, however large, changes no output before it",
        "cached-keys": "Fewer queries than keys: they are the last ones, a single query sees all",
        "large-scores": "Scores of a size of 1,000 give torch's output and no NaN",
        "gradients": "q, k and v get torch's gradients",
    },
    measures={"error": "Largest difference from torch's output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="attention", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, heads, length, d, width = 2, 3 + seed % 2, 7 + seed % 3, 6 + seed % 3, 5
    q, k = torch.randn(2, batch, heads, length, d).unbind(0)
    v = torch.randn(batch, heads, length, width)

    with run.judge("equals-torch") as judge:
        with judge.unchanged(q=q, k=k, v=v):
            yours = solution(q, k, v)
        theirs = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        judge.equal(yours, theirs, by="torch", mistakes=mistakes(q, k, v))
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("future-hidden") as judge:
        place = length // 2
        other_k, other_v = k.clone(), v.clone()
        other_k[:, :, place:] = 100 * torch.randn(batch, heads, length - place, d)
        other_v[:, :, place:] = 100
        one = solution(q.clone(), k.clone(), v.clone())[:, :, :place]
        two = solution(q.clone(), other_k, other_v)[:, :, :place]
        gap = (one - two).abs().amax((0, 1, 3))
        first = int(gap.argmax())
        judge.that(
            bool((gap < 1e-5).all()),
            f"keys and values from place {place} on changed, and output {first} changed by "
            f"{gap.max():.2g}: what does query {first} see?",
        )

    with run.judge("cached-keys") as judge:
        for queries in (1, 3):
            last = q[:, :, -queries:]
            top = torch.ones(queries, length).tril().bool()
            first_ones = F.scaled_dot_product_attention(last, k, v, attn_mask=top)
            hints = {"are these the first queries, or the last?": first_ones}
            judge.equal(
                solution(last.clone(), k.clone(), v.clone()),
                by_torch(last, k, v),
                by="torch",
                of=f"{queries} of {length} queries",
                mistakes=hints,
            )

    with run.judge("large-scores") as judge:
        large = q * 300
        yours, theirs = solution(large.clone(), k.clone(), v.clone()), by_torch(large, k, v)
        nan = torch.full_like(theirs, float("nan"))
        hints = {"which largest number does exp take?": nan}
        judge.equal(yours, theirs, within=1e-4, by="torch", mistakes=hints)

    with run.judge("gradients") as judge:
        mine = [t.clone().requires_grad_() for t in (q, k, v)]
        right = [t.clone().requires_grad_() for t in (q, k, v)]
        by_torch(*right).square().sum().backward()
        yours = solution(*mine)
        judge.that(yours.requires_grad, "your output has no gradient: is something detached?")
        yours.square().sum().backward()
        for name, one, other in zip("qkv", mine, right, strict=True):
            judge.that(one.grad is not None, f"{name} gets no gradient: is it detached?")
            judge.equal(one.grad, other.grad, by="torch", of=f"gradient of {name}")
