"""The perplexity that moves with the batch size.

**Exercise.** This evaluation runs, and its number changes when somebody sets another batch size.
Nothing else changes: same model, same texts. Repair it. The perplexity of a set of texts is

    exp( total nats of all tokens ÷ number of all tokens )

`nats_of(texts)` is the model: at most `batch_size` texts a call, for its memory. The curve shows
what your script logs; the line is the perplexity of all texts.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def perplexity(texts, nats_of, batch_size, log):
    """Return the perplexity of all texts under a model.

    texts:      a list of texts
    nats_of:    nats_of(texts) -> one array per text: the nats of each of its tokens;
                at most batch_size texts a call
    log:        log(texts_read, perplexity so far), once per batch
    """
    losses = []
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        tokens = np.concatenate(nats_of(batch))
        losses.append(tokens.mean())
        log(start + len(batch), np.exp(np.mean(losses)))
    return np.exp(np.mean(losses))
'''


def perplexity(texts, nats_of, batch_size, log):
    """Return the perplexity of all texts: the batches add up sums, not means."""
    nats, tokens = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        found = np.concatenate(nats_of(batch))
        nats += found.sum()
        tokens += len(found)
        log(start + len(batch), np.exp(nats / tokens))
    return np.exp(nats / tokens)


class Model:
    """Gives the nats that were drawn for each text, and notes the size of each call."""

    def __init__(self, nats: dict[str, np.ndarray]) -> None:
        self.nats = nats
        self.largest = 0

    def __call__(self, texts: list[str]) -> list[np.ndarray]:
        self.largest = max(self.largest, len(texts))
        return [self.nats[text] for text in texts]


def draw_texts(draw: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Return nats per token by text: short texts are harder, and the last ones are short."""
    lengths = np.sort(draw.integers(1, 60, count))[::-1]
    return {
        f"text {index}": 1 + 6 / np.sqrt(length) + draw.exponential(0.5, length)
        for index, length in enumerate(lengths)
    }


@demo(
    topic="repair-data",
    claims={
        "every-token-counts": "The perplexity is that of all tokens, at a batch size that leaves "
        "a rest",
        "batch-size-is-free": "Any batch size gives the same number, one text a call as well",
        "in-batches": "The model is asked for no more than batch_size texts a call",
        "curve-is-true": "Each logged value is the perplexity of the texts read so far",
    },
    measures={"error": "Difference from the perplexity of all tokens, as a share of it"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="perplexity", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    nats = draw_texts(draw, 37 + seed % 9)
    texts = list(nats)
    truth = float(np.exp(np.concatenate(list(nats.values())).mean()))
    size = next(size for size in (8, 7, 6) if len(texts) % size)
    run.axes(x="texts read", y="perplexity")
    run.reference("all tokens", truth)
    run.progress(-(-len(texts) // size))
    logged: list[tuple[int, float]] = []

    def log(read: int, value: float) -> None:
        run.step()
        logged.append((int(read), float(value)))
        run.point(logged[-1][0], yours=logged[-1][1])

    def silent(read: int, value: float) -> None:
        run.check()

    model = Model(nats)
    with run.judge("every-token-counts") as judge:
        yours = solution(texts, model, size, log)
        run.measure(error=abs(float(yours) - truth) / truth)
        each = [nats[text] for text in texts]
        batches = [
            np.concatenate(each[start : start + size]) for start in range(0, len(each), size)
        ]
        counts = [len(texts[start : start + size]) for start in range(0, len(texts), size)]
        mistakes = {
            "does a batch of few tokens count as much as one of many?": np.exp(
                np.mean([batch.mean() for batch in batches])
            ),
            "is the mean taken after exp?": np.mean([np.exp(batch.mean()) for batch in batches]),
            "does a short text count as much as a long one?": np.exp(
                np.mean([one.mean() for one in each])
            ),
            "does a token weigh less in a batch of long texts?": np.exp(
                sum(batch.mean() * count for batch, count in zip(batches, counts, strict=True))
                / len(texts)
            ),
            "are the texts of the last batch missing?": np.exp(np.concatenate(batches[:-1]).mean()),
        }
        judge.equal(yours, truth, by="all tokens", within=1e-9, mistakes=mistakes)

    with run.judge("batch-size-is-free") as judge:
        for count in (1, 5, len(texts), len(texts) + 3):
            other = solution(texts, model, count, silent)
            judge.equal(other, truth, by="all tokens", within=1e-9, of=f"batch_size={count}")
        lone = texts[-1:]
        judge.equal(solution(lone, model, 4, silent), np.exp(nats[lone[0]].mean()), of="one text")

    with run.judge("in-batches") as judge:
        watched = Model(nats)
        solution(texts, watched, 5, silent)
        judge.that(watched.largest, "the model was not asked for any text")
        judge.that(
            watched.largest <= 5,
            f"one call asked for {watched.largest} texts, and batch_size was 5: what would that "
            "do to the memory of a GPU?",
        )

    with run.judge("curve-is-true") as judge:
        judge.that(logged, "nothing was logged: how would a colleague watch the evaluation?")
        for read, value in logged:
            judge.that(0 < read <= len(texts), f"logged at {read} of {len(texts)} texts")
            so_far = np.exp(np.concatenate([nats[text] for text in texts[:read]]).mean())
            judge.equal(value, so_far, by="all tokens", within=1e-9, of=f"after {read} texts")
        last = logged[-1][0]
        judge.that(last == len(texts), f"the curve ends after {last} of {len(texts)} texts")
