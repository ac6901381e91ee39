"""Distillation: what soft targets buy.

**Question.** A small student learns from 48 documents. Does a larger teacher help, and how?

**Idea.** A text says of each position only which token came. The teacher says how probable
*every* token was: 256 numbers instead of one. Student's logits z follow teacher's logits t by

    L = T² · KL( softmax(t/T) ‖ softmax(z/T) )

averaged over positions. T > 1 lifts the small probabilities. Without the factor T² gradients would
shrink by about 1/T², which is measured here from T = 16 to T = 32. That matters where a second loss
is added, and hardly for Adam alone, which divides by the size of the gradient. In the third run the
teacher *writes* more texts, and the student reads them as if they were real (sequence-level
distillation); `written=0` makes it the first run.

**Watch** the run on hard labels turn and climb: 48 documents are soon stored. With soft targets it
does not turn, since a distribution cannot be fitted by remembering one token. The teacher's own
texts help most: what was scarce is inputs, and the teacher makes them.

**Try** until a claim fails.
- `documents=400`: with plenty of text hard labels do nearly as well; the first three claims fail.
- `steps=40`: nothing is stored yet, and the signal hardly matters: the same three fail.

**Real scale.** Hinton et al. (arXiv 1503.02531, section 2) for T and T²; Kim and Rush (arXiv
1606.07947) train on the teacher's outputs. Here the teacher's loss is at the floor; a teacher that
does not know your domain passes on its errors.
"""

import random

import tinyworld
import torch
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Float, Int, Predict, Run, demo


def soft_loss(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return T²·KL(teacher ‖ student) at a temperature, averaged over rows of (positions, V)."""
    p = (teacher / temperature).softmax(-1)
    gap = (teacher / temperature).log_softmax(-1) - (student / temperature).log_softmax(-1)
    return temperature**2 * (p * gap).sum(-1).mean()


def gradient_size(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> float:
    """Return the norm of the gradient of KL(teacher ‖ student), without T², by the logits."""
    logits = student.detach().requires_grad_()
    (soft_loss(logits, teacher, temperature) / temperature**2).backward()
    return logits.grad.norm().item()


def written_by(model: LlamaForCausalLM, tokenizer, count: int, device: str) -> list[str]:
    """Return texts that the model writes at temperature 1, from the begin token on."""
    start = torch.full((count, 1), tokenizer.bos_token_id, device=device)  # (count, 1)
    ids = model.generate(
        start,
        attention_mask=torch.ones_like(start),
        do_sample=True,
        top_k=0,
        max_new_tokens=60,
        pad_token_id=tokenizer.pad_token_id,
    )
    return tokenizer.batch_decode(ids, skip_special_tokens=True)


def small_student(vocabulary: int) -> LlamaForCausalLM:
    """Return an untrained model of one layer."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
    )
    return LlamaForCausalLM(config)


@demo(
    topic="data",
    claims={
        "hard-overfits": "On hard labels the unseen loss ends 0.2 nats or more above its best",
        "soft-wins": "Soft targets on the same texts: the best loss is over 0.1 nats lower",
        "written-texts-help": "Texts written by the teacher lower the best loss by over 0.1 nats",
        "teacher-is-ahead": "The teacher stays ahead of all students",
    },
    measures={
        "teacher": "loss of the teacher on unseen texts, nats per token",
        "hard_best": "lowest loss on unseen texts, hard labels",
        "hard_end": "loss on unseen texts at the end, hard labels",
        "soft_best": "lowest loss, soft targets on the same texts",
        "soft_end": "loss at the end, soft targets",
        "written_best": "lowest loss, hard labels on these texts and those written by the teacher",
        "written_end": "loss at the end, with the teacher's texts",
        "shrink": "gradient at T = 16 by the gradient at T = 32, without T²",
        "gain": "what soft targets on the same texts do to the final loss",
    },
    predict=Predict(
        "Same 48 documents, soft targets instead of hard labels: the final unseen loss is ...",
        options=("higher", "within 0.1 nats", "lower by 0.1 to 0.4 nats", "lower by more"),
        measure="gain",
    ),
    budget_s=8,
)
def main(
    run: Run,
    documents: int = Int(48, 8, 400, log=True, help="texts that both have"),
    written: int = Int(144, 0, 400, help="texts that the teacher writes"),
    temperature: float = Float(1.0, 0.5, 8, log=True, help="T of the soft targets"),
    steps: int = Int(200, 20, 500),
    learning_rate: float = Float(3e-3, 1e-4, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    teacher, tokenizer = tinyworld.load(device=run.device)
    unseen = tinyworld.documents("general", 32, seed=1000 + seed)
    teacher_loss = tinyworld.loss(teacher, tokenizer, unseen)
    run.axes(x="step", y="loss on unseen texts (nats per token)")
    run.reference("teacher", teacher_loss)

    real = tinyworld.documents("general", documents, seed=seed)
    more = real
    if written:
        torch.manual_seed(seed)
        more = real + written_by(teacher, tokenizer, written, run.device)
        run.sample("written by the teacher", more[-1])

    curves = {"hard labels": [], "soft targets": [], "teacher's texts": []}  # loss on unseen texts
    run.progress(len(curves) * steps)
    for name, curve in curves.items():
        torch.manual_seed(seed)
        draw = random.Random(seed)
        texts = more if name == "teacher's texts" else real
        student = small_student(teacher.config.vocab_size).to(run.device).train()
        optimizer = torch.optim.AdamW(student.parameters(), lr=learning_rate, weight_decay=0.0)
        for step in range(steps):
            run.step()
            batch = tinyworld.batch(tokenizer, draw.choices(texts, k=16), run.device)  # (16, T)
            labels = batch.pop("labels")[:, 1:]  # (16, T - 1)
            scored = labels != -100
            logits = student(**batch).logits[:, :-1][scored]  # (positions, V = 256)
            if name == "soft targets":
                with torch.no_grad():
                    target = teacher(**batch).logits[:, :-1][scored]  # (positions, V)
                loss = soft_loss(logits, target, temperature)
            else:
                loss = cross_entropy(logits, labels[scored])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if step % 10 == 9 or step == steps - 1:
                curve.append(tinyworld.loss(student, tokenizer, unseen))
                run.line_points(step + 1, {name: curve[-1]})

    with torch.no_grad():  # the last batch and student
        target = teacher(**batch).logits[:, :-1][scored]  # (positions, V)
    shrink = gradient_size(logits, target, 16.0) / gradient_size(logits, target, 32.0)

    hard, soft, more = curves.values()
    hard_best, soft_best, written_best = min(hard), min(soft), min(more)
    student_best = min(hard_best, soft_best, written_best)
    change = hard[-1] - soft[-1]
    gain = "within 0.1 nats" if change > -0.1 else "higher"
    if change >= 0.1:
        gain = "lower by 0.1 to 0.4 nats" if change < 0.4 else "lower by more"

    run.measure(teacher=teacher_loss, hard_best=hard_best, hard_end=hard[-1], gain=gain)
    run.measure(soft_best=soft_best, soft_end=soft[-1])
    run.measure(written_best=written_best, written_end=more[-1], shrink=shrink)
    run.claim("hard-overfits", hard[-1] > hard_best + 0.2, f"{hard_best:.2f} to {hard[-1]:.2f}")
    run.claim("soft-wins", soft_best < hard_best - 0.1, f"{soft_best:.2f} against {hard_best:.2f}")
    helped = written_best < hard_best - 0.1
    run.claim("written-texts-help", helped, f"{written_best:.2f} against {hard_best:.2f}")
    ahead = teacher_loss < student_best
    run.claim("teacher-is-ahead", ahead, f"{teacher_loss:.2f} against {student_best:.2f}")
