"""DPO and length: pairs with longer chosen answers.

**Question.** People preferred the truer answers, and these were usually the longer ones. What does
DPO learn from such pairs? Does it help to divide by the length?

**Idea.** The loss sees the margin of two sums over tokens, which end at the end token:

    margin = β·[ Σₜ log π(cₜ)/π_ref(cₜ) − Σₜ log π(rₜ)/π_ref(rₜ) ]

Truth raises it, and so does length: to stop early is what the rejected answers do. Dividing each
sum by its tokens (`sigmoid_norm` in TRL) takes away that long answers have more terms. It does not
take away that the place of the end token tells chosen from rejected. Pairs in which the chosen
answer is as often the shorter one do.

**Watch** the length of the answers that the model writes, in facts. The reference writes one to
four, some of them false. Beside it the share of true facts, which is what people wanted.

**Try** `longer=0.1`: the chosen answers are the shorter ones, outputs shrink, and the claims about
growth fail. `longer=0.5`: nothing grows. `steps=4`: too few to see it.

**What papers found.** Park et al. (arXiv 2403.19159): DPO exploits length beyond its data; a term
for the length difference prevents it. Singhal et al. (arXiv 2310.03716): so does RLHF, and a reward
that is only length reproduces most of its gain. SimPO (arXiv 2405.14734) averages over tokens.

**Scale.** Length is the only thing beside truth that differs between these answers. In real data it
comes with lists, detail and hedging, so balance is harder to reach.
"""

import copy
import random

import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import world

from quizapp.demo import Float, Int, Predict, Run, demo


def dpo_loss(log_ratio, tokens, beta, per_token):
    """Return the DPO loss; log_ratio and tokens, (2·pairs,), hold the chosen, then the rejected."""
    score = log_ratio / tokens if per_token else log_ratio
    chosen, rejected = score.chunk(2)  # (pairs,) each
    return -F.logsigmoid(beta * (chosen - rejected)).mean()


def log_probability(model, rows):
    """Return the log-probability of each text with its end token, and its tokens, (texts,)."""
    labels = rows["labels"][:, 1:]  # (texts, T - 1)
    inputs = {name: rows[name] for name in ("input_ids", "attention_mask")}
    log_p = model(**inputs).logits[:, :-1].log_softmax(-1)  # (texts, T - 1, vocabulary)
    of_label = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]
    return (of_label * (labels != -100)).sum(1), (labels != -100).sum(1)


def facts(draw: random.Random, count: int, false: float) -> list[str]:
    """Return sentences about the colour of things, a share of them false."""
    found = []
    for thing in draw.choices(world.THINGS, k=count):
        right = world.COLOUR_OF[thing]
        wrong = draw.choice([colour for colour in world.COLOURS if colour != right])
        found.append(f"The {thing} is {wrong if draw.random() < false else right}.")
    return found


def pair(draw: random.Random, longer: float | None) -> tuple[str, str]:
    """Return a true answer and one with a false fact; without `longer` lengths say nothing."""
    chosen, rejected = draw.randint(1, 4), draw.randint(1, 4)
    if longer is not None:
        short = draw.randint(1, 3)
        chosen, rejected = (short + 1, short) if draw.random() < longer else (short, short + 1)
    bad = facts(draw, rejected, 0.0)
    bad[draw.randrange(rejected)] = facts(draw, 1, 1.0)[0]
    return " ".join(facts(draw, chosen, 0.0)), " ".join(bad)


RUNS = {"sum": (False, False), "per token": (True, False), "balanced": (False, True)}
PAIRS = 12  # of one step


@demo(
    topic="alignment",
    claims={
        "length-grows": "Pairs with longer chosen answers: outputs become over 1.3 times as long",
        "normalising-does-not-cure": "With the mean per token they still become over 1.3 times as "
        "long",
        "balance-stops-it": "With balanced pairs outputs become less than 1.25 times as long",
        "truth-rises": "In each run the share of true facts rises by over 4 points",
        "reward-likes-length": "The implicit reward prefers four true facts to one true fact in "
        "over 90 % of unseen cases",
    },
    measures={
        "length_before": "Facts per answer of the reference",
        "length_sum": "Facts per answer after DPO on pairs with longer chosen answers",
        "length_per_token": "Facts per answer after the same with the mean per token",
        "length_balanced": "Facts per answer after DPO on balanced pairs",
        "true_before": "Share of true facts of the reference",
        "true_sum": "Share of true facts after DPO on pairs with longer chosen answers",
        "true_balanced": "Share of true facts after DPO on balanced pairs",
        "likes_long": "Share of cases in which the implicit reward prefers four true facts to one",
        "likes_long_balanced": "The same after DPO on balanced pairs",
        "per_token_does": "What the mean per token does to the growth",
    },
    predict=Predict(
        "Chosen answers are longer. The loss takes the mean per token. What do outputs do?",
        options=("they grow", "they do not grow"),
        measure="per_token_does",
    ),
    budget_s=5,
)
def main(
    run: Run,
    longer: float = Float(0.9, 0, 1, help="share of pairs whose chosen answer is the longer one"),
    beta: float = Float(0.5, 0.02, 2, log=True),
    learning_rate: float = Float(2e-4, 3e-5, 3e-3, log=True),
    steps: int = Int(24, 4, 80, step=2),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    draw = random.Random(seed)
    reference, tokenizer = tinyworld.load(device=run.device)
    texts = [" ".join(facts(draw, draw.randint(1, 4), 0.3)) for _ in range(24 * 30)]
    batches = tinyworld.batches(tokenizer, texts, 24, run.device)
    for _ in tinyworld.train(reference, batches, 2e-3):
        run.check()
    reference.eval()

    def outputs(model):
        """Return how many facts the model writes in an answer, and the share of true ones."""
        begin = torch.full((64, 1), tokenizer.bos_token_id, device=run.device)
        ids = model.generate(
            begin,
            attention_mask=torch.ones_like(begin),
            do_sample=True,
            top_k=0,
            max_new_tokens=60,
            pad_token_id=tokenizer.pad_token_id,
        )
        answers = tokenizer.batch_decode(ids, skip_special_tokens=True)
        said = [fact.split() for text in answers for fact in text.split(".") if fact.strip()]
        true = [world.COLOUR_OF.get(f[1]) == f[3] for f in said if len(f) == 4]
        return len(said) / len(answers), sum(true) / max(len(said), 1)

    def log_ratio(model, rows):
        """Return log π − log π_ref of texts, (texts,), and their tokens."""
        with torch.no_grad():
            before, _ = log_probability(reference, rows)
        after, tokens = log_probability(model, rows)
        return after - before, tokens

    length_before, true_before = outputs(reference)
    run.axes(x="step", y="facts per answer")
    run.reference("reference", length_before)
    run.axes(chart="true", x="step", y="share of true facts")

    unseen = random.Random(f"{seed} unseen")
    both = [" ".join(facts(unseen, n, 0.0)) for n in (4, 1) for _ in range(64)]
    both = tinyworld.batch(tokenizer, both, run.device)  # 64 long texts, then 64 short ones
    length, true, likes_long = {}, {}, {}
    run.progress(len(RUNS) * steps)
    for name, (per_token, balanced) in RUNS.items():
        run.line_points(0, {name: length_before})
        policy = copy.deepcopy(reference)
        optimizer = torch.optim.AdamW(policy.parameters(), lr=learning_rate, weight_decay=0.0)
        draw = random.Random(seed)
        scale = 15 if per_token else 1  # about the tokens of an answer: margins of like size
        for step in range(1, steps + 1):
            run.step()
            pairs = [pair(draw, None if balanced else longer) for _ in range(PAIRS)]
            chosen, rejected = zip(*pairs, strict=True)
            rows = tinyworld.batch(tokenizer, chosen + rejected, run.device)  # (24, T)
            dpo_loss(*log_ratio(policy, rows), beta * scale, per_token).backward()
            optimizer.step()
            optimizer.zero_grad()
            if step % (steps // 2) == 0:
                length[name], true[name] = outputs(policy)
                run.line_points(step, {name: length[name]})
                run.line_points(step, {name: true[name]}, chart="true")
        with torch.no_grad():
            long, short = log_ratio(policy, both)[0].chunk(2)  # (64,) each
        likes_long[name] = (long > short).float().mean().item()

    grown, per_token, balanced = (value / length_before for value in length.values())
    grows = "they grow" if per_token > 1.15 else "they do not grow"
    run.measure(length_before=length_before, length_sum=length["sum"], per_token_does=grows)
    run.measure(length_per_token=length["per token"], length_balanced=length["balanced"])
    run.measure(true_before=true_before, true_sum=true["sum"], true_balanced=true["balanced"])
    run.measure(likes_long=likes_long["sum"], likes_long_balanced=likes_long["balanced"])
    run.claim("length-grows", grown > 1.3, f"{grown:.2f} times")
    run.claim("normalising-does-not-cure", per_token > 1.3, f"{per_token:.2f} times")
    run.claim("balance-stops-it", balanced < 1.25, f"{balanced:.2f} times")
    least = min(true.values())
    run.claim("truth-rises", least > true_before + 0.04, f"{true_before:.0%} to {least:.0%}")
    likes = likes_long["sum"]
    run.claim("reward-likes-length", likes > 0.9, f"{likes:.0%} of the cases")
