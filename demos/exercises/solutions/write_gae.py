"""Solutions of write_gae: right ones in other words, and wrong ones with their claim."""

# %% right: a list from the back
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    with torch.no_grad():
        running = torch.zeros_like(rewards[0])
        out = []
        for t in range(len(rewards) - 1, -1, -1):
            alive = 1.0 - terminated[t].float()
            delta = rewards[t] + gamma * alive * next_values[t] - values[t]
            done = torch.logical_or(terminated[t], truncated[t]).float()
            running = delta + gamma * lam * (1.0 - done) * running
            out.insert(0, running)
        advantages = torch.stack(out)
        return advantages, advantages + values


# %% right: the matrix of weights
import torch


@torch.no_grad()
def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    delta = rewards - values + gamma * torch.where(terminated, 0.0, next_values)
    ends = (terminated | truncated).long()
    episode = ends.cumsum(0) - ends  # the number of the episode that a step belongs to
    steps = torch.arange(len(rewards))
    gap = steps[None] - steps[:, None]
    weight = torch.where(gap >= 0, (gamma * lam) ** gap.clamp_min(0).double(), 0.0).float()
    same = (episode[None] == episode[:, None]).to(delta.dtype)
    advantages = torch.einsum("ts,ts...,s...->t...", weight, same, delta)
    return advantages, advantages + values


# %% right: lambda-returns
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    v, n = values.detach(), next_values.detach()
    targets = torch.empty_like(rewards)
    for t in reversed(range(len(rewards))):
        last = torch.ones_like(terminated[t]) if t == len(rewards) - 1 else truncated[t]
        ahead = n[t] if t == len(rewards) - 1 else (1 - lam) * n[t] + lam * targets[t + 1]
        ahead = torch.where(last, n[t], ahead)
        targets[t] = rewards[t] + gamma * torch.where(terminated[t], torch.zeros_like(ahead), ahead)
    return targets - v, targets


# %% wrong: only one surprise -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t]
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: gamma left out of the sum -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: lambda left out -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: forward instead of backward -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in range(len(delta)):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: gamma left out of delta -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: value not subtracted -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: normalised -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    return advantages, advantages + values


# %% wrong: rewards discounted in place -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    rewards.mul_(gamma).div_(gamma + 1e-6)
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: value of the next state after the end -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: episodes run into each other -> terminated
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = torch.ones_like(terminated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: the last step of an episode gets nothing -> one-episode
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = goes_on[t] * (delta[t] + gamma * lam * later)
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: cut one step too early -> terminated
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    goes_on = torch.cat([goes_on[1:], goes_on[-1:]])
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: only the first end seen -> terminated
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    terminated = terminated & (terminated.long().cumsum(0) == 1)
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: truncated like terminated -> truncated
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~(terminated | truncated) - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: truncated like going on -> truncated
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~terminated
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: the value read from the next row -> truncated
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    next_values = torch.cat([values[1:], next_values[-1:]])
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: the last step always ends -> open-end
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    terminated = terminated.clone()
    terminated[-1] = ~truncated[-1]
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: the last step forgotten -> open-end
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    if not (terminated[-1] | truncated[-1]).all():
        delta[-1] = 0
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: advantages as targets -> targets
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages


# %% wrong: rewards to go as targets -> targets
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    targets, total = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        total = rewards[t] + gamma * goes_on[t] * total
        targets[t] = total
    return advantages, targets


# %% wrong: the gradient of the values kept -> targets
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values = values * 1.0
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: gradient through the targets -> targets
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    held = values
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + held


# %% wrong: ends of the first rollout for all -> many-rollouts
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    if terminated.dim() > 1:
        terminated = terminated[:, :1].expand_as(terminated)
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: one running sum -> many-rollouts
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros(())
    for t in reversed(range(len(delta))):
        later = delta[t].sum() + gamma * lam * goes_on[t].all() * later
        advantages[t] = later
    return advantages, advantages + values


# %% wrong: any end ends all -> many-rollouts
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t].all() * later
        advantages[t] = later
    return advantages, advantages + values
