"""Imitate, compare or filter: what each signal can say.

**Question.** The model often gives an answer that is known to be wrong. Do you show it better
answers, have its answers compared, or keep the good ones among its own?

**Idea.** Three signals, equal steps and texts, from one base that does each of an animal's three
things equally often; the third is now *wrong*. Whoever writes or judges slips with rate e.

- **SFT**: people write answers, −log π(their answer). Its optimum is the writers' own rate: e.
- **DPO**: two of the model's answers, which is better? The loss knows a *worse* answer and pushes
  it down; a vote that is wrong now and then leaves the order as it is.
- **Filter**: sample, keep what passes the judge, train on that, sample again. Odds of a wrong
  answer shrink by e/(1 − e) in each round.

**Watch** the probability of the wrong answers: SFT stops at the writers' slips, the others go far
below. And what nobody asked for. The writers put each animal in *any* place: SFT imitates that too,
and the loss on general text rises; the model's own samples keep it. DPO's pairs are fixed: some
probability flows to answers that are in none of them, which the filter, sampling anew, drops.

**Try** `slips=0`: faultless writers, and the claim about their slips fails. `writers=in the model's
style`: SFT forgets no more than the filter, and that claim fails. `dpo_rate=3e-5`: DPO has hardly
moved. `dpo_rate=3e-3`: it spoils general text as well.

**What papers found.** InstructGPT (arXiv 2203.02155) adds comparisons to demonstrations. Shenfeld
et al. (arXiv 2509.04259): at equal success on-policy RL forgets less than SFT, since it ends
nearer to the base. Kirk et al. (arXiv 2310.06452): RLHF generalises better, and is less diverse.

**Scale.** One verb decides. Here the base gives a good answer two times in three; where it never
does, there is nothing to compare or to keep, and only demonstrations help.
"""

import copy
import random

import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import world

from quizapp.demo import Choice, Float, Int, Predict, Run, demo

PROMPTS = [(f"The {mood} {animal}", animal) for animal in world.ANIMALS for mood in world.MOODS]


def imitation(policy, reference, good, bad):
    """Return −log π(good answer), its mean per token; what is bad it never hears."""
    return policy(good, labels=good).loss


def comparison(policy, reference, good, bad, beta=0.1):
    """Return the DPO loss of pairs of texts, (pairs, T) each, with the same prompt."""
    both = torch.cat([good, bad])  # (2·pairs, T)
    with torch.no_grad():
        before = log_probability(reference, both)
    chosen, rejected = (log_probability(policy, both) - before).chunk(2)  # (pairs,) each
    return -F.logsigmoid(beta * (chosen - rejected)).mean()


def log_probability(model, ids):
    """Return the summed log-probability of each text, (texts,); equal prompts cancel in pairs."""
    log_p = model(ids).logits[:, :-1].log_softmax(-1)  # (texts, T - 1, vocabulary)
    return log_p.gather(-1, ids[:, 1:, None])[..., 0].sum(1)


def sampled(model, ids):
    """Return the prompts, (texts, 4), with a sentence that the model writes, (texts, 11)."""
    return model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=True, top_k=0, max_new_tokens=7
    )[:, :11]


def written(draw: random.Random, animal: str, prompt: str, slips: float, as_model: bool) -> str:
    """Return a demonstration: a good verb, but for slips, and a place as the writer likes it."""
    verbs, places = world.HABITS[animal]
    verb = verbs[2] if draw.random() < slips else draw.choice(verbs[:2])
    place = draw.choice(places if as_model else world.PLACES)
    return f"{prompt} {verb} the {draw.choice(world.ANIMALS)} near the {place}."


WAYS = {"SFT": imitation, "DPO": comparison, "filter": imitation}
BATCH, ROUNDS = 24, 4  # texts of one step; how often the filter samples anew


@demo(
    topic="alignment",
    claims={
        "sft-imitates-slips": "After SFT a wrong answer is between half and twice as likely as a "
        "slip of the writers",
        "preference-goes-below": "After DPO and after filtering it is less than half as likely as "
        "after SFT",
        "fixed-pairs-leak": "After DPO over twice as much probability as after filtering is on "
        "answers that are neither right nor the known wrong one",
        "sft-forgets-more": "SFT raises the loss on general text over 1.5 times as much as "
        "filtering",
    },
    measures={
        "wrong_before": "Probability of a wrong answer before training",
        "wrong_sft": "Probability of a wrong answer after SFT",
        "wrong_dpo": "Probability of a wrong answer after DPO",
        "wrong_filter": "Probability of a wrong answer after training on filtered samples",
        "right_sft": "Probability of a right answer after SFT",
        "right_dpo": "Probability of a right answer after DPO",
        "right_filter": "Probability of a right answer after training on filtered samples",
        "other_dpo": "Probability of answers neither right nor known wrong after DPO",
        "other_filter": "Probability of answers neither right nor known wrong after filtering",
        "general_before": "Loss on general text before, nats per token",
        "general_sft": "Loss on general text after SFT, nats per token",
        "general_dpo": "Loss on general text after DPO, nats per token",
        "general_filter": "Loss on general text after filtering, nats per token",
        "entropy_before": "Entropy of the verb before training, nats",
        "entropy_sft": "Entropy of the verb after SFT, nats",
        "entropy_dpo": "Entropy of the verb after DPO, nats",
        "entropy_filter": "Entropy of the verb after filtering, nats",
        "most_wrong": "After which training a wrong answer is likeliest",
    },
    predict=Predict(
        "Writers and judges slip equally often. After which training is a wrong answer likeliest?",
        options=("SFT", "DPO", "filter"),
        measure="most_wrong",
    ),
    budget_s=5,
)
def main(
    run: Run,
    slips: float = Float(0.1, 0, 0.4, help="share of wrong demonstrations and wrong verdicts"),
    writers: str = Choice("in a style of their own", "in the model's style"),
    steps: int = Int(60, 12, 120, step=12),
    rate: float = Float(1e-3, 1e-5, 1e-2, log=True, help="learning rate of SFT and of the filter"),
    dpo_rate: float = Float(4e-4, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    draw = random.Random(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    ids = tinyworld.batch(tokenizer, [p for p, _ in PROMPTS], run.device)["input_ids"][:, :-1]
    verbs = torch.tensor(
        [tokenizer.convert_tokens_to_ids(world.HABITS[a][0]) for _, a in PROMPTS]
    ).to(run.device)  # (160, 3): two right, one wrong

    def answers(model):
        """Return the probability of right, of wrong, and the entropy of the verb, mean."""
        with torch.no_grad():
            log_p = model(ids).logits[:, -1].log_softmax(-1)  # (160, vocabulary)
        p = log_p.exp().gather(1, verbs)  # (160, 3)
        entropy = -(log_p.exp() * log_p).sum(-1).mean().item()
        return p[:, :2].sum(1).mean().item(), p[:, 2].mean().item(), entropy

    def verdicts(model):
        """Return samples, (texts, 11), their prompts, and whether the judge lets them pass."""
        rows = torch.arange(len(ids), device=run.device).repeat(4)  # (640,)
        texts = sampled(model, ids[rows])
        right = (texts[:, 4:5] == verbs[rows, :2]).any(1)
        return texts, rows, right ^ (torch.rand(len(rows), device=run.device) < slips)

    judged, rows, passes = verdicts(base)
    as_model = writers == "in the model's style"
    shown = [written(draw, animal, prompt, slips, as_model) for prompt, animal in PROMPTS * 4]
    shown = tinyworld.batch(tokenizer, shown, run.device)["input_ids"][:, :-1]  # (640, 11)
    beats = passes[:, None] & ~passes & (rows[:, None] == rows)  # (640, 640) same prompt
    better, worse = beats.nonzero(as_tuple=True)  # (pairs,) each
    general = tinyworld.documents("general", 24, seed=1000 + seed)
    before = tinyworld.loss(base, tokenizer, general)
    _, wrong_before, entropy_before = answers(base)
    run.axes(x="step", y="probability of a wrong answer", log_y=True)
    run.reference("slips", slips)
    run.axes(chart="general", x="probability of a right answer", y="loss on general text (nats)")
    run.reference("base", before, chart="general")

    right, wrong, entropy, lost = {}, {}, {}, {}
    run.progress(len(WAYS) * steps)
    for way, objective in WAYS.items():
        model = copy.deepcopy(base)
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=dpo_rate if way == "DPO" else rate, weight_decay=0.0
        )
        for step in range(steps):
            run.step()
            if way == "filter" and step % (steps // ROUNDS) == 0:
                texts, _, passes = verdicts(model)
                kept = texts[passes]  # (texts, 11)
            if way == "DPO":
                pick = torch.randint(len(better), (BATCH // 2,))
                loss = objective(model, base, judged[better[pick]], judged[worse[pick]])
            else:
                pool = kept if way == "filter" else shown
                loss = objective(model, base, pool[torch.randint(len(pool), (BATCH,))], None)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if step % 4 == 3:
                run.line_points(step + 1, {way: answers(model)[1]})
        right[way], wrong[way], entropy[way] = answers(model)
        lost[way] = tinyworld.loss(model, tokenizer, general)
        run.line_points(right[way], {way: lost[way]}, chart="general")

    run.axes(chart="wrong", x="training", y="probability of a wrong answer")
    run.bars("wrong answer", {"base": wrong_before} | wrong, chart="wrong")
    run.measure(wrong_before=wrong_before, general_before=before, entropy_before=entropy_before)
    run.measure(wrong_sft=wrong["SFT"], wrong_dpo=wrong["DPO"], wrong_filter=wrong["filter"])
    run.measure(right_sft=right["SFT"], right_dpo=right["DPO"], right_filter=right["filter"])
    run.measure(general_sft=lost["SFT"], general_dpo=lost["DPO"], general_filter=lost["filter"])
    run.measure(entropy_sft=entropy["SFT"], entropy_dpo=entropy["DPO"])
    run.measure(entropy_filter=entropy["filter"], most_wrong=max(wrong, key=wrong.get))
    sft, dpo, kept = wrong.values()
    other = {way: 1 - right[way] - wrong[way] for way in WAYS}
    run.measure(other_dpo=other["DPO"], other_filter=other["filter"])
    leaks = other["DPO"] > 2 * other["filter"]
    shown = f"{other['DPO']:.1%} against {other['filter']:.1%}"
    run.claim("fixed-pairs-leak", leaks, shown)
    run.claim("sft-imitates-slips", slips / 2 < sft < 2 * slips, f"{sft:.1%} wrong")
    below = max(dpo, kept) < sft / 2
    run.claim("preference-goes-below", below, f"{dpo:.2%} and {kept:.2%} against {sft:.2%}")
    up, up_kept = lost["SFT"] - before, lost["filter"] - before
    run.claim("sft-forgets-more", up > 1.5 * up_kept, f"{up:+.3f} against {up_kept:+.3f} nats")
