"""Packing: does one document see the other?

**Question.** To fill the context, several documents are put into one row, with an end token between
them. Is a document in such a row trained as if it stood alone?

**Idea.** A causal mask lets a token see *everything* before it in the row. Two repairs:

    block-diagonal mask    token i sees token j only if j ≤ i and both belong to one document
    position reset         every document counts its positions 0, 1, 2, … from its own start

For each pair of documents the second one is read alone and in a packed row. Its tokens are the
same, so any difference Δ log p of a token comes from the document before it.

**Watch** one document: packed naively, single tokens change by several nats, mostly near its start,
where the model takes the old text for context. The end token separates nothing, unless training has
taught the model so.

**What surprises.** *Rotary* positions only give distances, so the mask alone repairs everything;
reset positions alone do not: tokens seem to stand elsewhere and are still seen. With learned
absolute positions (GPT-2) both are needed. transformers builds the block mask from reset positions,
but only when it gets no attention mask *and no cache*: `use_cache` is on by default, and then the
same call leaks. Flash attention finds the boundaries in `cu_seqlens`.

**Try** `boundary_error = 1`: the mask is one token off, and "mask-repairs" fails.
`end_token=false`: with or without it, the row leaks.

**At real scale.** Krell et al. (arXiv 2107.02027, abstract): up to 50 % of all tokens in common
data sets can be padding; packing without cross-contamination doubles the speed of the second phase
of BERT's pre-training, and packed models are mathematically equivalent to the unpacked ones. This
base has read one document per row, so the leak is larger than for a model trained on packed rows.
"""

import tinyworld
import torch
from transformers import DataCollatorWithFlattening

from quizapp.demo import Choice, Flag, Int, Predict, Run, demo


def block_mask(document):
    """Return the block-diagonal causal mask of a row, (1, 1, T, T), true where i may see j."""
    together = document[:, None] == document[None, :]
    return torch.tril(together)[None, None]


def log_probability(model, ids, **more):
    """Return log p of every token but the first, (T - 1,)."""
    with torch.no_grad():
        log_p = model(ids, **more).logits[0, :-1].log_softmax(-1)  # (T - 1, vocabulary)
    return log_p.gather(-1, ids[0, 1:, None])[:, 0]


def packed(first, second, device):
    """Return ids and positions of two documents in one row, each (1, T)."""
    collate = DataCollatorWithFlattening()  # one row, positions from 0 for each document
    row = collate([{"input_ids": first}, {"input_ids": second}], return_tensors="pt")
    return row["input_ids"].to(device), row["position_ids"].to(device)


def ways_to_read(ids, positions, boundary):
    """Return what the model is given besides the ids of a packed row, way by way."""
    everything = torch.ones_like(ids)
    places = torch.arange(ids.shape[1], device=ids.device)
    block = block_mask(places >= boundary)
    return {
        "naive": {"attention_mask": everything},
        "reset": {"attention_mask": everything, "position_ids": positions},
        "mask": {"attention_mask": block},
        "both": {"attention_mask": block, "position_ids": positions},
        "detected": {"position_ids": positions, "use_cache": False},
        "cached": {"position_ids": positions},  # the cache is on by default
    }


def show(run, tokens, alone, shift):
    """Show one document, token by token: log p alone, and how each way of packing shifts it."""
    for place, (naive, mask) in enumerate(zip(shift["naive"], shift["mask"], strict=True)):
        run.point(place, naive=abs(naive), mask=abs(mask))
    rows = [
        {"token": token, "alone": f"{a:.2f}", "packed": f"{a + d:.2f}"}
        for token, a, d in zip(tokens, alone, shift["naive"], strict=True)
    ]
    run.table("The second document, log p alone and packed naively", rows)


@demo(
    topic="sft",
    claims={
        "naive-leaks": "Packed naively, the most changed token of a document moves over 2 nats",
        "mask-repairs": "With the block-diagonal mask no token changes by more than 0.001 nats",
        "reset-alone-leaks": "With reset positions and no mask some token still changes by 1 nat",
        "library-repairs": "Given reset positions, no mask and no cache, transformers masks itself",
        "cache-hides-boundaries": "The same call with the cache left on leaks by over 1 nat",
    },
    measures={
        "max_naive": "largest |Δ log p| packed naively, mean over the pairs, nats",
        "max_reset": "largest |Δ log p| with positions reset only, mean over the pairs, nats",
        "max_mask": "largest |Δ log p| with the block mask, over all pairs, nats",
        "max_both": "largest |Δ log p| with block mask and reset positions, over all pairs, nats",
        "max_detected": "largest |Δ log p| with reset positions, no attention mask and no cache, "
        "over all pairs, nats",
        "max_cached": "largest |Δ log p| with reset positions, no attention mask and the default "
        "cache, mean over the pairs, nats",
        "loss_alone": "loss of the second document alone, nats per token",
        "loss_naive": "loss of the second document packed naively, nats per token",
        "padding": "share of padding if the documents are padded to the longest instead, percent",
        "change": "largest change of a token of the second document, packed naively",
    },
    predict=Predict(
        "Two documents with an end token between them. By how much does the log "
        "probability of a token of the second one change?",
        options=("less than 0.1 nats", "0.1 to 1 nat", "more than 1 nat"),
        measure="change",
    ),
    budget_s=3,
)
def main(
    run: Run,
    domain: str = Choice("clinic", "general", "bank"),
    pairs: int = Int(16, 1, 64),
    end_token: bool = Flag(True, help="the first document ends with the end token"),
    boundary_error: int = Int(0, 0, 4, help="the mask takes so many tokens for the first document"),
    seed: int = Int(0, 0, 999),
) -> None:
    model, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents(domain, 2 * pairs, seed=seed, guideline="old")
    # Real rows hold documents of unequal length.
    texts = [" ".join(text.split()[: 12 + 3 * (i % 8)]) for i, text in enumerate(texts)]
    documents = [tinyworld.batch(tokenizer, [text])["input_ids"][0].tolist() for text in texts]
    if not end_token:
        documents[::2] = [ids[:-1] for ids in documents[::2]]
    run.axes(title="One document", x="token", y="|Δ log p| (nats)")
    run.axes(chart="pairs", title="All pairs", x="pair", y="largest |Δ log p| (nats)", log_y=True)

    names = ("naive", "reset", "mask", "both", "detected", "cached")
    largest = {name: [] for name in names}  # by pair
    loss_alone, loss_naive = [], []
    for pair in run.steps(pairs):
        first, second = documents[2 * pair : 2 * pair + 2]
        ids, positions = packed(first, second, run.device)  # (1, T)
        alone = log_probability(model, ids[:, len(first) :])  # (T₂ - 1,)
        shift = {}  # Δ log p of the second document, (T₂ - 1,)
        for name, more in ways_to_read(ids, positions, len(first) + boundary_error).items():
            shift[name] = log_probability(model, ids, **more)[len(first) :] - alone
            largest[name].append(shift[name].abs().max().item())
        loss_alone.append(-alone.mean().item())
        loss_naive.append(-(alone + shift["naive"]).mean().item())
        if pair == 0:
            show(run, tokenizer.convert_ids_to_tokens(second[1:]), alone, shift)
        shown = {name: largest[name][-1] for name in ("naive", "reset", "mask")}
        run.line_points(pair, shown, chart="pairs")

    naive = sum(largest["naive"]) / pairs
    reset = sum(largest["reset"]) / pairs
    mask = max(largest["mask"])
    both = max(largest["both"])
    detected = max(largest["detected"])
    cached = sum(largest["cached"]) / pairs
    change = "more than 1 nat" if naive > 1 else "0.1 to 1 nat"
    if naive <= 0.1:
        change = "less than 0.1 nats"
    lengths = [len(ids) for ids in documents]
    padding = 100 * (1 - sum(lengths) / (len(lengths) * max(lengths)))

    run.measure(max_naive=naive, max_reset=reset, change=change)
    run.measure(max_mask=mask, max_both=both, max_detected=detected, padding=padding)
    run.measure(max_cached=cached)
    run.measure(loss_alone=sum(loss_alone) / pairs, loss_naive=sum(loss_naive) / pairs)
    run.claim("naive-leaks", naive > 2, f"{naive:.2f} nats on average over {pairs} pairs")
    run.claim("mask-repairs", max(mask, both) < 1e-3, f"at most {max(mask, both):.1e} nats")
    run.claim("reset-alone-leaks", reset > 1, f"{reset:.2f} nats on average")
    run.claim("library-repairs", detected < 1e-3, f"at most {detected:.1e} nats")
    run.claim("cache-hides-boundaries", cached > 1, f"{cached:.2f} nats on average")
