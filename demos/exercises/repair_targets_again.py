"""Repair an adapter on a model with fused projections.

**Exercise.** This small model names its layers as GPT-NeoX does. The script adapts it with LoRA.
The loss falls a little and stays on a plateau, at any rank. Repair the script: an adapter on each
linear layer of attention and MLP in every block, and none on the head, which stays frozen.

The judge looks at which layers carry an adapter, and at rows that were not trained on.
"""

import copy

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    """Tune the model with LoRA, one step per batch, and return it with its adapter.

    model:   a torch module; `print(model)` names its layers
    batches: list of (x, y) with x (rows, length, width)
    log:     log(step, loss) draws the curve
    """
    targets = ["query", "key", "value", "dense"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
'''


def tune(model, batches, log):
    """Tune the model with LoRA, one step per batch, and return it with its adapter."""
    targets = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


class Attention(torch.nn.Module):
    """Attention with one head and a fused projection."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query_key_value = torch.nn.Linear(width, 3 * width)
        self.dense = torch.nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = self.query_key_value(x).chunk(3, -1)
        return self.dense(torch.nn.functional.scaled_dot_product_attention(q, k, v))


class Mlp(torch.nn.Module):
    """Two layers, four times as wide in between."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dense_h_to_4h = torch.nn.Linear(width, 4 * width)
        self.dense_4h_to_h = torch.nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dense_4h_to_h(torch.nn.functional.gelu(self.dense_h_to_4h(x)))


class Block(torch.nn.Module):
    """Attention and MLP, each added to its input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attention, self.mlp = Attention(width), Mlp(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(x)
        return x + self.mlp(x)


class Model(torch.nn.Module):
    """Two blocks and a head."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(Block(width), Block(width))
        self.embed_out = torch.nn.Linear(width, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.embed_out(self.layers(x))


@demo(
    topic="repair-training",
    claims={
        "all-layers": "All eight linear layers of the blocks carry an adapter that has moved",
        "learns": "On new rows the error ends below a third of the start's",
        "head-left": "The head carries no adapter and is as it came",
        "same-rank": "Every adapter has rank 4 and scale 2",
    },
    measures={"left": "Error on new rows as a share of the start's"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    width, length, steps = 12 + 4 * (seed % 2), 5 + seed % 3, 120
    model = Model(width)
    task = copy.deepcopy(model)
    with torch.no_grad():  # what has to be learned lies in the layers that the names miss
        for block in task.layers:
            for layer in (block.attention.query_key_value, block.mlp.dense_h_to_4h):
                out, into = layer.weight.shape
                layer.weight += 1.5 * torch.randn(out, 1) @ torch.randn(1, into) / into**0.5

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, length, width)
        with torch.no_grad():
            return x, task(x)

    batches, (x, y) = [rows(16) for _ in range(steps)], rows(100)
    with torch.no_grad():
        before = torch.nn.functional.mse_loss(model(x), y).item()
    run.axes(x="step", y="mean squared error", log_y=True)
    run.reference("before", before)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    tuned, layers = None, {}
    with run.judge("learns") as judge:
        tuned = solution(copy.deepcopy(model), batches, log)
        with torch.no_grad():
            left = torch.nn.functional.mse_loss(tuned(x), y).item() / before
        run.measure(left=left)
        judge.that(left < 1 / 3, f"the error on new rows is {left:.2f} of the start's")

    with run.judge("all-layers") as judge:
        judge.that(tuned is not None, "no model came back")
        layers = {n: m for n, m in tuned.named_modules() if hasattr(m, "lora_B") and m.lora_B}
        moved = [n for n, m in layers.items() if m.lora_B["default"].weight.any()]
        found = sum(".layers." in name for name in moved)
        judge.that(
            found == 8,
            f"{8 - found} of 8 linear layers of the blocks have no adapter that moved",
        )

    with run.judge("head-left") as judge:
        judge.that(tuned is not None, "no model came back")
        judge.that(not any("embed_out" in n for n in layers), "the head carries an adapter")
        heads = {n: p for n, p in tuned.named_parameters() if "embed_out" in n}
        for name, weight in heads.items():
            theirs = getattr(model.embed_out, name.rsplit(".", 1)[1])
            judge.equal(weight, theirs, within=0, by="the model at the start", of="head")

    with run.judge("same-rank") as judge:
        judge.that(layers, "there is no adapter")
        for layer in layers.values():
            judge.equal(layer.r["default"], 4, within=0, by="the task", of="rank")
            judge.equal(layer.scaling["default"], 2, within=0, by="the task", of="scale")
