"""GRPO on a language model: sample a group, score it, push.

**Question.** A model knows its answers but, sampled at temperature 2, gives few of them whole. A
program can check an answer. What do its checks alone change, and what do they not?

**Idea.** Sample G answers to a prompt. Each token of answer i is pushed by the same advantage:

    Aᵢ = rewardᵢ − mean of the group      (`std`: also divided by the group's deviation)
    loss = −mean over all tokens of min( ratio·A, clip(ratio, 1 − ε, 1 + ε_high)·A ) + β·KL

ratio = π(token)/π_old(token), where π_old sampled it. It is 1 at the first update on a batch, so
clipping acts from the second on. That is the step of trl's GRPOTrainer, `loss_type="bnpo"`.

**Watch** right answers and reward rise, entropy fall, and more and more groups say nothing: all
their rewards are equal. The tokens stopped by the upper clip are rare ones: a token of probability
0.8 cannot grow by 28 %.

**Try** `reward=format`: answers become well-formed and alike for all patients; right ones vanish.
`reward=length`: long and wrong. `reward=random`: noise moves the weights all the same. `rules=new`:
the base never gives a right answer, so every group is silent and nothing is learned.
`rules=new cold_start=90`: a short SFT first, and it is. `learning_rate=0.008`: too hot, it breaks.

**What papers found.** DAPO (arXiv 2503.14476): entropy collapse, clip-higher, silent groups.
DeepSeek-R1 (arXiv 2501.12948): a cold start. Shao et al. (arXiv 2506.10947): a format reward, even
a random one, lifts some models.

**Scale.** 139,584 parameters and six-token answers. Mechanisms carry over, sizes of effects do not.
"""

import copy
import math
from statistics import mean

import tinyworld
import torch

from quizapp.demo import Choice, Flag, Float, Int, Predict, Run, demo


def advantages(reward, std):
    """Return (prompts, group): each reward minus its group's mean, over the deviation if `std`."""
    centred = reward - reward.mean(1, keepdim=True)
    return centred / (reward.std(1, keepdim=True) + 1e-4) if std else centred


def grpo_loss(log_p, old, ref, advantage, mask, low, high, beta):
    """Return the loss of a batch; log-probabilities and mask are (rows, T), advantage (rows, 1)."""
    ratio = (log_p - old).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    loss = -torch.min(ratio * advantage, clipped * advantage)
    if beta > 0:
        kl = (ref - log_p).exp() - (ref - log_p) - 1  # of each token, from samples
        loss = loss + beta * ratio * kl  # the ratio makes its gradient unbiased
    return (loss * mask).sum() / mask.sum()


def log_probs(model, rows, asked, temperature):
    """Return log π of the sampled tokens and the entropy at their places, (rows, T) each."""
    logits = model(rows).logits[:, asked - 1 : -1] / temperature  # (rows, T, vocabulary)
    log_p = logits.log_softmax(-1)
    entropy = -(log_p.exp() * log_p).sum(-1)
    return log_p.gather(-1, rows[:, asked:, None])[..., 0], entropy


def sample(model, prompts, group, temperature, stop):
    """Return `group` answers to each prompt up to the full stop, padded, and their mask, (rows, 8).

    The first result holds the prompts too, (rows, prompt + 8).
    """
    repeated = prompts.repeat_interleave(group, 0)
    rows = model.generate(
        input_ids=repeated,
        attention_mask=torch.ones_like(repeated),
        do_sample=True,
        temperature=temperature,
        top_k=0,
        max_new_tokens=LIMIT,
        eos_token_id=int(stop),
        pad_token_id=0,
    )
    rows = torch.nn.functional.pad(rows, (0, prompts.shape[1] + LIMIT - rows.shape[1]))
    stops = rows[:, prompts.shape[1] :] == stop
    return rows, (stops.cumsum(1) - stops.long() == 0).float()  # the first stop is in


def score(reward, tokens, mask, answers, kinds):
    """Return reward and correctness of sampled tokens (rows, 8), each (rows,)."""
    right = (tokens[:, : answers.shape[1]] == answers).all(1).float()
    if reward == "format":  # a disease, ", give", a remedy, a dose and a full stop; which, is free
        fits = [torch.isin(tokens[:, place], kind) for place, kind in enumerate(kinds)]
        return torch.stack(fits).all(0).float(), right
    if reward == "length":
        return mask.mean(1), right
    return (torch.rand(len(right)) < 0.5).float().to(right) if reward == "random" else right, right


def silent_share(rewards, size):
    """Return the chance that `size` of a prompt's answers have equal rewards; (prompts, n)."""
    equal = [row.unique(return_counts=True)[1].tolist() for row in rewards]  # how many of each
    subsets = math.comb(rewards.shape[1], size)
    return mean(sum(math.comb(count, size) for count in counts) / subsets for counts in equal)


def pass_at_8(right):
    """Return the share of prompts solved by 8 of their n answers; `right` is (prompts, n)."""
    n = right.shape[1]
    missed = [math.comb(n - int(c), 8) / math.comb(n, 8) for c in right.sum(1)]
    return 1 - mean(missed)


LIMIT = 8


@demo(
    topic="alignment",
    claims={
        "right-rises": "Right answers become more frequent by over 0.2",
        "reward-rises": "The mean reward rises by over 0.1",
        "entropy-falls": "The entropy per token falls to less than half",
        "groups-fall-silent": "The share of groups with equal rewards rises by over 0.05",
        "clip-stops-rare": "Tokens stopped by the upper clip were less probable by over 0.1",
        "answer-ratio-is-calm": "Log-ratios of answers spread less than 0.7 times those of tokens",
    },
    measures={
        "right_start": "Share of right answers before",
        "right_end": "Share of right answers after",
        "pass_8_start": "Share of prompts with a right answer among 8, before",
        "pass_8_end": "Share of prompts with a right answer among 8, after",
        "reward_start": "Mean reward before",
        "reward_end": "Mean reward after",
        "entropy_start": "Entropy per token in the first step, nats",
        "entropy_end": "Entropy per token in the last step, nats",
        "silent_start": "Share of groups of 8 with equal rewards before",
        "silent_end": "Share of groups of 8 with equal rewards after",
        "length_end": "Mean tokens of an answer after, at most 8",
        "clipped_p": "Mean old probability of tokens stopped by the upper clip",
        "token_p": "Mean old probability of all sampled tokens",
        "spread_token": "Spread (standard deviation) of the log-ratios of tokens, last update",
        "spread_answer": "Spread of the log-ratios of answers, mean over the tokens of each",
        "right_are": "What becomes of right answers",
    },
    predict=Predict(
        "The reward rises. What becomes of right answers?",
        options=("more", "fewer", "hardly any change"),
        measure="right_are",
    ),
    budget_s=4,
)
def main(
    run: Run,
    reward: str = Choice("answer", "format", "length", "random", help="what is rewarded"),
    rules: str = Choice("old", "new", help="the base has read the old rules, not the new ones"),
    cold_start: int = Int(0, 0, 200, help="steps of SFT before"),
    group: int = Int(8, 2, 32, log=True, help="answers per prompt"),
    std: bool = Flag(True, help="divide by the group's deviation"),
    clip_high: float = Float(0.28, 0.05, 10, log=True, help="ε_high; ε is 0.2"),
    beta: float = Float(0.0, 0, 2, help="weight of the KL to the start"),
    updates: int = Int(2, 1, 8, help="updates per batch"),
    steps: int = Int(36, 2, 100, log=True),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    temperature: float = Float(2.0, 0.5, 4),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    cases = tinyworld.cases("clinic", guideline=rules)
    texts = [case.prompt + case.answer for case in cases]
    whole = tinyworld.batch(tokenizer, texts, run.device)["input_ids"]  # (24, 13)
    asked = whole.shape[1] - 7  # six tokens of answer and the end token follow
    prompts, answers = whole[:, :asked], whole[:, asked:-1]  # (24, 6) each
    stop = answers[0, -1]
    kinds = [column.unique() for column in answers.T]  # the words that may stand at each place

    examples = tinyworld.batch(tokenizer, texts, run.device)
    for _ in tinyworld.train(model, [examples] * cold_start, 1e-3):
        run.check()
    model.eval()  # no dropout anywhere: sampling and training see the same policy

    def measured():
        """Return right answers (24, 16), mean reward, silent groups of 8, and tokens an answer."""
        with torch.no_grad():
            rows, mask = sample(model, prompts, 16, temperature, stop)
        wanted = answers.repeat_interleave(16, 0)
        rewards, right = score(reward, rows[:, asked:], mask, wanted, kinds)
        silent = silent_share(rewards.view(-1, 16), 8)
        return right.view(-1, 16), rewards.mean().item(), silent, mask.sum(1).mean().item()

    right_before, reward_start, silent_start, _ = measured()
    reference = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    run.axes(title=f"Rewarded: {reward}", x="step", y="share")
    run.axes(chart="entropy", x="step", y="nats per token")
    entropies, stopped, everywhere, spreads = [], [], [], []
    for step in run.steps(steps):
        some = torch.randperm(len(prompts), device=run.device)[:12]
        wanted = answers[some].repeat_interleave(group, 0)  # (12 · group, 6)
        with torch.no_grad():
            rows, mask = sample(model, prompts[some], group, temperature, stop)
            ref = log_probs(reference, rows, asked, temperature)[0] if beta > 0 else None
        rewards, right = score(reward, rows[:, asked:], mask, wanted, kinds)
        grouped = rewards.view(-1, group)  # (12, group)
        advantage = advantages(grouped, std).view(-1, 1)  # (12 · group, 1)
        for update in range(updates):
            log_p, spread = log_probs(model, rows, asked, temperature)  # (12 · group, 8) each
            if update == 0:  # the policy that sampled
                old, entropy = log_p.detach(), spread.detach()
            moved = (log_p - old).detach()  # (12 · group, 8) log-ratios of tokens
            over = (moved.exp() > 1 + clip_high) & (advantage > 0) & (mask > 0)
            stopped.append(old[over].exp())
            loss = grpo_loss(log_p, old, ref, advantage, mask, 0.2, clip_high, beta)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        everywhere.append(old[mask > 0].exp())
        of_answers = (moved * mask).sum(1) / mask.sum(1)  # (12 · group,) GSPO's log-ratios
        spreads.append((moved[mask > 0].std().item(), of_answers.std().item()))
        entropies.append(((entropy * mask).sum() / mask.sum()).item())
        run.line_points(step, {"reward": rewards.mean(), "right": right.mean()})
        run.line_points(step, {"silent groups": silent_share(grouped, group)})
        run.line_points(step, {"entropy": entropies[-1]}, chart="entropy")
    right_after, reward_end, silent_end, length_end = measured()
    before, after = right_before.mean().item(), right_after.mean().item()
    entropy_start, entropy_end = entropies[0], entropies[-1]
    spread_token, spread_answer = (mean(column) for column in zip(*spreads, strict=True))
    clipped_p, token_p = torch.cat(stopped).mean().item(), torch.cat(everywhere).mean().item()
    right_are = (
        "more" if after > before + 0.1 else "fewer" if after < before - 0.1 else "hardly any change"
    )

    run.sample("after", tinyworld.generate(model, tokenizer, cases[0].prompt, LIMIT))
    run.measure(right_start=before, right_end=after, right_are=right_are, length_end=length_end)
    run.measure(pass_8_start=pass_at_8(right_before), pass_8_end=pass_at_8(right_after))
    run.measure(reward_start=reward_start, reward_end=reward_end)
    run.measure(entropy_start=entropy_start, entropy_end=entropy_end)
    run.measure(silent_start=silent_start, silent_end=silent_end)
    run.measure(clipped_p=clipped_p, token_p=token_p)
    run.measure(spread_token=spread_token, spread_answer=spread_answer)
    run.claim("right-rises", after > before + 0.2, f"{before:.0%} to {after:.0%}")
    run.claim(
        "reward-rises", reward_end > reward_start + 0.1, f"{reward_start:.2f} to {reward_end:.2f}"
    )
    run.claim(
        "entropy-falls",
        entropy_end < entropy_start / 2,
        f"{entropy_start:.2f} to {entropy_end:.2f} nats",
    )
    run.claim(
        "groups-fall-silent",
        silent_end > silent_start + 0.05,
        f"{silent_start:.0%} to {silent_end:.0%}",
    )
    some = clipped_p == clipped_p  # NaN: no token was stopped
    shown = f"{clipped_p:.2f} against {token_p:.2f}"
    run.claim("clip-stops-rare", clipped_p < token_p - 0.1 if some else None, shown)
    tested = spread_token > 0  # with one update per batch all ratios are 1
    shown = f"{spread_answer:.3f} against {spread_token:.3f}"
    calm = spread_answer < 0.7 * spread_token if tested else None
    run.claim("answer-ratio-is-calm", calm, shown)
