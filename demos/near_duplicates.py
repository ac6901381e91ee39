"""Finding near-duplicates: MinHash and LSH.

**Question.** A corpus holds copies in which a few words were changed. How many does an exact hash
find, and what finds the others without comparing all pairs?

**Idea.** Cut a text into its set S of *shingles*, runs of k words. Two texts are as alike as

    J = |S₁ ∩ S₂| / |S₁ ∪ S₂|

MinHash keeps, for each of m random orderings of all shingles, the first one that S contains. Two
texts keep the same one with probability J, so the share of equal entries estimates J with a
standard error of √(J·(1 - J)/m), at most 0.5/√m. LSH cuts the m entries into b bands of r rows
and compares two texts only if some band agrees completely. That happens with probability

    P = 1 - (1 - Jʳ)ᵇ

an S-shaped curve, steep near (1/b)^(1/r). What LSH reports is a candidate; compute its J first.

A copy that survives until the split puts a twin of a training text among the held-out texts.

**Watch** the exact hash find nothing, the estimates lie along the diagonal, and the pairs that LSH
finds follow the S-curve.

**Try** until a claim fails.
- `edits=0`: true copies. The exact hash finds all of them; it is fine for what it is made for.
- `threshold=0.9`: the curve is steep near 0.9 and copies with J = 0.7 slip through.
- `shingle=1`: single words say nothing of their order, and unrelated texts share many.
- `corpus=bank`: one template with a few facts. Different loans share most shingles and are taken
  for copies. Ask whether the words in which near-duplicates differ carry the label.

**Real scale.** Broder (1997) introduced the estimate; Lee et al. (arXiv 2107.06499) deduplicated
training sets with it and with exact substrings. People also move, cut and translate, for which
embeddings are used as well.
"""

import random

import numpy as np
import tinyworld
from datasketch import MinHash, MinHashLSH

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def shingles(text: str, k: int) -> set[str]:
    """Return all runs of k words."""
    words = text.split()
    return {" ".join(words[i : i + k]) for i in range(len(words) - k + 1)}


def similarity(one: set[str], other: set[str]) -> float:
    """Return J, the shared part of all shingles of two texts."""
    return len(one & other) / len(one | other)


def sketch(text: str, k: int, num_perm: int, seed: int) -> MinHash:
    found = MinHash(num_perm=num_perm, seed=seed + 1)
    found.update_batch([shingle.encode() for shingle in shingles(text, k)])
    return found


def candidate_probability(j: float, bands: int, rows: int) -> float:
    """Return the probability that at least one band of two sketches agrees completely."""
    return 1 - (1 - j**rows) ** bands


def edited(text: str, edits: int, words: list[str], draw: random.Random) -> str:
    """Return a copy with 1 to `edits` of its words replaced."""
    copy = text.split()
    count = draw.randint(min(1, edits), edits)
    for place in draw.sample(range(len(copy)), count):
        copy[place] = draw.choice([word for word in words if word != copy[place]])
    return " ".join(copy)


def trials(j: float, m: int, bands: int, rows: int, seed: int) -> tuple[float, float]:
    """Return how often LSH would report a pair of similarity j, and the error of the estimate.

    The pair is sketched anew with 200 seeds; the error is the root mean square.
    """
    shared = round(200 * j)  # of 200 shingles in all
    first = [str(number).encode() for number in range((200 + shared) // 2)]
    second = [str(number).encode() for number in range((200 - shared) // 2, 200)]
    reported, squares = 0, 0.0
    for luck in range(200 * seed + 1, 200 * seed + 201):
        one, other = MinHash(num_perm=m, seed=luck), MinHash(num_perm=m, seed=luck)
        one.update_batch(first)
        other.update_batch(second)
        equal = one.hashvalues == other.hashvalues  # (m,)
        reported += equal[: bands * rows].reshape(bands, rows).all(axis=1).any()
        squares += (equal.mean() - j) ** 2
    return reported / 200, (squares / 200) ** 0.5


def twins(texts: list[set[str]], held: set[int]) -> float:
    """Return the share of held-out texts with a similarity of 0.7 or more to a training text."""
    train = [text for index, text in enumerate(texts) if index not in held]
    return sum(max(similarity(texts[i], text) for text in train) >= 0.7 for i in held) / len(held)


TEXTS = 300
COPIES = 60
UNRELATED = 100


@demo(
    topic="data",
    claims={
        "exact-hash-misses": "An exact hash finds less than half of the edited copies",
        "lsh-finds-most": "LSH finds 90 % or more of the copies with a similarity of 0.7 or more",
        "few-false-alarms": "LSH reports at most 25 of 100 unrelated texts",
        "error-shrinks": "The error of the estimate is at most 0.6/√m for m = 16, 64 and 256",
        "duplicates-first": "Split first, over 4 % of the held-out texts have a twin in training; "
        "deduplicated first, less than a quarter of that",
    },
    measures={
        "exact_found": "edited copies that an exact hash finds",
        "exact": "how many of the edited copies an exact hash finds",
        "near": "copies with a true similarity of 0.7 or more",
        "lsh_recall": "share of the copies with a similarity of 0.7 or more that LSH finds",
        "false_alarms": "unrelated texts, of 100, for which LSH reports a copy",
        "error_16": "root mean square error of the estimated similarity, 16 orderings",
        "error_64": "root mean square error of the estimated similarity, 64 orderings",
        "error_256": "root mean square error of the estimated similarity, 256 orderings",
        "bands": "bands b that the library chose",
        "rows": "rows r of a band",
        "error_400": "root mean square error of an estimated similarity of 0.5, 400 orderings",
        "reported_03": "share of tries in which LSH reports a pair of similarity 0.3",
        "reported_07": "share of tries in which LSH reports a pair of similarity 0.7",
        "twins_split_first": "share of held-out texts with a twin in training, split before "
        "duplicates are removed",
        "twins_dedup_first": "share of held-out texts with a twin in training, duplicates removed "
        "before the split",
        "compared": "pairs that LSH leaves to compare, percent of all pairs of copy and text",
    },
    predict=Predict(
        "60 copies, each with 1 to 12 words replaced. How many does an exact hash find?",
        options=("none of them", "up to half", "more than half"),
        measure="exact",
    ),
    budget_s=4,
)
def main(
    run: Run,
    threshold: float = Float(0.5, 0.3, 0.9, step=0.1, help="similarity at which LSH reports"),
    num_perm: int = Choice(128, 32, 64, 256, 512, help="m, entries of a sketch"),
    shingle: int = Int(3, 1, 5, help="k, words of a shingle"),
    edits: int = Int(12, 0, 40, help="largest number of words replaced in a copy"),
    corpus: str = Choice("general", "bank"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    parts = tinyworld.documents(corpus, 3 * (TEXTS + UNRELATED), seed=seed)
    joined = [" ".join(parts[i : i + 3]) for i in range(0, len(parts), 3)]
    texts = joined[:TEXTS]
    unrelated = joined[TEXTS:]
    words = sorted({*" ".join(texts).split()})
    copies = [edited(text, edits, words, draw) for text in texts[:COPIES]]
    run.axes(title="one point per copy", x="true similarity J", y="estimated similarity")
    run.axes(chart="s-curve", x="true similarity J", y="probability of being reported")
    run.line_points(0, {"exact": 0.0})
    run.line_points(1, {"exact": 1.0})

    exact = len(set(copies) & set(texts))  # sets find their members by an exact hash
    lsh = MinHashLSH(threshold=threshold, num_perm=num_perm)
    for index, text in enumerate(texts):
        lsh.insert(index, sketch(text, shingle, num_perm, seed))
    for j in np.linspace(0, 1, 41):
        curve = {"1 - (1 - Jʳ)ᵇ": candidate_probability(j, lsh.b, lsh.r)}
        run.line_points(j, curve, chart="s-curve")

    true, hits, reported = [], [], 0  # by copy
    estimates = {16: [], 64: [], 256: []}  # m -> one estimate per copy
    for index in run.steps(COPIES):
        text = texts[index]
        copy = copies[index]
        true.append(similarity(shingles(text, shingle), shingles(copy, shingle)))
        for m, values in estimates.items():
            first = sketch(text, shingle, m, seed)
            second = sketch(copy, shingle, m, seed)
            values.append(first.jaccard(second))
        found = lsh.query(sketch(copy, shingle, num_perm, seed))
        hits.append(index in found)
        reported += len(found)
    run.scatter("64 orderings", true, estimates[64])
    run.scatter("reported (1) or not (0)", true, [float(hit) for hit in hits], chart="s-curve")

    both = [shingles(text, shingle) for text in texts + copies]
    kept = both[:TEXTS] + [both[TEXTS + i] for i in range(COPIES) if not hits[i]]
    twin_shares = []  # split first, duplicates removed first
    for corpus_texts in (both, kept):
        splits = [draw.sample(range(len(corpus_texts)), 72) for _ in range(4)]
        twin_shares.append(np.mean([twins(corpus_texts, set(held)) for held in splits]))
    split_first, dedup_first = twin_shares

    alarms = sum(bool(lsh.query(sketch(t, shingle, num_perm, seed))) for t in unrelated)
    near = sum(j >= 0.7 for j in true)
    caught = sum(hit for hit, j in zip(hits, true, strict=True) if j >= 0.7)
    recall = caught / near if near else 0.0
    errors = {m: np.sqrt(np.mean((np.array(e) - true) ** 2)) for m, e in estimates.items()}
    within_bound = all(error <= 0.6 / m**0.5 for m, error in errors.items())
    exact_in_words = "up to half" if exact <= COPIES / 2 else "more than half"
    if exact == 0:
        exact_in_words = "none of them"

    run.measure(exact_found=exact, exact=exact_in_words, near=near, lsh_recall=recall)
    run.measure(false_alarms=alarms, bands=lsh.b, rows=lsh.r)
    run.measure(error_16=errors[16], error_64=errors[64], error_256=errors[256])
    _, error_400 = trials(0.5, 400, 1, 1, seed)
    reported_03, _ = trials(0.3, num_perm, lsh.b, lsh.r, seed)
    reported_07, _ = trials(0.7, num_perm, lsh.b, lsh.r, seed)
    run.measure(error_400=error_400, reported_03=reported_03, reported_07=reported_07)
    run.measure(twins_split_first=split_first, twins_dedup_first=dedup_first)
    run.measure(compared=100 * reported / (COPIES * TEXTS))
    run.claim("exact-hash-misses", exact < COPIES / 2, f"{exact} of {COPIES}")
    run.claim("lsh-finds-most", caught >= 0.9 * near if near else None, f"{caught} of {near}")
    run.claim("few-false-alarms", alarms <= 25, f"{alarms} of {UNRELATED}")
    shown = ", ".join(f"{m}: {error:.3f}" for m, error in errors.items())
    run.claim("error-shrinks", within_bound, shown)
    ordered = split_first > 0.04 and dedup_first < split_first / 4
    run.claim("duplicates-first", ordered, f"{split_first:.1%} against {dedup_first:.1%}")
