"""Write MinHash signatures.

**Exercise.** Two sets of shingles are given as whole numbers below 2³². A signature has one number
for each pair (aᵢ, bᵢ): the smallest hash of any shingle of the set,

    sᵢ = min over x of ((aᵢ·x + bᵢ) mod p) mod 2³²,    p = 2⁶¹ − 1

Return both signatures and the estimate of the Jaccard similarity |A ∩ B| / |A ∪ B|: the share of
places at which the signatures agree. All products fit into 64 bits. The judge is datasketch.
"""

import numpy as np
from datasketch import MinHash

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def minhash(first, second, a, b):
    """Return (signature of first, signature of second, estimated Jaccard similarity).

    first, second: lists of whole numbers below 2**32, in any order, some repeated
    a, b:          (k,) int64 arrays, one hash function for each place
    """
    one, two = set(first), set(second)
    return np.zeros(len(a)), np.zeros(len(a)), len(one & two) / len(one | two)
'''


def minhash(first, second, a, b):
    """Return (signature of first, signature of second, estimated Jaccard similarity)."""

    def signature(items):
        x = np.array(items, dtype=np.int64)[:, None]  # (items, 1)
        hashes = (a * x + b) % (2**61 - 1) % 2**32  # (items, k)
        return hashes.min(axis=0)

    one, two = signature(first), signature(second)
    return one, two, float(np.mean(one == two))


def datasketch(items: list[int], a: np.ndarray, b: np.ndarray) -> MinHash:
    """Return datasketch's MinHash of the same numbers with the same permutations."""
    permutations = a.astype(np.uint64), b.astype(np.uint64)
    found = MinHash(len(a), hashfunc=int, permutations=permutations, scheme="legacy")
    for item in items:
        found.update(item)
    return found


def jaccard(first: list[int], second: list[int]) -> float:
    """Return the exact Jaccard similarity."""
    one, two = set(first), set(second)
    return len(one & two) / len(one | two)


@demo(
    topic="write-evaluation",
    claims={
        "equals-datasketch": "Both signatures equal datasketch's, number by number",
        "sets": "Order and repeated shingles change nothing",
        "estimate": "The estimate is the share of places at which the signatures agree",
        "near-jaccard": "With 500 places it lies within 4 standard errors of the true similarity",
    },
    measures={"error": "Estimate minus the exact Jaccard similarity"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="minhash", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    def functions(count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return a and b of `count` hash functions; products with shingles fit into 64 bits."""
        return rng.integers(2**29, 2**31, count), rng.integers(2**20, 2**31, count)

    def sets(common: int, first: int, second: int) -> tuple[list[int], list[int]]:
        """Return two lists of shingles, with these many in common and on either side alone."""
        drawn = rng.choice(2**31, common + first + second, replace=False) * 2 + 1
        drawn = drawn.tolist()
        return drawn[: common + first], drawn[:common] + drawn[common + first :]

    with run.judge("equals-datasketch") as judge:
        a, b = functions(16 + seed % 5)
        first, second = sets(12, 9 + seed % 4, 6)
        with judge.unchanged(first=first, second=second, a=a, b=b):
            one, two, _ = solution(first, second, a, b)
        for name, mine, items in (("first", one, first), ("second", two, second)):
            theirs = datasketch(items, a, b).hashvalues
            x = np.array(items)[:, None]
            mistakes = {
                "is the largest hash taken?": ((a * x + b) % (2**61 - 1) % 2**32).max(0),
                "is the first modulus missing?": ((a * x + b) % 2**32).min(0),
                "is the second modulus missing?": ((a * x + b) % (2**61 - 1)).min(0),
                "is the minimum taken before the last modulus?": (
                    ((a * x + b) % (2**61 - 1)).min(0) % 2**32
                ),
            }
            judge.equal(
                mine,
                theirs.astype(np.int64),
                within=1e-12,
                by="datasketch",
                of=f"signature of {name}",
                mistakes=mistakes,
            )

    with run.judge("sets") as judge:
        first, second = sets(10, 5, 8)
        one, two, estimate = solution(first, second, a, b)
        repeated = [*first[::-1], *first[3:8], first[0]]
        again, _, same = solution(repeated, second[::-1], a, b)
        judge.equal(again, one, within=1e-12, by="the plain list", of="repeated and turned round")
        judge.equal(same, estimate, by="the plain lists", of="estimate")
        _, _, full = solution(first, first[::-1], a, b)
        judge.equal(full, 1.0, of="estimate of a set and itself, turned round")

    with run.judge("estimate") as judge:
        for counts in ((10, 5, 8), (3, 12, 14), (20, 1, 2)):
            a, b = functions(30 + seed % 9)
            first, second = sets(*counts)
            theirs = datasketch(first, a, b).jaccard(datasketch(second, a, b))
            one, two, yours = solution(first, second, a, b)
            either = set(np.asarray(one).tolist()), set(np.asarray(two).tolist())
            mistakes = {
                "is this the exact similarity of the sets?": jaccard(first, second),
                "are the signatures compared as sets, without their places?": (
                    len(either[0] & either[1]) / len(either[0] | either[1])
                ),
            }
            judge.equal(yours, theirs, by="datasketch", mistakes=mistakes)

    with run.judge("near-jaccard") as judge:
        a, b = functions(500)
        for counts in ((60, 20, 20), (15, 40, 30), (0, 30, 30)):
            first, second = sets(*counts)
            _, _, yours = solution(first, second, a, b)
            exact = jaccard(first, second)
            allowed = 4 * np.sqrt(exact * (1 - exact) / 500) + 0.005
            judge.that(
                abs(yours - exact) <= allowed,
                f"estimate {yours:.3f}, exact similarity {exact:.3f}: more than {allowed:.3f} away",
            )
        run.measure(error=yours - exact)
