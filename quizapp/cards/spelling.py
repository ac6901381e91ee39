"""Whether a typed word is the expected one, give or take a slip of the fingers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_SHORTEST = 5
"""Shorter words have neighbours with another meaning: NF4 and FP4, loss and less."""

_HYPHEN = re.compile(r"(?<!\de)(?:(?<=[^\W\d])[-_‐-―](?=\w)|(?<=\w)[-_‐-―](?=[^\W\d]))")

_KEYBOARD = str.maketrans({"*": "·", "×": "·", "@": "·", "⋅": "·", "−": "-", "–": "-", "^": None})
"""What a keyboard has for the signs of a formula; exponents are plain digits after NFKC."""

_WORD_IN_PARENTHESES = re.compile(r"\((\w+)\)")


def slip_of(typed: str, accepted: Sequence[str]) -> str | None:
    """Return the spelling that was missed by a slip, "" for an exact match, None for a miss.

    Case, accents' encoding, spaces, hyphens and outer punctuation do not count. One inserted,
    missing, wrong or swapped letter is a slip if the word is long enough, has no digit and keeps
    its first letter, for a wrong start often means the opposite (typical, atypical).
    """
    given = plain(typed)
    wanted = [plain(word) for word in accepted]
    if given in wanted:
        return ""
    for word, shown in zip(wanted, accepted, strict=True):
        long_enough = min(len(word), len(given)) >= _SHORTEST
        if long_enough and word.isalpha() and _one_slip(given, word):
            return shown
    return None


def plain(text: str) -> str:
    """Return a text in one case and encoding, without spaces, hyphens and outer punctuation.

    A hyphen goes only beside a letter, and not in an exponent: -1 and 1e-4 stay what they are.
    Signs that a keyboard lacks may be typed as it has them: B*A for B·A, ln(2) for ln 2.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold())
    folded = _WORD_IN_PARENTHESES.sub(r"\1", folded.translate(_KEYBOARD).replace("||", "‖"))
    return _HYPHEN.sub("", folded).strip(".,;:!?\"'`“”‘’()")


def _one_slip(given: str, word: str) -> bool:
    """Whether one edit turns a text into another (Damerau 1964: the four common slips)."""
    from rapidfuzz.distance import OSA  # 20 ms that only a miss costs

    return given[0] == word[0] and OSA.distance(given, word, score_cutoff=1) <= 1
