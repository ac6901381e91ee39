"""Augmentation: label-preserving or label-breaking.

**Question.** Of 24 labelled reviews you make nine times as many. Which rewriting helps or harms?

**Idea.** An augmented example (t(x), y) keeps the old label y for a changed text t(x). It is worth
something if the label still holds and the text shows something new:

    synonym          y holds,     new words       helps
    plain copies     y holds,     nothing new     a weight, not information
    any word         y may break                  label noise, made by yourself

**Watch** the copies end where no augmentation ends. The synonyms teach words that the reviews never
use; swapping in any adjective teaches them too, with labels drawn by lot.

**Try** until a claim fails.
- `pretrained=on`: features come from 2,000 *unlabelled* reviews, in which words of one opinion
  occur together. They know the synonyms before any label, and `synonyms-help` fails: this is why
  the gains shrink for pretrained language models.
- `reviews=400 varied=on`: with enough reviews that show the words nothing is left to gain.
- `flip=0.8`: most "synonyms" mean the opposite here, as in a *positive* test result or a *sharp*
  decline: they break the labels, and no augmentation at all is better.

**Real scale.** EDA (arXiv 1901.11196) helps convolutional and recurrent networks, most on small
sets; Longpre et al. (arXiv 2010.01764): no consistent gain of EDA and back-translation for
pretrained transformers. Reviews here are one template with one telling word: the mechanism only.
"""

import random

from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from quizapp.demo import Flag, Float, Int, Predict, Run, demo


def swapped(text: str, draw: random.Random, words: list[str]) -> str:
    """Return the text with its opinion word replaced by one of the words."""
    return " ".join(draw.choice(words) if word in SYNONYMS else word for word in text.split())


# One opinion a group: the first word is what people write, the others mean the same.
GOOD = ["good great fine superb", "fast quick rapid swift", "safe secure sound solid"]
BAD = ["bad awful poor dire", "slow late tardy sluggish", "risky unsafe shaky fragile"]
OPINIONS = [group.split() for group in GOOD + BAD]
LABELS = [1, 1, 1, 0, 0, 0]
SYNONYMS = {word: group for group in OPINIONS for word in group}
LABEL_OF = {word: LABELS[i] for i, group in enumerate(OPINIONS) for word in group}
THINGS = ["food", "room", "trip", "app"]
ENDS = ["today", "again", "overall"]


def review(draw: random.Random, opinion: int, varied: bool) -> tuple[str, int]:
    """Return a text and its label; without variety only the first word of an opinion is used."""
    word = draw.choice(OPINIONS[opinion]) if varied else OPINIONS[opinion][0]
    text = f"the {draw.choice(THINGS)} was {word} {draw.choice(ENDS)}"
    return text, LABELS[opinion]


def opinion_word(text: str) -> str:
    return next(word for word in text.split() if word in SYNONYMS)


@demo(
    topic="data",
    claims={
        "synonyms-help": "Synonyms raise the accuracy by more than 10 points",
        "copies-do-nothing": "Plain copies change the accuracy by less than 6 points",
        "breaking-does-not-help": "Replacing by any adjective is 10 points or more below synonyms",
        "broken-synonyms-harm": "Synonyms that flip the meaning end 5 points or more below no "
        "augmentation",
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
    seen, truth = zip(*test, strict=True)

    # Unlabelled reviews say one opinion three times: that is how features can learn synonyms.
    unlabelled = []
    for _ in range(2000):
        group = draw.choice(OPINIONS)
        unlabelled.append(f"the {draw.choice(THINGS)} was {' '.join(draw.choices(group, k=3))}")
    features = CountVectorizer(vocabulary=sorted({*SYNONYMS, *THINGS, *ENDS}))
    if pretrained:
        features = make_pipeline(features, TruncatedSVD(9, random_state=seed)).fit(unlabelled)

    def accuracy(extra: list[tuple[str, int]]) -> float:
        """Return the test accuracy of a classifier of the reviews and these examples."""
        texts, labels = zip(*train, *extra, strict=True)
        model = LogisticRegression(C=10, max_iter=2000).fit(features.transform(texts), labels)
        return model.score(features.transform(seen), truth)

    def synonym(text: str, label: int) -> str:
        """Return the text with a synonym, which may mean the opposite in this domain."""
        words = SYNONYMS[opinion_word(text)]
        if draw.random() < flip:
            words = draw.choice(OPINIONS[3:] if label else OPINIONS[:3])
        return swapped(text, draw, words)

    run.axes(x="rewritten examples for each review", y="test accuracy")
    run.reference("chance", 0.5)
    none = accuracy([])
    for n in run.steps(factor + 1):
        copied = train * n
        broken = [(swapped(text, draw, [*SYNONYMS]), label) for text, label in copied]
        rewritten = [(synonym(text, label), label) for text, label in copied]
        synonyms = accuracy(rewritten)
        copies = accuracy(copied)
        breaking = accuracy(broken)
        run.line_points(n, {"synonyms": synonyms, "copies": copies, "any adjective": breaking})
    wrong = [label != LABEL_OF[opinion_word(text)] for text, label in broken]

    change = copies - none
    copying = "rises over 6 points" if change > 0.06 else "stays within 6 points"
    if change <= -0.06:
        copying = "falls over 6 points"
    ends = {"none": none, "synonyms": synonyms, "copies": copies, "any adjective": breaking}
    run.bars("test accuracy", ends, chart="bars")
    run.measure(none=none, synonyms=synonyms, copies=copies, breaking=breaking)
    run.measure(wrong_labels=sum(wrong) / len(wrong), copying=copying)
    run.claim("synonyms-help", synonyms - none > 0.1, f"{none:.0%} to {synonyms:.0%}")
    run.claim("copies-do-nothing", abs(change) < 0.06, f"{none:.0%} to {copies:.0%}")
    shown = f"{breaking:.0%} against {synonyms:.0%}"
    run.claim("breaking-does-not-help", breaking <= synonyms - 0.1, shown)
    harmed = synonyms < none - 0.05 if flip else None
    run.claim("broken-synonyms-harm", harmed, f"{none:.0%} to {synonyms:.0%}")
