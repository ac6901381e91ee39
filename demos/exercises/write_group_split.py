"""Write a split by groups.

**Exercise.** Several items belong to one group: a patient, a repository, a document. Split the
items into training and test so that no group stands on both sides. Draw the groups at random by
`seed`; the same seed gives the same split.

The test side holds the wished share of the *items*, to within the largest group, and neither side
is empty. Groups differ in size. Return the indices of both sides, each in ascending order. The
judge tests these properties; there are many right splits.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def group_split(groups, share, seed):
    """Return (training indices, test indices), two lists in ascending order.

    groups: list of the group of each item; a group's items may stand anywhere
    share:  wished share of items on the test side, between 0 and 1
    seed:   a whole number
    """
    order = np.random.default_rng(seed).permutation(len(groups)).tolist()
    size = round(share * len(groups))
    return sorted(order[size:]), sorted(order[:size])
'''


def group_split(groups, share, seed):
    """Return (training indices, test indices), two lists in ascending order."""
    names = list(dict.fromkeys(groups))  # in a fixed order: a set's may differ from run to run
    order = np.random.default_rng(seed).permutation(len(names))
    wish, held_out, size = share * len(groups), set(), 0
    for name in (names[i] for i in order[:-1]):  # one group at least stays for training
        if size >= wish:
            break
        held_out.add(name)
        size += groups.count(name)
    test = [i for i, group in enumerate(groups) if group in held_out]
    train = [i for i, group in enumerate(groups) if group not in held_out]
    return train, test


class Salted(str):
    """A text whose hash depends on a salt, as that of every text does on the run of Python."""

    salt = 0

    def __hash__(self) -> int:
        return hash((Salted.salt, str(self)))


@demo(
    topic="write-evaluation",
    claims={
        "every-item-once": "Every item stands on exactly one side, each side in ascending order",
        "no-shared-group": "No group stands on both sides",
        "share-of-items": "The test side has the wished share of items, within the largest group",
        "by-seed": "The same seed gives the same split, other seeds others; nothing global is used",
        "random-groups": "Over many seeds every group gets to the test side and to training",
        "few-groups": "With two or three groups neither side is empty",
    },
    measures={"share": "Mean share of items on the test side; 0.2 is wished"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="group_split", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)

    def draw(groups: int, sizes: list[int]) -> list[str]:
        """Return the group of each item, shuffled; groups have one of these sizes."""
        names = [f"patient-{i}" for i in rng.permutation(groups)]
        counts = [sizes[i % len(sizes)] for i in range(groups)]
        items = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
        return rng.permutation(items).tolist()

    groups = draw(40 + seed % 9, [1, 2, 12])
    splits = {}

    with run.judge("every-item-once") as judge:
        for share in (0.2, 0.35):
            with judge.unchanged(groups=groups):
                train, test = solution(groups, share, seed)
            train, test = list(map(int, train)), list(map(int, test))
            both = sorted([*train, *test])
            twice = len(both) - len(set(both))
            judge.that(twice == 0, f"{twice} items appear twice")
            missing = len(groups) - len(both)
            judge.that(
                both == list(range(len(groups))),
                f"{missing} of {len(groups)} items stand on neither side"
                if missing
                else "the sides hold other numbers than the indices of the items",
            )
            judge.that(train == sorted(train) and test == sorted(test), "the indices do not ascend")

    with run.judge("no-shared-group") as judge:
        for share, own in ((share, seed + i) for share in (0.2, 0.5) for i in range(6)):
            train, test = solution(groups, share, own)
            shared = {groups[i] for i in train} & {groups[i] for i in test}
            judge.that(
                not shared,
                f"{len(shared)} groups stand on both sides, {min(shared, default='')} too",
            )

    with run.judge("share-of-items") as judge:
        largest, shares = 12, []
        for own in range(seed, seed + 25):
            for share in (0.2, 0.6):
                _, test = splits[own, share] = solution(groups, share, own)
                wish = share * len(groups)
                swapped = share == 0.2 and abs(len(groups) - len(test) - wish) <= largest
                judge.that(
                    abs(len(test) - wish) <= largest,
                    f"seed {own}: {len(test)} of {len(groups)} items are on the test side, "
                    f"{wish:.0f} wished, the largest group has {largest}: "
                    + ("are the sides swapped?" if swapped else "does the share count items?"),
                )
            shares.append(len(splits[own, 0.2][1]) / len(groups))
        run.measure(share=np.mean(shares))

    with run.judge("by-seed") as judge:
        before = np.random.get_state()[1].tolist()
        one, two = solution(groups, 0.3, seed), solution(groups, 0.3, seed)
        judge.equal(two, one, by="the first call", of="the same seed again")
        salted = []
        for Salted.salt in (1, 2):  # as in two runs of Python
            salted.append(solution([Salted(name) for name in groups], 0.3, seed))
        judge.that(
            salted[0] == salted[1],
            "the same seed gives another split in another run of Python, where texts hash "
            "differently: does the order of a set decide?",
        )
        others = {tuple(map(int, solution(groups, 0.3, own)[1])) for own in range(12)}
        judge.that(len(others) > 8, f"12 seeds give only {len(others)} different splits")
        judge.that(
            np.random.get_state()[1].tolist() == before,
            "numpy's global generator was used or seeded: make your own from the seed",
        )

    with run.judge("random-groups") as judge:
        few = draw(8, [1, 2, 5])
        tested = {name: 0 for name in set(few)}
        for own in range(120):
            _, test = solution(few, 0.35, own)
            for name in {few[i] for i in test}:
                tested[name] += 1
        for often, what in ((min, "never"), (max, "always")):
            name = often(tested, key=tested.get)
            judge.that(
                0 < tested[name] < 120,
                f"a group of {few.count(name)} items is {what} on the test side, in 120 seeds",
            )

    with run.judge("few-groups") as judge:
        for case, share in (
            (["a"] * 9 + ["b"], 0.5),
            (["a"] * 5 + ["b"] * 5 + ["c"], 0.05),
            (["a", "b"] * 3, 0.9),
        ):
            for own in range(6):
                train, test = solution(case, share, own)
                sides = f"{len(train)} items for training, {len(test)} for test"
                judge.that(
                    len(train) > 0 and len(test) > 0,
                    f"{len(set(case))} groups, share {share}: {sides}",
                )
