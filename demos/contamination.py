"""Contaminated test: the score rises, the skill does not.

**Question.** Some of the exam's questions, with their answers, were in the training texts. What
does the exam score say now?

**Idea.** A model can answer a question because it found the rule or because it stored the answer.
On a question that it has trained on, the score cannot tell the two apart:

    score = skill + stored answers        only questions it never saw measure the skill alone

Two runs with equally many training texts: one never sees the exam, in the other a share `leak` of
it replaces ordinary texts. Both take the exam, and a second one of fresh questions of the same
kind. As in real benchmarks some answers are odd: a share `odd` of all grades was drawn by chance.
The rule cannot give them, so no skill scores above the *ceiling*.

**Watch** the exam score climb through the ceiling, while fresh questions stay where they were. A
score better than possible is a sign of contamination. In the first plot the loss on held-out texts
follows the training loss all the way down, as only texts that are *in* training can.

**Try** until a claim fails. `leak=0.1`: few stored answers move the score little.
`learning_rate=1e-4`: a leak needs training that takes. 42 % on the exam against 23 % without it
stays below the 20 points of the claim; at `1e-5` the leaked exam scores no higher than the clean
one. `odd=0 texts=96`: every run solves this easy exam; the score cannot show the leak.

**At real scale.** Zhang et al. (arXiv 2405.00332) wrote GSM1k, new problems like those of GSM8k:
some model families scored several points lower on it, frontier models hardly. There a leak is a few
texts among billions; here it is seen again and again. The direction carries over, not the size.
"""

import random

import tinyworld
from tinyworld import Case, world

from quizapp.demo import Float, Int, Predict, Run, demo


def leaked_into(ordinary: list[Case], exam: list[Case], count: int, size: int) -> list[Case]:
    """Return training cases of which some are exam questions instead of ordinary ones."""
    return exam[:count] + ordinary[: size - count]


def with_odd_answers(cases: list[Case], share: float, draw: random.Random) -> list[Case]:
    """Return the cases, a share of them with an answer by chance."""
    found = []
    for case in cases:
        if draw.random() < share:
            case = Case(case.prompt, f" {draw.choice(world.GRADES)}.")
        found.append(case)
    return found


def as_texts(cases: list[Case]) -> list[str]:
    return [case.prompt + case.answer for case in cases]


EXAM = 48  # questions


@demo(
    topic="splits",
    claims={
        "score-inflated": "With the leak the exam score is over 20 points above the clean run's",
        "above-the-ceiling": "With the leak the exam score is above what the rule can give",
        "skill-unchanged": "The leak changes the score on fresh questions by less than 30 points",
        "clean-is-honest": "Without a leak, exam and fresh questions differ by less than 25 points",
    },
    measures={
        "exam_clean": "share of exam questions answered right, no leak",
        "fresh_clean": "share of fresh questions answered right, no leak",
        "exam_leaked": "share of exam questions answered right, with the leak",
        "fresh_leaked": "share of fresh questions answered right, with the leak",
        "gap_leaked": "exam_leaked − fresh_leaked",
        "loss_exam_clean": "loss on the exam texts, no leak, nats per token",
        "loss_exam_leaked": "loss on the exam texts, with the leak",
        "loss_fresh_leaked": "loss on fresh texts, with the leak",
        "ceiling": "share that the rule alone is expected to answer right",
    },
    predict=Predict(
        "The whole exam leaks into training. What is the exam score?",
        measure="exam_leaked",
        low=0,
        high=1,
        within=0.1,
    ),
    budget_s=12,
)
def main(
    run: Run,
    leak: float = Float(1.0, 0, 1, step=0.05, help="share of the exam that is in training"),
    texts: int = Int(64, 48, 144, step=8, help="training texts in all, one loan each"),
    odd: float = Float(0.5, 0, 0.8, step=0.05, help="share of answers drawn by chance"),
    steps: int = Int(360, 20, 800, step=20),
    learning_rate: float = Float(2e-3, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    ordinary = with_odd_answers(tinyworld.cases("bank", split="train"), odd, draw)
    unseen = with_odd_answers(tinyworld.cases("bank", split="test"), odd, draw)
    draw.shuffle(ordinary)
    draw.shuffle(unseen)
    exam, fresh = unseen[:EXAM], unseen[EXAM:]  # 48 and 96 questions
    ceiling = 1 - odd * 3 / 4  # one odd answer in four agrees with the rule by chance
    run.axes(x="step", y="loss (nats per token)", title="Loss")
    run.axes(chart="score", x="step", y="answered right (share)", title="Score")
    run.reference("ceiling", ceiling, chart="score")

    run.progress(2 * steps)
    score, loss = {}, {}  # by run and kind of question, at the end
    for name, count in {"no leak": 0, "leak": round(leak * EXAM)}.items():
        without = " without a leak" if name == "no leak" else ""
        train = as_texts(leaked_into(ordinary, exam, count, texts))
        pick = random.Random(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        chosen = (pick.sample(train, 8) for _ in range(steps))
        batches = (tinyworld.batch(tokenizer, some, run.device) for some in chosen)  # (8, T)

        for step, now in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            if name == "leak" or step % 10 == 1:
                run.line_points(step, {f"train{without}": now})
            if step % 40 == 0 or step == steps:
                for kind, cases in {"held out": exam, "fresh": fresh}.items():
                    score[name, kind] = tinyworld.accuracy(model, tokenizer, cases)
                    loss[name, kind] = tinyworld.loss(model, tokenizer, as_texts(cases))
                    run.line_points(
                        step, {f"{kind} score{without}": score[name, kind]}, chart="score"
                    )
                    if name == "leak":
                        run.line_points(step, {kind: loss[name, kind]})

    exam_clean, fresh_clean = score["no leak", "held out"], score["no leak", "fresh"]
    exam_leaked, fresh_leaked = score["leak", "held out"], score["leak", "fresh"]
    exam_gain = exam_leaked - exam_clean
    skill_gain = fresh_leaked - fresh_clean
    off = exam_clean - fresh_clean

    run.measure(exam_clean=exam_clean, fresh_clean=fresh_clean, ceiling=ceiling)
    run.measure(exam_leaked=exam_leaked, fresh_leaked=fresh_leaked)
    run.measure(gap_leaked=exam_leaked - fresh_leaked)
    run.measure(loss_exam_clean=loss["no leak", "held out"])
    run.measure(loss_exam_leaked=loss["leak", "held out"], loss_fresh_leaked=loss["leak", "fresh"])
    run.claim("score-inflated", exam_gain > 0.2, f"{100 * exam_gain:+.0f} points")
    shown = f"{exam_leaked:.1%}, ceiling {ceiling:.1%}"
    run.claim("above-the-ceiling", exam_leaked > ceiling, shown)
    run.claim("skill-unchanged", abs(skill_gain) < 0.3, f"{100 * skill_gain:+.0f} points")
    run.claim("clean-is-honest", abs(off) < 0.25, f"{100 * off:+.0f} points")
