"""Augmentation: label-preserving or label-breaking.

**Question.** You have two dozen labelled reviews and make nine times as many by rewriting them.
Which rewriting helps, which does nothing, which does harm?

**Idea.** An augmented example (t(x), y) keeps the old label y for a changed text t(x). It is worth
something if the label still holds and the text shows something new:

    synonym          y holds,     new words       helps
    plain copies     y holds,     nothing new     a weight, not information
    any word         y may break                  label noise, made by yourself

**Watch** the copies end where no augmentation ends. The synonyms teach words that the 24 reviews
never use; swapping in any adjective teaches them too, with labels drawn by lot.

**Turn the knobs until a claim fails.**
- `pretrained=on`: the classifier now reads features that were learned from 2,000 *unlabelled*
  reviews, in which words of one opinion occur together. It knows the synonyms before it sees a
  label, and `synonyms-help` fails. This is why the gains shrink for pretrained language models.
- `reviews=400`: with enough reviews nothing is left to gain, if they show the words
  (`varied=on`).
- `flip=0.5`: half of the "synonyms" mean the opposite in this domain (a *positive* test result, a
  *sharp* decline). The augmentation meant to preserve labels now breaks them.

**Real scale.** EDA (arXiv 1901.11196) helps convolutional and recurrent networks, most on small
sets. Longpre et al. (arXiv 2010.01764) find no consistent gain of EDA and back-translation for
pretrained transformers. Reviews here are one template with one telling word: the mechanism, not
the amount.
"""

import random

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from quizapp.demo import Flag, Float, Int, Predict, Run, demo

# One opinion a group: the first word is what people write, the others mean the same.
GOOD = [
    ["good", "great", "fine", "superb"],
    ["fast", "quick", "rapid", "swift"],
    ["safe", "secure", "sound", "solid"],
]
BAD = [
    ["bad", "awful", "poor", "dire"],
    ["slow", "late", "tardy", "sluggish"],
    ["risky", "unsafe", "shaky", "fragile"],
]
OPINIONS = GOOD + BAD
SYNONYMS = {word: group for group in OPINIONS for word in group}
THINGS, ENDS = ["food", "room", "trip", "app"], ["today", "again", "overall"]
Review = tuple[str, int]


def review(draw: random.Random, opinion: int, varied: bool) -> Review:
    """Return a text and its label; without variety only the first word of an opinion is used."""
    word = draw.choice(OPINIONS[opinion]) if varied else OPINIONS[opinion][0]
    text = f"the {draw.choice(THINGS)} was {word} {draw.choice(ENDS)}"
    return text, int(OPINIONS[opinion] in GOOD)


def swapped(text: str, draw: random.Random, words: list[str]) -> str:
    """Return the text with its opinion word replaced by one of the words."""
    return " ".join(draw.choice(words) if word in SYNONYMS else word for word in text.split())


@demo(
    topic="data",
    claims={
        "synonyms-help": "Synonyms raise the accuracy by more than 10 points",
        "copies-do-nothing": "Plain copies change the accuracy by less than 6 points",
        "breaking-does-not-help": "Replacing by any adjective is 10 points or more below synonyms",
    },
    measures={
        "none": "test accuracy without augmentation",
        "synonyms": "test accuracy with synonyms, right in this domain at the default",
        "copies": "test accuracy with plain copies",
        "breaking": "test accuracy when any adjective may replace the opinion",
        "wrong_labels": "share of the label-breaking rewrites whose label is wrong",
        "copying": "what plain copies do to test accuracy",
    },
    predict=Predict(
        "Each of 24 reviews is copied eight times, unchanged. What does test accuracy do?",
        options=("rises over 6 points", "stays within 6 points", "falls over 6 points"),
        measure="copying",
    ),
    budget_s=3,
)
def main(
    run: Run,
    reviews: int = Int(24, 6, 400, log=True, help="labelled reviews"),
    factor: int = Int(8, 1, 20, help="rewritten examples for each review"),
    flip: float = Float(0.0, 0, 1, step=0.1, help="share of synonyms that flip the meaning"),
    varied: bool = Flag(False, help="the labelled reviews use all words themselves"),
    pretrained: bool = Flag(False, help="features learned from unlabelled reviews"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    train = [review(draw, number % len(OPINIONS), varied) for number in range(reviews)]
    test = [review(draw, draw.randrange(len(OPINIONS)), varied=True) for _ in range(1000)]

    # Unlabelled reviews say one opinion three times: that is how features can learn synonyms.
    unlabelled = []
    for _ in range(2000):
        group = draw.choice(OPINIONS)
        unlabelled.append(f"the {draw.choice(THINGS)} was {' '.join(draw.choices(group, k=3))}")

    def accuracy(extra: list[Review]) -> float:
        texts, labels = zip(*train, *extra, strict=True)
        counts = CountVectorizer(vocabulary=sorted({*SYNONYMS, *THINGS, *ENDS}))
        if pretrained:
            counts = make_pipeline(counts, TruncatedSVD(9, random_state=seed)).fit(unlabelled)
        model = LogisticRegression(C=10, max_iter=2000).fit(counts.transform(texts), labels)
        seen, truth = zip(*test, strict=True)
        return model.score(counts.transform(seen), truth)

    def synonym(text: str, label: int) -> str:
        words = next(SYNONYMS[word] for word in text.split() if word in SYNONYMS)
        if draw.random() < flip:  # the domain uses the word for the opposite
            words = draw.choice(BAD if label else GOOD)
        return swapped(text, draw, words)

    run.axes(x="rewritten examples for each review", y="test accuracy")
    run.reference("chance", 0.5)
    scores, wrong, none = {}, [], accuracy([])
    for n in run.steps(factor + 1):
        broken = [(swapped(text, draw, [*SYNONYMS]), label) for text, label in train * n]
        scores = {
            "synonyms": accuracy([(synonym(text, label), label) for text, label in train * n]),
            "copies": accuracy(train * n),
            "any adjective": accuracy(broken),
        }
        wrong = [
            label != any(word in group for group in GOOD for word in text.split())
            for text, label in broken
        ]
        run.line_points(n, scores)
    run.bars("test accuracy", {"none": none, **scores}, chart="bars")
    synonyms, copies, breaking = scores.values()
    run.measure("none", none)
    run.measure("synonyms", synonyms)
    run.measure("copies", copies)
    run.measure("breaking", breaking)
    run.measure("wrong_labels", float(np.mean(wrong)))
    change = copies - none
    calm = "stays within 6 points" if change > -0.06 else "falls over 6 points"
    run.measure("copying", "rises over 6 points" if change > 0.06 else calm)
    run.claim("synonyms-help", synonyms - none > 0.1, f"{none:.0%} to {synonyms:.0%}")
    run.claim("copies-do-nothing", abs(change) < 0.06, f"{none:.0%} to {copies:.0%}")
    run.claim(
        "breaking-does-not-help",
        breaking <= synonyms - 0.1,
        f"{breaking:.0%} against {synonyms:.0%}",
    )
