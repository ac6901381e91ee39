"""Write n-gram decontamination.

**Exercise.** Return the training texts, unchanged and in order, that share no n-gram with any test
text. An n-gram is n words in a row of one text. Words are runs of letters and digits, in lower
case; everything else separates them.

A test text of fewer than n words counts as one gram as a whole: a training text that holds all its
words in a row is dropped. A test text without words matches nothing. The judge compares every
place of every pair of texts.
"""

import re

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def decontaminate(train, test, n):
    """Return the training texts that share no n-gram with a test text.

    train: list of texts
    test:  list of texts
    n:     length of an n-gram in words
    """
    held_out = set(test)
    return [text for text in train if text not in held_out]
'''


def decontaminate(train, test, n):
    """Return the training texts that share no n-gram with a test text."""

    def grams(words, size):
        return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}

    def words_of(text):
        return re.findall(r"[^\W_]+", text.lower())

    held_out = set()
    for words in map(words_of, test):
        if words:
            held_out |= grams(words, min(n, len(words)))
    sizes = {len(gram) for gram in held_out}  # n, and the lengths of short test texts
    return [
        text for text in train if not any(grams(words_of(text), size) & held_out for size in sizes)
    ]


def split(text: str) -> list[str]:
    """Return the words of a text, character by character."""
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def clean(train: list[str], test: list[str], n: int) -> list[str]:
    """Return the texts to keep, by comparing every place of every pair."""

    def shared(one: list[str], other: list[str]) -> bool:
        size = min(n, len(other))
        return size > 0 and any(
            one[i : i + size] == other[j : j + size]
            for i in range(len(one) - size + 1)
            for j in range(len(other) - size + 1)
        )

    held_out = [split(text) for text in test]
    return [text for text in train if not any(shared(split(text), one) for one in held_out)]


def common(text: str, test: list[str], n: int) -> str:
    """Return the first piece of a test text that makes a training text go."""
    words = split(text)
    for other in map(split, test):
        size = min(n, len(other))
        for j in range(len(other) - size + 1 if size else 0):
            if any(words[i : i + size] == other[j : j + size] for i in range(len(words))):
                return " ".join(other[j : j + size])
    return ""


@demo(
    topic="write-evaluation",
    claims={
        "shared-ngram": "A text that shares n words in a row is dropped; n − 1 are not enough",
        "normalised": "Case, punctuation, spaces and line breaks make no difference",
        "short-tests": "A test text shorter than n words counts as a whole; an empty one does not",
        "one-text": "No n-gram runs from one text into the next, in training or test",
        "kept-as-is": "Kept texts stay as they are, in order, repeated ones too",
    },
    measures={"kept": "Training texts kept in the first claim"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="decontaminate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    n = 4 + seed % 3
    vocabulary = [a + b for a in "ba ke li mo nu ra".split() for b in "dal fen gor pim sut".split()]

    def draw(count: int) -> list[str]:
        """Return different words in a random order."""
        return rng.permutation(vocabulary)[:count].tolist()

    def compare(judge, train: list[str], test: list[str], name: str) -> list[str]:
        """Test what the learner keeps, and name the first text on which it differs."""
        theirs = clean(train, test, n)
        with judge.unchanged(train=train, test=test):
            yours = solution(train, test, n)
        judge.that(isinstance(yours, list), "return a list of texts")
        for text in train:
            at = f"{name}, n = {n}: {text!r}"
            judge.that(text in yours or text not in theirs, f"{at} was dropped, and should stay")
            judge.that(
                text not in yours or text in theirs,
                f"{at} was kept, and should go: it holds {common(text, test, n)!r}",
            )
        return yours

    with run.judge("shared-ngram") as judge:
        words = draw(30)
        test = [" ".join(words[:9]), " ".join(words[9:18])]
        others = words[18:]
        train = [
            " ".join([others[0], *words[2 : 2 + n], others[1]]),  # n shared
            " ".join([others[2], *words[2 : 1 + n], others[3], words[1 + n]]),  # n - 1, a gap
            " ".join(words[9 : 8 + n]),  # the first n - 1
            " ".join([*others[4:7], *words[18 - n : 18]]),  # the last n
            " ".join(words[8::-1]),  # all words, backwards
            " ".join(others),
            others[0],
        ]
        kept = compare(judge, train, test, "test " + repr(test[0]))
        run.measure(kept=len(kept))

    with run.judge("normalised") as judge:
        words = draw(20)
        test = ["  ".join(words[:8]).upper() + ".", f"{', '.join(words[8:15])}?"]
        train = [
            " ".join(words[1 : 1 + n]).title(),
            f"({'; '.join(words[9 : 9 + n])})!",
            "\n".join(words[2 : 2 + n]),
            "-".join(words[1 : 1 + n]),
            " ".join(words[15:]) + " ...",
            " ".join(words[1:n]) + ", " + words[18],
        ]
        compare(judge, train, test, "test " + repr(test[0]))

    with run.judge("short-tests") as judge:
        words = draw(20)
        short, mixed = words[: n - 1], words[n - 1 : 2 * n - 3]
        test = [" ".join(short), " ".join(mixed) + "!", "", "?!", " ".join(words[-6:])]
        train = [
            " ".join([words[9], *short, words[10]]),
            " ".join([*short[:-1], words[11], short[-1]]),
            " ".join([words[12], *mixed]),
            " ".join([*mixed[1:], *short[1:]]),
            words[13],
            "...",
        ]
        compare(judge, train, test, "test " + repr(test[:2]))

    with run.judge("one-text") as judge:
        words = draw(24)
        half = n // 2
        test = [" ".join(words[:7]), " ".join(words[7:14])]
        train = [
            " ".join(words[7 - half : 7 - half + n]),  # the end of one test, the start of another
            " ".join([words[20], *words[1 : 1 + half]]),
            " ".join([*words[1 + half : 1 + n], words[21]]),  # goes on where the text above ended
            " ".join(words[14:19]),
        ]
        compare(judge, train, test, "tests " + repr(test))

    with run.judge("kept-as-is") as judge:
        words = draw(26)
        test = [" ".join(words[:8])]
        twice = " ".join(words[10:16]).title() + "!"
        train = [
            twice,
            " ".join(words[:n]),
            "Zulu " + " ".join(words[16:20]),
            twice,
            "A  b,\tc",
            "",
        ]
        yours = compare(judge, train, test, "test " + repr(test[0]))
        judge.equal(yours, clean(train, test, n), of="the texts that stay")
