"""Contaminated test: the score rises, the skill does not.

**Question.** Some of the exam's questions, with their answers, were in the training texts. What
does the exam score say now?

**Idea.** A model can answer a question because it found the rule or because it stored the answer.
On a question that it has trained on, the score cannot tell the two apart:

    score = skill + stored answers        only questions it never saw measure the skill alone

Two runs with equally many training texts: one never sees the exam, in the other a share `leak` of
it replaces ordinary texts. Both take the exam, and a second one of fresh questions of the same
kind. As in real benchmarks some answer keys are wrong: a share `wrong` of them. The rule gives none
of these, so no skill scores above the *ceiling*, the share of keys in this exam that agree with
the rule.

**Watch** the exam score climb through the ceiling, while fresh questions stay where they were. A
score better than possible is a sign of contamination, and so is a model that repeats the wrong
keys: the bars. In the first plot the loss on held-out texts follows the training loss all the way
down, as only texts that are *in* training can.

**Try** until a claim fails. `leak=0.1`: few stored answers move the score little.
`learning_rate=1e-5`: a leak needs training that takes; the leaked exam scores no higher than the
clean one. `wrong=0 texts=96`: every run solves this easy exam; the score cannot show the leak.

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


def with_wrong_keys(cases: list[Case], share: float, draw: random.Random) -> list[Case]:
    """Return the cases; exactly a share of them has another grade than the rule gives."""
    keyed = list(cases)
    for i in draw.sample(range(len(cases)), round(share * len(cases))):
        prompt, grade = cases[i].prompt, cases[i].answer
        others = [answer for answer in ANSWERS if answer != grade]
        keyed[i] = Case(prompt, draw.choice(others))
    return keyed


def as_texts(cases: list[Case]) -> list[str]:
    return [case.prompt + case.answer for case in cases]


ANSWERS = [f" {grade}." for grade in world.GRADES]
EXAM = 48  # questions


@demo(
    topic="splits",
    claims={
        "score-inflated": "With the leak the exam score is over 20 points above the clean run's",
        "above-the-ceiling": "With the leak the exam score is above what the rule can give",
        "wrong-keys-recited": "With the leak the model gives over 60 % of the wrong keys, over 25 "
        "points more than without",
        "fresh-texts-tell": "With the leak the loss on fresh texts is over 0.1 nats higher than on "
        "the exam's",
        "skill-unchanged": "The leak changes the score on fresh questions by less than 30 points",
        "clean-is-honest": "Without a leak, exam and fresh questions differ by less than 30 points",
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
        "ceiling": "share of the exam's keys that agree with the rule",
        "wrong_clean": "share of the exam's wrong keys that the model gives, no leak",
        "wrong_leaked": "share of the exam's wrong keys that the model gives, with the leak",
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
    texts: int = Int(56, 48, 144, step=8, help="training texts in all, one loan each"),
    wrong: float = Float(0.4, 0, 0.8, step=0.05, help="share of answer keys that are wrong"),
    steps: int = Int(440, 20, 800, step=20),
    learning_rate: float = Float(2e-3, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    ordinary = tinyworld.cases("bank", split="train")
    unseen = tinyworld.cases("bank", split="test")
    draw.shuffle(ordinary)
    draw.shuffle(unseen)
    ordinary = with_wrong_keys(ordinary, wrong, draw)
    exam = with_wrong_keys(unseen[:EXAM], wrong, draw)  # 48 questions
    fresh = with_wrong_keys(unseen[EXAM:], wrong, draw)  # 96 questions
    mistaken = [case for case, true in zip(exam, unseen, strict=False) if case != true]
    ceiling = 1 - len(mistaken) / EXAM
    run.axes(x="step", y="loss (nats per token)", title="Loss")
    run.axes(chart="score", x="step", y="answered right (share)", title="Score")
    run.reference("ceiling", ceiling, chart="score")

    run.progress(2 * steps)
    score, loss = {}, {}  # by run and kind of question, at the end
    recited = {}  # share of the wrong keys that the model gives, by run
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
        recited[name] = tinyworld.accuracy(model, tokenizer, mistaken) if mistaken else 0.0

    exam_clean, fresh_clean = score["no leak", "held out"], score["no leak", "fresh"]
    exam_leaked, fresh_leaked = score["leak", "held out"], score["leak", "fresh"]
    exam_gain = exam_leaked - exam_clean
    skill_gain = fresh_leaked - fresh_clean
    off = exam_clean - fresh_clean
    seen, new = loss["leak", "held out"], loss["leak", "fresh"]

    run.axes(chart="wrong", y="share", title="Wrong keys that the model gives")
    run.bars("wrong keys", recited, chart="wrong")
    run.measure(exam_clean=exam_clean, fresh_clean=fresh_clean, ceiling=ceiling)
    run.measure(exam_leaked=exam_leaked, fresh_leaked=fresh_leaked)
    run.measure(gap_leaked=exam_leaked - fresh_leaked)
    run.measure(loss_exam_clean=loss["no leak", "held out"])
    run.measure(loss_exam_leaked=seen, loss_fresh_leaked=new)
    run.measure(wrong_clean=recited["no leak"], wrong_leaked=recited["leak"])
    run.claim("score-inflated", exam_gain > 0.2, f"{100 * exam_gain:+.0f} points")
    shown = f"{exam_leaked:.1%}, ceiling {ceiling:.1%}"
    run.claim("above-the-ceiling", exam_leaked > ceiling, shown)
    guessed, given = recited.values()
    both = f"{given:.0%}, without a leak {guessed:.0%}"
    run.claim("wrong-keys-recited", given > max(0.6, guessed + 0.25), both)
    run.claim("fresh-texts-tell", new - seen > 0.1, f"{new:.3f} and {seen:.3f} nats per token")
    run.claim("skill-unchanged", abs(skill_gain) < 0.3, f"{100 * skill_gain:+.0f} points")
    run.claim("clean-is-honest", abs(off) < 0.3, f"{100 * off:+.0f} points")
