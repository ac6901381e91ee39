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

**Watch** pass@1 and pass@8 rise on prompts that were not trained on. Two policies learn, one from
all right answers, one from a single one per prompt, in equally many steps. They become equally
right, and the second says much the same thing again and again. Sixteen even draws among 96 answers
would be 0.92 different.

**Try** `temperature=1`: the model is right already, nothing improves. `steps=3`: too little to
become alike. `rounds=1`: the first round brings most.

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

from quizapp.demo import Float, Int, Predict, Run, demo

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
    verbs, places = world.HABITS.get(animal, ((), ()))
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
        "pass-1-rises": "From all right answers pass@1 on new prompts rises by over 0.2",
        "alike": "From one answer per prompt under 0.8 of the right answers to a prompt differ",
        "more-kept-more-varied": "From all right answers over 0.08 more of them differ",
        "first-round-most": "The first round adds more to pass@1 than the last",
    },
    measures={
        "pass_1_start": "pass@1 on new prompts before",
        "pass_1_all": "pass@1 on new prompts, all right answers kept",
        "pass_1_one": "pass@1 on new prompts, one per prompt kept",
        "pass_8_start": "pass@8 on new prompts before",
        "pass_8_all": "pass@8 on new prompts, all right answers kept",
        "distinct_start": "Share of different ones among the right answers to a prompt, before",
        "distinct_all": "The same share, all right answers kept",
        "distinct_one": "The same share, one per prompt kept",
        "gain_first": "What the first round adds to pass@1, all right answers kept",
        "gain_last": "What the last round adds to pass@1, all right answers kept",
        "kept_first": "Right answers kept in the first round",
        "kept_last": "Right answers kept in the last round",
        "variety": "Which policy ends with the more varied right answers",
    },
    predict=Predict(
        "Both policies become equally right. Whose right answers are more varied?",
        options=("all right answers", "no difference", "one per prompt"),
        measure="variety",
    ),
    budget_s=4,
)
def main(
    run: Run,
    rounds: int = Int(3, 1, 6),
    samples: int = Int(8, 2, 32, log=True, help="answers per prompt and round"),
    steps: int = Int(20, 1, 100, log=True, help="steps of SFT per round"),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    temperature: float = Float(2.0, 0.5, 4),
    seed: int = Int(0, 0, 999),
) -> None:
    trained_on = [f"The {mood} {animal}" for animal in world.ANIMALS for mood in world.MOODS[:2]]
    new = [f"The {mood} {animal}" for animal in world.ANIMALS for mood in world.MOODS[2:4]]

    run.axes(title="New prompts", x="round", y="pass@1")
    run.axes(chart="variety", title="Variety", x="round", y="different among right (share)")
    run.reference("even draws", 0.92, chart="variety")
    passes, distinct, counts = {}, {}, {}  # by policy and round: (pass@1, pass@8), share, kept
    run.progress(2 * (rounds + 1))
    for name, one in {"all right answers": False, "one per prompt": True}.items():
        torch.manual_seed(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        model.lm_head.weight.data /= temperature
        passes[name], distinct[name], counts[name] = [], [], []
        for round_ in range(rounds + 1):
            texts = sampled(model, tokenizer, new, TRIES)  # 32 prompts, 16 answers each
            verdicts = [[is_right(text) for text in group] for group in texts]
            passes[name].append((pass_at(1, verdicts), pass_at(8, verdicts)))
            distinct[name].append(distinct_share(texts, verdicts))
            run.line_points(round_, {name: passes[name][-1][0]})
            run.line_points(round_, {name: distinct[name][-1]}, chart="variety")
            run.step()
            if round_ == rounds:
                break
            answers = sampled(model, tokenizer, trained_on, samples)  # 32 prompts
            checked = [[is_right(text) for text in group] for group in answers]
            chosen = kept(answers, checked, one)
            counts[name].append(len(chosen))
            if not chosen:
                continue  # nothing passed, nothing to learn from
            drawn = [chosen[i] for i in torch.randint(len(chosen), (16 * steps,)).tolist()]
            batches = [
                answer_batch(tokenizer, drawn[16 * step :][:16], run.device)
                for step in range(steps)
            ]
            for _ in tinyworld.train(model, batches, learning_rate):
                run.check()
            model.eval()
        run.sample(f"{name}: to one prompt", "\n".join(texts[0][:6]))

    (start_1, start_8), (all_1, all_8) = (
        passes["all right answers"][0],
        passes["all right answers"][-1],
    )
    one_1, _ = passes["one per prompt"][-1]
    gain_first = passes["all right answers"][1][0] - start_1
    gain_last = all_1 - passes["all right answers"][-2][0]
    of_all, of_one = distinct["all right answers"][-1], distinct["one per prompt"][-1]
    variety = "no difference"
    if abs(of_all - of_one) > 0.05:
        variety = "all right answers" if of_all > of_one else "one per prompt"
    kept_of_all = counts["all right answers"]

    run.measure(pass_1_start=start_1, pass_1_all=all_1, pass_1_one=one_1, variety=variety)
    run.measure(pass_8_start=start_8, pass_8_all=all_8)
    run.measure(distinct_start=distinct["all right answers"][0])
    run.measure(distinct_all=of_all, distinct_one=of_one)
    run.measure(gain_first=gain_first, gain_last=gain_last)
    run.measure(kept_first=kept_of_all[0], kept_last=kept_of_all[-1])
    run.claim("pass-1-rises", all_1 > start_1 + 0.2, f"{start_1:.0%} to {all_1:.0%}")
    run.claim("alike", of_one < 0.8, f"{of_one:.0%} differ")
    run.claim("more-kept-more-varied", of_all > of_one + 0.08, f"{of_all:.0%} against {of_one:.0%}")
    shown = f"{gain_first:+.2f}, then {gain_last:+.2f}"
    run.claim("first-round-most", gain_first > gain_last if rounds > 1 else None, shown)
