"""Tool calls: who writes which token?

**Question.** A model is tuned on traces of an agent: question, call of a tool, its result, answer.
Which tokens carry loss, and what does the model do if the whole transcript does?

**Idea.** Loss belongs on what the model is to write, and on nothing else:

    loss = −(1/n)·Σₜ mₜ·log p(xₜ | x before t)     mₜ = 1 on calls, answers and their end tokens

The end token of a call hands over to the runtime, which puts in the result. Run A is that recipe.
Run B has one flaw of your choice:

- `raw transcript`: all after the question carries loss, and nothing ends a call;
- `results carry loss`: the end token stays, but results are learned as well;
- `last answer only`: loss on the last turn alone, as for a chat.

**Watch** requests to insure a thing. The tool wants the colour of the thing and answers with a
receipt of three numbers; then the model confirms. Animals cannot be insured: the answer is no,
without a call. A call counts if name, argument and end are right.

**Try** `flaw=results carry loss`: B hands over properly, so `b-does-not-hand-over` fails; what is
left of its loss lies on receipts, which nobody can predict. `flaw=last answer only`: B confirms
what it never did. `no_call=0`: without requests that the tool does not fit, A calls for all.

**At real scale.** The turn of a result is often rendered in the user's role, as in Qwen's template;
so it is here. In TRL 1.16 `assistant_only_loss=True` masks it. Some formats end a call with a token
of its own, which the server must treat as a stop.
"""

import random

import tinyworld
import torch
from tinyworld import world
from tinyworld.batches import padded

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def trace(draw, no_call):
    """Return the turns of a trace: a refusal, or request, call, receipt and confirmation."""
    if draw.random() < no_call:
        return decline(draw.choice(world.ANIMALS))
    receipt = " ".join(draw.choice(world.NUMBERS) for _ in range(3))
    return [*request(draw.choice(world.THINGS)), f"{receipt}.", "security is full."]


def request(thing):
    """Return a request that needs the tool, and the call."""
    return [f"give security for the {thing}.", f"gets security, {world.COLOUR_OF[thing]}."]


def decline(name):
    """Return a request that the tool does not fit, and the answer."""
    return [f"give security for the {name}.", "no security."]


def written_by_model(tokenizer, turns):
    """Return the ids of a trace, and for each whether the model writes it (mₜ)."""
    ids, mask = [], []
    for number in range(1, len(turns), 2):
        asked = render(tokenizer, turns[:number])
        said = render(tokenizer, turns[: number + 1])
        mask += [False] * (len(asked) - len(ids)) + [True] * (len(said) - len(asked))
        ids = said
    return ids, mask


def render(tokenizer, turns):
    """Return the ids of turns in the chat template, with the model's turn begun if it is next."""
    roles = ("user", "assistant")
    chat = [{"role": roles[i % 2], "content": turn} for i, turn in enumerate(turns)]
    text = tokenizer.apply_chat_template(
        chat, tokenize=False, add_generation_prompt=len(turns) % 2 == 1
    )
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def batch(tokenizer, traces, flaw, device):
    """Return traces as a batch, with a flaw or None, and which labels are the tool's."""
    rows, masks, tools = [], [], []
    for turns in traces:
        ids, ours = written_by_model(tokenizer, turns)
        mask, calls = list(ours), len(turns) > 2
        start, end = ours.index(True), ids.index(tokenizer.eos_token_id)  # of the first reply
        if flaw in ("raw transcript", "results carry loss"):
            mask[start:] = [True] * (len(mask) - start)
        if flaw == "last answer only" and calls:
            mask[: end + 1] = [False] * (end + 1)
        if flaw == "raw transcript" and calls:
            del ids[end], mask[end], ours[end]
        rows.append(ids)
        masks.append(mask)
        tools.append([kept and not own for kept, own in zip(mask, ours, strict=True)])
    made = padded(tokenizer, rows, [0] * len(rows), device)
    tool = torch.zeros_like(made["labels"], dtype=torch.bool)
    for row, (mask, its) in enumerate(zip(masks, tools, strict=True)):
        made["labels"][row, : len(mask)][~torch.tensor(mask, device=device)] = -100
        tool[row, : len(its)] = torch.tensor(its, device=device)
    return made, tool


def tool_share(model, tokenizer, traces, flaw):
    """Return the share of the loss that falls on what the tool writes."""
    with tinyworld.evaluating(model) as device:
        rows, tool = batch(tokenizer, traces, flaw, device)
        labels = rows["labels"][:, 1:]  # (traces, T - 1)
        log_p = model(rows["input_ids"]).logits[:, :-1].log_softmax(-1)
        nats = -log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]  # (traces, T - 1)
    return (nats[tool[:, 1:]].sum() / nats[labels != -100].sum()).item()


def replies(model, tokenizer, questions):
    """Return what the model writes after each question until an end token, 14 tokens at most."""
    prompts = [render(tokenizer, [question]) for question in questions]  # equally long
    with tinyworld.evaluating(model) as device:
        asked = torch.tensor(prompts, device=device)  # (questions, T)
        out = model.generate(
            input_ids=asked,
            attention_mask=torch.ones_like(asked),
            do_sample=False,
            max_new_tokens=14,
            pad_token_id=tokenizer.pad_token_id,
        )
    kept = out[:, asked.shape[1] :].tolist()
    return [tokenizer.decode([i for i in row if i != tokenizer.pad_token_id]) for row in kept]


@demo(
    topic="sft",
    claims={
        "a-hands-over": "A writes the exact call and its end, no more, in 85 % or more",
        "a-needs-no-call": "A declines 80 % or more of the unfit requests without a call",
        "b-does-not-hand-over": "B hands over in 10 % or fewer",
        "loss-is-the-tools": "Over 60 % of the loss of B lies on what the tool writes",
    },
    measures={
        "a_hands_over": "A, asked to insure: share of exact calls that end there",
        "b_hands_over": "B, asked to insure: share of exact calls that end there",
        "b_invents": "B, asked to insure: share that goes on to write a result",
        "b_no_call": "B, asked to insure: share that answers without a call",
        "a_argument": "A, asked to insure: share of calls with the right argument",
        "a_declines": "A, unfit requests: share declined without a call",
        "b_declines": "B, unfit requests: share declined without a call",
        "b_tool_share": "share of the loss of B, new traces, on what the tool writes",
        "b_does": "what B does when asked to insure a thing",
    },
    predict=Predict(
        "B learned from raw transcripts, results included. Asked to insure a thing, it ...",
        options=("calls and waits", "calls and writes the result itself", "answers without a call"),
        measure="b_does",
    ),
    budget_s=6,
)
def main(
    run: Run,
    flaw: str = Choice("raw transcript", "results carry loss", "last answer only"),
    no_call: float = Float(
        0.3, 0, 0.9, step=0.1, help="share of requests that the tool does not fit"
    ),
    steps: int = Int(40, 10, 200, step=10),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    traces = [trace(draw, no_call) for _ in range(16 * steps)]
    new = [trace(draw, no_call) for _ in range(64)]
    calls = [request(thing) for thing in world.THINGS]
    unfit = [decline(animal) for animal in world.ANIMALS]
    run.note(f"A is trained as it should be, B with the flaw: {flaw}.")
    run.axes(x="step", y="loss (nats per kept label)")
    run.progress(2 * steps)
    found, models = {}, {}
    for arm, fault in {"A": None, "B": flaw}.items():
        torch.manual_seed(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        groups = (traces[i : i + 16] for i in range(0, len(traces), 16))
        batches = (batch(tokenizer, group, fault, run.device)[0] for group in groups)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            run.line_points(step, {arm: loss})
        said = replies(model, tokenizer, [question for question, _ in calls])
        pairs = list(zip(said, calls, strict=True))
        end = f" {tokenizer.eos_token}"
        spoken = replies(model, tokenizer, [question for question, _ in unfit])
        found[arm] = {
            "calls and waits": sum(text == call + end for text, (_, call) in pairs),
            "calls and writes the result itself": sum("<user>" in text for text in said),
            "answers without a call": sum("gets" not in text for text in said),
            "argument": sum(text.startswith(call) for text, (_, call) in pairs),
            "declines": sum("gets" not in text for text in spoken),
        }
        models[arm] = model
        run.sample(f"{arm}: {calls[0][0]}", said[0])
        run.sample(f"{arm}: {unfit[0][0]}", spoken[0])
    share = {
        arm: {
            name: count / len(unfit if name == "declines" else calls) for name, count in its.items()
        }
        for arm, its in found.items()
    }
    a, b = share["A"], share["B"]
    tool = tool_share(models["B"], tokenizer, new, flaw)
    outcomes = ("calls and waits", "calls and writes the result itself", "answers without a call")
    for arm in share:
        run.bars(arm, {name: share[arm][name] for name in outcomes}, chart="does")

    run.measure(a_hands_over=a["calls and waits"], b_hands_over=b["calls and waits"])
    run.measure(b_invents=b["calls and writes the result itself"])
    run.measure(b_no_call=b["answers without a call"], a_argument=a["argument"])
    run.measure(a_declines=a["declines"], b_declines=b["declines"], b_tool_share=tool)
    run.measure(b_does=max(outcomes, key=lambda name: b[name]))
    run.claim("a-hands-over", a["calls and waits"] >= 0.85, f"{a['calls and waits']:.0%}")
    run.claim("a-needs-no-call", a["declines"] >= 0.8, f"{a['declines']:.0%}")
    run.claim("b-does-not-hand-over", b["calls and waits"] <= 0.1, f"{b['calls and waits']:.0%}")
    run.claim("loss-is-the-tools", tool > 0.6, f"{tool:.0%}")
