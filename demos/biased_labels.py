"""A judge with a taste: more labels do not repair it.

**Question.** Labels from an LLM judge cost almost nothing. The judge likes long answers, people do
not care. Do ten times as many labels make up for it?

**Idea.** Four features of an answer make up its quality q; the fifth is its length l. People
prefer by q, the judge by both:

    people: P(i beats j) = σ(2·Δq)        judge: P(i beats j) = σ(2·Δq + b·Δl)

A reward model, one weight for each feature, is fitted to the votes (Bradley-Terry, a logistic
regression on differences) and picks the best of 16 answers. Its error has two parts. One is chance
and shrinks with the labels. The other is what the labels say: it stays, however many there are.

**Watch** how much quality is lost against picking by people's own taste. The bars: an ensemble of
five reward models from the same judge; a few people; and the judge's fit with the weight of length
set to zero, as length-controlled win rates do. Below, where judge and people agree: split by
which answer is longer, since the overall share hides it.

**Try** `error=noise`: the judge flips a coin for 60 % of the pairs. That is averaged away, and the
claims about the judge fail. `size=0.2`: a slight taste costs little. `people=20`: too few.

**What papers found.** Lee et al. (arXiv 2309.00267): AI labels do about as well as human ones in
summarisation and dialogue. Singhal et al. (arXiv 2310.03716): much of RLHF's gain is length.
Eisenstein et al. (arXiv 2312.09244): ensembles mitigate reward hacking and do not end it, since
members share errors.

**Scale.** Simulated votes, two features, a taste that is known. In practice it is not: compare with
people on pairs where the suspected feature and quality disagree.
"""

import numpy as np
from scipy.special import expit as sigmoid
from sklearn.linear_model import LogisticRegression

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def reward_weights(difference: np.ndarray, won: np.ndarray) -> np.ndarray:
    """Return Bradley-Terry weights of the features from votes on pairs, (pairs, 5)."""
    model = LogisticRegression(C=100.0, fit_intercept=False)
    return model.fit(difference, won).coef_[0]


def quality_of_best(reward: np.ndarray, quality: np.ndarray) -> float:
    """Return the mean quality of the answer with the highest reward, both (prompts, 16)."""
    best = reward.argmax(axis=1)[:, None]  # (prompts, 1)
    return float(np.take_along_axis(quality, best, axis=1).mean())


QUALITY = np.array([0.8, -0.4, 0.4, 0.2, 0.0])  # weights of quality, norm 1; the last is length
LABELS = [100, 300, 1000, 3000, 10_000, 30_000]


@demo(
    topic="alignment",
    claims={
        "more-labels-do-not-repair": "With 30,000 labels of the judge over 0.15 of quality is "
        "lost, and over 0.7 times as much as with 3,000",
        "few-people-beat-many": "The labels of people alone lose less than half of that",
        "ensemble-shares-it": "Five reward models from the same judge lose over 0.8 times as much "
        "as one",
        "without-length": "The judge's fit, length set to zero, loses less than a tenth of that",
        "agreement-hides-it": "Judge and people agree over 15 points less often where the shorter "
        "answer is the better",
        "noise-averages-out": "Random errors: with 30,000 labels less than 0.02 of quality is lost",
    },
    measures={
        "lost_hundred": "Quality lost with 100 labels of the judge, in standard deviations",
        "lost_some": "Quality lost with 3,000 labels of the judge",
        "lost_most": "Quality lost with 30,000 labels of the judge",
        "lost_people": "Quality lost with the labels of people alone",
        "lost_ensemble": "Quality lost by the mean of five reward models from the same judge",
        "lost_debiased": "Quality lost by the judge's fit with the weight of length set to zero",
        "length_picked": "Mean length of the picked answer, 30,000 labels, standard deviations",
        "agreement": "Share of pairs on which the judge agrees with the better quality",
        "agreement_longer": "The same where the better answer is the longer one",
        "agreement_shorter": "The same where the better answer is the shorter one",
        "ten_times": "What ten times as many labels of the judge do to the loss of quality",
    },
    predict=Predict(
        "From 3,000 to 30,000 labels of the judge. What happens to the quality that is lost?",
        options=("it stays", "it falls by a third or more"),
        measure="ten_times",
    ),
    budget_s=3,
    elsewhere_claims=("noise-averages-out",),
)
def main(
    run: Run,
    error: str = Choice("bias", "noise", help="how the judge errs"),
    size: float = Float(1.5, 0, 4, help="weight b of length, or the odds of a coin flip"),
    people: int = Int(300, 20, 3000, log=True, help="pairs that people judge"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    judge = 2 * QUALITY
    judge[4] = size if error == "bias" else 0.0
    coins = size / (1 + size) if error == "noise" else 0.0  # 0.6 at the default size

    def votes(count, weights, coins):
        """Return feature differences, (count, 5), and who won, a share of it by coin."""
        difference = rng.normal(scale=np.sqrt(2), size=(count, 5))
        p = (1 - coins) * sigmoid(difference @ weights) + coins / 2
        return difference, rng.random(count) < p

    answers = rng.normal(size=(4000, 16, 5))  # (prompts, answers, features)
    quality, length = answers @ QUALITY, answers[..., 4]  # (4000, 16) each
    best = quality_of_best(quality, quality)

    def lost(weights):
        """Return how much quality is lost by picking with these weights."""
        return best - quality_of_best(answers @ weights, quality)

    run.axes(x="labels of the judge", y="quality lost (standard deviations)", log_x=True)
    difference, won = votes(max(LABELS), judge, coins)
    curve = {}
    for step in run.steps(len(LABELS)):
        count = LABELS[step]
        weights = reward_weights(difference[:count], won[:count])
        curve[count] = lost(weights)
        run.line_points(count, {"judge": curve[count]})
    members = [reward_weights(difference[k::5], won[k::5]) for k in range(5)]
    by_people = lost(reward_weights(*votes(people, 2 * QUALITY, 0.0)))
    ensemble = lost(np.mean([w / np.linalg.norm(w) for w in members], axis=0))
    debiased = lost(weights * [1, 1, 1, 1, 0])
    run.reference(f"{people} labels of people", by_people)
    most, some = curve[30_000], curve[3000]
    run.axes(chart="repair", x="reward model", y="quality lost")
    repairs = {"judge": most, "five of them": ensemble, "people": by_people}
    run.bars("lost", repairs | {"without length": debiased}, chart="repair")

    better = difference @ QUALITY > 0  # (30000,)
    agrees = won == better
    longer = better == (difference[:, 4] > 0)  # the better answer is the longer one
    with_length, against = agrees[longer].mean(), agrees[~longer].mean()
    run.axes(chart="agree", x="pairs", y="judge agrees with quality")
    shares = {"all": agrees.mean(), "better is longer": with_length, "shorter": against}
    run.bars("agreement", shares, chart="agree")
    picked = np.take_along_axis(length, (answers @ weights).argmax(1)[:, None], axis=1).mean()

    run.measure(lost_hundred=curve[100], lost_some=some, lost_most=most, lost_people=by_people)
    run.measure(lost_ensemble=ensemble, lost_debiased=debiased, length_picked=picked)
    run.measure(agreement=agrees.mean(), agreement_longer=with_length, agreement_shorter=against)
    run.measure(ten_times="it stays" if most > some * 2 / 3 else "it falls by a third or more")
    stays = most > 0.15 and most > 0.7 * some
    run.claim("more-labels-do-not-repair", stays, f"{some:.3f}, then {most:.3f}")
    run.claim("few-people-beat-many", by_people < most / 2, f"{by_people:.3f} against {most:.3f}")
    shared = most > 0.05 and ensemble > 0.8 * most
    run.claim("ensemble-shares-it", shared, f"{ensemble:.3f} against {most:.3f}")
    run.claim("without-length", debiased < most / 10, f"{debiased:.4f} against {most:.3f}")
    shown = f"{with_length:.0%} and {against:.0%}"
    run.claim("agreement-hides-it", with_length - against > 0.15, shown)
    averaged = most < 0.02 if error == "noise" else None
    run.claim("noise-averages-out", averaged, f"{most:.4f}")
