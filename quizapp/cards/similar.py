"""Finds questions that ask nearly the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from math import ceil
from typing import TypeVar

SIMILAR = 0.85
"""Share of common words (Jaccard index) from which two questions count as the same."""


_Key = TypeVar("_Key")


def similar_pairs(texts: Mapping[_Key, str]) -> Iterator[tuple[_Key, _Key]]:
    """Yield pairs of keys, later then earlier, whose texts have nearly the same words.

    Two sets with a Jaccard index of at least t share a word among the rarest
    |A| - ceil(t·|A|) + 1 of each (prefix filtering: Chaudhuri, Ganti, Kaushik, ICDE 2006), so only
    texts that share such a word are compared.
    """
    words = {key: frozenset(re.findall(r"\w+", text.casefold())) for key, text in texts.items()}
    counts = Counter(word for bag in words.values() for word in bag)
    by_word: dict[str, list[_Key]] = defaultdict(list)
    for key, bag in words.items():
        rarest = sorted(bag, key=lambda word: (counts[word], word))
        prefix = rarest[: len(bag) - ceil(SIMILAR * len(bag)) + 1]
        candidates = dict.fromkeys(other for word in prefix for other in by_word[word])
        for other in candidates:
            common = len(bag & words[other])
            if common >= SIMILAR * (len(bag) + len(words[other]) - common):
                yield key, other
                break
        for word in prefix:
            by_word[word].append(key)
