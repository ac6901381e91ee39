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

**Turn the knobs until a claim fails.** `every=15`: a word or two changed, and 13-grams find the
copies. `every=3`: a quarter of the words changed, and the word vectors lose them as well.
`n=4`: the rule finds all edited copies and flags every clean item too.

**At real scale.** GPT-3 looked for 13-grams (arXiv 2005.14165, appendix C). Yang et al. (arXiv
2311.04850) rephrased test items: a 13B model trained on them reached GPT-4's scores, and n-gram
filters saw nothing; they find candidates by embedding and let a strong model judge. The sentences
here come from templates and share more phrases than real text: false alarms start at a larger n.
"""

import numpy as np
import tinyworld
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from quizapp.demo import Float, Int, Predict, Run, demo

SYNONYMS = {
    "the": "that",
    "is": "looks",
    "near": "beside",
    "what": "which",
    "colour": "shade",
    "plus": "and",
    "chases": "hunts",
    "fears": "dreads",
    "follows": "trails",
    "greets": "welcomes",
    "helps": "assists",
    "hears": "notices",
    "meets": "encounters",
    "sees": "spots",
    "brave": "bold",
    "clever": "bright",
    "fast": "quick",
    "hungry": "starving",
    "old": "aged",
    "quiet": "silent",
    "shy": "timid",
    "small": "little",
    "tired": "weary",
    "young": "youthful",
}


def reword(text: str, every: int) -> str:
    """Replace a word by its synonym as soon as `every` − 1 words before it stand unchanged."""
    words, unchanged = text.split(), 0
    for i, word in enumerate(words):
        if unchanged >= every - 1 and word.lower() in SYNONYMS:
            words[i], unchanged = SYNONYMS[word.lower()], 0
        else:
            unchanged += 1
    return " ".join(words)


def flagged(items: list[str], training: list[str], n: int) -> float:
    """Return the share of items that have an n-gram of words in common with training."""
    grams = CountVectorizer(ngram_range=(n, n), token_pattern=r"\w+").build_analyzer()
    known = {gram for text in training for gram in grams(text)}
    return float(np.mean([not known.isdisjoint(grams(item)) for item in items]))


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
    training = tinyworld.documents("general", 200, seed=seed)
    copies = training[:60]  # these test items leaked word for word
    leaked = tinyworld.documents("general", 60, seed=1000 + seed)
    edited = [reword(text, every) for text in leaked]  # training holds the originals
    clean = tinyworld.documents("general", 60, seed=2000 + seed)
    training = training + leaked
    run.sample("a test item", leaked[0])
    run.sample("its edited copy", edited[0])

    run.axes(x="n, words in a row", y="share of items flagged")
    run.reference("this n", n, axis="x")
    kinds = {"copied": copies, "copied and edited": edited, "clean": clean}
    found = {}
    for step in run.steps(19):
        size = step + 2
        found[size] = {name: flagged(items, training, size) for name, items in kinds.items()}
        run.line_points(size, found[size])

    vectors = TfidfVectorizer(token_pattern=r"\w+").fit([*training, *edited])
    known = vectors.transform(training)  # (260, words), rows of length 1
    nearest = {
        name: (vectors.transform(items) @ known.T).max(1).toarray().ravel()
        for name, items in kinds.items()
    }
    edges = np.linspace(0, 1, 26)
    for name in ("copied and edited", "clean"):
        counts = np.histogram(nearest[name], edges)[0]
        run.histogram(f"cosine to the nearest training text: {name}", counts, edges, chart=name)
    limit = np.quantile(nearest["clean"], 1 - share)
    words_find = float((nearest["copied and edited"] > limit).mean())
    best = max(row["copied and edited"] - row["clean"] for row in found.values())
    pairs = [
        pair
        for a, b in zip(leaked, edited, strict=True)
        for pair in zip(a.split(), b.split(), strict=True)
    ]

    copied, edits, spared = found[n].values()
    run.measure("copies", copied)
    run.measure("edited", edits)
    run.measure("clean", spared)
    run.measure("clean_at_4", found[4]["clean"])
    run.measure("edited_at_4", found[4]["copied and edited"])
    run.measure("best_gap", best)
    run.measure("changed_words", np.mean([a != b for a, b in pairs]))
    run.measure("words_find", words_find)
    run.measure("cosine_edited", nearest["copied and edited"].mean())
    run.measure("cosine_clean", nearest["clean"].mean())
    run.claim("copies-found", copied == 1, f"{copied:.0%}")
    run.claim("edits-missed", edits <= 0.1, f"{edits:.0%}")
    run.claim("clean-spared", spared <= 0.1, f"{spared:.0%}")
    run.claim("small-n-cries-wolf", found[4]["clean"] > 0.5, f"{found[4]['clean']:.0%}")
    run.claim("words-see-edits", words_find > 0.6, f"{words_find:.0%}")
