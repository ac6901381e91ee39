"""A few examples of a house style: from the base or from the chat model?

**Question.** A handful of checked chats in your company's style is all you have. Do you fine-tune a
base checkpoint or a chat checkpoint, and with whose template?

**Idea.** Fine-tuning moves the weights as far as its examples push. Few examples can shift a style;
they cannot teach what a chat model learned from many:

    base checkpoint    + few examples of the style
    chat checkpoint    + the same examples, in the template it was trained with
    chat checkpoint    + the same examples, in a template of our own

The chat checkpoint is made first, of many conversations. The house is a clinic: it calls everybody
"patient" at the end of an answer. The few examples speak of a few things only; all others are asked
afterwards.

**Watch** the share of *new* questions that are answered correctly and in the style. In a new
template the chat model is first much less sure of what it knows; here, where an answer is a word,
the examples soon teach it the new marks, and a base learns it all if it is trained for longer.

**Try** `steps=200`: the base catches up and its claim fails. `chat_steps=10` makes a chat model
that is hardly one.

**At real scale.** The roles of a template are tokens, which get their meaning in training; the
documentation of transformers ("Chat templates") asks to keep a chat model's format when it is
trained further. Whatever the start, test safety again: Qi et al. (arXiv 2310.03693) find that even
harmless fine-tuning can weaken it.
"""

import copy
import random

import tinyworld
import torch
from tinyworld import world
from tinyworld.batches import padded

from quizapp.demo import Float, Int, Predict, Run, demo


def questions(things, ending):
    """Return questions about things with their answers, which end as given."""
    return [
        (f"What colour is the {thing}?", f"{world.COLOUR_OF[thing].capitalize()}{ending}")
        for thing in things
    ]


CHAT_STYLE, HOUSE_STYLE = ".", ", patient."


def batch_of(tokenizer, pairs, template, device):
    """Return input_ids, attention_mask and labels of questions and answers, each (pairs, T)."""
    asked = tokenizer([template(tokenizer, question) for question, _ in pairs])["input_ids"]
    replies = tokenizer([f"{answer} {tokenizer.eos_token}" for _, answer in pairs])["input_ids"]
    rows = [a + r for a, r in zip(asked, replies, strict=True)]
    return padded(tokenizer, rows, [len(a) for a in asked], device)


def its_own(tokenizer, question):
    """Return the prompt in the template that the chat model was trained with."""
    turn = [{"role": "user", "content": question}]
    return tokenizer.apply_chat_template(turn, add_generation_prompt=True, tokenize=False)


def new_template(tokenizer, question):
    """Return the prompt in a template of our own: other words for whose turn it is."""
    return f"{tokenizer.bos_token} User: {question} Assistant:"


def as_wanted(model, batch):
    """Return the share of rows whose whole answer greedy decoding would give."""
    labels = batch["labels"][:, 1:]  # (pairs, T - 1)
    with torch.no_grad():
        best = model(**batch).logits[:, :-1].argmax(-1)  # (pairs, T - 1)
    return ((best == labels) | (labels == -100)).all(1).float().mean().item()


@demo(
    topic="fundamentals",
    claims={
        "chat-start-carries": "From the chat model 60 % or more of the new questions are answered "
        "as wanted",
        "base-start-lags": "From the base the share is at least 20 points lower",
        "template-carries": "Before the examples a right answer costs the chat model over five "
        "times as much in a new template",
    },
    measures={
        "right_base": "share of new questions answered as wanted, from the base",
        "right_chat": "share of new questions answered as wanted, from the chat model",
        "cost_own": "loss of the right answers before the examples, chat model in its own "
        "template, nats per token",
        "cost_new": "the same in a new template",
        "right_template": "share of new questions answered as wanted, from the chat model in a new "
        "template",
        "best_start": "the start after which most new questions are answered as wanted",
    },
    predict=Predict(
        "The same few examples and steps. Which start answers most new questions as wanted?",
        options=("base", "chat model", "chat model, new template"),
        measure="best_start",
    ),
    budget_s=6,
)
def main(
    run: Run,
    examples: int = Int(12, 2, 640, log=True, help="checked chats in the house style"),
    chat_steps: int = Int(100, 10, 300, step=10, help="steps that make the chat model"),
    steps: int = Int(15, 5, 200, step=5, help="steps on the examples"),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    draw = random.Random(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    things = draw.sample(world.THINGS, len(world.THINGS))
    few, others = things[:12], things[12:]
    run.axes(x="step", y="new questions answered as wanted (share)")
    run.progress(chat_steps + 3 * steps)

    chat = copy.deepcopy(base)
    talks = tinyworld.chats("general", 16 * chat_steps, seed=seed)
    batches = (
        tinyworld.chat_batch(tokenizer, talks[16 * i :][:16], run.device) for i in range(chat_steps)
    )
    run.axes(chart="chat", title="Making the chat model", x="step", y="loss (nats per token)")
    for step, loss in enumerate(tinyworld.train(chat, batches, 2e-3)):
        run.step()
        run.line_points(step, {"chat model": loss}, chart="chat")

    starts = {
        "base": (base, its_own),
        "chat model": (chat, its_own),
        "chat model, new template": (chat, new_template),
    }
    plain = questions(others, CHAT_STYLE)
    cost = {}  # of the chat model's right answers, before it sees an example
    for name, template in {"own template": its_own, "new template": new_template}.items():
        with torch.no_grad():
            cost[name] = chat(**batch_of(tokenizer, plain, template, run.device)).loss.item()
    run.axes(chart="cost", title="Chat model before the examples", y="loss (nats per token)")
    run.bars("right answers", cost, chart="cost")
    checked = questions(draw.choices(few, k=examples), HOUSE_STYLE)
    right = {}  # by start
    for name, (start, template) in starts.items():
        model = copy.deepcopy(start)
        asked = batch_of(tokenizer, questions(others, HOUSE_STYLE), template, run.device)  # (32, T)
        picks = random.Random(seed)
        chosen = [picks.choices(checked, k=8) for _ in range(steps)]
        batches = (batch_of(tokenizer, some, template, run.device) for some in chosen)  # (8, T)
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            right[name] = as_wanted(model, asked)
            run.line_points(step, {name: right[name]})

    base_right, chat_right, template_right = right.values()
    run.bars("after the examples", right, chart="right")
    run.measure(right_base=base_right, right_chat=chat_right, right_template=template_right)
    own, new = cost.values()
    run.measure(cost_own=own, cost_new=new)
    run.measure(best_start=max(right, key=right.__getitem__))
    run.claim("chat-start-carries", chat_right >= 0.6, f"{chat_right:.0%} of {len(others)}")
    shown = f"{base_right:.0%} against {chat_right:.0%}"
    run.claim("base-start-lags", base_right <= chat_right - 0.2, shown)
    run.claim("template-carries", new > 5 * own, f"{own:.4f} and {new:.4f} nats")
