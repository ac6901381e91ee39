"""The PEFT family, one task.

**Question.** LoRA, DoRA, IA³, prompt tuning: what do they train, and how far do they get?

**Idea.** Each method picks other numbers to train beside a frozen base:

- **LoRA**  W·x + s·B·A·x
- **DoRA**  the same, split into direction and magnitude (arXiv 2402.09353)
- **IA³**   scales activations by a learned vector (arXiv 2205.05638)
- **VeRA**  frozen random A, B shared by layers, trains two vectors (arXiv 2310.11454)
- **prompt tuning**  trains virtual input tokens only (arXiv 2104.08691)
- **norms only**  trains the gains of the normalisation layers

**Watch** the loss against the number of trained parameters, each method at a learning rate that
suits it.

**At real scale** the order is not fixed. Prompt tuning needs size: it closes the gap to full
fine-tuning near 10B parameters (arXiv 2104.08691, figure 1). DoRA and LoRA tie here. What carries
over is the trade: fewer numbers reach less far, or need longer, when the task changes stored
facts. With `steps = 300` IA³ comes within 0.3 nats of LoRA and that claim fails.
"""

import copy

import tinyworld
import torch
from peft import IA3Config, LoraConfig, PromptTuningConfig, VeraConfig, get_peft_model

from quizapp.demo import Int, Predict, Run, demo


@demo(
    topic="lora-variants",
    claims={
        "lora-beats-ia3": "LoRA ends more than 0.3 nats below IA³",
        "all-beat-the-base": "Every method ends below the untouched base",
        "ia3-is-tiny": "IA³ trains fewer than a tenth of LoRA's numbers",
    },
    measures={
        "lora": "loss of LoRA, nats per token",
        "dora": "loss of DoRA",
        "ia3": "loss of IA³",
        "vera": "loss of VeRA",
        "prompt": "loss of prompt tuning with 16 virtual tokens",
        "norms": "loss when only the normalisation gains are trained",
        "base": "loss of the base",
        "parameters_lora": "numbers that LoRA trains",
        "parameters_ia3": "numbers that IA³ trains",
        "parameters_prompt": "numbers that prompt tuning trains",
        "last": "the method that ends highest",
    },
    predict=Predict(
        "Which method gets least far on this tiny model?",
        options=("IA³", "VeRA", "prompt tuning", "norms only"),
        measure="last",
    ),
    budget_s=10,
)
def main(
    run: Run,
    steps: int = Int(60, 10, 300),
    rank: int = Int(8, 1, 64, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    texts = tinyworld.documents("clinic", 8 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    lora = {"r": rank, "lora_alpha": 2 * rank, "target_modules": "all-linear"}
    ia3 = {
        "target_modules": ["k_proj", "v_proj", "down_proj"],
        "feedforward_modules": ["down_proj"],
    }
    kind = {"task_type": "CAUSAL_LM"}
    methods = {  # name -> (config, learning rate)
        "LoRA": (LoraConfig(**lora, **kind), 1e-2),
        "DoRA": (LoraConfig(**lora, **kind, use_dora=True), 1e-2),
        "IA³": (IA3Config(**ia3, **kind), 3e-2),
        "VeRA": (VeraConfig(r=64, target_modules=["q_proj", "o_proj"], **kind), 3e-2),
        "prompt tuning": (PromptTuningConfig(num_virtual_tokens=16, **kind), 3e-2),
        "norms only": (None, 3e-2),
    }
    loss_base = tinyworld.loss(base, tokenizer, unseen)
    run.axes(x="step", y="training loss (nats per token)")
    run.reference("base model", loss_base)
    run.axes(chart="size", x="trained parameters", y="loss on unseen texts", log_x=True)

    ends, counts = {}, {}
    progress = run.steps(len(methods) * steps)
    for name, (config, rate) in methods.items():
        torch.manual_seed(seed)
        model = copy.deepcopy(base)
        if config is None:
            for weight_name, weight in model.named_parameters():
                weight.requires_grad = "norm" in weight_name
        else:
            model = get_peft_model(model, config)
        model.train()
        trained = [p for p in model.parameters() if p.requires_grad]
        counts[name] = sum(p.numel() for p in trained)
        optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.0)
        for step in range(steps):
            next(progress)
            loss = model(**tinyworld.batch(tokenizer, texts[8 * step :][:8], run.device)).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            run.line_points(step, {name: loss.item()})
        ends[name] = tinyworld.loss(model, tokenizer, unseen)
        run.scatter(name, [counts[name]], [ends[name]], chart="size")
    next(progress, None)  # the progress bar reaches its end

    short = {
        "LoRA": "lora",
        "DoRA": "dora",
        "IA³": "ia3",
        "VeRA": "vera",
        "prompt tuning": "prompt",
        "norms only": "norms",
    }
    for name, key in short.items():
        run.measure(key, ends[name])
    run.measure("base", loss_base)
    run.measure("parameters_lora", counts["LoRA"])
    run.measure("parameters_ia3", counts["IA³"])
    run.measure("parameters_prompt", counts["prompt tuning"])
    run.measure("last", max(ends, key=ends.__getitem__))
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in ends.items())
    run.claim("lora-beats-ia3", ends["LoRA"] < ends["IA³"] - 0.3, shown)
    run.claim("all-beat-the-base", max(ends.values()) < loss_base, f"base {loss_base:.2f}; {shown}")
    few = counts["IA³"] < counts["LoRA"] / 10
    run.claim("ia3-is-tiny", few, f"{counts['IA³']:,} and {counts['LoRA']:,}")
