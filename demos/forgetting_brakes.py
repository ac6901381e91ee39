"""Brakes on forgetting, at the same result on the new task.

**Question.** A fine-tune learns the new clinic guideline and spoils general text, of which there is
none to replay. Which brake helps, and what does it cost?

**Idea.** Three penalties are added to the loss, and one thing is done afterwards:

    L2-SP           (λ/2)·Σ (θ − θ₀)²            weights stay near their start
    EWC             (λ/2)·Σ F·(θ − θ₀)²          F: squared gradients on old texts, weight by weight
    KL to the base  λ·KL(base ‖ model)           outputs stay, on texts that the base wrote
    interpolation   θ₀ + α·(θ − θ₀)              train past the goal, then go back part of the way

A brake that stops learning stops forgetting, too. So every run ends at the **same loss on the new
task**, and the steps are counted that it took.

**Watch** the paths: loss on general text against loss on the new task. All start at the lower
right; at the goal, on the left, the lower one has forgotten less.

**Try** `learning_rate=5e-4`: a gentle run forgets next to nothing, there is nothing to brake, and
the claims about forgetting fail. `strength=0.01`: penalties too weak to hold anything.

**What papers found.** Li et al. (arXiv 1802.01483) recommend L2-SP as the baseline of such
penalties; Kirkpatrick et al. (arXiv 1612.00796) introduce EWC. Lin et al. (arXiv 2309.06256):
against the alignment tax of RLHF interpolation beats many remedies. See the demo `replay` for the
remedy that needs old texts.

**Scale.** 24 facts and 0.1 M weights. Each strength here suits this model; at another scale λ has
to be tuned, and EWC's differs by orders of magnitude.
"""

import copy
import random

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def weight_pull(model, start, importance):
    """Return ½·Σ importance·(θ − θ₀)²; all ones is L2-SP, the Fisher information EWC."""
    moved = zip(model.parameters(), start, importance, strict=True)
    return sum((f * (p - p0) ** 2).sum() for p, p0, f in moved) / 2


def output_pull(model, texts, log_p):
    """Return KL(base ‖ model) on texts, given the base's log-probabilities, nats per token."""
    log_q = model(texts).logits.log_softmax(-1)  # (texts, T, vocabulary)
    return (log_p.exp() * (log_p - log_q)).sum(-1).mean()


def fisher(base, texts):
    """Return the mean squared gradient of log π(text) for each weight, a list of tensors."""
    model = copy.deepcopy(base)
    squares = [torch.zeros_like(p) for p in model.parameters()]
    for text in texts:
        model.zero_grad()
        (model(text[None], labels=text[None]).loss * (len(text) - 1)).backward()
        for square, p in zip(squares, model.parameters(), strict=True):
            square += p.grad**2 / len(texts)
    return squares


def between(model, start, alpha):
    """Return a copy of the model at θ₀ + α·(θ − θ₀)."""
    mixed = copy.deepcopy(model)
    with torch.no_grad():
        for p, p0 in zip(mixed.parameters(), start, strict=True):
            p.copy_(p0 + alpha * (p - p0))
    return mixed


STRENGTH = {"none": 0.0, "L2-SP": 0.3, "EWC": 500.0, "KL": 2.0}
MOST = 150  # steps after which a run ends, at its goal or not


@demo(
    topic="full-vs-peft",
    claims={
        "forgets-without": "Without a brake the loss on general text rises by more than 0.04 nats",
        "brakes-hold": "L2-SP, EWC and interpolation each leave less than half of that",
        "all-reach-the-goal": "Every run reaches the goal on the new task",
        "pull-costs-steps": "L2-SP takes more steps to the goal than the run without a brake",
        "back-is-free": "Interpolation leaves less than half of the forgetting, after training",
    },
    measures={
        "general_before": "Loss of the base on general text, nats per token",
        "general_none": "Loss on general text without a brake, nats per token",
        "general_l2": "Loss on general text with L2-SP, nats per token",
        "general_ewc": "Loss on general text with EWC, nats per token",
        "general_kl": "Loss on general text with the KL penalty, nats per token",
        "general_mixed": "Loss on general text after interpolation, nats per token",
        "new_before": "Loss of the base on the new facts, nats per token",
        "steps_none": "Steps to the goal without a brake",
        "steps_l2": "Steps to the goal with L2-SP",
        "steps_kl": "Steps to the goal with the KL penalty",
        "alpha": "α of the interpolation",
        "left_l2": "Part of the forgetting that L2-SP leaves",
        "left_ewc": "Part of the forgetting that EWC leaves",
        "left_kl": "Part of the forgetting that the KL penalty leaves",
        "left_mixed": "Part of the forgetting that interpolation leaves",
        "l2_leaves": "How much of the forgetting L2-SP leaves",
    },
    predict=Predict(
        "All runs learn the new facts equally well. How much of the forgetting does L2-SP leave?",
        options=("less than 10 %", "10 to 50 %", "more"),
        measure="l2_leaves",
    ),
    budget_s=5,
)
def main(
    run: Run,
    learning_rate: float = Float(4e-3, 1e-4, 1e-2, log=True),
    goal: float = Float(0.1, 0.02, 2, log=True, help="loss on the new facts at which a run ends"),
    strength: float = Float(1.0, 0.01, 10, log=True, help="multiplies λ of every brake"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    start = [p.detach().clone() for p in base.parameters()]
    general = tinyworld.documents("general", 24, seed=2000 + seed)
    cases = [case.prompt + case.answer for case in tinyworld.cases("clinic")]
    new = tinyworld.batch(tokenizer, cases, run.device)  # 24 sentences, one for each symptom
    new["labels"][:, :5] = -100  # <begin> A patient with <symptom>
    begin = torch.full((64, 1), tokenizer.bos_token_id, device=run.device)
    own = base.generate(  # (64, 17) texts of the base; no old text is needed
        begin, attention_mask=torch.ones_like(begin), do_sample=True, top_k=0, max_new_tokens=16
    )
    with torch.no_grad():
        log_p = base(own).logits.log_softmax(-1)  # (64, 17, vocabulary)
    importance = {"L2-SP": [torch.ones_like(p) for p in start], "EWC": fisher(base, own[:32])}

    def new_loss(model):
        """Return the loss on the new facts, nats per token."""
        with torch.no_grad():
            return model(**new).loss.item()

    def penalty(brake, model):
        """Return what a brake adds to the loss, without λ."""
        if brake == "KL":
            some = torch.randint(len(own), (8,))
            return output_pull(model, own[some], log_p[some])
        return weight_pull(model, start, importance[brake])

    general_before, new_before = tinyworld.loss(base, tokenizer, general), new_loss(base)
    run.axes(x="loss on the new facts (nats per token)", y="loss on general text")
    run.reference("goal", goal, axis="x")
    run.reference("base", general_before)

    lost, steps, reached = {}, {}, {}
    run.progress(len(STRENGTH) * MOST)
    for brake, scale in STRENGTH.items():
        model = copy.deepcopy(base)
        optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
        draw = random.Random(seed)
        now, step, end = new_before, 0, MOST
        while step < end:
            run.step()
            step += 1
            some = [draw.randrange(len(cases)) for _ in range(16)]
            loss = model(**{name: rows[some] for name, rows in new.items()}).loss
            if scale:
                loss = loss + scale * strength * penalty(brake, model)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            now = new_loss(model)
            if brake not in lost and (now <= goal or step == end):
                lost[brake], steps[brake] = tinyworld.loss(model, tokenizer, general), step
                reached[brake] = now <= goal
                end = 2 * step if brake == "none" else step  # that run goes on past the goal
            if step % 4 == 0 or step == end:
                run.line_points(now, {brake: tinyworld.loss(model, tokenizer, general)})
        if brake == "none":
            past = model

    low, high = 0.0, 1.0  # the smallest α that reaches the goal, by halving
    for _ in range(6):
        alpha = (low + high) / 2
        low, high = (low, alpha) if new_loss(between(past, start, alpha)) <= goal else (alpha, high)
    mixed = between(past, start, high)
    lost["interpolation"] = tinyworld.loss(mixed, tokenizer, general)
    run.line_points(new_loss(mixed), {"interpolation": lost["interpolation"]})
    forgotten = lost["none"] - general_before
    left = {brake: (loss - general_before) / forgotten for brake, loss in lost.items()}
    run.axes(chart="left", x="brake", y="part of the forgetting that is left")
    run.bars("forgetting that is left", left, chart="left")

    run.measure(general_before=general_before, general_none=lost["none"], new_before=new_before)
    run.measure(general_l2=lost["L2-SP"], general_ewc=lost["EWC"], general_kl=lost["KL"])
    run.measure(general_mixed=lost["interpolation"], alpha=high, left_mixed=left["interpolation"])
    run.measure(left_l2=left["L2-SP"], left_ewc=left["EWC"], left_kl=left["KL"])
    run.measure(steps_none=steps["none"], steps_l2=steps["L2-SP"], steps_kl=steps["KL"])
    amount = "10 to 50 %" if left["L2-SP"] < 0.5 else "more"
    run.measure(l2_leaves="less than 10 %" if left["L2-SP"] < 0.1 else amount)
    shown = f"{general_before:.3f} to {lost['none']:.3f} nats"
    run.claim("forgets-without", forgotten > 0.04, shown)
    four = {brake: left[brake] for brake in ("L2-SP", "EWC", "KL", "interpolation")}
    shown = ", ".join(f"{brake} {part:.0%}" for brake, part in four.items())
    weakest = max(left[brake] for brake in ("L2-SP", "EWC", "interpolation"))
    run.claim("brakes-hold", forgotten > 0.04 and weakest < 0.5, shown)
    shown = ", ".join(f"{brake} {count}" for brake, count in steps.items())
    run.claim("all-reach-the-goal", all(reached.values()), shown)
    run.claim("pull-costs-steps", steps["L2-SP"] > steps["none"], shown)
    free = forgotten > 0.04 and left["interpolation"] < 0.5
    run.claim("back-is-free", free, f"{left['interpolation']:.0%} at α = {high:.2f}")
