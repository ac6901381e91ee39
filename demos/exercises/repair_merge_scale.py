"""Repair a merge by hand.

**Exercise.** A small model is tuned with an adapter of peft. Then the adapter is merged into the
weights by hand, so that serving needs no peft. Training goes well, but the last point of the
curve, the loss of the merged model on the same batch, jumps. Repair the script; the training and
its configuration were tuned and stay.

The judge trains the same adapter with peft and asks both models the same questions.
"""

import copy

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    """Tune the model with an adapter and return it with the adapter merged into its weights.

    model:   torch.nn.Sequential of linear layers and activations
    config:  peft's LoraConfig for it
    batches: list of (x, y)
    log:     log(step, loss) draws the curve; the last point is the merged model's
    """
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain
'''


def tune_and_merge(model, config, batches, log):
    """Tune the model with an adapter and return it with the adapter merged into its weights."""
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.scaling["default"]
        * layer.lora_B["default"].weight
        @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


def with_peft(model: torch.nn.Module, config: LoraConfig, batches: list) -> torch.nn.Module:
    """Return the model with its adapter, trained as the script trains it and not merged."""
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for x, y in batches:
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return tuned


def merged_by_hand(model: torch.nn.Module, tuned: torch.nn.Module, factor: float):
    """Return the model with its adapters merged, each B·A times a factor."""
    merged = copy.deepcopy(model)
    with torch.no_grad():
        for name, layer in tuned.base_model.model.named_modules():
            if hasattr(layer, "lora_A"):
                a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
                merged.get_submodule(name).weight += factor * b @ a
    return merged


@demo(
    topic="repair-training",
    claims={
        "as-the-adapter": "The merged model answers new rows as the model with its adapter does",
        "learned": "Its error on new rows is less than half of the untuned model's",
        "plain": "What comes back has the layers of the model, and none of peft's",
        "other-config": "The same holds for another rank, another alpha, and one layer only",
    },
    measures={"gap": "Largest difference between the answers of merged model and adapter"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune_and_merge", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, width, steps = 6 + seed % 3, 20, 80
    model = torch.nn.Sequential(
        torch.nn.Linear(features, width), torch.nn.Tanh(), torch.nn.Linear(width, 3)
    )
    task = copy.deepcopy(model)
    with torch.no_grad():
        task[0].weight += 0.4 * torch.randn(width, 2) @ torch.randn(2, features)
        task[2].weight += 0.4 * torch.randn(3, 1) @ torch.randn(1, width)

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        with torch.no_grad():
            return x, task(x)

    batches, (x, y) = [rows(32) for _ in range(steps)], rows(300)
    settings = {
        "r": 2 + seed % 3,
        "lora_alpha": 3 * (2 + seed % 3) + 1,
        "target_modules": ["0", "2"],
    }
    untuned = torch.nn.functional.mse_loss(model(x), y).item()
    run.axes(x="step", y="mean squared error", log_y=True)
    run.reference("untuned", untuned)
    run.progress(steps + 1)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    def both(settings: dict, count: int, log) -> tuple:
        """Return the merged model of the learner and peft's, from the same random numbers."""
        torch.manual_seed(1000 + seed)
        theirs = with_peft(copy.deepcopy(model), LoraConfig(**settings), batches[:count])
        torch.manual_seed(1000 + seed)
        return solution(copy.deepcopy(model), LoraConfig(**settings), batches[:count], log), theirs

    merged = None
    with run.judge("as-the-adapter") as judge:
        merged, tuned = both(settings, steps, log)
        with torch.no_grad():
            yours, theirs = merged(x), tuned(x)
            run.measure(gap=(yours - theirs).abs().max())
            rank, alpha = settings["r"], settings["lora_alpha"]
            mistakes = {
                hint: merged_by_hand(model, tuned, factor)(x)
                for hint, factor in {
                    "is B · A all that peft adds?": 1,
                    "is the adapter in the weights at all?": 0,
                    "does the rank count too?": alpha,
                    "is the factor turned round?": rank / alpha,
                    "a root of the rank is rsLoRA's: does this configuration ask for it?": alpha
                    / rank**0.5,
                }.items()
            }
        judge.equal(yours, theirs, within=1e-3, by="the adapter", of="answers", mistakes=mistakes)

    with run.judge("learned") as judge:
        judge.that(merged is not None, "no model came back")
        error = torch.nn.functional.mse_loss(merged(x), y).item()
        judge.that(error < untuned / 2, f"error {error:.3g}, of the untuned model {untuned:.3g}")

    with run.judge("plain") as judge:
        judge.that(merged is not None, "no model came back")
        names = [name for name, _ in merged.named_parameters()]
        judge.equal(names, [name for name, _ in model.named_parameters()], by="the model")

    with run.judge("other-config") as judge:
        for other in (
            {"r": 4, "lora_alpha": 1, "target_modules": ["0", "2"]},
            {"r": 1, "lora_alpha": 5, "target_modules": ["2"]},
        ):
            yours, theirs = both(other, 12, lambda step, value: run.check())
            with torch.no_grad():
                name = f"r = {other['r']}, alpha = {other['lora_alpha']}"
                judge.equal(yours(x), theirs(x), within=1e-3, by="the adapter", of=name)
