"""40 clean documents against 400 dirty ones.

**Question.** 40 checked documents, or ten times as many with mostly wrong outcomes: which teach the
new guideline? And does it matter *how* they are wrong?

**Idea.** A model trained on contradicting texts learns their frequencies, and greedy decoding takes
the most frequent answer. If a share p of the outcomes is drawn at random among K, the right one has

    (1 - p) + p/K    against    p/K    for each wrong one

so it stays in front at any p < 1, if there are enough texts to see it. If the wrong outcomes all
agree (p of the texts follow an outdated guideline), the wrong one leads as soon as p > ½, and more
texts only make the model surer.

**Watch** the 400 documents with 60 % random errors come close to the 40 clean ones, and 400 with
60 % old guideline stay far below. *vote* is the most frequent advice in the same texts.

**Try** until a claim fails.
- `noise=0.3`: `systematic-stays` fails, for the outdated texts are a minority now, and so does
  `few-and-dirty-fail`. `noise=0.85`: `random-averages-out` fails, although the vote still finds the
  right answers. The limit is then the fine-tune and its few updates, not the information.
- `clean=4`: clean, but not every symptom occurs. Quality does not replace coverage.

**Real scale.** LIMA (arXiv 2305.11206) reaches far with 1,000 curated examples and sees diminishing
returns of quantity alone; AlpaGasus (arXiv 2307.08701): 9,000 filtered of 52,000 examples beat all.
Here each fact has one right answer; style and reasoning do not vote.
"""

import copy
import random
from collections import Counter

import tinyworld

from quizapp.demo import Float, Int, Predict, Run, demo


def vote(texts: list[str], case: tinyworld.Case) -> str:
    """Return the most frequent continuation of a prompt in the texts."""
    ends = Counter()
    for text in texts:
        for part in text.split(case.prompt)[1:]:  # what follows the prompt
            ends[part.split(".")[0] + "."] += 1
    return ends.most_common(1)[0][0] if ends else ""


def mixed(right: list[str], outdated: list[str], share: float, seed: int) -> list[str]:
    """Return the right texts, a share of them replaced by outdated ones."""
    pick = random.Random(seed)
    return [old if pick.random() < share else new for new, old in zip(right, outdated, strict=True)]


@demo(
    topic="data",
    claims={
        "clean-teaches": "The clean documents teach 95 % or more of the new guideline",
        "random-averages-out": "Ten times as many with random errors teach more than 75 %",
        "few-and-dirty-fail": "As few as the clean ones with random errors teach less than 65 %",
        "systematic-stays": "Outdated texts cost 25 points more than as many random errors",
        "overwhelmed": "With 90 % random errors less than 40 % is learned",
    },
    measures={
        "clean_right": "share of new-guideline questions answered right after the clean documents",
        "dirty_right": "share answered right after many documents with random errors",
        "few_dirty_right": "share answered right after few documents with random errors",
        "systematic_right": "share answered right after many documents, a share of them by the old "
        "guideline",
        "heavy_right": "share answered right after many documents with 90 % random errors",
        "vote_dirty": "share of right answers of a vote over the documents with random errors",
        "vote_systematic": "share of right answers of a vote over the documents that follow the "
        "old guideline in part",
        "vote_heavy": "share of right answers of a vote over the documents with 90 % random errors",
        "dirty": "how much the many documents with random errors teach",
    },
    predict=Predict(
        "400 documents, 60 % of their outcomes random: how much of the guideline is learned?",
        options=("below 40 %", "40 to 75 %", "above 75 %"),
        measure="dirty",
    ),
    budget_s=8,
)
def main(
    run: Run,
    clean: int = Int(40, 4, 100, log=True, help="clean documents, and few dirty ones"),
    many: int = Int(400, 50, 800, log=True, help="many dirty documents"),
    noise: float = Float(0.6, 0, 0.95, step=0.05, help="share p of wrong outcomes"),
    steps: int = Int(80, 10, 300),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    cases = tinyworld.cases("clinic")

    def texts_of(count: int, noise: float = 0.0, guideline: str = "new") -> list[str]:
        return tinyworld.documents("clinic", count, seed=seed, guideline=guideline, noise=noise)

    sets = {
        f"{clean} clean": texts_of(clean),
        f"{many} with random errors": texts_of(many, noise),
        f"{clean} with random errors": texts_of(clean, noise),
        f"{many} partly outdated": mixed(texts_of(many), texts_of(many, 0, "old"), noise, seed),
        f"{many} with 90 % random errors": texts_of(many, 0.9),
    }
    run.axes(x="step", y="new guideline answered right (share)")
    start = tinyworld.accuracy(base, tokenizer, cases)
    run.line_points(0, {name: start for name in sets})

    right, voted = {}, {}  # by set
    run.progress(len(sets) * steps)
    for name, texts in sets.items():
        draw = random.Random(seed)
        chosen = (draw.choices(texts, k=16) for _ in range(steps))
        batches = (tinyworld.batch(tokenizer, some, run.device) for some in chosen)  # (16, T)
        model = copy.deepcopy(base)
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            if step % 10 == 0:
                run.line_points(step, {name: tinyworld.accuracy(model, tokenizer, cases)})
        right[name] = tinyworld.accuracy(model, tokenizer, cases)
        voted[name] = sum(vote(texts, case) == case.answer for case in cases) / len(cases)
        run.bars("fine-tuned model", right, chart="right")
        run.bars("vote", voted, chart="right")

    good, dirty, few, systematic, heavy = right.values()
    _, vote_dirty, _, vote_systematic, vote_heavy = voted.values()
    taught = "above 75 %" if dirty > 0.75 else "40 to 75 %" if dirty >= 0.4 else "below 40 %"

    run.measure(clean_right=good, dirty_right=dirty, few_dirty_right=few, dirty=taught)
    run.measure(systematic_right=systematic, heavy_right=heavy)
    run.measure(vote_dirty=vote_dirty, vote_systematic=vote_systematic, vote_heavy=vote_heavy)
    run.claim("clean-teaches", good >= 0.95, f"{good:.0%}")
    run.claim("random-averages-out", dirty > 0.75, f"{dirty:.0%}")
    run.claim("few-and-dirty-fail", few < 0.65, f"{few:.0%}")
    shown = f"{systematic:.0%} against {dirty:.0%}"
    run.claim("systematic-stays", systematic < dirty - 0.25, shown)
    run.claim("overwhelmed", heavy < 0.4, f"{heavy:.0%}")
