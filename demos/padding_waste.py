"""Padding, sorting by length, packing.

**Question.** Examples differ in length and a batch is a rectangle. How much of it is padding, and
what reduces it?

**Idea.** A batch padded to its longest row has count · longest places:

    share of padding = 1 − Σ lengths / (count · longest)

Three ways: batches in random order; batches of examples of like length, as transformers'
`LengthGroupedSampler` draws them; and packing, which fills rows of a fixed length with whole
examples. The rows below are really padded by the tokenizer, and the zeros of its attention mask
are counted. Four rows of 100, 300, 500 and 1,100 tokens are padded and packed beside them.

**Watch** what one long example does to a batch: it sets the length of all the others.

**Try** `batch_size=1`: nothing is padded, and "sorting-saves" fails. `examples=16 row=8192`: the
last packed row stays half empty, and "packing-saves" fails.

**What it costs.** Sorting makes batches of one kind of text, so the sampler mixes large groups
first. Packing needs a mask that separates the examples, and puts more of them into each step.
Krell et al. (arXiv 2107.02027, abstract): up to 50 % of all tokens can be padding.
"""

import random

import numpy as np
import tinyworld
import torch
from transformers.trainer_pt_utils import LengthGroupedSampler

from quizapp.demo import Float, Int, Predict, Run, demo


def padding_share(tokenizer, lengths):
    """Return the share of padding of one batch: what the attention mask leaves out."""
    rows = [[tokenizer.eos_token_id] * length for length in lengths]
    mask = tokenizer.pad({"input_ids": rows}, return_tensors="pt")["attention_mask"]
    return 1 - mask.float().mean().item()  # mask: (rows, longest)


def packed(lengths, row):
    """Return rows of whole examples, longest first, each put where it still fits."""
    rows = []
    for length in sorted(lengths, reverse=True):
        fits = [r for r in rows if sum(r) + length <= row]
        if fits:
            fits[0].append(length)
        else:
            rows.append([length])
    return rows


@demo(
    topic="sft",
    claims={
        "sorting-saves": "Batches of like length have less than two thirds of the padding",
        "packing-saves": "Packed rows are filled to 95 % or more",
    },
    measures={
        "random": "share of padding, batches in random order",
        "grouped": "share of padding, batches of like length",
        "packed": "share of padding, packed rows",
        "four_padded": "share of padding of rows of 100, 300, 500 and 1,100 tokens",
        "four_rows": "rows that the four take if packed into rows of 1,100 tokens",
        "four_packed": "share of padding of these packed rows",
        "least": "the way with the least padding",
    },
    predict=Predict(
        "Which share of randomly drawn batches is padding?",
        measure="random",
        low=0,
        high=1,
        unit="share",
        within=0.25,
    ),
    budget_s=2,
)
def main(
    run: Run,
    examples: int = Int(512, 16, 2048, log=True),
    batch_size: int = Int(16, 1, 64, log=True),
    row: int = Int(2048, 512, 8192, log=True, help="tokens of a packed row"),
    spread: float = Float(0.8, 0.05, 1.5, help="spread of the logarithm of the length"),
    seed: int = Int(0, 0, 999),
) -> None:
    _, tokenizer = tinyworld.load(device="cpu")
    drawn = np.random.default_rng(seed).lognormal(mean=5.5, sigma=spread, size=examples)
    lengths = np.clip(drawn.astype(int), 16, row).tolist()  # (examples,) tokens
    run.axes(x="batch", y="padding (share)")
    run.histogram("lengths", *np.histogram(lengths, bins=30), chart="lengths")

    shuffled = random.Random(seed).sample(range(examples), examples)
    chance = torch.Generator().manual_seed(seed)
    alike = list(LengthGroupedSampler(batch_size, lengths=lengths, generator=chance))
    wasted = {}  # share of all places, by way
    firsts = range(0, examples, batch_size)
    run.progress(2 * len(firsts))
    for name, order in {"random": shuffled, "grouped": alike}.items():
        padding, places = 0.0, 0
        for first in firsts:
            run.step()
            batch = [lengths[i] for i in order[first : first + batch_size]]
            size = len(batch) * max(batch)
            share = padding_share(tokenizer, batch)
            padding, places = padding + share * size, places + size
            run.line_points(first // batch_size, {name: share})
        wasted[name] = padding / places
    wasted["packed"] = 1 - sum(lengths) / (row * len(packed(lengths, row)))

    four = [100, 300, 500, 1100]
    rows = packed(four, max(four))
    run.bars("padding", wasted, chart="ways")
    run.table("Four examples, packed", [{"row": i, "lengths": str(r)} for i, r in enumerate(rows)])
    run.measure(**wasted, least=min(wasted, key=wasted.__getitem__))
    run.measure(four_padded=padding_share(tokenizer, four), four_rows=len(rows))
    run.measure(four_packed=padding_share(tokenizer, [sum(r) for r in rows]))
    shown = f"{wasted['random']:.0%} against {wasted['grouped']:.0%}"
    run.claim("sorting-saves", wasted["grouped"] < wasted["random"] * 2 / 3, shown)
    run.claim("packing-saves", wasted["packed"] <= 0.05, f"{wasted['packed']:.1%} padding")
