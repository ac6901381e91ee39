"""One chat model, seven ways to render the question.

**Question.** A fine-tune is perfect in training and fails in production. The weights are the same.
Does the way the prompt is written matter that much?

**Idea.** A chat model has never seen "a question". It has seen ids: a begin token, role tokens,
text, role tokens, text, end token. The *chat template* writes them; another is another input:

    loss = −(1/n)·Σₜ log p(answerₜ | rendering of the question, answer before t)

The model is trained with the template of its tokenizer. The same questions are then asked in other
renderings, and the loss of the *right* answer and the share of right answers are measured.

**Watch** two curves over training: the loss as trained, and the loss as served. The second falls at
first, since the content is learned too, and stays above. Then compare the bars.

**Try** `served=as trained`, `two BOS` or `no BOS`: the claims on production fail; this model
hardly cares about a begin token. `no generation prompt` and `no tags` depend on the seed: what a
model does with a prompt it never saw is undefined, not simply worse. `domain=general`: the base
has read such questions as plain text, and the tags can be left out. `User: Assistant:` consists of
words that this tokenizer does not know: the usual fate of a format copied from an article.

**What libraries say.** The transformers documentation ("Chat templates"): use the template that the
model was trained with, set `add_generation_prompt` when generating and not when training, and
tokenize a rendered chat with `add_special_tokens=False`, or the special tokens stand there twice.

**Scale.** A large instruct model has seen many formats and survives more. It answers, a little
worse, and nobody notices. Compare ids, not impressions.
"""

import tinyworld
import torch
from tinyworld.batches import padded

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def renderings(tokenizer, question):
    """Return the prompt of one question in every rendering, as text."""
    turn = [{"role": "user", "content": question}]
    right = tokenizer.apply_chat_template(turn, add_generation_prompt=True, tokenize=False)
    swapped = right.replace("<user>", "<?>").replace("<assistant>", "<user>")
    return {
        "as trained": right,
        "roles swapped": swapped.replace("<?>", "<assistant>"),
        "no generation prompt": tokenizer.apply_chat_template(turn, tokenize=False),
        "no tags": f"{tokenizer.bos_token} {question}",
        "no BOS": right.removeprefix(tokenizer.bos_token),
        "two BOS": tokenizer.bos_token + right,
        "User: Assistant:": f"{tokenizer.bos_token} User: {question} Assistant:",
    }


def score(model, tokenizer, prompts, answers):
    """Return the loss of the answers, in nats per token, and the share that greedy would give."""
    asked = tokenizer(prompts, add_special_tokens=False)["input_ids"]
    replies = tokenizer([f"{a} {tokenizer.eos_token}" for a in answers])["input_ids"]
    rows = [p + a for p, a in zip(asked, replies, strict=True)]
    batch = padded(tokenizer, rows, [len(p) for p in asked], model.device.type)
    with torch.no_grad():
        out = model(**batch)
    labels = batch["labels"][:, 1:]  # (questions, T - 1)
    best = out.logits[:, :-1].argmax(-1)  # (questions, T - 1)
    hit = (best == labels) | (labels == -100)
    return out.loss.item(), hit.all(1).float().mean().item()


@demo(
    topic="sft",
    claims={
        "trained-works": "In the rendering of training 95 % or more of the answers are right",
        "served-costs": "As served, the right answer costs over 0.2 nats per token more",
        "served-fails": "As served, half of the answers or fewer are right",
    },
    measures={
        "loss_trained": "loss of the right answer as trained, nats per token",
        "loss_served": "loss of the right answer as served, nats per token",
        "right_trained": "share of right answers as trained",
        "right_served": "share of right answers as served",
        "right_words": "share of right answers after 'User: ... Assistant:'",
        "loss_words": "loss of the right answer after 'User: ... Assistant:', nats per token",
        "right_no_prompt": "share of right answers without generation prompt",
        "right_no_bos": "share of right answers without begin token",
        "right_two_bos": "share of right answers after two begin tokens",
        "verdict": "how many answers are right as served",
    },
    predict=Predict(
        "Trained with the template, asked as served. How many answers are right?",
        options=("nearly all", "some", "hardly any"),
        measure="verdict",
    ),
    budget_s=5,
)
def main(
    run: Run,
    served: str = Choice(
        "roles swapped",
        "as trained",
        "no generation prompt",
        "no tags",
        "no BOS",
        "two BOS",
        "User: Assistant:",
    ),
    domain: str = Choice("clinic", "general"),
    steps: int = Int(100, 10, 300, step=10),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    chats = tinyworld.chats(domain, 16 * steps, seed=seed)
    asked = {chat[0]["content"]: chat[1]["content"] for chat in tinyworld.chats(domain, 400, 0)}
    texts = [renderings(tokenizer, question) for question in asked]  # every question once
    prompts = {name: [text[name] for text in texts] for name in texts[0]}
    answers = list(asked.values())

    run.axes(x="step", y="loss of the right answer (nats per token)")
    run.axes(chart="share", title="After training", y="right answers (share)")
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    for step in run.steps(steps):
        if step % 5 == 0:
            loss, _ = score(model, tokenizer, prompts["as trained"], answers)
            loss_served, _ = score(model, tokenizer, prompts[served], answers)
            run.line_points(step, {"in training": loss, "in production": loss_served})
        batch = tinyworld.chat_batch(tokenizer, chats[16 * step :][:16], run.device)  # (16, T)
        model(**batch).loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    losses, right = {}, {}  # by rendering
    for name, rows in prompts.items():
        losses[name], right[name] = score(model, tokenizer, rows, answers)
    loss, loss_served = losses["as trained"], losses[served]
    right_trained, right_served = right["as trained"], right[served]
    verdict = "nearly all" if right_served >= 0.9 else "some"
    if right_served <= 0.25:
        verdict = "hardly any"
    first = prompts[served][0]
    reply = tinyworld.generate(model, tokenizer, first, 12)

    run.bars("right", right, chart="share")
    rows = [
        {"rendering": n, "prompt": prompts[n][0], "loss": f"{losses[n]:.3f}", "right": f"{r:.0%}"}
        for n, r in right.items()
    ]
    run.table("After training", rows)
    run.sample(f"as served: {first}", reply)
    run.measure(loss_trained=loss, loss_served=loss_served, loss_words=losses["User: Assistant:"])
    run.measure(right_trained=right_trained, right_served=right_served, verdict=verdict)
    run.measure(right_no_bos=right["no BOS"], right_two_bos=right["two BOS"])
    run.measure(right_no_prompt=right["no generation prompt"])
    run.measure(right_words=right["User: Assistant:"])
    run.claim("trained-works", right_trained >= 0.95, f"{right_trained:.0%} of {len(answers)}")
    run.claim("served-costs", loss_served > loss + 0.2, f"{loss:.3f} to {loss_served:.3f} nats")
    run.claim("served-fails", right_served <= 0.5, f"{right_served:.0%}")
