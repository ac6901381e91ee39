"""Merge a LoRA adapter and take it out again.

**Exercise.** A layer holds a frozen weight and an adapter. `merge` adds (α/r) · B A to the weight,
`unmerge` takes it out; `forward` gives the same before, between and after. The weight may be in
bfloat16 while A and B are in float32, and either method may be called twice by mistake. The judge
is peft's own layer.
"""

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


class MergeableLora:
    """A linear layer without bias with a LoRA adapter that can be merged.

    weight: (out, in)   frozen, float32 or bfloat16; kept as self.weight
    a:      (rank, in)  float32
    b:      (out, rank) float32
    alpha:  the numerator of the scale
    """

    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b, self.alpha = weight, a, b, alpha

    def forward(self, x):
        """Return the output for x (..., in), which has the type of the weight."""
        return x @ self.weight.T

    def merge(self):
        """Put the adapter into self.weight."""

    def unmerge(self):
        """Take the adapter out of self.weight."""
'''


class MergeableLora:
    """A linear layer without bias with a LoRA adapter that can be merged."""

    def __init__(self, weight, a, b, alpha):
        self.weight, self.a, self.b = weight, a, b
        self.scale = alpha / a.shape[0]
        self.merged = False

    def forward(self, x):
        out = x @ self.weight.T
        if self.merged:
            return out
        return out + (self.scale * (x.to(self.a.dtype) @ self.a.T) @ self.b.T).to(out.dtype)

    def merge(self):
        if not self.merged:
            self._add(self.scale)
            self.merged = True

    def unmerge(self):
        if self.merged:
            self._add(-self.scale)
            self.merged = False

    def _add(self, scale):
        # the product in float32, and one rounding to the weight's type at the end
        self.weight = (self.weight + scale * self.b @ self.a).to(self.weight.dtype)


def peft_layer(inputs: int, outputs: int, rank: int, alpha: int) -> torch.nn.Module:
    """Return a linear layer to which peft has added an adapter with B not zero."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, outputs, bias=False))
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=["0"], init_lora_weights=False)
    return get_peft_model(model, config).base_model.model[0]


@demo(
    topic="write-adapters",
    claims={
        "merged-like-peft": "The merged weight equals peft's, at a scale α/r other than 1",
        "same-output": "The output is the same before merging, merged, and after unmerging",
        "restored": "Unmerging gives the old weight back, up to rounding",
        "twice-is-once": "A second merge or unmerge in a row changes nothing",
        "keeps-the-type": "A bfloat16 weight stays bfloat16, and so does the output",
    },
    measures={"restored_gap": "Largest difference from the old weight after unmerging, float32"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="MergeableLora", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rank = 2 + seed % 5
    alpha = 2 * rank + 1
    inputs, outputs = 12 + seed % 7, 9 + seed % 4
    layer = peft_layer(inputs, outputs, rank, alpha)
    old = layer.base_layer.weight.detach().clone()
    a, b = (part["default"].weight.detach() for part in (layer.lora_A, layer.lora_B))
    x = torch.randn(2, 5, inputs)
    with torch.no_grad():
        output = layer(x)
        layer.merge()
    new = layer.base_layer.weight.detach().clone()

    def yours(weight: torch.Tensor) -> object:
        return solution(weight.clone(), a.clone(), b.clone(), alpha)

    with run.judge("merged-like-peft") as judge:
        mine = yours(old)
        mine.merge()
        mistakes = {
            "does merge change self.weight?": old,
            "is the scale α/r missing?": old + b @ a,
            "is the scale α instead of α/r?": old + alpha * b @ a,
            "is α/r a whole number?": old + alpha // rank * b @ a,
            "is it taken away instead of added?": 2 * old - new,
        }
        judge.equal(mine.weight, new, by="peft", mistakes=mistakes)

    with run.judge("same-output") as judge:
        mine, base = yours(old), x @ old.T
        twice = 2 * output - base
        for when in ("before merging", "merged", "after unmerging"):
            if when == "merged":
                mine.merge()
            elif when == "after unmerging":
                mine.unmerge()
            mistakes = {
                "is the adapter left out?": base,
                "does the adapter count twice?": twice,
            }
            judge.equal(mine.forward(x), output, by="peft", of=when, mistakes=mistakes)

    with run.judge("restored") as judge:
        mine = yours(old)
        for _ in range(2):
            mine.merge()
            judge.equal(mine.weight, new, by="peft", of="merged")
            mine.unmerge()
            gap = (mine.weight - old).abs().max()
            judge.equal(mine.weight, old, by="the old weight", of="unmerged")
        run.measure(restored_gap=gap)

    with run.judge("twice-is-once") as judge:
        mine = yours(old)
        mine.unmerge()
        judge.equal(mine.weight, old, by="the old weight", of="unmerged without a merge")
        mine.merge()
        mine.merge()
        mistakes = {"does the second merge add once more?": 2 * new - old}
        judge.equal(mine.weight, new, by="peft", of="merged twice", mistakes=mistakes)
        mine.unmerge()
        mine.unmerge()
        judge.equal(mine.weight, old, by="the old weight", of="unmerged twice")

    with run.judge("keeps-the-type") as judge:
        layer.unmerge()
        layer.base_layer.weight.data = 3 * old.bfloat16()
        mine = yours(layer.base_layer.weight.detach())
        exact = 3 * old.bfloat16().float() + alpha / rank * b @ a
        mine.merge()
        layer.merge()
        kind = mine.weight.dtype
        judge.that(
            kind == torch.bfloat16, f"the merged weight is {kind}: does it take more memory?"
        )
        theirs = (layer.base_layer.weight.detach().float() - exact).abs().mean()
        gap = (mine.weight.float() - exact).abs().mean()
        judge.that(
            gap < 2 * theirs,
            f"the merged weight is off by {gap:.2g} on average, peft's by {theirs:.2g}: "
            "is everything computed in float32 and rounded at the end?",
        )
        out = mine.forward(x.bfloat16()).dtype
        judge.that(out == torch.bfloat16, f"the output for a bfloat16 input is {out}")
