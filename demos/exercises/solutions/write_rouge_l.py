"""Solutions of write_rouge_l: right ones in other words, and wrong ones with their claim."""


# %% right: a table of all prefixes
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% right: recursion with a memory
from functools import lru_cache


def rouge_l(candidate, reference):
    @lru_cache(None)
    def lcs(i, j):
        if i == 0 or j == 0:
            return 0
        if candidate[i - 1] == reference[j - 1]:
            return lcs(i - 1, j - 1) + 1
        return max(lcs(i - 1, j), lcs(i, j - 1))

    common = lcs(len(candidate), len(reference))
    if not common:
        return 0.0, 0.0, 0.0
    p, r = common / len(candidate), common / len(reference)
    return p, r, 2 / (1 / p + 1 / r)


# %% wrong: precision and recall swapped -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / m, lcs / n
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: the plain mean for F1 -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, (p + r) / 2 if lcs else 0.0


# %% wrong: F with a weight on recall -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, (1 + 1.2**2) * p * r / (r + 1.2**2 * p) if lcs else 0.0


# %% wrong: both divided by the longer text -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / max(n, m), lcs / max(n, m)
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: lengths without repeats -> repeats
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / len(set(candidate)), lcs / len(set(reference))
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: percent -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = 100 * lcs / n, 100 * lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: the last row is not read -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n - 1][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: longest common substring -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = 0
    lcs = max(map(max, table))
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: unigram overlap, ROUGE-1 -> order
from collections import Counter


def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    lcs = (Counter(candidate) & Counter(reference)).total()
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: a set of tokens -> order
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    lcs = len(set(candidate) & set(reference))
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: greedy from the left -> order
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    lcs, place = 0, 0
    for token in candidate:
        if token in reference[place:]:
            place = reference.index(token, place) + 1
            lcs += 1
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: tokens at the same place -> equals-rouge-score
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    lcs = sum(a == b for a, b in zip(candidate, reference))
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: one token matches many times -> repeats
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: the better of three plus one -> repeats
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = max(table[i - 1][j], table[i][j - 1]) + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: repeats removed first -> repeats
def rouge_l(candidate, reference):
    candidate, reference = list(dict.fromkeys(candidate)), list(dict.fromkeys(reference))
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: the first token is used up in place -> equals-rouge-score
def rouge_l(candidate, reference):
    candidate.insert(0, None)
    reference.insert(0, None)
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: rows share one list -> repeats
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1)] * (n + 1)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: an empty side raises -> empty
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: two empty texts agree -> empty
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == m == 0:
        return 1.0, 1.0, 1.0
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: nothing in common raises -> empty
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0, 0.0, 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r)


# %% wrong: an empty side gives one number -> empty
def rouge_l(candidate, reference):
    n, m = len(candidate), len(reference)
    if n == 0 or m == 0:
        return 0.0
    table = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if candidate[i - 1] == reference[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    lcs = table[n][m]
    p, r = lcs / n, lcs / m
    return p, r, 2 * p * r / (p + r) if lcs else 0.0


# %% wrong: recursion without a memory -> long-texts
def rouge_l(candidate, reference):
    def lcs(a, b):
        if not a or not b:
            return 0
        if a[-1] == b[-1]:
            return lcs(a[:-1], b[:-1]) + 1
        return max(lcs(a[:-1], b), lcs(a, b[:-1]))

    common = lcs(candidate, reference)
    if not common:
        return 0.0, 0.0, 0.0
    return (
        common / len(candidate),
        common / len(reference),
        2 * common / (len(candidate) + len(reference)),
    )
