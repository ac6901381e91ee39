"""Write rotary positions.

**Exercise.** Rotate queries or keys by their position, as Llama does. With d features per head,
feature i and feature i + d/2 are a pair, for i = 0 … d/2 − 1. At position p it turns by the angle

    θ = p · base^(−2i/d)        x_i ← x_i·cos θ − x_{i+d/2}·sin θ
                                x_{i+d/2} ← x_{i+d/2}·cos θ + x_i·sin θ

Angles are computed in float32, also where x is in 16 bits. The judge is transformers' Llama.
"""

import torch
from transformers.models.llama.configuration_llama import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def rope(x, positions, base):
    """Return x with every pair of features turned by its position, in the type of x.

    x:         (batch, heads, length, d)   d is even; float32 or bfloat16
    positions: (batch, length)             of each row; need not begin at 0
    base:      a number such as 10000
    """
    return x + positions[:, None, :, None].to(x.dtype)
'''


def rope(x, positions, base):
    """Return x with every pair of features turned by its position, in the type of x."""
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half, dtype=torch.float32) / half)  # 2i/d is i over half
    angles = positions[:, None, :, None].float() * speeds  # (batch, 1, length, half)
    first, second = x.float().chunk(2, dim=-1)
    cos, sin = angles.cos(), angles.sin()
    turned = torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)
    return turned.to(x.dtype)


def by_transformers(x: torch.Tensor, positions: torch.Tensor, base: float) -> torch.Tensor:
    """Return what Llama makes of x."""
    heads, d = x.shape[1], x.shape[-1]
    config = LlamaConfig(
        hidden_size=heads * d,
        num_attention_heads=heads,
        head_dim=d,
        rope_parameters={"rope_type": "default", "rope_theta": base},
    )
    cos, sin = LlamaRotaryEmbedding(config)(x, positions)
    return apply_rotary_pos_emb(x, x, cos, sin)[0]


def turned(x: torch.Tensor, angles: torch.Tensor, pairs: bool = False, minus: bool = True):
    """Return x turned by angles (batch, 1, length, d/2), the pairs apart or beside each other."""
    first, second = (x[..., ::2], x[..., 1::2]) if pairs else x.chunk(2, -1)
    cos, sin = angles.cos(), angles.sin()
    sign = -1 if minus else 1
    one, two = first * cos + sign * second * sin, second * cos + first * sin
    return torch.stack([one, two], -1).flatten(-2) if pairs else torch.cat([one, two], -1)


def mistakes(x: torch.Tensor, positions: torch.Tensor, base: float) -> dict[str, torch.Tensor]:
    """Return what common mistakes come to, by the question that leads on."""
    half = x.shape[-1] // 2
    p = positions[:, None, :, None].float()
    i = torch.arange(half).float()
    speeds = base ** (-i / half)
    return {
        "which features are a pair: neighbours, or i and i + d/2?": turned(x, p * speeds, True),
        "is it turned the other way round?": turned(x, -p * speeds),
        "is a minus missing in the rotation?": turned(x, p * speeds, minus=False),
        "is the exponent 2i/d or i/d?": turned(x, p * base ** (-i / (2 * half))),
        "is the exponent i/(d/2), or twice that?": turned(x, p * base ** (-2 * i / half)),
        "has every pair the same speed?": turned(x, p + 0 * speeds),
        "is the sign of the exponent wrong?": turned(x, p * base ** (i / half)),
        "is the first position 0?": turned(x, (p + 1) * speeds),
    }


@demo(
    topic="write-training",
    claims={
        "equals-transformers": "At positions from 0 on your output is that of Llama",
        "positions-as-given": "Each row has its own positions, with any start and with gaps",
        "other-base": "Another base and another number of features per head are right too",
        "far-positions": "In bfloat16 and at positions in the thousands it agrees, the type stays",
        "arguments-kept": "x and the positions are as before",
    },
    measures={"error": "Largest difference from transformers' output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="rope", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, heads, length, d = 2, 3 + seed % 2, 7 + seed % 3, 8 + 2 * (seed % 3)
    x = torch.randn(batch, heads, length, d)
    places = torch.arange(length).repeat(batch, 1)

    with run.judge("equals-transformers") as judge:
        yours, theirs = solution(x.clone(), places.clone(), 1e4), by_transformers(x, places, 1e4)
        judge.equal(yours, theirs, by="transformers", mistakes=mistakes(x, places, 1e4))
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("positions-as-given") as judge:
        own = torch.stack([(places[0] - 3).clamp(min=0), 5 + places[1]])
        gaps = own + (places > length // 2) * 20
        for name, given in (("other starts", own), ("gaps", gaps)):
            hints = {
                "are the positions read that you were given?": by_transformers(x, places, 1e4),
                "has each row its own positions?": by_transformers(
                    x, given[:1].expand(batch, -1), 1e4
                ),
            }
            yours = solution(x.clone(), given.clone(), 1e4)
            theirs = by_transformers(x, given, 1e4)
            judge.equal(yours, theirs, by="transformers", of=name, mistakes=hints)

    with run.judge("other-base") as judge:
        other = torch.randn(batch, heads, length, d + 4)
        hints = {"is the base read that you were given?": by_transformers(other, places, 1e4)}
        yours = solution(other.clone(), places.clone(), 500.0)
        theirs = by_transformers(other, places, 500.0)
        judge.equal(yours, theirs, by="transformers", of="base 500", mistakes=hints)

    with run.judge("far-positions") as judge:
        far = places * 397 + 1000
        half = x.bfloat16()
        yours = solution(half.clone(), far.clone(), 1e4)
        judge.that(yours.dtype == half.dtype, f"x is {half.dtype}, your output {yours.dtype}")
        theirs = by_transformers(half, far, 1e4)
        angles = far[:, None, :, None].bfloat16() * 1e4 ** (
            -torch.arange(d // 2).bfloat16() / (d // 2)
        )
        hints = {"how exact is an angle of 2,000 in bfloat16?": turned(half, angles).float()}
        judge.equal(
            yours.float(),
            theirs.float(),
            within=0.02,
            by="transformers",
            of="bfloat16",
            mistakes=hints,
        )

    with run.judge("arguments-kept") as judge, judge.unchanged(x=x, positions=places):
        solution(x, places, 1e4)
