"""Left or right padding?

**Question.** Prompts of unequal length go through a model as one batch. On which side does the
padding belong, and does the attention mask make the side irrelevant?

**Idea.** Generation continues each row *at its end*. A causal model predicts the next token from
the last position of the row:

    left     <pad> <pad> The  fox  | → next token after "fox"
    right    The   fox  <pad> <pad> | → next token after "<pad>", a position that means nothing

The mask hides pads from the other tokens. It does not move the place where the row continues. In
training nothing is continued: every token is predicted from the one before it, pads carry no label,
and in a causal model no token sees what stands to its right. There the right side is fine.

**Watch** how many tokens of a continuation agree with that of the same prompt alone. The more
padding on the right, the more prompts derail, and from the first token on. The longest prompt of a
batch has no padding and is always right: a bug that a test with one prompt cannot find.

**Try** `mask=false`: now the pads on the left are read as text, and both claims on the left side
fail. Right padding still trains the same, even without a mask, since it lies in the future.

**What libraries say.** The text generation guide of transformers lists the padding side among the
common pitfalls: decoder-only models are not trained to continue from padding, so pad left.
`generate` warns when it sees right padding. Serving engines that pack sequences without padding
avoid the question.

**Scale.** Exact here: 32-bit, one thread. In 16 bit another batch shape may change the last digits
of a logit, and with it, rarely, a token.
"""

import random

import tinyworld
import torch

from quizapp.demo import Flag, Int, Predict, Run, demo


def pad(tokenizer, rows, side):
    """Return input_ids and attention_mask of token lists, each (rows, T)."""
    tokenizer.padding_side = side
    return tokenizer.pad({"input_ids": rows}, return_tensors="pt")


def continued(model, ids, mask, count, pad_id):
    """Return the next `count` tokens of each row, greedy; pads after an end token."""
    out = model.generate(
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=count,
        do_sample=False,
        pad_token_id=pad_id,
    )
    new = out[:, ids.shape[1] :].tolist()  # (rows, at most `count`)
    return [(row + [pad_id] * count)[:count] for row in new]


def log_probability(model, ids, mask):
    """Return log p of each token after the first, (rows, T - 1)."""
    with torch.no_grad():
        log_p = model(ids, attention_mask=mask).logits[:, :-1].log_softmax(-1)
    return log_p.gather(-1, ids[:, 1:, None])[..., 0]


def agreeing(row, other):
    """Return how many tokens agree, from the first on."""
    same = [a == b for a, b in zip(row, other, strict=True)]
    return [*same, False].index(False)


def share(counts, least):
    """Return the share of counts that reach `least`."""
    return sum(count >= least for count in counts) / max(1, len(counts))


@demo(
    topic="sft",
    claims={
        "left-is-single": "Padded left, every prompt continues as it does alone",
        "right-derails": "Padded right, half or fewer of the padded prompts continue as alone",
        "either-side-trains": "On both sides the log-probabilities of all real tokens are those "
        "of the text alone, to 0.001 nats",
    },
    measures={
        "same_left": "share of padded prompts that continue as alone, padded left",
        "same_right": "share of padded prompts that continue as alone, padded right",
        "first_right": "share of padded prompts whose first new token is right, padded right",
        "longest_right": "share of unpadded (longest) prompts that continue as alone, in the batch "
        "padded right",
        "longest_left": "the same in the batch padded left",
        "train_left": "largest |Δ log p| of a real token, padded left, nats",
        "train_right": "largest |Δ log p| of a real token, padded right, nats",
        "padding": "share of padding in the batch, percent",
        "winner": "the side on which the batch gives what single prompts give",
    },
    predict=Predict(
        "A batch of unequal prompts, attention mask passed. Which side gives the "
        "continuations that the prompts have alone?",
        options=("both", "left only", "right only", "neither"),
        measure="winner",
    ),
    budget_s=4,
)
def main(
    run: Run,
    prompts: int = Int(24, 2, 64),
    new_tokens: int = Int(12, 1, 24),
    mask: bool = Flag(True, help="pass the attention mask"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    pad_id = tokenizer.pad_token_id
    texts = []
    for domain in ("general", "clinic", "bank"):
        texts += tinyworld.documents(domain, 22, seed, guideline="old")
    rows = [
        tokenizer(f"{tokenizer.bos_token} {text}")["input_ids"][: draw.randint(3, 24)]
        for text in draw.sample(texts, prompts)
    ]
    longest = max(map(len, rows))
    run.axes(x="padding tokens of the prompt", y="new tokens that agree, from the first on")

    real, together, trained = {}, {}, {}  # by side
    for side in ("left", "right"):
        batch = pad(tokenizer, rows, side).to(run.device)
        ids = batch["input_ids"]  # (prompts, T)
        real[side] = batch["attention_mask"]  # (prompts, T)
        seen = real[side] if mask else torch.ones_like(ids)
        together[side] = continued(model, ids, seen, new_tokens, pad_id)
        trained[side] = log_probability(model, ids, seen)  # (prompts, T - 1)

    agree = {"left": [], "right": []}  # tokens that agree, prompt by prompt
    worst = {"left": 0.0, "right": 0.0}  # largest |Δ log p| of a real token
    table = []
    for i in run.steps(prompts):
        alone = torch.tensor([rows[i]], device=run.device)  # (1, length)
        seen = torch.ones_like(alone)
        single = continued(model, alone, seen, new_tokens, pad_id)[0]
        truth = log_probability(model, alone, seen)[0]  # (length - 1,)
        for side in agree:
            agree[side].append(agreeing(together[side][i], single))
            is_real = real[side][i].bool()  # (T,)
            known = trained[side][i][is_real[1:] & is_real[:-1]]  # (length - 1,)
            worst[side] = max(worst[side], (known - truth).abs().max().item())
            run.scatter(side, [longest - len(rows[i])], [agree[side][-1]])
        new = {"alone": single, "left": together["left"][i], "right": together["right"][i]}
        words = {k: tokenizer.decode(ids, skip_special_tokens=True)[:30] for k, ids in new.items()}
        prompt = tokenizer.decode(rows[i], skip_special_tokens=True)[-30:]
        table.append({"prompt": prompt} | words)
    run.table("Continuations", table[:6])

    short = [i for i in range(prompts) if len(rows[i]) < longest]
    full = [i for i in range(prompts) if len(rows[i]) == longest]
    short_left = [agree["left"][i] for i in short]
    short_right = [agree["right"][i] for i in short]
    full_right = [agree["right"][i] for i in full]
    full_left = [agree["left"][i] for i in full]
    left = share(short_left, new_tokens)
    right = share(short_right, new_tokens)
    winners = {(True, True): "both", (True, False): "left only", (False, True): "right only"}
    winner = winners.get((left == 1, right == 1), "neither")

    run.measure(same_left=left, same_right=right, winner=winner)
    run.measure(first_right=share(short_right, 1), longest_right=share(full_right, new_tokens))
    run.measure(longest_left=share(full_left, new_tokens))
    run.measure(train_left=worst["left"], train_right=worst["right"])
    run.measure(padding=100 * (1 - sum(map(len, rows)) / (prompts * longest)))
    run.claim("left-is-single", left == 1, f"{left:.0%} of {len(short)}")
    run.claim("right-derails", right <= 0.5, f"{right:.0%} of {len(short)}")
    most = max(worst.values())
    run.claim("either-side-trains", most < 1e-3, f"at most {most:.1e} nats")
