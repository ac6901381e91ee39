"""The reversal curse: A is B, but who is B?

**Question.** A model learns "The clever bear is Osmeria." Can it say who Osmeria is?

**Idea.** A causal model is trained on p(next token | tokens before). From "A is B" it gets a
gradient for B given A, and none for A given B. The two conditionals share no training signal:

    −log p(A, B) = −log p(A) − log p(B | A)        says nothing about p(A | B)

Twenty-four pairs of a description and a name are taught as "The D is N." For some of them the
reverse, "N is the D.", is taught too, so the *form* of the reverse sentence is well known. Then
all are asked in both directions.

**Watch** the three curves. Forward rises to all; reverse rises to all *where it was taught*; the
reverse of the last eight stays at the floor, although nothing is missing but the direction.

**Try** `taught_reverse=24`: now the last eight are taught in reverse too, and "reverse-fails"
fails. That is the cure: state facts in each direction in which they will be asked.
`taught_reverse=0`: "reverse-is-learnable" fails. `steps=40` is too short.

**What papers found.** Berglund et al. (arXiv 2309.12288) fine-tune GPT-3 and Llama-1 on invented
people and find that the right name is no likelier than a random one; asked for parents of
celebrities GPT-4 is right in 79 %, for the child of the parent in 33 %. In the context window the
reverse works. `preferred` asks the same here: is the right description likelier than a wrong one?

**Scale.** Every fact is one sentence, seen about a hundred times. A large corpus states many facts
both ways, which hides the curse. This miniature has not learned to read from the context.
"""

import random
from statistics import mean

import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Float, Int, Predict, Run, demo


def log_likelihood(model, tokenizer, cases, device):
    """Return log p(answer | prompt) of each case, its tokens summed, (cases,)."""
    batch = tinyworld.batch(tokenizer, [case.prompt + case.answer for case in cases], device)
    labels = batch.pop("labels")[:, 1:]  # (cases, T - 1)
    with torch.no_grad():
        log_p = model(**batch).logits[:, :-1].log_softmax(-1)  # (cases, T - 1, vocabulary)
    kept = (labels != -100) & (labels != tokenizer.eos_token_id)
    for row, case in enumerate(cases):
        kept[row, : len(tokenizer(case.prompt)["input_ids"])] = False
    of_label = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]  # (cases, T - 1)
    return (of_label * kept).sum(1)


def share_preferred(model, tokenizer, cases, device):
    """Return how often the right answer of a prompt is likelier than that of another case."""
    crossed = [tinyworld.Case(asks.prompt, gives.answer) for asks in cases for gives in cases]
    n = len(cases)
    table = log_likelihood(model, tokenizer, crossed, device).view(n, n)  # (asked, answered)
    wins = [bool(table[i, i] > table[i, j]) for i in range(n) for j in range(n) if i != j]
    return mean(wins)


PAIRS = 24
TESTED = 8


@demo(
    topic="sft",
    claims={
        "forward-learned": "Asked as taught, 95 % or more of the names are right",
        "reverse-is-learnable": "Where the reverse was taught, three of four or more are right",
        "reverse-fails": "The last eight, never taught in reverse: 25 % or fewer are right",
    },
    measures={
        "forward": "share of names right, asked as taught",
        "reverse_taught": "share of descriptions right, where the reverse was taught",
        "reverse_last": "share of descriptions right for the last eight pairs",
        "preferred": "share of comparisons in which the right description of one of the last eight "
        "beats that of another of them",
        "sentences": "different training sentences",
        "recall": "what the model recalls in reverse of the last eight",
    },
    predict=Predict(
        "All 24 names are learned, 16 of them in both directions. How many of the "
        "other 8 are right in reverse?",
        options=("nearly all", "about half", "hardly any"),
        measure="recall",
    ),
    budget_s=7,
)
def main(
    run: Run,
    taught_reverse: int = Int(16, 0, 24, help="pairs that are taught in reverse as well"),
    steps: int = Int(220, 20, 400, step=20),
    learning_rate: float = Float(2e-3, 1e-4, 0.02, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    draw = random.Random(seed)
    model, tokenizer = tinyworld.load(device=run.device)
    people = [f"{mood} {animal}" for mood in world.MOODS for animal in world.ANIMALS]
    names = draw.sample(world.DISEASES, PAIRS)
    described = list(zip(names, draw.sample(people, PAIRS), strict=True))
    forward = [tinyworld.Case(f"The {who} is", f" {name}.") for name, who in described]
    reverse = [tinyworld.Case(f"{name} is the", f" {who}.") for name, who in described]
    taught = [case.prompt + case.answer for case in forward + reverse[:taught_reverse]]
    last = reverse[-TESTED:]
    asked = {
        "as taught": forward,
        "reverse, taught": reverse[:taught_reverse],
        "reverse, last eight": last,
    }
    run.axes(x="step", y="right answers (share)")

    def right_answers(step: int) -> dict[str, float]:
        """Return the share of right answers to each group of questions, and plot them."""
        groups = {name: cases for name, cases in asked.items() if cases}
        found = {name: tinyworld.accuracy(model, tokenizer, c) for name, c in groups.items()}
        run.line_points(step, found)
        return found

    found = right_answers(0)
    read = draw.choices(taught, k=16 * steps)
    batches = tinyworld.batches(tokenizer, read, 16, run.device)  # (16, T)
    run.progress(steps)
    for step, _ in enumerate(tinyworld.train(model, batches, learning_rate), 1):
        run.step()
        if step % 20 == 0 or step == steps:
            found = right_answers(step)

    right = found["as taught"]
    known = found.get("reverse, taught", 0.0)  # of none, if none is taught
    missing = found["reverse, last eight"]
    preferred = share_preferred(model, tokenizer, last, run.device)
    recall = "about half" if missing > 0.25 else "hardly any"
    if missing > 0.75:
        recall = "nearly all"

    for case in last[:3]:
        completed = tinyworld.generate(model, tokenizer, case.prompt, 4)
        run.sample(f"{case.prompt}{case.answer}", completed)
    run.measure(forward=right, reverse_taught=known, reverse_last=missing, recall=recall)
    run.measure(preferred=preferred, sentences=len(taught))
    run.claim("forward-learned", right >= 0.95, f"{right:.0%} of {PAIRS}")
    run.claim("reverse-is-learnable", known >= 0.75, f"{known:.0%} of {taught_reverse}")
    run.claim("reverse-fails", missing <= 0.25, f"{missing:.0%} of {TESTED}")
