"""Gradients that never arrive: adapters under gradient checkpointing.

**Question.** You freeze the base, add adapters and turn on gradient checkpointing. Who gets a
gradient, and what does `prepare_model_for_kbit_training` have to do with it?

**Idea.** Reentrant checkpointing runs a block without recording it, and records it again in the
backward pass, but only if one of the block's *inputs* asks for a gradient. With frozen embeddings
none does. The block's output is then a constant, and its adapters stay as they are:

    embedding (frozen) → h  → [block: adapters] → h → [block: adapters] → h → lm_head
                         └ needs requires_grad, or nothing behind it is recorded

`enable_input_require_grads` puts a hook on the embedding that sets it. So does
`prepare_model_for_kbit_training`, which first freezes everything and casts what is not stored in
4 or 8 bits (norms, embeddings, output layer) to float32.

**Watch** the bars: the share of adapter matrices that get a gradient. An adapter on lm_head keeps
the silent case alive: without one, backward raises an error, which is the lucky case.

**Try** `reentrant = false`: recorded without any hook, and the claim on silence fails.

**At real scale** the rules are the same. As of peft 0.21 `get_peft_model` sets the hook too, if
checkpointing is on *before* it and the base is not quantized; the trainers of TRL 1.16 call
`enable_input_require_grads` when they see an adapter.
"""

import copy
import warnings

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from torch import nn
from transformers import BitsAndBytesConfig

from quizapp.demo import Flag, Int, Predict, Run, demo


def with_gradient(model: PeftModel, batch: dict) -> float:
    """Return the share of adapter matrices that a backward pass reaches."""
    model.train()
    model(**batch).loss.backward()
    adapters = [p for name, p in model.named_parameters() if "lora_" in name]
    reached = sum(p.grad is not None for p in adapters)
    model.zero_grad()
    return reached / len(adapters)


def checkpointed(model: nn.Module, reentrant: bool) -> None:
    """Turn on gradient checkpointing of the blocks."""
    model.activation_checkpointing_enable({"use_reentrant": reentrant})


def halves(model: nn.Module) -> int:
    """Return how many parameters are stored in 16 bits."""
    return sum(p.dtype in (torch.bfloat16, torch.float16) for p in model.parameters())


@demo(
    topic="quantization",
    claims={
        "silent-without": "Without input gradients fewer than a tenth of the matrices get one",
        "hook-repairs": "With enable_input_require_grads all of them get one",
        "kbit-repairs": "After prepare_model_for_kbit_training all of them get one",
        "kbit-casts": "It leaves no parameter in 16 bits and freezes all of the base",
        "order-matters": "Checkpointing turned on before get_peft_model reaches all of them too",
        "silent-learns-less": "The silent run ends over 0.2 nats above the repaired one",
    },
    measures={
        "reached_without": "share of adapter matrices with a gradient, no hook",
        "reached_hook": "the same after enable_input_require_grads",
        "reached_before": "the same, checkpointing on before get_peft_model",
        "reached_kbit": "the same on a 4-bit base that was prepared",
        "reached_4bit": "the same on a 4-bit base that was not prepared",
        "half_before": "parameters in 16 bits of the 4-bit base as loaded",
        "half_after": "the same after prepare_model_for_kbit_training",
        "free_before": "parameters of the 4-bit base that ask for a gradient, as loaded",
        "free_after": "the same after prepare_model_for_kbit_training",
        "loss_silent": "loss after training without the hook, nats per token",
        "loss_hook": "loss after training with it",
        "error": "what happens if no adapter sits behind the last block",
        "fares": "what becomes of the blocks' adapters without the hook",
    },
    predict=Predict(
        "Frozen base, adapters, checkpointing, no hook. What becomes of the blocks' adapters?",
        options=("they learn", "they get no gradient"),
        measure="fares",
    ),
    budget_s=5,
)
def main(
    run: Run,
    reentrant: bool = Flag(True, help="the older kind of checkpointing"),
    steps: int = Int(24, 5, 100),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 6 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, texts, 6, run.device))  # input_ids: (6, T)
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    everywhere = copy.deepcopy(config)
    everywhere.target_modules = r".*(_proj|lm_head)"
    warnings.filterwarnings("ignore", "None of the inputs have requires_grad")
    run.axes(x="step", y="training loss (nats per token)")
    run.axes(chart="reached", y="adapter matrices with a gradient, %")

    def loaded(dtype: torch.dtype) -> nn.Module:
        stored = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}
        bits = BitsAndBytesConfig(**stored, bnb_4bit_compute_dtype=dtype)
        return tinyworld.load(device=run.device, dtype=dtype, quantization_config=bits)[0]

    without = get_peft_model(copy.deepcopy(base), everywhere)
    checkpointed(without.base_model.model, reentrant)  # after get_peft_model: peft sets no hook
    hooked = get_peft_model(copy.deepcopy(base), everywhere)
    checkpointed(hooked.base_model.model, reentrant)
    hooked.base_model.model.enable_input_require_grads()
    early = copy.deepcopy(base)
    checkpointed(early, reentrant)
    early = get_peft_model(early, everywhere)
    raw, small = loaded(torch.bfloat16), loaded(torch.bfloat16)
    half_before = halves(raw)
    free_before = sum(p.requires_grad for p in raw.parameters())
    checkpointed(raw, reentrant)
    raw = get_peft_model(raw, everywhere)
    small = prepare_model_for_kbit_training(
        small, gradient_checkpointing_kwargs={"use_reentrant": reentrant}
    )
    half_after = halves(small)
    free_after = sum(p.requires_grad for p in small.parameters())
    small = get_peft_model(small, everywhere)

    reached = {}
    cases = {"no hook": without, "hook": hooked, "checkpointing first": early}
    cases |= {"4 bit, as loaded": raw, "4 bit, prepared": small}
    for name, model in cases.items():
        reached[name] = with_gradient(model, batches[0])
        run.bars("reached", {key: 100 * share for key, share in reached.items()}, chart="reached")
    blocks = get_peft_model(copy.deepcopy(base), config)  # no adapter on lm_head
    checkpointed(blocks.base_model.model, reentrant)
    error = "none"
    try:
        with_gradient(blocks, batches[0])
    except RuntimeError as problem:
        error = str(problem).split(" and ")[0]

    run.progress(2 * steps)
    ends = {}
    for name, model in (("no hook", without), ("hook", hooked)):
        for step, loss in enumerate(tinyworld.train(model, batches, 1e-2)):
            run.step()
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(model, tokenizer, unseen)

    silent = reached["no hook"] < 0.1
    run.measure(reached_without=reached["no hook"], reached_hook=reached["hook"])
    run.measure(reached_before=reached["checkpointing first"], error=error)
    run.measure(reached_4bit=reached["4 bit, as loaded"], reached_kbit=reached["4 bit, prepared"])
    run.measure(half_before=half_before, half_after=half_after)
    run.measure(free_before=free_before, free_after=free_after)
    run.measure(loss_silent=ends["no hook"], loss_hook=ends["hook"])
    run.measure(fares="they get no gradient" if silent else "they learn")
    shown = ", ".join(f"{name} {share:.0%}" for name, share in reached.items())
    run.claim("silent-without", silent, shown)
    run.claim("hook-repairs", reached["hook"] == 1, shown)
    run.claim("kbit-repairs", reached["4 bit, prepared"] == 1, shown)
    cast = half_after == 0 < half_before and free_after == 0
    run.claim("kbit-casts", cast, f"{half_before} in 16 bits, then {half_after}; {free_after} free")
    run.claim("order-matters", reached["checkpointing first"] == 1, shown)
    shown = f"{ends['no hook']:.2f} and {ends['hook']:.2f}"
    run.claim("silent-learns-less", ends["no hook"] > ends["hook"] + 0.2, shown)
