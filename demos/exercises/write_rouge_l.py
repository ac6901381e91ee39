"""Write ROUGE-L.

**Exercise.** The longest common subsequence (LCS) of two lists of tokens keeps the order and may
skip tokens on both sides. Return precision, recall and F1 as a tuple:

    P = LCS/|candidate|    R = LCS/|reference|    F1 = 2·P·R/(P + R)

Texts have hundreds of tokens, so trying all subsequences takes for ever. If either side is empty,
or nothing is common, all three are 0. The judge is rouge-score.
"""

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def rouge_l(candidate, reference):
    """Return (precision, recall, F1) of the longest common subsequence.

    candidate, reference: lists of tokens
    """
    common = len(set(candidate) & set(reference))
    return common / len(candidate), common / len(reference), 0.0
'''


def rouge_l(candidate, reference):
    """Return (precision, recall, F1) of the longest common subsequence."""
    if not candidate or not reference:
        return 0.0, 0.0, 0.0
    row = [0] * (len(reference) + 1)  # LCS of the candidate so far and each prefix of reference
    for token in candidate:
        above = row
        row = [0]
        for j, other in enumerate(reference):
            row.append(above[j] + 1 if token == other else max(above[j + 1], row[j]))
    lcs = row[-1]
    precision, recall = lcs / len(candidate), lcs / len(reference)
    return precision, recall, 2 * lcs / (len(candidate) + len(reference))


class Spaces:
    """A tokenizer that only splits at spaces."""

    def tokenize(self, text: str) -> list[str]:
        return text.split()


LONG = 120


class Watched(str):
    """A token that counts comparisons, so that a search without end is stopped early."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Watched.compared += 1
        if Watched.compared > 4 * LONG**2:
            raise RuntimeError(
                f"more than {4 * LONG**2:,} comparisons for two texts of {LONG} tokens: "
                "is the same pair of prefixes solved again and again?"
            )
        return str.__eq__(self, other)

    __hash__ = str.__hash__


SCORER = RougeScorer(["rougeL"], tokenizer=Spaces())
NAMES = "(precision, recall, F1)"


def rouge(candidate: list[str], reference: list[str]) -> tuple[float, float, float]:
    """Return what rouge-score gives."""
    return tuple(SCORER.score(" ".join(reference), " ".join(candidate))["rougeL"])


@demo(
    topic="write-evaluation",
    claims={
        "equals-rouge-score": "Precision, recall and F1 equal rouge-score's",
        "order": "Tokens in another order do not match, gaps do no harm",
        "repeats": "A repeated token matches as often as both sides have it, in order",
        "empty": "An empty side, or nothing in common, gives 0 three times",
        "long-texts": "Two texts of 120 tokens need a table, not a search of all subsequences",
    },
    measures={"error": "Largest difference from rouge-score"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="rouge_l", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    words = np.array("the cat sees a dog on red mat and two birds in old trees".split())

    with run.judge("equals-rouge-score") as judge:
        errors = []
        for _ in range(4):
            reference = rng.permutation(words)[: rng.integers(9, 13)].tolist()
            candidate = [w for w in reference if rng.random() < 0.7][:7]
            candidate.insert(int(rng.integers(3)), "never")
            candidate = [*candidate[1:3], candidate[0], *candidate[3:]]
            theirs = rouge(candidate, reference)
            with judge.unchanged(candidate=candidate, reference=reference):
                yours = solution(candidate, reference)
            p, r, f = theirs
            mistakes = {
                "are precision and recall swapped?": (r, p, f),
                "is F1 the plain mean of both?": (p, r, (p + r) / 2),
            }
            judge.equal(yours, theirs, within=1e-6, by="rouge-score", of=NAMES, mistakes=mistakes)
            errors.append(np.abs(np.subtract(yours, theirs)).max())
        run.measure(error=max(errors))

    with run.judge("order") as judge:
        reference = rng.permutation(words)[:8].tolist()
        cases = {
            "the reference backwards": reference[::-1],
            "every second token, others between": [
                token for word in reference[::2] for token in (word, "uh")
            ],
            "second half first": reference[5:] + reference[:5],
            "a late token first": [reference[-1], *reference[:-2]],
        }
        for name, candidate in cases.items():
            yours, theirs = solution(candidate, reference), rouge(candidate, reference)
            judge.equal(yours, theirs, within=1e-6, by="rouge-score", of=name)

    with run.judge("repeats") as judge:
        few = words[:3]
        for _ in range(6):
            one, two = (rng.choice(few, rng.integers(5, 10)).tolist() for _ in range(2))
            for candidate, reference in ((one, two), (["the"] * 6, one)):
                yours, theirs = solution(candidate, reference), rouge(candidate, reference)
                pair = f"{' '.join(candidate)!r} for {' '.join(reference)!r}"
                judge.equal(yours, theirs, within=1e-6, by="rouge-score", of=pair)

    with run.judge("empty") as judge:
        cases = {
            "empty candidate": ([], ["the", "cat"]),
            "empty reference": (["the", "cat"], []),
            "both empty": ([], []),
            "nothing in common": (["a", "dog"], ["the", "cat", "sees"]),
        }
        for name, (candidate, reference) in cases.items():
            yours = solution(candidate, reference)
            judge.equal(yours, rouge(candidate, reference), by="rouge-score", of=name)

    with run.judge("long-texts") as judge:
        one, two = (rng.choice(words, LONG).tolist() for _ in range(2))
        Watched.compared = 0
        yours = solution([Watched(token) for token in one], [Watched(token) for token in two])
        judge.equal(yours, rouge(one, two), within=1e-6, by="rouge-score", of=NAMES)
