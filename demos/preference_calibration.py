"""Why preference tuning makes a model overconfident.

**Question.** A pre-trained model gives an answer 33 % when it is right in 33 % of the cases. After
preference tuning it gives the same answer far more, and is right no more often. Why?

**Idea.** Cross-entropy is a proper score: it is lowest when p equals the true frequency. A
preference loss asks another question: which answer do people prefer, and how far may the policy
move from the reference? Its optimum (Rafailov et al., arXiv 2305.18290, equation 4) is

    π(y) ∝ π_ref(y)·exp(r(y)/β)

With votes of 80 to 20 the rewards differ by ln(0.8/0.2) = 1.4 nats. Divided by β = 0.1 that is 14
nats: the optimum all but excludes the answer that 20 % preferred.

**Watch** animals that do three things equally often. Raters compare two of the three verbs, both
true, and prefer one of them in 80 % of the votes. *Calibration gap* is the mean probability of the
likeliest answer less the share in which the world agrees with it.

**Try** `likes=0.5`: raters without a taste; there is nothing to gain, and the gap stays small.
`beta=1`: 1.4 nats at most; the model stays nearer to the reference. `steps=5`: too short.

**At real scale.** The GPT-4 report (arXiv 2303.08774, figure 8) shows a pre-trained model that is
well calibrated on a part of MMLU and a model after post-training that is not. Kadavath et al.
(arXiv 2207.05221) raise the temperature of an RLHF policy and so repair much of it.
"""

import copy
import math
import random

import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import world

from quizapp.demo import Float, Int, Predict, Run, demo


def optimum(p: float, likes: float, beta: float) -> float:
    """Return the optimal probability of the liked one of two answers with prior p for each."""
    tilt = math.exp(math.log(likes / (1 - likes)) / beta)
    return p * tilt / (p * tilt + p)


def next_words(model, tokenizer, prompts):
    """Return log p of every word after each prompt, (prompts, vocabulary); all equally long."""
    rows = tinyworld.batch(tokenizer, prompts, model.device.type)
    logits = model(rows["input_ids"], attention_mask=rows["attention_mask"]).logits
    return logits[:, -2].log_softmax(-1)  # the last word; the end token follows


def prompt(draw, animal):
    """Return the beginning of a sentence about an animal."""
    return f"The {draw.choice(world.MOODS)} {animal}"


@demo(
    topic="alignment",
    claims={
        "base-is-calibrated": "Before tuning the gap is at most 10 points",
        "tuning-breaks-it": "After tuning the gap is over 25 points",
        "temperature-repairs-some": "Sampled at the best temperature the gap is less than half",
    },
    measures={
        "frequency": "how often the world does what the model thinks likeliest",
        "confidence_before": "mean probability of the likeliest verb, before",
        "confidence_after": "mean probability of the likeliest verb, after",
        "gap_before": "calibration gap before",
        "gap_after": "calibration gap after",
        "gap_cooled": "calibration gap after, at the temperature that fits best",
        "temperature": "that temperature",
        "becomes": "what becomes of the model's confidence",
    },
    predict=Predict(
        "Both answers are true, and most raters prefer one. Its confidence in the likeliest ...",
        options=("stays as it was", "falls", "rises"),
        measure="becomes",
    ),
    budget_s=4,
)
def main(
    run: Run,
    likes: float = Float(0.8, 0.5, 0.95, step=0.05, help="share of votes for the liked answer"),
    beta: float = Float(0.1, 0.01, 10, log=True),
    steps: int = Int(80, 5, 200, step=5),
    learning_rate: float = Float(5e-4, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    reference, tokenizer = tinyworld.load(device=run.device)
    policy = copy.deepcopy(reference)
    verbs = {animal: draw.sample(habits, 3) for animal, (habits, _) in world.HABITS.items()}
    ids = {verb: tokenizer.convert_tokens_to_ids(verb) for verb in world.VERBS}
    held = [prompt(draw, animal) for animal in world.ANIMALS for _ in range(8)]
    truth = torch.zeros(len(held), len(tokenizer))  # what the world does, (prompts, vocabulary)
    for row, text in enumerate(held):
        truth[row, [ids[verb] for verb in verbs[text.split()[-1]]]] = 1 / 3

    def calibration(model, temperature=1.0):
        """Return mean confidence and frequency of the likeliest word at a temperature."""
        with torch.no_grad():
            logits = next_words(model, tokenizer, held).cpu() / temperature
        confidence, word = logits.softmax(-1).max(-1)  # (prompts,)
        return confidence.mean().item(), truth.gather(1, word[:, None]).mean().item()

    run.axes(title="Likeliest verb", x="step", y="share")
    optimizer = torch.optim.AdamW(policy.parameters(), lr=learning_rate, weight_decay=0.0)
    for step in run.steps(steps):
        animals = draw.choices(world.ANIMALS, k=16)
        liked = [verbs[animal][0] for animal in animals]
        others = [draw.choice(verbs[animal][1:]) for animal in animals]
        won = torch.tensor([draw.random() < likes for _ in animals], device=run.device)
        asked = [prompt(draw, animal) for animal in animals]
        with torch.no_grad():
            frozen = next_words(reference, tokenizer, asked)
        gained = (
            next_words(policy, tokenizer, asked) - frozen
        )  # log π − log π_ref, (16, vocabulary)
        pairs = torch.tensor([[ids[a], ids[b]] for a, b in zip(liked, others, strict=True)])
        first, second = gained.gather(1, pairs.to(run.device)).T  # (16,) each
        margin = torch.where(won, first - second, second - first)
        (-F.logsigmoid(beta * margin).mean()).backward()
        optimizer.step()
        optimizer.zero_grad()
        if step % 5 == 0:
            confidence, frequency = calibration(policy)
            run.line_points(step, {"confidence": confidence, "the world agrees": frequency})

    before, agreed = calibration(reference)
    after, frequency = calibration(policy)
    gaps = {}  # by temperature
    for temperature in (1, 1.5, 2, 3, 4, 6, 8, 12):
        confidence, agrees = calibration(policy, temperature)
        gaps[temperature] = abs(confidence - agrees)
        run.point(temperature, chart="temperature", gap=gaps[temperature])
    best = min(gaps, key=lambda t: gaps[t])
    becomes = "rises" if after > before + 0.15 else "stays as it was"
    if after < before - 0.15:
        becomes = "falls"
    run.note(f"The optimum of two answers at these settings: {optimum(0.5, likes, beta):.1%}.")

    run.measure(frequency=frequency, confidence_before=before, confidence_after=after)
    run.measure(gap_before=before - agreed, gap_after=after - frequency)
    run.measure(gap_cooled=gaps[best], temperature=best)
    run.measure(becomes=becomes)
    run.claim("base-is-calibrated", abs(before - agreed) <= 0.1, f"{before:.0%} and {agreed:.0%}")
    run.claim("tuning-breaks-it", after - frequency > 0.25, f"{after:.0%} and {frequency:.0%}")
    shown = f"{after - frequency:.2f} to {gaps[best]:.2f} at T = {best}"
    run.claim("temperature-repairs-some", gaps[best] < (after - frequency) / 2, shown)
