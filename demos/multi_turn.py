"""A dialogue of several turns: one sequence, or a sample per turn?

**Question.** A dialogue has n assistant turns, and each is to be learned. Must the dialogue be cut
into n samples, each with the history before its answer?

**Idea.** In a causal model a token sees only what stands before it. So in one pass over the whole
dialogue every assistant turn is predicted from exactly the history that it would have as a sample
of its own, and the gradients add up to the same:

    ∇ Σ over turns L(turn | history)   =   Σ over samples ∇ L(last turn | history)

Only the cost differs. For n turns of equal length the samples together hold (n + 1)/2 times as many
tokens. A sample of the last turn alone is cheap and throws n − 1 answers away.

**Watch** the log probability of every answer token both ways: the points lie on the diagonal.

**Try** `turns=1`: one turn, one sample, nothing saved, and "samples-cost-more" fails. A `template`
that drops earlier answers from the history, as some drop earlier reasoning, breaks the identity:
one sequence is then not what the model will see when it serves.

**At real scale.** TRL's `assistant_only_loss=True` does this for templates that mark what the
assistant says by `{% generation %}`. The identity is exact in any causal model; in 16 bit it holds
up to rounding.
"""

import tinyworld
import torch

from quizapp.demo import Choice, Int, Predict, Run, demo


def one_sequence(tokenizer, talk, device):
    """Return a dialogue with every assistant turn in its labels, each (1, T)."""
    ids, labels = [], []
    for turn in range(1, len(talk), 2):
        known = len(ids)
        asked = render(tokenizer, talk[:turn], True)
        ids = render(tokenizer, talk[: turn + 1], False)
        labels += [-100] * (len(asked) - known) + ids[len(asked) :]
    rows = {"input_ids": [ids], "labels": [labels]}
    return {name: torch.tensor(row, device=device) for name, row in rows.items()}


def last_turn(tokenizer, talk, device, template):
    """Return a dialogue with its last turn in the labels, each (1, T)."""
    if template == "drops earlier answers":
        talk = [turn for turn in talk[:-1] if turn["role"] == "user"] + talk[-1:]
    asked, ids = render(tokenizer, talk[:-1], True), render(tokenizer, talk, False)
    rows = {"input_ids": [ids], "labels": [[-100] * len(asked) + ids[len(asked) :]]}
    return {name: torch.tensor(row, device=device) for name, row in rows.items()}


def render(tokenizer, talk, prompt):
    """Return the ids of a dialogue in the chat template, as a prompt if an answer is to follow."""
    text = tokenizer.apply_chat_template(talk, add_generation_prompt=prompt, tokenize=False)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def log_probability(model, batch):
    """Return log p of every token with a label, in order, (labels,)."""
    log_p = model(batch["input_ids"]).logits[:, :-1].log_softmax(-1)  # (1, T - 1, vocabulary)
    labels = batch["labels"][:, 1:]  # (1, T - 1)
    of_label = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]
    return of_label[labels != -100]


def gradient(model, batches):
    """Return the summed gradient of −Σ log p over the batches, as one vector."""
    model.zero_grad()
    for batch in batches:
        (-log_probability(model, batch).sum()).backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()])  # (parameters,)


@demo(
    topic="sft",
    claims={
        "same-probabilities": "Every answer token has the same log probability both ways, to 0.001 "
        "nats",
        "same-gradient": "The gradients differ by less than 0.1 % of their length",
        "samples-cost-more": "A sample per turn processes over 1.5 times as many tokens",
    },
    measures={
        "largest": "largest |Δ log p| of an answer token, nats",
        "gradient_gap": "length of the difference of the gradients, share of the gradient",
        "times": "tokens of a sample per turn, times those of one sequence",
        "kept_last": "labels that training on the last turn alone keeps, share of all",
        "same": "whether both ways teach the same",
    },
    predict=Predict(
        "One sequence with all assistant turns in the loss, or a sample per turn. Do they give the "
        "same gradient?",
        options=("the same", "another one"),
        measure="same",
    ),
    budget_s=2,
)
def main(
    run: Run,
    turns: int = Int(6, 1, 12),
    dialogues: int = Int(8, 1, 32),
    template: str = Choice("keeps everything", "drops earlier answers"),
    seed: int = Int(0, 0, 999),
) -> None:
    model, tokenizer = tinyworld.load(device=run.device)
    chats = tinyworld.chats("general", turns * dialogues, seed=seed)
    run.axes(x="log p, one sequence", y="log p, a sample per turn")

    whole, samples = [], []  # batches of one row
    for i in range(dialogues):
        talk = [turn for chat in chats[i * turns :][:turns] for turn in chat]  # (2 · turns)
        whole.append(one_sequence(tokenizer, talk, run.device))
        samples += [
            last_turn(tokenizer, talk[: 2 * n], run.device, template) for n in range(1, turns + 1)
        ]

    largest = 0.0
    for i in run.steps(dialogues):
        with torch.no_grad():
            once = log_probability(model, whole[i])  # (labels,)
            apart = [log_probability(model, s) for s in samples[i * turns :][:turns]]
        again = torch.cat(apart)  # (labels,)
        run.scatter("answer tokens", once, again)
        largest = max(largest, (once - again).abs().max().item())
    summed = gradient(model, whole)
    gap = ((gradient(model, samples) - summed).norm() / summed.norm()).item()
    tokens = [sum(b["input_ids"].numel() for b in batches) for batches in (whole, samples)]
    labels = sum((b["labels"] != -100).sum().item() for b in whole)
    last = sum((b["labels"] != -100).sum().item() for b in samples[turns - 1 :: turns])

    run.measure(largest=largest, gradient_gap=gap, times=tokens[1] / tokens[0])
    run.measure(kept_last=last / labels, same="the same" if gap < 1e-3 else "another one")
    run.claim("same-probabilities", largest < 1e-3, f"at most {largest:.1e} nats")
    run.claim("same-gradient", gap < 1e-3, f"{gap:.1e}")
    run.claim("samples-cost-more", tokens[1] > 1.5 * tokens[0], f"{tokens[1]} and {tokens[0]}")
