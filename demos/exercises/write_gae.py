"""Write generalised advantage estimation.

**Exercise.** A rollout holds episodes one after another. With δ = r + γ·V(next) − V(now),

    Â_t = δ_t + γλ·δ_{t+1} + (γλ)²·δ_{t+2} + …       to the end of the episode

Two ways to end: a *terminated* episode is over, and what follows is worth nothing. A *truncated*
one was cut off, by a limit of time or length: it would have gone on, so V(next) counts. Nothing
crosses into the next episode either way. The last step of the rollout may be no end: the sum stops
there. Return the advantages and the critic's targets Â + V. The judge sums the series term by term.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    """Return advantages and targets, both (steps, ...); neither carries a gradient.

    rewards:     (steps, ...)  after each step; further dimensions are independent rollouts
    values:      (steps, ...)  V of the state before the step
    next_values: (steps, ...)  V of the state after it, before any reset
    terminated:  (steps, ...)  True where the episode was over after the step
    truncated:   (steps, ...)  True where it was cut off after the step
    """
    advantages = rewards - values
    return advantages, rewards
'''


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    """Return advantages and targets, both (steps, ...); neither carries a gradient."""
    values, next_values = values.detach(), next_values.detach()
    delta = rewards + gamma * next_values * ~terminated - values
    goes_on = ~(terminated | truncated)
    advantages, later = torch.zeros_like(delta), torch.zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        later = delta[t] + gamma * lam * goes_on[t] * later
        advantages[t] = later
    return advantages, advantages + values


def term_by_term(rewards, values, next_values, terminated, truncated, gamma, lam) -> list[float]:
    """Return the advantages of one rollout: for each step a sum over the steps after it."""
    steps, found = len(rewards), []
    for t in range(steps):
        total = 0.0
        for later in range(t, steps):
            after = 0.0 if terminated[later] else gamma * next_values[later].item()
            delta = rewards[later].item() + after - values[later].item()
            total += (gamma * lam) ** (later - t) * delta
            if terminated[later] or truncated[later]:
                break
        found.append(total)
    return found


def rollout(steps: int, ends: dict[int, str]) -> tuple[torch.Tensor, ...]:
    """Return a rollout; `ends` names how the episode ends at a step. A reset changes the state."""
    rewards, values, next_values = torch.randn(3, steps)
    terminated = torch.tensor([ends.get(t) == "terminated" for t in range(steps)])
    truncated = torch.tensor([ends.get(t) == "truncated" for t in range(steps)])
    for t in range(steps - 1):
        if t not in ends:
            next_values[t] = values[t + 1]
    return rewards, values, next_values, terminated, truncated


@demo(
    topic="write-alignment",
    claims={
        "one-episode": "An episode that terminates at the last step equals the sum, at several γ "
        "and λ",
        "terminated": "After a terminated step nothing counts: neither V(next) nor the next "
        "episode",
        "truncated": "After a truncated step V(next) counts and the next episode does not",
        "open-end": "Where the rollout stops in the middle of an episode, V(next) counts",
        "targets": "The critic's targets are advantage plus value, and nothing carries a gradient",
        "many-rollouts": "Rollouts side by side, each with its own ends, do not mix",
    },
    measures={"error": "Largest difference from the sum"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="gae", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    steps = 7 + seed % 4
    gamma, lam = 0.9 + 0.01 * (seed % 5), 0.7 + 0.02 * (seed % 6)

    def advantages(*given) -> torch.Tensor:
        """Return the first of the learner's two results."""
        found = solution(*given)
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise ValueError("return two tensors: advantages and targets")
        return found[0]

    with run.judge("one-episode") as judge:
        for g, k in ((gamma, lam), (1.0, 0.95), (gamma, 0.0), (gamma, 1.0)):
            given = rollout(steps, {steps - 1: "terminated"})
            theirs = torch.tensor(term_by_term(*given, g, k))
            names = ("rewards", "values", "next_values", "terminated", "truncated")
            with judge.unchanged(**dict(zip(names, given, strict=True))):
                yours = advantages(*given, g, k)
            rewards, values, next_values, over, _ = given
            delta = rewards + g * next_values * ~over - values
            mistakes = {
                "is this δ alone, without what follows?": delta,
                "is V(now) missing?": torch.tensor(
                    term_by_term(rewards, 0 * values, *given[2:], g, k)
                ),
                "is λ left out?": torch.tensor(term_by_term(*given, g, 1.0)),
                "is V(next) counted after the end?": torch.tensor(
                    term_by_term(rewards + g * next_values * over, *given[1:], g, k)
                ),
                "how is a later δ discounted?": torch.tensor(
                    term_by_term(rewards + (g - 1) * next_values * ~over, *given[1:], 1.0, k)
                ),
                "does the series run backwards?": torch.tensor(
                    term_by_term(*(x.flip(0) for x in given), g, k)
                ).flip(0),
            }
            of = f"γ = {g:.2f}, λ = {k:.2f}"
            judge.equal(yours, theirs, within=1e-4, by="the sum", of=of, mistakes=mistakes)
            run.measure(error=(yours - theirs).abs().max())
        for t, (mine, right) in enumerate(zip(yours.tolist(), theirs.tolist(), strict=True)):
            run.line_points(t, {"yours": mine, "the sum": right})

    def ended(judge, ends: dict[int, str], of: str) -> None:
        """Hold the advantages of a rollout with these ends against the sum."""
        given = rollout(steps, ends)
        rewards, values, next_values, over, cut = given
        none = torch.zeros_like(over)
        theirs = torch.tensor(term_by_term(*given, gamma, lam))
        valued = rewards + gamma * next_values * over  # a terminated step that still counts V(next)
        mistakes = {
            "does the next episode run back into this one?": torch.tensor(
                term_by_term(rewards, values, next_values * ~over, none, none, gamma, lam)
            ),
            "is V(next) counted after a terminated step?": torch.tensor(
                term_by_term(valued, *given[1:], gamma, lam)
            ),
            "is V(next) left out after a truncated step?": torch.tensor(
                term_by_term(rewards, values, next_values, over | cut, none, gamma, lam)
            ),
            "which state follows a reset? Is V(next) read from the next row?": torch.tensor(
                term_by_term(
                    rewards,
                    values,
                    torch.cat([values[1:], next_values[-1:]]),
                    *given[3:],
                    gamma,
                    lam,
                )
            ),
        }
        yours = advantages(*given, gamma, lam)
        judge.equal(yours, theirs, within=1e-4, by="the sum", of=of, mistakes=mistakes)

    last = {steps - 1: "terminated"}
    with run.judge("terminated") as judge:
        ended(judge, {2: "terminated", **last}, "terminated after step 2 and at the end")
        ended(judge, {0: "terminated", 1: "terminated", **last}, "episodes of a single step")

    with run.judge("truncated") as judge:
        ended(judge, {3: "truncated", **last}, "truncated after step 3, terminated at the end")
        ended(
            judge,
            {1: "truncated", 4: "terminated", steps - 1: "truncated"},
            "truncated after step 1, terminated after 4, truncated at the end",
        )

    with run.judge("open-end") as judge:
        ended(judge, {}, "no end at all")
        ended(judge, {2: "terminated"}, "terminated after step 2, no end after that")

    with run.judge("targets") as judge:
        given = list(rollout(steps, {2: "truncated", **last}))
        given[1], given[2] = given[1].requires_grad_(), given[2].requires_grad_()
        found, targets = solution(*given, gamma, lam)
        theirs = torch.tensor(term_by_term(*given, gamma, lam))
        values = given[1].detach()
        mistakes = {
            "are these the advantages?": theirs,
            "are these sums of rewards? Where does λ come in?": torch.tensor(
                term_by_term(given[0], 0 * values, 0 * values, *given[3:], gamma, 1.0)
            ),
        }
        judge.equal(
            targets, theirs + values, within=1e-4, by="the sum", of="targets", mistakes=mistakes
        )
        for name, tensor in (("advantages", found), ("targets", targets)):
            judge.that(
                not tensor.requires_grad,
                f"the {name} carry a gradient: what would the critic learn from its own target?",
            )

    with run.judge("many-rollouts") as judge:
        several = [
            rollout(steps, {1 + i: "terminated" if i % 2 else "truncated", **last})
            for i in range(3)
        ]
        given = [torch.stack(columns, 1) for columns in zip(*several, strict=True)]
        theirs = torch.tensor([term_by_term(*one, gamma, lam) for one in several]).T
        yours = advantages(*given, gamma, lam)
        judge.equal(yours, theirs, within=1e-4, by="the sum", of=f"{steps} steps of 3 rollouts")
        cube = [column[:, :, None] for column in given]
        judge.equal(
            advantages(*cube, gamma, lam),
            theirs[:, :, None],
            within=1e-4,
            by="the sum",
            of=f"{steps} × 3 × 1",
        )
