"""A test set full of old acquaintances.

**Exercise.** Messages were collected from two systems. The script removes duplicates, splits,
trains and tests, and reports an accuracy that no new message sees. Repair it: the number must be
what new messages see, and no distinct message may be lost.

`fit(texts, labels)` trains a model and returns `predict(texts)`; the exercise gives it and looks at
what it is trained and tested on. The curve shows what you log; the line is the truth.
"""

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import numpy as np


def train_and_test(texts, labels, fit, log):
    """Remove duplicates, split, train, test; return (predict, accuracy to expect).

    texts:   list of messages; the same message may differ in case, in spaces, and in
             the full stop or exclamation mark at its end, in nothing else
    labels:  list of 0 and 1
    fit:     fit(texts, labels) -> predict(texts) -> list of 0 and 1
    log:     log(messages tested, accuracy so far)
    """
    first = {}
    for text, label in zip(texts, labels):
        first.setdefault(text, label)
    kept = list(first.items())
    order = np.random.default_rng(0).permutation(len(kept))
    test = [kept[i] for i in order[: len(kept) // 4]]
    train = [kept[i] for i in order[len(kept) // 4 :]]
    predict = fit([text for text, _ in train], [label for _, label in train])
    hits = []
    for text, label in test:
        hits.append(predict([text])[0] == label)
        log(len(hits), np.mean(hits))
    return predict, np.mean(hits)
'''


def train_and_test(texts, labels, fit, log):
    """Keep the first of the messages that are the same, then split, train and test."""
    first = {}
    for text, label in zip(texts, labels, strict=True):
        same = " ".join(text.lower().split()).rstrip(".! ")
        first.setdefault(same, (text, label))
    kept = list(first.values())
    order = np.random.default_rng(0).permutation(len(kept))
    test = [kept[i] for i in order[: len(kept) // 4]]
    train = [kept[i] for i in order[len(kept) // 4 :]]
    predict = fit([text for text, _ in train], [label for _, label in train])
    hits = []
    for text, label in test:
        hits.append(predict([text])[0] == label)
        log(len(hits), np.mean(hits))
    return predict, np.mean(hits)


THINGS = "invoice order parcel account password refund voucher meter router contract".split()
VERBS = "arrived failed vanished expired doubled stopped changed returned".split()
PLACES = "Kiel Bath Lyon Graz Bergen Cork Turin Delft".split()


def same(text: str) -> str:
    """Return what two spellings of one message have in common."""
    return " ".join(text.lower().split()).rstrip(".! ")


def spelled(draw: np.random.Generator, message: str) -> str:
    """Return a message as one of the systems stores it."""
    text = message.upper() if draw.random() < 0.3 else message
    text = text.replace(" ", "  ", 1) if draw.random() < 0.4 else text
    text = f" {text}" if draw.random() < 0.3 else text
    return text + str(draw.choice(["", ".", "!", " .", "!!"]))


def messages(draw: np.random.Generator, count: int) -> dict[str, int]:
    """Return distinct messages with labels; a word decides two labels in three, luck the rest.

    Many differ in a number alone, and are different messages.
    """
    found: dict[str, int] = {}
    while len(found) < count:
        thing, verb, place = draw.choice(THINGS), draw.choice(VERBS), draw.choice(PLACES)
        urgent = VERBS.index(str(verb)) % 2
        label = urgent if draw.random() < 0.36 else int(draw.integers(0, 2))
        text = f"My {thing} {draw.integers(1, 400)} from {place} {verb}"
        found.setdefault(text, int(label))
    return found


class Memory:
    """Answers a message it knows, however spelled, from memory, and any other by its last word."""

    def __init__(self) -> None:
        self.trained: list[str] = []
        self.tested: list[str] = []
        self.known = 0
        self.watching = True

    def __call__(self, texts: list[str], labels: list[int]):
        memory = {same(text): label for text, label in zip(texts, labels, strict=True)}
        self.trained += map(same, texts)

        def predict(asked: list[str]) -> list[int]:
            answers = []
            for text in map(same, asked):
                if self.watching:
                    self.tested.append(text)
                    self.known += text in memory
                verb = text.split()[-1] if text else ""
                answers.append(memory.get(text, VERBS.index(verb) % 2 if verb in VERBS else 0))
            return answers

        return predict


@demo(
    topic="repair-data",
    claims={
        "promise-is-kept": "The accuracy is within 0.16 of that on new messages",
        "no-acquaintance": "No tested message was trained on in another spelling",
        "nothing-lost": "Of a hundred distinct messages, 97 or more are trained on or tested",
        "enough-tests": "A fifth of the distinct messages or more is tested, each once",
    },
    measures={"estimate": "Accuracy that is returned", "truth": "Accuracy on new messages"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train_and_test", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    distinct = messages(draw, 560 + seed % 23)
    new = {t: label for t, label in messages(draw, 1500).items() if t not in distinct}
    copies = [(message, label) for message, label in distinct.items() for _ in range(3)]
    rows = [(spelled(draw, copies[i][0]), copies[i][1]) for i in draw.permutation(len(copies))]
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    model = Memory()
    fresh = Memory()([], [])
    truth = float(np.mean([fresh([t])[0] == label for t, label in new.items()]))
    run.axes(x="messages tested", y="accuracy")
    run.reference("new messages", truth)
    run.progress(len(distinct) // 4)

    def log(tested: int, value: float) -> None:
        run.step()
        run.point(tested, yours=float(value))

    with run.judge("promise-is-kept") as judge:
        with judge.unchanged(texts=texts, labels=labels):
            predict, estimate = solution(texts, labels, model, log)
        model.watching = False
        found = float(np.mean(np.asarray(predict(list(new))) == list(new.values())))
        run.measure(estimate=float(estimate), truth=found)
        judge.that(
            abs(float(estimate) - found) < 0.16,
            f"promised {float(estimate):.0%}, and new messages see {found:.0%}: print a few "
            "tested messages beside the training messages most like them",
        )

    with run.judge("no-acquaintance") as judge:
        judge.that(model.tested, "no message was tested")
        example = next((t for t in model.tested if t in set(model.trained)), "")
        spellings = [text for text in texts if same(text) == example][:2]
        judge.that(
            model.known == 0,
            f"{model.known} of {len(model.tested)} tested messages are trained on in another "
            f"spelling, such as {spellings}",
        )

    with run.judge("nothing-lost") as judge:
        used = {*model.trained, *model.tested}
        lost = [message for message in distinct if same(message) not in used]
        judge.that(
            len(lost) <= 0.03 * len(distinct),
            f"{len(lost)} of {len(distinct)} distinct messages are gone, such as {lost[:1]}: of "
            "which other message was it held to be a duplicate?",
        )

    with run.judge("enough-tests") as judge:
        once = set(model.tested)
        judge.that(
            len(once) >= len(distinct) // 5,
            f"{len(once)} distinct messages were tested, of {len(distinct)}",
        )
        judge.that(
            len(model.tested) <= 1.05 * len(once),
            f"{len(model.tested)} tests, and only {len(once)} different messages",
        )
