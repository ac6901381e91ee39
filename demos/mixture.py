"""Two tasks, 400 texts against 20.

**Question.** One model is tuned on two tasks, and one of them has a twentieth of the texts. Do you
sample in proportion to size, equally, or between the two?

**Idea.** With n_i texts of task i, sample task i with

    share_i = n_i^(1/T) / Σ_j n_j^(1/T)

T = 1 is in proportion, T → ∞ equal (Xue et al., arXiv 2010.11934, section 3.2, with α = 1/T). In
proportion the small task gets one example in twenty and is learned last. Equally it is learned, but
each of its few texts comes round ten times as often, and with more updates is learned by heart.

**Watch** right answers on both tasks over training, one line per task and mixture, then how often
each text of the small task was seen.

**Try** `small=200`: with enough texts the proportional mixture teaches both, and "left-behind"
fails. `steps=300`: longer training closes the gap too, at the price of three times the compute.

**At real scale.** Mixtures are set per source and checked per source: one averaged loss hides the
small task. mT5 drew its languages with α = 0.3.
"""

import copy
import random

import tinyworld

from quizapp.demo import Float, Int, Predict, Run, demo


def shares(sizes: list[int], temperature: float) -> list[float]:
    """Return the share of each task, n_i^(1/T) / Σ n_j^(1/T)."""
    raised = [size ** (1 / temperature) for size in sizes]
    return [value / sum(raised) for value in raised]


EQUAL = 1e6  # a temperature that samples all tasks alike


@demo(
    topic="data",
    claims={
        "left-behind": "In proportion the small task ends at least 10 points below equal sampling",
        "large-pays-little": "Equal sampling raises the large task's loss on unseen texts by less "
        "than 0.1 nats per token",
        "between-is-between": "The chosen temperature gives the small task a share between the two",
    },
    measures={
        "large_proportional": "loss on unseen texts of the large task, sampled in proportion",
        "small_proportional": "right answers on the small task, sampled in proportion",
        "large_equal": "loss on unseen texts of the large task, sampled equally",
        "small_equal": "right answers on the small task, sampled equally",
        "small_between": "right answers on the small task at the chosen temperature",
        "rounds_proportional": "how often each text of the small task was seen, in proportion",
        "rounds_equal": "how often each was seen, equally",
        "best_for_small": "Which mixture teaches the small task best",
    },
    formulas=("rounds_proportional", "rounds_equal"),
    predict=Predict(
        "400 bank texts, 20 clinic texts, equally many updates. Which mixture ends with more right "
        "answers on the clinic task?",
        options=("in proportion", "equal"),
        measure="best_for_small",
    ),
    budget_s=6,
)
def main(
    run: Run,
    large: int = Int(400, 100, 1000, log=True, help="texts of the large task (bank)"),
    small: int = Int(20, 5, 400, log=True, help="texts of the small task (clinic)"),
    temperature: float = Float(3.0, 1, 100, log=True, help="T of the mixture between the two"),
    steps: int = Int(80, 20, 400, help="updates of 8 texts, each mixture"),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = [
        tinyworld.documents("bank", large, seed=seed),
        tinyworld.documents("clinic", small, seed=seed),
    ]
    asked = [tinyworld.cases("bank", split="test")[::2], tinyworld.cases("clinic")]
    mixtures = {
        "in proportion": shares([large, small], 1),
        "between": shares([large, small], temperature),
        "equal": shares([large, small], EQUAL),
    }
    run.axes(x="step", y="right answers (share)")
    run.axes(chart="rounds", title="each text of the small task is seen", y="times")

    right, rounds, large_loss = {}, {}, {}  # by mixture
    unseen = tinyworld.documents("bank", 60, seed=7001)
    run.progress(len(mixtures) * steps)
    for name, mixture in mixtures.items():
        draw = random.Random(seed)
        tasks = [draw.choices([0, 1], mixture, k=8) for _ in range(steps)]  # (steps, 8)
        chosen = ([draw.choice(texts[task]) for task in row] for row in tasks)
        batches = (tinyworld.batch(tokenizer, some, run.device) for some in chosen)  # (8, T)
        model = copy.deepcopy(base)
        for step, _ in enumerate(tinyworld.train(model, batches, 2e-3), 1):
            run.step()
            if step % 20 == 0:
                bank, clinic = (tinyworld.accuracy(model, tokenizer, each[::2]) for each in asked)
                run.line_points(step, {f"large, {name}": bank, f"small, {name}": clinic})
        right[name] = tinyworld.accuracy(model, tokenizer, asked[1])
        rounds[name] = sum(map(sum, tasks)) / small
        large_loss[name] = tinyworld.loss(model, tokenizer, unseen)
        run.bars("times", rounds, chart="rounds")

    proportional, between, equal = right.values()
    run.measure(large_proportional=large_loss["in proportion"], large_equal=large_loss["equal"])
    run.measure(small_proportional=proportional, small_between=between, small_equal=equal)
    run.measure(rounds_proportional=rounds["in proportion"], rounds_equal=rounds["equal"])
    run.measure(best_for_small="equal" if equal > proportional else "in proportion")
    shown = ", ".join(f"{name}: {share:.0%}" for name, share in right.items())
    run.claim("left-behind", proportional < equal - 0.1, shown)
    cost = large_loss["equal"] - large_loss["in proportion"]
    run.claim("large-pays-little", cost < 0.1, f"{cost:+.3f} nats per token")
    lies = rounds["in proportion"] <= rounds["between"] <= rounds["equal"]
    run.claim("between-is-between", lies, f"{rounds['between']:.1f} rounds")
