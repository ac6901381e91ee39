"""How many bits until it breaks, and which number tells.

**Question.** A language model in 8, 6, 5, 4, 3, 2 bits: when does it break, and does the loss warn?

**Idea.** Every weight goes to the nearest of equal steps, with one scale per block of weights:
ŵ = s·round(w/s), s = max|w| / (2ᵏ⁻¹ − 1). Three measures compare the result with the original:

    loss change       mean of log p(token) − log q(token)     over the tokens of real texts
    KL(p ‖ q)         mean of Σ p·(log p − log q)             over all tokens that could come next
    changed tokens    share of positions with another argmax: what a user of greedy decoding sees

The loss change has a sign: gains cancel losses. KL is never negative, so nothing cancels.

**Watch** the loss stay flat from 8 to 3 bits while KL climbs at every bit. At 4 bits several
positions in a hundred have another most likely token: mostly near ties, for the known facts are
still all right. Then the cliff: 2 bits leave the levels −s, 0 and s.

**Try** until a claim fails. `block_size=1024`: 3 bits show in the loss. `layers=mlp`: 70 % of the
weights at 2 bits cost 0.1 nats, `layers=attention`, the other 30 %, 0.6 and break it: layers differ
in how much they bear. `texts=clinic`: fewer ties, so fewer changed tokens.

**Real scale.** Dutta et al., *Accuracy is Not All You Need* (arXiv 2407.09141): answers of
quantized models flip in both directions while accuracy stays, and KL goes with the flips. 0.1 M
weights show why one number hides it; where *your* model breaks must be measured: in GPTQ's tables
(arXiv 2210.17323, experiments) plain rounding to 3 bits ruins models of billions of weights, and
here it is free.
"""

import copy
from itertools import pairwise

import bitsandbytes.functional as bnb
import tinyworld
import torch

from quizapp.demo import Choice, Int, Predict, Run, demo


def rounded(W: torch.Tensor, bits: int, block_size: int) -> torch.Tensor:
    """Return W on 2ᵏ - 1 equal steps per block, (out, in): the largest weight is the last."""
    blocks = W.reshape(-1, block_size)  # (n / b, b)
    largest = blocks.abs().amax(1, keepdim=True).clamp_min(1e-30)  # (n / b, 1)
    step = largest / (2 ** (bits - 1) - 1)
    return ((blocks / step).round() * step).view_as(W)


def quantized(W: torch.Tensor, code: str, block_size: int) -> torch.Tensor:
    """Return W, (out, in), as one of the codes keeps it: equal steps, or a 4-bit code."""
    if code.isdigit():
        return rounded(W, int(code), block_size)
    codes, state = bnb.quantize_4bit(W, blocksize=block_size, quant_type=code)
    return bnb.dequantize_4bit(codes, state)


CODES = ("8", "6", "5", "4", "3", "2", "nf4", "fp4")  # bits of equal steps, or a 4-bit code
LAYERS = {"all": "proj", "attention": "self_attn", "mlp": "mlp"}  # what their names contain


@demo(
    topic="quantization",
    claims={
        "loss-hides": "From 8 down to 3 bits, and in NF4, the loss moves by less than 0.006 nats",
        "kl-sees": "KL more than doubles from 8 to 6, to 4, to 3, to 2 bits",
        "tokens-change": "At 4 bits over 3 % of the positions have another most likely token",
        "two-bits-break": "At 2 bits the loss is more than 0.2 nats higher",
    },
    measures={
        "loss_base": "loss of the original, nats per token",
        "loss_change_8": "change of the loss at 8 bits, nats per token",
        "loss_change_4": "change of the loss at 4 bits, nats per token",
        "loss_change_3": "change of the loss at 3 bits, nats per token",
        "loss_change_2": "change of the loss at 2 bits, nats per token",
        "loss_change_nf4": "change of the loss in NF4, nats per token",
        "kl_8": "KL to the original at 8 bits, nats per token",
        "kl_4": "KL to the original at 4 bits, nats per token",
        "kl_3": "KL to the original at 3 bits, nats per token",
        "kl_2": "KL to the original at 2 bits, nats per token",
        "kl_nf4": "KL to the original in NF4, nats per token",
        "kl_growth": "KL at 4 bits over KL at 8 bits",
        "changed_4": "share of positions with another most likely token at 4 bits",
        "changed_2": "share of positions with another most likely token at 2 bits",
        "facts_4": "share of known facts that are right at 4 bits",
        "facts_2": "share of known facts that are right at 2 bits",
        "breaks_at": "the largest width at which the loss rises by over 0.2 nats",
    },
    predict=Predict(
        "At how many bits does the loss rise by more than 0.2 nats?",
        options=("5 or more", "4", "3", "2", "never"),
        measure="breaks_at",
    ),
    budget_s=8,
)
def main(
    run: Run,
    block_size: int = Choice(64, 256, 1024, help="weights per scale"),
    layers: str = Choice("all", "attention", "mlp", help="which layers are quantized"),
    texts: str = Choice("general", "clinic", help="what the loss is measured on"),
    seed: int = Int(0, 0, 999),
) -> None:
    run.axes(x="bits", y="change of the loss (nats per token)")
    run.axes(chart="kl", x="bits", y="KL to the original (nats per token)", log_y=True)
    base, tokenizer = tinyworld.load(device=run.device)
    read = tinyworld.documents(texts, 96, seed=1000 + seed, guideline="old")
    facts = tinyworld.cases("clinic", "old") + tinyworld.cases("bank", "old", "test")
    loss_base = tinyworld.loss(base, tokenizer, read)

    change, kl, changed, right = {}, {}, {}, {}  # each: code -> value
    for step in run.steps(len(CODES)):
        code = CODES[step]
        model = copy.deepcopy(base)
        for name, weight in model.named_parameters():
            is_matrix = weight.ndim == 2  # norms, embeddings and lm_head stay as they are
            if is_matrix and LAYERS[layers] in name:
                weight.data = quantized(weight.data, code, block_size)
        change[code] = tinyworld.loss(model, tokenizer, read) - loss_base
        kl[code], changed[code] = tinyworld.divergence(model, base, tokenizer, read)
        right[code] = tinyworld.accuracy(model, tokenizer, facts)

        series = "equal steps" if code.isdigit() else code
        bits = int(code) if code.isdigit() else 4
        run.line_points(bits, {series: change[code]})
        run.line_points(bits, {series: kl[code]}, chart="kl")
        run.bars("positions with another most likely token", changed, chart="changed")

    widest = max((int(code) for code in CODES[:6] if change[code] > 0.2), default=0)
    breaks_at = "5 or more" if widest > 4 else str(widest) if widest else "never"
    hidden = max(abs(change[code]) for code in ("8", "6", "5", "4", "3", "nf4"))
    ladder = [kl[code] for code in ("8", "6", "4", "3", "2")]
    doubles = all(after > 2 * before for before, after in pairwise(ladder))

    columns = {"loss change": change, "KL": kl, "changed": changed, "facts right": right}
    rows = [{"code": c} | {name: found[c] for name, found in columns.items()} for c in CODES]
    run.table("every code", rows)
    run.measure(loss_base=loss_base, kl_growth=kl["4"] / kl["8"], breaks_at=breaks_at)
    run.measure(**{f"loss_change_{code}": change[code] for code in ("8", "4", "3", "2", "nf4")})
    run.measure(**{f"kl_{code}": kl[code] for code in ("8", "4", "3", "2", "nf4")})
    run.measure(changed_4=changed["4"], changed_2=changed["2"])
    run.measure(facts_4=right["4"], facts_2=right["2"])
    run.claim("loss-hides", hidden < 0.006, f"at most {hidden:.4f} nats")
    run.claim("kl-sees", doubles, ", ".join(f"{value:.1e}" for value in ladder))
    run.claim("tokens-change", changed["4"] > 0.03, f"{changed['4']:.1%}")
    run.claim("two-bits-break", change["2"] > 0.2, f"{change['2']:+.2f} nats")
