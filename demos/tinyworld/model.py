"""Load a causal language model, turn texts into batches, measure loss and accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tinyworld.corpus import Case, Message

BASE = Path(__file__).parent / "base"
"""The bundled model in the standard `from_pretrained` layout."""


def load(name: str = "tinyworld", device: str = "cpu", **from_pretrained: Any) -> tuple[Any, Any]:
    """Return (model, tokenizer) of the bundled base, a local folder or a Hub id.

    Weights are read from safetensors only and no code of the model's repository is run. A model
    that is not the bundled one is loaded in bfloat16 on CUDA, in float32 elsewhere; `dtype` and
    other arguments of `from_pretrained` override. The model is in eval mode.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    bundled = name == "tinyworld"
    source = str(BASE) if bundled else name
    half = device == "cuda" and not bundled
    from_pretrained.setdefault("dtype", torch.bfloat16 if half else torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=bundled)
    model = AutoModelForCausalLM.from_pretrained(
        source, local_files_only=bundled, use_safetensors=True, **from_pretrained
    )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if "quantization_config" not in from_pretrained:
        model = model.to(device)
    return model.eval(), tokenizer


def batch(tokenizer: Any, texts: Sequence[str], device: str = "cpu",
          max_length: int = 256) -> dict[str, Any]:  # fmt: skip
    """Return input_ids, attention_mask and labels, each (texts, T), padded right.

    Each text stands between the begin and end tokens that the tokenizer has; labels are -100 on
    padding, so that it carries no loss.
    """
    rows = [_framed(tokenizer, _ids(tokenizer, text))[:max_length] for text in texts]
    return _padded(tokenizer, rows, [[True] * len(row) for row in rows], device)


def chat_batch(tokenizer: Any, chats: Sequence[Sequence[Message]], device: str = "cpu",
               mask_prompt: bool = True, eos: bool = True) -> dict[str, Any]:  # fmt: skip
    """Return a batch of conversations of a question and an answer, in the chat template.

    Args:
        mask_prompt: labels are -100 on the question, so that only the answer is learned.
        eos: the end token after the answer is part of the labels.
    """
    rows, kept = [], []
    for chat in chats:
        prompt = tokenizer.apply_chat_template(
            chat[:-1], add_generation_prompt=True, tokenize=False
        )
        asked = _ids(tokenizer, prompt)
        answer = [*_ids(tokenizer, " " + chat[-1]["content"]), tokenizer.eos_token_id]
        rows.append(asked + answer)
        kept.append([not mask_prompt] * len(asked) + [True] * (len(answer) - 1) + [eos])
    return _padded(tokenizer, rows, kept, device)


def loss(model: Any, tokenizer: Any, texts: Sequence[str], batch_size: int = 32) -> float:
    """Return the mean negative log-likelihood in nats per token; the model's mode is kept."""
    import torch

    training, total, count = model.training, 0.0, 0
    model.eval()
    with torch.no_grad():
        for start in range(0, len(texts), batch_size):
            rows = batch(tokenizer, texts[start : start + batch_size], _device(model))
            tokens = int((rows["labels"][:, 1:] != -100).sum())
            total += model(**rows).loss.item() * tokens
            count += tokens
    model.train(training)
    return total / count


def accuracy(model: Any, tokenizer: Any, cases: Sequence[Case], batch_size: int = 64) -> float:
    """Return the share of cases whose whole answer greedy decoding would give.

    One forward over prompt and answer suffices: greedy decoding gives the answer exactly when
    every answer token is the argmax after the tokens before it.
    """
    import torch

    training, right = model.training, 0
    model.eval()
    with torch.no_grad():
        for start in range(0, len(cases), batch_size):
            rows, kept = [], []
            for case in cases[start : start + batch_size]:
                asked = _framed(tokenizer, _ids(tokenizer, case.prompt), end=False)
                answer = _ids(tokenizer, case.answer)
                rows.append(asked + answer)
                kept.append([False] * len(asked) + [True] * len(answer))
            ready = _padded(tokenizer, rows, kept, _device(model))
            labels = ready.pop("labels")[:, 1:]  # (cases, T - 1)
            best = model(**ready).logits[:, :-1].argmax(-1)  # (cases, T - 1)
            right += int(((best == labels) | (labels == -100)).all(1).sum())
    model.train(training)
    return right / len(cases)


def generate(model: Any, tokenizer: Any, prompt: str, max_new_tokens: int = 24,
             **settings: Any) -> str:  # fmt: skip
    """Return the prompt with the model's continuation, greedy unless `settings` say otherwise."""
    import torch

    settings.setdefault("do_sample", False)
    asked = _framed(tokenizer, _ids(tokenizer, prompt), end=False)
    ids = torch.tensor([asked], device=_device(model))  # (1, T)
    training = model.training
    model.eval()
    with torch.no_grad():
        out = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=max_new_tokens,
            pad_token_id=tokenizer.pad_token_id, **settings,
        )  # fmt: skip
    model.train(training)
    return str(tokenizer.decode(out[0], skip_special_tokens=True))


def _ids(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _framed(tokenizer: Any, ids: list[int], end: bool = True) -> list[int]:
    first = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
    last = [tokenizer.eos_token_id] if end and tokenizer.eos_token_id is not None else []
    return first + ids + last


def _padded(tokenizer: Any, rows: list[list[int]], kept: list[list[bool]],
            device: str) -> dict[str, Any]:  # fmt: skip
    import torch

    width = max(map(len, rows))
    ids = torch.full((len(rows), width), tokenizer.pad_token_id)
    labels = torch.full((len(rows), width), -100)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for index, (row, keep) in enumerate(zip(rows, kept, strict=True)):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
        labels[index, : len(row)] = torch.tensor(
            [token if keeps else -100 for token, keeps in zip(row, keep, strict=True)]
        )
    batch = {"input_ids": ids, "attention_mask": mask, "labels": labels}
    return {name: tensor.to(device) for name, tensor in batch.items()}


def _device(model: Any) -> str:
    return str(next(model.parameters()).device)
