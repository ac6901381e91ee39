"""The PEFT family tree, one task.

**Question.** Adapters, prefixes, prompts, biases, one layer, LoRA: what does each train, how far
does it get in the same steps, and what does it add to every later forward pass?

**Idea.** Three branches. *Additive* methods put something new in: a bottleneck adapter after a
sub-layer, or virtual tokens before the input (prompt tuning, P-tuning) or before the keys and
values of every layer (prefix tuning, P-tuning v2). *Selective* ones train a part of what is there:
biases (BitFit), the output layer, the last block. *Re-parametrised* ones write the change of a
weight in fewer numbers (LoRA) and can be folded into it.

    adapter:  h ← h + W_up · gelu(W_down · h),   W_up = 0 at the start

**Watch** loss against trained numbers, then the bars: the matrix products that each method adds to
a forward pass as long as it is not merged.

**Try** `identity = false`: an adapter whose W_up starts at random hands noise to the next layer,
and the claim that it starts as the base fails.

**At real scale.** Houlsby et al. (arXiv 1902.00751), Li and Liang (2101.00190), Lester et al.
(2104.08691), Liu et al. (P-tuning 2103.10385, v2 2110.07602), Ben Zaken et al. (2106.10199). The
order here is that of a tiny model that must store new facts. The places and the kinds of extra work
carry over, the shares do not: beside layers 64 wide a rank of 8 is large.
"""

import copy
from collections.abc import Callable

import tinyworld
import torch
from peft import (
    IA3Config,
    LoraConfig,
    PrefixTuningConfig,
    PromptEncoderConfig,
    PromptTuningConfig,
    get_peft_model,
)
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from quizapp.demo import Flag, Int, Predict, Run, demo


class Bottleneck(nn.Module):
    """The adapter of Houlsby et al.: down, non-linearity, up, and the input is added."""

    def __init__(self, width: int, size: int, identity: bool) -> None:
        super().__init__()
        self.down = nn.Linear(width, size)
        self.up = nn.Linear(size, width)
        if identity:  # then the model starts as the base
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

    def forward(self, h: torch.Tensor) -> torch.Tensor:  # (texts, T, width)
        return h + self.up(nn.functional.gelu(self.down(h)))


def with_adapters(model: nn.Module, size: int, identity: bool) -> nn.Module:
    """Put an adapter behind attention and behind the MLP of each block, and train only those."""
    model.requires_grad_(False)
    width = model.config.hidden_size
    for block in model.model.layers:
        attention, mlp = block.self_attn, block.mlp
        attention.o_proj = nn.Sequential(attention.o_proj, Bottleneck(width, size, identity))
        mlp.down_proj = nn.Sequential(mlp.down_proj, Bottleneck(width, size, identity))
    return model.to(model.device)


def with_biases(model: nn.Module) -> nn.Module:
    """Train biases only (BitFit). A Llama has none, so each linear layer is given one of zeros."""
    model.requires_grad_(False)
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            layer.bias = nn.Parameter(torch.zeros_like(layer.weight[:, 0]))
    return model


def only(model: nn.Module, part: str) -> nn.Module:
    """Freeze all but the named part."""
    model.requires_grad_(False).get_submodule(part).requires_grad_(True)
    return model


def products(model: nn.Module, batch: dict) -> int:
    """Return the operations of all matrix products of a forward pass, counted by PyTorch."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.eval()(**batch)
    return counter.get_total_flops()


def methods(base: nn.Module, rank: int, identity: bool) -> dict[str, tuple[float, Callable]]:
    """Return for each method a learning rate that suits it, and how to apply it to a copy."""

    def of(config) -> Callable:
        return lambda model: get_peft_model(model, config)

    kind = {"task_type": "CAUSAL_LM"}
    virtual = {"num_virtual_tokens": 16, **kind}
    lora = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", **kind)
    scaled = {"target_modules": ["k_proj", "v_proj", "down_proj"]}
    ia3 = IA3Config(**scaled, feedforward_modules=["down_proj"], **kind)
    encoder = PromptEncoderConfig(encoder_hidden_size=64, **virtual)  # an MLP writes the tokens
    last = f"model.layers.{len(base.model.layers) - 1}"
    return {
        "adapter": (1e-2, lambda model: with_adapters(model, 2 * rank, identity)),
        "prompt": (0.1, of(PromptTuningConfig(**virtual))),
        "P-tuning": (1e-2, of(encoder)),
        "prefix": (0.1, of(PrefixTuningConfig(**virtual))),
        "BitFit": (3e-2, with_biases),
        "head only": (1e-2, lambda model: only(model, "lm_head")),
        "last block": (1e-2, lambda model: only(model, last)),
        "IA³": (3e-2, of(ia3)),
        "LoRA": (1e-2, of(lora)),
    }


@demo(
    topic="lora-variants",
    claims={
        "adapter-starts-as-base": "Before its first step the adapter changes no logit",
        "llama-has-no-biases": "The base has not one bias that BitFit could train",
        "every-layer-beats-input": "Prefixes in every layer end 0.2 nats below tokens at the input",
        "tokens-cost-each-pass": "Virtual tokens at the input add over a tenth to each pass",
        "selected-add-nothing": "Biases and selected layers add no matrix product",
        "lora-leads-additive": "LoRA ends below every additive method",
    },
    measures={
        "loss_base": "loss of the base, nats per token",
        "loss_adapter": "loss with bottleneck adapters",
        "loss_prompt": "loss with prompt tuning",
        "loss_p_tuning": "loss with P-tuning: an MLP writes the virtual tokens",
        "loss_prefix": "loss with a prefix in every layer",
        "loss_bitfit": "loss with trained biases",
        "loss_head": "loss with the output layer trained only",
        "loss_last": "loss with the last block trained only",
        "loss_ia3": "loss with IA³",
        "loss_lora": "loss with LoRA on all linear layers",
        "added_adapter": "matrix products that adapters add to a pass, a share of the base's",
        "added_prompt": "matrix products that virtual tokens at the input add",
        "added_lora": "matrix products that LoRA adds before it is merged",
        "biases": "biases of the base",
        "numbers_adapter": "numbers that adapters train",
        "numbers_bitfit": "biases that BitFit trains here",
        "furthest": "where virtual vectors get further",
    },
    predict=Predict(
        "16 virtual vectors, trained at the input or in every layer: which ends lower?",
        options=("at the input", "in every layer", "within 0.2 nats"),
        measure="furthest",
    ),
    budget_s=8,
)
def main(
    run: Run,
    steps: int = Int(26, 8, 200),
    rank: int = Int(8, 1, 64, log=True, help="of LoRA; the adapter is twice as wide"),
    identity: bool = Flag(True, help="W_up of the adapter starts at zero"),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device, attn_implementation="eager")
    texts = tinyworld.documents("clinic", 4 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 4, run.device))  # input_ids: (4, T)
    probe = tinyworld.batch(tokenizer, unseen[:8], run.device)  # (8, T)
    loss_base, work = tinyworld.loss(base, tokenizer, unseen), products(base, probe)
    with torch.no_grad():
        plain = base(**probe).logits  # (8, T, vocabulary)
    run.axes(x="trained numbers", y="loss on unseen texts (nats per token)", log_x=True)
    run.reference("base model", loss_base)
    run.axes(chart="work", y="matrix products added to a forward pass, %")

    ends, numbers, added, moved = {}, {}, {}, {}
    family = methods(base, rank, identity)
    run.progress(len(family) * steps)
    for name, (rate, applied) in family.items():
        torch.manual_seed(seed)
        model = applied(copy.deepcopy(base))
        numbers[name] = sum(p.numel() for p in model.parameters() if p.requires_grad)
        added[name] = products(model, probe) / work - 1
        with torch.no_grad():
            moved[name] = (model(**probe).logits[:, -plain.shape[1] :] - plain).abs().max().item()
        for _ in tinyworld.train(model, batches, rate):
            run.step()
        ends[name] = tinyworld.loss(model, tokenizer, unseen)
        run.scatter(name, [numbers[name]], [ends[name]])
        run.bars("added", {key: 100 * share for key, share in added.items()}, chart="work")

    biases = sum(p.numel() for key, p in base.named_parameters() if key.endswith("bias"))
    ahead = ends["prompt"] - ends["prefix"]
    furthest = "within 0.2 nats"
    if abs(ahead) > 0.2:
        furthest = "in every layer" if ahead > 0 else "at the input"

    run.measure(loss_base=loss_base, loss_adapter=ends["adapter"], loss_prompt=ends["prompt"])
    run.measure(loss_p_tuning=ends["P-tuning"], loss_prefix=ends["prefix"])
    run.measure(loss_bitfit=ends["BitFit"], loss_head=ends["head only"])
    run.measure(loss_last=ends["last block"], loss_ia3=ends["IA³"], loss_lora=ends["LoRA"])
    run.measure(added_adapter=added["adapter"], added_prompt=added["prompt"])
    run.measure(added_lora=added["LoRA"], biases=biases, furthest=furthest)
    run.measure(numbers_adapter=numbers["adapter"], numbers_bitfit=numbers["BitFit"])
    run.table("all methods", [{"method": n, "numbers": numbers[n], "loss": ends[n]} for n in ends])
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    run.claim("adapter-starts-as-base", moved["adapter"] == 0, f"{moved['adapter']:.2g}")
    run.claim("llama-has-no-biases", biases == 0, f"{biases}")
    run.claim("every-layer-beats-input", ahead > 0.2, f"{ends['prompt']:.2f}, {ends['prefix']:.2f}")
    run.claim("tokens-cost-each-pass", added["prompt"] > 0.1, f"{added['prompt']:.0%}")
    nothing = max(added["BitFit"], added["head only"], added["last block"])
    run.claim("selected-add-nothing", nothing == 0, f"{nothing:.0%}")
    additive = min(ends["adapter"], ends["prompt"], ends["P-tuning"], ends["prefix"])
    run.claim("lora-leads-additive", ends["LoRA"] < additive, shown)
