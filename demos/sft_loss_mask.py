"""Which tokens carry loss, and the forgotten end token.

**Question.** A fine-tuned chat model gives the right answer and then talks on. Its training loss
looks perfect. What went wrong?

**Idea.** The loss is the mean of −log p over the tokens whose *label* is kept:

    loss = −(1/n)·Σₜ log p(xₜ | x before t)        over the n positions with label ≠ −100

Everything else is read but not learned. Usually the prompt is masked: the model is to answer, not
ask. The end token must stay in: it is what tells generation to stop. Run A is that recipe. Run B
has one flaw of your choice, all else equal:

- `EOS absent`: the answers were written without an end token;
- `EOS masked`: the same by a collator that masks every pad id, if padding reuses the end token;
- `prompt not masked`: questions carry loss as well.

**Watch** the loss of B without EOS fall as low as that of A: a label that is not there costs
nothing. The lower plot counts the tokens of an answer. B ends where the base would end a
*document*, some twenty tokens too late, or at `max_new_tokens`.

**Try** `flaw=prompt not masked`: B stops properly, so `b-talks-on` fails. Its loss cannot reach
zero: nobody can guess which of 44 things a question is about, which costs ln 44 nats per question.
So `loss-is-blind` fails too: masked and unmasked losses are not comparable. `steps=10` is too
short: the answers are not right yet. `max_new_tokens=2` hides the flaw and cuts longer answers.

**At real scale.** In transformers `DataCollatorForLanguageModeling` sets every label that equals
`pad_token_id` to −100: the trap of "pad = EOS". Shi et al. (arXiv 2405.14394) find that loss on the
instruction helps with long instructions, short answers and few examples. Here masking the prompt
changes nothing: one fact per question and full fine-tuning leave nothing to compete for.

**Labels are not shifted by hand.** They equal the ids, and the model compares the prediction at
place t with the label at t + 1. The run computes its loss once more from the logits to show it;
labels that are shifted before they are passed in are shifted twice.
"""

import math
from statistics import mean

import tinyworld
import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def tensors(tokenizer, chats, flaw, device):
    """Return input_ids, attention_mask, labels, each (chats, T), with a flaw or None."""
    mask = flaw != "prompt not masked"
    eos = flaw != "EOS absent"
    batch = tinyworld.chat_batch(tokenizer, chats, device, mask_prompt=mask, eos=eos)
    if flaw == "EOS masked":  # what a collator does to padding when pad_token = eos_token
        batch["labels"][batch["labels"] == tokenizer.eos_token_id] = -100
    return batch


def nats(model, batch):
    """Return −log p of every token but the first, (chats, T - 1), and whether its label is kept."""
    with torch.no_grad():
        logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    log_p = logits[:, :-1].log_softmax(-1)  # place t predicts the token at t + 1
    of_token = log_p.gather(-1, batch["input_ids"][:, 1:, None])[..., 0]
    return -of_token, batch["labels"][:, 1:] != -100


def shifted_by_hand(batch):
    """Return the batch with its labels moved one place to the left, which the model does again."""
    labels = torch.full_like(batch["labels"], -100)
    labels[:, :-1] = batch["labels"][:, 1:]
    return batch | {"labels": labels}


def labels_per_chat(batch):
    """Return how many labels carry loss, mean over the chats; the first token has none."""
    return (batch["labels"][:, 1:] != -100).sum(1).float().mean().item()


def answers(model, tokenizer, chats, limit):
    """Return the texts that the model answers, and their mean length in tokens."""
    prompts = [
        tokenizer.apply_chat_template(c[:1], add_generation_prompt=True, tokenize=False)
        for c in chats
    ]
    # The template has written the begin token. The questions are equally long: no padding.
    inputs = tokenizer(prompts, add_special_tokens=False, return_tensors="pt").to(model.device)
    out = model.generate(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        do_sample=False,
        max_new_tokens=limit,
        pad_token_id=tokenizer.pad_token_id,
    )
    rows = out[:, inputs["input_ids"].shape[1] :].tolist()  # (chats, tokens answered)
    texts = tokenizer.batch_decode(rows, skip_special_tokens=True)
    lengths = [sum(i != tokenizer.pad_token_id for i in row) for row in rows]  # EOS counts
    return texts, mean(lengths)


@demo(
    topic="sft",
    claims={
        "a-stops": "With EOS in the labels 95 % or more of the outputs are the answer, no more",
        "b-talks-on": "With the flaw 5 % or fewer of the outputs end with the answer",
        "both-answer-right": "Both runs begin 90 % or more of their outputs with the right answer",
        "loss-is-blind": "The loss of B ends within 0.05 nats of that of A",
        "model-shifts": "The loss that A reports is that of each kept label at the place before it",
        "twice-is-wrong": "Labels shifted by hand as well cost A over 3 nats more",
    },
    measures={
        "clean_a": "share of outputs of A that are the answer and nothing more",
        "clean_b": "share of outputs of B that are the answer and nothing more",
        "length_a": "mean tokens of an output of A, end token included",
        "length_b": "mean tokens of an output of B, end token included",
        "right_a": "share of outputs of A that begin with the right answer",
        "right_b": "share of outputs of B that begin with the right answer",
        "loss_a": "training loss of A, mean of the last ten steps, nats per kept label",
        "loss_b": "training loss of B, mean of the last ten steps, nats per kept label",
        "labels_a": "labels per example that carry loss in A",
        "labels_b": "labels per example that carry loss in B",
        "loss_twice": "loss of A if its labels are shifted by hand before they are passed in, nats "
        "per kept label",
        "prompt_share": "share of the loss of B that falls on the question, new chats",
        "question_nats": "entropy of a question, spread over the labels of a whole chat",
        "b_does": "what B does when it is asked",
    },
    predict=Predict(
        "B is trained as A, with the flaw. What does it do when asked a question?",
        options=("answers and stops", "answers and talks on", "answers wrongly"),
        measure="b_does",
    ),
    formulas=("question_nats",),
    budget_s=7,
)
def main(
    run: Run,
    flaw: str = Choice("EOS absent", "EOS masked", "prompt not masked"),
    steps: int = Int(100, 10, 300, step=10),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    max_new_tokens: int = Int(40, 2, 80),
    seed: int = Int(0, 0, 999),
) -> None:
    train = tinyworld.chats("general", 16 * steps, seed=seed)
    asked = tinyworld.chats("general", 32, seed=1000 + seed)
    right_answers = [chat[-1]["content"] for chat in asked]
    run.note(f"A is trained as it should be, B with the flaw: {flaw}.")
    title = "A as it should be, B with one flaw"
    run.axes(title=title, x="step", y="loss (nats per kept label)")
    run.axes(chart="length", x="step", y="tokens of an answer")
    run.reference("max_new_tokens", max_new_tokens, chart="length")

    clean, right, length, loss, labels = {}, {}, {}, {}, {}  # of A and of B
    run.progress(2 * steps)
    for name, broken in {"a": None, "b": flaw}.items():
        torch.manual_seed(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        batches = [
            tensors(tokenizer, train[16 * step :][:16], broken, run.device)  # labels: (16, T)
            for step in range(steps)
        ]
        curve = []
        for step, now in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            curve.append(now)
            run.line_points(step, {name.upper(): now})
            if step % 20 == 19:
                _, some_length = answers(model, tokenizer, asked[:8], max_new_tokens)
                run.line_points(step, {f"{name.upper()} answers": some_length}, chart="length")
        texts, length[name] = answers(model, tokenizer, asked, max_new_tokens)
        pairs = list(zip(texts, right_answers, strict=True))
        clean[name] = mean(text == answer for text, answer in pairs)
        right[name] = mean(text.startswith(answer) for text, answer in pairs)
        loss[name] = mean(curve[-10:])
        labels[name] = labels_per_chat(batches[-1])
        if name == "a":  # what is asked is new to the model; only the answers carry loss
            sound = tensors(tokenizer, asked, None, run.device)
            with torch.no_grad():
                reported = model(**sound).loss.item()
                loss_twice = model(**shifted_by_hand(sound)).loss.item()
            cost, answer = nats(model, sound)  # (32, T - 1) each
            by_hand = cost[answer].mean().item()
        run.sample(f"{name.upper()}: {asked[0][0]['content']}", texts[0])

    cost, kept = nats(model, tensors(tokenizer, asked, flaw, run.device))  # of B
    question = kept & ~answer[:, : kept.shape[1]]  # without EOS the rows are one token shorter
    prompt_share = (cost[question].sum() / cost[kept].sum()).item()
    whole = tinyworld.chat_batch(tokenizer, asked, mask_prompt=False)
    question_nats = math.log(44) / labels_per_chat(whole)
    b_does = "answers and stops" if clean["b"] > 0.5 else "answers and talks on"
    if right["b"] <= 0.5:
        b_does = "answers wrongly"

    run.measure(clean_a=clean["a"], clean_b=clean["b"], right_a=right["a"], right_b=right["b"])
    run.measure(length_a=length["a"], length_b=length["b"], loss_a=loss["a"], loss_b=loss["b"])
    run.measure(labels_a=labels["a"], labels_b=labels["b"])
    run.measure(question_nats=question_nats, prompt_share=prompt_share, b_does=b_does)
    run.measure(loss_twice=loss_twice)
    run.claim("a-stops", clean["a"] >= 0.95, f"{clean['a']:.0%} of {len(asked)}")
    shown = f"{clean['b']:.0%}; {length['b']:.0f} tokens"
    run.claim("b-talks-on", clean["b"] <= 0.05, shown)
    shown = f"{right['a']:.0%}, {right['b']:.0%}"
    run.claim("both-answer-right", min(right.values()) >= 0.9, shown)
    shown = f"{loss['a']:.4f} against {loss['b']:.4f} nats"
    run.claim("loss-is-blind", abs(loss["b"] - loss["a"]) < 0.05, shown)
    shown = f"{reported:.6f} and {by_hand:.6f} nats"
    run.claim("model-shifts", abs(reported - by_hand) < 1e-4, shown)
    shown = f"{reported:.4f} to {loss_twice:.2f} nats"
    run.claim("twice-is-wrong", loss_twice > reported + 3, shown)
