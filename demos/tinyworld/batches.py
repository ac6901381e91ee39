"""Texts and conversations as tensors, through any causal model's own tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tinyworld.corpus import Message

Text = str | Sequence[int]
"""A text, or the ids of one that is taken as it is."""


def batch(
    tokenizer: Any, texts: Sequence[Text], device: str = "cpu", max_length: int = 256
) -> dict[str, Any]:
    """Return input_ids, attention_mask and labels, each (texts, T), padded right.

    Each text stands between the begin and end tokens that the tokenizer has, cut to `max_length`
    and to the tokenizer's own limit; labels are -100 on padding, so that it carries no loss. Token
    ids may stand for a text and are neither framed nor encoded again.
    """
    most = min(max_length, tokenizer.model_max_length)
    rows = [
        framed(tokenizer, _encode(tokenizer, [text])[0]) if isinstance(text, str) else list(text)
        for text in texts
    ]
    rows = [row[:most] for row in rows]
    return padded(tokenizer, rows, [0] * len(rows), device)


def batches(
    tokenizer: Any, texts: Sequence[str], size: int, device: str = "cpu", max_length: int = 256
) -> Iterator[dict[str, Any]]:
    """Give the texts in order as batches of `size`, each as `batch` makes it; the last may be less.

    One at a time, so that training starts at once; `list` keeps them for several runs.
    """
    for first in range(0, len(texts), size):
        yield batch(tokenizer, texts[first : first + size], device, max_length)


def chat_batch(
    tokenizer: Any,
    chats: Sequence[Sequence[Message]],
    device: str = "cpu",
    mask_prompt: bool = True,
    eos: bool = True,
) -> dict[str, Any]:
    """Return a batch of conversations in the tokenizer's chat template; the last message answers.

    Args:
        tokenizer: of any causal model; `load` gives one without chat template a plain one.
        chats: lists of {"role", "content"}.
        device: where the tensors are.
        mask_prompt: labels are -100 on all before the answer, so that only the answer is learned.
        eos: the answer is followed by what the template ends a turn with, or the end token.
    """
    rows, starts = [], []
    for chat in chats:
        asked, text, end = _turns(tokenizer, chat)
        prompt, body = _encode(tokenizer, [asked, text])
        tail = _encode(tokenizer, [end])[0] if eos else []
        rows.append(body + tail)
        starts.append(common_prefix(prompt, body) if mask_prompt else 0)
    return padded(tokenizer, rows, starts, device)


def framed(tokenizer: Any, ids: list[int], end: bool = True) -> list[int]:
    """Return ids after the begin token, unless there is none or it stands there, and before eos."""
    begin = tokenizer.bos_token_id
    first = [] if begin is None or ids[:1] == [begin] else [begin]
    last = [tokenizer.eos_token_id] if end and tokenizer.eos_token_id is not None else []
    return first + ids + last


def prompt_and_answer(tokenizer: Any, prompt: str, answer: str) -> tuple[list[int], int]:
    """Return the ids of `prompt + answer` after the begin token, and where the answer begins."""
    asked, whole = (
        framed(tokenizer, ids, end=False) for ids in _encode(tokenizer, [prompt, prompt + answer])
    )
    return whole, common_prefix(asked, whole)


def padded(tokenizer: Any, rows: list[list[int]], starts: list[int], device: str) -> dict[str, Any]:
    """Return rows as a batch; labels are -100 before each start and on padding."""
    import torch

    width = max(map(len, rows))
    pads = [width - len(row) for row in rows]
    columns = {
        "input_ids": [
            row + [tokenizer.pad_token_id] * pad for row, pad in zip(rows, pads, strict=True)
        ],
        "attention_mask": [[1] * (width - pad) + [0] * pad for pad in pads],
        "labels": [
            [-100] * start + row[start:] + [-100] * pad
            for row, start, pad in zip(rows, starts, pads, strict=True)
        ],
    }
    return {name: torch.tensor(values, device=device) for name, values in columns.items()}


def common_prefix(first: list[int], second: list[int]) -> int:
    """Return how many leading ids agree: a tokenizer may merge across the end of a prompt."""
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return index
    return min(len(first), len(second))


def _encode(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    return list(tokenizer(list(texts), add_special_tokens=False)["input_ids"])


def _turns(tokenizer: Any, chat: Sequence[Message]) -> tuple[str, str, str]:
    """Return the prompt, the prompt with the answer, and what ends the answer."""
    render = tokenizer.apply_chat_template
    asked = render(list(chat[:-1]), add_generation_prompt=True, tokenize=False)
    whole = render(list(chat), tokenize=False)
    answer = chat[-1]["content"].strip()
    cut = whole.rindex(answer) + len(answer)
    return asked, whole[:cut], whole[cut:].strip() or tokenizer.eos_token
