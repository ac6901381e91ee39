"""Solutions of write_group_split: right ones in other words, and wrong ones with their claim."""

# %% right: Python's own generator
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% right: numpy, the nearest cut
import numpy as np


def group_split(groups, share, seed):
    names, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    totals = np.cumsum(sizes[order])[:-1]
    cut = np.argmin(np.abs(totals - share * len(groups))) + 1
    in_test = np.isin(codes, order[:cut])
    return np.flatnonzero(~in_test).tolist(), np.flatnonzero(in_test).tolist()


# %% wrong: the border items are on both sides -> every-item-once
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups or i % 7 == 0]
    return train, test


# %% wrong: groups that do not fit are dropped -> every-item-once
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups and sizes[g] < 12]
    return train, test


# %% wrong: items in the order of the groups -> every-item-once
import random
from collections import defaultdict


def group_split(groups, share, seed):
    members = defaultdict(list)
    for i, g in enumerate(groups):
        members[g].append(i)
    names = sorted(members)
    random.Random(seed).shuffle(names)
    train, test = [], []
    for k, name in enumerate(names):
        last = k == len(names) - 1
        side = test if len(test) < share * len(groups) and not (last and not train) else train
        side += members[name]
    return train, test


# %% wrong: names of groups instead of indices -> every-item-once
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [g for g in groups if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: indices from 1 -> every-item-once
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups, 1) if g in test_groups]
    train = [i for i, g in enumerate(groups, 1) if g not in test_groups]
    return train, test


# %% wrong: sides swapped -> share-of-items
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return test, train


# %% wrong: items at random -> no-shared-group
import random


def group_split(groups, share, seed):
    order = list(range(len(groups)))
    random.Random(seed).shuffle(order)
    size = min(max(1, round(share * len(groups))), len(groups) - 1)
    return sorted(order[size:]), sorted(order[:size])


# %% wrong: cut inside the last group -> no-shared-group
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    size = max(1, round(share * len(groups)))
    test = [i for i, g in enumerate(groups) if g in test_groups][:size]
    train = sorted(set(range(len(groups))) - set(test))
    return train, test


# %% wrong: stratified by group -> no-shared-group
import random


def group_split(groups, share, seed):
    draw = random.Random(seed)
    test = []
    for name in sorted(set(groups)):
        own = [i for i, g in enumerate(groups) if g == name]
        test += draw.sample(
            own, max(1, round(share * len(own))) if len(own) > 1 else draw.random() < share
        )
    return [i for i in range(len(groups)) if i not in test], sorted(test)


# %% wrong: a share of the groups -> share-of-items
import random


def group_split(groups, share, seed):
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    size = min(max(1, round(share * len(names))), len(names) - 1)
    chosen = set(names[:size])
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test


# %% wrong: scikit-learn's share of groups -> share-of-items
from sklearn.model_selection import GroupShuffleSplit


def group_split(groups, share, seed):
    split = GroupShuffleSplit(n_splits=1, test_size=share, random_state=seed)
    train, test = next(split.split(groups, groups=groups))
    return sorted(train.tolist()), sorted(test.tolist())


# %% wrong: always a fifth -> share-of-items
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= 0.2 * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: a coin for each group -> share-of-items
import random


def group_split(groups, share, seed):
    draw = random.Random(seed)
    names = sorted(set(groups))
    chosen = {name for name in names[:-1] if draw.random() < share} or {names[0]}
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test


# %% wrong: the seed is ignored -> by-seed
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(0).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: no seed at all -> by-seed
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random().shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: numpy's global seed -> by-seed
import numpy as np
from collections import Counter


def group_split(groups, share, seed):
    np.random.seed(seed)
    sizes = Counter(groups)
    names = sorted(sizes)
    np.random.shuffle(names)
    chosen, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        chosen.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test


# %% wrong: the first groups, not random ones -> by-seed
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: the order of a set -> by-seed
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = list(set(groups))
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: the split of the first call is kept -> by-seed
import random

SEEN = {}


def group_split(groups, share, seed):
    names = sorted(set(groups))
    key = (len(names), share)
    if key not in SEEN:
        order = list(names)
        random.Random(seed).shuffle(order)
        SEEN[key] = order
    chosen, count = set(), 0
    for name in SEEN[key][:-1]:
        if count >= share * len(groups):
            break
        chosen.add(name)
        count += groups.count(name)
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test


# %% wrong: small groups first -> random-groups
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    names.sort(key=sizes.get)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: large groups first -> random-groups
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    names.sort(key=sizes.get, reverse=True)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: the last name of the alphabet stays in training -> random-groups
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    first, last = names[:-1], names[-1]
    random.Random(seed).shuffle(first)
    names = [*first, last]
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: all groups may go to the test -> few-groups
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names:
        if count >= share * len(groups):
            break
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test


# %% wrong: the test may stay empty -> few-groups
import random
from collections import Counter


def group_split(groups, share, seed):
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    test_groups, count = set(), 0
    for name in names[:-1]:
        if count + sizes[name] > share * len(groups):
            continue
        test_groups.add(name)
        count += sizes[name]
    test = [i for i, g in enumerate(groups) if g in test_groups]
    train = [i for i, g in enumerate(groups) if g not in test_groups]
    return train, test
