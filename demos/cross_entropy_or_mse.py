"""Cross-entropy or squared error?

**Question.** How is the loss of a language model computed, and why is it not the squared error of
its probabilities?

**Idea.** Place t gives logits over the vocabulary, and the loss is −log p of the token at t + 1,
averaged over places. Its gradient with respect to the logits is p − y: the further off, the harder
the pull. The squared error of the probabilities pulls with an extra factor:

    −log p :  gradient p − 1              (1 − p)² :  gradient −2·(1 − p)·p·(1 − p)

At p = 0.001 that is 0.999 against 0.002: a model that is confidently wrong hardly learns.

**Watch** both gradients over p, then a real fit. The base model knows the old rules of the clinic
by heart and is confidently wrong on the new ones. It is trained on them by plain SGD at one rate,
with both losses, and with smoothed labels, whose target is 1 − ε and not 1.

**Try** `optimizer=AdamW learning_rate=0.001`: Adam divides a small gradient by its own size, and
squared error learns too. `guideline=old`: nothing is wrong at the start, nothing is slow.

**Papers.** Goodfellow et al., Deep Learning, section 6.2.2. Label smoothing: Szegedy et al. (arXiv
1512.00567, section 7); Müller et al. (arXiv 1906.02629) see what it costs in distillation.
"""

import copy
import random

import tinyworld
import torch
from tinyworld.batches import padded, prompt_and_answer
from torch.nn import functional

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def next_token_loss(logits, ids):
    """Return the mean −log p of each token, read off at the place before it."""
    predicted = logits[:, :-1].flatten(0, 1)  # (texts · (T - 1), vocabulary)
    return functional.cross_entropy(predicted, ids[:, 1:].flatten())


def squared_error(logits, labels):
    """Return the mean squared distance between the probabilities and the one-hot label."""
    wanted = functional.one_hot(labels, logits.shape[-1])
    return (logits.softmax(-1) - wanted).square().sum(-1).mean()


def pulls(p):
    """Return (loss, size of the gradient on the logit) of cross-entropy and of squared error."""
    found = []
    for loss_of in (lambda z: -functional.logsigmoid(z), lambda z: (1 - z.sigmoid()) ** 2):
        logit = torch.logit(torch.tensor(p, dtype=torch.float64)).requires_grad_()
        loss = loss_of(logit)
        loss.backward()
        found.append((loss.item(), abs(logit.grad.item())))
    return found


LOSSES = {
    "cross-entropy": lambda z, y, eps: functional.cross_entropy(z, y),
    "squared error": lambda z, y, eps: squared_error(z, y),
    "smoothed": lambda z, y, eps: functional.cross_entropy(z, y, label_smoothing=eps),
}


@demo(
    topic="fundamentals",
    claims={
        "squared-error-hardly-pulls": "At p = 0.001 cross-entropy pulls over 100 times as hard",
        "cross-entropy-learns": "Cross-entropy ends with over 90 % of the new answers right",
        "squared-error-stalls": "Squared error at the same rate ends with under 30 % right",
        "smoothing-caps": "With smoothed labels the right tokens end less probable than without",
        "model-shifts": "The shifted loss is the model's own; unshifted it is over 3 nats more",
    },
    measures={
        "pull_ce": "gradient of cross-entropy on the logit at p = 0.001",
        "pull_mse": "gradient of squared error on the logit at p = 0.001",
        "log_loss": "log loss of three answers with p = 0.9, 0.5 and 0.01, nats",
        "squared": "mean squared error of the same three answers",
        "right_ce": "share of new answers right after training with cross-entropy",
        "right_mse": "share of new answers right after training with squared error",
        "start_p": "probability of the right disease before training, geometric mean",
        "p_ce": "mean probability of the right tokens after training with cross-entropy",
        "p_smooth": "mean probability of the right tokens after training with smoothed labels",
        "right_smooth": "share of new answers right after training with smoothed labels",
        "shift_gap": "own loss of the model minus the shifted one, nats per token",
        "unshifted": "loss if the logits at t are held against the token at t, nats per token",
        "learns": "which loss unlearns the old answers within the steps",
    },
    predict=Predict(
        "The base is confidently wrong on the new rules. Same rate, same steps of SGD: who learns?",
        options=("both", "cross-entropy alone", "squared error alone", "neither"),
        measure="learns",
    ),
    budget_s=5,
)
def main(
    run: Run,
    optimizer: str = Choice("SGD", "AdamW"),
    learning_rate: float = Float(0.25, 1e-4, 2.0, log=True),
    smoothing: float = Float(0.1, 0.01, 0.5),
    guideline: str = Choice("new", "old", help="the base knows the old rules"),
    steps: int = Int(60, 10, 200, step=10),
    seed: int = Int(0, 0, 999),
) -> None:
    run.axes(title="Pull on the logit", x="p of the right token", y="gradient", log_y=True)
    for p in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999):
        (_, entropy), (_, squared) = pulls(p)
        run.line_points(p, {"cross-entropy": entropy, "squared error": squared})

    base, tokenizer = tinyworld.load(device=run.device)
    cases = random.Random(seed).sample(tinyworld.cases("clinic", guideline=guideline), 16)
    pairs = [prompt_and_answer(tokenizer, case.prompt, case.answer) for case in cases]
    rows, starts = (list(column) for column in zip(*pairs, strict=True))
    batch = padded(tokenizer, rows, starts, run.device)  # (16, T), the prompts masked
    labels = batch.pop("labels")[:, 1:]  # (16, T - 1)
    kept = labels != -100

    texts = tinyworld.batch(tokenizer, tinyworld.documents("general", 1, seed=seed), run.device)
    with torch.no_grad():
        answer = base(**texts)
        shift_gap = (answer.loss - next_token_loss(answer.logits, texts["input_ids"])).item()
        same = functional.cross_entropy(answer.logits[0], texts["input_ids"][0]).item()
        first = base(**batch).logits[:, :-1].log_softmax(-1)  # (16, T - 1, vocabulary)
    diseases = torch.tensor([row[start] for row, start in pairs], device=run.device)
    places = torch.tensor([start - 1 for _, start in pairs], device=run.device)
    start_p = first[torch.arange(len(pairs)), places, diseases].mean().exp().item()

    run.axes(chart="fit", title="Training", x="step", y="mean p of the right tokens")
    right, ends = {}, {}
    run.progress(len(LOSSES) * steps)
    for name, loss_of in LOSSES.items():
        model = copy.deepcopy(base).train()
        stepper = getattr(torch.optim, optimizer)(model.parameters(), lr=learning_rate)
        for step in range(steps):
            run.step()
            logits = model(**batch).logits[:, :-1][kept]  # (answer tokens, vocabulary)
            loss_of(logits, labels[kept], smoothing).backward()
            stepper.step()
            stepper.zero_grad()
            p = logits.detach().softmax(-1).gather(-1, labels[kept][:, None])
            ends[name] = p.mean().item()
            if step % 5 == 0:
                run.line_points(step, {name: ends[name]}, chart="fit")
        right[name] = tinyworld.accuracy(model, tokenizer, cases)

    (_, pull_ce), (_, pull_mse) = pulls(0.001)
    given = torch.tensor([0.9, 0.5, 0.01])  # what the right class got in three cases
    log_loss = functional.nll_loss(torch.stack([given, 1 - given], 1).log(), torch.zeros(3).long())
    who = {(True, True): "both", (True, False): "cross-entropy alone", (False, False): "neither"}
    learned = right["cross-entropy"] > 0.5, right["squared error"] > 0.5
    run.measure(pull_ce=pull_ce, pull_mse=pull_mse, start_p=start_p, shift_gap=shift_gap)
    run.measure(log_loss=log_loss, squared=(1 - given).square().mean())
    run.measure(right_ce=right["cross-entropy"], right_mse=right["squared error"], unshifted=same)
    run.measure(p_ce=ends["cross-entropy"], p_smooth=ends["smoothed"])
    run.measure(right_smooth=right["smoothed"], learns=who.get(learned, "squared error alone"))
    shown = f"{pull_ce:.3f} against {pull_mse:.4f}"
    run.claim("squared-error-hardly-pulls", pull_ce > 100 * pull_mse, shown)
    shown = f"{right['cross-entropy']:.0%} right"
    run.claim("cross-entropy-learns", right["cross-entropy"] > 0.9, shown)
    shown = f"{right['squared error']:.0%} right"
    run.claim("squared-error-stalls", right["squared error"] < 0.3, shown)
    lower = ends["smoothed"] < ends["cross-entropy"] - smoothing / 3
    shown = f"{ends['smoothed']:.2f} against {ends['cross-entropy']:.2f}"
    run.claim("smoothing-caps", lower, shown)
    shifts = abs(shift_gap) < 1e-4 and same > answer.loss.item() + 3
    run.claim("model-shifts", shifts, f"gap {shift_gap:.1e}, unshifted {same:.1f} nats")
