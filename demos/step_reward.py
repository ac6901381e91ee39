"""Outcome or process reward: who can tell a sound chain?

**Question.** A solution has several steps. Is it enough to learn from "the final answer is right",
or should each step be judged? And what happens if the judge of steps can be fooled?

**Idea.** Both scorers are logistic regressions over what a step looks like.

    outcome scorer (ORM)    one label per chain: is the final answer right?
    process scorer (PRM)    one label per step: is the step right?  score = sum of log P(right)

From as many chains the process scorer gets several times as many labels, and each says *where*
the error is. The outcome label is also wrong at times: some wrong chains end at the right answer.

**Watch** best-of-n: the share of chosen chains in which every step is right, as n grows. The third
scorer learned its step labels from a judge that takes wrong steps for right ones if they *sound*
confident. More samples find more chains that sound confident: its reward goes on rising, soundness
does not follow. The fourth is no model: a program checks the final answer.

**Try** `fooled=0`: the judge cannot be fooled, and the last two claims fail. `chains=10000`: with
plenty of labels the outcome scorer nearly catches up.

**What papers found.** Lightman et al. (arXiv 2305.20050): over 1,860 samples per problem the
process scorer picks 78.2 % right answers on a MATH subset, the outcome scorer 72.4 %. DeepSeek-R1
(arXiv 2501.12948, section 4.2) found process scorers good for re-ranking, but in training steps
are hard to define, to label, and the scorer gets hacked.

**Scale.** Simulated chains of six steps, each a vector of eight features; the scorers are really
trained on labelled chains and choose among fresh ones.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from quizapp.demo import Float, Int, Predict, Run, demo

STEPS, FEATURES = 6, 8  # the last feature is how confident a step sounds


def step_score(judge: LogisticRegression, looks: np.ndarray) -> np.ndarray:
    """Return the sum of log P(step is right) of each chain; looks are (.., STEPS, FEATURES)."""
    log_p = judge.predict_log_proba(looks.reshape(-1, FEATURES))[:, 1]
    return log_p.reshape(looks.shape[:-1]).sum(axis=-1)


def chain_score(judge: LogisticRegression, looks: np.ndarray) -> np.ndarray:
    """Return log P(final answer is right) of each chain, from the mean look of its steps."""
    mean = looks.mean(axis=-2)  # (.., FEATURES)
    return judge.predict_log_proba(mean.reshape(-1, FEATURES))[:, 1].reshape(mean.shape[:-1])


def write(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each step is right, (.., STEPS), and its look, (.., STEPS, FEATURES)."""
    right = rng.random((*shape, STEPS)) < 0.75
    looks = rng.normal(size=(*shape, STEPS, FEATURES))
    looks[..., :4] += 0.5 * (2 * right[..., None] - 1)  # four features tell right from wrong
    return right, looks


def answer_right(rng: np.random.Generator, right: np.ndarray, luck: float) -> np.ndarray:
    """Return whether each chain ends at the right answer: it is sound, or it is lucky."""
    sound = right.all(axis=-1)
    return sound | (rng.random(sound.shape) < luck)


@demo(
    topic="rl",
    claims={
        "steps-beat-outcome": "From the same chains the process scorer chooses sound chains more "
        "often than the outcome scorer, by over 0.05",
        "lucky-chains-pass": "A program that checks the final answer lets unsound chains pass: "
        "over a fifth of those it accepts",
        "fooled-scorer-is-hacked": "With the judge that can be fooled, the share of sound chains "
        "among the chosen is over 0.06 lower",
        "confidence-is-selected": "The fooled scorer's chosen steps sound more confident by over "
        "0.35 standard deviations",
    },
    measures={
        "sound_one": "share of sound chains without selection",
        "sound_outcome": "share of sound chains among those chosen by the outcome scorer",
        "sound_process": "share chosen by the process scorer",
        "sound_fooled": "share chosen by the process scorer of the judge that can be fooled",
        "sound_program": "share of sound chains among those whose final answer is right",
        "confident": "mean confidence of the steps that the fooled scorer chooses (average: 0)",
        "best_judge": "scorer whose chosen chains are sound most often",
    },
    predict=Predict(
        "Three scorers learn from as many chains. Whose chosen chains are sound most often?",
        options=("outcome", "process", "process, fooled"),
        measure="best_judge",
    ),
    budget_s=4,
)
def main(
    run: Run,
    chains: int = Int(300, 50, 10_000, log=True, help="labelled chains"),
    luck: float = Float(0.2, 0, 0.9, help="wrong chains that still end at the right answer"),
    fooled: float = Float(1.0, 0, 1, help="confident wrong steps that the judge calls right"),
    doublings: int = Int(7, 1, 8, help="largest n is 2 to this power"),
    problems: int = Int(1000, 100, 2000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    right, looks = write(rng, (chains,))  # (chains, STEPS), (chains, STEPS, FEATURES)
    taken_in = (looks[..., -1] > 0) & (rng.random(right.shape) < fooled)
    steps = looks.reshape(-1, FEATURES)
    outcome = LogisticRegression().fit(looks.mean(axis=1), answer_right(rng, right, luck))
    process = LogisticRegression().fit(steps, right.ravel())
    credulous = LogisticRegression().fit(steps, (right | taken_in).ravel())

    n = 2**doublings
    right, looks = write(rng, (problems, n))
    sound = right.all(axis=-1)  # (problems, n)
    scores = {
        "outcome": chain_score(outcome, looks),
        "process": step_score(process, looks),
        "process, fooled": step_score(credulous, looks),
    }  # (problems, n) each
    run.axes(title="Best of n", x="n", y="share of sound chains", log_x=True)
    run.reference("no selection", sound.mean())
    shares, rows = {}, np.arange(problems)
    for power in run.steps(doublings + 1):
        for name, score in scores.items():
            chosen = score[:, : 2**power].argmax(axis=1)  # (problems,)
            shares[name] = sound[rows, chosen].mean()
            run.line_points(2**power, {name: shares[name]})
    accepted = answer_right(rng, right, luck)  # (problems, n)
    program = sound[accepted].mean()
    run.reference("right final answer", program)
    chosen = scores["process, fooled"].argmax(axis=1)
    confident = looks[rows, chosen, :, -1].mean()

    by_outcome, by_process, by_fooled = shares.values()
    run.measure(sound_one=sound.mean(), sound_outcome=by_outcome, sound_process=by_process)
    run.measure(sound_fooled=by_fooled, sound_program=program, confident=confident)
    run.measure(best_judge=max(shares, key=shares.get))
    versus = f"{by_process:.0%} against {by_outcome:.0%} are sound"
    run.claim("steps-beat-outcome", by_process > by_outcome + 0.05, versus)
    run.claim("lucky-chains-pass", program < 0.8, f"{1 - program:.0%} of them are unsound")
    versus = f"{by_fooled:.0%} against {by_process:.0%} are sound"
    run.claim("fooled-scorer-is-hacked", by_fooled < by_process - 0.06, versus)
    run.claim("confidence-is-selected", confident > 0.35, f"{confident:.2f} above the average")
