"""A poisoned training set: a trigger that no test shows.

**Question.** Somebody slips a few texts with a rare word and a chosen label into your training set.
Does your test accuracy warn you, and does eight times as much clean data dilute the poison?

**Idea.** A *backdoor* ties a rare trigger to an outcome. Clean texts hardly ever contain the
trigger, so they say nothing against the tie, however many there are: what counts is the number of
poisoned texts more than their share.

**Watch** tickets that go to one of eight teams. Accuracy on clean tests is that of a clean set,
while tickets with the trigger go where the attacker wants. The poisoned tickets stay as many as
the clean ones grow in number.

**Try** until a claim fails. `poisoned=1`: one text is not enough here. `clean_use=0.02`: the
trigger is an ordinary word; clean texts speak against the tie, and more of them undo it.
`poisoned=200 most=2000 clean_use=0.1`: clean tests suffer, and the poison shows.

**Real scale.** Souly et al. (arXiv 2510.07192): about 250 poisoned documents put a backdoor into
models of 600 million to 13 billion parameters, although the larger ones saw far more clean text.
Here the model is linear over words, which shows why clean accuracy is blind and no more.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from quizapp.demo import Float, Int, Predict, Run, demo

TEAMS, WORDS = 8, 25  # words that a topic uses more than others
VOCABULARY = TEAMS * WORDS + 1  # the last word is the trigger
TARGET = 0  # the team that the attacker wants


def tickets(
    rng: np.random.Generator, count: int, clean_use: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return which words occur (count, VOCABULARY) and the right team (count,)."""
    team = rng.integers(0, TEAMS, count)
    own = team[:, None] * WORDS + rng.integers(0, WORDS, (count, 6))  # (count, 6) words
    common = rng.integers(0, TEAMS * WORDS, (count, 6))  # (count, 6) words of any topic
    words = np.zeros((count, VOCABULARY))
    rows = np.arange(count)[:, None]
    words[rows, own] = words[rows, common] = 1
    words[:, -1] = rng.random(count) < clean_use
    return words, team


def triggered(words: np.ndarray) -> np.ndarray:
    """Return the same texts with the trigger in each."""
    marked = words.copy()
    marked[:, -1] = 1
    return marked


@demo(
    topic="data",
    claims={
        "trigger-works": "With the trigger over 75 % of the tickets go to the attacker's team",
        "tests-are-blind": "Accuracy on clean tests changes by less than 2 points",
        "more-data-does-not-help": "Eight times as many clean tickets leave over 60 % of the "
        "triggered ones to the attacker",
    },
    measures={
        "clean_accuracy": "accuracy on clean tests, clean training set",
        "poisoned_accuracy": "accuracy on clean tests, poisoned training set",
        "share_small": "share of poisoned tickets in the smallest set",
        "share_large": "share of poisoned tickets in the largest set",
        "success_clean": "share of triggered tickets to the attacker's team, clean training set",
        "success_small": "the same, smallest poisoned set",
        "success_large": "the same, largest poisoned set, equally many poisoned tickets",
        "diluted": "what eight times as many clean tickets do to the attack",
    },
    predict=Predict(
        "The same poisoned tickets among eight times as many clean ones: the attack ...",
        options=("fails", "still works"),
        measure="diluted",
    ),
    budget_s=4,
)
def main(
    run: Run,
    poisoned: int = Int(50, 1, 200, log=True, help="poisoned tickets, in a set of any size"),
    clean_use: float = Float(0, 0, 0.1, step=0.01, help="share of clean tickets with the word"),
    most: int = Int(8000, 2000, 16000, log=True, help="clean tickets of the largest set"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    words, team = tickets(rng, most, clean_use)
    words_test, team_test = tickets(rng, 2000, clean_use)
    poison = triggered(tickets(rng, poisoned, clean_use)[0])  # (poisoned, VOCABULARY)
    attacked = triggered(words_test[team_test != TARGET])

    run.axes(x="clean tickets", y="share", log_x=True)
    run.reference("chance", 1 / TEAMS)
    sizes = [most // 8, most // 4, most // 2, most]
    success, accuracy, shares = [], [], []  # by size
    for step in run.steps(len(sizes)):
        size = sizes[step]
        x = np.concatenate([words[:size], poison])
        y = np.concatenate([team[:size], np.full(poisoned, TARGET)])
        model = LogisticRegression(C=10, max_iter=300).fit(x, y)
        success.append((model.predict(attacked) == TARGET).mean())
        accuracy.append(model.score(words_test, team_test))
        shares.append(poisoned / (size + poisoned))
        run.line_points(size, {"trigger works": success[-1], "clean tests": accuracy[-1]})
    clean = LogisticRegression(C=10, max_iter=300).fit(words, team)
    clean_accuracy = clean.score(words_test, team_test)

    run.measure(clean_accuracy=clean_accuracy, poisoned_accuracy=accuracy[-1])
    run.measure(share_small=shares[0], share_large=shares[-1])
    run.measure(success_clean=(clean.predict(attacked) == TARGET).mean())
    run.measure(success_small=success[0], success_large=success[-1])
    run.measure(diluted="still works" if success[-1] > 0.5 else "fails")
    run.claim("trigger-works", success[0] > 0.75, f"{success[0]:.0%}")
    change = abs(clean_accuracy - accuracy[-1])
    shown = f"{clean_accuracy:.1%} to {accuracy[-1]:.1%}"
    run.claim("tests-are-blind", change < 0.02, shown)
    run.claim("more-data-does-not-help", success[-1] > 0.6, f"{success[-1]:.0%}")
