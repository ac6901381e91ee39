"""Packing: does one document see the other?

**Question.** To fill the context, several documents are put into one row, with an end token between
them. Is a document in such a row trained as if it stood alone?

**Idea.** A causal mask lets a token see *everything* before it in the row. Two repairs:

    block-diagonal mask    token i sees token j only if j ≤ i and both belong to one document
    position reset         every document counts its positions 0, 1, 2, … from its own start

For each pair of documents the second one is read alone and in a packed row. Its tokens are the
same, so any difference Δ log p of a token comes from the document before it.

**Watch** the tokens of one document: packed naively, single tokens change by several nats, mostly
near its start, where the model takes the old text for context. The end token does not separate
anything by itself: attention reads across it, unless training has taught the model not to.

**What surprises.** This model has *rotary* positions. They only tell distances, so the mask alone
repairs everything; resetting positions alone does not: it changes where tokens seem to stand, not
that they are seen. With learned absolute positions (GPT-2) both are needed. And transformers
builds the block mask by itself from reset positions, but only when it gets no attention mask *and
no cache*: `use_cache` is on by default, and then the same call leaks. Flash attention finds the
boundaries in `cu_seqlens`.

**Try** `boundary_error = 1`: the mask is one token off, and "mask-repairs" fails.
`end_token=false`: with or without it, the row leaks.

**What papers found.** Krell et al. (arXiv 2107.02027, abstract): up to 50 % of all tokens in common
data sets can be padding; packing without cross-contamination doubles the speed of the second phase
of BERT's pre-training, and packed models are mathematically equivalent to the unpacked ones. In
fine-tuning, where a document is another user's dialogue, mask it.

**Scale.** The base has read one document per row, so other text before it is new to it, and the
leak is larger than for a model trained on packed rows.
"""

import tinyworld
import torch
from transformers import DataCollatorWithFlattening

from quizapp.demo import Choice, Flag, Int, Predict, Run, demo


def log_probability(model, ids, **more):
    """Return log p of every token but the first, (T - 1,)."""
    with torch.no_grad():
        log_p = model(ids, **more).logits[0, :-1].log_softmax(-1)  # (T - 1, vocabulary)
    return log_p.gather(-1, ids[0, 1:, None])[:, 0]


def block_mask(document):
    """Return the block-diagonal causal mask of a row, (1, 1, T, T), true where i may see j."""
    together = document[:, None] == document[None, :]
    return torch.tril(together)[None, None]


@demo(
    topic="sft",
    claims={
        "naive-leaks": "Packed naively, the most changed token of a document moves over 2 nats",
        "mask-repairs": "With the block-diagonal mask no token changes by more than 0.001 nats",
        "reset-alone-leaks": "With reset positions and no mask some token still changes by 1 nat",
        "library-repairs": "Given reset positions, no mask and no cache, transformers masks itself",
    },
    measures={
        "max_naive": "largest |Δ log p| packed naively, mean over the pairs, nats",
        "max_reset": "the same with positions reset only",
        "max_mask": "largest |Δ log p| with the block mask, over all pairs, nats",
        "max_both": "the same with block mask and reset positions",
        "max_detected": "the same with reset positions, no attention mask and no cache",
        "loss_alone": "loss of the second document alone, nats per token",
        "loss_naive": "its loss packed naively, nats per token",
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
    collate = DataCollatorWithFlattening()  # one row, positions from 0 for each document
    texts = tinyworld.documents(domain, 2 * pairs, seed=seed, guideline="old")
    # Real rows hold documents of unequal length.
    texts = [" ".join(text.split()[: 12 + 3 * (i % 8)]) for i, text in enumerate(texts)]
    run.axes(title="One document", x="token", y="|Δ log p| (nats)")
    run.axes(chart="pairs", title="All pairs", x="pair", y="largest |Δ log p| (nats)", log_y=True)
    changes = {name: [] for name in ("naive", "reset", "mask", "both", "detected")}
    alone, packed, lengths = [], [], []
    for pair in run.steps(pairs):
        first, second = (
            tinyworld.batch(tokenizer, [text])["input_ids"][0].tolist()
            for text in texts[2 * pair : 2 * pair + 2]
        )
        first = first if end_token else first[:-1]
        row = collate([{"input_ids": first}, {"input_ids": second}], return_tensors="pt")
        ids, positions = (row[key].to(run.device) for key in ("input_ids", "position_ids"))  # (1,T)
        place = torch.arange(ids.shape[1], device=run.device)
        block = block_mask(place >= len(first) + boundary_error)  # (1, 1, T, T)
        seen = torch.ones_like(ids)
        settings = {
            "naive": {"attention_mask": seen},
            "reset": {"attention_mask": seen, "position_ids": positions},
            "mask": {"attention_mask": block},
            "both": {"attention_mask": block, "position_ids": positions},
            "detected": {"position_ids": positions, "use_cache": False},
        }
        reference = log_probability(model, ids[:, len(first) :])  # (T₂ - 1,)
        found = {
            name: log_probability(model, ids, **each)[len(first) :] - reference
            for name, each in settings.items()
        }
        if pair == 0:
            for token, change in enumerate(zip(*found.values(), strict=True)):
                named = dict(zip(found, change, strict=True))
                run.point(token, naive=abs(named["naive"]), mask=abs(named["mask"]))
            tokens = tokenizer.convert_ids_to_tokens(second[1:])
            run.table(
                "The second document, log p alone and packed naively",
                [
                    {"token": t, "alone": f"{a:.2f}", "packed": f"{a + d:.2f}"}
                    for t, a, d in zip(tokens, reference, found["naive"], strict=True)
                ],
            )
        for name, change in found.items():
            changes[name].append(change.abs().max().item())
        run.point(
            pair,
            chart="pairs",
            naive=changes["naive"][-1],
            reset=changes["reset"][-1],
            mask=changes["mask"][-1],
        )
        alone.append(-reference.mean().item())
        packed.append(-(reference + found["naive"]).mean().item())
        lengths += [len(first), len(second)]

    naive, reset = (sum(changes[name]) / pairs for name in ("naive", "reset"))
    mask, both, detected = (max(changes[name]) for name in ("mask", "both", "detected"))
    measures = {
        "max_naive": naive,
        "max_reset": reset,
        "max_mask": mask,
        "max_both": both,
        "max_detected": detected,
        "loss_alone": sum(alone) / pairs,
        "loss_naive": sum(packed) / pairs,
        "padding": 100 * (1 - sum(lengths) / (len(lengths) * max(lengths))),
        "change": "more than 1 nat"
        if naive > 1
        else "0.1 to 1 nat"
        if naive > 0.1
        else "less than 0.1 nats",
    }
    for name, value in measures.items():
        run.measure(name, value)
    run.claim("naive-leaks", naive > 2, f"{naive:.2f} nats on average over {pairs} pairs")
    run.claim("mask-repairs", max(mask, both) < 1e-3, f"at most {max(mask, both):.1e} nats")
    run.claim("reset-alone-leaks", reset > 1, f"{reset:.2f} nats on average")
    run.claim("library-repairs", detected < 1e-3, f"at most {detected:.1e} nats")
