"""What n-gram decontamination misses.

**Question.** Every test item that shares a run of 13 words with the training texts was removed. Is
the test clean now?

**Idea.** An item is flagged if one of its n-grams, n consecutive words, occurs in training:

    flagged  ⇔  grams(item, n) ∩ grams(training, n) ≠ ∅

One changed word destroys the n windows that contain it. Change every k-th word and no unchanged run
is longer than about k: for n above that, the item is invisible. A small n sees it and flags
innocent items too, because phrases such as "is near the river" are everywhere.

**Watch** three lines over n: items copied into training word for word, items copied with every k-th
word replaced by a synonym, and items that were never there. A good n would flag the first two and
spare the third. Then the histogram: the cosine between TF-IDF vectors of words, which does not
care about runs.

**Try** until a claim fails. `every=15`: a word or two changed, and 13-grams find the copies.
`every=3`: a quarter of the words changed, and the word vectors lose them as well. `n=4`: the rule
finds all edited copies and flags every clean item too.

**At real scale.** GPT-3 looked for 13-grams (arXiv 2005.14165, appendix C). Yang et al. (arXiv
2311.04850) rephrased test items: a 13B model trained on them reached GPT-4's scores, and n-gram
filters saw nothing; they find candidates by embedding and let a strong model judge. The sentences
here come from templates and share more phrases than real text: false alarms start at a larger n.
"""

import numpy as np
import tinyworld
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from quizapp.demo import Float, Int, Predict, Run, demo


def flagged(items: list[str], training: list[str], n: int) -> float:
    """Return the share of items that have an n-gram of words in common with training."""
    grams = CountVectorizer(ngram_range=(n, n), token_pattern=r"\w+").build_analyzer()
    known = {gram for text in training for gram in grams(text)}
    return float(np.mean([not known.isdisjoint(grams(item)) for item in items]))


def reword(text: str, every: int) -> str:
    """Replace a word by its synonym as soon as `every` − 1 words before it stand unchanged."""
    words, unchanged = text.split(), 0
    for i, word in enumerate(words):
        if unchanged >= every - 1 and word.lower() in SYNONYMS:
            words[i] = SYNONYMS[word.lower()]
            unchanged = 0
        else:
            unchanged += 1
    return " ".join(words)


def survivors(text: str, place: int, n: int) -> int:
    """Return how many n-grams of a text still occur in it after the word at `place` changed."""
    grams = CountVectorizer(ngram_range=(n, n), token_pattern=r"\w+").build_analyzer()
    words = text.split()
    words[place] = "elsewhere"
    known = set(grams(" ".join(words)))
    return sum(gram in known for gram in grams(text))


def changed_words(texts: list[str], others: list[str]) -> float:
    """Return the share of words, place by place, that differ."""
    words = " ".join(texts).split()
    other = " ".join(others).split()
    return np.mean([a != b for a, b in zip(words, other, strict=True)])


SYNONYMS = dict(
    pair.split("-")
    for pair in (
        "the-that is-looks near-beside what-which colour-shade plus-and chases-hunts fears-dreads "
        "follows-trails greets-welcomes helps-assists hears-notices meets-encounters sees-spots "
        "brave-bold clever-bright fast-quick hungry-starving old-aged quiet-silent shy-timid "
        "small-little tired-weary young-youthful"
    ).split()
)


@demo(
    topic="splits",
    claims={
        "copies-found": "At this n every word-for-word copy is flagged",
        "edits-missed": "At this n at most 1 in 10 edited copies is flagged",
        "clean-spared": "At this n at most 1 in 10 clean items is flagged",
        "small-n-cries-wolf": "4-grams flag over half of the clean items",
        "words-see-edits": "Word vectors find over 60 % of the edited copies",
    },
    measures={
        "copies": "Share of word-for-word copies that are flagged at this n",
        "edited": "Share of edited copies that are flagged at this n",
        "clean": "Share of clean items that are flagged at this n",
        "clean_at_4": "Share of clean items that share a 4-gram with training",
        "edited_at_4": "Share of edited copies that share a 4-gram with training",
        "best_gap": "Largest flagged share of edited copies minus clean items, over all n",
        "changed_words": "Share of words that the edit changes",
        "survivors": "n-grams of a 40-word item that are left after its 20th word was replaced",
        "words_find": "Share of edited copies that word vectors find at that many false alarms",
        "cosine_edited": "Mean cosine of an edited copy to its nearest training text",
        "cosine_clean": "Mean cosine of a clean item to its nearest training text",
    },
    predict=Predict(
        "Which share of the edited copies does the 13-gram filter flag?",
        measure="edited",
        low=0,
        high=1,
        within=0.1,
    ),
    budget_s=3,
)
def main(
    run: Run,
    n: int = Int(13, 2, 20, help="length of the word runs that are compared"),
    every: int = Int(6, 2, 30, help="every how many words one is replaced, k"),
    share: float = Float(0.05, 0.01, 0.5, help="false alarms that word vectors may raise"),
    seed: int = Int(0, 0, 999),
) -> None:
    ordinary = tinyworld.documents("general", 200, seed=seed)
    copies = ordinary[:60]  # these test items leaked word for word
    leaked = tinyworld.documents("general", 60, seed=1000 + seed)
    edited = [reword(text, every) for text in leaked]  # training holds the originals
    clean = tinyworld.documents("general", 60, seed=2000 + seed)
    training = ordinary + leaked
    run.sample("a test item", leaked[0])
    run.sample("its edited copy", edited[0])

    run.axes(x="n, words in a row", y="share of items flagged")
    run.reference("this n", n, axis="x")
    kinds = {"copied": copies, "copied and edited": edited, "clean": clean}
    found = {}  # n -> kind -> share flagged
    for step in run.steps(19):
        size = step + 2
        found[size] = {kind: flagged(items, training, size) for kind, items in kinds.items()}
        run.line_points(size, found[size])
    best_gap = max(row["copied and edited"] - row["clean"] for row in found.values())

    vectors = TfidfVectorizer(token_pattern=r"\w+").fit([*training, *edited])
    known = vectors.transform(training)  # (260, words), rows of length 1
    cosines = {}  # to the nearest training text, (60,)
    for kind in ("copied and edited", "clean"):
        cosines[kind] = (vectors.transform(kinds[kind]) @ known.T).max(1).toarray().ravel()
        counts, edges = np.histogram(cosines[kind], np.linspace(0, 1, 26))
        run.axes(
            chart=kind, title=f"Items: {kind}", x="cosine to the nearest training text", y="items"
        )
        run.histogram(kind, counts, edges, chart=kind)
    near_edited = cosines["copied and edited"]
    near_clean = cosines["clean"]
    limit = np.quantile(near_clean, 1 - share)
    words_find = float((near_edited > limit).mean())

    item = " ".join(" ".join(clean).split()[:40])
    left = survivors(item, 19, n)
    here = found[n]
    small = found[4]
    changed = changed_words(leaked, edited)
    run.measure(copies=here["copied"], edited=here["copied and edited"], clean=here["clean"])
    run.measure(clean_at_4=small["clean"], edited_at_4=small["copied and edited"])
    run.measure(survivors=left)
    run.measure(best_gap=best_gap, changed_words=changed, words_find=words_find)
    run.measure(cosine_edited=near_edited.mean(), cosine_clean=near_clean.mean())
    run.claim("copies-found", here["copied"] == 1, f"{here['copied']:.0%}")
    edits = here["copied and edited"]
    run.claim("edits-missed", edits <= 0.1, f"{edits:.0%}")
    run.claim("clean-spared", here["clean"] <= 0.1, f"{here['clean']:.0%}")
    run.claim("small-n-cries-wolf", small["clean"] > 0.5, f"{small['clean']:.0%}")
    run.claim("words-see-edits", words_find > 0.6, f"{words_find:.0%}")
