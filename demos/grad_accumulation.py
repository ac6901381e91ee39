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

Then three things that accumulation is credited with, measured: the weight of a token among 100 and
among 400, read off the gradient of the logits; what is kept for the backward pass; and the work.

**At real scale.** This was a bug of widely used trainers until October 2024 (Hugging Face blog,
"Fixing Gradient Accumulation"). The size of the error depends on the spread of lengths.
Accumulation saves memory, not time. Whether one device needs it is contested: Marek et al. (arXiv
2507.07101) advise against it. BatchNorm and dropout add differences; this model has neither.

**Try** `micro_batches = 1` (nothing is accumulated, the claim fails) or 16.
"""

import random

import tinyworld
import torch
from torch.utils.flop_counter import FlopCounterMode

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


def token_weight(model: torch.nn.Module, part: dict, share: float) -> float:
    """Return the weight of each predicted token in the loss of a part, times `share`.

    The gradient of a cross-entropy by the logit of the right token is w·(p − 1).
    """
    output = model(**part)
    output.logits.retain_grad()  # (texts, T, vocabulary)
    (share * output.loss).backward()
    model.zero_grad()
    labels = part["labels"][:, 1:, None]  # (texts, T - 1, 1)
    gradient = output.logits.grad[:, :-1].gather(2, labels.clamp(min=0))
    missing = 1 - output.logits.detach()[:, :-1].softmax(-1).gather(2, labels.clamp(min=0))
    scored = labels != -100
    return -(gradient[scored].sum() / missing[scored].sum()).item()


def kept_for_backward(model: torch.nn.Module, part: dict) -> int:
    """Return the bytes of activations that autograd keeps between forward and backward."""
    weights = {p.untyped_storage().data_ptr() for p in model.parameters()}
    kept = {}  # storage -> bytes

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        _ = model(**part).loss
    return sum(kept.values())


def work(model: torch.nn.Module, parts: list[dict]) -> int:
    """Return the floating-point operations of the accumulated gradient, as torch counts them."""
    with FlopCounterMode(display=False) as counter:
        accumulated(model, parts, None)
    return counter.get_total_flops()


DRAWS = 8  # batches whose errors are averaged


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
        "short-counts-more": "Among 100 tokens one weighs four times as much as among 400",
        "keeps-less": "One micro-batch keeps less than twice its share of the batch's activations",
        "works-as-much": "The work of all micro-batches is that of the batch, within 1 %",
    },
    measures={
        "naive_equal": "relative error of the mean of means, texts of equal length",
        "naive_mixed": "relative error of the mean of means, mixed lengths",
        "naive_sorted": "relative error of the mean of means, sorted by length",
        "weighted_worst": "largest relative error when divided by all tokens",
        "token_weight_ratio": "mean of means: weight of a token among 100 over one among 400",
        "kept_share": "activations kept for one micro-batch, as a share of those of the batch",
        "work_ratio": "operations of all micro-batches over those of the batch, equal lengths",
        "naive": "which form reproduces the gradient of the large batch, mixed lengths",
    },
    predict=Predict(
        "Texts of mixed lengths: which accumulation gives the gradient of the large batch?",
        options=("mean of means", "divided by all tokens", "both"),
        measure="naive",
    ),
    budget_s=4,
    bundled_claims=("naive-is-off", "sorting-makes-it-worse"),
    model_copies=6,
    trained_texts=16,
    token_passes=110_000,
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
    run.axes(x="order of texts", y="relative error of the gradient (percent)")

    size = texts // micro_batches
    naive, weighted = {}, {}  # order -> relative error, summed over the draws
    run.progress(3 * DRAWS)
    batches = [
        (number, order, chosen)
        for number in range(DRAWS)
        for order, chosen in orders_of(pool[number * texts :], texts, tokenizer, seed).items()
    ]
    for number, order, chosen in batches:
        run.step()
        slices = [chosen[first : first + size] for first in range(0, texts, size)]
        whole = tinyworld.batch(tokenizer, chosen, run.device)  # (texts, T)
        parts = [tinyworld.batch(tokenizer, some, run.device) for some in slices]  # (size, T) each
        counts = [int((part["labels"][:, 1:] != -100).sum()) for part in parts]  # predicted tokens

        target = accumulated(base, [whole], None)
        means = accumulated(base, parts, None)
        sums = accumulated(base, parts, sum(counts))
        by_mean = ((means - target).norm() / target.norm()).item()
        by_sum = ((sums - target).norm() / target.norm()).item()
        naive[order] = naive.get(order, 0.0) + by_mean
        weighted[order] = max(weighted.get(order, 0.0), by_sum)
        done = number + 1
        run.bars("mean of means", {o: 100 * error / done for o, error in naive.items()})
        run.bars("divided by all tokens", {o: 100 * error for o, error in weighted.items()})
        if number == 0 and order == "equal":
            kept_share = kept_for_backward(base, parts[0]) / kept_for_backward(base, whole)
            work_ratio = work(base, parts) / work(base, [whole])

    equal, mixed, by_length = (error / DRAWS for error in naive.values())
    worst = max(weighted.values())
    stream = tokenizer(" ".join(pool))["input_ids"]
    rows = [stream[26 * i : 26 * (i + 1)] for i in range(20)]  # each predicts 25 tokens
    short, long = (tinyworld.batch(tokenizer, some, run.device) for some in (rows[:4], rows[4:]))
    ratio = token_weight(base, short, 0.5) / token_weight(base, long, 0.5)
    run.measure(naive_equal=equal, naive_mixed=mixed, naive_sorted=by_length)
    run.measure(weighted_worst=worst, token_weight_ratio=ratio)
    run.measure(kept_share=kept_share, work_ratio=work_ratio)
    run.measure(naive="both" if mixed < 1e-3 else "divided by all tokens")
    run.claim("weighted-is-equal", worst < 1e-4, f"largest relative error {worst:.1e}")
    run.claim("naive-is-off", mixed > 0.02, f"off by {mixed:.1%}")
    run.claim("equal-lengths-hide-it", equal < 1e-4, f"{equal:.1e}")
    run.claim("sorting-makes-it-worse", by_length > mixed, f"{by_length:.1%}")
    run.claim("short-counts-more", abs(ratio - 4) < 0.04, f"{ratio:.3f} times")
    share = f"{kept_share:.1%} for one of {micro_batches}"
    run.claim("keeps-less", kept_share < 2 / micro_batches, share)
    run.claim("works-as-much", abs(work_ratio - 1) < 0.01, f"{work_ratio:.4f} times")
