"""Solutions of write_bleu: right ones in other words, and wrong ones with their claim."""

# %% right: counted with min
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% right: numpy
import numpy as np


def bleu(candidates, references):
    hits, totals = np.zeros(4), np.zeros(4)
    for cand, ref in zip(candidates, references):
        for n in range(4):
            left = [tuple(ref[i : i + n + 1]) for i in range(len(ref) - n)]
            grams = [tuple(cand[i : i + n + 1]) for i in range(len(cand) - n)]
            totals[n] += len(grams)
            for gram in grams:
                if gram in left:
                    left.remove(gram)
                    hits[n] += 1
    if not hits.all():
        return 0.0
    c, r = sum(map(len, candidates)), sum(map(len, references))
    return 100 * min(1, np.exp(1 - r / c)) * np.exp(np.log(hits / totals).mean())


# %% wrong: mean of the sentences -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    return sum(one([c], [r]) for c, r in zip(candidates, references)) / len(candidates)


def one(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: arithmetic mean of the precisions -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 0.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product += hits / total / 4
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product


# %% wrong: no fourth root -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product


# %% wrong: from 0 to 1 -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return penalty * product**0.25


# %% wrong: recall instead of precision -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(want.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: up to trigrams -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 4):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product ** (1 / 3)


# %% wrong: n-grams across sentences -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    candidates, references = [sum(candidates, [])], [sum(references, [])]
    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: sets of n-grams -> clipping
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter({tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)})

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: the last n-gram is missing -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: candidates are padded in place -> equals-sacrebleu
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    for cand in candidates:
        cand.append("</s>")
    candidates = [c[:-1] for c in candidates]
    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: no brevity penalty -> brevity
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0
    return 100 * penalty * product**0.25


# %% wrong: the penalty is c/r -> brevity
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else c / r
    return 100 * penalty * product**0.25


# %% wrong: the penalty of the mean sentence -> brevity
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    each = [
        1.0 if len(a) >= len(b) else math.exp(1 - len(b) / len(a)) if a else 0.0
        for a, b in zip(candidates, references)
    ]
    penalty = sum(each) / len(each)
    return 100 * penalty * product**0.25


# %% wrong: long candidates pay too -> brevity
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = math.exp(1 - max(r / c, c / r))
    return 100 * penalty * product**0.25


# %% wrong: long candidates gain -> brevity
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: no clipping -> clipping
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(count for gram, count in have.items() if gram in want)
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: clipped by the whole corpus -> clipping
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        every = sum((ngrams(r, n) for r in references), Counter())
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, every[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: sentences without a 4-gram are skipped -> short-sentences
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            if len(cand) < 4:
                continue
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: the number of n-grams may be negative -> short-sentences
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += len(cand) - n + 1
        if hits == 0:
            return 0.0
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: a missing 4-gram raises -> no-match
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        product *= math.exp(math.log(hits / total))
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: a precision of 0 is smoothed -> no-match
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        product *= max(hits, 0.5) / max(total, 1)
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else 0.0 if c == 0 else math.exp(1 - r / c)
    return 100 * penalty * product**0.25


# %% wrong: orders without a match are left out -> no-match
import math
from collections import Counter


def bleu(candidates, references):
    def ngrams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    product = 1.0
    for n in range(1, 5):
        hits = total = 0
        for cand, ref in zip(candidates, references):
            have, want = ngrams(cand, n), ngrams(ref, n)
            hits += sum(min(count, want[gram]) for gram, count in have.items())
            total += sum(have.values())
        if hits == 0:
            continue
        product *= hits / total
    c, r = sum(map(len, candidates)), sum(map(len, references))
    penalty = 1.0 if c >= r else 0.0 if c == 0 else math.exp(1 - r / c)
    return 100 * penalty * product**0.25
