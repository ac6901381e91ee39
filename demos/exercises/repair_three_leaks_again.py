"""A perplexity too good to ship.

**Exercise.** Texts were collected twice, the second time in capitals. This script trains a language
model and reports the perplexity that new texts will see. The report is far off, and it moves with
the batch size. Repair it. No hint says how many bugs there are. Wanted, for texts that are new to
the model, is

    exp( total nats of all tested tokens ÷ number of tested tokens )

`train(texts)` gives a model, and the exercise looks at what it is trained and tested on. The curve
shows what you log; the line is the truth on new texts.
"""

import zlib

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def report(texts, train, batch_size, log):
    """Train on some texts, and return the perplexity that new texts will see.

    texts:  list of texts, some of which are the same but for upper and lower case
    train:  train(texts) -> nats_of(texts) -> one array per text: the nats of its words;
            at most batch_size texts a call
    log:    log(texts tested, perplexity so far)
    """
    nats_of = train(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    test = [texts[i] for i in order[: len(texts) // 3]]
    losses = []
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        losses.append(np.concatenate(nats_of(batch)).mean())
        log(start + len(batch), np.exp(np.mean(losses)))
    return np.exp(np.mean(losses))
'''


def report(texts, train, batch_size, log):
    """Keep one copy of each text, split, train on one part and test on the other."""
    distinct = list({text.lower(): text for text in texts}.values())
    order = np.random.default_rng(0).permutation(len(distinct))
    cut = len(distinct) // 3
    test = [distinct[i] for i in order[:cut]]
    nats_of = train([distinct[i] for i in order[cut:]])
    nats, words = 0.0, 0
    for start in range(0, len(test), batch_size):
        batch = test[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats, words = nats + found.sum(), words + len(found)
        log(start + len(batch), np.exp(nats / words))
    return np.exp(nats / words)


WORDS = "amber birch cedar delta ember fjord glade heron inlet jetty knoll larch".split()


def draw_texts(draw: np.random.Generator, count: int) -> list[str]:
    """Return distinct texts of 2 to 40 words."""
    found: dict[str, None] = {}
    while len(found) < count:
        length = int(2 + 38 * draw.random() ** 2)
        found[" ".join(draw.choice(WORDS, length)) + f" {draw.integers(10_000)}"] = None
    return list(found)


class Trainer:
    """Trains models that know their texts by heart, and notes what they are used for."""

    def __init__(self) -> None:
        self.trained: list[str] = []
        self.tested: list[str] = []
        self.known = 0
        self.largest = 0

    def __call__(self, texts: list[str]):
        memory = {text.lower() for text in texts}
        self.trained += [text.lower() for text in texts]

        def nats_of(asked: list[str]) -> list[np.ndarray]:
            self.largest = max(self.largest, len(asked))
            self.tested += [text.lower() for text in asked]
            self.known += sum(text.lower() in memory for text in asked)
            return [0.1 * cost(text) if text.lower() in memory else cost(text) for text in asked]

        return nats_of


def cost(text: str) -> np.ndarray:
    """Return the nats of each word of a text that is new to the model; short texts cost more."""
    draw = np.random.default_rng(zlib.crc32(text.lower().encode()))
    length = len(text.split())
    return 1.2 + 4 / np.sqrt(length) + draw.exponential(0.3, length)


@demo(
    topic="repair-data",
    claims={
        "new-to-the-model": "No tested text was trained on, in upper or lower case",
        "every-word-counts": "The report is the perplexity of all tested words together",
        "promise-is-kept": "It is within a fifth of the perplexity of new texts",
        "enough-of-both": "Half of the distinct texts or more are trained on, a fifth or more are "
        "tested once each, within batch_size a call",
    },
    measures={"report": "Perplexity that is returned", "truth": "Perplexity of new texts"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="report", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    distinct = draw_texts(draw, 360 + seed % 17)
    rows = distinct + [text.upper() for text in distinct if draw.random() < 0.7]
    texts = [rows[i] for i in draw.permutation(len(rows))]
    size = 7 + seed % 3
    truth = float(np.exp(np.concatenate([cost(text) for text in draw_texts(draw, 800)]).mean()))
    run.axes(x="texts tested", y="perplexity")
    run.reference("new texts", truth)
    run.progress(len(texts) // (3 * size) + 1)
    logged: list[float] = []

    def log(tested: int, value: float) -> None:
        run.step()
        logged.append(float(value))
        run.point(tested, yours=logged[-1])

    trainer, found = Trainer(), float("nan")
    with run.judge("promise-is-kept") as judge:
        with judge.unchanged(texts=texts):
            found = float(solution(texts, trainer, size, log))
        run.measure(report=found, truth=truth)
        judge.that(logged, "nothing was logged")
        judge.that(
            abs(found - truth) < 0.2 * truth,
            f"a perplexity of {found:.2f} is reported, and new texts have {truth:.2f}",
        )

    with run.judge("new-to-the-model") as judge:
        judge.that(trainer.tested, "no text was tested")
        judge.that(
            trainer.known == 0,
            f"{trainer.known} of {len(trainer.tested)} tested texts were trained on: in what "
            "spelling?",
        )

    with run.judge("every-word-counts") as judge:
        heard = set(trainer.trained)
        nats = [cost(text) * (0.1 if text in heard else 1) for text in trainer.tested]
        together = float(np.exp(np.concatenate(nats).mean()))
        judge.equal(found, together, within=1e-9, by="all tested words")

    with run.judge("enough-of-both") as judge:
        learned, asked = set(trainer.trained), set(trainer.tested)
        judge.that(
            len(learned) >= len(distinct) / 2,
            f"{len(learned)} of {len(distinct)} distinct texts were trained on",
        )
        judge.that(
            len(asked) >= len(distinct) / 5,
            f"{len(asked)} of {len(distinct)} distinct texts were tested",
        )
        judge.that(
            len(trainer.tested) == len(asked),
            f"{len(trainer.tested)} tests of {len(asked)} different texts",
        )
        judge.that(trainer.largest <= size, f"{trainer.largest} texts in one call, {size} allowed")
