"""Which tokens carry loss, and the forgotten end token.

**Question.** A fine-tuned chat model gives the right answer and then talks on. Its training loss
looks perfect. What went wrong?

**Idea.** The loss is the mean of −log p over the tokens whose *label* is kept:

    loss = −(1/n)·Σₜ log p(xₜ | x before t)        over the n positions with label ≠ −100

Everything else is read but not learned. Usually the prompt is masked: the model shall answer, not
ask. The end token must stay in: it is what tells generation to stop. Run A is that recipe. Run B
has one flaw of your choice, all else equal:

- `EOS absent`: the answers were written without an end token;
- `EOS masked`: padding reuses the end token, and a collator that masks every pad id masks it too;
- `prompt not masked`: questions carry loss as well.

**Watch.** The loss of B without EOS is as low as that of A: labels that are not there cost nothing.
Only generation shows the flaw. The lower plot counts the tokens of an answer. B ends where the base
would end a *document*, some twenty tokens too late, or at `max_new_tokens`.

**Try** `flaw=prompt not masked`: B stops properly, so `b-talks-on` fails. Its loss cannot reach
zero: nobody can guess which of 44 things a question is about, which costs ln 44 nats per question.
So `loss-is-blind` fails too: masked and unmasked losses are not comparable. `EOS masked` does
the same as `EOS absent`. `steps=10` is too short: the answers are not right yet.
`max_new_tokens=2` hides the flaw here and would cut every longer answer.

**What others found.** In transformers `DataCollatorForLanguageModeling` sets every label that
equals `pad_token_id` to −100: the trap of "pad = EOS". Shi et al. (arXiv 2405.14394) find that loss
on the instruction helps with long instructions, short answers and few examples.

**Scale.** Here masking the prompt changes neither answers nor stopping. Do not conclude that it
never matters: one fact per question and full fine-tuning leave nothing to compete for.
"""

import math
from statistics import mean

import tinyworld
import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def tensors(tokenizer, chats, flaw, device):
    """Return input_ids, attention_mask, labels, each (chats, T), with a flaw or None."""
    mask, eos = flaw != "prompt not masked", flaw != "EOS absent"
    batch = tinyworld.chat_batch(tokenizer, chats, device, mask_prompt=mask, eos=eos)
    if flaw == "EOS masked":  # what a collator does to padding when pad_token = eos_token
        batch["labels"][batch["labels"] == tokenizer.eos_token_id] = -100
    return batch


def answers(model, tokenizer, chats, limit):
    """Return the texts that the model answers, and their lengths in tokens."""
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
    return texts, lengths


@demo(
    topic="sft",
    claims={
        "a-stops": "With EOS in the labels 95 % or more of the outputs are the answer, no more",
        "b-talks-on": "With the flaw 5 % or fewer of the outputs end with the answer",
        "both-answer-right": "Both runs begin 90 % or more of their outputs with the right answer",
        "loss-is-blind": "The loss of B ends within 0.05 nats of that of A",
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
        "question_nats": "entropy of a question, spread over the labels of a whole chat",
        "b_does": "what B does when it is asked",
    },
    predict=Predict(
        "B is trained as A, with the flaw. What does it do when asked a question?",
        options=("answers and stops", "answers and talks on", "answers wrongly"),
        measure="b_does",
    ),
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
    run.axes(x="step", y="loss (nats per kept label)")
    run.axes(chart="length", x="step", y="tokens of an answer")
    run.reference("max_new_tokens", max_new_tokens, chart="length")
    found = {}
    for name, broken in {"A": None, "B": flaw}.items():
        torch.manual_seed(seed)
        model, tokenizer = tinyworld.load(device=run.device)
        optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
        losses = []
        for step in run.steps(steps):
            chats = train[16 * step : 16 * step + 16]
            batch = tensors(tokenizer, chats, broken, run.device)  # labels: (16, T)
            loss = model(**batch).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            run.line_points(step, {name: losses[-1]})
            if step % 20 == 19:
                lengths = answers(model, tokenizer, asked[:8], max_new_tokens)[1]
                run.line_points(step, {f"{name} answers": mean(lengths)}, chart="length")
        texts, lengths = answers(model, tokenizer, asked, max_new_tokens)
        pairs = [(text, c[-1]["content"]) for text, c in zip(texts, asked, strict=True)]
        run.sample(f"{name}: {asked[0][0]['content']}", texts[0])
        kept = (batch["labels"][:, 1:] != -100).sum(1)  # the first token is never predicted
        found |= {
            f"clean_{name.lower()}": mean(text == answer for text, answer in pairs),
            f"length_{name.lower()}": mean(lengths),
            f"right_{name.lower()}": mean(text.startswith(answer) for text, answer in pairs),
            f"loss_{name.lower()}": mean(losses[-10:]),
            f"labels_{name.lower()}": kept.float().mean().item(),
        }
    whole = tinyworld.chat_batch(tokenizer, asked, mask_prompt=False)["labels"][:, 1:]
    found["question_nats"] = math.log(44) / (whole != -100).sum(1).float().mean().item()
    for name, value in found.items():
        run.measure(name, value)

    clean_a, clean_b = found["clean_a"], found["clean_b"]
    right_a, right_b = found["right_a"], found["right_b"]
    how = "answers and stops" if clean_b > 0.5 else "answers and talks on"
    run.measure("b_does", how if right_b > 0.5 else "answers wrongly")
    run.claim("a-stops", clean_a >= 0.95, f"{clean_a:.0%} of {len(asked)}")
    run.claim("b-talks-on", clean_b <= 0.05, f"{clean_b:.0%}; {found['length_b']:.0f} tokens")
    run.claim("both-answer-right", min(right_a, right_b) >= 0.9, f"{right_a:.0%}, {right_b:.0%}")
    losses = f"{found['loss_a']:.4f} against {found['loss_b']:.4f} nats"
    run.claim("loss-is-blind", abs(found["loss_b"] - found["loss_a"]) < 0.05, losses)
