"""PPO: what the clip does when a batch is used more than once.

**Question.** Sampling answers is the expensive part of reinforcement learning, so PPO takes several
steps on each batch. From the second step on, the policy is no longer the one that wrote the
answers. What keeps it from running away?

**Idea.** Each token has a ratio r = π(token)/π_old(token), which is 1 while the batch is fresh.
With the advantage A of its answer, PPO maximises the mean of (Schulman et al. 2017, equation 7)

    min( r·A,  clip(r, 1 − ε, 1 + ε)·A )

A token that is already more than ε likelier (A > 0) or less likely (A < 0) adds no gradient: going
further pays nothing. The **min** leaves the clip out where a token moved *against* its advantage,
so that a mistake is still pulled back.

**Watch** how far each batch moves the policy, KL(π_old ‖ π): once with the clip, and from the same
weights on the same answers without it. A second run takes one step per batch. Then every ratio is
1 and there is nothing to clip, but it learns far less from as many answers. The loss of a fresh
batch is 0, and its gradient is not.

**Try** `epochs=1`: there is nothing to clip and nothing to gain, and both claims about it fail.
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
from statistics import geometric_mean

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


def copy_of(policy, optimizer):
    """Return a copy of a policy and of its optimizer with all it remembers."""
    twin = copy.deepcopy(policy)
    other = torch.optim.AdamW(twin.parameters(), lr=1.0)
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    return twin, other


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
        "clip-holds-the-step": "Without the clip the same steps on the same answers carry the "
        "policy over 1.3 times as far",
        "reuse-learns-more": "Several steps per batch: the solve rate ends over 0.15 higher than "
        "with one",
        "starts-at-zero": "The loss of a fresh batch is 0, its gradient is not",
    },
    measures={
        "solved_start": "solve rate of the first batch",
        "solved_end": "solve rate at the end",
        "solved_once": "solve rate at the end, one step per batch",
        "step_clip": "step of a batch with clip, KL in nats per token (geometric mean)",
        "step_free": "the same without clip",
        "further": "step without clip by step with clip",
        "drift": "KL(policy ‖ start) at the end, nats per token",
        "outside": "share of tokens outside 1 ± ε after a batch",
        "wrong_side": "share of these that moved against their advantage: min keeps their gradient",
        "first_loss": "largest loss of a fresh batch, as absolute value",
        "first_gradient": "smallest norm of the gradient of a fresh batch",
        "run_off": "step without the clip",
    },
    predict=Predict(
        "Eight steps on the same answers. Without the clip, the policy ends up ...",
        options=("about as far away", "1.3 to 5 times as far", "further still"),
        measure="run_off",
    ),
    budget_s=6,
)
def main(
    run: Run,
    epochs: int = Int(8, 1, 32, log=True, help="steps on each batch"),
    epsilon: float = Float(0.2, 0.01, 0.9, log=True, help="ε of the clip"),
    baseline: bool = Flag(True, help="subtract the mean reward of the prompt's answers"),
    batches: int = Int(7, 2, 40, help="batches of 64 answers"),
    learning_rate: float = Float(5e-4, 1e-5, 1e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    start, tokenizer = tinyworld.load(device=run.device)

    def learn(policy, optimizer, ids, advantage, steps, width) -> tuple[float, float]:
        """Take PPO's steps on a batch; return loss and gradient norm of the first."""
        with torch.no_grad():
            old, _ = answer_log_p(policy, ids)  # (64, TOKENS)
        for step in range(steps):
            loss = ppo_loss(answer_log_p(policy, ids)[0], old, advantage, width)
            loss.backward()
            if step == 0:
                norm = torch.nn.utils.get_total_norm([p.grad for p in policy.parameters()])
                first = abs(loss.item()), norm.item()
            optimizer.step()
            optimizer.zero_grad()
        return first

    run.axes(title="How far one batch moves it", x="batch", y="KL (nats per token)", log_y=True)
    run.axes(chart="reward", title="Right answers", x="batch", y="share of 64 answers")
    run.progress(2 * batches)
    moves, outside, wrong, firsts, solved = [], [], [], [], {}
    for name, steps in {"several steps": epochs, "one step": 1}.items():
        torch.manual_seed(seed)
        draw = random.Random(seed)
        policy = copy.deepcopy(start)
        optimizer = torch.optim.AdamW(policy.parameters(), lr=learning_rate, weight_decay=0.0)
        for index in range(batches):
            run.step()
            animals = [a for a in draw.sample(world.ANIMALS, PROMPTS) for _ in range(GROUP)]
            ids = write(policy, tokenizer, animals, draw)  # (64, 4 + TOKENS)
            reward = rewards(tokenizer, ids, animals).view(PROMPTS, GROUP)
            mean = reward.mean(1, keepdim=True) if baseline else 0.0
            advantage = (reward - mean).view(-1, 1)  # (64, 1)
            run.line_points(index, {name: reward.mean()}, chart="reward")
            solved.setdefault("start", reward.mean().item())
            if name == "one step":
                learn(policy, optimizer, ids, advantage, 1, epsilon)
                continue
            with torch.no_grad():
                old, every_old = answer_log_p(policy, ids)  # (64, TOKENS), (64, TOKENS, V)
            free, its_optimizer = copy_of(policy, optimizer)
            learn(free, its_optimizer, ids, advantage, steps, None)
            firsts.append(learn(policy, optimizer, ids, advantage, steps, epsilon))
            with torch.no_grad():
                log_p, every = answer_log_p(policy, ids)
                moves.append((kl(every_old, every), kl(every_old, answer_log_p(free, ids)[1])))
            run.point(index, with_clip=moves[-1][0], without=moves[-1][1])
            moved = (log_p - old).exp() - 1  # (64, TOKENS)
            outside.append((moved.abs() > epsilon).float().mean().item())
            against = (moved.abs() > epsilon) & (moved * advantage < 0)
            wrong.append(against.float().mean().item())

        animals = world.ANIMALS * 16
        ids = write(policy, tokenizer, animals, random.Random(seed))  # (256, 4 + TOKENS)
        solved[name] = rewards(tokenizer, ids, animals).mean().item()
        if name == "several steps":
            with torch.no_grad():
                drift = kl(answer_log_p(policy, ids)[1], answer_log_p(start, ids)[1])

    step_clip, step_free = (geometric_mean(column) for column in zip(*moves, strict=True))
    further = step_free / step_clip
    run_off = "about as far away" if further < 1.3 else "further still"
    if 1.3 <= further < 5:
        run_off = "1.3 to 5 times as far"
    first_loss = max(loss for loss, _ in firsts)
    first_gradient = min(norm for _, norm in firsts)
    several, once = solved["several steps"], solved["one step"]

    run.measure(solved_start=solved["start"], solved_end=several, solved_once=once)
    run.measure(step_clip=step_clip, step_free=step_free, further=further, run_off=run_off)
    run.measure(drift=drift, outside=sum(outside) / batches)
    run.measure(wrong_side=sum(wrong) / max(sum(outside), 1e-9))
    run.measure(first_loss=first_loss, first_gradient=first_gradient)
    steps = f"{step_clip:.3f} against {step_free:.3f} nats per token"
    run.claim("clip-holds-the-step", further > 1.3, steps)
    run.claim("reuse-learns-more", several - once > 0.15, f"{several:.0%} against {once:.0%}")
    silent = first_loss < 1e-5 and first_gradient > 1e-3
    run.claim("starts-at-zero", silent, f"loss {first_loss:.1e}, gradient {first_gradient:.2f}")
