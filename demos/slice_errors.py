"""Errors that more data average out, and errors that they do not.

**Question.** Two suppliers label tickets. One draws a share of the labels at random, the other
sends every ticket about refunds to the same wrong team. Which set gets better if you buy more?

**Idea.** With K teams and a share p of labels drawn at random, the right one keeps

    (1 - p) + p/K    against    p/K    for each wrong one

so it leads, and enough tickets show it. On a slice that is wrong in one direction the right label
never occurs. That the slice is small does not help it: a model learns each kind of ticket from
tickets of that kind.

**Watch** accuracy on rightly labelled test tickets as the sets grow. Random errors are
outvoted. The supplier with the slice looks fine overall; its refunds stay wrong at every size.

**Try** until a claim fails. `noise=0.95 tickets_most=600`: random errors win after all, for lack of
tickets. `slice_wrong=0.2`: most labels of the slice are right, and it recovers.
`slice_share=0.3`: too large a slice to hide.

**Real scale.** Manwani and Sastry (arXiv 1109.5231) prove which losses tolerate random noise;
networks tolerate very much of it if they see enough right labels (Rolnick et al., arXiv
1705.10694). Tickets here are bags of words, and each topic has a team of its own.
"""

import numpy as np
from sklearn.naive_bayes import MultinomialNB

from quizapp.demo import Float, Int, Predict, Run, demo

TEAMS = 24
WORDS = 10  # words that each topic uses more than others
REFUNDS, WRONG_TEAM = 0, 1


def tickets(rng: np.random.Generator, count: int, refunds: float) -> tuple[np.ndarray, np.ndarray]:
    """Return word counts (count, TEAMS·WORDS) and the right team of each ticket (count,)."""
    shares = [refunds] + [(1 - refunds) / (TEAMS - 1)] * (TEAMS - 1)
    team = rng.choice(TEAMS, count, p=shares)
    own = team[:, None] * WORDS + rng.integers(0, WORDS, (count, 6))  # (count, 6) words
    common = rng.integers(0, TEAMS * WORDS, (count, 6))  # (count, 6) words of any topic
    counts = np.zeros((count, TEAMS * WORDS))
    for words in np.concatenate([own, common], axis=1).T:  # one word of every ticket
        counts[np.arange(count), words] += 1
    return counts, team


@demo(
    topic="data",
    claims={
        "random-averages-out": "On the largest set with random errors over 95 % are right",
        "slice-stays-wrong": "Of the refunds less than 5 % are right, however large the set",
        "overall-hides-it": "Overall that set scores over 85 %",
    },
    measures={
        "labels_right": "share of right labels in the set with random errors",
        "random_first": "accuracy with random errors, smallest set",
        "random_last": "accuracy with random errors, largest set",
        "slice_overall": "accuracy with the wrong slice, largest set",
        "slice_first": "accuracy on refunds with the wrong slice, smallest set",
        "slice_last": "accuracy on refunds with the wrong slice, largest set",
        "refunds": "what sixteen times as many tickets do to the refunds",
    },
    predict=Predict(
        "All refunds, 8 % of the tickets, are labelled wrongly. Sixteen times as many tickets?",
        options=("refunds get better", "refunds stay wrong"),
        measure="refunds",
    ),
    budget_s=3,
)
def main(
    run: Run,
    noise: float = Float(0.3, 0, 0.95, step=0.05, help="share p of labels drawn at random"),
    slice_share: float = Float(0.08, 0.01, 0.5, step=0.01, help="share of tickets about refunds"),
    slice_wrong: float = Float(1.0, 0, 1, step=0.1, help="share of refunds labelled wrongly"),
    tickets_most: int = Int(9600, 600, 20000, log=True, help="tickets of the largest set"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    counts, team = tickets(rng, tickets_most, slice_share)
    counts_test, team_test = tickets(rng, 4000, slice_share)
    drawn = rng.integers(0, TEAMS, tickets_most)
    random_labels = np.where(rng.random(tickets_most) < noise, drawn, team)
    misread = (team == REFUNDS) & (rng.random(tickets_most) < slice_wrong)
    slice_labels = np.where(misread, WRONG_TEAM, team)
    refund = team_test == REFUNDS

    run.axes(x="tickets in the set", y="accuracy on right labels", log_x=True)
    sizes = [tickets_most // 16, tickets_most // 4, tickets_most]
    random_right, overall, refunds_right = [], [], []  # by size
    for step in run.steps(len(sizes)):
        size = sizes[step]
        by_random = MultinomialNB().fit(counts[:size], random_labels[:size]).predict(counts_test)
        by_slice = MultinomialNB().fit(counts[:size], slice_labels[:size]).predict(counts_test)
        random_right.append((by_random == team_test).mean())
        overall.append((by_slice == team_test).mean())
        refunds_right.append((by_slice == team_test)[refund].mean())
        run.point(size, random_errors=random_right[-1], wrong_slice=overall[-1])
        run.point(size, refunds_of_the_wrong_slice=refunds_right[-1])

    better = refunds_right[-1] > refunds_right[0] + 0.05
    run.measure(labels_right=(random_labels == team).mean())
    run.measure(random_first=random_right[0], random_last=random_right[-1])
    run.measure(slice_overall=overall[-1], slice_first=refunds_right[0])
    run.measure(slice_last=refunds_right[-1])
    run.measure(refunds="refunds get better" if better else "refunds stay wrong")
    shown = f"{random_right[0]:.1%} to {random_right[-1]:.1%}"
    run.claim("random-averages-out", random_right[-1] > 0.95, shown)
    stays = max(refunds_right) < 0.05
    run.claim("slice-stays-wrong", stays, ", ".join(f"{right:.1%}" for right in refunds_right))
    run.claim("overall-hides-it", overall[-1] > 0.85, f"{overall[-1]:.1%}")
