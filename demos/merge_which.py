"""Which adapters can be merged.

**Question.** After training you want one plain model. Which methods can be added into its weights?

**Idea.** A layer multiplies by a matrix. A method can be merged if what it does to the layer is
another matrix: W + s·B·A (LoRA), m·(W + s·B·A)/‖W + s·B·A‖ (DoRA), rows or columns of W scaled
(IA³). It cannot be if there is a non-linearity between its two matrices, as in the bottleneck
adapter of Houlsby et al., or if it is not in a layer at all, as virtual tokens are not.

Every adapter is filled with random numbers, so that it does something, and merged by peft. The
logits before and after say whether the function is the same. The bottleneck is asked the question
that decides: is f(x + y) = f(x) + f(y)? A matrix always answers yes.

**Watch** the bars: how far each adapter moves the logits, and what is left of that after the merge.

**Try** `size = 0.01`: the adapters do next to nothing, and the claim that each moves the model
fails: that a merge changes nothing then proves nothing.

**At real scale** it is the same algebra. LoRA: arXiv 2106.09685; DoRA 2402.09353; IA³ 2205.05638;
bottleneck adapters 1902.00751; prompt tuning 2104.08691.
"""

import copy

import tinyworld
import torch
from peft import IA3Config, LoraConfig, PromptTuningConfig, get_peft_model
from torch.nn import functional

from quizapp.demo import Float, Int, Predict, Run, demo


def not_additive(function, size_in: int) -> float:
    """Return how far f(x + y) is from f(x) + f(y), over the size of f(x + y)."""
    x, y = torch.randn(2, 64, size_in)  # 64 pairs
    whole, parts = function(x + y), function(x) + function(y)
    return ((whole - parts).norm() / whole.norm()).item()


def configurations() -> dict:
    """Return the configuration of each method that sits in layers."""
    lora = {"r": 8, "lora_alpha": 16, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}
    return {
        "LoRA": LoraConfig(**lora),
        "DoRA": LoraConfig(**lora, use_dora=True),
        "IA³": IA3Config(task_type="CAUSAL_LM"),
    }


@demo(
    topic="lora-variants",
    claims={
        "adapters-act": "LoRA, DoRA and IA³ each move a logit by over 0.1 before the merge",
        "linear-ones-merge": "Merged, no logit of LoRA, DoRA or IA³ differs by more than 0.001",
        "nothing-left": "The merged models have the base's parameters and no others",
        "bottleneck-is-not-linear": "A bottleneck adapter misses f(x + y) = f(x) + f(y) by > 10 %",
        "prompt-has-no-merge": "For virtual tokens peft has nothing to merge",
    },
    measures={
        "moved_lora": "largest difference of a logit that LoRA makes",
        "left_lora": "largest difference of a logit, LoRA merged and unmerged",
        "left_dora": "largest difference of a logit, DoRA merged and unmerged",
        "left_ia3": "largest difference of a logit, IA³ merged and unmerged",
        "off_lora": "how far LoRA's branch is from additive",
        "off_bottleneck": "how far a bottleneck adapter is from additive",
        "merges": "methods of the five that merge into a plain model",
    },
    predict=Predict(
        "LoRA, DoRA, IA³, bottleneck adapters, prompt tuning: how many can be merged?",
        low=0,
        high=5,
        unit="of 5",
        within=0.01,
        measure="merges",
    ),
    budget_s=3,
)
def main(
    run: Run,
    size: float = Float(0.1, 0.001, 0.5, log=True, help="std of the random adapter weights"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    batch = tinyworld.batch(tokenizer, tinyworld.documents("general", 8, seed=seed), run.device)
    run.axes(y="largest difference of a logit", log_y=True)
    with torch.no_grad():
        plain = base(**batch).logits  # (8, T, vocabulary)
    own = {name for name, _ in base.named_parameters()}

    moved, left, clean = {}, {}, []
    for name, config in configurations().items():
        model = get_peft_model(copy.deepcopy(base), config).eval()
        for weight in model.parameters():
            if weight.requires_grad:
                weight.data += size * torch.randn_like(weight)
        merged = copy.deepcopy(model).merge_and_unload()
        with torch.no_grad():
            logits = model(**batch).logits
            moved[name] = (logits - plain).abs().max().item()
            left[name] = (logits - merged(**batch).logits).abs().max().item()
        clean.append({n for n, _ in merged.named_parameters()} == own)
        run.bars("by the adapter", moved)
        run.bars("by merging it", {n: max(gap, 1e-7) for n, gap in left.items()})

    width = base.config.hidden_size
    A, B = torch.randn(8, width), torch.randn(width, 8)  # (r, in) and (out, r)
    off_lora = not_additive(lambda x: (x @ A.T) @ B.T, width)
    off_bottleneck = not_additive(lambda x: functional.gelu(x @ A.T) @ B.T, width)
    tokens = PromptTuningConfig(num_virtual_tokens=8, task_type="CAUSAL_LM")
    prompted = get_peft_model(copy.deepcopy(base), tokens)
    no_merge = not hasattr(prompted, "merge_and_unload")
    merges = sum(gap < 1e-3 for gap in left.values()) + (off_bottleneck < 1e-3) + (not no_merge)

    run.measure(moved_lora=moved["LoRA"], left_lora=left["LoRA"], left_dora=left["DoRA"])
    run.measure(left_ia3=left["IA³"], off_lora=off_lora, off_bottleneck=off_bottleneck)
    run.measure(merges=merges)
    shown = ", ".join(f"{name} {gap:.2g}" for name, gap in moved.items())
    run.claim("adapters-act", min(moved.values()) > 0.1, shown)
    shown = ", ".join(f"{name} {gap:.1e}" for name, gap in left.items())
    run.claim("linear-ones-merge", max(left.values()) < 1e-3, shown)
    run.claim("nothing-left", all(clean), f"{sum(clean)} of {len(clean)} are plain")
    run.claim("bottleneck-is-not-linear", off_bottleneck > 0.1, f"{off_bottleneck:.0%} off")
    run.claim("prompt-has-no-merge", no_merge, "PeftModelForCausalLM without merge_and_unload")
