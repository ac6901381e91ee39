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


def gradient(model: torch.nn.Module) -> torch.Tensor:
    """Return all gradients as one vector and clear them."""
    flat = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
    model.zero_grad()
    return flat


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
    # "A. B. C. D." keeps its first 1, 2, 3 or 4 sentences: mixed lengths, in random order
    mixed = [". ".join(t.split(". ")[: 1 + i % 4]) for i, t in enumerate(pool[:texts])]
    random.Random(seed).shuffle(mixed)
    by_length: dict[int, list[str]] = {}
    for text in pool:
        by_length.setdefault(len(tokenizer(text)["input_ids"]), []).append(text)
    equal = max(by_length.values(), key=len)[:texts]
    equal = [equal[i % len(equal)] for i in range(texts)]
    orders = {
        "equal": equal,
        "mixed": mixed,
        "sorted": sorted(mixed, key=lambda text: len(tokenizer(text)["input_ids"])),
    }
    run.axes(x="order of texts", y="relative error of the gradient (percent)")

    naive, weighted = {}, {}
    progress = run.steps(len(orders) * micro_batches)
    for order, batch_texts in orders.items():
        base(**tinyworld.batch(tokenizer, batch_texts, run.device)).loss.backward()
        target = gradient(base)  # (parameters,) of the whole batch at once
        size = texts // micro_batches
        parts = [
            tinyworld.batch(tokenizer, batch_texts[i : i + size], run.device)
            for i in range(0, texts, size)
        ]  # each input_ids: (size, T)
        counts = [int((part["labels"][:, 1:] != -100).sum()) for part in parts]
        means, sums = torch.zeros_like(target), torch.zeros_like(target)
        for part in parts:
            next(progress)
            (base(**part).loss / micro_batches).backward()
            means += gradient(base)
            base(**part, num_items_in_batch=sum(counts)).loss.backward()
            sums += gradient(base)
        naive[order] = ((means - target).norm() / target.norm()).item()
        weighted[order] = ((sums - target).norm() / target.norm()).item()
        ratio = max(counts) / min(counts)
        run.bars("mean of means", {o: 100 * e for o, e in naive.items()})
        run.bars("divided by all tokens", {o: 100 * e for o, e in weighted.items()})
        run.measure(f"naive_{order}", naive[order])
    next(progress, None)  # the progress bar reaches its end

    worst = max(weighted.values())
    run.measure("weighted_worst", worst)
    run.measure("weight_ratio", ratio)
    run.measure("naive", "both" if naive["mixed"] < 1e-3 else "divided by all tokens")
    run.claim("weighted-is-equal", worst < 1e-4, f"largest relative error {worst:.1e}")
    run.claim("naive-is-off", naive["mixed"] > 0.02, f"off by {naive['mixed']:.1%}")
    run.claim("equal-lengths-hide-it", naive["equal"] < 1e-4, f"{naive['equal']:.1e}")
    run.claim("sorting-makes-it-worse", naive["sorted"] > naive["mixed"], f"{naive['sorted']:.1%}")
