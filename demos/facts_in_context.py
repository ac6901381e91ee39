"""A list that changes: in the weights or in the prompt?

**Question.** An assistant must know a list that changes every week. Do you train the list into its
weights, or train it to read a page that stands in its prompt?

**Idea.** Both are fine-tunes with the same loss on answers. They differ in what is there to learn:

    in the weights    question           → answer        the list itself
    in the prompt     page, question     → answer        to find the answer on the page

The second model sees another random list in every example, so the only thing that it can learn is
to read. Then the list changes for half of the things. A page can be replaced; weights stay.

**Watch** the first plot: both learn their task. The bars show what is right after the change, and
what is right if the retriever fetches a page about another thing: nothing then stops the model from
reading the wrong page.

**Try** `changed=0`: a list that stays is known by both, and "weights-are-stale" fails.
`page_steps=20`: it has not learned to read, so no page helps and none misleads.
`page=3`: three facts on the page, so that it must find the right one and not only copy.

**At real scale.** Ovadia et al. (arXiv 2312.05934) find retrieval ahead of unsupervised fine-tuning
for old and for new knowledge. RAFT (arXiv 2403.10131) fine-tunes on prompts that contain retrieved
pages, distracting ones among them. A large model reads a page without being trained to.
"""

import random

import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Float, Int, Predict, Run, demo


def chat(thing, colour, page=()):
    """Return a question about a thing and its answer, after the facts of a page."""
    facts = "".join(f"The {name} is {its}. " for name, its in page)
    question = {"role": "user", "content": f"{facts}What colour is the {thing}?"}
    return [question, {"role": "assistant", "content": f"{colour}."}]


def random_page(draw, size):
    """Return facts about a few things, drawn anew, as (thing, colour) pairs."""
    return [(thing, draw.choice(world.COLOURS)) for thing in draw.sample(world.THINGS, size)]


def share_right(model, tokenizer, chats):
    """Return the share of chats whose whole answer greedy decoding would give."""
    batch = tinyworld.chat_batch(tokenizer, chats, model.device.type)
    labels = batch.pop("labels")[:, 1:]  # (chats, T - 1), -100 on page and question
    with torch.no_grad():
        best = model(**batch).logits[:, :-1].argmax(-1)  # (chats, T - 1)
    return ((best == labels) | (labels == -100)).all(1).float().mean().item()


@demo(
    topic="fundamentals",
    claims={
        "both-learn": "Before the change both models answer 85 % or more of the questions",
        "weights-are-stale": "After the change the list in the weights is right in at most 75 %",
        "page-is-current": "After the change the model that reads is right in 85 % or more",
        "a-miss-misleads": "With a page about another thing 50 points fewer answers are right",
    },
    measures={
        "weights_before": "share right before the change, list in the weights",
        "weights_after": "share right after the change, list in the weights",
        "page_before": "share right before the change, page in the prompt",
        "page_after": "share right after the change, new page in the prompt",
        "page_missed": "share right if the page is about another thing",
        "stale": "share of the changed things answered by the old list, list in the weights",
        "winner": "which model is right more often after the change",
    },
    predict=Predict(
        "Half of the list changes. Which model is right more often afterwards, without training?",
        options=("list in the weights", "page in the prompt", "no difference"),
        measure="winner",
    ),
    budget_s=7,
)
def main(
    run: Run,
    changed: float = Float(0.5, 0, 1, step=0.05, help="share of the list that changes"),
    page: int = Int(1, 1, 4, help="facts on a page"),
    weight_steps: int = Int(80, 10, 300, step=10),
    page_steps: int = Int(200, 20, 800, step=20),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    before = {thing: draw.choice(world.COLOURS) for thing in world.THINGS}
    after = dict(before)
    moved = draw.sample(world.THINGS, round(changed * len(world.THINGS)))
    for thing in moved:
        after[thing] = draw.choice([c for c in world.COLOURS if c != before[thing]])

    def asked(truth, known, shift=0):
        """Return a chat for each thing, on its page what `known` has of the thing `shift` on."""
        things = list(truth)
        chats = []
        for i, (thing, colour) in enumerate(truth.items()):
            name = things[(i + shift) % len(things)]
            rest = [fact for fact in random_page(draw, page) if fact[0] not in (thing, name)]
            facts = [(name, known[name]), *rest[: page - 1]] if known else []
            draw.shuffle(facts)
            chats.append(chat(thing, colour, facts))
        return chats

    def lessons(reads):
        """Give what one step is trained on: 16 chats."""
        while True:
            some = []
            for _ in range(16):
                facts = random_page(draw, page) if reads else []
                thing, colour = draw.choice(facts or list(before.items()))
                some.append(chat(thing, colour, facts))
            yield some

    run.axes(x="step", y="right answers before the change (share)")
    arms = {"list in the weights": weight_steps, "page in the prompt": page_steps}
    models = {}
    run.progress(sum(arms.values()))
    for name, steps in arms.items():
        reads = name == "page in the prompt"
        torch.manual_seed(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        exam = asked(before, before if reads else None)
        given = lessons(reads)
        batches = (tinyworld.chat_batch(tokenizer, next(given), run.device) for _ in range(steps))
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            if step % 10 == 0:
                run.line_points(step, {name: share_right(model, tokenizer, exam)})
        models[name] = model

    weights, reader = models.values()
    weights_before = share_right(weights, tokenizer, asked(before, None))
    weights_after = share_right(weights, tokenizer, asked(after, None))
    old_answers = [chat(thing, before[thing]) for thing in moved]
    stale = share_right(weights, tokenizer, old_answers) if moved else float("nan")
    page_before = share_right(reader, tokenizer, asked(before, before))
    page_after = share_right(reader, tokenizer, asked(after, after))
    page_missed = share_right(reader, tokenizer, asked(after, after, shift=1))
    winner = "page in the prompt" if page_after > weights_after + 0.05 else "no difference"
    if weights_after > page_after + 0.05:
        winner = "list in the weights"

    bars = {"before": weights_before, "after": weights_after}
    run.bars("list in the weights", bars, chart="right")
    bars = {"before": page_before, "after": page_after, "wrong page": page_missed}
    run.bars("page in the prompt", bars, chart="right")
    run.measure(weights_before=weights_before, weights_after=weights_after, stale=stale)
    run.measure(page_before=page_before, page_after=page_after, page_missed=page_missed)
    run.measure(winner=winner)
    shown = f"{weights_before:.0%} and {page_before:.0%}"
    run.claim("both-learn", min(weights_before, page_before) >= 0.85, shown)
    run.claim("weights-are-stale", weights_after <= 0.75, f"{weights_after:.0%}")
    run.claim("page-is-current", page_after >= 0.85, f"{page_after:.0%}")
    shown = f"{page_missed:.0%} against {page_after:.0%}"
    run.claim("a-miss-misleads", page_missed <= page_after - 0.5, shown)
