"""Merge several LoRA adapters into one weight.

**Exercise.** One base weight, several adapters of different rank and α, each with a share: return
W + Σᵢ shareᵢ · (αᵢ/rᵢ) · Bᵢ Aᵢ, as peft gives it for `combination_type="cat"`. A share may be
negative, which takes a skill out. The base weight is kept, since other mixtures follow.
"""

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def combine(weight, adapters, shares):
    """Return the weight with all adapters merged, in the type of the weight.

    weight:   (out, in)  frozen
    adapters: a list of (a, b, alpha): a (rank, in), b (out, rank); ranks differ
    shares:   a list of numbers, one per adapter
    """
    a = sum(share * a for share, (a, b, alpha) in zip(shares, adapters))
    b = sum(share * b for share, (a, b, alpha) in zip(shares, adapters))
    return weight + b @ a
'''


def combine(weight, adapters, shares):
    """Return the weight with all adapters merged, in the type of the weight."""
    total = weight.float()
    for share, (a, b, alpha) in zip(shares, adapters, strict=True):
        total = total + share * alpha / a.shape[0] * b @ a  # a new tensor: the base stays
    return total.to(weight.dtype)


def peft_model(inputs: int, outputs: int, settings: dict[str, tuple[int, int]]) -> torch.nn.Module:
    """Return a linear layer with one adapter for each (rank, alpha), B not zero."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, outputs, bias=False))
    for number, (name, (rank, alpha)) in enumerate(settings.items()):
        config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=["0"], init_lora_weights=False)
        if number:
            model.add_adapter(name, config)
        else:
            model = get_peft_model(model, config, adapter_name=name)
    return model


@demo(
    topic="write-adapters",
    claims={
        "one-adapter": "One adapter with the share 1 is an ordinary merge, as in peft",
        "equals-peft": "Adapters of different rank and scale add up as in peft",
        "negative-share": "A negative share takes out what a positive one puts in",
        "base-kept": "The base weight and the adapters stay as they are; without adapters it is W",
        "type": "A bfloat16 weight gives a bfloat16 result",
    },
    measures={"error": "Largest difference from peft's merged weight"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="combine", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    inputs, outputs = 12 + seed % 7, 9 + seed % 3
    ranks = {"one": 2 + seed % 3, "two": 5 + seed % 2, "three": 3}
    settings = {name: (rank, 2 * rank + 1 + rank % 2) for name, rank in ranks.items()}

    def prepared() -> tuple[torch.nn.Module, torch.Tensor, dict[str, tuple[torch.Tensor, ...]]]:
        model = peft_model(inputs, outputs, settings)
        layer = model.base_model.model[0]
        parts = {
            name: (
                layer.lora_A[name].weight.detach().clone(),
                layer.lora_B[name].weight.detach().clone(),
                alpha,
            )
            for name, (_, alpha) in settings.items()
        }
        return model, layer.base_layer.weight.detach().clone(), parts

    def mixed(model: torch.nn.Module, names: list[str], shares: list[float]) -> torch.Tensor:
        """Return peft's merged weight; the model is used up."""
        model.add_weighted_adapter(names, shares, "mix", combination_type="cat")
        model.set_adapter("mix")
        return model.merge_and_unload()[0].weight.detach()

    def change(part: tuple[torch.Tensor, torch.Tensor, int]) -> torch.Tensor:
        a, b, alpha = part
        return alpha / len(a) * b @ a

    with run.judge("one-adapter") as judge:
        model, weight, parts = prepared()
        wanted = mixed(model, ["one"], [1.0])
        a, b, alpha = parts["one"]
        mistakes = {
            "is the scale α/r missing?": weight + b @ a,
            "is the scale α instead of α/r?": weight + alpha * b @ a,
            "is α/r a whole number?": weight + alpha // len(a) * b @ a,
            "is the base weight left out?": wanted - weight,
            "is nothing added?": weight,
        }
        yours = solution(weight.clone(), [parts["one"]], [1.0])
        judge.equal(yours, wanted, by="peft", mistakes=mistakes)

    with run.judge("equals-peft") as judge:
        for names, shares in (
            (["one", "two"], [0.7, 0.6]),
            (["three", "one", "two"], [0.25, 1.5, 0.5]),
        ):
            model, weight, parts = prepared()
            wanted = mixed(model, names, shares)
            changes = [change(parts[name]) for name in names]
            ranks = [len(parts[name][0]) for name in names]
            alphas = [parts[name][2] for name in names]
            pairs = list(zip(shares, changes, strict=True))
            mistakes = {
                "does each share count?": weight + sum(changes),
                "is it divided by their number?": weight
                + sum(s * c for s, c in pairs) / len(names),
                "is it divided by the sum of the shares?": weight
                + sum(s * c for s, c in pairs) / sum(shares),
                "does a share count twice, in A and in B?": weight
                + sum(s * s * c for s, c in pairs),
                "whose scale is it?": weight
                + alphas[0]
                / ranks[0]
                * sum(s * c * r / t for (s, c), r, t in zip(pairs, ranks, alphas, strict=True)),
                "does only the last one count?": weight + shares[-1] * changes[-1],
                "does only the first one count?": weight + shares[0] * changes[0],
            }
            yours = solution(weight.clone(), [parts[name] for name in names], shares)
            of = f"{len(names)} adapters"
            judge.equal(yours, wanted, by="peft", of=of, mistakes=mistakes)
            run.measure(error=(yours - wanted).abs().max())

    with run.judge("negative-share") as judge:
        model, weight, parts = prepared()
        wanted = mixed(model, ["one", "three"], [0.8, -0.5])
        yours = solution(weight.clone(), [parts["one"], parts["three"]], [0.8, -0.5])
        plus = weight + 0.8 * change(parts["one"]) + 0.5 * change(parts["three"])
        mistakes = {
            "is the sign of the share lost?": plus,
            "is a negative share left out?": weight + 0.8 * change(parts["one"]),
        }
        judge.equal(yours, wanted, by="peft", mistakes=mistakes)
        there = solution(weight.clone(), [parts["two"]], [1.0])
        back = solution(there.clone(), [parts["two"]], [-1.0])
        judge.equal(back, weight, by="the base weight", of="in and out again")

    with run.judge("base-kept") as judge:
        _, weight, parts = prepared()
        adapters, shares = [parts["one"], parts["two"]], [0.5, 0.25]
        matrices = [part for adapter in adapters for part in adapter[:2]]
        with judge.unchanged(weight=weight, matrices=matrices, adapters=len(adapters)):
            one = solution(weight, adapters, shares)
        judge.that(len(adapters) == 2 and len(shares) == 2, "your code empties the lists it got")
        two = solution(weight, adapters, shares)
        judge.equal(two, one, by="the first", of="the same mixture a second time")
        judge.equal(solution(weight, [], []), weight, by="the base weight", of="no adapters")

    with run.judge("type") as judge:
        _, weight, parts = prepared()
        half = weight.bfloat16()
        yours = solution(half, [parts["one"], parts["three"]], [0.8, 0.5])
        judge.that(yours.dtype == torch.bfloat16, f"the result is {yours.dtype}")
        exact = half.float() + 0.8 * change(parts["one"]) + 0.5 * change(parts["three"])
        judge.equal(yours.float(), exact, within=0.01, by="float32")
