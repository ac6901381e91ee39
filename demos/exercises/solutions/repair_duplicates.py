"""Repairs of repair_duplicates: right ones in other words, and wrong ones with their claim."""

# %% right: a regular expression
import re

import numpy as np


def train_and_test(texts, labels, fit, log):
    kept = {}
    for text, label in zip(texts, labels):
        kept[re.sub(r"[\s.!]+", " ", text.casefold()).strip()] = label
    keys = sorted(kept)
    np.random.default_rng(3).shuffle(keys)
    cut = len(keys) // 4
    predict = fit(keys[cut:], [kept[key] for key in keys[cut:]])
    hits = 0
    for count, key in enumerate(keys[:cut], 1):
        hits += predict([key])[0] == kept[key]
        log(count, hits / count)
    return predict, hits / cut


# %% right: all copies of a message on one side
import numpy as np


def train_and_test(texts, labels, fit, log):
    groups = {}
    for text, label in zip(texts, labels):
        groups.setdefault(tuple(text.lower().strip(" .!").split()), []).append((text, label))
    keys = list(groups)
    order = np.random.default_rng(0).permutation(len(keys))
    cut = len(keys) // 4
    train = [pair for i in order[cut:] for pair in groups[keys[i]]]
    predict = fit([text for text, _ in train], [label for _, label in train])
    hits = []
    for i in order[:cut]:
        text, label = groups[keys[i]][0]
        hits.append(predict([text])[0] == label)
        log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% right: split as before, then the test set cleaned of what training knows
import numpy as np


def train_and_test(texts, labels, fit, log):
    def key(text):
        return " ".join(text.upper().replace("!", " ").replace(".", " ").split())

    order = np.random.default_rng(5).permutation(len(texts))
    cut = 2 * len(texts) // 3
    train, seen = [], set()
    for i in order[:cut]:
        if hash(key(texts[i])) % 3:
            train.append(i)
            seen.add(key(texts[i]))
    test = [i for i in range(len(texts)) if key(texts[i]) not in seen]
    predict = fit([texts[i] for i in train], [labels[i] for i in train])
    hits, done = [], set()
    for i in test:
        if key(texts[i]) not in done:
            done.add(key(texts[i]))
            hits.append(predict([texts[i]])[0] == labels[i])
            log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: lower case alone -> no-acquaintance
import numpy as np


def train_and_test(texts, labels, fit, log):
    first = {}
    for text, label in zip(texts, labels):
        first.setdefault(text.lower(), label)
    kept = list(first.items())
    order = np.random.default_rng(0).permutation(len(kept))
    cut = len(kept) // 4
    test, train = [kept[i] for i in order[:cut]], [kept[i] for i in order[cut:]]
    predict = fit([t for t, _ in train], [l for _, l in train])
    hits = [predict([text])[0] == label for text, label in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: stripped and lower case, spaces inside forgotten -> no-acquaintance
import numpy as np


def train_and_test(texts, labels, fit, log):
    first = {}
    for text, label in zip(texts, labels):
        first.setdefault(text.lower().strip().rstrip(".! "), label)
    kept = list(first.items())
    order = np.random.default_rng(0).permutation(len(kept))
    cut = len(kept) // 4
    test, train = [kept[i] for i in order[:cut]], [kept[i] for i in order[cut:]]
    predict = fit([t for t, _ in train], [l for _, l in train])
    hits = [predict([text])[0] == label for text, label in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: everything but letters removed -> nothing-lost
import re

import numpy as np


def train_and_test(texts, labels, fit, log):
    first = {}
    for text, label in zip(texts, labels):
        first.setdefault(re.sub(r"[^a-z]", "", text.lower()), (text, label))
    kept = list(first.values())
    order = np.random.default_rng(0).permutation(len(kept))
    cut = len(kept) // 3
    test, train = [kept[i] for i in order[:cut]], [kept[i] for i in order[cut:]]
    predict = fit([t for t, _ in train], [l for _, l in train])
    hits = [predict([text])[0] == label for text, label in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: duplicates removed from the test set by equality -> no-acquaintance
import numpy as np


def train_and_test(texts, labels, fit, log):
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 4
    known = {texts[i] for i in order[cut:]}
    test = [i for i in order[:cut] if texts[i] not in known]
    predict = fit([texts[i] for i in order[cut:]], [labels[i] for i in order[cut:]])
    hits = [predict([texts[i]])[0] == labels[i] for i in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: a fixed sum is taken off -> no-acquaintance
import numpy as np


def train_and_test(texts, labels, fit, log):
    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 4
    predict = fit([texts[i] for i in order[cut:]], [labels[i] for i in order[cut:]])
    hits = [predict([texts[i]])[0] == labels[i] for i in order[:cut]]
    log(len(hits), np.mean(hits) - 0.3)
    return predict, np.mean(hits) - 0.3


# %% wrong: duplicates removed within each part alone -> no-acquaintance
import numpy as np


def train_and_test(texts, labels, fit, log):
    def key(text):
        return " ".join(text.lower().split()).rstrip(".! ")

    order = np.random.default_rng(0).permutation(len(texts))
    cut = len(texts) // 4
    test = {key(texts[i]): labels[i] for i in order[:cut]}
    train = {key(texts[i]): labels[i] for i in order[cut:]}
    predict = fit(list(train), list(train.values()))
    hits = [predict([text])[0] == label for text, label in test.items()]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: the test set is what is left over, a handful -> enough-tests
import numpy as np


def train_and_test(texts, labels, fit, log):
    first = {}
    for text, label in zip(texts, labels):
        first.setdefault(" ".join(text.lower().split()).rstrip(".! "), label)
    kept = list(first.items())
    order = np.random.default_rng(0).permutation(len(kept))
    test, train = [kept[i] for i in order[:60]], [kept[i] for i in order[60:]]
    predict = fit([t for t, _ in train], [l for _, l in train])
    hits = [predict([text])[0] == label for text, label in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: every copy tested -> enough-tests
import numpy as np


def train_and_test(texts, labels, fit, log):
    def key(text):
        return " ".join(text.lower().split()).rstrip(".! ")

    keys = sorted({key(text) for text in texts})
    held = set(np.random.default_rng(0).permutation(keys)[: len(keys) // 4].tolist())
    train = [i for i, text in enumerate(texts) if key(text) not in held]
    test = [i for i, text in enumerate(texts) if key(text) in held]
    predict = fit([texts[i] for i in train], [labels[i] for i in train])
    hits = [predict([texts[i]])[0] == labels[i] for i in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


# %% wrong: trained on a third only, so that fewer are known -> nothing-lost
import numpy as np


def train_and_test(texts, labels, fit, log):
    def key(text):
        return " ".join(text.lower().split()).rstrip(".! ")

    keys = sorted({key(text): label for text, label in zip(texts, labels)}.items())
    order = np.random.default_rng(0).permutation(len(keys))
    third = len(keys) // 3
    train, test = [keys[i] for i in order[:third]], [keys[i] for i in order[third : 2 * third]]
    predict = fit([t for t, _ in train], [l for _, l in train])
    hits = [predict([text])[0] == label for text, label in test]
    log(len(hits), np.mean(hits))
    return predict, np.mean(hits)
