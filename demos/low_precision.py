"""bf16, fp16, and updates that vanish.

**Question.** bf16 and fp16 both take 16 bits. What does each of them lose, and why do trainers keep
weights in 32?

**Idea.** A float is sign, exponent (range) and mantissa (precision):

    fp32: 8 + 23 bits        bf16: 8 + 7 bits        fp16: 5 + 10 bits

bf16 has the range of fp32 and steps of 2⁻⁷ above 1. fp16 has finer steps, ends at 65504 and knows
nothing below 2⁻²⁵. A training step adds a small number to a large one: w ← w + η·g. An update below
half a step of w is rounded away, every time: a thousand of them together move nothing.

**Watch** the lines: the same update, added again and again to a weight of 1. The dashed line is the
exact sum. At the default bf16 and fp16 both stay at 1, one line upon the other.

**Try** until a claim fails. `update = 0.01` is above half a step of both: they move, though bf16
not by the right amount. `rounding = stochastic` rounds up with probability proportional to the
remainder: bf16 follows the exact sum on average, and the claim that it stands still fails.

**Real scale.** Mixed-precision training keeps fp32 master weights for this reason, and scales the
loss so that small fp16 gradients do not become zero (Micikevicius et al., arXiv 1710.03740). bf16
needs no loss scaling: it has the range of fp32 (arXiv 1905.12322). The formats are standards, so
what you see is exact on any machine. Whether a *model* suffers depends on the model.
"""

import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def stochastic_bf16(x: torch.Tensor) -> torch.Tensor:
    """Round fp32 to one of the two nearest bf16 numbers, right on average."""
    bits = x.view(torch.int32) + torch.randint_like(x, 2**16, dtype=torch.int32)
    return (bits & -(2**16)).view(torch.float32).bfloat16()  # the upper 16 bits of fp32


def rounding_error(x: torch.Tensor, dtype: torch.dtype) -> float:
    """Return the relative error of numbers stored in a type, root mean square."""
    return (x.to(dtype).float() / x - 1).square().mean().sqrt().item()


TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@demo(
    topic="memory",
    claims={
        "bf16-stands-still": "After all updates the bf16 weight has not moved at all",
        "fp32-moves": "The fp32 weight is within 1 % of the exact sum of updates",
        "bf16-keeps-range": "70,000 and 1e-8 stay finite and non-zero in bf16, and not in fp16",
        "fp16-is-finer": "Between 0.5 and 2, fp16 rounds at least 4 times finer than bf16",
    },
    measures={
        "final_fp32": "the weight after all updates in fp32",
        "final_bf16": "the weight after all updates in bf16",
        "final_fp16": "the weight after all updates in fp16",
        "final_exact": "the exact sum",
        "step_bf16": "distance from 1 to the next larger bf16 number",
        "max_fp16": "largest finite fp16 number",
        "rounding_bf16": "relative rounding error in bf16, root mean square",
        "rounding_fp16": "relative rounding error in fp16, root mean square",
        "bf16_moves": "what the bf16 weight does",
    },
    predict=Predict(
        "A bf16 weight of 1 gets the small update again and again. Where does it end?",
        options=("at the exact sum", "somewhere between", "where it began"),
        measure="bf16_moves",
    ),
    budget_s=2,
)
def main(
    run: Run,
    update: float = Float(1e-4, 1e-5, 0.1, log=True, help="η·g, added at every step"),
    steps: int = Int(1000, 10, 5000, log=True),
    rounding: str = Choice("nearest", "stochastic", help="of bf16"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    exact = 1 + steps * update
    weights = {name: torch.ones(256, device=run.device, dtype=t) for name, t in TYPES.items()}
    run.axes(title="small updates added up", x="step", y="weight")
    run.reference("exact sum", exact)
    for step in run.steps(steps):
        for name, dtype in TYPES.items():
            moved = weights[name].float() + update  # (256,)
            if name == "bf16" and rounding == "stochastic":
                weights[name] = stochastic_bf16(moved)
            else:
                weights[name] = moved.to(dtype)
        if step % max(1, steps // 50) == 0 or step == steps - 1:
            run.line_points(step, {name: w.float().mean().item() for name, w in weights.items()})

    final = {name: w.float().mean().item() for name, w in weights.items()}
    share = (final["bf16"] - 1) / (exact - 1)
    off = abs((final["fp32"] - 1) / (exact - 1) - 1)
    bf16_moves = "at the exact sum" if abs(share - 1) < 0.1 else "somewhere between"
    if share == 0:
        bf16_moves = "where it began"

    x = torch.rand(100_000) * 1.5 + 0.5  # (100000,) between 0.5 and 2
    error_bf16 = rounding_error(x, torch.bfloat16)
    error_fp16 = rounding_error(x, torch.float16)

    extremes = torch.tensor([70_000.0, 1e-8])
    kept = {name: extremes.to(TYPES[name]).float().tolist() for name in ("bf16", "fp16")}
    usable = {name: low > 0 and high < float("inf") for name, (high, low) in kept.items()}

    info = {name: torch.finfo(dtype) for name, dtype in TYPES.items()}
    rows = [
        {"type": name, "largest": i.max, "step above 1": i.eps, "smallest normal": i.tiny}
        for name, i in info.items()
    ]
    run.table("the formats", rows)
    run.measure(**{f"final_{name}": value for name, value in final.items()})
    run.measure(final_exact=exact, bf16_moves=bf16_moves)
    run.measure(step_bf16=info["bf16"].eps, max_fp16=info["fp16"].max)
    run.measure(rounding_bf16=error_bf16, rounding_fp16=error_fp16)
    run.claim("bf16-stands-still", share == 0, f"1 became {final['bf16']:.4f}, exact {exact:.4f}")
    run.claim("fp32-moves", off < 0.01, f"{100 * off:.3f} % off")
    run.claim("bf16-keeps-range", usable["bf16"] and not usable["fp16"], str(kept))
    ratio = error_bf16 / error_fp16
    run.claim("fp16-is-finer", ratio > 4, f"{ratio:.2f} times")
