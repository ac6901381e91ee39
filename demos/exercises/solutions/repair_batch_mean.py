"""Repairs of repair_batch_mean: right ones in other words, and wrong ones with their claim."""

# %% right: weighted average
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    means, counts = [], []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        tokens = np.concatenate(nats_of(batch))
        means.append(tokens.mean())
        counts.append(len(tokens))
        log(start + len(batch), np.exp(np.average(means, weights=counts)))
    return np.exp(np.average(means, weights=counts))


# %% right: all tokens kept
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    tokens = []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        for nats in nats_of(batch):
            tokens.extend(nats)
        log(start + len(batch), float(np.exp(np.mean(tokens))))
    return float(np.exp(np.mean(tokens)))


# %% right: running mean
import math


def perplexity(texts, nats_of, batch_size, log):
    mean, seen = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        for nats in nats_of(batch):
            for one in nats:
                seen += 1
                mean += (one - mean) / seen
        log(start + len(batch), math.exp(mean))
    return math.exp(mean)


# %% wrong: the last batch dropped -> every-token-counts
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    nats, tokens = 0.0, 0
    for start in range(0, len(texts) - batch_size + 1, batch_size):
        batch = texts[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, tokens = nats + found.sum(), tokens + len(found)
        log(start + len(batch), np.exp(nats / tokens))
    return np.exp(nats / tokens)


# %% wrong: weighted by texts -> every-token-counts
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    losses, sizes = [], []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        losses.append(np.concatenate(nats_of(batch)).mean())
        sizes.append(len(batch))
        log(start + len(batch), np.exp(np.average(losses, weights=sizes)))
    return np.exp(np.average(losses, weights=sizes))


# %% wrong: one text at a time, still a mean of means -> every-token-counts
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    losses = []
    for index, text in enumerate(texts):
        losses.append(nats_of([text])[0].mean())
        log(index + 1, np.exp(np.mean(losses)))
    return np.exp(np.mean(losses))


# %% wrong: everything in one call -> in-batches
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    tokens = np.concatenate(nats_of(texts))
    log(len(texts), np.exp(tokens.mean()))
    return np.exp(tokens.mean())


# %% wrong: mean of perplexities -> every-token-counts
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    values = []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        values.append(np.exp(np.concatenate(nats_of(batch)).mean()))
        log(start + len(batch), np.mean(values))
    return np.mean(values)


# %% wrong: batch size fixed -> every-token-counts
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    batch_size = 4
    losses = []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        losses.append(np.concatenate(nats_of(batch)).mean())
        log(start + len(batch), np.exp(np.mean(losses)))
    return np.exp(np.mean(losses))


# %% wrong: the median -> every-token-counts
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    losses = []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        losses.append(np.concatenate(nats_of(batch)).mean())
        log(start + len(batch), np.exp(np.median(losses)))
    return np.exp(np.median(losses))


# %% wrong: nothing logged -> curve-is-true
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    nats, tokens = 0.0, 0
    for start in range(0, len(texts), batch_size):
        found = np.concatenate(nats_of(texts[start : start + batch_size]))
        nats, tokens = nats + found.sum(), tokens + len(found)
    return np.exp(nats / tokens)


# %% wrong: the end repaired, the curve not -> curve-is-true
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    losses, everything = [], []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        tokens = np.concatenate(nats_of(batch))
        losses.append(tokens.mean())
        everything.append(tokens)
        log(start + len(batch), np.exp(np.mean(losses)))
    return np.exp(np.concatenate(everything).mean())


# %% wrong: totals kept between two calls -> batch-size-is-free
import numpy as np

NATS = []


def perplexity(texts, nats_of, batch_size, log):
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        NATS.extend(np.concatenate(nats_of(batch)))
        log(start + len(batch), np.exp(np.mean(NATS)))
    return np.exp(np.mean(NATS))
