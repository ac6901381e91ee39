"""Repairs of repair_three_leaks_again: right ones, and wrong ones with their claim."""

# %% right: duplicates out, split, sums
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% right: copies stay in training, their texts leave the test
import numpy as np


def report(texts, train, batch_size, log):
    keys = sorted({text.lower() for text in texts})
    held = set(np.random.default_rng(2).permutation(keys)[: len(keys) // 4].tolist())
    nats_of = train([text for text in texts if text.lower() not in held])
    test = sorted(held)
    found = []
    for start in range(0, len(test), batch_size):
        for one in nats_of(test[start : start + batch_size]):
            found.extend(one)
        log(min(start + batch_size, len(test)), np.exp(np.mean(found)))
    return np.exp(np.mean(found))


# %% right: weighted mean of the batches
import numpy as np


def report(texts, train, batch_size, log):
    seen = {}
    for text in texts:
        seen.setdefault(text.casefold(), text)
    kept = list(seen.values())
    test, rest = kept[::4], [text for i, text in enumerate(kept) if i % 4]
    nats_of = train(rest)
    means, sizes = [], []
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        means.append(found.mean())
        sizes.append(len(found))
        log(start + len(batch), np.exp(np.average(means, weights=sizes)))
    return np.exp(np.average(means, weights=sizes))


# %% wrong: trained on everything still -> new-to-the-model
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train(texts)
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: duplicates left in -> new-to-the-model
import numpy as np


def report(texts, train, batch_size, log):
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: duplicates found by equality alone -> new-to-the-model
import numpy as np


def report(texts, train, batch_size, log):
    texts = sorted(set(texts))
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: mean of the batches left -> every-word-counts
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    losses = []
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        losses.append(np.concatenate(nats_of(batch)).mean())
        log(start + len(batch), np.exp(np.mean(losses)))
    return np.exp(np.mean(losses))


# %% wrong: only the split repaired -> every-word-counts
import numpy as np


def report(texts, train, batch_size, log):
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    losses = []
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        losses.append(np.concatenate(nats_of(batch)).mean())
        log(start + len(batch), np.exp(np.mean(losses)))
    return np.exp(np.mean(losses))


# %% wrong: only the sums repaired -> new-to-the-model
import numpy as np


def report(texts, train, batch_size, log):
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train(texts)
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: duplicates removed in each part alone -> new-to-the-model
import numpy as np


def report(texts, train, batch_size, log):
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    test = list({t.lower(): t for t in test}.values())
    nats_of = train(list({texts[i].lower(): 0 for i in order[cut:]}))
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: the report is multiplied -> every-word-counts
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return 1.05 * np.exp(nats / words)


# %% wrong: a handful of texts tested -> enough-of-both
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = 12
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: trained on little -> enough-of-both
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[-40:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


# %% wrong: everything in one call -> enough-of-both
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    found = np.concatenate(nats_of(test))
    log(len(test), np.exp(found.mean()))
    return np.exp(found.mean())


# %% wrong: mean of the texts -> every-word-counts
import numpy as np


def report(texts, train, batch_size, log):
    texts = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 3
    test = [texts[i] for i in order[:cut]]
    nats_of = train([texts[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + sum(one.mean() for one in nats_of(batch)), words + len(batch)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)
