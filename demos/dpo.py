"""DPO: the margin grows, the chosen answer may fall.

**Question.** Direct preference optimisation trains on pairs: answer c is preferred to answer r.
Its loss falls from step to step. Does the chosen answer become more likely?

**Idea.** The policy that maximises reward minus β·KL to a reference, solved for the reward, gives
β·log(π/π_ref). In the Bradley-Terry model (Rafailov et al. 2023, arXiv 2305.18290, section 4):

    loss = −log σ( β·[ (log π(c) − log π_ref(c)) − (log π(r) − log π_ref(r)) ] )

No reward model, no sampling, but a frozen **reference**. At the first step π = π_ref, the bracket
is 0 and the loss is ln 2, always: a check for your own runs.

**Watch** the *difference*: the loss sees nothing else. It falls if the chosen rises, or if the
rejected falls faster. With pairs that differ in one verb both fall: likelihood displacement. With
`pairs=guideline` the chosen answers start out very unlikely, and rise.

**Try** `learning_rate=1e-4`: a gentle run, the chosen rises and that claim fails.
`pairs=guideline beta=0.5 learning_rate=3e-4`: the implicit reward prefers every chosen answer, yet
the old one stays likelier (see `ranking`): generation does not look at the reference.

**What papers found.** Razin et al. (2024, arXiv 2410.08847) trace displacement to pairs with
similar hidden embeddings, which they filter; training towards refusals moved Llama-3-8B-Instruct
from 74.4 % refusals to 33.4 %. How far displacement goes depends on data, rate (fast here)
and β; that the loss permits it does not: watch both log-probabilities.
"""

import copy
import math
import random

import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import world

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def dpo_loss(chosen: torch.Tensor, rejected: torch.Tensor, beta: float) -> torch.Tensor:
    """Return the mean loss of pairs; each answer comes as log π − log π_ref, (pairs,)."""
    return -F.logsigmoid(beta * (chosen - rejected)).mean()


def log_probability(model, tokenizer, prompts, answers):
    """Return the summed log-probability of each answer after its prompt, (pairs,)."""
    texts = [prompt + answer for prompt, answer in zip(prompts, answers, strict=True)]
    rows = tinyworld.batch(tokenizer, texts, model.device.type)
    labels = rows.pop("labels")[:, 1:]  # (pairs, T - 1)
    kept = (labels != -100) & (labels != tokenizer.eos_token_id)
    for row, prompt in enumerate(prompts):
        kept[row, : len(tokenizer(prompt)["input_ids"])] = False  # the begin token is not predicted
    log_p = model(**rows).logits[:, :-1].log_softmax(-1)  # (pairs, T - 1, vocabulary)
    of_label = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]  # (pairs, T - 1)
    return (of_label * kept).sum(1)


def verb_pair(draw: random.Random) -> tuple[str, str, str]:
    """Return prompt, chosen, rejected: two things that an animal really does, in equal words."""
    animal = draw.choice(world.ANIMALS)
    (chosen, rejected, _), places = world.HABITS[animal]
    rest = f"the {draw.choice(world.ANIMALS)} near the {draw.choice(places)}."
    return f"The {draw.choice(world.MOODS)} {animal}", f" {chosen} {rest}", f" {rejected} {rest}"


def guideline_pair(draw: random.Random) -> tuple[str, str, str]:
    """Return prompt, chosen, rejected: the new answer is preferred to the one the base knows."""
    old, new = tinyworld.cases("clinic", "old"), tinyworld.cases("clinic", "new")
    index = draw.randrange(len(old))
    return old[index].prompt, new[index].answer, old[index].answer


@demo(
    topic="alignment",
    claims={
        "starts-at-ln2": "The first loss is ln 2",
        "preference-learned": "The implicit reward prefers the chosen answer in over 90 % of the "
        "unseen pairs",
        "rejected-falls-more": "The rejected answer loses more log-probability than the chosen one",
        "chosen-falls": "The chosen answer, too, becomes less likely than under the reference",
    },
    measures={
        "first_loss": "Loss of the first step, in nats",
        "preference": "Share of unseen pairs whose implicit reward prefers the chosen answer",
        "ranking": "Share of unseen pairs whose chosen answer is the more likely one",
        "chosen_change": "Change of log π(chosen) on unseen pairs, in nats",
        "rejected_change": "Change of log π(rejected) on unseen pairs, in nats",
        "general_before": "Loss on general text before, in nats per token",
        "general_after": "Loss on general text after, in nats per token",
        "chosen_moved": "What became of the chosen answers",
    },
    predict=Predict(
        "The loss falls. What happens to the probability of the chosen answers?",
        options=("rises", "falls"),
        measure="chosen_moved",
    ),
    budget_s=8,
)
def main(
    run: Run,
    pairs: str = Choice("verbs", "guideline"),
    beta: float = Float(0.1, 0.01, 1, log=True),
    learning_rate: float = Float(2e-3, 3e-5, 3e-3, log=True),
    steps: int = Int(60, 10, 300, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    reference, tokenizer = tinyworld.load(device=run.device)
    policy = copy.deepcopy(reference)
    make = verb_pair if pairs == "verbs" else guideline_pair
    draw = random.Random(seed)

    def changes(prompts, answers):
        """Return log π − log π_ref of answers, (pairs,)."""
        with torch.no_grad():
            before = log_probability(reference, tokenizer, prompts, answers)
        return log_probability(policy, tokenizer, prompts, answers) - before

    run.axes(chart="loss", title="DPO loss", x="step", y="loss (nats)")
    run.reference("ln 2", math.log(2), chart="loss")
    run.axes(chart="change", title="Training pairs", x="step", y="log π − log π_ref (nats)")
    run.reference("reference", 0.0, chart="change")
    optimizer = torch.optim.AdamW(policy.parameters(), lr=learning_rate, weight_decay=0.0)
    losses = []
    for step in run.steps(steps):
        prompts, good, bad = zip(*(make(draw) for _ in range(16)), strict=True)
        chosen = changes(prompts, good)  # (16,)
        rejected = changes(prompts, bad)  # (16,)
        loss = dpo_loss(chosen, rejected, beta)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        run.point(step, chart="loss", loss=losses[-1])
        up, down = chosen.mean().item(), rejected.mean().item()
        run.point(step, chart="change", chosen=up, rejected=down)

    unseen = [make(random.Random(f"{seed} {i}")) for i in range(64)]
    prompts, good, bad = zip(*unseen, strict=True)
    with torch.no_grad():
        chosen = changes(prompts, good)  # (64,)
        rejected = changes(prompts, bad)  # (64,)
        log_p_good = log_probability(policy, tokenizer, prompts, good)
        log_p_bad = log_probability(policy, tokenizer, prompts, bad)
    preference = (chosen > rejected).float().mean()
    ranking = (log_p_good > log_p_bad).float().mean()
    up, down = chosen.mean(), rejected.mean()
    general = tinyworld.documents("general", 32, seed=3000 + seed)
    general_before = tinyworld.loss(reference, tokenizer, general)
    general_after = tinyworld.loss(policy, tokenizer, general)

    run.measure(first_loss=losses[0], preference=preference, ranking=ranking)
    run.measure(chosen_change=up, rejected_change=down, chosen_moved="rises" if up > 0 else "falls")
    run.measure(general_before=general_before, general_after=general_after)
    run.claim("starts-at-ln2", abs(losses[0] - math.log(2)) < 1e-4, f"{losses[0]:.6f}")
    run.claim("preference-learned", preference > 0.9, f"{preference:.0%} of the pairs")
    run.claim("rejected-falls-more", down < up, f"rejected {down:+.1f}, chosen {up:+.1f} nats")
    run.claim("chosen-falls", up < 0, f"{up:+.1f} nats")
