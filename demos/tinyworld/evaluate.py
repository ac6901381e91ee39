"""Loss, accuracy and generated text of a causal language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tinyworld.batches import Text, batch, framed, padded, prompt_and_answer
from tinyworld.corpus import Case, documents
from tinyworld.model import is_bundled

SAMPLED = 32
"""Tokens of a text that a model writes itself."""


PURE = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0, "repetition_penalty": 1.0}
"""Sampling from the model's own distribution, whatever its generation_config.json prefers."""


@contextmanager
def evaluating(model: Any) -> Iterator[str]:
    """Turn off gradients and dropout, and give the model's device; every mode is put back after.

    Layers of bitsandbytes are kept in training mode. They have no dropout, and on CPUs with
    AVX512-BF16 their first forward in eval mode repacks the 4-bit weights, after which peft
    merges an adapter into garbage (bitsandbytes 0.50, `Linear4bit.forward`).
    """
    import torch

    modes = [(module, module.training) for module in model.modules()]
    for module, _ in modes:
        module.training = type(module).__module__.startswith("bitsandbytes")
    try:
        with torch.no_grad():
            yield str(next(model.parameters()).device)
    finally:
        for module, training in modes:
            module.training = training


def loss(model: Any, tokenizer: Any, texts: Sequence[Text], batch_size: int = 32) -> float:
    """Return the mean negative log-likelihood in nats per token; the model's mode is kept."""
    total, count = 0.0, 0
    with evaluating(model) as device:
        for start in range(0, len(texts), batch_size):
            rows = batch(tokenizer, texts[start : start + batch_size], device)
            tokens = int((rows["labels"][:, 1:] != -100).sum())
            total += model(**rows).loss.item() * tokens
            count += tokens
    return total / count


def accuracy(model: Any, tokenizer: Any, cases: Sequence[Case], batch_size: int = 64) -> float:
    """Return the share of cases whose whole answer greedy decoding would give.

    One forward over prompt and answer suffices: greedy decoding gives the answer exactly when
    every answer token is the argmax after the tokens before it.
    """
    right = 0
    with evaluating(model) as device:
        for start in range(0, len(cases), batch_size):
            pairs = [
                prompt_and_answer(tokenizer, case.prompt, case.answer)
                for case in cases[start : start + batch_size]
            ]
            rows, starts = (list(column) for column in zip(*pairs, strict=True))
            ready = padded(tokenizer, rows, starts, device)
            labels = ready.pop("labels")[:, 1:]  # (cases, T - 1)
            best = model(**ready).logits[:, :-1].argmax(-1)  # (cases, T - 1)
            right += int(((best == labels) | (labels == -100)).all(1).sum())
    return right / len(cases)


def divergence(
    model: Any, reference: Any, tokenizer: Any, texts: Sequence[str], batch_size: int = 32
) -> tuple[float, float]:
    """Return how far a model's next-token distributions are from a reference's.

    The first value is the mean KL(reference ‖ model) in nats per token, the second the share of
    positions at which the most likely token is another one. Both models share the tokenizer.
    """
    import torch

    divergences, changed = [], []
    with evaluating(model) as device, evaluating(reference):
        for start in range(0, len(texts), batch_size):
            rows = batch(tokenizer, texts[start : start + batch_size], device)
            scored = rows["labels"][:, 1:] != -100  # (texts, T - 1)
            p, q = (
                m(**rows).logits[:, :-1][scored].double().log_softmax(-1)
                for m in (reference, model)
            )  # (tokens, vocabulary)
            divergences.append((p.exp() * (p - q)).sum(-1))
            changed.append((p.argmax(-1) != q.argmax(-1)).double())
    return torch.cat(divergences).mean().item(), torch.cat(changed).mean().item()


def familiar(model: Any, tokenizer: Any, count: int, seed: int) -> list[Text]:
    """Return texts that a model knows, to see what it forgets.

    Of the bundled model, general text that it was not trained on. What another model has read is
    not known, so it writes them itself: the expected loss on its own samples is its entropy, and
    any change of its distribution raises it (Gibbs' inequality).
    """
    import torch

    if is_bundled(model):
        return list(documents("general", count, seed))
    known = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id, 0)
    begin = next(number for number in known if number is not None)
    torch.manual_seed(seed)
    with evaluating(model) as device:
        start = torch.full((count, 1), begin, device=device)  # (count, 1)
        rows = model.generate(
            input_ids=start,
            attention_mask=torch.ones_like(start),
            max_new_tokens=SAMPLED,
            pad_token_id=tokenizer.pad_token_id,
            **PURE,
        ).tolist()
    ends = [
        row.index(end, 1) + 1 if (end := tokenizer.eos_token_id) in row[1:] else None
        for row in rows
    ]
    return [row[:end] for row, end in zip(rows, ends, strict=True)]


def generate(
    model: Any, tokenizer: Any, prompt: str, max_new_tokens: int = 24, **settings: Any
) -> str:
    """Return the prompt with the model's continuation, greedy unless `settings` say otherwise."""
    import torch

    settings.setdefault("do_sample", False)
    ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    with evaluating(model) as device:
        asked = torch.tensor([framed(tokenizer, ids, end=False)], device=device)  # (1, T)
        out = model.generate(
            input_ids=asked,
            attention_mask=torch.ones_like(asked),
            max_new_tokens=max_new_tokens,
            pad_token_id=tokenizer.pad_token_id,
            **settings,
        )
    return str(tokenizer.decode(out[0], skip_special_tokens=True))
