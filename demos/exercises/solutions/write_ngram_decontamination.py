"""Solutions of write_ngram_decontamination: right ones in other words, and wrong ones with their claim."""

# %% right: all lengths up to n
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% right: padded text
import re


def decontaminate(train, test, n):
    def flat(text):
        return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())

    patterns = []
    for text in test:
        words = flat(text).split()
        size = min(n, len(words))
        if size:
            patterns += [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]

    def dirty(text):
        padded = f" {flat(text)} "
        return any(f" {pattern} " in padded for pattern in patterns)

    return [text for text in train if not dirty(text)]


# %% wrong: n - 1 words are enough -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n - 1, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: only n + 1 words are enough -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n + 1, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 2) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: the whole test text must be there -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, len(tokens)))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(
            gram in bad for size in range(1, len(tokens) + 1) for gram in grams(tokens, size)
        ):
            kept.append(text)
    return kept


# %% wrong: the last n-gram is missed -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [
            " ".join(tokens[i : i + size]) for i in range(max(len(tokens) - size, len(tokens) > 0))
        ]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: words in any order -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(sorted(tokens[i : i + size])) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: n words in common -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return set(re.findall(r"[a-z0-9]+", text.lower()))

    bad = [words(text) for text in test]
    return [t for t in train if not any(w and len(words(t) & w) >= min(n, len(w)) for w in bad)]


# %% wrong: n-grams of characters -> shared-ngram
def decontaminate(train, test, n):
    bad = {t[i : i + n].lower() for t in test for i in range(len(t) - n + 1)}
    return [t for t in train if not any(t[i : i + n].lower() in bad for i in range(len(t) - n + 1))]


# %% wrong: the contaminated ones are returned -> shared-ngram
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: case matters -> normalised
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[A-Za-z0-9]+", text)

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: punctuation sticks to the word -> normalised
import re


def decontaminate(train, test, n):
    def words(text):
        return text.lower().split()

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: only spaces separate -> normalised
import re


def decontaminate(train, test, n):
    def words(text):
        return re.sub(r"[^a-z0-9 ]", "", text.lower()).split()

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: punctuation at the ends only -> normalised
import re


def decontaminate(train, test, n):
    def words(text):
        return [w.strip(".,;!?()") for w in text.lower().split()]

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: only the test is normalised -> normalised
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = text.split()
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: short tests are ignored -> short-tests
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if len(tokens) >= n:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: an empty test matches everything -> short-tests
import re


def decontaminate(train, test, n):
    def flat(text):
        return " ".join(re.findall(r"[a-z0-9]+", text.lower()))

    patterns = []
    for text in test:
        words = flat(text).split()
        size = min(n, len(words))
        patterns += [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]
    return [
        t for t in train if not any(f" {p} ".replace("  ", " ") in f" {flat(t)} " for p in patterns)
    ]


# %% wrong: every word of a short test counts -> short-tests
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, n) if len(tokens) >= n else tokens)
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: short tests only as whole texts -> short-tests
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if " ".join(tokens) in bad:
            continue
        if not any(gram in bad for size in (n,) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: all test texts in one row -> one-text
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    bad.update(grams(words(" ".join(test)), n))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: the training texts in one row -> one-text
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        later = tokens + words(" ".join(train[train.index(text) + 1 :]))
        tokens = later[: len(tokens) + n - 1] if tokens else tokens
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return kept


# %% wrong: repeated texts are dropped -> kept-as-is
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return list(dict.fromkeys(kept))


# %% wrong: normalised texts are returned -> kept-as-is
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(" ".join(tokens))
    return kept


# %% wrong: sorted -> kept-as-is
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return sorted(kept)


# %% wrong: texts without words are dropped -> kept-as-is
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    return [text for text in kept if words(text)]


# %% wrong: removes in place -> kept-as-is
import re


def decontaminate(train, test, n):
    def words(text):
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(tokens, size):
        return [" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]

    bad = set()
    for text in test:
        tokens = words(text)
        if tokens:
            bad.update(grams(tokens, min(n, len(tokens))))
    kept = []
    for text in train:
        tokens = words(text)
        if not any(gram in bad for size in range(1, n + 1) for gram in grams(tokens, size)):
            kept.append(text)
    train[:] = kept
    return train
