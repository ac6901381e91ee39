"""Rejection sampling: fine-tune on what a checker lets pass.

**Question.** No critic, no policy gradient: sample answers, keep the right ones, fine-tune on them,
repeat. How far does that go, and what does it cost?

**Idea.** One round is a policy gradient in which wrong answers weigh nothing:

    sample y ~ π(·|x);   keep y if r(x, y) = 1;   minimise −mean log π(y|x) over what was kept

A right answer becomes more likely, a wrong one less only because probabilities sum to 1. And what
is kept was sampled, so a rare right answer that was not sampled loses too.

A right end of "The shy cat" takes one of three verbs and one of two places of that animal, and any
second animal: 96 right answers. The model knows them; its output layer is divided by `temperature`,
so that it gives a whole right answer only now and then.

**Watch** pass@1 and pass@8 rise on prompts that were not trained on, while the right answers become
alike.

**Try** `keep=one per prompt`: fewer and more uniform texts. `epochs=20` on them: right answers
become few, and pass@1 may fall. `temperature=1`: the model is right already, and nothing improves.

**What papers found.** STaR (arXiv 2203.14465), RAFT (arXiv 2304.06767), RFT (arXiv 2308.01825):
more distinct reasoning paths help more. DeepSeek-R1 (arXiv 2501.12948): its second SFT set.

**Scale.** A checker that never errs and seven-token answers. That right answers become alike
carries over; how fast they do does not.
"""

import math
from statistics import mean

import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Choice, Float, Int, Predict, Run, demo

LIMIT = 8


def kept(texts, verdicts, one):
    """Return the distinct texts that passed; `texts` and `verdicts` are lists per prompt."""
    passed = [
        list(dict.fromkeys(text for text, right in zip(group, verdict, strict=True) if right))
        for group, verdict in zip(texts, verdicts, strict=True)
    ]
    return [text for group in passed for text in (group[:1] if one else group)]


def is_right(text):
    """Return whether a text is what the world says of its animal, and stops there."""
    words = text.replace(".", " .").split()
    if len(words) != 10:
        return False
    _, _, animal, verb, the, other, near, its, place, stop = words
    verbs, places = world.HABITS[animal]
    shape = (the, near, its, stop) == ("the", "near", "the", ".")
    return shape and verb in verbs and other in world.ANIMALS and place in places


def sampled(model, tokenizer, prompts, count):
    """Return `count` texts for each prompt, each up to its first full stop, (prompts, count)."""
    ids = tokenizer(prompts, add_special_tokens=False, return_tensors="pt")["input_ids"]
    begin = torch.full((len(prompts), 1), tokenizer.bos_token_id)
    asked = torch.cat([begin, ids], 1).repeat_interleave(count, 0).to(model.device)
    with torch.no_grad():
        rows = model.generate(
            input_ids=asked,
            attention_mask=torch.ones_like(asked),
            do_sample=True,
            top_k=0,
            max_new_tokens=LIMIT,
            eos_token_id=tokenizer.convert_tokens_to_ids("."),
            pad_token_id=tokenizer.pad_token_id,
        )
    texts = tokenizer.batch_decode(rows, skip_special_tokens=True)
    return [texts[start : start + count] for start in range(0, len(texts), count)]


def pass_at(k, verdicts):
    """Return the chance that k of a prompt's answers hold a right one, mean over the prompts."""
    n = len(verdicts[0])
    return mean(1 - math.comb(n - sum(group), k) / math.comb(n, k) for group in verdicts)


def distinct_share(texts, verdicts):
    """Return the share of different ones among a prompt's right answers, mean over prompts."""
    shares = []
    for group, verdict in zip(texts, verdicts, strict=True):
        right = [text for text, passed in zip(group, verdict, strict=True) if passed]
        if len(right) > 1:
            shares.append(len(set(right)) / len(right))
    return mean(shares) if shares else 0.0


def answer_batch(tokenizer, texts, device):
    """Return a batch in which the four tokens from begin to animal and the end carry no loss."""
    batch = tinyworld.batch(tokenizer, texts, device)
    batch["labels"][:, :4] = -100
    batch["labels"][batch["labels"] == tokenizer.eos_token_id] = -100
    return batch


TRIES = 16


@demo(
    topic="alignment",
    claims={
        "pass-1-rises": "pass@1 on new prompts ends over 0.2 above its start",
        "alike": "The share of different ones among right answers falls by over 0.15",
        "first-round-most": "The first round adds more to pass@1 than the last",
    },
    measures={
        "pass_1_start": "pass@1 on new prompts before",
        "pass_1_end": "pass@1 on new prompts after the last round",
        "pass_8_start": "pass@8 on new prompts before",
        "pass_8_end": "pass@8 on new prompts after the last round",
        "distinct_start": "Share of different ones among the right answers to a prompt, before",
        "distinct_end": "Share of different ones among the right answers to a prompt, after",
        "gain_first": "What the first round adds to pass@1",
        "gain_last": "What the last round adds to pass@1",
        "kept_first": "Texts kept in the first round",
        "kept_last": "Texts kept in the last round",
        "variety": "What becomes of the variety of right answers",
    },
    predict=Predict(
        "More and more answers are right. What becomes of their variety?",
        options=("grows", "hardly changes", "shrinks"),
        measure="variety",
    ),
    budget_s=4,
)
def main(
    run: Run,
    keep: str = Choice("all right answers", "one per prompt"),
    rounds: int = Int(3, 1, 6),
    samples: int = Int(8, 2, 32, log=True, help="answers per prompt and round"),
    epochs: int = Int(3, 1, 30, log=True, help="passes over what was kept"),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    temperature: float = Float(2.0, 0.5, 4),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    model.lm_head.weight.data /= temperature
    trained_on = [f"The {mood} {animal}" for animal in world.ANIMALS for mood in world.MOODS[:2]]
    new = [f"The {mood} {animal}" for animal in world.ANIMALS for mood in world.MOODS[2:4]]

    run.axes(title="New prompts", x="round", y="share")
    passes, distinct, counts = [], [], []  # by round: (pass@1, pass@8), share, texts kept
    run.progress(rounds + 1)
    for round_ in range(rounds + 1):
        texts = sampled(model, tokenizer, new, TRIES)  # 32 prompts, 16 answers each
        verdicts = [[is_right(text) for text in group] for group in texts]
        passes.append((pass_at(1, verdicts), pass_at(8, verdicts)))
        distinct.append(distinct_share(texts, verdicts))
        run.line_points(round_, {"pass@1": passes[-1][0], "pass@8": passes[-1][1]})
        run.line_points(round_, {"different among right": distinct[-1]})
        run.step()
        if round_ == rounds:
            break
        answers = sampled(model, tokenizer, trained_on, samples)  # 32 prompts
        checked = [[is_right(text) for text in group] for group in answers]
        chosen = kept(answers, checked, keep == "one per prompt")
        counts.append(len(chosen))
        order = [chosen[i] for _ in range(epochs) for i in torch.randperm(len(chosen)).tolist()]
        batches = [
            answer_batch(tokenizer, order[start : start + 16], run.device)
            for start in range(0, len(order), 16)
        ]
        for _ in tinyworld.train(model, batches, learning_rate):
            run.check()
        model.eval()

    (first_1, first_8), (last_1, last_8) = passes[0], passes[-1]
    gain_first, gain_last = passes[1][0] - first_1, last_1 - passes[-2][0]
    lost = distinct[0] - distinct[-1]
    variety = "shrinks" if lost > 0.1 else "grows" if lost < -0.1 else "hardly changes"

    run.sample("the last round's answers to one prompt", "\n".join(texts[0][:6]))
    run.measure(pass_1_start=first_1, pass_1_end=last_1, pass_8_start=first_8, pass_8_end=last_8)
    run.measure(distinct_start=distinct[0], distinct_end=distinct[-1], variety=variety)
    run.measure(gain_first=gain_first, gain_last=gain_last)
    run.measure(kept_first=counts[0], kept_last=counts[-1])
    run.claim("pass-1-rises", last_1 > first_1 + 0.2, f"{first_1:.0%} to {last_1:.0%}")
    run.claim("alike", lost > 0.15, f"{distinct[0]:.0%} to {distinct[-1]:.0%}")
    shown = f"{gain_first:+.2f}, then {gain_last:+.2f}"
    run.claim("first-round-most", gain_first > gain_last, shown)
