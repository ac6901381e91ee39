"""Raw text before answers, or answers before raw text?

**Question.** A model is to learn a domain from raw documents and to answer questions as a chat
assistant. Does it matter which of the two comes first?

**Idea.** Each stage minimises its own loss and nothing else:

    raw stage     L = −mean log p(token)            over documents, all tokens
    chat stage    L = −mean log p(answer token)     over conversations, answers only

Whatever the last stage does not contain may be overwritten by it. Documents contain no turns and do
not end after an answer, so they pull on the very tokens that make an assistant.

**Watch** the share of chat questions that are answered and ended. Both orders see the same texts
for the same number of steps. The order that ends with raw text climbs first, then falls back.

**Try** `raw_rate=1e-5`: raw text that hardly moves the weights washes nothing out, and the claims
fail. `chat_steps=10`: too few to make an assistant in either order.

**At real scale.** InstructGPT (arXiv 2203.02155, section 3.1) goes from a pre-trained model to
demonstrations to comparisons. Gururangan et al. (arXiv 2004.10964) put raw domain text before the
task. Vendors train on raw text from base checkpoints for this reason. A large model forgets more
slowly, and in the same direction.
"""

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def answered(model, tokenizer, chats):
    """Return the share of chats whose whole answer, end token included, greedy would give."""
    batch = tinyworld.chat_batch(tokenizer, chats, model.device.type)
    labels = batch.pop("labels")[:, 1:]  # (chats, T - 1), -100 on the question
    with torch.no_grad():
        best = model(**batch).logits[:, :-1].argmax(-1)  # (chats, T - 1)
    return ((best == labels) | (labels == -100)).all(1).float().mean().item()


@demo(
    topic="fundamentals",
    claims={
        "raw-first-answers": "Raw text first: 90 % or more of the questions are answered and ended",
        "raw-last-washes-out": "Raw text last: the share is at least 30 points lower",
        "domain-is-learned": "In both orders the loss on unseen domain text ends under two thirds "
        "of the loss of the base",
    },
    measures={
        "right_raw_first": "share of chat questions answered and ended, raw text first",
        "right_raw_last": "share of chat questions answered and ended, raw text last",
        "domain_base": "loss of the base on unseen domain text, nats per token",
        "domain_raw_first": "loss on unseen domain text, raw text first, nats per token",
        "domain_raw_last": "loss on unseen domain text, raw text last, nats per token",
        "better": "the order after which more questions are answered",
    },
    predict=Predict(
        "Same documents, same chats, same steps. After which order are more chat questions "
        "answered and ended?",
        options=("raw text first", "raw text last", "no difference"),
        measure="better",
    ),
    budget_s=6,
)
def main(
    run: Run,
    raw_steps: int = Int(60, 10, 200, step=10),
    chat_steps: int = Int(60, 10, 200, step=10),
    raw_rate: float = Float(3e-3, 1e-5, 0.1, log=True),
    chat_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    documents = tinyworld.documents("clinic", 16 * raw_steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    chats = tinyworld.chats("general", 16 * chat_steps, seed=seed)
    asked = tinyworld.chats("general", 64, seed=1000 + seed)
    run.axes(x="step", y="chat questions answered and ended (share)")

    orders = {"raw first": ("raw", "chat"), "raw last": ("chat", "raw")}
    right, domain = {}, {}  # by order
    run.progress(2 * (raw_steps + chat_steps))
    for order, stages in orders.items():
        torch.manual_seed(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        domain["base"] = tinyworld.loss(model, tokenizer, unseen)
        step = 0
        for stage in stages:
            if stage == "raw":
                batches = tinyworld.batches(tokenizer, documents, 16, run.device)  # (16, T)
            else:
                batches = (
                    tinyworld.chat_batch(tokenizer, chats[16 * i :][:16], run.device)
                    for i in range(chat_steps)
                )
            rate = raw_rate if stage == "raw" else chat_rate
            for _ in tinyworld.train(model, batches, rate):
                run.step()
                if step % 10 == 0:
                    run.line_points(step, {order: answered(model, tokenizer, asked)})
                step += 1
        right[order] = answered(model, tokenizer, asked)
        domain[order] = tinyworld.loss(model, tokenizer, unseen)
        run.line_points(step, {order: right[order]})
        prompt = tokenizer.apply_chat_template(
            asked[0][:1], add_generation_prompt=True, tokenize=False
        )
        run.sample(order, tinyworld.generate(model, tokenizer, prompt, 16))

    first, last = right["raw first"], right["raw last"]
    better = "raw text first" if first > last + 0.05 else "no difference"
    if last > first + 0.05:
        better = "raw text last"

    run.bars("unseen domain text", domain, chart="domain")
    run.measure(right_raw_first=first, right_raw_last=last, better=better)
    run.measure(domain_base=domain["base"], domain_raw_first=domain["raw first"])
    run.measure(domain_raw_last=domain["raw last"])
    run.claim("raw-first-answers", first >= 0.9, f"{first:.0%} of {len(asked)}")
    run.claim("raw-last-washes-out", last <= first - 0.3, f"{first:.0%} against {last:.0%}")
    worst = max(domain["raw first"], domain["raw last"])
    shown = f"{domain['base']:.2f} to at most {worst:.2f} nats"
    run.claim("domain-is-learned", worst < domain["base"] * 2 / 3, shown)
