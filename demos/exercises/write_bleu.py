"""Write BLEU for a corpus.

**Exercise.** Given tokenised candidates, each with one reference, return BLEU from 0 to 100:

    BLEU = 100 · BP · (p₁·p₂·p₃·p₄)^¼        BP = min(1, exp(1 − r/c))

pₙ is the number of n-grams of all candidates that their references hold too, an n-gram counting at
most as often as in the reference, over the number of n-grams of all candidates. r and c are the
lengths of all references and all candidates. No smoothing: where a pₙ is 0, BLEU is 0. The judge
is sacrebleu.
"""

import math
from collections import Counter

import numpy as np
from sacrebleu import corpus_bleu

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import math
from collections import Counter


def bleu(candidates, references):
    """Return the BLEU score of a corpus, from 0 to 100.

    candidates: list of lists of tokens
    references: list of lists of tokens, one for each candidate
    """
    same = sum(c == r for c, r in zip(candidates, references))
    return 100 * same / len(candidates)
'''


def bleu(candidates, references):
    """Return the BLEU score of a corpus, from 0 to 100."""

    def ngrams(tokens, n):
        return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))

    logs = 0.0
    for n in range(1, 5):
        hits = total = 0
        for candidate, reference in zip(candidates, references, strict=True):
            found = ngrams(candidate, n)
            hits += (found & ngrams(reference, n)).total()  # & takes the smaller count
            total += found.total()
        if hits == 0:
            return 0.0
        logs += math.log(hits / total) / 4
    c, r = sum(map(len, candidates)), sum(map(len, references))
    return 100 * math.exp(min(0.0, 1 - r / c) + logs)


def sacre(candidates: list[list[str]], references: list[list[str]]) -> float:
    """Return sacrebleu's score of these tokens, without smoothing."""
    hypotheses = [" ".join(tokens) for tokens in candidates]
    texts = [" ".join(tokens) for tokens in references]
    return corpus_bleu(hypotheses, [texts], tokenize="none", smooth_method="none", force=True).score


def draw(rng: np.random.Generator, count: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return candidates and references; one token in ten of a candidate is another one.

    No token comes twice in a sentence, so that clipping has a claim of its own.
    """
    words = np.array("the a cat dog sees on mat red two runs of and then it sleeps".split())
    others = np.array(
        "one big bird sits under every blue tree while she waits at home for you".split()
    )
    references = [rng.permutation(words)[: rng.integers(8, 15)].tolist() for _ in range(count)]
    candidates = [
        np.where(rng.random(len(one)) < 0.1, rng.permutation(others)[: len(one)], one).tolist()
        for one in references
    ]
    candidates[-1] = references[-1][1:]  # a 4-gram in common at every seed
    return candidates, references


@demo(
    topic="write-evaluation",
    claims={
        "equals-sacrebleu": "Equals sacrebleu's score of a corpus of sentences",
        "brevity": "Short candidates pay once, by the length of the corpus; long ones do not",
        "clipping": "A repeated n-gram counts at most as often as its reference has it",
        "short-sentences": "A sentence of fewer than four tokens is no error and adds no 4-gram",
        "no-match": "Without a common 4-gram, or without any token, BLEU is 0",
    },
    measures={"error": "Difference from sacrebleu's score"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="bleu", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    with run.judge("equals-sacrebleu") as judge:
        candidates, references = draw(rng, 6 + seed % 4)
        candidates[0] += ["one", "big", "blue"]  # never shorter than the references: BP = 1
        theirs = sacre(candidates, references)
        with judge.unchanged(candidates=candidates, references=references):
            yours = solution(candidates, references)
        single = [sacre([c], [r]) for c, r in zip(candidates, references, strict=True)]
        mistakes = {
            "is this the mean of the sentences' scores?": np.mean(single),
            "is the scale 0 to 1?": theirs / 100,
            "are candidates and references swapped?": sacre(references, candidates),
            "is the last n-gram of each sentence counted?": sacre(
                [tokens[:-1] for tokens in candidates], [tokens[:-1] for tokens in references]
            ),
        }
        judge.equal(yours, theirs, within=1e-6, by="sacrebleu", mistakes=mistakes)
        run.measure(error=abs(yours - theirs))

    with run.judge("brevity") as judge:
        candidates, references = draw(rng, 7)
        shorter = [tokens[:-2] for tokens in candidates]
        shorter[0] = [*references[0], "one", "big", "blue"]  # long itself, in a short corpus
        lengths = sum(map(len, references)), sum(map(len, shorter))
        penalty = np.exp(1 - lengths[0] / lengths[1])
        theirs = sacre(shorter, references)
        mistakes = {
            "is there no brevity penalty?": theirs / penalty,
            "is the penalty c/r instead of exp(1 − r/c)?": (
                theirs / penalty * lengths[1] / lengths[0]
            ),
        }
        yours = solution(shorter, references)
        judge.equal(
            yours, theirs, within=1e-6, by="sacrebleu", of="a short corpus", mistakes=mistakes
        )
        longer = [[*tokens, "one", "big"] for tokens in references]
        theirs = sacre(longer, references)
        yours = solution(longer, references)
        judge.equal(yours, theirs, within=1e-6, by="sacrebleu", of="a long corpus")

    with run.judge("clipping") as judge:
        references = [
            ["the", "cat", "sees", "the", "dog", "on", "the", "mat"],
            ["the", "cat", "and", "the", "cat", "and", "the", "cat", "run"],
        ]
        candidates = [[*references[0][:5], *["the", "cat"] * (2 + seed % 3)], references[1][2:]]
        yours, theirs = solution(candidates, references), sacre(candidates, references)
        judge.equal(yours, theirs, within=1e-6, by="sacrebleu", of="`the cat` again and again")

    with run.judge("short-sentences") as judge:
        candidates, references = draw(rng, 6)
        candidates[1], references[1] = ["red", "bird"], ["a", "red", "dog"]
        candidates[3], references[3] = ["two"], ["two"]
        candidates[4] = []
        yours, theirs = solution(candidates, references), sacre(candidates, references)
        judge.equal(yours, theirs, within=1e-6, by="sacrebleu")

    with run.judge("no-match") as judge:
        references = [["the", "cat", "sees", "a", "dog"], ["two", "cat", "runs", "on"]]
        cases = {
            "no common 4-gram": [["the", "cat", "sees", "two", "dog"], ["two", "cat", "runs"]],
            "no common token": [["of"] * 5, ["and"] * 6],
            "empty candidates": [[], []],
        }
        for name, candidates in cases.items():
            yours, theirs = solution(candidates, references), sacre(candidates, references)
            judge.equal(yours, theirs, within=1e-6, by="sacrebleu", of=name)
