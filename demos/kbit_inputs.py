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

**At real scale** the rules are the same. As of transformers 5.23 `activation_checkpointing_enable`
sets the hook and checkpoints without reentry unless told otherwise, so the case here takes the hook
away again: that is how older versions behave, and your own use of `torch.utils.checkpoint`.
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


def checkpointed(model: nn.Module, reentrant: bool, hook: bool) -> None:
    """Turn on checkpointing of the blocks, with or without gradients of the embedding's output."""
    model.activation_checkpointing_enable({"use_reentrant": reentrant})  # sets the hook too
    if not hook:
        model.disable_input_require_grads()


def halves(model: nn.Module) -> int:
    """Return how many tensors of parameters are stored in 16 bits."""
    return sum(p.dtype in (torch.bfloat16, torch.float16) for p in model.parameters())


@demo(
    topic="quantization",
    claims={
        "silent-without": "Without input gradients fewer than a tenth of the matrices get one",
        "hook-repairs": "After enable_input_require_grads all of them get one",
        "kbit-repairs": "After prepare_model_for_kbit_training all of them get one",
        "kbit-casts": "It leaves no tensor in 16 bits and freezes all of the base",
        "transformers-sets-it": "As transformers turns checkpointing on, all of them get one",
        "silent-learns-less": "The silent run ends over 0.2 nats above the repaired one",
    },
    measures={
        "reached_without": "share of adapter matrices with a gradient, no hook",
        "reached_hook": "the same after enable_input_require_grads",
        "reached_default": "the same as transformers turns checkpointing on",
        "reached_kbit": "the same on a 4-bit base that was prepared",
        "reached_4bit": "the same on a 4-bit base that was not prepared, no hook",
        "half_before": "tensors in 16 bits of the 4-bit base as loaded",
        "half_after": "the same after prepare_model_for_kbit_training",
        "free_before": "tensors of the 4-bit base that ask for a gradient, as loaded",
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

    def adapted(model: nn.Module, hook: bool, where: LoraConfig = everywhere) -> PeftModel:
        model = get_peft_model(model, where)
        checkpointed(model.base_model.model, reentrant, hook)
        return model

    without = adapted(copy.deepcopy(base), hook=False)
    as_set = adapted(copy.deepcopy(base), hook=True)
    hooked = adapted(copy.deepcopy(base), hook=False)
    hooked.base_model.model.enable_input_require_grads()
    raw, small = loaded(torch.bfloat16), loaded(torch.bfloat16)
    half_before = halves(raw)
    free_before = sum(p.requires_grad for p in raw.parameters())
    raw = adapted(raw, hook=False)
    reentry = {"use_reentrant": reentrant}
    small = prepare_model_for_kbit_training(small, gradient_checkpointing_kwargs=reentry)
    half_after = halves(small)
    free_after = sum(p.requires_grad for p in small.parameters())
    small = get_peft_model(small, everywhere)

    reached = {}
    cases = {"no hook": without, "hook": hooked, "as transformers sets it": as_set}
    cases |= {"4 bit, as loaded": raw, "4 bit, prepared": small}
    for name, model in cases.items():
        reached[name] = with_gradient(model, batches[0])
        run.bars("reached", {key: 100 * share for key, share in reached.items()}, chart="reached")
    blocks = adapted(copy.deepcopy(base), hook=False, where=config)  # no adapter on lm_head
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
    run.measure(reached_default=reached["as transformers sets it"], error=error)
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
    run.claim("transformers-sets-it", reached["as transformers sets it"] == 1, shown)
    shown = f"{ends['no hook']:.2f} and {ends['hook']:.2f}"
    run.claim("silent-learns-less", ends["no hook"] > ends["hook"] + 0.2, shown)
