"""Repairs of repair_pad_eos_again: right ones, and wrong ones with their claim."""

# %% right: labels of -100
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        labels = torch.tensor([text + [-100] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        total += F.cross_entropy(logits.transpose(1, 2), labels[:, 1:], reduction="sum").item()
        count += int((labels[:, 1:] != -100).sum())
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% right: an attention mask
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        mask = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in batch])[:, 1:]
        log_p = model(ids).log_softmax(-1)[:, :-1]
        nats = -log_p.gather(-1, ids[:, 1:, None])[..., 0]
        total += (nats * mask).sum().item()
        count += mask.sum().item()
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% right: each row cut to its length
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        logits = model(ids)
        for row, text in zip(logits, batch):
            if len(text) > 1:
                target = torch.tensor(text[1:])
                total += F.cross_entropy(row[: len(text) - 1], target, reduction="sum").item()
                count += len(text) - 1
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: zeros left out of the loss -> zero-is-a-word
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        total += F.cross_entropy(
            logits.transpose(1, 2), ids[:, 1:], ignore_index=0, reduction="sum"
        ).item()
        count += int((ids[:, 1:] != 0).sum())
        log(start + len(batch), torch.tensor(total / max(count, 1)).exp().item())
    return torch.tensor(total / max(count, 1)).exp().item()


# %% wrong: the nats are masked, the count is not -> real-tokens-count
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        labels = torch.tensor([text + [-100] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        nats = F.cross_entropy(logits.transpose(1, 2), labels[:, 1:], reduction="none")
        total += nats.sum().item()
        count += nats.numel()
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: divided by all tokens, the first too -> real-tokens-count
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        labels = torch.tensor([text + [-100] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        total += F.cross_entropy(logits.transpose(1, 2), labels[:, 1:], reduction="sum").item()
        count += sum(len(text) for text in batch)
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: sorted by length, so that little is padded -> real-tokens-count
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    texts = sorted(texts, key=len)
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        nats = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        total += nats.sum().item()
        count += nats.numel()
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: one text a call -> in-batches
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        for text in batch:
            if len(text) > 1:
                ids = torch.tensor([text])
                total += F.cross_entropy(model(ids)[0, :-1], ids[0, 1:], reduction="sum").item()
                count += len(text) - 1
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: all cut to the shortest text of the batch -> real-tokens-count
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        width = max(2, min(len(text) for text in batch))
        ids = torch.tensor([text[:width] + [0] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        nats = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        total += nats.sum().item()
        count += nats.numel()
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: padded on the left, still counted -> real-tokens-count
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([[0] * (width - len(text)) + text for text in batch])
        logits = model(ids)[:, :-1]
        nats = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        total += nats.sum().item()
        count += nats.numel()
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: mean of the texts' means -> real-tokens-count
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        labels = torch.tensor([text + [-100] * (width - len(text)) for text in batch])
        nats = F.cross_entropy(model(ids)[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none")
        real = (labels[:, 1:] != -100).sum(1)
        total += (nats.sum(1)[real > 0] / real[real > 0]).sum().item()
        count += int((real > 0).sum())
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: mean of the batches' means -> batch-size-is-free
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        labels = torch.tensor([text + [-100] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        total += F.cross_entropy(logits.transpose(1, 2), labels[:, 1:]).item()
        count += 1
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: the padding is masked one place too late -> zero-is-a-word
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        length = torch.tensor([len(text) for text in batch])
        real = torch.arange(1, width) <= length[:, None]
        nats = F.cross_entropy(model(ids)[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")
        total += nats[real].sum().item()
        count += int(real.sum())
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()


# %% wrong: the end is right, the curve is of one batch -> curve-is-true
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        labels = torch.tensor([text + [-100] * (width - len(text)) for text in batch])
        now = F.cross_entropy(
            model(ids)[:, :-1].transpose(1, 2), labels[:, 1:], reduction="sum"
        ).item()
        real = int((labels[:, 1:] != -100).sum())
        total, count = total + now, count + real
        log(start + len(batch), torch.tensor(now / max(real, 1)).exp().item())
    return torch.tensor(total / count).exp().item()
