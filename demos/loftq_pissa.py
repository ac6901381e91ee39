"""LoRA that starts by repairing quantization.

**Question.** QLoRA trains an adapter from zero on damaged weights. Can it start as the repair?

**Idea.** Choose Q (on the grid) and L·R (of rank r) so that Q + L·R is near W:

    one SVD    Q = quant(W),  L·R = the r largest singular directions of W − Q
    LoftQ      repeat:  Q = quant(W − L·R),  L·R = SVD_r(W − Q)
    PiSSA      L·R = SVD_r(W),  Q = quant(W − L·R)

One SVD is the first round of LoftQ. In PiSSA the adapter takes the *largest* directions of W, so
that less is left to round: other frozen weights, and before quantization the same sum.

**Watch** how little one SVD takes away: the error of rounding is close to noise, spread over all
directions, and r = 8 of 64 hold a small part. More rounds help, each less than the one before. At
the widths of real models the part is far smaller: one bar takes r = 16 of 1,024.

**Try** until a claim fails. `code=2`: more rounds leave *more* error than the first. An SVD step
never raises the error, but requantizing may: the scale follows the largest weight of a block, and
with three levels that is far from the best fit. `rank=1`: nearly nothing is repaired.
`iterations=1`: LoftQ is one SVD. `iterations=10`: LoftQ passes quantized PiSSA in NF4.

**Real scale.** LoftQ (Li et al., arXiv 2310.08659) reports its largest gains at 2 bits, with other
grids, after fine-tuning; PiSSA (Meng et al., arXiv 2404.02948) a smaller error than QLoRA's at 4
bits. This measures the start alone, not what training makes of it. A model this small bears 4 bits
almost for nothing (see KL), so there the repair is seen in the weights.
"""

import copy

import bitsandbytes.functional as bnb
import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Choice, Int, Predict, Run, demo


def loftq(W: torch.Tensor, code: str, rank: int, rounds: int) -> list[torch.Tensor]:
    """Return Q + L·R after 0, 1, ... rounds of LoftQ; 0 is rounding alone."""
    starts = [quantized(W, code)]
    LR = torch.zeros_like(W)
    for _ in range(rounds):
        Q = quantized(W - LR, code)  # what the adapter does not hold, quantized
        LR = low_rank(W - Q, rank)  # what quantization lost, into the adapter
        starts.append(Q + LR)
    return starts


def low_rank(M: torch.Tensor, rank: int) -> torch.Tensor:
    """Return the nearest matrix of this rank, L·R (Eckart and Young), (out, in)."""
    U, S, Vh = torch.linalg.svd(M, full_matrices=False)
    return (U[:, :rank] * S[:rank]) @ Vh[:rank]


def quantized(W: torch.Tensor, code: str, block: int = 64) -> torch.Tensor:
    """Return W after quantization and back, (out, in)."""
    if code == "nf4":
        codes, state = bnb.quantize_4bit(W, blocksize=block, quant_type="nf4")
        return bnb.dequantize_4bit(codes, state)
    blocks = W.reshape(-1, block)  # (n / 64, 64)
    step = blocks.abs().amax(1, keepdim=True).clamp_min(1e-30) / (2 ** (int(code) - 1) - 1)
    return ((blocks / step).round() * step).view_as(W)


def left_at(width: int, rank: int, code: str) -> float:
    """Return the share of the error that the best rank-r repair leaves of a layer this wide."""
    W = torch.randn(width, width)
    s = torch.linalg.svdvals(W - quantized(W, code))  # (width,)
    return (s[rank:].square().sum() / s.square().sum()).sqrt().item()


@demo(
    topic="quantization",
    claims={
        "svd-repairs": "One SVD of what rounding lost takes over 10 % off the weight error",
        "rounds-help": "The last round of LoftQ leaves over 5 % less weight error than the first",
        "pissa-is-base": "Before quantization PiSSA's logits equal the base model's within 0.001",
        "pissa-quantizes-better": "Quantized PiSSA leaves over 10 % less weight error than one SVD",
        "wide-repairs-less": "At width 1,024 one SVD takes away less than at width 64",
    },
    measures={
        "error_svd": "weight error after one SVD, over that of rounding alone",
        "error_loftq": "weight error after all rounds of LoftQ, over that of rounding alone",
        "error_pissa": "weight error of quantized PiSSA, over that of rounding alone",
        "error_svd_wide": "the same after one SVD of rank 16, normal weights of 1,024 × 1,024",
        "kl_rounding": "KL to the base model of rounding alone, nats per token",
        "kl_svd": "KL to the base model after one SVD, nats per token",
        "kl_loftq": "KL to the base model after all rounds of LoftQ, nats per token",
        "kl_pissa": "KL to the base model of quantized PiSSA, nats per token",
        "pissa_logits": "largest difference of PiSSA's logits to the base before quantization",
        "left_svd": "how much of rounding's error one SVD leaves",
    },
    predict=Predict(
        "How much of rounding's weight error is left after one SVD repairs it with the adapter?",
        options=("less than half", "more than half"),
        measure="left_svd",
    ),
    budget_s=6,
)
def main(
    run: Run,
    code: str = Choice("nf4", "4", "3", "2", help="NF4, or bits of equal steps"),
    rank: int = Int(8, 1, 32, log=True),
    iterations: int = Int(5, 1, 20, help="rounds of LoftQ"),
    seed: int = Int(0, 0, 999),
) -> None:
    run.axes(x="rounds", y="weight error over that of rounding")
    run.axes(chart="kl", x="rounds", y="KL to the base (nats per token)")
    run.line_points(0, {"LoftQ": 1.0})
    base, tokenizer = tinyworld.load(device=run.device)
    weights = {n: m.weight.data for n, m in base.named_modules() if "proj" in n}  # (out, in) each
    read = tinyworld.documents("general", 96, seed=1000 + seed)
    probe = tinyworld.batch(tokenizer, read[:16], run.device)  # (16, T)
    lost = sum((W - quantized(W, code)).square().sum() for W in weights.values())

    config = LoraConfig(
        r=rank, lora_alpha=rank, target_modules="all-linear", init_lora_weights="pissa"
    )
    adapted = get_peft_model(copy.deepcopy(base), config)
    with torch.no_grad():
        moved = (adapted(**probe).logits - base(**probe).logits).abs().max().item()
    left = torch.zeros((), device=run.device)
    for name in weights:
        frozen = adapted.get_submodule(f"base_model.model.{name}").base_layer.weight
        Q = quantized(frozen.data, code)
        left += (frozen.data - Q).square().sum()  # the adapter adds back W - frozen
        frozen.data = Q
    pissa = (left / lost).sqrt().item()
    kl_pissa, _ = tinyworld.divergence(adapted, base, tokenizer, read)
    run.reference("quantized PiSSA", pissa)
    run.reference("quantized PiSSA", kl_pissa, chart="kl")

    starts = {name: loftq(W, code, rank, iterations) for name, W in weights.items()}
    model = copy.deepcopy(base)
    error, kl = [], []  # by rounds of LoftQ
    for done in run.steps(iterations + 1):
        missed = sum((W - starts[name][done]).square().sum() for name, W in weights.items())
        for name, versions in starts.items():
            model.get_submodule(name).weight.data = versions[done]
        error.append((missed / lost).sqrt().item())
        kl.append(tinyworld.divergence(model, base, tokenizer, read)[0])
        run.line_points(done, {"LoftQ": error[done]})
        run.line_points(done, {"LoftQ": kl[done]}, chart="kl")

    torch.manual_seed(seed)
    wide = left_at(1024, 16, code)
    run.axes(chart="width", y="weight error left by one SVD")
    run.bars("one SVD", {f"r = {rank} of 64": error[1], "r = 16 of 1,024": wide}, chart="width")

    svd, last = error[1], error[-1]
    run.measure(error_svd=svd, error_loftq=last, error_pissa=pissa, pissa_logits=moved)
    run.measure(kl_rounding=kl[0], kl_svd=kl[1], kl_loftq=kl[-1], kl_pissa=kl_pissa)
    run.measure(error_svd_wide=wide)
    run.measure(left_svd="more than half" if svd > 0.5 else "less than half")
    run.claim("pissa-is-base", moved < 1e-3, f"largest difference {moved:.1e}")
    run.claim("svd-repairs", svd < 0.9, f"{svd:.3f} of rounding's error is left")
    run.claim("rounds-help", last < 0.95 * svd, f"{last:.3f} against {svd:.3f}")
    run.claim("pissa-quantizes-better", pissa < 0.9 * svd, f"{pissa:.3f} against {svd:.3f}")
    run.claim("wide-repairs-less", wide > svd, f"{wide:.3f} against {svd:.3f} is left")
