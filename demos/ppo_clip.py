"""PPO: what the clip does when a batch is used more than once.

**Question.** Sampling answers is the dear part of reinforcement learning, so PPO takes several
steps on each batch. From the second step on, the policy is no longer the one that wrote the
answers. What keeps it from running away?

**Idea.** Each token has a ratio r = π(token)/π_old(token), which is 1 while the batch is fresh.
With the advantage A of its answer, PPO maximises the mean of (Schulman et al. 2017, equation 7)

    min( r·A,  clip(r, 1 − ε, 1 + ε)·A )

A token that is already more than ε likelier (A > 0) or less likely (A < 0) adds no gradient: going
further pays nothing. The **min** leaves the clip out where a token moved *against* its advantage,
so that a mistake is still pulled back.

**Watch** how far one batch moves the policy, KL(π_old ‖ π), with and without clip. A third run
takes one step per batch. Then every ratio is 1 and there is nothing to clip, but it learns far less
from as many answers. The loss of a fresh batch is 0, and its gradient is not.

**Try** `epochs=1`: all three are the same run, and the claims that compare them fail.
`epsilon=0.9`: so wide a clip holds little. `baseline=False`: the first loss is not 0 but minus the
mean reward.

**What papers found.** Over seven control tasks the normalised score is −0.39 without clip or
penalty and 0.82 with ε = 0.2 (arXiv 1707.06347, table 1).

**Scale.** The bundled model completes "The shy cat ..."; an answer with the one verb and the place
that we ask for gets 1, any other 0. Advantage: reward minus the mean over the answers to the same
prompt. PPO's critic, which knows each prefix, is left out here.
"""

import copy
import random

import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Flag, Float, Int, Predict, Run, demo


def ppo_loss(
    log_p: torch.Tensor, old: torch.Tensor, advantage: torch.Tensor, epsilon: float | None
) -> torch.Tensor:
    """Return the mean loss over (answers, tokens); advantages are (answers, 1)."""
    ratio = (log_p - old).exp()
    if epsilon is None:
        return -(ratio * advantage).mean()
    clipped = ratio.clamp(1 - epsilon, 1 + epsilon)
    return -torch.minimum(ratio * advantage, clipped * advantage).mean()


PROMPTS, GROUP, TOKENS = 8, 8, 7  # an answer: " chases the owl near the lake."


def write(model, tokenizer, animals: list[str], draw: random.Random) -> torch.Tensor:
    """Return prompts with sampled answers, (answers, 4 + TOKENS)."""
    prompts = [f"The {draw.choice(world.MOODS)} {animal}" for animal in animals]
    asked = torch.tensor(tokenizer(prompts)["input_ids"], device=model.device)
    begin = torch.full_like(asked[:, :1], tokenizer.bos_token_id)
    asked = torch.cat([begin, asked], dim=1)  # (answers, 4)
    settings = {"min_new_tokens": TOKENS, "max_new_tokens": TOKENS, "pad_token_id": 0}
    mask = torch.ones_like(asked)
    return model.generate(asked, attention_mask=mask, do_sample=True, top_k=0, **settings)


def answer_log_p(model, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log π of the answers' tokens, (answers, TOKENS), and of all tokens, (.., .., V)."""
    every = model(ids, use_cache=False).logits[:, -TOKENS - 1 : -1].log_softmax(-1)
    return every.gather(-1, ids[:, -TOKENS:, None])[..., 0], every


def kl(p: torch.Tensor, q: torch.Tensor) -> float:
    """Return KL(p ‖ q) in nats per token; both are log-probabilities, (answers, TOKENS, V)."""
    return (p.exp() * (p - q)).sum(-1).mean().item()


def rewards(tokenizer, ids: torch.Tensor, animals: list[str]) -> torch.Tensor:
    """Return 1 for an answer with the first verb and the first place of its animal, else 0."""
    texts = tokenizer.batch_decode(ids[:, -TOKENS:], skip_special_tokens=True)
    wanted = [
        (f"{world.HABITS[a][0][0]} the ", f" near the {world.HABITS[a][1][0]}.") for a in animals
    ]
    pairs = zip(texts, wanted, strict=True)
    right = [
        text.strip().startswith(verb) and text.endswith(place) for text, (verb, place) in pairs
    ]
    return torch.tensor(right, device=ids.device).float()


@demo(
    topic="rl",
    claims={
        "clip-holds-the-step": "The clip more than halves the longest step of a batch",
        "reuse-learns-more": "Several steps per batch: the solve rate ends over 0.15 higher than "
        "with one",
        "clip-keeps-near": "With the clip the policy ends nearer to its start",
        "starts-at-zero": "The loss of a fresh batch is 0, its gradient is not",
    },
    measures={
        "solved_start": "solve rate of the first batch",
        "solved_clip": "solve rate at the end, with clip",
        "solved_free": "solve rate at the end, without clip",
        "solved_once": "solve rate at the end, one step per batch",
        "longest_clip": "longest step of a batch with clip, KL in nats per token",
        "longest_free": "longest step of a batch without clip, KL in nats per token",
        "far_clip": "KL(policy ‖ start) at the end with clip, nats per token",
        "far_free": "KL(policy ‖ start) at the end without clip, nats per token",
        "outside": "share of tokens outside 1 ± ε after a batch, with clip",
        "wrong_side": "share of these that moved against their advantage: min keeps their gradient",
        "first_loss": "largest loss of a fresh batch, as absolute value",
        "first_gradient": "smallest norm of the gradient of a fresh batch",
        "run_off": "longest step of a batch without the clip",
    },
    predict=Predict(
        "Eight steps on each batch. Without the clip, the longest step of a batch is ...",
        options=("about as long", "two to four times as long", "longer still"),
        measure="run_off",
    ),
    budget_s=6,
)
def main(
    run: Run,
    epochs: int = Int(8, 1, 32, log=True, help="steps on each batch"),
    epsilon: float = Float(0.2, 0.01, 0.9, log=True, help="ε of the clip"),
    baseline: bool = Flag(True, help="subtract the mean reward of the prompt's answers"),
    batches: int = Int(8, 2, 40, help="batches of 64 answers"),
    learning_rate: float = Float(5e-4, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    start, tokenizer = tinyworld.load(device=run.device)
    arms = {"clip": (epochs, epsilon), "no clip": (epochs, None), "one step": (1, None)}
    run.axes(title="How far one batch moves it", x="batch", y="KL (nats per token)", log_y=True)
    run.axes(chart="reward", title="Right answers", x="batch", y="share of 64 answers")
    run.progress(len(arms) * batches)
    found = {}
    for name, (steps, width) in arms.items():
        torch.manual_seed(seed)
        draw = random.Random(seed)
        policy = copy.deepcopy(start)
        optimizer = torch.optim.AdamW(policy.parameters(), lr=learning_rate, weight_decay=0.0)
        seen = found[name] = {key: [] for key in ("right", "moved", "out", "wrong", "loss", "norm")}
        for index in range(batches):
            run.step()
            animals = [a for a in draw.sample(world.ANIMALS, PROMPTS) for _ in range(GROUP)]
            ids = write(policy, tokenizer, animals, draw)  # (64, 4 + TOKENS)
            reward = rewards(tokenizer, ids, animals).view(PROMPTS, GROUP)
            mean = reward.mean(1, keepdim=True) if baseline else 0.0
            advantage = (reward - mean).view(-1, 1)  # (64, 1)
            with torch.no_grad():
                old, every_old = answer_log_p(policy, ids)  # (64, TOKENS), (64, TOKENS, V)
            for step in range(steps):
                loss = ppo_loss(answer_log_p(policy, ids)[0], old, advantage, width)
                loss.backward()
                if step == 0:
                    seen["loss"].append(abs(loss.item()))
                    seen["norm"].append(
                        torch.nn.utils.get_total_norm([p.grad for p in policy.parameters()]).item()
                    )
                optimizer.step()
                optimizer.zero_grad()
            with torch.no_grad():
                log_p, every = answer_log_p(policy, ids)
            moved = (log_p - old).exp() - 1  # (64, TOKENS)
            outside = moved.abs() > epsilon
            seen["right"].append(reward.mean().item())
            seen["moved"].append(kl(every_old, every))
            seen["out"].append(outside.float().mean().item())
            seen["wrong"].append((outside & (moved * advantage < 0)).float().mean().item())
            run.line_points(index, {name: seen["moved"][-1]})
            run.line_points(index, {name: seen["right"][-1]}, chart="reward")

        animals = world.ANIMALS * 16
        ids = write(policy, tokenizer, animals, random.Random(seed))  # (256, 4 + TOKENS)
        seen["solved"] = rewards(tokenizer, ids, animals).mean().item()
        with torch.no_grad():
            seen["far"] = kl(answer_log_p(policy, ids)[1], answer_log_p(start, ids)[1])

    clip, free, once = found.values()
    longest, longest_free = max(clip["moved"]), max(free["moved"])
    times = longest_free / longest
    run_off = "about as long" if times < 2 else "longer still"
    if 2 <= times < 4:
        run_off = "two to four times as long"
    wrong_side = sum(clip["wrong"]) / max(sum(clip["out"]), 1e-9)
    first_loss, first_gradient = max(clip["loss"]), min(clip["norm"])
    gained = clip["solved"] - once["solved"]

    run.measure(solved_start=clip["right"][0], solved_clip=clip["solved"])
    run.measure(solved_free=free["solved"], solved_once=once["solved"])
    run.measure(longest_clip=longest, longest_free=longest_free, run_off=run_off)
    run.measure(far_clip=clip["far"], far_free=free["far"])
    run.measure(outside=sum(clip["out"]) / batches, wrong_side=wrong_side)
    run.measure(first_loss=first_loss, first_gradient=first_gradient)
    steps = f"{longest:.3f} against {longest_free:.3f} nats per token"
    run.claim("clip-holds-the-step", longest < longest_free / 2, steps)
    more = f"{clip['solved']:.0%} against {once['solved']:.0%}"
    run.claim("reuse-learns-more", gained > 0.15, more)
    far = f"{clip['far']:.2f} against {free['far']:.2f} nats per token"
    run.claim("clip-keeps-near", clip["far"] < free["far"], far)
    silent = first_loss < 1e-5 and first_gradient > 1e-3
    run.claim("starts-at-zero", silent, f"loss {first_loss:.1e}, gradient {first_gradient:.2f}")
