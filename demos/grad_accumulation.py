"""Gradient accumulation, and the mean of means.

**Question.** Eight micro-batches of two texts, or one batch of sixteen: the same gradient?

**Idea.** The loss of a batch is a mean over its *tokens*. With Nᵢ tokens in micro-batch i,

    batch:    (Σᵢ Nᵢ·meanᵢ) / Σᵢ Nᵢ          naive:   (Σᵢ meanᵢ) / k

The naive form divides each micro-batch's own mean by k. A token in a short micro-batch then
counts more than one in a long micro-batch. Both are equal only if all Nᵢ are equal. The cure is
to sum the token losses and divide by the tokens of the *whole* batch: transformers takes that
number as `num_items_in_batch`.

**Watch** three orders of texts. Equal lengths hide the error, mixed lengths show it, and texts
sorted by length, which many loaders do to save padding, make it largest.

**At real scale.** This was a bug of widely used trainers until October 2024 (Hugging Face blog,
"Fixing Gradient Accumulation"). The size of the error depends on the spread of lengths.
Accumulation saves memory, not time. Whether one device needs it is contested: Marek et al. (arXiv
2507.07101) advise against it. BatchNorm and dropout add differences; this model has neither.

**Try** `micro_batches = 1` (nothing is accumulated, the claim fails) or 16.
"""

import random

import tinyworld
import torch

from quizapp.demo import Choice, Int, Model, Predict, Run, demo


def accumulated(model: torch.nn.Module, parts: list[dict], tokens: int | None) -> torch.Tensor:
    """Return the gradient summed over micro-batches: divided by all tokens, or a mean of means."""
    for part in parts:
        if tokens is None:
            loss = model(**part).loss / len(parts)  # each mean over k
        else:
            loss = model(**part, num_items_in_batch=tokens).loss  # each sum over all tokens
        loss.backward()
    flat = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
    model.zero_grad()
    return flat  # (parameters,)


def orders_of(pool: list[str], count: int, tokenizer, seed: int) -> dict[str, list[str]]:
    """Return a batch of texts of equal length, of mixed lengths, and those sorted by length."""

    def length(text: str) -> int:
        return len(tokenizer(text)["input_ids"])

    # "A. B. C. D." keeps its first 1, 2, 3 or 4 sentences: mixed lengths, in random order
    mixed = [". ".join(text.split(". ")[: 1 + i % 4]) for i, text in enumerate(pool[:count])]
    random.Random(seed).shuffle(mixed)
    by_length: dict[int, list[str]] = {}
    for text in pool:
        by_length.setdefault(length(text), []).append(text)
    alike = max(by_length.values(), key=len)[:count]
    equal = [alike[i % len(alike)] for i in range(count)]
    return {"equal": equal, "mixed": mixed, "sorted": sorted(mixed, key=length)}


@demo(
    topic="optimisation",
    claims={
        "weighted-is-equal": "Divided by all tokens, the accumulated gradient is the batch's own",
        "naive-is-off": "The mean of means is off by more than 2 % where lengths are mixed",
        "equal-lengths-hide-it": "Where all texts are equally long both forms agree",
        "sorting-makes-it-worse": "The error is larger where texts are sorted by length",
    },
    measures={
        "naive_equal": "relative error of the mean of means, texts of equal length",
        "naive_mixed": "relative error of the mean of means, mixed lengths",
        "naive_sorted": "relative error of the mean of means, sorted by length",
        "weighted_worst": "largest relative error when divided by all tokens",
        "weight_ratio": "weight of a token in the shortest over one in the longest micro-batch",
        "naive": "which form reproduces the gradient of the large batch, mixed lengths",
    },
    predict=Predict(
        "Texts of mixed lengths: which accumulation gives the gradient of the large batch?",
        options=("mean of means", "divided by all tokens", "both"),
        measure="naive",
    ),
    budget_s=3,
    bundled_claims=("naive-is-off", "sorting-makes-it-worse"),
    token_passes=13_000,
    model_copies=6,
    trained_texts=16,
)
def main(
    run: Run,
    micro_batches: int = Choice(1, 2, 4, 8, 16, default=8),
    texts: int = Choice(16, 32, 64, help="texts of the whole batch"),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(model, run.device)
    pool = tinyworld.documents("general", 16 * texts, seed=seed)
    orders = orders_of(pool, texts, tokenizer, seed)
    run.axes(x="order of texts", y="relative error of the gradient (percent)")

    naive, weighted = {}, {}  # relative error by order
    run.progress(len(orders))
    for order, chosen in orders.items():
        run.step()
        size = texts // micro_batches
        slices = [chosen[first : first + size] for first in range(0, texts, size)]
        whole = tinyworld.batch(tokenizer, chosen, run.device)  # (texts, T)
        parts = [tinyworld.batch(tokenizer, some, run.device) for some in slices]  # (size, T) each
        counts = [int((part["labels"][:, 1:] != -100).sum()) for part in parts]  # predicted tokens

        target = accumulated(base, [whole], None)
        means = accumulated(base, parts, None)
        sums = accumulated(base, parts, sum(counts))
        naive[order] = ((means - target).norm() / target.norm()).item()
        weighted[order] = ((sums - target).norm() / target.norm()).item()
        ratio = max(counts) / min(counts)
        run.bars("mean of means", {o: 100 * error for o, error in naive.items()})
        run.bars("divided by all tokens", {o: 100 * error for o, error in weighted.items()})

    equal, mixed, by_length = naive.values()
    worst = max(weighted.values())
    run.measure(naive_equal=equal, naive_mixed=mixed, naive_sorted=by_length)
    run.measure(weighted_worst=worst, weight_ratio=ratio)
    run.measure(naive="both" if mixed < 1e-3 else "divided by all tokens")
    run.claim("weighted-is-equal", worst < 1e-4, f"largest relative error {worst:.1e}")
    run.claim("naive-is-off", mixed > 0.02, f"off by {mixed:.1%}")
    run.claim("equal-lengths-hide-it", equal < 1e-4, f"{equal:.1e}")
    run.claim("sorting-makes-it-worse", by_length > mixed, f"{by_length:.1%}")
