"""Why a LoRA run does not learn.

**Question.** A LoRA run makes no progress. Which signs tell a broken wire from a slow run?

**Idea.** Each fault is put into a small run on purpose, and four things are looked at: whether an
exception is raised, the logged training loss, the norm of B, and the loss on one *fixed* batch
before and after.

- **wrong target names**, and an adapter loaded **for inference**: exceptions before the first step
- **all labels masked**: the mean over no tokens, which is not a number
- **both factors zero**, and a **learning rate of 0**: nothing moves
- **slow**: everything is wired, the rate is that of full fine-tuning

**Watch** the logged loss of the runs in which nothing moves. It is not constant: every batch is
another one. Only the fixed batch shows that the model stands still.

**Try** `slow = 1e-2`: the rate suits LoRA, and the claim that the slow run ends far above a good
one fails.

**At real scale** the signs are the same, since they belong to the libraries. In mixed precision a
loss of 0 or nan has more causes. PEFT's troubleshooting page lists more.
"""

import copy
import tempfile

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo


def adapted(base: torch.nn.Module, **lora) -> PeftModel:
    settings = {"r": 8, "lora_alpha": 16, "target_modules": "all-linear"} | lora
    return get_peft_model(copy.deepcopy(base), LoraConfig(**settings))


def norm_of(model: PeftModel, factor: str) -> float:
    """Return the norm of all entries of `lora_A` or `lora_B`."""
    parts = [p.detach().flatten() for n, p in model.named_parameters() if factor in n]
    return torch.cat(parts).norm().item()


def error_of(action) -> str:
    """Return the name of the exception that an action raises, or `none`."""
    try:
        action()
    except (ValueError, RuntimeError) as error:
        return type(error).__name__
    return "none"


def for_inference(model: PeftModel, base: torch.nn.Module) -> PeftModel:
    """Return the adapter saved and loaded again as for inference, which freezes it."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return PeftModel.from_pretrained(copy.deepcopy(base), folder)


@demo(
    topic="lora",
    claims={
        "still-is-noisy": "Where nothing moves, the logged loss still varies by over 0.05 nats",
        "fixed-batch-tells": "There B stays exactly zero and the loss of a fixed batch stays",
        "slow-moves": "In the slow run B moves and the fixed batch's loss falls",
        "slow-lags": "The slow run ends over 0.3 nats above a run at LoRA's rate",
        "masked-is-nan": "With all labels masked the loss is not a number",
        "names-raise": "Target names that match nothing raise an error",
        "frozen-raises": "An adapter loaded for inference gives the optimizer nothing: an error",
    },
    measures={
        "spread_still": "highest minus lowest logged loss while nothing moves, nats per token",
        "fixed_still": "change of the loss on the fixed batch while nothing moves",
        "b_still": "norm of B after a run in which nothing moves",
        "b_slow": "norm of B after the slow run",
        "fixed_slow": "change of the loss on the fixed batch in the slow run",
        "fixed_good": "change of the loss on the fixed batch at LoRA's rate",
        "trainable_frozen": "trainable numbers of an adapter loaded for inference",
        "error_names": "exception for target names that match nothing",
        "error_frozen": "exception of the optimizer for an adapter loaded for inference",
        "masked": "loss with all labels masked",
        "logged": "the logged loss of a run in which no weight moves",
    },
    predict=Predict(
        "No weight of the model moves, and batches are shuffled. The logged training loss ...",
        options=("repeats to the last digit", "varies without a trend", "falls slowly"),
        measure="logged",
    ),
    budget_s=6,
)
def main(
    run: Run,
    slow: float = Float(3e-4, 1e-5, 0.1, log=True, help="learning rate of the slow run"),
    good: float = Float(1e-2, 1e-4, 0.1, log=True, help="a rate that suits LoRA here"),
    steps: int = Int(40, 10, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    fixed = tinyworld.documents("clinic", 16, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 8, run.device))  # input_ids: (8, T)
    before = tinyworld.loss(base, tokenizer, fixed)
    run.axes(x="step", y="logged training loss (nats per token)")

    torch.manual_seed(seed)
    both_zero = adapted(base)
    for name, weight in both_zero.named_parameters():
        if "lora_A" in name:
            torch.nn.init.zeros_(weight)
    runs = {  # name -> (model, learning rate)
        "both zero": (both_zero, good),
        "rate 0": (adapted(base), 0.0),
        "slow": (adapted(base), slow),
        "good": (adapted(base), good),
    }
    logged, changed, norms = {}, {}, {}
    run.progress(len(runs) * steps)
    for name, (model, rate) in runs.items():
        logged[name] = []
        for step, loss in enumerate(tinyworld.train(model, batches, rate)):
            run.step()
            run.line_points(step, {name: loss})
            logged[name].append(loss)
        changed[name] = tinyworld.loss(model, tokenizer, fixed) - before
        norms[name] = norm_of(model, "lora_B")
    run.bars("change of the loss on a fixed batch", changed, chart="fixed")

    error_names = error_of(lambda: adapted(base, target_modules=["query", "value"]))
    frozen = for_inference(runs["good"][0], base)
    left = [p for p in frozen.parameters() if p.requires_grad]
    error_frozen = error_of(lambda: torch.optim.AdamW(left, lr=good))
    masked_labels = torch.full_like(batches[0]["labels"], -100)  # (8, T)
    masked = adapted(base)(**(batches[0] | {"labels": masked_labels})).loss.item()

    still = logged["both zero"]
    spread = max(still) - min(still)
    half = len(still) // 2
    trend = sum(still[half:]) / len(still[half:]) - sum(still[:half]) / half
    verdict = "varies without a trend" if abs(trend) < spread / 2 else "falls slowly"
    if spread == 0:
        verdict = "repeats to the last digit"

    unmoved = norms["both zero"] == norms["rate 0"] == 0
    unmoved &= changed["both zero"] == changed["rate 0"] == 0
    run.measure(spread_still=spread, fixed_still=changed["both zero"], b_still=norms["both zero"])
    run.measure(b_slow=norms["slow"], fixed_slow=changed["slow"], fixed_good=changed["good"])
    run.measure(trainable_frozen=sum(p.numel() for p in left), masked=str(masked), logged=verdict)
    run.measure(error_names=error_names, error_frozen=error_frozen)
    run.claim("still-is-noisy", spread > 0.05, f"{spread:.3f} nats between lowest and highest")
    shown = f"B {norms['both zero']:g} and {norms['rate 0']:g}, change {changed['both zero']:g}"
    run.claim("fixed-batch-tells", unmoved, shown)
    moves = norms["slow"] > 0 and changed["slow"] < 0
    run.claim("slow-moves", moves, f"B {norms['slow']:.3g}, change {changed['slow']:+.3f}")
    lag = changed["slow"] - changed["good"]
    run.claim("slow-lags", lag > 0.3, f"{lag:.2f} nats behind")
    run.claim("masked-is-nan", masked != masked, f"loss {masked}")
    run.claim("names-raise", error_names != "none", error_names)
    run.claim("frozen-raises", error_frozen != "none" and not left, error_frozen)
