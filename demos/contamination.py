"""Contaminated test: the score rises, the skill does not.

**Question.** Some of the exam's questions, with their answers, were in the training texts. What
does the exam score say now?

**Idea.** A model can answer a question because it found the rule or because it stored the answer.
On a question that it has trained on, the score cannot tell the two apart:

    score = skill + stored answers        only questions it never saw measure the skill alone

Two runs with the same number of training texts: one never sees the exam, in the other a share
`leak` of the exam replaces as many ordinary texts. Both take the exam, and a second one of fresh
questions of the same kind. As in real benchmarks some answers are odd: a share `odd` of all grades
was drawn by chance. The rule cannot give them, so no skill scores above the *ceiling*.

**Watch** the exam score climb through the ceiling, while fresh questions stay where they were. A
score better than possible is a sign of contamination. In the first plot the loss on held-out texts
follows the training loss all the way down, as only texts that are *in* training can.

**Turn the knobs until a claim fails.** `leak=0.1`: few stored answers move the score little.
`learning_rate=1e-4`: a leak needs training that takes. It shows, 42 % on the exam against 23 %
without the leak, but stays below the 20 points of the claim; at `1e-5` the leaked exam scores no
higher than the clean one. `odd=0 texts=96`: an easy exam that every run solves; the leak is still
there and the score cannot show it.

**At real scale.** Zhang et al. (arXiv 2405.00332) wrote GSM1k, new problems like those of GSM8k:
some model families scored several points lower on it, frontier models hardly. There a leak is a few
texts among billions; here it is seen again and again. The direction carries over, not the size.
"""

import random

import tinyworld
import torch
from tinyworld import Case, world

from quizapp.demo import Float, Int, Predict, Run, demo

EXAM = 48  # questions


def as_texts(cases: list[Case]) -> list[str]:
    return [case.prompt + case.answer for case in cases]


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

    def asked(split: str) -> list[Case]:
        """Return the questions of a half of the loans; some get an answer by chance."""
        return [
            Case(case.prompt, f" {draw.choice(world.GRADES)}.") if draw.random() < odd else case
            for case in tinyworld.cases("bank", split=split)
        ]

    ordinary, unseen = asked("train"), asked("test")
    draw.shuffle(ordinary)
    draw.shuffle(unseen)
    exam, fresh = unseen[:EXAM], unseen[EXAM:]  # 48 and 96 questions
    run.axes(x="step", y="loss (nats per token)", title="Loss")
    run.axes(chart="score", x="step", y="answered right (share)", title="Score")
    ceiling = 1 - odd * 3 / 4  # one odd answer in four agrees with the rule by chance
    run.reference("ceiling", ceiling, chart="score")
    score, loss = {}, {}

    progress = run.steps(2 * steps)
    for name, leaked in (("no leak", 0), ("leak", round(leak * EXAM))):
        train = as_texts(exam[:leaked] + ordinary[: texts - leaked])
        torch.manual_seed(seed)
        batches = random.Random(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)

        for step in range(steps):
            next(progress)
            batch = tinyworld.batch(tokenizer, batches.sample(train, 8), run.device)  # (8, T)
            now = model.train()(**batch).loss
            now.backward()
            optimizer.step()
            optimizer.zero_grad()
            lines = {"train": now.item()}
            if step % 40 == 39 or step + 1 == steps:
                for kind, cases in (("held out", exam), ("fresh", fresh)):
                    score[name, kind] = tinyworld.accuracy(model, tokenizer, cases)
                    loss[name, kind] = tinyworld.loss(model, tokenizer, as_texts(cases))
                    lines[kind] = loss[name, kind]
                    line = f"{kind} score" + (" without a leak" if name == "no leak" else "")
                    run.line_points(step + 1, {line: score[name, kind]}, chart="score")
            if name == "leak":
                run.line_points(step + 1, lines)
            elif step % 10 == 0:
                run.line_points(step + 1, {"train without a leak": now.item()})
    next(progress, None)  # the progress bar reaches its end

    found = {
        "exam_clean": score["no leak", "held out"],
        "fresh_clean": score["no leak", "fresh"],
        "exam_leaked": score["leak", "held out"],
        "fresh_leaked": score["leak", "fresh"],
        "gap_leaked": score["leak", "held out"] - score["leak", "fresh"],
        "loss_exam_clean": loss["no leak", "held out"],
        "loss_exam_leaked": loss["leak", "held out"],
        "loss_fresh_leaked": loss["leak", "fresh"],
        "ceiling": ceiling,
    }
    for measure, value in found.items():
        run.measure(measure, value)
    exam_gain = found["exam_leaked"] - found["exam_clean"]
    skill_gain = found["fresh_leaked"] - found["fresh_clean"]
    off = found["exam_clean"] - found["fresh_clean"]
    top = found["exam_leaked"]
    run.claim("score-inflated", exam_gain > 0.2, f"{100 * exam_gain:+.0f} points")
    run.claim("above-the-ceiling", top > ceiling, f"{top:.1%}, ceiling {ceiling:.1%}")
    run.claim("skill-unchanged", abs(skill_gain) < 0.3, f"{100 * skill_gain:+.0f} points")
    run.claim("clean-is-honest", abs(off) < 0.25, f"{100 * off:+.0f} points")
