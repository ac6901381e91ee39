"""The training loop of the demos whose lesson is not the loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def train(
    model: Any,
    batches: Iterable[Mapping[str, Any]],
    learning_rate: float,
    *,
    weight_decay: float = 0.0,
    clip: float | None = None,
) -> Iterator[float]:
    """Take one AdamW step per batch and yield the loss of that batch before the step.

    What the caller does with a yielded loss happens after the step, in the mode the model was in:
    training is switched on once, before the first step.

    Args:
        model: a causal language model; only its parameters that ask for a gradient are trained.
        batches: of `batch` or `chat_batch`: input_ids, attention_mask and labels, each (texts, T).
        learning_rate: constant over all steps.
        weight_decay: decoupled, as in AdamW.
        clip: largest norm of the whole gradient; None leaves it as it is.

    Yields:
        The mean loss of the batch in nats per token.
    """
    import torch

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=weight_decay)
    model.train()
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(trained, clip)
        optimizer.step()
        optimizer.zero_grad()
        yield loss.item()
